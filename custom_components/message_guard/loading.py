"""Loading the entry and ending it: the guard takes its place in the door, and gives it back.

Nothing here is waited for that others have to bring: the guard decides as soon as its own parts are there,
and joins the assistants when Home Assistant has loaded them.
"""

import logging

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_HOMEASSISTANT_STOP,
    Platform,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from homeassistant.util.hass_dict import HassKey

from .assist.pipelines import GuardedPipelines
from .bypasses.watch import BypassWatch
from .components import async_close_ledger, async_start, async_stop
from .const import PLATFORMS
from .core.errors import LedgerError
from .home.assistants import async_assistants
from .home.heard_names import HeardNamesWatch
from .home.lamp import async_forget
from .ledger.format.entries import Kind, Step
from .lockdown import async_lockdown
from .panel.board import async_board
from .panel.registration import async_hide, async_show
from .presence import async_config
from .runtime import MessageGuardConfigEntry
from .services import async_setup_services
from .settings.household import (
    chosen_fixed_calls,
    free_actions,
    guarded_actions,
    guarded_intents,
    guarded_pipelines,
    household_from_entry,
    incoming_allowed,
    retention_days,
    sending_allowed,
)
from .websocket_api import async_setup_websocket_api

__all__ = [
    "GuardedPipelines",
    "async_end",
    "async_forget",
    "async_hide",
    "async_load",
    "async_register",
    "async_show_panel",
    "async_update",
]

_LOGGER = logging.getLogger(__name__)

ENGINES = [Platform.CONVERSATION]
"""Loaded before anything that can fail: a pipeline must never be left without its engine."""

ASSISTANTS = "assist_pipeline"

_REGISTERED: HassKey[bool] = HassKey("message_guard_registered")


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register actions and commands, once."""
    if not hass.data.get(_REGISTERED):
        async_setup_services(hass)
        async_setup_websocket_api(hass)
        hass.data[_REGISTERED] = True


async def async_show_panel(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Show the page and follow this entry on it; whatever fails here, the guard works without."""
    board = async_board(hass)
    try:
        await board.start()
        board.follow(entry)
        await async_show(hass)
    except Exception as error:  # noqa: BLE001 - a page is never worth a guard
        _LOGGER.error("The page of Message Guard cannot be shown: %s", type(error).__name__)


