"""The guarded agent in a real Assist pipeline, given text as a satellite or an app would give it."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.assist.drafts import DRAFT_SECONDS
from custom_components.message_guard.core.confirmation import TRIES
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.guarding.pins import hash_pin
from tests.assist_home import PHRASE, Assist, entry, home, lit, sent
from tests.spoken_home import PERSON, sentence

__all__ = ["entry", "home", "lit", "sent"]


@pytest.mark.usefixtures("entry")
async def test_ask_prove_send(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """The whole path, word for word."""
    assist = Assist(home)
    question = await assist.say("Tell my sister that I'll be late, sorry!")
    assert "Anna" in question.speech
    assert "I'll be late, sorry" in question.speech
    assert question.listen
    assert sent == []
    done = await assist.say("yes, send the message")
    assert "Anna" in done.speech
    assert not done.listen
    assert [call.data["message"] for call in sent] == ["I'll be late, sorry!"]


@pytest.mark.usefixtures("entry")
async def test_the_portland_chain(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """A request out of the air, a name, "right", and five more turns of background talk."""
    assist = Assist(home)
    await assist.say("send message")
    await assist.say("Anna")
    for talk in ("right", "so I told him", "yeah okay", "right right", "we should go", "okay"):
        await assist.say(talk)
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_the_light_goes_on_while_a_confirmation_waits(
    home: HomeAssistant, sent: list[ServiceCall], lit: list[ServiceCall]
) -> None:
    """In the open conversation and after a fresh wake; the confirmation stays."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    await assist.say("turn on the kitchen light")
    assert len(lit) == 1
    await assist.say("turn on the kitchen light", fresh=True)
    assert len(lit) == 2
    await assist.say(PHRASE, fresh=True)
    assert len(sent) == 1


async def test_a_sentence_trigger_that_asks_us(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    lit: list[ServiceCall],
) -> None:
    """What an automation passes on in other words reaches the wrapped agent, or is asked about."""
    guarded = next(e for e in home.states.async_entity_ids("conversation") if "guard" in e)

    def asks(said: str, text: str) -> dict[str, Any]:
        data = {"text": text, "agent_id": guarded}
        return sentence({"action": "conversation.process", "data": data}, said=said)

    automations = [
        asks("it is dark", "turn on the kitchen light"),
        asks("tell my sister", "tell Anna that dinner is ready"),
    ]
    assert await async_setup_component(home, "automation", {"automation": automations})
    await home.async_block_till_done()
    assist = Assist(home)
    await assist.say("it is dark")
    assert len(lit) == 1
    await assist.say("tell my sister")
    assert sent == []
    (waiting,) = entry.runtime_data.components.guard.pending
    assert waiting.recipients[0].request.by_model
    await entry.runtime_data.components.guard.approve(waiting.id, PERSON)
    assert [call.data["message"] for call in sent] == ["dinner is ready"]


