"""The overview of an administrator: what there is to do, today, and the last requests."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant, callback

from ..core.errors import LedgerError
from ..ledger.history import History, Wanted
from ..runtime import Components, MessageGuardConfigEntry, loaded_components
from .board import Board, async_board
from .days import begin_us, by_day, today
from .people import Role, async_entry, person_of
from .rows import described
from .todo import todos

LAST: Final = 5

_NOBODY: Final = {"role": Role.NOBODY.value}


class Overview:
    """One administrator's page: it is sent all of it now, and again whenever it has changed."""

    def __init__(self, hass: HomeAssistant, connection: ActiveConnection, message_id: int) -> None:
        """Create the overview of whoever is at the other end; `start` begins to send."""
        self._hass = hass
        self._connection = connection
        self._id = message_id
        self._board = async_board(hass)
        self._busy = False
        self._again = False
        self._open = True
        self._last: dict[str, Any] | None = None

    @callback
    def start(self) -> None:
        """Send now and after each change, until the connection ends."""
        stop_listening = self._board.listen(self._look)

        @callback
        def stop() -> None:
            self._open = False
            stop_listening()

        self._connection.subscriptions[self._id] = stop
        self._connection.send_result(self._id)
        self._look()

    @callback
    def _look(self) -> None:
        """Look now, or once more after what is being looked at."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._hass.async_create_task(self._send(), "message_guard overview")

    async def _send(self) -> None:
        try:
            self._again = True
            while self._again and self._open:
                self._again = False
                shown = await self._shown()
                # Whoever has lost the right meanwhile gets nothing of it.
                shown = shown if self._is_administrator() else _NOBODY
                if self._open and shown != self._last:
                    self._last = shown
                    self._connection.send_event(self._id, shown)
        finally:
            self._busy = False

    def _is_administrator(self) -> bool:
        person = person_of(self._hass, self._connection.user, self._connection.refresh_token_id)
        return person.role is Role.ADMINISTRATOR

    async def _shown(self) -> dict[str, Any]:
        entry, components = async_entry(self._hass), loaded_components(self._hass)
        if entry is None or components is None:
            return _empty()
        try:
            return await overview(self._hass, entry, components, self._board)
        except LedgerError:
            return _empty() | {"running": True}


def _empty() -> dict[str, Any]:
    return {
        "role": Role.ADMINISTRATOR.value,
        "running": False,
        "contacts": 0,
        "phones": 0,
        "has_pin": False,
        "assistants": 0,
        "todo": [],
        "today": None,
        "last": [],
        "erased": 0,
    }


async def overview(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components, board: Board
) -> dict[str, Any]:
    """Return everything that an administrator sees first; see docs/websocket-api.md.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    household, history, day = components.guard.household, History(components.ledger), today()
    ends = await history.ends(begin_us(day), begin_us(day + timedelta(days=1)))
    (counts,) = by_day(ends, [day])
    last = await history.page(Wanted(), limit=LAST)
    return _empty() | {
        "running": True,
        "contacts": len(household.contacts),
        "phones": len(household.phones),
        "has_pin": household.has_pin,
        "assistants": len(entry.runtime_data.engines),
        "todo": await todos(hass, entry, components),
        "today": {**counts, "waiting": len(components.guard.pending)},
        "last": [described(hass, household, board, row) for row in last.rows],
        "erased": board.erasures,
    }
