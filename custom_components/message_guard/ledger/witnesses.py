"""The household's witnesses: offered every checkpoint that leaves, in the background, and never in the way of a message.

A witness that is away is no reason to doubt anything: it is asked again, less and less often, and it catches up with the
next checkpoint. One that has seen another history is an alarm, until it agrees again or somebody explains it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
from typing import Any, Final

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.event import async_call_later

from ..const import (
    CONF_WITNESSES,
    DOMAIN,
    ISSUE_WITNESS_NO_WITNESS,
    ISSUE_WITNESS_OTHER_KEY,
    ISSUE_WITNESS_REDIRECTS,
    ISSUE_WITNESS_UNKNOWN_KEY,
    ISSUE_WITNESS_UNKNOWN_LEDGER,
)
from ..core.errors import LedgerError, LedgerUnusableError
from ..core.listeners import Listeners
from .cosigned import Alarm
from .format.checkpoint import Checkpoint
from .format.cosignature import with_cosignatures
from .format.signed_note import Key, signature_check
from .store import LedgerStore
from .witness import ALARMS, Offer, Offered, Verdict, Witness, offer

_LOGGER = logging.getLogger(__name__)

CONF_URL: Final = "url"
CONF_KEY: Final = "key"

FIRST_RETRY_SECONDS: Final = 60.0
LAST_RETRY_SECONDS: Final = 3600.0
"""A witness that does not cosign is asked again after a minute, then after twice as long each time, up to an hour."""

ISSUES: Final[Mapping[Verdict, str]] = {
    Verdict.UNKNOWN_LEDGER: ISSUE_WITNESS_UNKNOWN_LEDGER,
    Verdict.UNKNOWN_KEY: ISSUE_WITNESS_UNKNOWN_KEY,
    Verdict.REDIRECTS: ISSUE_WITNESS_REDIRECTS,
    Verdict.OTHER_KEY: ISSUE_WITNESS_OTHER_KEY,
    Verdict.NO_WITNESS: ISSUE_WITNESS_NO_WITNESS,
}
"""What does not pass by itself, and what Repairs says of it."""


@dataclass(slots=True)
class State:
    """How it stands with one witness.

    Attributes:
        verdict: What came of asking it last, None before.
        size: How many entries it has cosigned, as far as is known since the start.
        failures: How often in a row it has not cosigned.
        retry: Ends the wait for the next time.
    """

    verdict: Verdict | None = None
    size: int = 0
    failures: int = 0
    retry: CALLBACK_TYPE | None = None


def chosen_witnesses(options: Mapping[str, Any]) -> tuple[Witness, ...]:
    """Return the witnesses in the options; what cannot be read is none."""
    found = []
    for each in options.get(CONF_WITNESSES, []):
        try:
            found.append(Witness.parse(each[CONF_URL], each[CONF_KEY]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _LOGGER.error("A witness in the options cannot be read: %s", type(error).__name__)
    return tuple(found)


class Witnesses:
    """Lets the household's witnesses cosign checkpoints.

    Attributes:
        states: How it stands with each, by its verifier key.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, ledger: LedgerStore) -> None:
        """Serve this ledger."""
        self.states: dict[str, State] = {}
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._alarms: dict[str, Alarm] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._listeners = Listeners[()]()
        self._note: str | None = None
        self._stopped = False
        self._session: aiohttp.ClientSession | None = None
        self._check = signature_check()

    @property
    def session(self) -> aiohttp.ClientSession:
        """What carries requests: it keeps no cookies, since nobody is to be recognised."""
        if self._session is None:
            self._session = async_create_clientsession(
                self._hass, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    @property
    def origin(self) -> str:
        """The name of the ledger that is witnessed, "" while it is closed."""
        key = self._ledger.verifier_key
        return "" if key is None else Key.parse(key).name

    @property
    def chosen(self) -> tuple[Witness, ...]:
        """The witnesses that the household has named."""
        return chosen_witnesses(self._entry.options)

    @property
    def alarm(self) -> tuple[Witness, Alarm] | None:
        """The first witness that has seen another history of this ledger, and what it said; None if none has."""
        for witness in self.chosen:
            found = self._alarms.get(str(witness.key))
            if found is not None and found.origin == self.origin:
                return witness, found
        return None

    async def load(self) -> None:
        """Take up the alarms of before the start."""
        try:
            self._alarms = await self._ledger.cosignatures.alarms()
        except LedgerError as error:
            _LOGGER.error("What witnesses have said cannot be read: %s", error)

    @callback
    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when an alarm begins or ends; returns what ends that."""
        return self._listeners.add(listener)

    @callback
    def stop(self) -> None:
        """Ask nobody again; a checkpoint that is made at the end is still offered once."""
        self._stopped = True
        for state in self.states.values():
            if state.retry is not None:
                state.retry()
                state.retry = None

    @callback
    def changed(self) -> None:
        """Follow a change of options: whoever is no witness any more has nothing to say."""
        keys = {str(witness.key) for witness in self.chosen}
        for key in tuple(self.states):
            if key not in keys and (retry := self.states.pop(key).retry) is not None:
                retry()
        self._show()
        self._tell()

    # --- asking -------------------------------------------------------------------------------

    async def cosign(self, note: str) -> str:
        """Offer a checkpoint to every witness that is not being waited for; raises nothing.

        Returns:
            The checkpoint with all the cosignatures that there are.
        """
        self._note = note
        due = [each for each in self.chosen if self._state(each).retry is None]
        await asyncio.gather(*(self._offer(each, note) for each in due))
        checkpoint = Checkpoint.parse(note)
        if checkpoint.note is None:
            return note
        try:
            lines = await self._ledger.cosignatures.lines(checkpoint.origin, checkpoint.size)
        except LedgerError as error:
            _LOGGER.error("Cosignatures cannot be read: %s", error)
            return note
        return str(with_cosignatures(checkpoint.note, lines))

    async def first(self, witness: Witness) -> Verdict:
        """Ask somebody who is to be a witness for the first cosignature.

        Raises:
            LedgerError: If there is no checkpoint to be offered.
        """
        note = await self._ledger.checkpoint() or await self._ledger.cosignatures.newest()
        if note is None:
            raise LedgerUnusableError("the ledger has no checkpoint of its tree")
        return (await self.ask(witness, note)).verdict

    async def ask(self, witness: Witness, note: str) -> Offered:
        """Offer a checkpoint to one witness, and keep what it says; one after the other.

        Raises:
            LedgerError: If the ledger cannot be read or written.
        """
        checkpoint = Checkpoint.parse(note)
        kept, key = self._ledger.cosignatures, str(witness.key)
        if self._check is None or not checkpoint.root or checkpoint.note is None:
            return Offered(Verdict.AWAY)

        async def proof_from(old: int) -> list[bytes]:
            return await self._ledger.cosignatures.consistency(old, checkpoint.size)

        offered = Offer(note, checkpoint.note.text, checkpoint.size, kept.size, proof_from)
        async with self._locks.setdefault(key, asyncio.Lock()):
            old = await kept.last(checkpoint.origin, key)
            answered = await offer(self.session, witness, offered, old, self._check)
            await self._keep(witness, checkpoint, answered)
        return answered

    async def _keep(self, witness: Witness, checkpoint: Checkpoint, answered: Offered) -> None:
        """Keep what a witness has said of a checkpoint; raises LedgerError."""
        kept, key = self._ledger.cosignatures, str(witness.key)
        if answered.cosignature is not None:
            line = answered.cosignature.line
            await kept.keep(checkpoint.origin, checkpoint.size, key, line)
            if self._alarms.pop(key, None) is not None:
                self._tell()
        elif answered.verdict in ALARMS:
            alarm = Alarm(
                answered.verdict.value, checkpoint.origin, answered.size or 0, checkpoint.size
            )
            await kept.keep_alarm(key, alarm)
            if self._alarms.get(key) != alarm:
                self._alarms[key] = alarm
                _LOGGER.error(
                    "The witness %s has seen another history of this ledger (%s): it has %d entries, "
                    "and was offered %d",
                    witness.key.name,
                    answered.verdict,
                    alarm.size,
                    alarm.offered,
                )
                self._tell()

    async def _offer(self, witness: Witness, note: str) -> None:
        """Ask a witness, and again later if it has not cosigned."""
        try:
            answered = await self.ask(witness, note)
        except LedgerError as error:
            _LOGGER.error("A checkpoint could not be offered to a witness: %s", error)
            answered = Offered(Verdict.AWAY)
        state = self._state(witness)
        state.verdict = answered.verdict
        if answered.verdict is Verdict.COSIGNED:
            state.failures, state.size = 0, answered.size or 0
        else:
            self._again(witness, state)
        self._show()

    @callback
    def _again(self, witness: Witness, state: State) -> None:
        seconds = min(FIRST_RETRY_SECONDS * 2.0**state.failures, LAST_RETRY_SECONDS)
        state.failures = min(state.failures + 1, 32)

        @callback
        def retry(_now: object) -> None:
            state.retry = None
            if self._note is not None and self._ledger.is_open and witness in self.chosen:
                self._entry.async_create_background_task(
                    self._hass, self._offer(witness, self._note), "message_guard witness"
                )

        if not self._stopped and witness in self.chosen:
            state.retry = async_call_later(self._hass, seconds, retry)

    def _state(self, witness: Witness) -> State:
        return self.states.setdefault(str(witness.key), State())

    # --- telling ------------------------------------------------------------------------------

    @callback
    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    @callback
    def _show(self) -> None:
        """Keep Repairs up to date about what a person has to do; whoever is only away is not told of."""
        for verdict, issue in ISSUES.items():
            refusing = [one for one in self.chosen if self._state(one).verdict is verdict]
            if not refusing:
                ir.async_delete_issue(self._hass, DOMAIN, issue)
                continue
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=issue,
                translation_placeholders={
                    "witness": ", ".join(one.key.name for one in refusing),
                    "url": ", ".join(one.url for one in refusing),
                    "key": self._ledger.verifier_key or "?",
                },
            )
