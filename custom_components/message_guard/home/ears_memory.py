"""What engines made of silence, on disk: hashes and verdicts, no words and no sound."""

from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from .heard import Heard

STORAGE_KEY: Final = f"{DOMAIN}.ears"
STORAGE_VERSION: Final = 1

DECLINED: Final = "declined"
"""Somebody was asked about an engine outside of the house, and does not want it tried."""

IGNORED: Final = {
    Heard.PHRASE: "ignored",
    Heard.CODE: "ignored_code",
    Heard.REQUEST: "ignored_request",
    Heard.NO: "ignored_no",
}
"""It makes this up, and somebody knows that and wants to hear no more of it."""

_MADE_UP: Final = {name: heard for heard, told in IGNORED.items() for name in (heard.value, told)}

VALID_SECONDS: Final = 7 * 24 * 3600.0
"""How long a verdict counts: not every setting of an engine is one that Home Assistant knows of."""

AGAIN_SECONDS: Final = 3600.0
"""How long an engine that gave no answer is left alone."""

MOST: Final = 64
"""Verdicts that are kept, the newest."""


def made_up(verdict: str | None) -> Heard | None:
    """Return what an engine makes up by what is remembered of it, ignored or not; None for nothing."""
    return _MADE_UP.get(verdict or "")


class EarsMemory:
    """Remembers verdicts by fingerprint."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the memory of what engines made of silence; `load` reads it."""
        self._store: Store[dict[str, Any]] = Store(hass, STORAGE_VERSION, STORAGE_KEY)
        self._verdicts: dict[str, tuple[str, float]] = {}

    async def load(self) -> None:
        """Read what was kept; what cannot be read is tried again."""
        stored: Any = await self._store.async_load()
        kept = stored.get("verdicts") if isinstance(stored, dict) else None
        for fingerprint, pair in kept.items() if isinstance(kept, dict) else ():
            match pair:
                case [str(heard), float() | int() as at]:
                    self._verdicts[str(fingerprint)] = (heard, float(at))

    def get(self, fingerprint: str, now: float, *, lasting: bool = False) -> str | None:
        """Return what was heard, None if that is unknown or too long ago.

        Args:
            fingerprint: Of what was tried.
            now: Seconds since the epoch.
            lasting: It counts until something changes, since trying again costs.
        """
        heard, at = self._verdicts.get(fingerprint, (None, 0.0))
        if heard == Heard.UNKNOWN:
            return heard if now - at <= AGAIN_SECONDS else None
        lasting = lasting or heard in {DECLINED, *IGNORED.values()}
        return heard if lasting or now - at <= VALID_SECONDS else None

    def last(self, fingerprint: str) -> str | None:
        """Return what was heard, however long ago that was."""
        return self._verdicts.get(fingerprint, (None, 0.0))[0]

    async def put(self, fingerprint: str, heard: str | None, now: float) -> None:
        """Remember it; None is that nothing is known."""
        if heard is None:
            self._verdicts.pop(fingerprint, None)
        else:
            self._verdicts[fingerprint] = (heard, now)
        newest = sorted(self._verdicts.items(), key=lambda item: item[1][1])[-MOST:]
        self._verdicts = dict(newest)
        await self._store.async_save({"verdicts": self._verdicts})
