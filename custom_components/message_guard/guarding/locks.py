"""Lock-outs on disk: they outlive requests, satellites, restarts and restored backups."""

from collections.abc import Collection
import logging
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..core.level import Level
from ..core.lockout import CODE_TRIES, HOUSEHOLD, CodeLockout, PinLockout, PinLockouts

_LOGGER = logging.getLogger(__name__)

STORAGE_KEY = f"{DOMAIN}.locks"
STORAGE_VERSION = 1


class Locks:
    """Which proofs are locked, and until when."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the lock-outs; `load` reads them."""
        self._hass = hass
        self._store: Store[dict[str, Any]] = Store(
            hass, STORAGE_VERSION, STORAGE_KEY, private=True, atomic_writes=True
        )
        self.pins = PinLockouts()
        self.code = CodeLockout()

    async def load(self, now: float) -> None:
        """Read what was kept. What cannot be read is taken as a round of wrong PINs and codes just now."""
        try:
            await self._read()
        except Exception as error:  # noqa: BLE001 - a doubt is a lock
            _LOGGER.error("The lock-outs cannot be read (%s): locked", type(error).__name__)
            self.pins = PinLockouts().restored(now)
            self.code = CodeLockout((now,) * CODE_TRIES)
            await self._save()  # or the next start would find nothing, and nothing locked

    async def _read(self) -> None:
        """Raise if there is a file and it tells nothing.

        Home Assistant puts a file that is no JSON aside and says that there is none.
        """
        exists = await self._hass.async_add_executor_job(Path(self._store.path).exists)
        data = await self._store.async_load()
        if data is not None:
            self.pins = _pins(data)
            self.code = CodeLockout.from_data(data.get("code"))
        elif exists:
            raise ValueError("the file of lock-outs holds none")

    def locked(self, now: float) -> frozenset[Level]:
        """Return the levels that are not even asked for at `now` (seconds since the epoch)."""
        found = set()
        if self.pins.locked(now):
            found.add(Level.PIN)
        if self.code.locked(now):
            found.add(Level.CODE)
        return frozenset(found)

    async def failed(
        self, level: Level, now: float, owners: Collection[str] = (HOUSEHOLD,)
    ) -> None:
        """Count a wrong proof, on disk before anything is answered; `owners` are those of a PIN."""
        if level is Level.PIN:
            self.pins = self.pins.failed(owners, now)
        elif level is Level.CODE:
            self.code = self.code.failed(now)
        await self._save()

    async def proved(self, owners: Collection[str]) -> None:
        """Forget the wrong PINs of these owners after a right one."""
        if (forgotten := self.pins.proved(owners)) != self.pins:
            self.pins = forgotten
            await self._save()

    async def restored(self, now: float) -> None:
        """Take a restored backup as a round of tries: it may have brought back an older count."""
        self.pins = self.pins.restored(now)
        await self._save()

    async def unlock(self) -> None:
        """Forget all, for an administrator."""
        self.pins, self.code = PinLockouts(), CodeLockout()
        await self._save()

    async def _save(self) -> None:
        await self._store.async_save({"pins": self.pins.to_data(), "code": self.code.to_data()})


def _pins(data: dict[str, Any]) -> PinLockouts:
    """Return the lock-outs of PINs; the files of the first versions have one for all of them."""
    if "pins" in data:
        return PinLockouts.from_data(data["pins"])
    return PinLockouts({HOUSEHOLD: PinLockout.from_data(data.get("pin"))})
