#!/usr/bin/env python3
"""Check a Message Guard ledger."""

import hashlib
import json

FORMAT = 1
GENESIS = "0" * 64
SALT_BYTES = 16
LARGEST_INTEGER = 2**53 - 1

canonical = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def entry_hash(line: str) -> str:
    """Return the hash of an entry: SHA-256 of its canonical line in UTF-8, as 64 hex digits."""
    return hashlib.sha256(line.encode()).hexdigest()


def commitment(name: str, salt: bytes, value: str) -> str:
    """Return what an entry says about a private value without telling it.

    SHA-256 of the salt (16 bytes), the field's name, one zero byte and the value, as 64 hex digits.
    The name is part of it so that a body cannot be passed off as a transcript.
    """
    return hashlib.sha256(salt + name.encode() + b"\0" + value.encode()).hexdigest()
