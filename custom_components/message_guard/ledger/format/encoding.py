"""How the ledger is encoded; described in docs/ledger-format.md.

This module and those around it but `entries` are also what scripts/verify-ledger is built from. It has to
run on any Python from 3.11 on, so they use nothing newer.
"""

from collections.abc import Callable
import hashlib
import json
from typing import Any

FORMAT = 1
"""The entry format described in docs/ledger-format.md."""

TREE_FORMAT = 2
"""That of an entry with a checkpoint of the tree, which a verifier of before the tree could not understand."""

GENESIS = "0" * 64
"""What the first entry names as its previous hash."""

SALT_BYTES = 16

LARGEST_INTEGER = 2**53 - 1
"""Integers beyond this are not the same number to every reader of JSON (RFC 8785, RFC 7493)."""

WAITING = frozenset({"asked", "wrong_reply"})
"""Kinds after which a request still waits for its proof."""

FINAL = frozenset(
    {
        "refused",
        "declined",
        "expired",
        "superseded",
        "proof_failed",
        "delivered",
        "handed_over",
        "unknown",
        "failed",
        "interrupted",
    }
)
"""Kinds after which nothing more is expected of a request."""


def _encoder(*, sort: bool) -> Callable[[Any], str]:
    """Return what encodes as RFC 8785 wants it for what entries hold: no spaces, only the escapes that JSON demands.

    CPython's own encoder, where there is one, costs less when it is made once and not for every line.
    """
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(
            ensure_ascii=False,
            check_circular=False,
            allow_nan=False,
            sort_keys=sort,
            separators=(",", ":"),
        ).encode
    pieces = make(None, None, json.encoder.encode_basestring, None, ":", ",", sort, False, False)
    return lambda value: "".join(pieces(value, 0))


canonical = _encoder(sort=True)
"""RFC 8785 for what entries hold."""

encoded_in_order = _encoder(sort=False)
"""Like `canonical` for values whose names are in order.

Checking a ledger is mostly encoding it again. What was read from a canonical line is in order already, so
looking whether it is costs less than sorting it.
"""


def entry_hash(line: str) -> str:
    """Return the hash of an entry: SHA-256 of its canonical line in UTF-8, as 64 hex digits."""
    return hashlib.sha256(line.encode()).hexdigest()


def commitment(name: str, salt: bytes, value: str) -> str:
    """Return what an entry says about a private value without telling it.

    SHA-256 of the salt (16 bytes), the field's name, one zero byte and the value, as 64 hex digits.
    The name is part of it so that a body cannot be passed off as a recipient.
    """
    return hashlib.sha256(salt + name.encode() + b"\0" + value.encode()).hexdigest()


class TamperedError(Exception):
    """The first thing that is wrong.

    Attributes:
        sequence: The entry that is bad, None if it is the ledger as a whole.
        code: A stable word for what is wrong, as listed in docs/ledger-format.md.
    """

    def __init__(self, sequence: int | None, code: str, meaning: str) -> None:
        """Name the entry, the code, and what it means in a sentence."""
        super().__init__(meaning)
        self.sequence = sequence
        self.code = code


class UnusableError(Exception):
    """Nothing can be said about this file."""
