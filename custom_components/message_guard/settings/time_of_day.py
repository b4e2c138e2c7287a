"""Times of day as the forms store them; apart, since it is read before the house can be listened to."""

from datetime import time

from homeassistant.util import dt as dt_util


def minute_of_day(value: object) -> int | None:
    """Return minutes since midnight of a stored time of day, None where it cannot be read."""
    parsed: time | None = dt_util.parse_time(value) if isinstance(value, str) else None
    return parsed.hour * 60 + parsed.minute if parsed is not None else None
