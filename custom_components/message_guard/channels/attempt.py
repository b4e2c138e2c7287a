"""An attempt: one call of a channel, and what is known of it afterwards."""

from collections.abc import Awaitable, Callable

from homeassistant.core import HomeAssistant

from ..core.errors import DeliveryError
from ..core.outcome import Outcome, Reach, failed, unknown
from ..guarding.ports import log_failure


async def attempt(
    hass: HomeAssistant, call: Callable[[], Awaitable[Outcome | None]], body: str
) -> Outcome:
    """Make a call, and return what is known of it; nothing but cancellation comes out of it.

    Args:
        hass: Home Assistant.
        call: Makes the call; returns None where it knows no more than that nothing was raised.
        body: The words that are sent, which errors may repeat.
    """
    try:
        known = await call()
    except DeliveryError as error:
        return failed(str(error))
    except Exception as error:  # noqa: BLE001 - a channel may raise anything; it is an outcome
        log_failure("delivery", error)
        return unknown("channel_error")
    return Outcome(reach=Reach.HANDED_OVER) if known is None else known
