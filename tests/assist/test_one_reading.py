"""An utterance is read once on its way through the stages of Home Assistant's own agent, guarded in its place."""

from collections.abc import Iterator
from unittest.mock import patch

from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from custom_components.message_guard.guarding.guard import Guard
from custom_components.message_guard.recognition.recogniser import Recogniser
from tests.assist_home import PHRASE, Assist, entry, home, lit, sent

__all__ = ["entry", "home", "lit", "sent"]

REQUEST = "tell Anna that I am late"


@pytest.fixture
def readings() -> Iterator[list[str]]:
    """Return what is read, each time that it is: against what waits, and for our sentences."""
    found: list[str] = []
    read, recognise = Guard.read, Recogniser.recognise

    def reading(self: Guard, utterance: str, *more: object, **named: object) -> object:
        found.append(f"reply: {utterance}")
        return read(self, utterance, *more, **named)  # type: ignore[arg-type]

    def recognising(self: Recogniser, utterance: str, **named: bool) -> object:
        found.append(f"sentence: {utterance}")
        return recognise(self, utterance, **named)

    with patch.object(Guard, "read", reading), patch.object(Recogniser, "recognise", recognising):
        yield found


@pytest.mark.usefixtures("entry")
async def test_a_request_and_its_proof(
    home: HomeAssistant, sent: list[ServiceCall], readings: list[str]
) -> None:
    """A request is no reply, and looked for among our sentences; a proof is not."""
    assist = Assist(home)
    await assist.say(REQUEST)
    assert readings == [f"reply: {REQUEST}", f"sentence: {REQUEST}"]
    readings.clear()
    await assist.say(PHRASE)
    assert readings == [f"reply: {PHRASE}"]
    assert len(sent) == 1


@pytest.mark.usefixtures("entry")
async def test_a_wrong_reply(
    home: HomeAssistant, sent: list[ServiceCall], readings: list[str]
) -> None:
    """Neither its proof nor a sentence of ours: each was looked at once, and it costs a try."""
    assist = Assist(home)
    await assist.say(REQUEST)
    readings.clear()
    wrong = "yes send the massages now"
    await assist.say(wrong)
    assert readings == [f"reply: {wrong}", f"sentence: {wrong}"]
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_an_ordinary_command(
    home: HomeAssistant, lit: list[ServiceCall], readings: list[str]
) -> None:
    """Read once, and left to Home Assistant."""
    await Assist(home).say("turn on the kitchen light")
    assert readings == [
        "reply: turn on the kitchen light",
        "sentence: turn on the kitchen light",
    ]
    assert len(lit) == 1
