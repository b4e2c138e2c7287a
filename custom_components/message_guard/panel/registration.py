"""The page in the sidebar and the card's module, as far as Home Assistant has a frontend.

Nothing here is waited for: without a frontend, the guard does its work and nobody looks. The page is not taken away
while the entry is loaded anew: that would throw whoever looks at it out.
"""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.components.http import StaticPathConfig  # type: ignore[attr-defined]
from homeassistant.const import EVENT_COMPONENT_LOADED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import NAME
from .files import FOLDER, async_load_module, module_name

_LOGGER = logging.getLogger(__name__)

URL_PATH: Final = "message-guard"
ELEMENT: Final = "message-guard-panel"
ICON: Final = "mdi:message-lock"
FILES: Final = "/message_guard_files"

_NEEDED: Final = frozenset({"http", "frontend"})

_SHOWN: HassKey[str] = HassKey("message_guard_shown")
"""Where the module is that is shown."""
_WAITING: HassKey[CALLBACK_TYPE] = HassKey("message_guard_waits_for_frontend")
"""What ends the waiting for a frontend."""
_SERVED: HassKey[set[str]] = HassKey("message_guard_served")
"""What can be fetched; Home Assistant takes no route back."""


async def async_show(hass: HomeAssistant) -> None:
    """Show the page and offer the card, now or once there is a frontend."""
    module = module_name(hass) if _SHOWN in hass.data else await async_load_module(hass)
    if module is None:
        _LOGGER.warning("The page of Message Guard is not in its folder: install it again")
        return
    if hass.config.components >= _NEEDED:
        await _show(hass, module)
        return

    if _WAITING in hass.data:
        return

    async def loaded(_event: Event[Mapping[str, Any]]) -> None:
        if hass.config.components >= _NEEDED:
            _wait_no_more(hass)
            await _show(hass, module)

    hass.data[_WAITING] = hass.bus.async_listen(EVENT_COMPONENT_LOADED, loaded)


@callback
def async_hide(hass: HomeAssistant) -> None:
    """Take the page out of the sidebar, and offer the card no more: the household has removed the guard."""
    _wait_no_more(hass)
    url = hass.data.pop(_SHOWN, None)
    if url is None:
        return
    from homeassistant.components import frontend  # noqa: PLC0415 - there, or nothing was shown

    frontend.async_remove_panel(hass, URL_PATH, warn_if_unknown=False)
    frontend.remove_extra_js_url(hass, url)


async def _show(hass: HomeAssistant, module: str) -> None:
    from homeassistant.components import (  # noqa: PLC0415 - not without a frontend
        frontend,
        panel_custom,
    )

    if _SHOWN in hass.data:
        return
    if frontend.async_panel_exists(hass, URL_PATH):
        _LOGGER.warning("Something else is called %s in the sidebar already", URL_PATH)
        return
    url = f"{FILES}/{module}"
    hass.data[_SHOWN] = url  # at once, for whoever asks meanwhile
    try:
        await _serve(hass, url, module)
        await panel_custom.async_register_panel(
            hass,
            frontend_url_path=URL_PATH,
            webcomponent_name=ELEMENT,
            sidebar_title=NAME,
            sidebar_icon=ICON,
            module_url=url,
            require_admin=False,
            handle_safe_area=False,
        )
    except BaseException:
        del hass.data[_SHOWN]  # the next start of the guard tries again
        raise
    frontend.add_extra_js_url(hass, url)


@callback
def _wait_no_more(hass: HomeAssistant) -> None:
    if (unsubscribe := hass.data.pop(_WAITING, None)) is not None:
        unsubscribe()


async def _serve(hass: HomeAssistant, url: str, module: str) -> None:
    """Let the module be fetched, and kept by browsers: another one has another name."""
    served = hass.data.setdefault(_SERVED, set())
    if url not in served:
        await hass.http.async_register_static_paths(
            [StaticPathConfig(url, str(FOLDER / module), cache_headers=True)]
        )
        served.add(url)
