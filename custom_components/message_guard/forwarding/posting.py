"""Posting one request to a destination (OTLP/HTTP), and what its answer means.

Whatever answers is somebody else's machine: answers are bounded in time and size, certificates are always checked, and no
redirect is followed, since it would carry entries and secret to where nobody chose.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
import socket
from typing import Final

import aiohttp

from .destination import Destination
from .format.otlp import rejected, rejected_json

ANSWER_SECONDS: Final = 30.0
"""A destination that has not answered by then is away."""

MOST_ANSWER_BYTES: Final = 65_536

MOST_DIGITS: Final = 9
"""Of a number of seconds: more is for ever, too."""

DIVISIBLE: Final = frozenset({400, 413})
"""Of a request that is too large, or of which one record is at fault. OpenTelemetry's collector says 400 of both."""

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"

NO_NAME_CODES: Final = frozenset({1, 4})
"""Of c-ares: there is no such name (ENOTFOUND), or no address under it (ENODATA)."""


class Verdict(StrEnum):
    """What came of posting a request."""

    ACCEPTED = "accepted"
    AWAY = "away"
    """It did not answer, or cannot take anything now."""
    NO_NAME = "no_name"
    """Its name is not known."""
    NOT_ACCEPTED = "not_accepted"
    """It does not take the secret."""
    NOT_FOUND = "not_found"
    REDIRECTS = "redirects"
    CERTIFICATE = "certificate"
    """It cannot prove who it is."""
    TOO_LARGE = "too_large"
    REJECTS = "rejects"
    """It has taken only some of the records."""
    NOT_UNDERSTOOD = "not_understood"
    """What answers there does not take logs."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of posting a request.

    Attributes:
        verdict: In one word.
        wait: How many seconds it asks to be left alone, None if it does not.
        divisible: Whether a part of the request may be taken where the whole was not.
    """

    verdict: Verdict
    wait: float | None = None
    divisible: bool = False


async def post(
    session: aiohttp.ClientSession, destination: Destination, body: bytes, now: datetime
) -> Posted:
    """Post a request; raises nothing that the other side or the network could bring about.

    Args:
        session: Carries it.
        destination: Where to.
        body: The request.
        now: The time, against which a time to wait until is read.
    """
    headers = {
        "User-Agent": "message-guard",
        "Content-Type": PROTOBUF,
        "Accept-Encoding": "identity",
    }
    if destination.header:
        headers[destination.header] = destination.secret
    try:
        async with (
            asyncio.timeout(ANSWER_SECONDS),
            session.post(
                destination.url, data=body, headers=headers, allow_redirects=False
            ) as response,
        ):
            if response.status in range(200, 300):
                verdict = await _taken(response)
                return Posted(verdict, divisible=verdict is Verdict.REJECTS)
            wait = _wait(response.headers.get("Retry-After"), now)
            divisible = response.status in DIVISIBLE
            return Posted(_refusal(response.status), wait, divisible)
    except aiohttp.ClientConnectorDNSError as error:
        return Posted(Verdict.NO_NAME if _no_such_name(error) else Verdict.AWAY)
    except aiohttp.ClientSSLError:
        return Posted(Verdict.CERTIFICATE)
    except aiohttp.ClientError, TimeoutError, OSError:
        return Posted(Verdict.AWAY)
    except ValueError:  # after the others: some of them are such, too
        return Posted(Verdict.NOT_UNDERSTOOD)


def _no_such_name(error: aiohttp.ClientConnectorDNSError) -> bool:
    """Return whether it is known that there is no such name; without an internet nothing is known."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return cause.errno in {socket.EAI_NONAME, socket.EAI_NODATA}
        if type(cause).__module__.startswith("aiodns"):
            return bool(cause.args) and cause.args[0] in NO_NAME_CODES
        cause = cause.__cause__
    return False


async def _taken(response: aiohttp.ClientResponse) -> Verdict:
    """Return what an answer says that means well; raises ValueError if it is no receiver's."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        content += chunk
        if len(content) > MOST_ANSWER_BYTES:
            raise ValueError("a longer answer than any of a receiver")
    if not content:
        return Verdict.ACCEPTED
    # A page that greets everybody, as in a hotel, must not be taken for a log.
    if response.content_type == PROTOBUF:
        count = rejected(bytes(content))
    elif response.content_type == JSON:
        count = rejected_json(bytes(content))
    else:
        raise ValueError("not what a receiver answers")
    return Verdict.REJECTS if count else Verdict.ACCEPTED


def _refusal(status: int) -> Verdict:
    """Return what an answer means that is no success."""
    if status in {408, 425, 429} or status in range(500, 600):
        return Verdict.AWAY
    if status in range(300, 400):
        return Verdict.REDIRECTS
    return {
        401: Verdict.NOT_ACCEPTED,
        403: Verdict.NOT_ACCEPTED,
        404: Verdict.NOT_FOUND,
        410: Verdict.NOT_FOUND,
        413: Verdict.TOO_LARGE,
    }.get(status, Verdict.NOT_UNDERSTOOD)


def _wait(value: str | None, now: datetime) -> float | None:
    """Return how many seconds a Retry-After asks for (RFC 9110, 10.2.3), None if it asks for nothing."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:MOST_DIGITS])
    try:
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except ValueError, TypeError, OverflowError:
        return None
