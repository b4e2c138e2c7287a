"""What looks like the reply that was asked for, and what somebody has gone on to."""

import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.proof import phrase_challenge
from custom_components.message_guard.core.resemblance import resembles
from tests.core.conftest import read_data

LANGUAGE = Language.from_data("en", read_data("en"))
CHALLENGE = phrase_challenge("Yes, send the message!", LANGUAGE)


@pytest.mark.parametrize(
    "reply",
    [
        "yes",
        "yes please",
        "okay go ahead",
        "yes send it",
        "okay, whatever you say",
        "Sure. What is the weather like?",
        "yes send a message",
        "please send the message",
        "yes send the invoice to accounting",
    ],
)
def test_it_was_meant_as_one(reply: str) -> None:
    assert resembles(reply, CHALLENGE, LANGUAGE)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "good morning",
        "good night house",
        "okay what time is it",
        "right turn on the light",
        "send the vacuum home",
        "send the robot to the kitchen",
        "send 57 to the printer",
        "sure is cold in here today",
        "tell me the news",
    ],
)
def test_it_is_something_else(said: str) -> None:
    assert not resembles(said, CHALLENGE, LANGUAGE)
