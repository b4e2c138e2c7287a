"""Exemptions: how far it reaches that something was let through.

Scheduling copies context variables, so whatever begins while a call runs carries its exemption: the calls
that the call itself makes, and the automations that hear of it. Only the former are let through with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from homeassistant.core import Context, callback

MOST_SET_OFF = 1000
"""Automations that are remembered to have begun meanwhile. Where there are more, nothing is let through any more but what
has the very context of what was let through."""


class Exemption:
    """Alive as long as what was let through runs; a mark that lasted longer would be a lasting way round."""

    __slots__ = ("_context_id", "_set_off", "alive", "domain")

    def __init__(self, context: Context, domain: str | None = None) -> None:
        """Let through what runs with this context: calls of this domain, or everything."""
        self.alive = True
        self.domain = domain
        self._context_id = context.id
        self._set_off: set[str] = set()

    def covers(self, context: Context) -> bool:
        """Return whether what has this context belongs to what was let through.

        A script and a notify group hand on the context. A notify group of the older kind, and other code
        that calls without one, gets a new context without a parent. Whatever reacts has a parent, or has
        said that it was set off.
        """
        if not self.alive:
            return False
        if context.id == self._context_id:
            return True
        if len(self._set_off) > MOST_SET_OFF:
            return False
        return context.parent_id is None and context.id not in self._set_off

    def set_off(self, context: Context) -> None:
        """Remember an automation that has begun meanwhile."""
        if len(self._set_off) <= MOST_SET_OFF:
            self._set_off.add(context.id)


_exemptions: ContextVar[tuple[Exemption, ...]] = ContextVar("message_guard_exemptions", default=())
"""The exemptions that the caller runs in, or that have begun what it runs in."""


@contextmanager
def passing(exemption: Exemption) -> Iterator[None]:
    """Keep an exemption alive while the block runs."""
    token = _exemptions.set((*_exemptions.get(), exemption))
    try:
        yield
    finally:
        exemption.alive = False
        _exemptions.reset(token)


@callback
def alive() -> tuple[Exemption, ...]:
    """Return the exemptions that are alive, and that the caller has come by."""
    return tuple(exemption for exemption in _exemptions.get() if exemption.alive)


@callback
def automation_begins(context: Context) -> None:
    """Tell what the caller has come by that an automation begins."""
    for exemption in alive():
        exemption.set_off(context)


@callback
def delivering(context: Context | None = None) -> bool:
    """Return whether the caller runs inside a delivery that the guard has authorised.

    Args:
        context: That of a call, for which it must be the delivery's own as well. Without one also what
            the delivery has set off runs inside.
    """
    return any(
        exemption.domain is None and (context is None or exemption.covers(context))
        for exemption in alive()
    )
