"""Ways round: how speech could still become a message that nobody is asked about.

Found by looking at what is set up, not by waiting until it happens.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from homeassistant.components.assist_pipeline import (
    Pipeline,
    async_get_pipelines,
)
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.components.notify.const import ATTR_MESSAGE
from homeassistant.components.select import DOMAIN as SELECT_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, intent

from ..approvals import may_approve
from ..approvals.registrations import phones
from ..const import CONF_ACTIONS, CONF_INTENTS, CONF_PIPELINES, DOMAIN
from ..core.contacts import ChannelKind, Contact
from .intents import looks_like_message
from .sequences import Call, Spoken, spoken_sequences

if TYPE_CHECKING:
    from ..runtime import MessageGuardConfigEntry, Works

GAP_PIPELINE: Final = "gap_pipeline"
GAP_AGENT: Final = "gap_agent"
GAP_ACTION: Final = "gap_action"
GAP_TEMPLATE: Final = "gap_template"
GAP_INTENT: Final = "gap_intent"
GAP_CHANNEL: Final = "gap_channel"
GAP_PHONE: Final = "gap_phone"

SENDING: Final = (
    "alexa_devices.send_text_command",
    "google_assistant_sdk.send_text_command",
    "google_mail.set_vacation",
    "hassio.addon_stdin",
    "hassio.app_stdin",
    "icloud.lost_device",
    "ifttt.trigger",
    "mastodon.post",
    "mastodon.update_profile",
    "mqtt.publish",
    "music_assistant.play_announcement",
    "pyscript.*",
    "python_script.*",
    "rest_command.*",
    "shell_command.*",
    "tts.*",
)
"""Actions that carry words out of the house, or into another room, and are not guarded by themselves.

So does whatever is handed a `message`, whichever integration it belongs to.
"""

_HARMLESS: Final = (
    "assist_satellite.*",
    "logbook.log",
    "notify.persistent_notification",
    "persistent_notification.*",
    "pyscript.reload",
    "python_script.reload",
    "script.*",
    "system_log.write",
    "tts.clear_cache",
    f"{DOMAIN}.*",
)
"""Stays in the house, or is ours; what a script is handed is looked for in its steps."""

_ON_PURPOSE: Final = frozenset({"HassBroadcast"})
"""Stays in the house; the household is offered to guard it, and not asked again."""

_OPTION_OF: Final = {
    GAP_PIPELINE: CONF_PIPELINES,
    GAP_ACTION: CONF_ACTIONS,
    GAP_INTENT: CONF_INTENTS,
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One way round.

    Attributes:
        kind: What it is; its translation key.
        subject: What it is about: a pipeline, an action, an entity.
        placeholders: What its text names.
        value: What closes it when it is added to the option of its kind; None where a person has to.
    """

    kind: str
    subject: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None

    @property
    def id(self) -> str:
        """Id of its issue, the same as long as it is the same gap."""
        return f"{self.kind}_{self.subject}"

    @property
    def option(self) -> str | None:
        """The option that `value` is added to."""
        return _OPTION_OF.get(self.kind) if self.value is not None else None


async def find_gaps(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, works: Works
) -> tuple[Gap, ...]:
    """Return every way round that is open now."""
    return (
        *_pipelines(hass, entry),
        *_sequences(spoken_sequences(hass), hass, works),
        *_intents(hass, entry),
        *_channels(hass, works),
        *[gap async for gap in _phones(hass, works)],
    )


# --- assistants -----------------------------------------------------------------------------------


