"""What waits, what has changed and what was refused, told where it was asked: typed turns, too."""

import asyncio
from typing import Any

from homeassistant.components import conversation, persistent_notification
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)

from custom_components.message_guard.const import CONF_PIN_HASH
from custom_components.message_guard.guarding import pins, sending as sending_module
from custom_components.message_guard.guarding.records import Approver
from tests.assist_home import PHRASE, Assist, entry, home, sent
from tests.clock import pass_time, until
from tests.spoken_home import notify, sentence

__all__ = ["entry", "home", "sent"]

KITCHEN = "assist_satellite.kitchen"


# --- the household's phrase -----------------------------------------------------------------------


async def test_a_phrase_that_is_changed_while_a_question_waits(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """The old one sends nothing; it is asked for the new one, which does."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late", fresh=True)
    new = "off you go little bird"
    home.config_entries.async_update_entry(entry, options={**entry.options, "phrase": new})
    await home.async_block_till_done()
    asked_anew = await assist.say(PHRASE)
    assert asked_anew.speech.startswith("To Anna: I am late.")
    assert sent == []
    assert (await assist.say(new)).speech == "Sent to Anna."
    assert len(sent) == 1


@pytest.mark.parametrize("needs", ["phrase", "pin"])
async def test_a_pin_that_is_removed_while_it_is_asked_for(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
    needs: str,
) -> None:
    """No reply can prove it any more: that is said, nothing waits, and asked for anew it is asked as it is now."""
    monkeypatch.setattr(pins, "ROUNDS", 4)
    hashed = await home.async_add_executor_job(pins.hash_pin, "4917")
    armed = {**entry.options, "default_level": "pin", CONF_PIN_HASH: hashed}
    home.config_entries.async_update_entry(entry, options=armed)
    await home.async_block_till_done()
    assist = Assist(home)
    assert "PIN" in (await assist.say("tell Anna that I am late", fresh=True)).speech
    bare = {**entry.options, "default_level": needs, CONF_PIN_HASH: ""}
    home.config_entries.async_update_entry(entry, options=bare)
    await home.async_block_till_done()
    over = await assist.say("four nine one seven")
    told = "your rules have changed" if needs == "phrase" else "needs a proof that is not set up"
    assert told in over.speech
    assert entry.runtime_data.components.guard.pending == ()
    assert sent == []
    if needs == "phrase":
        await assist.say("tell Anna that I am late", fresh=True)
        assert (await assist.say(PHRASE)).speech == "Sent to Anna."


# --- echoes ---------------------------------------------------------------------------------------


async def test_the_same_words_for_somebody_else_are_no_echo(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """The house has read them out for the first, half a minute ago."""
    assist = Assist(home)
    await assist.say("tell Anna that dinner is ready", fresh=True)
    await assist.say("never mind")
    question = await assist.say("send a message to my sister", fresh=True)
    assert question.listen
    asked = await assist.say("dinner is ready")
    assert asked.speech.startswith("To Anna: dinner is ready")


# --- typed ----------------------------------------------------------------------------------------


async def type_in(
    hass: HomeAssistant, text: str, user: MockUser, conversation_id: str | None = None
) -> str:
    """Type something into the app; return what it answers."""
    result = await conversation.async_converse(
        hass, text, conversation_id, Context(user_id=user.id), language="en"
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    speech: str = result.response.speech.get("plain", {}).get("speech", "")
    return speech


def shown(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return what stands on the screen."""
    found = persistent_notification._async_get_or_create_notifications(hass)
    return [dict(item) for item in found.values()]


async def test_what_was_typed_and_waits_is_shown_and_can_be_proved(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """The turn itself says that it waits; in another conversation the person hears it again, and proves it."""
    automation = sentence(notify(), said="dinner is ready")
    assert await async_setup_component(home, "automation", {"automation": [automation]})
    home.states.async_set(
        "person.mia", "home", {"user_id": hass_admin_user.id, "friendly_name": "Mia"}
    )
    await home.async_block_till_done()
    asked = await type_in(home, "dinner is ready", hass_admin_user)
    assert "To Anna: Dinner is ready." in asked
    assert shown(home) == []
    assist = Assist(home)
    waiting = await said_by(assist, "what is waiting", hass_admin_user)
    assert waiting.startswith("To Anna: Dinner is ready.")
    assert (await said_by(assist, PHRASE, hass_admin_user)) == "Sent to Anna."
    assert len(sent) == 1
    assert shown(home) == []


async def test_what_was_typed_and_refused_is_shown(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """In the answer, in the place of "Done"."""
    async_register(home, "stranger")
    automation = sentence(notify("stranger"), said="dinner is ready")
    assert await async_setup_component(home, "automation", {"automation": [automation]})
    await home.async_block_till_done()
    assert "can't send that" in await type_in(home, "dinner is ready", hass_admin_user)
    assert shown(home) == []
    other = await said_by(Assist(home), "did it arrive", hass_admin_user)
    assert other.startswith("No")


@pytest.mark.parametrize(
    ("whom", "told"),
    [("anna", "A message to Anna waits for you."), ("stranger", "can't send that")],
)
async def test_what_was_typed_past_every_guarded_assistant_is_shown(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    hass_admin_user: MockUser,
    whom: str,
    told: str,
) -> None:
    """The automation says "Done"; the person is told on the screen, without the words."""
    async_register(home, "stranger")
    home.config_entries.async_update_entry(entry, options={**entry.options, "pipelines": []})
    automation = sentence(notify(whom), said="dinner is ready")
    assert await async_setup_component(home, "automation", {"automation": [automation]})
    home.states.async_set(
        "person.mia", "home", {"user_id": hass_admin_user.id, "friendly_name": "Mia"}
    )
    await home.async_block_till_done()
    assert await type_in(home, "dinner is ready", hass_admin_user) == "Done"
    await settle(home)
    (note,) = shown(home)
    assert note["title"] == "Message Guard: Mia"
    assert told in note["message"]
    assert "Dinner" not in note["message"]
    assert sent == []


@pytest.mark.parametrize("ends", ["approved", "unloaded"])
async def test_what_is_shown_as_waiting_goes_when_it_waits_no_more(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    hass_admin_user: MockUser,
    ends: str,
) -> None:
    """Whatever has become of it; who has typed it is nobody of this home."""
    home.states.async_set("person.mia", "home", {"user_id": "somebody else"})
    await ask_past_every_assistant(home, entry, hass_admin_user)
    await settle(home)
    (note,) = shown(home)
    assert note["title"] == "Message Guard"
    components = entry.runtime_data.components
    if ends == "approved":
        (waiting,) = components.guard.pending
        await components.guard.approve(waiting.id, Approver("a person", "action"))
        await home.async_block_till_done()
        assert len(sent) == 1
    else:
        assert await home.config_entries.async_unload(entry.entry_id)
        assert sent == []
    assert shown(home) == []


async def test_what_waits_no_more_when_its_turn_is_over_is_not_shown(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """Somebody may be faster than the turn: a tap on a phone, say."""
    await ask_past_every_assistant(home, entry, hass_admin_user)
    components = entry.runtime_data.components
    (waiting,) = components.guard.pending
    await components.guard.approve(waiting.id, Approver("a person", "action"))
    await pass_time(1)
    await until(lambda: not components.turns._endings._waiting)
    assert len(sent) == 1
    assert shown(home) == []


async def ask_past_every_assistant(
    hass: HomeAssistant, entry: MockConfigEntry, user: MockUser
) -> None:
    """Type a sentence of the household's that sends, where no assistant is guarded."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, "pipelines": []})
    automation = sentence(notify(), said="dinner is ready")
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    assert await type_in(hass, "dinner is ready", user) == "Done"


def async_register(hass: HomeAssistant, name: str) -> None:
    """Register a notify action that reaches nobody's contact."""

    async def take(_call: ServiceCall) -> None:
        return

    hass.services.async_register("notify", name, take)


async def settle(hass: HomeAssistant) -> None:
    """Let the end of a turn be noticed, which comes by the loop's clock."""
    await pass_time(1)
    await until(lambda: shown(hass))


async def said_by(assist: Assist, text: str, user: MockUser) -> str:
    """Say something in the app, as this user."""
    spoken = await assist.say(
        text, fresh=assist.conversation_id is None, device_id=None, user_id=user.id
    )
    await assist.hass.async_block_till_done()
    return spoken.speech


async def test_what_cannot_be_told_changes_nothing(
    home: HomeAssistant,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The message has arrived; the log says that nobody was told, without its words."""
    monkeypatch.setattr(sending_module, "ANSWER_SECONDS", 0.01)
    go_on = asyncio.Event()

    async def slowly(_call: ServiceCall) -> None:
        await go_on.wait()

    def broken(*_: object, **_more: object) -> None:
        raise RuntimeError("I am late")

    home.services.async_register("notify", "anna", slowly)
    monkeypatch.setattr(persistent_notification, "async_create", broken)
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    assert "on its way" in (await assist.say(PHRASE)).speech
    caplog.clear()
    go_on.set()
    await home.async_block_till_done(wait_background_tasks=True)
    assert "Telling what became of a message failed with RuntimeError" in caplog.messages
    assert "was sent to Anna" in (await assist.say("did it arrive")).speech


async def test_what_comes_late_is_said_on_the_satellite(
    home: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There it was asked; where that is gone, it is shown."""
    monkeypatch.setattr(sending_module, "ANSWER_SECONDS", 0.01)
    go_on = asyncio.Event()

    async def slowly(_call: ServiceCall) -> None:
        await go_on.wait()

    home.services.async_register("notify", "anna", slowly)
    said = async_mock_service(home, "assist_satellite", "announce")
    for state in ("idle", "unavailable"):
        go_on.clear()
        home.states.async_set(KITCHEN, state)
        assist = Assist(home)
        await assist.say("tell Anna that I am late", fresh=True, satellite_id=KITCHEN)
        entry.runtime_data.components.guard.question_heard(f"satellite:{KITCHEN}")
        taking_long = await assist.say(PHRASE, satellite_id=KITCHEN)
        assert "on its way" in taking_long.speech
        go_on.set()
        await home.async_block_till_done(wait_background_tasks=True)
    assert [call.data["message"] for call in said] == ["Sent to Anna."]
    assert [note["message"] for note in shown(home)] == ["Sent to Anna."]
