"""Groups: whom a notify group passes a message on to.

Home Assistant's groups drop the errors of their members, so that each member is asked by us.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from homeassistant.components.notify.const import ATTR_DATA, DOMAIN as NOTIFY_DOMAIN
from homeassistant.const import CONF_ACTION
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import group as group_helper

from ..hooks.notify_platforms import members_of

MOST_GROUPS_IN_GROUPS: Final = 8
"""Deeper nesting than this is not followed."""


@callback
def group_members(hass: HomeAssistant, action: str) -> Iterable[Mapping[str, Any]]:
    """Return the members of a legacy notify group, each with its action and data; none of any other action."""
    domain, _, name = action.partition(".")
    return members_of(hass, name) if domain == NOTIFY_DOMAIN else ()


@callback
def member_entities(hass: HomeAssistant, entity_id: str, depth: int = 0) -> tuple[str, ...]:
    """Return the entities behind a group entity, in groups of groups as well; else the entity itself."""
    members = group_helper.get_entity_ids(hass, entity_id)
    if not members or depth >= MOST_GROUPS_IN_GROUPS:
        return (entity_id,)
    inner = (found for name in members for found in member_entities(hass, name, depth + 1))
    return tuple(dict.fromkeys(inner))


@callback
def direct_calls(
    hass: HomeAssistant, action: str, data: Mapping[str, Any]
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return the calls that a legacy group would make, each with its data; none of any other action."""
    found = []
    for member in group_members(hass, action):
        handed = {key: deepcopy(value) for key, value in data.items() if value}
        _add_defaults(handed, member.get(ATTR_DATA) or {})
        found.append((f"{NOTIFY_DOMAIN}.{member[CONF_ACTION]}", handed))
    return tuple(found)


@callback
def member_calls(
    hass: HomeAssistant, action: str, data: Mapping[str, Any], depth: int = 0
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return the calls behind a legacy group, in groups of groups as well; else the call itself."""
    direct = direct_calls(hass, action, data) if depth < MOST_GROUPS_IN_GROUPS else ()
    if not direct:
        return ((action, dict(data)),)
    return tuple(
        call for name, handed in direct for call in member_calls(hass, name, handed, depth + 1)
    )


def _add_defaults(data: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Add what a member always gets, as the group does (components/group/notify.py, `add_defaults`)."""
    for key, value in defaults.items():
        if isinstance(value, Mapping):
            inner = data.setdefault(key, {})
            if isinstance(inner, dict):
                _add_defaults(inner, value)
        else:
            data.setdefault(key, value)
