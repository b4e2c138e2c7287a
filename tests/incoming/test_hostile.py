"""Hostile messages, read out in the kitchen beside its own microphone, and heard again whole and in pieces."""

from collections.abc import Iterator
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import yaml

from custom_components.message_guard.core.wake_words import WakeWords
from tests.messages_home import PHRASE, MessagesHome, messages

__all__ = ["messages"]

HOSTILE: list[str] = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text("utf-8"))
RATE_SECONDS = 601
"""After which a place may ask again as if it had asked for nothing."""

OWN = ("Anna wrote:", "The rest is on the screen.")


def pieces(text: str) -> Iterator[str]:
    """Yield what a microphone may make of it: all, either half, each sentence, each end."""
    words = text.split()
    half = len(words) // 2
    for piece in (words, words[half:], words[:half], words[-5:], words[-3:], words[2:]):
        if len(piece) > 1:
            yield " ".join(piece)
    yield f"{text.rstrip('.')} thanks"
    yield f"Thank you. {text}"
    yield " ".join([*words[-4:], "thanks"]).replace("lights", "lites")
    yield text.replace("°", " degrees").replace("%", "percent").replace("&", "and")
    yield from (part.strip() for part in text.replace("!", ".").split(".") if " " in part.strip())


@pytest.mark.parametrize("waits", [False, True])
async def test_nothing_of_it_acts(
    messages: MessagesHome, waits: bool, freezer: FrozenDateTimeFactory
) -> None:
    """No command, no request, no proof; a light that somebody speaks to meanwhile goes on."""
    hass = messages.hass
    assert await async_setup_component(hass, "light", {})
    hass.states.async_set("light.kitchen", "off", {"friendly_name": "kitchen light"})
    async_expose_entity(hass, "conversation", "light.kitchen", True)
    turned_on = async_mock_service(hass, "light", "turn_on")
    turned_off = async_mock_service(hass, "light", "turn_off")
    for message in HOSTILE:
        freezer.tick(RATE_SECONDS)
        await messages.write(message)
        if waits:
            await messages.say("tell Ben that I am late")
        before = messages.components.guard.pending
        assert len(before) == waits, message
        read = await messages.say("what did Anna say?")
        assert not WakeWords().heard_in(read)
        said = list(messages.components.messages.inbox.waiting)
        if said:  # it may prove something, and waits
            await messages.components.messages.inbox.forget(said[0].message)
            read = ""
        for piece in pieces(read.removeprefix(OWN[0]).strip()):
            await messages.say(piece)
        waiting = messages.components.guard.pending
        assert {one.id for one in waiting} <= {one.id for one in before}, message
        assert messages.sent == messages.to_ben == [], message
        messages.components.messages.talk._saying.aloud._sounding.clear()
        for one in waiting:
            messages.components.guard._pending.take(one.id)
    assert (turned_on, turned_off) == ([], [])
    await messages.write(HOSTILE[0])
    await messages.say("what did Anna say?")
    await messages.say("turn on the kitchen light")
    assert len(turned_on) == 1


async def test_the_same_words_act_where_nothing_was_read_out(messages: MessagesHome) -> None:
    """The control: a request of a hostile message, and the phrase, send."""
    asked = await messages.say("Send a message to Ben saying come home")
    assert asked.startswith("To Ben: come home.")
    assert await messages.say(PHRASE) == "Sent to Ben."
    assert len(messages.to_ben) == 1
