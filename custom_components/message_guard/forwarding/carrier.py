"""What all destinations share: how a request is made, away from the event loop, and how it is posted."""

from collections.abc import Callable
from functools import partial
import time
from typing import Final

import aiohttp
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util import dt as dt_util

from ..ledger.format.signed_note import Key
from ..ledger.forwarded import Next
from ..ledger.store import LedgerStore
from .destination import Destination
from .format.batch import Batch, Row, batch, resource
from .format.otlp import export_request
from .format.records import alive
from .posting import Posted, post

PAUSE_SECONDS: Final = 0.001
"""Left to the event loop after each few entries: Python does one thing at a time, in whatever thread."""


class Carrier:
    """Makes requests of entries and posts them."""

    def __init__(
        self, hass: HomeAssistant, ledger: LedgerStore, version: str, mode: Callable[[], str]
    ) -> None:
        """Carry for this ledger; `mode` returns what the guard does: "guards", "watches" or "off"."""
        self._hass = hass
        self._ledger = ledger
        self._version = version
        self._mode = mode
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """What carries requests: it keeps no cookies, since nobody is to be recognised, and unpacks nothing."""
        if self._session is None:
            self._session = async_create_clientsession(
                self._hass,
                auto_cleanup=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    @callback
    def close(self) -> None:
        """Carry nothing more."""
        if self._session is not None:
            self._session.detach()
            self._session = None

    async def batch(self, destination: Destination, found: Next) -> Batch | None:
        """Return what goes to a destination first of these entries, None if there are none."""
        if not found.rows:
            return None
        rows = (Row(*row) for row in found.rows)  # made there, not here
        origin = found.origin or self._origin
        about = resource(origin, self._version, destination.home)
        return await self._hass.async_add_executor_job(
            partial(
                batch,
                rows,
                origin,
                about,
                self._version,
                destination.fields,
                partial(time.sleep, PAUSE_SECONDS),
            )
        )

    async def post(self, destination: Destination, body: bytes) -> Posted:
        """Post a request; raises nothing."""
        return await post(self.session, destination, body, dt_util.utcnow())

    async def sign(self, destination: Destination) -> Posted:
        """Post a sign of life.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        sequence, found, origin = await self._ledger.forwarded.last()
        origin = origin or self._origin
        sign = alive(now_us(), sequence, found, origin, self._mode())
        about = resource(origin, self._version, destination.home)
        return await self.post(destination, export_request(about, self._version, [sign.encode()]))

    @property
    def _origin(self) -> str:
        """The name of a ledger that does not say what it is called."""
        key = self._ledger.verifier_key
        return "" if key is None else Key.parse(key).name


def now_us() -> int:
    """Return microseconds since the epoch, UTC."""
    return int(dt_util.utcnow().timestamp() * 1_000_000)
