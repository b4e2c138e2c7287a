"""The wire format of protobuf, as far as log records need it (https://protobuf.dev/programming-guides/encoding/).

Google's library would do the same. But a manifest that asks for a package leaves a home without its guard on the day on
which that package cannot be installed, and the library and what is generated for it have to be of fitting versions,
which Home Assistant pins anew with its releases. So it judges this module in the tests, and nothing more.
"""

from collections.abc import Iterator
from typing import Final

VARINT: Final = 0
FIXED64: Final = 1
LENGTH: Final = 2
FIXED32: Final = 5

_LARGEST_FIELD: Final = 2**29 - 1
_MOST_VARINT_BYTES: Final = 10
_64_BITS: Final = 2**64 - 1
_MORE: Final = 0x80
"""Set in every byte of an integer but the last."""
_SMALL: Final = tuple(bytes([number]) for number in range(_MORE))
_BYTES_OF: Final = {FIXED64: 8, FIXED32: 4}


def varint(number: int) -> bytes:
    """Return an integer of 64 bits, the negative ones as two's complement."""
    if 0 <= number < _MORE:
        return _SMALL[number]
    number &= _64_BITS
    encoded = bytearray()
    while number >= _MORE:
        encoded.append(number & 0x7F | _MORE)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number(field: int, value: int) -> bytes:
    """Return a field with an integer, a boolean or an enum."""
    return varint(field << 3 | VARINT) + varint(value)


def fixed64(field: int, value: int) -> bytes:
    """Return a field with an unsigned integer of eight bytes."""
    return varint(field << 3 | FIXED64) + (value & _64_BITS).to_bytes(8, "little")


def content(field: int, value: bytes) -> bytes:
    """Return a field with a message or with bytes."""
    return varint(field << 3 | LENGTH) + varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    """Return a field with a string; what UTF-8 cannot carry becomes a question mark."""
    return content(field, value.encode("utf-8", "replace"))


def fields(message: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Yield number, wire type and value of each field of a message: an integer, or bytes.

    Raises:
        ValueError: If it is no message.
    """
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        field, kind = tag >> 3, tag & 7
        if not 0 < field <= _LARGEST_FIELD:
            raise ValueError("not the number of a field")
        if kind == VARINT:
            value, place = _varint(message, place)
            yield field, kind, value
            continue
        if kind == LENGTH:
            length, place = _varint(message, place)
        elif kind in _BYTES_OF:
            length = _BYTES_OF[kind]
        else:
            raise ValueError("not a wire type")
        if place + length > len(message):
            raise ValueError("a field that is cut off")
        yield field, kind, message[place : place + length]
        place += length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """Return an integer, and where it ends."""
    found = 0
    for count in range(_MOST_VARINT_BYTES):
        if place >= len(message):
            raise ValueError("an integer that is cut off")
        byte = message[place]
        place += 1
        found |= (byte & 0x7F) << 7 * count
        if byte < _MORE:
            return found & _64_BITS, place
    raise ValueError("an integer of more than 64 bits")


def signed(value: int) -> int:
    """Return an integer of 64 bits as int64 means it."""
    return value - 2**64 if value >= 2**63 else value