async def test_a_wrong_sum_after_a_fresh_wake_is_a_wrong_sum(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Else one could go on guessing where the microphone does not open by itself."""
    home.config_entries.async_update_entry(
        entry, options={**entry.options, "default_level": "code"}
    )
    await home.async_block_till_done()
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    guard = entry.runtime_data.components.guard
    (waiting,) = guard.pending
    wrong = "send 99" if "send 99" not in waiting.challenge.expected else "send 57"
    await assist.say(wrong, fresh=True)
    assert guard.pending == ()
    await assist.say(min(waiting.challenge.expected), fresh=True)
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_no_body_is_asked_for_once(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """The next words are the message, whole."""
    assist = Assist(home)
    asked = await assist.say("send a message to Anna")
    assert asked.listen
    question = await assist.say("The key is under the mat")
    assert "The key is under the mat" in question.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["The key is under the mat"]


@pytest.mark.usefixtures("entry")
async def test_a_no_instead_of_a_body(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """Ends it."""
    assist = Assist(home)
    await assist.say("send a message to Anna")
    await assist.say("cancel")
    await assist.say(PHRASE)
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_a_stranger_is_refused_with_what_to_do(home: HomeAssistant) -> None:
    """Nothing waits afterwards."""
    answer = await Assist(home).say("send a message to Zoe saying hello")
    assert "Zoe" in answer.speech or "zoe" in answer.speech
    assert not answer.listen


async def test_talk_costs_a_try_only_where_the_microphone_is_open(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Not in another room in which something waits as well, nor where a satellite has to be woken first."""
    features = AssistSatelliteEntityFeature.ANNOUNCE
    opens = features | AssistSatelliteEntityFeature.START_CONVERSATION
    tries: dict[str, int] = {}
    rooms = {"kitchen": opens, "bath": features, "office": opens}
    people = {room: Assist(home) for room in rooms}
    for room, can in rooms.items():
        satellite_id = f"assist_satellite.{room}"
        home.states.async_set(satellite_id, "idle", {"supported_features": can})
        await people[room].say("tell Anna that dinner is ready", satellite_id=satellite_id)
    for room in ("bath", "office"):
        await people[room].say("colourless green ideas", satellite_id=f"assist_satellite.{room}")
    for waiting in entry.runtime_data.components.guard.pending:
        assert waiting.place is not None
        tries[waiting.place.rpartition(".")[2]] = waiting.tries_left
    assert tries == {"kitchen": TRIES, "bath": TRIES, "office": TRIES - 1}


async def test_words_that_come_too_late_are_for_the_home(
    home: HomeAssistant,
    entry: MockConfigEntry,
    lit: list[ServiceCall],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Half a minute after they were asked for they are no message."""
    assist = Assist(home)
    assert (await assist.say("send a message to Anna")).listen
    freezer.tick(DRAFT_SECONDS)
    await assist.say("turn on the kitchen light")
    assert len(lit) == 1
    assert entry.runtime_data.components.guard.pending == ()


@pytest.mark.usefixtures("entry")
async def test_other_people_elsewhere_cannot_answer(
    home: HomeAssistant, sent: list[ServiceCall]
) -> None:
    """The proof said to another device is nothing."""
    await Assist(home).say("tell Anna that I am late")
    await Assist(home).say(PHRASE, device_id="another")
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_everything_else_keeps_its_way(home: HomeAssistant, lit: list[ServiceCall]) -> None:
    """Commands, and the answer when nobody understands."""
    assist = Assist(home)
    answer = await assist.say("turn on the kitchen light", fresh=True)
    assert answer.kind == "action_done"
    assert answer.local
    assert len(lit) == 1
    nonsense = await assist.say("colourless green ideas", fresh=True)
    assert nonsense.kind == "error"


async def test_a_broken_guard_breaks_nothing_else(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    lit: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Injected at recognition: the turn goes on to the wrapped agent, and nothing is sent."""

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("custom_components.message_guard.assist.dialogue.Dialogue.act", broken)
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    await assist.say(PHRASE)
    assert sent == []
    await assist.say("turn on the kitchen light", fresh=True)
    assert len(lit) == 1


async def test_a_ledger_that_fails_is_said(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The user hears why, and the light still works."""

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(entry.runtime_data.components.ledger, "append_many", full)
    answer = await Assist(home).say("tell Anna that I am late")
    assert "disk" in answer.speech
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_the_phrase_is_for_nobody_else(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """Said when nothing waits, it goes to no other agent, which might keep or repeat it."""
    answer = await Assist(home).say("Yes, send the message.")
    assert answer.speech == "No message is waiting."
    assert not answer.listen
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_a_hundred_thousand_characters_are_a_wrong_reply(
    home: HomeAssistant, sent: list[ServiceCall]
) -> None:
    """Answered at once, and nothing is sent."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    answer = await assist.say(f"{PHRASE} " * 5000)
    assert answer.listen
    assert sent == []


@pytest.mark.usefixtures("sent")
async def test_what_should_i_tell_anna_is_no_message(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The microphone that is opened for the words hears the question first."""
    assist = Assist(home)
    asked = await assist.say("send a message to Anna")
    echo = await assist.say(asked.speech)
    assert echo.listen
    assert entry.runtime_data.components.guard.pending == ()
    question = await assist.say("dinner is ready")
    assert "dinner is ready" in question.speech


async def test_an_answer_heard_again_costs_no_try(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """What was said about a message that waits is no reply to its question."""
    assist = Assist(home)
    await assist.say("tell Anna that dinner is ready")
    status = await assist.say("what's waiting")
    await assist.say(status.speech)
    (waiting,) = entry.runtime_data.components.guard.pending
    assert waiting.tries_left == TRIES
    await assist.say(PHRASE)
    assert len(sent) == 1


def _broken(*_args: Any, **_more: Any) -> Any:
    raise RuntimeError("broken")


@pytest.mark.parametrize("part", ["origin", "turn", "spoken"])
async def test_a_command_passes_a_broken_guard(
    home: HomeAssistant,
    entry: MockConfigEntry,
    lit: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    """Before it is looked at, and after it is done."""
    components = entry.runtime_data.components
    match part:
        case "origin":
            name = "custom_components.message_guard.assist.guarded_turn.origin_of_input"
            monkeypatch.setattr(name, _broken)
        case "turn":
            monkeypatch.setattr(components.turns, "current", _broken)
        case "spoken":
            monkeypatch.setattr(components.guard, "spoke", _broken)
    assert (await Assist(home).say("turn on the kitchen light")).kind == "action_done"
    assert len(lit) == 1


async def test_an_answer_of_home_assistants_passes_a_broken_guard(
    home: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody has understood would have been a wrong reply."""
    assist = Assist(home)
    without = await assist.say("colourless green ideas")
    assert (await assist.say("tell Anna that dinner is ready", fresh=True)).listen
    with monkeypatch.context() as patch:
        patch.setattr(entry.runtime_data.components.dialogue, "act", _broken)
        answer = await assist.say("colourless green ideas")
    assert (answer.speech, answer.kind) == (without.speech, without.kind)
    (waiting,) = entry.runtime_data.components.guard.pending
    assert waiting.tries_left == TRIES


async def test_digits_after_the_question_for_a_pin_are_no_command(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """A sentence of the home's own that takes anything keeps a trace of what it took."""
    heard: list[Any] = []
    home.bus.async_listen("heard", heard.append)
    taking = sentence({"event": "heard"}, said="{anything} please")
    assert await async_setup_component(home, "automation", {"automation": [taking]})
    home.config_entries.async_update_entry(
        entry, options={**entry.options, "default_level": "pin", "pin_hash": hash_pin("4917")}
    )
    await home.async_block_till_done()
    assist = Assist(home)
    asked = await assist.say("tell Anna that dinner is ready")
    assert "PIN" in asked.speech
    await assist.say("four nine one eight please")
    await home.async_block_till_done()
    assert heard == []
    await assist.say("more light please")
    await home.async_block_till_done()
    assert len(heard) == 1
