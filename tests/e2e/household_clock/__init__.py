"""A clock on the wall that can be set, so that a household lives through two weeks in a minute. For demos and tests.

It moves what Home Assistant and its integrations take the time of day from. What counts seconds goes on as it is: the
event loop's clock, and with it every timer.
"""

from datetime import UTC, datetime, timedelta, tzinfo
import time

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import probatio

DOMAIN = "household_clock"


class Clock:
    """Takes the place of the clock on the wall."""

    def __init__(self) -> None:
        """Show the true time."""
        self._time, self._time_ns = time.time, time.time_ns
        self._ahead = 0.0

    def hang(self) -> None:
        """Let everybody look at this one from now on."""
        time.time = self.seconds
        time.time_ns = lambda: self._time_ns() + int(self._ahead * 1e9)
        dt_util.utcnow = self.utc
        dt_util.now = self.local

    def set(self, seconds: float | None) -> None:
        """Show this time, seconds since the epoch, and go on from there; None for the true time."""
        self._ahead = 0.0 if seconds is None else seconds - self._time()

    def seconds(self) -> float:
        """Return seconds since the epoch."""
        return self._time() + self._ahead

    def utc(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def local(self, time_zone: tzinfo | None = None) -> datetime:
        """Return the time in a time zone, the home's if none is named."""
        return self.utc().astimezone(time_zone or dt_util.get_default_time_zone())


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Hang it up, and let it be set."""
    clock = Clock()
    clock.hang()

    @callback
    def set_time(call: ServiceCall) -> None:
        clock.set(call.data.get("to"))

    hass.services.async_register(
        DOMAIN, "set", set_time, probatio.Schema({probatio.Optional("to"): probatio.Coerce(float)})
    )
    return True
