"""Bypasses: how speech could still become a message that nobody is asked about.

Found by looking at what is set up, not by waiting until it happens.
"""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Final

from homeassistant.components.assist_pipeline import (
    Pipeline,
)
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.components.select import DOMAIN as SELECT_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, intent

from ..approvals import may_approve
from ..approvals.registrations import phones
from ..const import CONF_INTENTS, CONF_PIPELINES
from ..core.contacts import ChannelKind, Contact
from ..home.assistants import async_assistants
from ..interception.intents import looks_like_message
from .any_action import any_action_bypasses
from .bypass import Bypass
from .hearers import hearer_bypasses
from .listeners import listener_bypasses, telephone_bypasses
from .sequences import Reading
from .ways import ways_of

if TYPE_CHECKING:
    from ..runtime import Components, MessageGuardConfigEntry

BYPASS_PIPELINE: Final = "gap_pipeline"
BYPASS_INTENT: Final = "gap_intent"
BYPASS_CHANNEL: Final = "gap_channel"
BYPASS_PHONE: Final = "gap_phone"

_ON_PURPOSE: Final = frozenset({"HassBroadcast"})
"""Stays in the house; the household is offered to guard it, and not asked again."""


async def find_bypasses(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components
) -> tuple[Bypass, ...]:
    """Return every way round that is open now."""
    reading = await Reading.of(hass)
    return (
        *_pipelines(hass, entry),
        *await ways_of(await reading.spoken(), hass, components),
        *await listener_bypasses(reading, hass, components),
        *telephone_bypasses(hass, components),
        *hearer_bypasses(hass),
        *await any_action_bypasses(hass),
        *_intents(hass, entry),
        *_channels(hass, components),
        *[bypass async for bypass in _phones(hass, components)],
    )


# --- assistants -----------------------------------------------------------------------------------


@callback
def _pipelines(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> Iterator[Bypass]:
    guard = entry.runtime_data.pipelines
    for pipeline in _in_use(hass):
        if not guard.guarded(pipeline):
            yield Bypass(
                BYPASS_PIPELINE,
                pipeline.id,
                {"assistant": pipeline.name},
                value=pipeline.id,
                option=CONF_PIPELINES,
                fingerprint=pipeline.conversation_engine,
            )


@callback
def _in_use(hass: HomeAssistant) -> Iterator[Pipeline]:
    """Yield the preferred assistant, and those that a device has chosen."""
    assistants = async_assistants(hass)
    preferred = async_get_pipeline(hass).id if assistants else None
    chosen = {
        state.state
        for item in er.async_get(hass).entities.values()
        if item.domain == SELECT_DOMAIN and "-pipeline" in item.unique_id
        if (state := hass.states.get(item.entity_id)) is not None
    }
    for pipeline in assistants:
        if pipeline.id == preferred or pipeline.name in chosen:
            yield pipeline


# --- intents --------------------------------------------------------------------------------------


@callback
def _intents(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> Iterator[Bypass]:
    guarded = entry.options.get(CONF_INTENTS, [])
    for handler in intent.async_get(hass):
        name = handler.intent_type
        if name not in guarded and name not in _ON_PURPOSE and looks_like_message(handler):
            yield Bypass(
                BYPASS_INTENT,
                name,
                {"intent": name},
                value=name,
                option=CONF_INTENTS,
                fingerprint=name,
            )


# --- channels and phones --------------------------------------------------------------------------


@callback
def _channels(hass: HomeAssistant, components: Components) -> Iterator[Bypass]:
    for contact in components.guard.household.contacts:
        missing = [
            target for target in contact.channel.targets if not _exists(hass, contact, target)
        ]
        if missing:
            placeholders = {"contact": contact.name, "missing": ", ".join(missing)}
            yield Bypass(BYPASS_CHANNEL, contact.id, placeholders)


def _exists(hass: HomeAssistant, contact: Contact, target: str) -> bool:
    """Return whether a channel is there; an entity that is only unavailable comes back."""
    if contact.channel.kind is ChannelKind.NOTIFY_ACTION:
        domain, _, name = target.partition(".")
        return hass.services.has_service(domain, name)
    return hass.states.get(target) is not None or target in er.async_get(hass).entities


async def _phones(hass: HomeAssistant, components: Components) -> AsyncIterator[Bypass]:
    household = components.guard.household
    known = {phone.id: phone for phone in phones(hass)}
    for phone_id in household.phones:
        phone = known.get(phone_id)
        if phone is None:
            entry = hass.config_entries.async_get_entry(phone_id)
            yield Bypass(
                BYPASS_PHONE, phone_id, {"phone": entry.title if entry is not None else "?"}
            )
        elif not await may_approve(hass, household, phone.user_id):
            yield Bypass(BYPASS_PHONE, phone_id, {"phone": phone.name})
