"""What belongs to a loaded entry."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry

if TYPE_CHECKING:
    from .approvals.button import TrustedButtons
    from .approvals.looking import Looking
    from .approvals.phone import PhoneApprovals
    from .approvals.satellite import SatelliteQuestions
    from .delivery import Delivery
    from .dialogue import Dialogue
    from .ears_watch import EarsWatch
    from .gap_watch import GapWatch
    from .guard import Guard
    from .guarding.holds import Holds
    from .guarding.locks import Locks
    from .home.satellites import SatelliteWatch
    from .home.speakers import Speakers
    from .home.surroundings import Home
    from .ledger.store import LedgerStore
    from .ledger.watch import LedgerWatch
    from .pipelines import GuardedPipelines
    from .recognition.sentences import Languages
    from .routes.actions import GuardedActions
    from .routes.intents import GuardedIntents
    from .routes.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """The moving parts of a guard that has started."""

    guard: Guard
    ledger: LedgerStore
    ledger_watch: LedgerWatch
    languages: Languages
    home: Home
    satellites: SatelliteWatch
    ears: EarsWatch
    speakers: Speakers
    dialogue: Dialogue
    delivery: Delivery
    locks: Locks
    holds: Holds
    turns: Turns
    actions: GuardedActions
    intents: GuardedIntents
    phones: PhoneApprovals
    looking: Looking
    buttons: TrustedButtons
    questions: SatelliteQuestions


@dataclass(slots=True)
class MessageGuardData:
    """Runtime data of the entry.

    The agents and the pipelines are there from the first moment; the works may be missing when
    something could not be started. Then nothing is guarded by conversation, and nothing is sent by us.
    """

    pipelines: GuardedPipelines
    engines: tuple[str, ...] = ()
    speech_engines: tuple[str, ...] = ()
    works: Works | None = None
    gaps: GapWatch | None = None
    stop: list[Callable[[], None]] = field(default_factory=list)


type MessageGuardConfigEntry = ConfigEntry[MessageGuardData]


def works_of(entry: MessageGuardConfigEntry) -> Works | None:
    """Return the moving parts, None while the entry is not loaded, or they could not be started.

    Home Assistant keeps no runtime data of an entry that has never been loaded, and its forms are there
    all the same.
    """
    data: MessageGuardData | None = getattr(entry, "runtime_data", None)
    return None if data is None else data.works
