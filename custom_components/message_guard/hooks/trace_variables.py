"""What a running sequence keeps of its steps, for whoever is called by it.

Relies on: helpers/trace.py, whose context variable `trace_cv` holds the steps of the run that calls, each a `TraceElement`
with what it has changed (`_variables`) and what came of it (`_result`), whether the trace is kept or not; since 2026.10.
helpers/script.py writes what has ended a wait into the result, by the key "wait". When that is gone: reading raises where a
call is handled, and the call is not made.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.core import callback
from homeassistant.helpers.trace import trace_cv

type Changed = Mapping[str, Any]
"""Variables that a step has changed."""
type Result = Mapping[str, Any]
"""What came of a step."""


@callback
def in_run() -> bool:
    """Return whether the caller may have been called by a sequence; cheap, for every call."""
    return trace_cv.get() is not None


@callback
def fired_in_run(_data: object) -> bool:
    """Return whether an event may have been fired by a sequence; filters them, so it is asked for every one."""
    return trace_cv.get() is not None


@callback
def steps() -> Iterator[tuple[Changed, Result | None]]:
    """Yield the steps of the sequences that have led to the caller: what each has changed, and its result."""
    for taken in (trace_cv.get() or {}).values():
        for step in taken:
            # What `TraceElement.as_dict` would copy: this is done for every call of every sequence.
            yield step._variables, step._result  # noqa: SLF001
