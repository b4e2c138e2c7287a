"""What belongs to a loaded entry."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .const import DOMAIN

if TYPE_CHECKING:
    from .approvals.button import TrustedButtons
    from .approvals.looking import Looking
    from .approvals.phone import PhoneApprovals
    from .approvals.satellite import SatelliteQuestions
    from .assist.default_agent import GuardedDefaultAgent
    from .assist.dialogue import Dialogue
    from .assist.pipelines import GuardedPipelines
    from .forwarding.outboxes import Outboxes
    from .guarding.delivery import Delivery
    from .guarding.guard import Guard
    from .guarding.holds import Holds
    from .guarding.locks import Locks
    from .home.ears_run import EarsRun
    from .home.ears_watch import EarsWatch
    from .home.satellites import SatelliteWatch
    from .home.surroundings import Home
    from .incoming.parts import MessagesParts
    from .interception.actions import GuardedActions
    from .interception.intents import GuardedIntents
    from .ledger.push import CheckpointPush
    from .ledger.store import LedgerStore
    from .ledger.watch import LedgerWatch
    from .ledger.witnesses import Witnesses
    from .provenance.turns import Turns
    from .recognition.sentences import Languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """The moving parts of a guard that has started."""

    guard: Guard
    ledger: LedgerStore
    ledger_watch: LedgerWatch
    checkpoints: CheckpointPush
    forwarding: Outboxes
    witnesses: Witnesses
    languages: Languages
    home: Home
    satellites: SatelliteWatch
    ears: EarsWatch
    ears_run: EarsRun
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
    messages: MessagesParts
    default_agent: GuardedDefaultAgent


class Watch(Protocol):
    """Somebody who looks at the home again and again, and tells of it in Repairs."""

    def changed(self) -> None:
        """Look again: the options have changed."""


@dataclass(slots=True)
class MessageGuardData:
    """Runtime data of the entry.

    The components may be missing when something could not be started. Then nothing is guarded by conversation,
    and the door stays closed.

    Attributes:
        pipelines: The assistants' pipelines.
        engines: Ids of the agents that ours stand in front of.
        components: What decides, records and sends.
        ending: What has stopped, with its ledger still open.
        bypasses: Looks for ways round.
        names: Counts the names that are asked for and are nobody's.
        platforms: The platforms that have been set up.
        stop: What ends the parts, in the order in which they were started.
        joined: The assistants are there, and our agents in front of theirs.
        loaded: The start is over; a change of options is followed at once.
    """

    pipelines: GuardedPipelines
    engines: tuple[str, ...] = ()
    components: Components | None = None
    ending: Components | None = None
    bypasses: Watch | None = None
    names: Watch | None = None
    platforms: list[Platform] = field(default_factory=list)
    stop: list[Callable[[], None]] = field(default_factory=list)
    joined: bool = False
    loaded: bool = False


type MessageGuardConfigEntry = ConfigEntry[MessageGuardData]


def loaded_components(hass: HomeAssistant) -> Components | None:
    """Return the moving parts of the one guard in a home, None when there is none."""
    entries: list[MessageGuardConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return components_of(entries[0]) if entries else None


def components_of(entry: MessageGuardConfigEntry) -> Components | None:
    """Return the moving parts, None while the entry is not loaded, or they could not be started.

    Home Assistant keeps no runtime data of an entry that has never been loaded, and its forms are there
    all the same.
    """
    data: MessageGuardData | None = getattr(entry, "runtime_data", None)
    return None if data is None else data.components
