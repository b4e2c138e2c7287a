"""Looking: nobody has looked at what was not there when their call began.

Home Assistant gives every call a context, whose id says when it was made. A script that somebody started earlier, and that waits before it approves, carries the context of its start;
what was asked meanwhile nobody has approved.
"""

from collections import OrderedDict

from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.util.ulid import ulid_now

from ..guarding.guard import Guard
from ..guarding.records import Notice
from ..home.moments import moment_of
from ..ledger.format.entries import FINAL, Kind

MOST_QUESTIONS = 200


class Looking:
    """Remembers when each question was asked."""

    def __init__(self, guard: Guard) -> None:
        """Create the memory of who has looked at what; it is empty."""
        self._guard = guard
        self._asked: OrderedDict[str, str] = OrderedDict()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow the questions; returns what ends that."""
        return self._guard.subscribe(self._noticed)

    @callback
    def began_after(self, context: Context, confirmation_id: str) -> bool:
        """Return whether a call was made when this question had been asked; a doubt is a no."""
        return began_after(context, self._asked.get(confirmation_id))

    @callback
    def _noticed(self, notice: Notice) -> None:
        if notice.confirmation is None:
            return
        if notice.kind is Kind.ASKED:
            self._asked.setdefault(notice.confirmation.id, ulid_now())
            if len(self._asked) > MOST_QUESTIONS:
                self._asked.popitem(last=False)
        elif notice.kind in FINAL:
            self._asked.pop(notice.confirmation.id, None)


@callback
def began_after(context: Context, ulid: str | None) -> bool:
    """Return whether a context was made at the time of this ULID or later; a doubt is a no."""
    began, since = moment_of(context.id), moment_of(ulid)
    return began is not None and since is not None and began >= since
