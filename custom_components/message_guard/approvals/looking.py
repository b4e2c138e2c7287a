"""Looking: nobody has looked at what was not there when their call began.

Home Assistant gives every call a context, whose id says when it was made. A script that somebody started earlier, and
that waits before it approves, carries the context of its start; what was asked meanwhile nobody has approved.
"""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.util.ulid import ulid_now

from ..core.confirmation import LONGEST_WAIT_SECONDS
from ..core.recent import Recent
from ..guarding.guard import Guard
from ..guarding.records import Notice
from ..home.moments import moment_of
from ..ledger.format.entries import Kind

MOST_QUESTIONS = 200
"""More than can wait at once. Of what was forgotten nobody knows when it was asked, so nobody has looked at it."""


class Looking:
    """Remembers when each question was asked."""

    def __init__(self, guard: Guard, now: Callable[[], float]) -> None:
        """Create the memory of who has looked at what, empty; `now` returns seconds that never go back."""
        self._guard = guard
        self._now = now
        self._asked = Recent[str, str](LONGEST_WAIT_SECONDS, MOST_QUESTIONS)

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow the questions; returns what ends that."""
        return self._guard.subscribe(self._noticed)

    @callback
    def began_after(self, context: Context, confirmation_id: str) -> bool:
        """Return whether a call was made when this question had been asked; a doubt is a no."""
        return began_after(context, self._asked.get(confirmation_id, self._now()))

    @callback
    def _noticed(self, notice: Notice) -> None:
        if notice.confirmation is None:
            return
        if notice.kind is Kind.ASKED:
            now = self._now()
            if self._asked.get(notice.confirmation.id, now) is None:
                self._forget_gone()
                self._asked.put(notice.confirmation.id, ulid_now(), now)

    def _forget_gone(self) -> None:
        """Forget what waits no longer, however it has ended."""
        waiting = {confirmation.id for confirmation in self._guard.pending}
        for confirmation_id in self._asked:
            if confirmation_id not in waiting:
                self._asked.pop(confirmation_id)


@callback
def began_after(context: Context, ulid: str | None) -> bool:
    """Return whether a context was made at the time of this ULID or later; a doubt is a no."""
    began, since = moment_of(context.id), moment_of(ulid)
    return began is not None and since is not None and began >= since
