"""Watching: what a channel logs while it is called for us.

Many integrations log an error and return as if all was well. While a delivery runs, what its integration logs is
looked at: that it logged a warning or an error, never what it says. It then is not known whether anything arrived.

A logging handler sees a record in the task, or in the worker thread, in which it is logged. A task carries the
delivery in a context variable. A worker thread carries none; what is logged there by an integration that is
delivering counts as said about that delivery: it may be another's, and is a doubt all the same. What the delivery has
begun carries it still: an error that is logged there soon after is heard of later. A warning is not: by then the
integration has taken the message, and goes on with whatever else it has to do.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
import logging
import threading
from typing import Final, override

from homeassistant.const import ATTR_DOMAIN, ATTR_SERVICE, ATTR_SERVICE_DATA, EVENT_CALL_SERVICE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.loader import IntegrationNotLoaded, async_get_loaded_integration

from ..guarding.exemption import alive
from .reporting import integrations_of, reports

CORE: Final = "homeassistant.components."
CUSTOM: Final = "custom_components."


LATE_SECONDS: Final = 60.0
"""How long it counts what an integration logs after a call of ours, in what that call has begun. A phone in the house that
does not confirm what it was pushed directly is pushed to through the cloud after ten seconds, and that may fail."""


class Watch:
    """What is seen of one delivery.

    Attributes:
        integrations: Whose actions were called.
        reporting: Each of them tells of failures.
        logged: One of them has logged a warning or an error.
        over: The attempt has ended; what is logged now is heard of later.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the record of one attempt; nothing has been called or logged."""
        self._hass = hass
        self._loggers: tuple[str, ...] = ()
        self.integrations: set[str] = set()
        self.reporting = True
        self.logged = False
        self.over = False
        self._late = _late.get()
        self._until = 0.0

    def end(self) -> None:
        """End the attempt. What it has begun may go on, and log for a while what became of it."""
        self.over = True
        self._until = self._hass.loop.time() + LATE_SECONDS

    def note(self, level: int) -> None:
        """Take note that one of them has logged something of this level, a warning or worse; called from any thread."""
        if not self.over:
            self.logged = True
        elif level < logging.ERROR or self._late is None:
            return
        elif self._hass.loop.time() <= self._until:
            late, self._late = self._late, None
            with suppress(RuntimeError):  # Home Assistant has stopped: its loop is closed
                self._hass.loop.call_soon_threadsafe(late)

    @callback
    def called(self, domain: str, service: str, data: object) -> None:
        """Note whose action is called."""
        for integration in integrations_of(self._hass, domain, service, data):
            if integration in self.integrations:
                continue
            self.integrations.add(integration)
            self._loggers = (*self._loggers, *_loggers(self._hass, integration))
        self.reporting = self.reporting and reports(self._hass, domain, service, data)

    def concerns(self, logger: str) -> bool:
        """Return whether this logger is that of an integration that was called, or of its library."""
        return any(logger == name or logger.startswith(f"{name}.") for name in self._loggers)


_watch: ContextVar[Watch | None] = ContextVar("message_guard_watch", default=None)
"""The delivery that the caller runs in."""

_late: ContextVar[Callable[[], None] | None] = ContextVar("message_guard_late", default=None)
"""What is called, once for each attempt, when its integration logs an error after it."""

_running: set[Watch] = set()


@contextmanager
def telling_late(late: Callable[[], None]) -> Iterator[None]:
    """Call `late`, in the loop, when an error is logged after an attempt that is made in this block."""
    token = _late.set(late)
    try:
        yield
    finally:
        _late.reset(token)


@contextmanager
def watching(hass: HomeAssistant) -> Iterator[Watch]:
    """Watch what is called and logged while the block runs, in its task and in what it starts."""
    watch = Watch(hass)
    token = _watch.set(watch)
    _running.add(watch)
    # Only now: whatever listens to calls costs each of them something.
    stop_listening = hass.bus.async_listen(EVENT_CALL_SERVICE, _called, event_filter=_inside)
    try:
        yield watch
    finally:
        stop_listening()
        _running.discard(watch)
        watch.end()
        _watch.reset(token)


@callback
def _called(event: Event) -> None:
    watch = _watch.get()
    if watch is not None and any(exemption.covers(event.context) for exemption in alive()):
        data = event.data
        watch.called(data[ATTR_DOMAIN], data[ATTR_SERVICE], data.get(ATTR_SERVICE_DATA))


class _Listener(logging.Handler):
    """Sees every record when it is logged, and keeps none."""

    def __init__(self) -> None:
        """Look at warnings and errors."""
        super().__init__(logging.WARNING)
        self._loop_thread = threading.get_ident()

    @override
    def handle(self, record: logging.LogRecord) -> bool:
        """Note whom it concerns, without the lock that writing would need."""
        self.emit(record)
        return True

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Note whom it concerns."""
        for watch in self._told_by(record):
            if watch.concerns(record.name):
                watch.note(record.levelno)

    def _told_by(self, record: logging.LogRecord) -> Iterable[Watch]:
        if (watch := _watch.get()) is not None:
            return (watch,)
        return () if record.thread == self._loop_thread else tuple(_running)


@callback
def async_watch() -> CALLBACK_TYPE:
    """Begin to see what is logged while deliveries run; returns what ends it."""
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    return partial(logging.getLogger().removeHandler, listener)


@callback
def _inside(_data: object) -> bool:
    """Keep the listener out of the calls that no delivery can have made."""
    return _watch.get() is not None


def _loggers(hass: HomeAssistant, integration: str) -> tuple[str, ...]:
    """Return the loggers of an integration, and those that its manifest says its library has."""
    own = (f"{CORE}{integration}", f"{CUSTOM}{integration}")
    try:
        return (*own, *(async_get_loaded_integration(hass, integration).loggers or ()))
    except IntegrationNotLoaded:
        return own
