"""What we ask Home Assistant's own agent ourselves: no person says it, and it is read by nobody of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from homeassistant.core import Context

_aside: ContextVar[Context | None] = ContextVar("message_guard_aside", default=None)


@contextmanager
def aside(context: Context) -> Iterator[None]:
    """Let what is said with this very context pass unread."""
    token = _aside.set(context)
    try:
        yield
    finally:
        _aside.reset(token)


def is_aside(context: Context) -> bool:
    """Return whether what is said with this context is to pass unread.

    What it sets off may carry the variable on, but not the context.
    """
    return _aside.get() is context
