"""Moments: when a Home Assistant context was made, and what must have been forgotten since.

Home Assistant gives every context an id that says so: a ULID, 48 bits of milliseconds and then chance. Whoever makes a
context may give it another id; then nothing says it.
"""

from homeassistant.core import callback
from homeassistant.util.ulid import ulid_now, ulid_to_bytes_or_none

type Moment = bytes
"""Milliseconds since the epoch, big-endian: moments are compared as they are."""


@callback
def moment_of(context_id: str | None) -> Moment | None:
    """Return when a context was made, None for an id that does not say it."""
    found = ulid_to_bytes_or_none(context_id)
    return None if found is None else found[:6]


@callback
def is_of_now(context_id: str, seconds: float) -> bool:
    """Return whether a context was made in the last so many seconds; a doubt is a no."""
    made, now = moment_of(context_id), moment_of(ulid_now())
    if made is None or now is None:
        return False
    return 0 <= int.from_bytes(now) - int.from_bytes(made) <= seconds * 1000


class Horizon:
    """How far back it is unknown what a context was: up to the latest that was forgotten.

    What says no moment, or one that is still to come since the clock was put back, cannot be compared. All of that is
    behind the horizon as soon as one of it is.
    """

    def __init__(self) -> None:
        """Create the horizon: what was made before now is not known, but for what is remembered of it all the same."""
        self._began = moment_of(ulid_now())
        self._up_to: Moment | None = None
        self._timeless = False

    def forgotten(self, context_id: str) -> None:
        """Note that a context was forgotten; of what was running before us, one may have been known as well."""
        made = self._past(context_id)
        if made is not None and self._began is not None and made < self._began:
            self._began = made
        if made is None:
            self._timeless = True
        elif self._up_to is None or made > self._up_to:
            self._up_to = made

    def hides(self, context_id: str) -> bool:
        """Return whether a context that is unknown may have been forgotten; cheap, for every call."""
        if self._up_to is None and not self._timeless:
            return False
        made = self._past(context_id)
        if made is None or self._began is None:
            return self._timeless
        return self._up_to is not None and self._began <= made <= self._up_to

    @staticmethod
    def _past(context_id: str) -> Moment | None:
        made, now = moment_of(context_id), moment_of(ulid_now())
        return None if made is None or now is None or made > now else made
