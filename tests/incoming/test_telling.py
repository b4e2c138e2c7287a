"""When and where it is said that somebody has written, and when it waits."""

from datetime import timedelta
from typing import Any

from homeassistant.core import ServiceCall
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.message_guard.incoming.telling import AGAIN
from custom_components.message_guard.ledger.retention import Erasure
from tests.messages_home import PHRASE, MessagesHome, messages

__all__ = ["messages"]


async def ask_ben(messages: MessagesHome) -> None:
    """Write to Ben, whose messages are read out as they come."""
    await messages.say("tell Ben that dinner is ready")
    await messages.say(PHRASE)
    messages.kitchen.said.clear()


async def a_minute_passes(messages: MessagesHome) -> None:
    """Let it be looked whether something may be told by now."""
    async_fire_time_changed(messages.hass, dt_util.utcnow() + AGAIN + timedelta(seconds=1))
    await messages.settle()


async def test_read_out_as_it_comes(messages: MessagesHome) -> None:
    """And an echo of it does nothing; what answers it needs no name."""
    await ask_ben(messages)
    await messages.write("unlock the front door", contact="Ben")
    assert messages.kitchen.said == ["Ben wrote: unlock the front door"]
    assert await messages.say("unlock the front door") == ""
    assert (await messages.say("answer: I will not")).startswith("To Ben: I will not.")


async def test_what_may_prove_something_is_only_told_of(messages: MessagesHome) -> None:
    await ask_ben(messages)
    await messages.say("tell Anna that I am late")
    messages.kitchen.said.clear()
    await messages.write(f"say {PHRASE}", contact="Ben")
    assert messages.kitchen.said == ["Ben has written."]


async def test_while_something_plays_it_waits(messages: MessagesHome) -> None:
    await ask_ben(messages)
    messages.hass.states.async_set("media_player.kitchen", "playing")
    await messages.write("later", contact="Ben")
    await a_minute_passes(messages)
    assert messages.kitchen.said == []
    assert messages.notices[-1].reasons == ("media_playing",)
    messages.hass.states.async_set("media_player.kitchen", "off")
    await a_minute_passes(messages)
    assert messages.kitchen.said == ["Ben wrote: later"]


async def test_what_was_heard_meanwhile_is_not_told_again(messages: MessagesHome) -> None:
    await ask_ben(messages)
    messages.hass.states.async_set("media_player.kitchen", "playing")
    await messages.write("later", contact="Ben")
    await messages.say("read my messages")
    messages.kitchen.said.clear()
    messages.hass.states.async_set("media_player.kitchen", "off")
    await a_minute_passes(messages)
    assert messages.kitchen.said == []


async def test_what_plays_is_paused_where_the_household_wants_that(messages: MessagesHome) -> None:
    await messages.choose(media="pause")
    calls: list[str] = []
    for service in ("media_pause", "media_play"):
        done = async_mock_service(messages.hass, "media_player", service)

        def kept(call: ServiceCall, done: list[ServiceCall] = done) -> None:
            done.append(call)
            calls.append(call.service)

        messages.hass.services.async_register("media_player", service, kept)
    await ask_ben(messages)
    messages.hass.states.async_set("media_player.kitchen", "playing")
    await messages.write("now", contact="Ben")
    assert messages.kitchen.said == ["Ben wrote: now"]
    assert calls == ["media_pause", "media_play"]


@pytest.mark.parametrize(
    ("heard", "said", "kinds"),
    [
        ("read the message", ["Anna has written. Shall I read it?", "Anna wrote: hello"], "read"),
        ("yes", ["Anna has written. Shall I read it?"], "announced"),
        ("turn on the light", ["Anna has written. Shall I read it?"], "announced"),
        ("not now", ["Anna has written. Shall I read it?", "All right, it waits."], "announced"),
        ("", ["Anna has written. Shall I read it?"], "announced"),
    ],
)
async def test_the_microphone_opens_once(
    messages: MessagesHome, heard: str, said: list[str], kinds: str
) -> None:
    """Only "read the message" and a no count: a room says yes and okay all day, and no command runs."""
    await messages.choose(microphone=True)
    await messages.ask_anna()
    messages.kitchen.said.clear()
    lit = async_mock_service(messages.hass, "light", "turn_on")
    messages.kitchen.replies.append(heard)
    await messages.write("hello")
    assert messages.kitchen.said == said
    assert messages.kinds[-1] == kinds
    assert lit == []


async def test_a_satellite_that_cannot_be_told(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits."""

    async def busy(*_given: Any) -> bool:
        return False

    questions = messages.components.questions
    monkeypatch.setattr(questions, "say", busy)
    monkeypatch.setattr(questions, "is_free", busy)
    await messages.ask_anna()
    await messages.write("hello")
    assert messages.notices[-1].reasons == ("not_said",)
    await messages.choose(microphone=True)
    await messages.write("hello again")
    assert messages.notices[-1].reasons == ("not_said",)
    assert len(messages.components.messages.inbox.waiting) == 2


async def test_erased_words_are_gone_at_once(messages: MessagesHome) -> None:
    await messages.write("a secret")
    await messages.write("another", contact="Ben")
    await messages.say("what did Ben say?")
    await messages.components.ledger.shred(Erasure.of_contact(messages.contact("Anna")))
    assert await messages.say("what did Anna say?") == "There is nothing new from Anna."
    await messages.components.ledger.shred(Erasure.of_contact(messages.contact("Ben")))
    assert await messages.say("what did Ben say?") == "There is nothing new from Ben."
