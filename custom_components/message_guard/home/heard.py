"""What speech recognition made of nothing: apart, since rules are read before the house can be listened to."""

from enum import StrEnum
from typing import Final


class Heard(StrEnum):
    """What an engine made of nothing."""

    NOTHING = "nothing"
    NO = "no"
    REQUEST = "request"
    PHRASE = "phrase"
    CODE = "code"
    UNKNOWN = "unknown"
    """It gave no answer, or not in time: that tells nothing."""


GRAVEST: Final = (Heard.CODE, Heard.PHRASE, Heard.REQUEST, Heard.NO)
"""What was made up, the worst first."""