async def async_load(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Start the guard: first the agents, then what decides and sends, then the pipelines.

    Raises:
        Exception: Whatever fails after the guard has started. It is ended by then, and the door closed.
    """
    data = entry.runtime_data
    stored = _stored(entry)
    try:
        joined = ASSISTANTS in hass.config.components
        if joined:
            await _add_agents(hass, entry)
        await _start(hass, entry)
        _index_names(hass, entry)
        if joined:
            await data.pipelines.guard(guarded_pipelines(entry))
        else:
            _join_later(hass, entry)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        data.platforms += PLATFORMS
        if data.components is not None:
            data.bypasses = BypassWatch(hass, entry, data.components)
            data.stop.append(data.bypasses.start())
            data.names = HeardNamesWatch(hass, entry, data.components)
            data.stop.append(data.names.start())
            data.stop.append(data.components.ears.start())
    except BaseException:
        # What has been started would go on without an entry that can stop it.
        await async_end(hass, entry)
        await hass.config_entries.async_unload_platforms(entry, data.platforms)
        raise
    _end_with_home_assistant(hass, entry)
    data.loaded = True
    if _stored(entry) != stored:
        await async_update(hass, entry)


async def _start(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    data, door = entry.runtime_data, async_lockdown(hass)
    try:
        data.components = await async_start(hass, entry)
    except Exception:
        _LOGGER.exception("Message Guard could not start: what is sent by voice is refused")
        for end in reversed(data.stop):
            end()
        data.stop.clear()
        door.close(entry)


@callback
def _index_names(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Index the names of a list in a thread: of a long one, whoever asked first would wait for it, and the home."""
    if (components := entry.runtime_data.components) is None:
        return
    chosen = guarded_pipelines(entry)
    tags = {hass.config.language} | {
        pipeline.conversation_language
        for pipeline in async_assistants(hass)
        if pipeline.id in chosen
    }
    found = {language for tag in tags if (language := components.languages.get(tag)) is not None}
    hass.async_add_executor_job(components.guard.household.contacts.index, found)


def _stored(entry: MessageGuardConfigEntry) -> tuple[dict[str, object], dict[str, ConfigSubentry]]:
    """Return what is stored of the household; it is compared with what was loaded."""
    return dict(entry.options), dict(entry.subentries)


# --- the assistants -------------------------------------------------------------------------------


async def _add_agents(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    data, chosen = entry.runtime_data, guarded_pipelines(entry)
    await data.pipelines.load()
    data.engines = tuple(data.pipelines.engines(chosen))
    data.joined = True
    await hass.config_entries.async_forward_entry_setups(entry, ENGINES)
    data.platforms += ENGINES


def _join_later(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Guard the assistants once there are any: whoever brings them may be slow, or fail."""

    async def join() -> None:
        if not await async_setup_component(hass, ASSISTANTS, async_config(hass)):
            _LOGGER.error("No assistant can be guarded, since Home Assistant cannot load them")
            return
        await _add_agents(hass, entry)
        await entry.runtime_data.pipelines.guard(guarded_pipelines(entry))

    task = entry.async_create_task(hass, join(), "message_guard assistants")

    def stop() -> None:
        task.cancel()

    entry.runtime_data.stop.append(stop)


# --- following a change ---------------------------------------------------------------------------


async def async_update(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Follow a change of options or contacts without dropping what waits."""
    data, components = entry.runtime_data, entry.runtime_data.components
    async_board(hass).changed()
    if not data.loaded:
        return  # it is compared at the end of loading
    chosen = guarded_pipelines(entry)
    if components is None or not _has_agents(entry, chosen):
        hass.config_entries.async_schedule_reload(entry.entry_id)
        return
    components.guard.household = household_from_entry(hass, entry)
    _index_names(hass, entry)
    components.guard.sending_allowed = sending_allowed(hass, entry)
    components.messages.inbox.allowed = incoming_allowed(hass, entry)
    components.messages.lamp.changed()
    components.actions.choose(guarded_actions(entry), free_actions(entry))
    components.actions.fixed.choose(chosen_fixed_calls(entry))
    components.intents.choose(guarded_intents(entry))
    components.buttons.follow()
    if data.joined:
        await data.pipelines.guard(chosen)
    if data.components is not components:
        return  # the entry was unloaded meanwhile
    if data.bypasses is not None:
        data.bypasses.changed()
    if data.names is not None:
        data.names.changed()
    components.ears.changed()
    components.checkpoints.changed()
    components.forwarding.changed()
    try:
        await components.ledger.append(Step(kind=Kind.RULES_CHANGED))
        await components.ledger.set_retention(retention_days(entry))
    except LedgerError as error:
        _LOGGER.error("The ledger could not record that the rules changed: %s", error)


def _has_agents(entry: MessageGuardConfigEntry, chosen: list[str]) -> bool:
    """Return whether there is an agent for each chosen pipeline, or there will be."""
    data = entry.runtime_data
    return not data.joined or set(data.pipelines.engines(chosen)) <= set(data.engines)


# --- ending ---------------------------------------------------------------------------------------


async def async_end(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Put everything back and close the ledger; what is spoken is refused from here on."""
    await _leave(hass, entry)
    await _finish(hass, entry)


async def _leave(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Put the pipelines back first: whatever fails after that, the home answers."""
    data, door = entry.runtime_data, async_lockdown(hass)
    if data.joined:
        await data.pipelines.restore()
    # From the guard to the closed door in one step of the loop.
    for stop in reversed(data.stop):
        stop()
    data.stop.clear()
    components, data.components = data.components, None
    if entry.disabled_by is None:
        door.close(entry)
    else:
        door.end()
    if components is not None:
        data.ending = components
        await async_stop(components)


async def _finish(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Write down what was refused meanwhile, and close the ledger."""
    components, entry.runtime_data.ending = entry.runtime_data.ending, None
    if components is not None:
        await async_close_ledger(components, async_lockdown(hass))


def _end_with_home_assistant(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Leave a home that works without us, should it start without us; but keep the door closed to the end."""

    async def leave(_event: Event) -> None:
        await _leave(hass, entry)

    async def finish(_event: Event) -> None:
        await _finish(hass, entry)

    listen = hass.bus.async_listen_once
    entry.async_on_unload(listen(EVENT_HOMEASSISTANT_STOP, leave))
    entry.async_on_unload(listen(EVENT_HOMEASSISTANT_FINAL_WRITE, finish))
