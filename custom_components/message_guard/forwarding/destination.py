"""Where entries go: an address that takes OpenTelemetry logs, as the household has entered it."""

from dataclasses import dataclass, field
import hashlib
from ipaddress import ip_address
import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from .format.records import Fields

DEFAULT_PATH: Final = "/v1/logs"
"""Where a receiver of OTLP/HTTP takes logs, unless somebody says otherwise (OTLP specification, "OTLP/HTTP Request")."""

MOST_HOME: Final = 64
MOST_SECRET: Final = 4096
MOST_URL: Final = 2048

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
"""The name of a header (RFC 9110, 5.6.2)."""

_VISIBLE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
"""What a header may hold without being understood in several ways."""

_OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that say how a request is read, and are no place for a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where entries go.

    Attributes:
        url: Where they are posted. A part of it may be a secret, so it stands in no log.
        header: The name of the header that says who sends, "" for none.
        secret: What stands in it.
        fields: What of an entry goes out.
        home: What the household calls itself there, "" for nothing.
        since: What was written up to then does not go, microseconds since the epoch, UTC; 0: everything goes.
    """

    url: str = field(repr=False)
    header: str = ""
    secret: str = field(default="", repr=False)
    fields: Fields = Fields.EVENTS
    home: str = ""
    since: int = 0

    @property
    def host(self) -> str:
        """Where that is, fit to be shown."""
        return urlsplit(self.url).hostname or ""

    @property
    def id(self) -> str:
        """By what its mark is found: another address, or another beginning, is another destination."""
        return hashlib.sha256(f"{self.url}\n{self.since}".encode()).hexdigest()[:32]


class HttpError(ValueError):
    """An address without TLS, outside of this machine."""


def address(url: str) -> str:
    """Return where to post to.

    Only this machine itself is reached without TLS: whatever else lies between could read the entries, and the
    secret that lets anybody write into the household's log.

    Raises:
        HttpError: If it is an address without TLS, outside of this machine.
        ValueError: If it is no address of a web server.
    """
    url = url.strip()
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise ValueError("not an address of a web server")
    if len(url) > MOST_URL or not _VISIBLE.fullmatch(url) or " " in url:
        raise ValueError("not an address of a web server")
    if parts.username is not None or parts.password is not None or parts.port == 0:
        raise ValueError("an address with a password would stand in logs")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise HttpError("without TLS everybody in between could read it")
    path = DEFAULT_PATH if parts.path in {"", "/"} else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def header_name(name: str) -> str:
    """Return the name of a header, "" for none; raises ValueError if it can be none for a secret."""
    name = name.strip()
    if name and (not _TOKEN.fullmatch(name) or name.lower() in _OURS):
        raise ValueError("not a header for a secret")
    return name


def header_value(value: str) -> str:
    """Return what stands in a header; raises ValueError if nothing or what none can hold."""
    value = value.strip()
    if len(value) > MOST_SECRET or not _VISIBLE.fullmatch(value):
        raise ValueError("not what a header can hold")
    return value


def home_label(name: str) -> str:
    """Return what the household calls itself; raises ValueError if that is too long or no plain text."""
    name = name.strip()
    if len(name) > MOST_HOME or not name.isprintable():
        raise ValueError("too long")
    return name


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
