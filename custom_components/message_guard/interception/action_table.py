"""Actions as Home Assistant has registered them, and what they do with words."""

from collections.abc import Iterable, Iterator, Mapping
import json
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.service import async_get_cached_service_description
from homeassistant.loader import Integration, async_get_integrations
from homeassistant.util.yaml import load_yaml_dict

from ..core.senders import Senders, Shape

_LOGGER = logging.getLogger(__name__)

SENDERS: Final = Senders(
    json.loads((Path(__file__).parent.parent / "actions.json").read_text(encoding="utf-8"))
)
"""Read when the integration is imported, which Home Assistant does outside of its event loop."""


class Descriptions:
    """What integrations that are not Home Assistant's own say of their actions."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the cache of what actions say of themselves; it is empty."""
        self._hass = hass
        self._read: dict[str, Mapping[str, Any]] = {}

    @callback
    def unread(self, domain: str, name: str) -> bool:
        """Return whether the description of this action could still say more than its registration."""
        return domain not in self._read and SENDERS.known(f"{domain}.{name}") is None

    async def read(self, domains: Iterable[str]) -> None:
        """Read the descriptions of these integrations; what cannot be read says nothing."""
        wanted = set(domains)
        found = await async_get_integrations(self._hass, wanted)
        there = [item for item in found.values() if isinstance(item, Integration)]
        self._read |= {domain: {} for domain in wanted}
        self._read |= await self._hass.async_add_executor_job(_described, there)

    @callback
    def shape(self, domain: str, name: str) -> Shape:
        """Return what can be seen of an action: its schema, and its description once it has been read."""
        service = self._hass.services.async_services_for_domain(domain).get(name)
        fields = set(_keys(getattr(service, "schema", None)))
        entities: set[str] = set()
        for about in (
            self._read.get(domain, {}).get(name),
            async_get_cached_service_description(self._hass, domain, name),
        ):
            if isinstance(about, Mapping):
                fields |= set(_fields(about.get("fields")))
                entities |= set(_entities(about.get("target")))
        return Shape(f"{domain}.{name}", frozenset(fields) or None, frozenset(entities))


def _described(integrations: Iterable[Integration]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for integration in integrations:
        path = integration.file_path / "services.yaml"
        try:
            found[integration.domain] = load_yaml_dict(str(path)) if path.exists() else {}
        except Exception as error:  # noqa: BLE001 - somebody else's file; the rule goes by the name then
            _LOGGER.debug("No descriptions of %s: %s", integration.domain, type(error).__name__)
    return found


def _keys(schema: Any) -> Iterator[str]:
    """Yield the fields that a schema names; the entities to act on are none."""
    inner = getattr(schema, "schema", None)
    if isinstance(inner, Mapping):
        yield from (str(getattr(key, "schema", key)) for key in inner)
    for part in getattr(schema, "validators", ()):
        yield from _keys(part)


def _fields(described: Any) -> Iterator[str]:
    for name, about in described.items() if isinstance(described, Mapping) else ():
        inner = about.get("fields") if isinstance(about, Mapping) else None
        if isinstance(inner, Mapping):
            yield from _fields(inner)  # a section of the form
        else:
            yield str(name)


def _entities(target: Any) -> Iterator[str]:
    named = target.get("entity") if isinstance(target, Mapping) else None
    for item in named if isinstance(named, list) else [named]:
        domains = item.get("domain") if isinstance(item, Mapping) else None
        yield from [domains] if isinstance(domains, str) else domains or ()
