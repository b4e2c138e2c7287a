"""Traces of runs: the words of a message that did not go out are taken out of Home Assistant's own traces, too.

An automation or a script keeps the steps of its last runs, with every variable and the data of every call
(homeassistant/components/trace). Nothing tells which of them carry what was said: a template may have changed it. So
every value of such a run is replaced, and what remains is which steps were taken, when, and which actions were called.
What stands in the configuration itself stays.
"""

from collections.abc import Iterable, Mapping
from contextvars import Context as ContextVars
from dataclasses import dataclass
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..guarding.records import Notice
from ..hooks.run_traces import has_ended, rewrite, traces
from ..ledger.format.entries import Kind
from ..ledger.retention import Erasure
from .calls import Captured

_LOGGER = logging.getLogger(__name__)

REDACTED: Final = "**REDACTED**"
"""As Home Assistant writes it in diagnostics."""

NOT_SENT: Final = frozenset(
    {Kind.DECLINED, Kind.EXPIRED, Kind.REFUSED, Kind.PROOF_FAILED, Kind.SUPERSEDED}
)
"""After these nobody has a use for the words."""

MOST_REMEMBERED: Final = 500
"""Held calls whose run is known, as long as Home Assistant keeps it: of each automation, the last five. Of more, the
oldest is cleared before it is forgotten: nobody could erase its words later."""

FEWEST_TIDIED: Final = 16
"""Held calls from which on it is looked whether their runs are still kept, and each time that there are twice as many."""

AGAIN_SECONDS: Final = 10.0
"""How soon after a run that goes on is looked at again: its trace is needed until it has ended."""

_KEPT: Final = frozenset({"this", "context"})
_KEPT_OF_TRIGGER: Final = frozenset({"id", "idx", "platform", "alias"})
_KEPT_OF_RESULT: Final = frozenset({"choice", "enabled", "event", "running_script"})
_KEPT_OF_CALL: Final = frozenset({"domain", "service", "target"})


@dataclass(frozen=True, slots=True)
class _Held:
    context: Context
    contact_id: str | None
    at_us: int


class RunTraces:
    """Knows in which runs calls were held."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the memory of which run made which held call; it is empty."""
        self._hass = hass
        self._held: dict[str, _Held] = {}
        self._tidy_at = FEWEST_TIDIED
        self._running: dict[str, Context] = {}
        self._timer: CALLBACK_TYPE | None = None
        self._stopped = False

    @callback
    def remember(self, captured: Captured, context: Context) -> None:
        """Remember in which run a call was held."""
        for request in captured.requests:
            at_us = int(request.created_at * 1_000_000)
            self._held[request.id] = _Held(context, request.contact_id, at_us)
        if len(self._held) > self._tidy_at:
            self._tidy()

    def _tidy(self) -> None:
        """Forget the runs of which Home Assistant keeps no trace any more; there is nothing left to be cleared."""
        try:
            traced = {trace.context.id for trace in traces(self._hass)}
        except Exception as error:  # noqa: BLE001 - another version may keep its traces elsewhere
            _LOGGER.error("What is traced is unknown: %s", type(error).__name__)
            traced = {held.context.id for held in self._held.values()}
        self._held = {
            request_id: held
            for request_id, held in self._held.items()
            if {held.context.id, held.context.parent_id} & traced
        }
        while len(self._held) > MOST_REMEMBERED:
            self._clear(self._held.pop(next(iter(self._held))).context)
        self._tidy_at = max(FEWEST_TIDIED, 2 * len(self._held))

    @callback
    def noticed(self, notice: Notice) -> None:
        """Clear the run of a message that will not be sent."""
        held = self._held.get(notice.request.id)
        if held is not None and notice.kind in NOT_SENT:
            self._clear(held.context)

    @callback
    def erased(self, erasure: Erasure) -> None:
        """Clear the runs of what somebody has erased."""
        for request_id, held in list(self._held.items()):
            if erasure.concerns(request_id, held.contact_id, held.at_us):
                self._clear(held.context)

    @callback
    def stop(self) -> None:
        """Look after nothing any more, not even what ends with the guard."""
        self._stopped = True
        if self._timer is not None:
            self._timer()
            self._timer = None

    def _clear(self, context: Context) -> None:
        try:
            if not redact_runs(self._hass, context):
                self._running[context.id] = context
                self._look_again()
        except Exception as error:  # noqa: BLE001 - another version may keep its traces elsewhere
            _LOGGER.error("A trace could not be cleared: %s", type(error).__name__)

    def _look_again(self) -> None:
        if self._timer is None and not self._stopped:
            # A context of its own: the turn's must not be carried into what follows it.
            self._timer = ContextVars().run(async_call_later, self._hass, AGAIN_SECONDS, self._look)

    @callback
    def _look(self, _now: Any) -> None:
        self._timer = None
        running, self._running = self._running, {}
        for context in running.values():
            self._clear(context)


@callback
def redact_runs(hass: HomeAssistant, context: Context) -> bool:
    """Take every value out of the runs that belong together with this context.

    Returns:
        Whether all of them have ended; what still runs is left alone.
    """
    ended = True
    for trace in _related(list(traces(hass)), context):
        if not has_ended(trace):
            ended = False
            continue
        told = trace.as_extended_dict()
        steps = {path: [_step(step) for step in taken] for path, taken in told["trace"].items()}
        short = trace.as_short_dict()
        rewrite(
            trace,
            {**told, "trace": steps, **_error(told)},
            {**short, **_error(short)},
        )
    return ended


def _related(traces: Iterable[Any], context: Context) -> list[Any]:
    """Return the traces of this context, of what has led to it, and of what has followed from it."""
    known = {context.id, context.parent_id} - {None}
    found: list[Any] = []
    rest = list(traces)
    while near := [item for item in rest if known & {item.context.id, item.context.parent_id}]:
        found += near
        rest = [item for item in rest if item not in near]
        known |= {one for item in near for one in (item.context.id, item.context.parent_id)}
        known -= {None}
    return found


def _error(told: Mapping[str, Any]) -> dict[str, str]:
    return {"error": REDACTED} if told.get("error") else {}


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    redacted: dict[str, Any] = {**step, **_error(step)}
    if "changed_variables" in step:
        redacted["changed_variables"] = _variables(step["changed_variables"])
    if "result" in step:
        redacted["result"] = _result(step["result"])
    if "template_errors" in step:
        redacted["template_errors"] = _value(step["template_errors"])
    return redacted


def _variables(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _except(_KEPT_OF_TRIGGER, value)
        if name == "trigger"
        else value
        if name in _KEPT
        else _value(value)
        for name, value in variables.items()
    }


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = _except(_KEPT_OF_RESULT, result)
    if "params" in result:
        told["params"] = _except(_KEPT_OF_CALL, result["params"])
    return told


def _except(kept: frozenset[str], values: Any) -> Any:
    if not isinstance(values, Mapping):
        return _value(values)
    return {name: value if name in kept else _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    """Return the shape of a value, without what it says."""
    if isinstance(value, Mapping):
        return {name: _value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return value if value is None or isinstance(value, bool) else REDACTED
