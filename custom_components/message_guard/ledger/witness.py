"""Asking one witness to cosign a checkpoint (C2SP tlog-witness), over HTTP.

Whatever answers is somebody else's machine: answers are bounded in time and size, no redirect is followed, since
it would carry the checkpoint to where nobody chose, and nothing is believed but a cosignature of the key given.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from .format.cosignature import (
    Cosignature,
    WitnessKey,
    add_checkpoint,
    answered_cosignature,
    answered_size,
)
from .format.signed_note import SignatureCheck

ANSWER_SECONDS: Final = 10.0
"""A witness that has not answered by then is away."""

MOST_ANSWER_BYTES: Final = 65_536
"""Some hundred cosignatures; a longer answer is none of a witness."""

ADD_CHECKPOINT: Final = "add-checkpoint"

HEADERS: Final = {"User-Agent": "message-guard", "Content-Type": "text/plain; charset=utf-8"}
"""A witness need not know which Home Assistant this is."""

type ProofFrom = Callable[[int], Awaitable[list[bytes]]]
"""(size of an older checkpoint) → the proof of consistency from it; raises LedgerError."""


class Verdict(StrEnum):
    """What came of asking a witness."""

    COSIGNED = "cosigned"
    AWAY = "away"
    """It did not answer, or is busy: no reason to doubt anything."""
    BUSY = "busy"
    """It has seen a newer checkpoint of this ledger than the one offered; the next one will fit."""
    FORKED = "forked"
    """It has seen another history of this ledger."""
    ROLLED_BACK = "rolled_back"
    """It has seen more entries of this ledger than there are."""
    UNKNOWN_LEDGER = "unknown_ledger"
    UNKNOWN_KEY = "unknown_key"
    """It knows the ledger, but not the key that signs it."""
    REDIRECTS = "redirects"
    OTHER_KEY = "other_key"
    """It cosigns, but not with the key that was given."""
    NO_WITNESS = "no_witness"
    """What answers there does not speak as a witness does."""


ALARMS: Final = frozenset({Verdict.FORKED, Verdict.ROLLED_BACK})
"""Somebody has two histories of this ledger."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness, as the household has named it.

    Attributes:
        url: Its submission prefix, without a slash at the end.
        key: What checks its cosignatures.
    """

    url: str
    key: WitnessKey

    @classmethod
    def parse(cls, url: str, key: str) -> Witness:
        """Return the witness of what was entered; raises ValueError, see `prefix` and `WitnessKey.parse`."""
        return cls(prefix(url), WitnessKey.parse(key))


@dataclass(frozen=True, slots=True)
class Offered:
    """What came of offering a checkpoint.

    Attributes:
        verdict: In one word.
        cosignature: If it has cosigned.
        size: What it says it has seen, None if it says nothing.
    """

    verdict: Verdict
    cosignature: Cosignature | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint to be cosigned.

    Attributes:
        note: Signed by the ledger alone.
        text: What of it is signed.
        size: How many entries it covers.
        entries: Returns how many the ledger has by now; raises LedgerError.
        proof_from: Proves that it goes on from an older one.
    """

    note: str
    text: str
    size: int
    entries: Callable[[], Awaitable[int]]
    proof_from: ProofFrom


def prefix(url: str) -> str:
    """Return the submission prefix of an address, without what belongs to a single request.

    Raises:
        ValueError: If it is no plain address of a web server.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an address of a web server")
    if parts.username is not None or parts.password is not None or parts.port == 0:
        raise ValueError("an address with a password would stand in logs")
    path = parts.path.rstrip("/").removesuffix(f"/{ADD_CHECKPOINT}").rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


async def offer(
    session: aiohttp.ClientSession,
    witness: Witness,
    offered: Offer,
    old: int,
    check: SignatureCheck,
) -> Offered:
    """Ask a witness to cosign a checkpoint. One that knows an older or newer one than we think is asked once more.

    What it says then means the same as what it says at first: our memory may be behind, and must not hide a fork.

    Args:
        session: Carries the request.
        witness: Who is asked.
        offered: The checkpoint.
        old: The size of what it cosigned last, as far as we know; 0 for nothing.
        check: Checks an Ed25519 signature.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    old = min(old, offered.size)
    answered = await _judged(session, witness, offered, old, check)
    seen = answered.size
    if answered.verdict is Verdict.BUSY and seen is not None and seen <= offered.size:
        return await _judged(session, witness, offered, seen, check)
    return answered


async def _judged(
    session: aiohttp.ClientSession,
    witness: Witness,
    offered: Offer,
    old: int,
    check: SignatureCheck,
) -> Offered:
    """Ask once; BUSY with a size that is not more than what was offered means that the proof has to begin there."""
    answered = await _ask(session, witness, offered, old, check)
    seen = answered.size
    if answered.verdict is not Verdict.BUSY or seen is None:
        return answered
    if seen > offered.size:
        # Counted now and not before: entries may have been written, and cosigned, while it was being asked.
        rolled_back = seen > await offered.entries()
        return Offered(Verdict.ROLLED_BACK if rolled_back else Verdict.BUSY, size=seen)
    if seen == old:
        # Version 1.0 of tlog-witness says so where it has cosigned as many entries with another root.
        return Offered(Verdict.FORKED if old == offered.size else Verdict.NO_WITNESS, size=seen)
    return answered


async def _ask(
    session: aiohttp.ClientSession,
    witness: Witness,
    offered: Offer,
    old: int,
    check: SignatureCheck,
) -> Offered:
    proof = await offered.proof_from(old)
    try:
        status, body = await _post(session, witness, add_checkpoint(old, proof, offered.note))
    except aiohttp.ClientError, TimeoutError, OSError:
        return Offered(Verdict.AWAY)
    except ValueError:
        return Offered(Verdict.NO_WITNESS)
    return _understood(witness, offered, old, check, status, body)


def _understood(
    witness: Witness, offered: Offer, old: int, check: SignatureCheck, status: int, body: str
) -> Offered:
    """Return what an answer means."""
    match status:
        case 200:
            try:
                cosignature = answered_cosignature(body, offered.text, witness.key, check)
            except ValueError:
                return Offered(Verdict.OTHER_KEY)
            return Offered(Verdict.COSIGNED, cosignature, offered.size)
        case 409:
            try:
                return Offered(Verdict.BUSY, size=answered_size(body))
            except ValueError:
                return Offered(Verdict.NO_WITNESS)
        case 422:
            return Offered(Verdict.FORKED, size=old)
    return Offered(_refusal(status))


def _refusal(status: int) -> Verdict:
    """Return what an answer without content means."""
    if status in {429, *range(500, 600)}:
        return Verdict.AWAY
    if status in range(300, 400):
        return Verdict.REDIRECTS
    return {
        403: Verdict.UNKNOWN_KEY,
        404: Verdict.UNKNOWN_LEDGER,
    }.get(status, Verdict.NO_WITNESS)


async def _post(session: aiohttp.ClientSession, witness: Witness, body: str) -> tuple[int, str]:
    """Return status and text of the answer; raises ValueError if it is too long or no text.

    Only cosignatures and a size are read: of everything else the status says enough.
    """
    async with (
        asyncio.timeout(ANSWER_SECONDS),
        session.post(
            f"{witness.url}/{ADD_CHECKPOINT}",
            data=body.encode(),
            headers=HEADERS,
            allow_redirects=False,
        ) as response,
    ):
        if response.status not in {200, 409}:
            return response.status, ""
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > MOST_ANSWER_BYTES:
                raise ValueError("a longer answer than any of a witness")
        return response.status, content.decode()
