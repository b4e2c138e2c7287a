"""Message Guard: nothing is sent because someone spoke unless it may be, is proved, and is recorded.

The order matters. The door is closed before anything else is loaded or waited for (`presence.py`,
`lockdown.py`); what the guard is made of is loaded after that, and put together in `loading.py`.
"""

from contextlib import suppress
from importlib import import_module
import logging

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv, issue_registry as ir
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN, ISSUE_NOT_RUNNING, ISSUE_REFUSED_MEANWHILE, PLATFORMS
from .presence import async_close_all, async_door, async_report
from .runtime import MessageGuardConfigEntry, MessageGuardData

__all__ = [
    "CONFIG_SCHEMA",
    "PLATFORMS",
    "async_remove_entry",
    "async_setup",
    "async_setup_entry",
    "async_unload_entry",
]

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Close the door, then register actions and commands, which answer "not loaded" without an entry."""
    async_close_all(hass, config)
    if not hass.is_running:
        async_at_started(hass, async_report)
    try:
        await _async_load_parts(hass)
    except ConfigEntryNotReady as error:
        _LOGGER.error("Message Guard is not complete, so the door stays closed: %s", error)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> bool:
    """Start the guard, behind the closed door."""
    async_close_all(hass)
    await _async_load_parts(hass)
    from .loading import (  # noqa: PLC0415 - it is loaded by now
        GuardedPipelines,
        async_load,
        async_show_panel,
        async_update,
    )

    entry.runtime_data = MessageGuardData(pipelines=GuardedPipelines(hass))
    # Before anything is read: an edit made meanwhile must not be missed.
    entry.async_on_unload(entry.add_update_listener(async_update))
    try:
        await async_load(hass, entry)
    finally:
        # After the guard, and without one: then the page says so.
        await async_show_panel(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> bool:
    """Put everything back and stop; until it is loaded anew, nothing is sent by voice."""
    from .loading import async_end  # noqa: PLC0415 - what has been set up is loaded

    await async_end(hass, entry)
    return await hass.config_entries.async_unload_platforms(entry, entry.runtime_data.platforms)


async def async_remove_entry(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> None:
    """Leave nothing behind."""
    if (door := async_door(hass)) is not None:
        door.end()
    with suppress(ImportError):
        from .loading import (  # noqa: PLC0415 - loaded, or nothing was shown
            async_forget,
            async_hide,
        )

        async_hide(hass)
        await async_forget(hass)
    for issue in (ISSUE_NOT_RUNNING, ISSUE_REFUSED_MEANWHILE):
        ir.async_delete_issue(hass, DOMAIN, issue)


async def _async_load_parts(hass: HomeAssistant) -> None:
    """Load what the guard is made of, and register its actions and commands once.

    Raises:
        ConfigEntryNotReady: If something that it is made of cannot be loaded now.
    """
    try:
        parts = await hass.async_add_import_executor_job(import_module, f"{__name__}.loading")
        parts.async_register(hass)
    except Exception as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="not_loadable",
            translation_placeholders={"error": f"{type(error).__name__}: {error}"},
        ) from error
