"""Holds: captured calls that wait for their confirmation.

They live in memory only. After a restart nothing is left of them, so nothing can be sent.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
import time
from typing import Any, Protocol

from homeassistant.const import ATTR_DOMAIN, ATTR_SERVICE, ATTR_SERVICE_DATA, EVENT_CALL_SERVICE
from homeassistant.core import Context, HomeAssistant, ServiceCall, callback

from ..core.answer import Answer
from ..core.confirmation import LONGEST_WAIT_SECONDS
from ..core.errors import DeliveryError, MessageGuardError
from ..core.outcome import Outcome
from ..core.recent import Recent
from ..core.request import Request
from ..hooks.service_job import dispatch, job_of

MOST_HOLDS = 200
"""Bound on the calls that wait at once; a call more is refused."""


TOO_MANY = "too_many_pending"
"""Reason of a request that is refused since too many wait already."""


class HoldsFullError(MessageGuardError):
    """Too many calls wait already."""


class Held(Protocol):
    """Anything captured that can be let go once."""

    @property
    def context(self) -> Context:
        """The context that it is done with."""

    async def replay(self) -> Outcome | None:
        """Do what was captured; raise whatever goes wrong. Returns what is known, None for nothing more."""


class Asks(Protocol):
    """What is needed of the guard."""

    async def submit(self, *requests: Request) -> Answer:
        """Decide, and ask for one proof of all."""

    async def turn_down(self, reason: str, *requests: Request) -> Answer:
        """Refuse."""


class Hold:
    """One captured call, which is made at most once."""

    def __init__(
        self,
        call: ServiceCall,
        data: Mapping[str, Any] | None = None,
        action: str | None = None,
    ) -> None:
        """Capture a call.

        Args:
            call: The call as Home Assistant has processed it.
            data: The part of its data that concerns one recipient, None for all of it.
            action: What is called for this recipient, None for the action of the call itself.
        """
        self._hass: HomeAssistant = call.hass
        named = (action or f"{call.domain}.{call.service}").partition(".")
        self.domain, self.service = named[0], named[2]
        # Whoever made the call may go on changing what it handed over.
        self._data: dict[str, Any] = _copy(dict(call.data if data is None else data))
        self.context: Context = call.context
        self._return_response = call.return_response
        self._running: asyncio.Future[None] | None = None
        self.response: Any = None

    async def replay(self) -> None:
        """Make the call, by whatever handles it now; a call that several recipients share is made once.

        Raises:
            DeliveryError: If nothing handles it any more.
            Exception: Whatever the handler raises.
        """
        if self._running is not None:
            await asyncio.shield(self._running)
            return
        self._running = self._hass.loop.create_future()
        try:
            self.response = await self._call()
        except BaseException as error:
            # A call that was cut off has an outcome like any other, for everybody who shares it.
            known = error if isinstance(error, Exception) else DeliveryError("channel_error")
            self._running.set_exception(known)
            # Not every hold is shared: nobody else may ask for the error.
            self._running.exception()
            raise
        self._running.set_result(None)

    async def _call(self) -> Any:
        if (job := job_of(self._hass, self.domain, self.service)) is None:
            raise DeliveryError("channel_missing")
        call = ServiceCall(
            self._hass,
            self.domain,
            self.service,
            self._data,
            self.context,
            self._return_response,
        )
        self._hass.bus.async_fire(
            EVENT_CALL_SERVICE,
            {
                ATTR_DOMAIN: self.domain,
                ATTR_SERVICE: self.service,
                ATTR_SERVICE_DATA: dict(self._data),
            },
            context=self.context,
        )
        return await dispatch(job, call)


class Holds:
    """The captured calls by the request that waits for each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create the store of held calls, empty; `clock` returns seconds that never go back."""
        self._clock = clock
        self._by_request = Recent[str, Held](LONGEST_WAIT_SECONDS, MOST_HOLDS)

    def __len__(self) -> int:
        """Return how many requests have a call that waits."""
        return len(self._by_request)

    @callback
    def put(self, request_id: str, hold: Held) -> None:
        """Keep the call of this request, no longer than its question can wait.

        A question whose end could not be written down takes its call with it: nothing approves it any more.

        Raises:
            HoldsFullError: If too many wait already.
        """
        now = self._clock()
        self._by_request.prune(now)
        if len(self._by_request) >= self._by_request.most:
            raise HoldsFullError("too many calls wait")
        self._by_request.put(request_id, hold, now)

    @callback
    def take(self, request_id: str) -> Held | None:
        """Remove and return the call of this request; the second caller gets None."""
        return self._by_request.pop(request_id)

    async def submit(self, guard: Asks, held: Iterable[tuple[Request, Held]]) -> Answer:
        """Hold calls while the guard asks about their requests, together; those that it does not ask about are let go."""
        pairs = tuple(held)
        requests = [request for request, _ in pairs]
        try:
            for request, hold in pairs:
                self.put(request.id, hold)
        except HoldsFullError:
            answer = await guard.turn_down(TOO_MANY, *requests)
        else:
            answer = await guard.submit(*requests)
        for request in requests:
            if not (answer.pending and request.id in answer.asked):
                self.take(request.id)
        return answer


def _copy(value: Any) -> Any:
    """Copy what can be changed from outside; what is no plain container is shared."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if type(value) is set:
        return set(value)
    return value
