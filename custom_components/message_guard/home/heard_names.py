"""Names that were asked for and are nobody's: counted, and told in Repairs, where one becomes a contact's other name.

Repairs tells everybody who is signed in how many there are; which ones, only the form of an administrator says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import hashlib
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..core.errors import LedgerError
from ..core.policy import REASON_UNKNOWN_RECIPIENT
from ..core.request import Route
from ..core.text import fold, speakable
from ..guarding.step_events import SIGNAL_STEP, StepData
from ..ledger.format.entries import Kind
from ..ledger.reading import Filter
from ..settings.household import ignored_bypasses

if TYPE_CHECKING:
    from ..runtime import Components, MessageGuardConfigEntry

_LOGGER = logging.getLogger(__name__)

ISSUE_NAMES: Final = "names_asked_for"

MOST_READ: Final = 500
"""Refusals that are looked through for names; more than anybody reads."""

OFTEN: Final = 3
"""Times after which a name is told of: once or twice, it was somebody else's talk."""

LOOK_SECONDS: Final = 3.0
"""How long after a refusal the names are counted."""


@dataclass(slots=True)
class HeardName:
    """A name that was asked for and is nobody's.

    Attributes:
        name: As it was written last.
        last: When, in microseconds since the epoch, UTC.
        satellite_id: Where that was.
        times: How often, in what is still kept.
    """

    name: str
    last: int
    satellite_id: str | None
    times: int = 0

    @property
    def ignored_as(self) -> str:
        """What is kept of a name that is ignored for good: its hash, and not the name."""
        return f"name_{hashlib.sha256(fold(self.name).encode()).hexdigest()[:16]}"


async def heard_names(components: Components) -> list[HeardName]:
    """Return names that were heard and are on nobody's list, the most frequent first.

    What a held call would have reached is no name: it is an id.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    found = await components.ledger.page(Filter(kinds=[Kind.REFUSED]), limit=MOST_READ)
    names: dict[str, HeardName] = {}
    for row in found.rows:
        name, entry = row.private.get("recipient", ""), row.entry
        key = fold(name)
        held = entry.facts.get("route") == Route.ACTION and "held_call" in entry.facts
        if REASON_UNKNOWN_RECIPIENT not in entry.reasons or not key or held:
            continue
        if _known(components, name):
            continue
        where = entry.facts.get("satellite_id")
        # Newest first, so what is kept of a name is what was heard last.
        heard = names.setdefault(
            key, HeardName(speakable(name), entry.time, None if where is None else str(where))
        )
        heard.times += 1
    return sorted(names.values(), key=lambda item: -item.times)


async def names_to_tell(
    entry: MessageGuardConfigEntry, components: Components
) -> Sequence[HeardName]:
    """Return the names that were asked for often, without those that are ignored for good.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    ignored = ignored_bypasses(entry)
    return [
        item
        for item in await heard_names(components)
        if item.times >= OFTEN and item.ignored_as not in ignored
    ]


def _known(components: Components, name: str) -> bool:
    contacts = components.guard.household.contacts
    return any(not contacts.match(name, language).unknown for language in components.languages)


class HeardNamesWatch:
    """Keeps Repairs up to date with the names."""

    def __init__(
        self, hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components
    ) -> None:
        """Create the count of names; `start` begins to count."""
        self._hass = hass
        self._entry = entry
        self._components = components
        self._debouncer = Debouncer(
            hass, _LOGGER, cooldown=LOOK_SECONDS, immediate=False, function=self.look
        )

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Count after every refusal; returns what ends it."""
        unsubscribe = async_dispatcher_connect(self._hass, SIGNAL_STEP, self._step)
        self.changed()

        @callback
        def stop() -> None:
            unsubscribe()
            self._debouncer.async_shutdown()
            ir.async_delete_issue(self._hass, DOMAIN, ISSUE_NAMES)

        return stop

    @callback
    def changed(self) -> None:
        """Count soon."""
        self._debouncer.async_schedule_call()

    async def look(self) -> None:
        """Count now."""
        try:
            names = await names_to_tell(self._entry, self._components)
        except LedgerError as error:
            _LOGGER.error("The names that were asked for cannot be read: %s", error)
            return
        if not names:
            ir.async_delete_issue(self._hass, DOMAIN, ISSUE_NAMES)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            ISSUE_NAMES,
            data={"kind": ISSUE_NAMES, "entry_id": self._entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_NAMES,
            translation_placeholders={"count": str(len(names))},
        )

    @callback
    def _step(self, kind: str, step_data: StepData) -> None:
        if kind == Kind.REFUSED.value and REASON_UNKNOWN_RECIPIENT in step_data["reasons"]:
            self.changed()
