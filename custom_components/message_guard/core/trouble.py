"""Trouble: what an error tells of a delivery.

An error is proof that nothing was handed over only where it says so: nobody was there to take it, or whoever
was there has turned it down. Time that is up, a connection that breaks, a server that stumbles and an error that
says nothing of the kind leave it open. So those are looked for first, and what is not recognised is not known.

Libraries put what happened into the error below the one that is raised; all of them are read. Their texts are read
and never kept: they may hold the words.
"""

from collections.abc import Iterator
import errno
import re

from .errors import DeliveryError
from .outcome import Outcome, failed, unknown

TIMEOUT, CUT_OFF, SERVER_ERROR = "channel_timeout", "cut_off", "server_error"
CREDENTIALS, BLOCKED, NO_ADDRESS = "credentials", "blocked", "no_address"
TOO_MANY, TOO_LONG, REJECTED, UNREACHABLE = "too_many", "too_long", "rejected", "unreachable"
MISSING, INVALID, ERROR = "channel_missing", "channel_invalid", "channel_error"

MOST_CAUSES = 8
"""Errors below an error that are read; a chain may lead back to itself."""

_NOT_CONNECTED = re.compile(
    "ConnectionRefused|ConnectorError|ConnectorDNS|ConnectError|ConnectTimeout|ConnectionTimeout|gaierror"
    "|NewConnection|NameResolution|SMTPConnect|NotConnected"
)
_TIMED_OUT = re.compile("Timeout|TimedOut", re.IGNORECASE)
_BROKEN = re.compile(
    "Disconnected|ConnectionReset|ConnectionAborted|BrokenPipe|IncompleteRead|RemoteProtocol|PayloadError"
    "|ClientOSError|ConnectionClosed|ReadError|WriteError|CancelledError"
)
_NAMES = (
    (
        re.compile("Unauthori[sz]ed|InvalidToken|Authentication|AuthFailed|Unauthenticated"),
        CREDENTIALS,
    ),
    (re.compile("Forbidden|PermissionDenied"), BLOCKED),
    (re.compile("RetryAfter|RateLimit|TooManyRequests|FloodWait"), TOO_MANY),
    (re.compile("ServiceNotFound"), MISSING),
    (re.compile("RecipientsRefused|RecipientRefused"), NO_ADDRESS),
    (re.compile("ServiceValidationError|ServiceNotSupported|TemplateError"), INVALID),
)
_STATUS = {
    400: REJECTED,
    401: CREDENTIALS,
    403: BLOCKED,
    404: NO_ADDRESS,
    407: CREDENTIALS,
    410: NO_ADDRESS,
    413: TOO_LONG,
    422: REJECTED,
    429: TOO_MANY,
}
_SMTP_STATUS = {
    530: CREDENTIALS,
    534: CREDENTIALS,
    535: CREDENTIALS,
    538: CREDENTIALS,
    550: NO_ADDRESS,
    551: NO_ADDRESS,
    552: TOO_LONG,
    553: NO_ADDRESS,
}
_STATUSES, _SERVER_ERRORS, _SMTP_REFUSALS = range(100, 600), range(500, 600), range(400, 600)
_REFUSING = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENOENT})
_NOT_OPENED = frozenset(
    {errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.EROFS, errno.ENAMETOOLONG}
)
"""A file, or a device, that cannot be opened for writing has taken no byte; a full disk may have taken some."""
_BREAKING = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_SIGN_IN = (
    r"unauthori[sz]ed|authenticat|invalid (api.?)?(key|token|credential)|(token|key) (is )?(invalid|revoked|expired)"
    r"|bad credentials|wrong password|login failed|\b401\b|\b535\b"
)
_NOT_THERE = (
    r"(chat|user|room|recipient|device|address|mailbox|number|channel|group) (was |is |could )?"
    r"(not (be )?(found|known|registered|connected)|unknown)|no such (user|chat|room|mailbox|address)"
    r"|unknown (user|chat|room|recipient|mailbox)|unregistered|not registered|not connected|\b404\b|\b550\b"
)
_NOBODY_THERE = (
    r"connection refused|(can.?not|can't|could not|failed to) connect|unreachable|name or service not known"
    r"|name resolution|no route to host"
)
_TEXTS = (
    (r"rate.?limit|too many (requests|messages)|flood control|quota|\b429\b", TOO_MANY),
    (r"(message|text|caption|body) is too long|too (long|large)|\b413\b", TOO_LONG),
    (r"blocked by|was blocked|forbidden|not allowed to (send|write)|\b403\b", BLOCKED),
    (_SIGN_IN, CREDENTIALS),
    (_NOT_THERE, NO_ADDRESS),
    (_NOBODY_THERE, UNREACHABLE),
)
_DOUBTFUL_TEXT = re.compile(
    r"time.?d? ?out|reset by peer|disconnected|broken pipe|connection (was )?(lost|closed)|\b50[0-9]\b"
    r"|internal server error|bad gateway|service unavailable",
    re.IGNORECASE,
)


