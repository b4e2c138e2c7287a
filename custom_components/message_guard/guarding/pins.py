"""PINs: kept only as a salted slow hash, compared in a worker thread, never logged."""

import bcrypt
from homeassistant.core import HomeAssistant

from ..core.pin import is_pin

ROUNDS = 12
"""bcrypt's cost, as Home Assistant's own passwords use it: about a quarter of a second a try on a
small computer. Whoever holds the file can still try every four digits in under an hour; say so."""


def hash_pin(pin: str) -> str:
    """Return the hash to keep. Blocks for a moment.

    Raises:
        ValueError: If it is not four to ten digits.
    """
    if not is_pin(pin):
        raise ValueError("a PIN is four to ten digits")
    return bcrypt.hashpw(pin.encode(), bcrypt.gensalt(ROUNDS)).decode()


def _matches(pin: str, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(pin.encode(), hashed.encode())
    except ValueError:
        return False


async def async_matches(hass: HomeAssistant, pin: str, hashed: str) -> bool:
    """Return whether these digits are the PIN; a hash that cannot be read matches nothing."""
    return await hass.async_add_executor_job(_matches, pin, hashed)
