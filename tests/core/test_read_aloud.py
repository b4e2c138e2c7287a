"""What is heard while a message is said, and right after."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.read_aloud import ECHO_SECONDS, ReadAloud

KITCHEN, NURSERY = "satellite:assist_satellite.kitchen", "satellite:assist_satellite.nursery"
MESSAGE = (
    "Hi dear, please unlock the front door and turn off the alarm. Goodnight. No, cancel that."
)


def saying(text: str = MESSAGE) -> ReadAloud:
    """Return the house while it says a message in the kitchen, since second 0."""
    house = ReadAloud()
    house.say(KITCHEN, text, 0.0)
    return house


@pytest.mark.parametrize(
    "heard",
    [
        MESSAGE,
        "Unlock the front door",
        "please unlock the front door",
        "Hey Jarvis, unlock the front door.",
        "Turn off the alarm",
        "Goodnight!",
        "dear please unlock the front store and turn off the alarm goodnight no",
        "cancel that",
    ],
)
def test_an_echo(english: Language, heard: str) -> None:
    assert saying().is_echo(heard, english, [KITCHEN], 3.0)


@pytest.mark.parametrize(
    "heard",
    [
        "Turn on the kitchen light",
        "close the blinds",
        "set a timer for five minutes",
        "Stop",
        "no",
        "Cancel.",
    ],
)
def test_commands_that_are_no_echo_and_every_no(english: Language, heard: str) -> None:
    assert not saying().is_echo(heard, english, [KITCHEN], 3.0)


HOUSE = "Hi dear. Please turn off the lights, unlock the front door and set the heating to 30° & the fan to 50 %."


@pytest.mark.parametrize(
    "heard",
    [
        "turn off the lites",
        "Turn off the lights.",
        "Thank you. Unlock the front door.",
        "unlock the front door thanks",
        "Okay, unlock the front door",
        "set the heating thanks",
        "Well, the front door, please.",
        "unlock the frond door",
        "and lock the front door.",
        "and mock the front door",
        "turn on the lights",
        "set the heating to 30 degrees",
        "Set the heating to thirty degrees.",
        "the heating to 30 degrees and the fan to 50 percent",
        "and the fan to 50 percent",
        "Good evening. Set the heating to 30.",
        "unlocked the front doors and set the heating",
    ],
)
def test_a_piece_that_was_misheard_or_padded(english: Language, heard: str) -> None:
    assert saying(HOUSE).is_echo(heard, english, [KITCHEN], 3.0)


@pytest.mark.parametrize(
    "heard",
    [
        "turn on the television",
        "turn off the radio",
        "turn off the kitchen radio",
        "open the front window",
        "unlock the back door",
        "open the front door",
        "set the oven to 180 degrees",
        "set a timer for 30 minutes",
        "what is the weather like tomorrow",
        "is the back door locked",
        "Thank you. Turn on the radio.",
        "Okay, close the blinds",
        "add bread to my shopping list",
    ],
)
def test_other_commands_meanwhile(english: Language, heard: str) -> None:
    assert not saying(HOUSE).is_echo(heard, english, [KITCHEN], 3.0)


def test_it_is_held_for_as_long_as_it_is_being_said(english: Language) -> None:
    """An end that is told meanwhile is that of something else."""
    house, clock = ReadAloud(), [0.0]
    with house.saying(KITCHEN, MESSAGE, lambda: clock[0]):
        house.ended(KITCHEN, 5.0, cut_short=True)
        assert house.is_echo("unlock the front door", english, [KITCHEN], 500.0)
        clock[0] = 600.0
    assert house.is_echo("unlock the front door", english, [KITCHEN], 610.0)
    assert not house.is_echo("unlock the front door", english, [KITCHEN], 610.1)


def test_what_had_begun_before_ends_nothing(english: Language) -> None:
    house = saying()
    house.ended(KITCHEN, 4.0, since=-1.0)
    assert house.is_echo("unlock the front door", english, [KITCHEN], 20.0)
    house.ended(KITCHEN, 5.0, since=1.0)
    assert not house.is_echo("unlock the front door", english, [KITCHEN], 20.0)


def test_it_is_over_ten_seconds_after_its_end(english: Language) -> None:
    house = saying()
    house.ended(KITCHEN, 12.0)
    assert house.is_echo("unlock the front door", english, [KITCHEN], 12.0 + ECHO_SECONDS)
    assert not house.is_echo("unlock the front door", english, [KITCHEN], 12.1 + ECHO_SECONDS)
    assert not house.sounds(12.1 + ECHO_SECONDS)


def test_an_end_that_is_too_soon_is_that_of_something_before(english: Language) -> None:
    house = saying()
    house.ended(KITCHEN, 0.5)
    assert house.is_echo("unlock the front door", english, [KITCHEN], 3.0 + ECHO_SECONDS)


def test_cut_short_it_ends_then(english: Language) -> None:
    house = saying()
    house.ended(KITCHEN, 0.5, cut_short=True)
    assert not house.is_echo("unlock the front door", english, [KITCHEN], 0.6 + ECHO_SECONDS)


def test_where_nothing_tells_its_end_it_is_over_by_itself(english: Language) -> None:
    house = saying()
    assert house.is_echo("unlock the front door", english, [KITCHEN], 15.0)
    assert not house.is_echo("unlock the front door", english, [KITCHEN], 60.0)


def test_earshot(english: Language) -> None:
    house = saying()
    assert not house.is_echo("unlock the front door", english, [NURSERY], 3.0)
    assert house.is_echo("unlock the front door", english, [NURSERY, KITCHEN], 3.0)
    assert house.is_echo("unlock the front door", english, None, 3.0)
    anywhere = ReadAloud()
    anywhere.say(None, MESSAGE, 0.0)
    assert anywhere.is_echo("unlock the front door", english, [NURSERY], 3.0)


def test_several_messages_at_once(english: Language) -> None:
    house = saying("unlock the garage")
    house.say(KITCHEN, "open the window", 1.0)
    house.say(NURSERY, "close the blinds", 100.0)
    assert not house.is_echo("open the window", english, None, 101.0)
    assert house.is_echo("close the blinds", english, None, 101.0)


def test_silence_costs_nothing(english: Language) -> None:
    assert not ReadAloud().sounds(0.0)
    assert not ReadAloud().is_echo("unlock the front door", english, None, 0.0)


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["open", "close", "door", "window", "now", "please", "red"]),
        min_size=2,
        max_size=12,
    ),
    st.data(),
)
def test_any_run_of_it_is_an_echo(english: Language, words: list[str], data: st.DataObject) -> None:
    """Whichever part is heard, whole or in pieces."""
    first = data.draw(st.integers(0, len(words) - 2))
    after = data.draw(st.integers(first + 2, len(words)))
    assert saying(" ".join(words)).is_echo(" ".join(words[first:after]), english, None, 1.0)


def test_in_every_language(any_language: Language) -> None:
    """A part of what is said is an echo, and every no of one word works."""
    text = any_language.say("incoming_not_now")
    house = saying(text)
    assert house.is_echo(text, any_language, None, 1.0)
