"""What was decided while no ledger was open, kept until it can be written down.

What Home Assistant does not live to write into a ledger is stored without its words, and written down in
the next run.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from ..core.errors import LedgerError
from ..core.level import Level
from ..core.request import Request
from ..ledger.format.entries import Kind, Step
from .records import Ledger, Notice, step_of

MOST_KEPT: Final = 1000
"""What is beyond is counted, and written down as a number: a flood must not fill the memory."""

FACT_AT: Final = "decided_at"
"""Microseconds since the epoch, UTC: an entry's own time is that of the writing."""

FACT_MORE: Final = "more"
"""How many more there were than are kept."""


class Unwritten:
    """Requests that were refused, or only watched, before there was a ledger.

    Attributes:
        refused: How many were refused so far, written down or not.
        on_added: Called when something was added that can be written down at once.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Create the store of what could not be recorded; `clock` returns seconds since the epoch, UTC."""
        self.refused = 0
        self.on_added: Callable[[], None] | None = None
        self._clock = clock
        self._kept: deque[Step] = deque()
        self._more = 0
        self._more_reason = ""

    def add(self, kind: Kind, reason: str, *requests: Request, private: bool = False) -> None:
        """Keep what would be written down about these, without their words if they are private."""
        for request in requests:
            if len(self._kept) >= MOST_KEPT:
                self._more += 1
                self._more_reason = reason
                continue
            contact_id = request.contact_id or None
            notice = Notice(kind, request, contact_id, Level.BLOCK, (reason,), private=private)
            step = step_of(notice)
            at = int(self._clock() * 1_000_000)
            self._kept.append(replace(step, facts={**step.facts, FACT_AT: at}))
        self.refused += len(requests) if kind is Kind.REFUSED else 0
        if self.on_added is not None:
            self.on_added()

    def dump(self) -> list[dict[str, Any]]:
        """Return what is kept, without anybody's words, as JSON."""
        return [
            {
                "kind": step.kind.value,
                "request_id": step.request_id,
                "reasons": list(step.reasons),
                "facts": dict(step.facts),
            }
            for step in self._steps()
        ]

    def restore(self, stored: object) -> None:
        """Take up what an earlier run has stored; what cannot be read is passed over."""
        known = {step.request_id for step in self._kept}
        for item in stored if isinstance(stored, list) else ():
            match item:
                case {
                    "kind": str(kind),
                    "request_id": request_id,
                    "reasons": [*reasons],
                    "facts": {},
                }:
                    try:
                        step = Step(
                            kind=Kind(kind),
                            request_id=None if request_id is None else str(request_id),
                            reasons=tuple(map(str, reasons)),
                            facts=dict(item["facts"]),
                        )
                    except ValueError, LedgerError:
                        continue
                    if step.request_id not in known:
                        self._kept.append(step)

    def _steps(self) -> list[Step]:
        steps = list(self._kept)
        if self._more:
            facts = {FACT_MORE: self._more}
            steps.append(Step(kind=Kind.REFUSED, reasons=(self._more_reason,), facts=facts))
        return steps

    async def write(self, ledger: Ledger) -> None:
        """Write everything down, and forget it.

        Raises:
            LedgerError: If it could not be written. It is kept then.
        """
        kept, more, steps = list(self._kept), self._more, self._steps()
        if not steps:
            return
        self._kept.clear()
        self._more = 0
        try:
            await ledger.append_many(steps)
        except BaseException:
            self._kept.extendleft(reversed(kept))
            self._more += more
            raise
