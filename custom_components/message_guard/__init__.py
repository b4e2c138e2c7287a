"""Message Guard: nothing is sent because someone spoke unless it may be, is proved, and is recorded."""

import logging

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .closed import async_close, async_close_between, async_open
from .const import DOMAIN
from .core.errors import LedgerError
from .core.ledger import Kind, Step
from .gap_watch import GapWatch
from .pipelines import GuardedPipelines
from .runtime import MessageGuardConfigEntry, MessageGuardData
from .services import async_setup_services
from .settings import (
    free_actions,
    guarded_actions,
    guarded_intents,
    guarded_pipelines,
    household_from_entry,
    retention_days,
    sending_allowed,
)
from .websocket_api import async_setup_websocket_api
from .works import async_start, async_stop

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

ENGINES = [Platform.CONVERSATION, Platform.STT]
"""Loaded before anything that can fail: a pipeline must never be left without its engine."""

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions and commands, which answer "not loaded" until there is an entry."""
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> bool:
    """Start the guard: first the agents, then what decides and sends, then the pipelines."""
    pipelines = GuardedPipelines(hass)
    await pipelines.load()
    chosen = guarded_pipelines(entry)
    data = entry.runtime_data = MessageGuardData(
        pipelines=pipelines,
        engines=tuple(pipelines.engines(chosen)),
        speech_engines=tuple(pipelines.speech_engines(chosen)),
    )
    await hass.config_entries.async_forward_entry_setups(entry, ENGINES)
    try:
        data.works = await async_start(hass, entry)
    except Exception:
        _LOGGER.exception("Message Guard could not start: what is sent by voice is refused")
        for end in reversed(data.stop):
            end()
        async_open(hass)
        data.stop[:] = async_close(hass, entry)
    try:
        await _go_on(hass, entry)
    except BaseException:
        # What has been started would go on without an entry that can stop it.
        await _stop(hass, entry)
        await hass.config_entries.async_unload_platforms(entry, [*ENGINES, *PLATFORMS])
        raise
    return True


async def _go_on(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Put the guarded agents into the pipelines, and show the household what goes on."""
    data = entry.runtime_data
    await data.pipelines.guard(guarded_pipelines(entry))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    if data.works is not None:
        data.gaps = GapWatch(hass, entry, data.works)
        data.stop.append(data.gaps.start())
        data.stop.append(data.works.ears.start())

    async def stop(_event: Event) -> None:
        """Leave a home that works without us, should it start without us."""
        await _stop(hass, entry)

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    entry.async_on_unload(entry.add_update_listener(_updated))


async def async_unload_entry(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> bool:
    """Put everything back and stop; until it is loaded anew, nothing is sent by voice."""
    await _stop(hass, entry)
    return await hass.config_entries.async_unload_platforms(entry, [*ENGINES, *PLATFORMS])


async def async_remove_entry(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Leave nothing behind."""
    async_open(hass)


async def _stop(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Put the pipelines back first: whatever fails after that, the home answers."""
    data = entry.runtime_data
    await data.pipelines.restore()
    for stop in reversed(data.stop):
        stop()
    data.stop.clear()
    works, data.works = data.works, None
    try:
        async_close_between(hass, entry)
    finally:
        if works is not None:
            await async_stop(works)


async def _updated(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Follow a change of options or contacts without dropping what waits."""
    data, works = entry.runtime_data, entry.runtime_data.works
    chosen = guarded_pipelines(entry)
    if works is None or not set(data.pipelines.engines(chosen)) <= set(data.engines):
        hass.config_entries.async_schedule_reload(entry.entry_id)
        return
    works.guard.household = household_from_entry(hass, entry)
    works.guard.sending_allowed = sending_allowed(hass, entry)
    works.actions.choose(guarded_actions(entry), free_actions(entry))
    works.intents.choose(guarded_intents(entry))
    await data.pipelines.guard(chosen)
    if data.works is not works:
        return  # the entry was unloaded meanwhile
    if data.gaps is not None:
        data.gaps.changed()
    works.ears.changed()
    try:
        await works.ledger.append(Step(kind=Kind.RULES_CHANGED))
        await works.ledger.set_retention(retention_days(entry))
    except LedgerError as error:
        _LOGGER.error("The ledger could not record that the rules changed: %s", error)
