"""An attempt: one call of a channel, and what is known of it afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.core import HomeAssistant

from ..core.outcome import Outcome, Reach, unknown
from ..core.trouble import read
from ..guarding.ports import log_failure
from .watching import Watch, watching

CANCELLED: Final = "cancelled"
ONLY_LOGGED: Final = "only_logged"


async def attempt(
    hass: HomeAssistant, call: Callable[[], Awaitable[Outcome | None]], body: str
) -> Outcome:
    """Make a call, and return what is known of it; nothing but our own cancellation comes out of it.

    Args:
        hass: Home Assistant.
        call: Makes the call; returns None where it knows no more than that nothing was raised.
        body: The words that are sent, which errors may repeat.
    """
    with watching(hass) as watch:
        try:
            known = await call()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # A script that starts anew, or an integration that is reloaded, cancels what it was doing.
            return unknown(CANCELLED)
        except Exception as error:  # noqa: BLE001 - a channel may raise anything; it is an outcome
            log_failure("delivery", error)
            return read(error, body)
        return _seen(watch) if known is None else known


def _seen(watch: Watch) -> Outcome:
    if watch.logged:
        return unknown(ONLY_LOGGED)
    told = watch.reporting and bool(watch.integrations)
    return Outcome(reach=Reach.SENT if told else Reach.HANDED_OVER)
