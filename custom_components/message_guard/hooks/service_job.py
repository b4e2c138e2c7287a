"""Swapping what handles an action, without anybody noticing.

Only `Service.job` is exchanged: no event is fired; schema, response support, placeholders and every
cache stay as they are. What we put in place dispatches exactly as Home Assistant does.

Relies on: core.py, whose `Service` keeps what handles it in `job`, which `ServiceRegistry.async_call` looks up at every call
and runs by its `job_type` (`_execute_service`); since 2026.10. When that is gone: swapping raises AttributeError where the
door is closed, and Home Assistant reports that Message Guard could not be set up; nothing is held then.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import inspect
from typing import Any, cast

from homeassistant.core import HassJob, HassJobType, HomeAssistant, Service, ServiceCall, callback

type Job = HassJob[..., Any]
type Handler = Callable[[Job, ServiceCall], Awaitable[Any]]
"""Handles a call in place of the job it is given, which it may run with `dispatch`."""


async def dispatch(job: Job, call: ServiceCall) -> Any:
    """Run what handles a call exactly as Home Assistant does (core.py, `_execute_service`)."""
    if job.job_type is HassJobType.Coroutinefunction:
        return await job.target(call)
    if job.job_type is HassJobType.Callback:
        return job.target(call)
    return await call.hass.async_add_executor_job(job.target, call)


@callback
def job_of(hass: HomeAssistant, domain: str, name: str) -> Job | None:
    """Return what handles an action now, None where nothing does."""
    service = hass.services.async_services_for_domain(domain).get(name)
    return None if service is None else service.job


@callback
def own_handler(job: Job) -> Callable[..., Any]:
    """Return what handles an action without us."""
    while isinstance(job.target, SwappedHandler):
        job = job.target.original
    return job.target


class SwappedHandler:
    """Stands where an action's own handler stood; transparent once it has no handler of ours."""

    __slots__ = ("__weakref__", "_is_coroutine_marker", "handler", "original")

    def __init__(self, original: Job, handler: Handler) -> None:
        """Stand in front of `original`."""
        self.original = original
        self.handler: Handler | None = handler
        # Whoever wraps us in turn asks what kind of function we are.
        inspect.markcoroutinefunction(cast("Callable[..., Any]", self))

    async def __call__(self, call: ServiceCall) -> Any:
        """Handle a call."""
        if self.handler is None:
            return await dispatch(self.original, call)
        return await self.handler(self.original, call)


@dataclass(frozen=True, slots=True)
class _Swap:
    service: Service
    job: Job
    target: SwappedHandler


class Swaps:
    """The actions whose handler we have taken the place of."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Swap nothing yet."""
        self._hass = hass
        self._swaps: dict[tuple[str, str], _Swap] = {}

    def __contains__(self, action: tuple[str, str]) -> bool:
        """Return whether this action's present handler is ours, or has ours below it."""
        swap = self._swaps.get(action)
        return swap is not None and swap.service is self._service(*action)

    @callback
    def swap(self, domain: str, name: str, handler: Handler) -> None:
        """Put `handler` in front of what handles this action; a new registration starts afresh."""
        service = self._service(domain, name)
        if service is None or (domain, name) in self:
            return
        original = service.job
        if isinstance(original.target, SwappedHandler):
            # Left behind, transparent, by somebody who wrapped us and has since gone.
            original = original.target.original
        target = SwappedHandler(original, handler)
        job: Job = HassJob(
            target,
            original.name,
            cancel_on_shutdown=original.cancel_on_shutdown,
            job_type=HassJobType.Coroutinefunction,
        )
        service.job = job
        self._swaps[domain, name] = _Swap(service, job, target)

    @callback
    def restore(self, domain: str, name: str) -> None:
        """Put back what is still ours; become transparent where somebody wrapped us meanwhile."""
        swap = self._swaps.pop((domain, name), None)
        if swap is None:
            return
        swap.target.handler = None
        if self._service(domain, name) is swap.service and swap.service.job is swap.job:
            swap.service.job = swap.target.original

    @callback
    def restore_all(self) -> None:
        """Put everything back."""
        for domain, name in list(self._swaps):
            self.restore(domain, name)

    @callback
    def actions(self) -> tuple[tuple[str, str], ...]:
        """Return the actions that were swapped."""
        return tuple(self._swaps)

    def _service(self, domain: str, name: str) -> Service | None:
        return self._hass.services.async_services_for_domain(domain).get(name)
