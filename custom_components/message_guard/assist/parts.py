"""What a guarded turn needs of a guard that has started, and no more."""

from typing import Protocol

from ..guarding.guard import Guard
from ..home.satellites import SatelliteWatch
from ..interception.actions import GuardedActions
from ..provenance.turns import Turns
from ..recognition.sentences import Languages
from .dialogue import Dialogue


class TurnParts(Protocol):
    """The parts that a turn talks to; `runtime.Components` has them, and others beside."""

    @property
    def guard(self) -> Guard:
        """Decides."""

    @property
    def dialogue(self) -> Dialogue:
        """Reads an utterance, and hands what is ours to the guard."""

    @property
    def languages(self) -> Languages:
        """What is said in each language."""

    @property
    def satellites(self) -> SatelliteWatch:
        """When satellites speak and listen."""

    @property
    def actions(self) -> GuardedActions:
        """Actions that are held."""

    @property
    def turns(self) -> Turns:
        """What is caused by which utterance."""
