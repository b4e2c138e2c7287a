"""When and where it is said that somebody has written, and when it waits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from homeassistant.core import ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.core.incoming_rules import Hours
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
        ("read it", ["Anna has written. Shall I read it?", "Anna wrote: hello"], "read"),
        (
            "Read it out, please.",
            ["Anna has written. Shall I read it?", "Anna wrote: hello"],
            "read",
        ),
        (
            "forget it",
            ["Anna has written. Shall I read it?", "All right, I won't read it."],
            "dropped",
        ),
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


async def broken(*_given: Any) -> None:
    raise HomeAssistantError


async def busy(*_given: Any) -> bool:
    return False


async def test_a_satellite_that_cannot_be_told(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits, and nobody is noted as told."""
    monkeypatch.setattr(messages.kitchen, "async_announce", broken)
    monkeypatch.setattr(messages.kitchen, "async_start_conversation", broken)
    await messages.ask_anna()
    await messages.write("hello")
    assert messages.notices[-1].reasons == ("not_said",)
    await messages.choose(microphone=True)
    await messages.write("hello again")
    assert messages.notices[-1].reasons == ("not_said",)
    monkeypatch.setattr(messages.components.questions, "_until_idle", busy)
    await messages.write("hello once more")
    assert messages.notices[-1].reasons == ("not_said",)
    assert "announced" not in messages.kinds
    assert len(messages.components.messages.inbox.waiting) == 3


async def test_what_could_not_be_read_out_waits(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its place among the others, and after a restart, too."""
    await ask_ben(messages)
    say = messages.kitchen.async_announce
    monkeypatch.setattr(messages.kitchen, "async_announce", broken)
    await messages.write("dinner at seven", contact="Ben")
    await messages.write("or at eight", contact="Ben")
    assert messages.kinds[-2:] == ["read", "kept"]
    assert messages.notices[-1].reasons == ("not_said",)
    monkeypatch.setattr(messages.kitchen, "async_announce", say)
    await messages.reload()
    read = await messages.say("read my messages")
    assert read == "Ben wrote: dinner at seven Ben wrote: or at eight"
    await messages.reload()
    assert await messages.say("read my messages") == "Nobody has written."


async def test_a_satellite_that_breaks_while_it_reads(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises, what nobody has heard waits."""

    async def breaks(*_given: Any, **_more: Any) -> None:
        raise RuntimeError

    await ask_ben(messages)
    monkeypatch.setattr(messages.components.questions, "announce", breaks)
    await messages.write("dinner at seven", contact="Ben")
    assert messages.kinds[-2:] == ["read", "kept"]
    assert len(messages.components.messages.inbox.waiting) == 1


@pytest.mark.parametrize("what", ["quiet", "off", "waits", "deleted", "place"])
async def test_what_has_changed_while_the_satellite_was_busy_counts(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """It is decided right before it is said, not when it came."""
    await ask_ben(messages)
    until_idle = messages.components.questions._until_idle

    async def meanwhile(satellite_id: str) -> bool:
        monkeypatch.setattr(messages.components.questions, "_until_idle", until_idle)
        match what:
            case "quiet":
                household = messages.components.guard.household
                now = dt_util.now()
                minute = now.hour * 60 + now.minute
                policy = replace(household.incoming, quiet=Hours(minute, minute))
                messages.components.guard.household = replace(household, incoming=policy)
            case "place":
                household = messages.components.guard.household
                policy = replace(household.incoming, places=frozenset({"assist_satellite.attic"}))
                messages.components.guard.household = replace(household, incoming=policy)
            case "off":
                messages.components.messages.inbox.allowed = False
            case "waits":
                await messages.kitchen.turn("tell Anna that I am late")
                messages.kitchen.said.clear()
            case "deleted":
                household = messages.components.guard.household
                others = [one for one in household.contacts if one.name != "Ben"]
                messages.components.guard.household = replace(
                    household, contacts=AddressBook(others)
                )
        return await until_idle(satellite_id)

    monkeypatch.setattr(messages.components.questions, "_until_idle", meanwhile)
    await messages.write(f"say {PHRASE}", contact="Ben")
    assert messages.kitchen.said == (["Ben has written."] if what == "waits" else [])
    assert "read" not in messages.kinds
    assert len(messages.components.messages.inbox.waiting) == 1


async def test_an_echo_counts_for_as_long_as_it_is_said(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its very beginning to ten seconds after its end, however long the satellite was busy or speaks."""
    await ask_ben(messages)
    aloud = messages.components.messages.talk._saying.aloud
    english = messages.components.languages.get("en")
    assert english is not None
    heard: list[bool] = []
    announce, until_idle = (
        messages.kitchen.async_announce,
        messages.components.questions._until_idle,
    )

    def is_echo(after: float) -> bool:
        now = dt_util.utcnow().timestamp() + after
        return aloud.is_echo("unlock the front door", english, None, now)

    async def waits(satellite_id: str) -> bool:
        heard.append(is_echo(0.0))
        return await until_idle(satellite_id)

    async def speaks(announcement: Any) -> None:
        await announce(announcement)
        aloud.ended(f"satellite:{messages.kitchen.entity_id}", dt_util.utcnow().timestamp())
        heard.append(is_echo(600.0))

    monkeypatch.setattr(messages.components.questions, "_until_idle", waits)
    monkeypatch.setattr(messages.kitchen, "async_announce", speaks)
    await messages.write("unlock the front door", contact="Ben")
    assert heard == [False, True]
    assert is_echo(9.0)
    assert not is_echo(30.0)


async def test_the_microphone_stays_closed_where_a_proof_is_awaited(messages: MessagesHome) -> None:
    await messages.choose(microphone=True)
    await messages.ask_anna()
    await messages.say("tell Ben that I am late")
    messages.kitchen.said.clear()
    await messages.write("hello")
    assert messages.kitchen.said == ["Anna has written."]
    assert messages.components.guard.pending


async def test_erased_words_are_gone_at_once(messages: MessagesHome) -> None:
    await messages.write("a secret")
    await messages.write("another", contact="Ben")
    await messages.say("what did Ben say?")
    await messages.components.ledger.shred(Erasure.of_contact(messages.contact("Anna")))
    assert await messages.say("what did Anna say?") == "There is nothing new from Anna."
    await messages.components.ledger.shred(Erasure.of_contact(messages.contact("Ben")))
    assert await messages.say("what did Ben say?") == "There is nothing new from Ben."
