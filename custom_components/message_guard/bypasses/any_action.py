"""Assistants that may call any action: models that are handed a tool which calls whatever they name.

What is guarded is held when such a tool calls it, like any other. What nobody has told us about is not, and a model finds
its name by itself. Home Assistant's own API of this kind came with 2026.11 (components/homeassistant/llm.py); whoever
offers another is known by what its tool is called or takes.
"""

from collections.abc import Iterator, Mapping
import logging
from typing import Any, Final

from homeassistant.const import CONF_LLM_HASS_API
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import llm

from ..const import DOMAIN
from .bypass import Bypass, fingerprint_of
from .sequences import CONVERSATION

_LOGGER = logging.getLogger(__name__)

BYPASS_ANY_ACTION: Final = "gap_any_action"

_NAMES: Final = ("call_action", "call_service", "execute_action", "execute_service")
_NAMED_BY: Final = frozenset({"action", "service"})
_HANDED: Final = frozenset({"data", "target", "service_data", "entity_id"})
"""A tool that takes one of each calls whatever action it is handed."""


async def any_action_bypasses(hass: HomeAssistant) -> tuple[Bypass, ...]:
    """Return the assistants, and the programs that Home Assistant hands tools to, that may call any action."""
    calling = {api.id: api.name for api in llm.async_get_apis(hass) if await _calls_any(hass, api)}
    found = []
    for subject, name, chosen in _users(hass):
        used = sorted(calling[api_id] for api_id in chosen if api_id in calling)
        if used:
            placeholders = {"assistant": name, "tools": ", ".join(used)}
            found.append(
                Bypass(BYPASS_ANY_ACTION, subject, placeholders, fingerprint=fingerprint_of(*used))
            )
    return tuple(found)


@callback
def _users(hass: HomeAssistant) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield id, name and the APIs of whatever is handed tools."""
    for entry in hass.config_entries.async_entries(include_ignore=False, include_disabled=False):
        if chosen := _chosen({**entry.data, **entry.options}):
            yield entry.entry_id, entry.title, chosen
        for subentry in entry.subentries.values():
            if chosen := _chosen(subentry.data):
                name = f"{entry.title}: {subentry.title}"
                yield subentry.subentry_id, name, chosen


def _chosen(settings: Mapping[str, Any]) -> tuple[str, ...]:
    given = settings.get(CONF_LLM_HASS_API)
    listed = given if isinstance(given, list | tuple) else [given]
    return tuple(item for item in listed if isinstance(item, str))


async def _calls_any(hass: HomeAssistant, api: llm.API) -> bool:
    """Return whether one of its tools calls whatever it is told to."""
    context = llm.LLMContext(
        platform=DOMAIN,
        context=None,
        language=hass.config.language,
        assistant=CONVERSATION,
        device_id=None,
    )
    try:
        tools = (await api.async_get_api_instance(context)).tools
        return any(_is_free(tool) for tool in tools)
    except Exception as error:  # noqa: BLE001 - anybody may offer one, and it is only a report
        _LOGGER.debug("The tools of %s are unknown: %s", api.id, type(error).__name__)
        return False


def _is_free(tool: llm.Tool) -> bool:
    if tool.name.lower().rstrip("s").endswith(_NAMES):
        return True
    fields = getattr(tool.parameters, "schema", None)
    names = {str(name) for name in fields} if isinstance(fields, Mapping) else set()
    return not _NAMED_BY.isdisjoint(names) and not _HANDED.isdisjoint(names)