def read(error: BaseException, body: str = "") -> Outcome:
    """Return what an error tells of the delivery in which it was raised.

    Args:
        error: What the channel has raised.
        body: What was sent: some services repeat it in their errors, where it tells nothing.

    Returns:
        `FAILED` with a reason where nothing was handed over, `UNKNOWN` in every other case; with the type of the
        error as a second reason.
    """
    if isinstance(error, DeliveryError):
        reason = str(error)
        return unknown(reason) if reason == ERROR else failed(reason)
    chain, name = tuple(_chain(error)), type(error).__name__
    for find in (_of_doubt, _of_kind):
        for item in chain:
            if (found := find(item)) is not None:
                reason, known = found
                return failed(reason, name) if known else unknown(reason, name)
    if any(getattr(item, "errno", None) in _NOT_OPENED for item in (error, error.__cause__)):
        return failed(UNREACHABLE, name)
    return _of_texts(chain, body, name)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what has led to it, the deepest last."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen and len(seen) < MOST_CAUSES:
        seen.append(current)
        yield current
        current = current.__cause__ or current.__context__


def _of_doubt(error: BaseException) -> tuple[str, bool] | None:
    """Return why an error leaves it open, or that nobody was there; None if it tells neither."""
    name = _names(error)
    number = getattr(error, "errno", None)
    if _NOT_CONNECTED.search(name) or number in _REFUSING:
        return UNREACHABLE, True
    if _TIMED_OUT.search(name):
        return TIMEOUT, False
    if _BROKEN.search(name) or number in _BREAKING:
        return CUT_OFF, False
    status = _status(error)
    if status in _SERVER_ERRORS and "SMTP" not in name:
        return SERVER_ERROR, False
    return None


def _of_kind(error: BaseException) -> tuple[str, bool] | None:
    name, status = _names(error), _status(error)
    if status is not None:
        by_smtp = "SMTP" in name
        known = _SMTP_STATUS.get(status) if by_smtp else _STATUS.get(status)
        if known is not None:
            return known, True
        if by_smtp and status in _SMTP_REFUSALS:
            return REJECTED, True  # a mail server that answers so has not taken it
    return next(((reason, True) for pattern, reason in _NAMES if pattern.search(name)), None)


def _of_texts(chain: tuple[BaseException, ...], body: str, name: str) -> Outcome:
    texts = [_text(error, body) for error in chain]
    if any(_DOUBTFUL_TEXT.search(text) for text in texts):
        return unknown(ERROR, name)
    for text in texts:
        for pattern, reason in _TEXTS:
            if re.search(pattern, text, re.IGNORECASE):
                return failed(reason, name)
    return unknown(ERROR, name)


def _names(error: BaseException) -> str:
    """Return the type of an error with those that it derives from, but for what all errors derive from."""
    common = {"object", "BaseException", "Exception", "OSError", "HomeAssistantError"}
    return " ".join(kind.__name__ for kind in type(error).__mro__ if kind.__name__ not in common)


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        for attribute in ("status", "status_code", "smtp_code", "code"):
            value = getattr(holder, attribute, None)
            if isinstance(value, int) and value in _STATUSES:
                return value
    return None


def _text(error: BaseException, body: str) -> str:
    """Return what an error says, and the name of its text where it has one, without the message's words."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - an error that cannot be read tells nothing
        said = ""
    key = getattr(error, "translation_key", None)
    text = f"{said} {key.replace('_', ' ')}" if isinstance(key, str) else said
    return text.replace(body, " ") if body else text
