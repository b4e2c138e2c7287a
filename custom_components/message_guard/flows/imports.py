"""Channels that voice automations use already, to be taken over as contacts."""

from collections.abc import Iterable, Iterator
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback

from ..core.errors import LedgerError
from ..core.ledger import Kind
from ..ledger.reading import Filter
from ..routes.sequences import Call, spoken_sequences
from ..runtime import MessageGuardConfigEntry
from .fields import FREE_NOTIFY_ACTIONS, NOTIFY_DOMAIN
from .suggestions import Suggestion

MOST_READ: Final = 500
"""Entries of the ledger that are looked through; what is used is used more than once."""

_BY_ENTITY: Final = frozenset({"assist_satellite.announce", "notify.send_message"})


async def used_channels(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, offered: Iterable[Suggestion]
) -> dict[str, tuple[Suggestion, tuple[str, ...]]]:
    """Return the channels on offer that speech reaches today, by their keys.

    Returns:
        Each with the names of what uses it: automations, scripts and intents by their configuration, and
        nothing for what was only seen in the ledger.
    """
    users: dict[str, dict[str, None]] = {}
    for target, name in _configured(hass):
        users.setdefault(target, {})[name] = None
    for target in await _observed(entry):
        users.setdefault(target, {})
    return {item.key: (item, tuple(users[item.target])) for item in offered if item.target in users}


@callback
def _configured(hass: HomeAssistant) -> Iterator[tuple[str, str]]:
    """Yield what speech can make automations, scripts and intents send to, and their names."""
    for spoken in spoken_sequences(hass):
        for call in spoken.calls:
            for target in _targets(call):
                yield target, spoken.name


def _targets(call: Call) -> list[str]:
    if call.action in _BY_ENTITY:
        named = call.data.get(ATTR_ENTITY_ID)
        entities = named if isinstance(named, list) else [named]
        return [entity_id for entity_id in entities if isinstance(entity_id, str)]
    domain, _, name = (call.action or "").partition(".")
    return (
        [f"{domain}.{name}"] if domain == NOTIFY_DOMAIN and name not in FREE_NOTIFY_ACTIONS else []
    )


async def _observed(entry: MessageGuardConfigEntry) -> set[str]:
    """Return what speech did send to, or would have, by the ledger."""
    works = entry.runtime_data.works
    if works is None:
        return set()
    try:
        page = await works.ledger.page(Filter(kinds=[Kind.OBSERVED, Kind.REFUSED]), limit=MOST_READ)
    except LedgerError:
        return set()
    return {
        target
        for row in page.rows
        if row.entry.facts.get("held_call") is not None
        for target in row.private.get("recipient", "").split(", ")
    }
