"""The traces that Home Assistant keeps of the last runs of automations and scripts.

Relies on: components/trace, which keeps them by what they are of (`DATA_TRACE`); components/trace/models.py, whose
`ActionTrace` has a `_state` until it has "stopped", then tells what `_dict` and `_short_dict` hold once these are filled,
and lives from `_trace` before; since 2026.10. A trace that was restored has the two alone. When that is gone: reading
raises, and it is logged that a trace could not be cleared.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.components.trace.const import DATA_TRACE
from homeassistant.core import HomeAssistant, callback

_STOPPED: Final = "stopped"


@callback
def traces(hass: HomeAssistant) -> Iterator[Any]:
    """Yield every trace that is kept; each has a `context`, `as_extended_dict` and `as_short_dict`."""
    for kept in hass.data.get(DATA_TRACE, {}).values():
        yield from kept.all_traces()


@callback
def has_ended(trace: Any) -> bool:
    """Return whether the run of a trace is over; one that was restored is."""
    return bool(getattr(trace, "_state", _STOPPED) == _STOPPED)


@callback
def rewrite(trace: Any, extended: Mapping[str, Any], short: Mapping[str, Any]) -> None:
    """Let the trace of a run that is over tell this instead, for good."""
    trace._dict, trace._short_dict = extended, short  # noqa: SLF001 - nothing public changes one
    if hasattr(trace, "_trace"):
        trace._trace = None  # noqa: SLF001
