"""Legacy notify platforms: whose action it is, and whom a group of them passes a message on to.

Relies on: components/notify/legacy.py, which keeps every service by its integration (`NOTIFY_SERVICES`), each with the name of
its action (`_service_name`) and of those of its targets (`registered_targets`); components/group/notify.py, whose service
keeps its members in `entities`; since 2026.10. When that is gone: a group counts as one recipient whom nobody knows, and
of what a platform takes without a word it is not said that it arrived.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components.notify.legacy import NOTIFY_SERVICES
from homeassistant.core import HomeAssistant, callback


@callback
def platform_of(hass: HomeAssistant, name: str) -> str | None:
    """Return the integration of the legacy action notify.`name`, None where it is none."""
    for platform, services in hass.data.get(NOTIFY_SERVICES, {}).items():
        for item in services:
            if name == getattr(item, "_service_name", None):
                return platform
            if name in getattr(item, "registered_targets", ()):
                return platform
    return None


@callback
def members_of(hass: HomeAssistant, name: str) -> Iterable[Mapping[str, Any]]:
    """Return the members of the group notify.`name`, each with its action and data; none of any other action."""
    groups = hass.data.get(NOTIFY_SERVICES, {}).get("group", ())
    found = (item for item in groups if getattr(item, "_service_name", None) == name)
    members: Iterable[Mapping[str, Any]] = getattr(next(found, None), "entities", ())
    return members
