"""Present or closed: what is done first, and what is said when the guard does not come.

Nothing here waits for others, and nothing is loaded but what the closed door needs.
"""

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_COMPONENT_LOADED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, ISSUE_NOT_RUNNING

if TYPE_CHECKING:
    from .lockdown import Lockdown

_CONFIG: HassKey[ConfigType] = HassKey("message_guard_config")
_FOLLOWED: HassKey[set[str]] = HassKey("message_guard_followed")

_UNDER_WAY = frozenset({ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.UNLOAD_IN_PROGRESS})


def _load_lockdown() -> None:
    """Load the closed door, unless what conversations need is not installed yet: then nobody can speak."""
    with suppress(ImportError):
        import_module(".lockdown", __package__)


# Home Assistant loads this module in its thread for imports, and so the door with it.
_load_lockdown()


@callback
def async_door(hass: HomeAssistant) -> Lockdown | None:
    """Return the door, None as long as it cannot be loaded."""
    try:
        from .lockdown import async_lockdown  # noqa: PLC0415
    except ImportError:
        return None
    return async_lockdown(hass)


@callback
def async_close_all(hass: HomeAssistant, config: ConfigType | None = None) -> None:
    """Close the door of a household that has a guard, at once or as soon as somebody could speak.

    Args:
        hass: Home Assistant.
        config: The whole configuration, for those that have to be set up later.
    """
    if config is not None:
        hass.data[_CONFIG] = config
    entries = _wanted(hass)
    for entry in entries:
        _follow(hass, entry)
    if (door := async_door(hass)) is not None:
        for entry in entries:
            door.close(entry)
        return

    async def again(_event: Event) -> None:
        await hass.async_add_import_executor_job(_load_lockdown)
        if (door := async_door(hass)) is not None:
            unsubscribe()
            for entry in _wanted(hass):
                door.close(entry)

    unsubscribe = hass.bus.async_listen(EVENT_COMPONENT_LOADED, again)


@callback
def async_config(hass: HomeAssistant) -> ConfigType:
    """Return the whole configuration."""
    return hass.data.get(_CONFIG, {})


async def async_report(hass: HomeAssistant) -> None:
    """Say in Repairs whether the guard runs, once Home Assistant has started."""
    for entry in _wanted(hass):
        _report(hass, entry)


@callback
def running(entry: ConfigEntry) -> bool:
    """Return whether a guard stands in the door."""
    return entry.state is ConfigEntryState.LOADED and entry.runtime_data.components is not None


@callback
def _follow(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Report on every change of the entry's state from now on."""
    followed = hass.data.setdefault(_FOLLOWED, set())
    if entry.entry_id in followed:
        return
    followed.add(entry.entry_id)

    @callback
    def changed() -> None:
        if entry.state not in _UNDER_WAY:
            _report(hass, entry)

    entry.async_on_state_change(changed)


@callback
def _report(hass: HomeAssistant, entry: ConfigEntry) -> None:
    if running(entry) or entry.disabled_by is not None:
        ir.async_delete_issue(hass, DOMAIN, ISSUE_NOT_RUNNING)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_NOT_RUNNING,
        is_fixable=False,
        is_persistent=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ISSUE_NOT_RUNNING,
    )


@callback
def _wanted(hass: HomeAssistant) -> list[ConfigEntry]:
    return hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)