@callback
def _pipelines(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> Iterator[Gap]:
    guard = entry.runtime_data.pipelines
    for pipeline in _in_use(hass):
        if not guard.guarded(pipeline):
            yield Gap(GAP_PIPELINE, pipeline.id, {"assistant": pipeline.name}, pipeline.id)


@callback
def _in_use(hass: HomeAssistant) -> Iterator[Pipeline]:
    """Yield the preferred assistant, and those that a device has chosen."""
    preferred = async_get_pipeline(hass)
    chosen = {
        state.state
        for item in er.async_get(hass).entities.values()
        if item.domain == SELECT_DOMAIN and "-pipeline" in item.unique_id
        if (state := hass.states.get(item.entity_id)) is not None
    }
    for pipeline in async_get_pipelines(hass):
        if pipeline.id == preferred.id or pipeline.name in chosen:
            yield pipeline


# --- automations and scripts ----------------------------------------------------------------------


@callback
def _sequences(spoken: tuple[Spoken, ...], hass: HomeAssistant, works: Works) -> Iterator[Gap]:
    by_action: dict[str, list[str]] = {}
    for item in spoken:
        for call in item.calls:
            if call.action is None:
                yield Gap(GAP_TEMPLATE, item.id, {"name": item.name})
            elif carries_words(call.action, call.data) and not works.actions.guards(
                *call.action.split(".", 1)
            ):
                names = by_action.setdefault(call.action, [])
                if item.name not in names:
                    names.append(item.name)
            elif _asks_agent(call, hass):
                yield Gap(GAP_AGENT, item.id, {"name": item.name})
    for action, names in by_action.items():
        yield Gap(GAP_ACTION, action, {"action": action, "names": ", ".join(names)}, action)


def carries_words(action: str, fields: Collection[str]) -> bool:
    """Return whether an action, given these fields, can carry words out of the house or to another room."""
    if stays_in_the_house(action):
        return False
    return ATTR_MESSAGE in fields or any(fnmatchcase(action, known) for known in SENDING)


def stays_in_the_house(action: str) -> bool:
    """Return whether nothing of what an action is given leaves the house."""
    return any(fnmatchcase(action, harmless) for harmless in _HARMLESS)


def _asks_agent(call: Call, hass: HomeAssistant) -> bool:
    """Return whether it hands words to an agent that is not guarded."""
    if call.action != "conversation.process":
        return False
    agent = call.data.get("agent_id")
    found = er.async_get(hass).async_get(agent) if isinstance(agent, str) else None
    return found is None or found.platform != DOMAIN


# --- intents --------------------------------------------------------------------------------------


@callback
def _intents(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> Iterator[Gap]:
    guarded = entry.options.get(CONF_INTENTS, [])
    for handler in intent.async_get(hass):
        name = handler.intent_type
        if name not in guarded and name not in _ON_PURPOSE and looks_like_message(handler):
            yield Gap(GAP_INTENT, name, {"intent": name}, name)


# --- channels and phones --------------------------------------------------------------------------


@callback
def _channels(hass: HomeAssistant, works: Works) -> Iterator[Gap]:
    for contact in works.guard.household.contacts:
        missing = [
            target for target in contact.channel.targets if not _exists(hass, contact, target)
        ]
        if missing:
            placeholders = {"contact": contact.name, "missing": ", ".join(missing)}
            yield Gap(GAP_CHANNEL, contact.id, placeholders)


def _exists(hass: HomeAssistant, contact: Contact, target: str) -> bool:
    """Return whether a channel is there; an entity that is only unavailable comes back."""
    if contact.channel.kind is ChannelKind.NOTIFY_ACTION:
        domain, _, name = target.partition(".")
        return hass.services.has_service(domain, name)
    return hass.states.get(target) is not None or target in er.async_get(hass).entities


async def _phones(hass: HomeAssistant, works: Works) -> AsyncIterator[Gap]:
    household = works.guard.household
    known = {phone.id: phone for phone in phones(hass)}
    for phone_id in household.phones:
        phone = known.get(phone_id)
        if phone is None:
            entry = hass.config_entries.async_get_entry(phone_id)
            yield Gap(GAP_PHONE, phone_id, {"phone": entry.title if entry is not None else "?"})
        elif not await may_approve(hass, household, phone.user_id):
            yield Gap(GAP_PHONE, phone_id, {"phone": phone.name})
