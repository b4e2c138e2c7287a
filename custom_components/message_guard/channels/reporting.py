"""Reporting: whether a channel would tell if it failed.

Home Assistant has no such notion. Actions and notify entities are to raise when they fail; legacy notify platforms
were made before that and mostly log, or say nothing. So what is said of a message that a channel took without a
word depends on whose channel it is: the integrations below were read in Home Assistant's sources, and raise whenever
they know of a failure. Any other one, and every custom integration, has taken the message, and nobody knows more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.components.notify.const import DOMAIN as NOTIFY, SERVICE_SEND_MESSAGE
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import entity_sources

from ..hooks.notify_platforms import platform_of
from ..hooks.phones import MOBILE_APP_DOMAIN, pushes_directly

SATELLITE: Final = "assist_satellite"

RAISING_ENTITIES: Final = frozenset(
    {
        "alexa_devices",
        "file",
        "fully_kiosk",
        "group",
        "habitica",
        "html5",
        "lametric",
        "mobile_app",
        "nfandroidtv",
        "ntfy",
        "playstation_network",
        "prowl",
        "smtp",
        "system_bridge",
        "telegram_bot",
        "threema",
        "tibber",
    }
)
"""Notify entities whose integrations raise what goes wrong. Those of a group are looked at one by one."""

RAISING_ACTIONS: Final = frozenset(
    {
        "assist_satellite",
        "html5",
        "nfandroidtv",
        "notify",
        "ntfy",
        "prowl",
        "smtp",
        "telegram_bot",
    }
)
"""Integrations whose own actions raise what goes wrong."""

RAISING_PLATFORMS: Final = frozenset(
    {
        "google_mail",
        "lametric",
        "netgear_lte",
        "pushbullet",
        "signal_messenger",
        "simplepush",
        "smtp",
        "system_bridge",
        "webostv",
    }
)
"""Legacy notify platforms that raise what goes wrong."""


@callback
def integrations_of(hass: HomeAssistant, domain: str, service: str, data: object) -> frozenset[str]:
    """Return whose code an action calls: that of its notify entities, of a legacy platform, or its own."""
    if domain == NOTIFY and (platform := platform_of(hass, service)) is not None:
        return frozenset({platform})
    return frozenset({domain, *(_platform_of(hass, item) for item in _entities(data))})


@callback
def reports(hass: HomeAssistant, domain: str, service: str, data: object) -> bool:
    """Return whether an action would raise if it knew that the message was not taken."""
    if domain != NOTIFY:
        return domain in RAISING_ACTIONS
    if (platform := platform_of(hass, service)) is not None:
        return platform in RAISING_PLATFORMS
    if service != SERVICE_SEND_MESSAGE:
        return True
    return all(_entity_reports(hass, entity_id) for entity_id in _entities(data))


def _entity_reports(hass: HomeAssistant, entity_id: str) -> bool:
    platform = _platform_of(hass, entity_id)
    if platform == NOTIFY:
        return True  # nobody's entity: there is no code that could fail
    if platform == MOBILE_APP_DOMAIN and pushes_directly(hass):
        return False  # a phone in the house is pushed to directly, which is not awaited
    return platform in RAISING_ENTITIES


def _platform_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the integration of an entity, else the domain of its id."""
    if (entry := er.async_get(hass).async_get(entity_id)) is not None:
        return entry.platform
    source = entity_sources(hass).get(entity_id)
    return source["domain"] if source is not None else entity_id.partition(".")[0]


def _entities(data: object) -> Iterable[str]:
    named: Any = data.get(ATTR_ENTITY_ID) if isinstance(data, Mapping) else None
    if isinstance(named, str):
        return (named,)
    return tuple(item for item in named or () if isinstance(item, str))
