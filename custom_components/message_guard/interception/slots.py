"""Slots: which of an intent's slots hold the words of a message, and which hold who gets it."""

from collections.abc import Mapping
from typing import Any, Final

from ..core.request import Json

BODY_SLOTS: Final = ("message", "text", "body", "content", "msg", "note")
"""Slots that hold the words of a message, most specific first; everything else is extras."""

RECIPIENT_SLOTS: Final = ("contact", "recipient", "person", "name", "to", "target", "user")
"""Slots that hold who gets it, most specific first."""


def values_of(slots: Mapping[str, Any]) -> dict[str, Json]:
    """Return the slots by name, what is no JSON as its text."""
    values = {name: slot.get("value") for name, slot in slots.items()}
    return {
        name: value if value is None or isinstance(value, str | bool | int) else str(value)
        for name, value in values.items()
    }


def first_text(values: Mapping[str, Json], names: tuple[str, ...]) -> str | None:
    """Return the first of these slots that holds text, None when there is none."""
    return next((value for name in names if isinstance(value := values.get(name), str)), None)
