"""A guard that could not start, or that is being loaded anew, keeps the door shut.

What fails at the start must not open what was closed before it, and a script that somebody's speech has
started could reload the guard and send in between: messages that are sent because someone spoke are
refused, everything else goes through.
"""

from collections.abc import Callable, Iterable
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.util.hass_dict import HassKey

from .core.answer import Answer, AnswerKind
from .core.confirmation import Confirmation
from .core.household import Household
from .core.request import Request
from .guarding.holds import Holds
from .guarding.records import Notice
from .routes.actions import GuardedActions
from .routes.turns import Turns
from .settings import free_actions, guarded_actions, guarded_intents, household_from_entry

_LOGGER = logging.getLogger(__name__)

_REFUSED = Answer(
    kind=AnswerKind.REFUSED,
    text="Not sent: Message Guard is not running. Look at Home Assistant's log.",
    reasons=("not_started",),
)
"""There may be no language file to say it with."""

_HANDLE: Final = "async_handle"

_BETWEEN: HassKey[list[Callable[[], None]]] = HassKey("message_guard_between")


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
        _LOGGER.error("A message was not sent, since Message Guard is not running")
        return _REFUSED

    async def turn_down(self, reason: str, *requests: Request) -> Answer:
        """Refuse."""
        return _REFUSED

    def only_watches(self, *requests: Request) -> bool:
        """Return whether the household lets everything through."""
        return self.household.observe

    def observe(self, reason: str, *requests: Request) -> None:
        """Write nothing down: there is no ledger."""


class ClosedIntents:
    """Refuses the intents that the household guards."""

    def __init__(self, hass: HomeAssistant, chosen: Iterable[str]) -> None:
        """Refuse nothing yet."""
        self._hass = hass
        self._chosen = tuple(chosen)
        self._refusing: list[tuple[intent.IntentHandler, object]] = []

    @callback
    def start(self) -> None:
        """Take the place of every handler that is there."""
        handlers = self._hass.data.get(intent.DATA_KEY, {})
        for handler in filter(None, map(handlers.get, self._chosen)):
            try:
                before = vars(handler).get(_HANDLE)
                # Not by an ordinary assignment: a handler may refuse those.
                object.__setattr__(handler, _HANDLE, _refuse)
            except Exception as error:  # noqa: BLE001 - one that cannot be wrapped was never held either
                _LOGGER.error("An intent stays open: %s", type(error).__name__)
            else:
                self._refusing.append((handler, before))

    @callback
    def stop(self) -> None:
        """Put back what is still ours."""
        for handler, before in self._refusing:
            if vars(handler).get(_HANDLE) is not _refuse:
                continue
            if before is None:
                object.__delattr__(handler, _HANDLE)
            else:
                object.__setattr__(handler, _HANDLE, before)
        self._refusing.clear()


async def _refuse(intent_obj: intent.Intent) -> intent.IntentResponse:
    """Answer that nothing was sent."""
    _LOGGER.error("An intent was not handled, since Message Guard is not running")
    response = intent_obj.create_response()
    response.async_set_error(intent.IntentResponseErrorCode.FAILED_TO_HANDLE, _REFUSED.text)
    return response


@callback
def async_close(hass: HomeAssistant, entry: ConfigEntry) -> list[Callable[[], None]]:
    """Refuse what is sent because someone spoke; returns what ends that."""
    turns = Turns(hass)
    guard = ClosedGuard(household_from_entry(hass, entry))
    actions = GuardedActions(
        hass, turns, guard, Holds(), guarded_actions(entry), free_actions(entry)
    )
    intents = ClosedIntents(hass, () if guard.household.observe else guarded_intents(entry))
    turns.start()
    actions.start()
    intents.start()
    return [turns.stop, actions.stop, intents.stop]


@callback
def async_close_between(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Refuse until the guard has started again, unless the household has disabled it."""
    if entry.disabled_by is None:
        async_open(hass)
        hass.data[_BETWEEN] = async_close(hass, entry)


@callback
def async_open(hass: HomeAssistant) -> None:
    """End what `async_close_between` began."""
    ends: list[Callable[[], None]] = hass.data.pop(_BETWEEN, [])
    for end in reversed(ends):
        end()
