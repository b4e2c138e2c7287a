"""A guard that could not start keeps the door shut.

What fails at the start must not open what was closed before it: messages that are sent because someone
spoke are refused, everything else goes through.
"""

from collections.abc import Callable
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .core.answer import Answer, AnswerKind
from .core.confirmation import Confirmation
from .core.household import Household
from .core.request import Request
from .guarding.holds import Holds
from .guarding.records import Notice
from .routes.actions import GuardedActions
from .routes.turns import Turns
from .settings import guarded_actions, household_from_entry

_LOGGER = logging.getLogger(__name__)

_REFUSED = Answer(
    kind=AnswerKind.REFUSED,
    text="Not sent: Message Guard could not start. Look at Home Assistant's log.",
    reasons=("not_started",),
)
"""There may be no language file to say it with."""


class ClosedGuard:
    """Refuses everything, and writes nothing down."""

    def __init__(self, household: Household) -> None:
        """Refuse what this household would hold."""
        self.household = household
        self.pending: tuple[Confirmation, ...] = ()

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Never call anybody."""
        return lambda: None

    async def submit(self, *requests: Request) -> Answer:
        """Refuse."""
        _LOGGER.error("A message was not sent, since Message Guard could not start")
        return _REFUSED

    async def turn_down(self, reason: str, *requests: Request) -> Answer:
        """Refuse."""
        return _REFUSED

    def only_watches(self, *requests: Request) -> bool:
        """Return whether the household lets everything through."""
        return self.household.observe

    def observe(self, reason: str, *requests: Request) -> None:
        """Write nothing down: there is no ledger."""


@callback
def async_close(hass: HomeAssistant, entry: ConfigEntry) -> list[Callable[[], None]]:
    """Refuse what is sent because someone spoke; returns what ends that."""
    turns = Turns(hass)
    guard = ClosedGuard(household_from_entry(hass, entry))
    actions = GuardedActions(hass, turns, guard, Holds(), guarded_actions(entry))
    turns.start()
    actions.start()
    return [turns.stop, actions.stop]
