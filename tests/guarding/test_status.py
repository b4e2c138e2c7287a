"""How things stand: "did it send", "what is waiting", "change it to …", at this place and no other."""

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.assist_home import PHRASE, Assist, entry, home, sent
from tests.spoken_home import notify, sentence

__all__ = ["entry", "home", "sent"]


@pytest.mark.usefixtures("entry")
async def test_did_it_send(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """Before, while and after."""
    assist = Assist(home)
    nothing = await assist.say("was my message sent", fresh=True)
    assert "No message has been sent" in nothing.speech
    somebody_elses = await assist.say("did it send", fresh=True)
    assert somebody_elses.kind == "error"
    assert "message" not in somebody_elses.speech
    await assist.say("tell Anna that I am late")
    waiting = await assist.say("did it send")
    assert "Waiting" in waiting.speech
    assert "I am late" in waiting.speech
    assert waiting.listen
    assert sent == []
    await assist.say(PHRASE)
    done = await assist.say("was my message sent", fresh=True)
    assert done.speech.startswith("Yes")
    assert "Anna" in done.speech


@pytest.mark.usefixtures("entry", "sent")
async def test_what_was_declined_was_not_sent(home: HomeAssistant) -> None:
    """And another speaker is told nothing of it."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    await assist.say("cancel that")
    answer = await assist.say("did it send", fresh=True)
    assert answer.speech.startswith("No")
    elsewhere = await Assist(home).say("did it send", device_id="another")
    assert "late" not in elsewhere.speech
    assert "Anna" not in elsewhere.speech


@pytest.mark.usefixtures("entry")
async def test_change_it(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """The new words are read back and need a proof of their own; the old ones are gone."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    question = await assist.say("change it to I am on my way")
    assert "I am on my way" in question.speech
    assert "late" not in question.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["I am on my way"]


@pytest.mark.usefixtures("entry", "sent")
async def test_nothing_to_change(home: HomeAssistant) -> None:
    """It is then somebody else's sentence."""
    answer = await Assist(home).say("change it to blue", fresh=True)
    assert answer.kind == "error"


@pytest.mark.parametrize("reacts", [False, True])
async def test_what_was_let_through_was_not_kept_back(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], reacts: bool
) -> None:
    """A household that only watches, and what reacts to a lamp: "No, it was not sent" was said of both."""
    assert await async_setup_component(home, "input_boolean", {"input_boolean": {"lamp": None}})
    if reacts:
        lamp = "input_boolean.lamp"
        light = {"action": "input_boolean.turn_on", "target": {"entity_id": lamp}}
        when = {"alias": "lamp", "triggers": [{"trigger": "state", "entity_id": lamp}]}
        automations = [sentence(light), {**when, "actions": [notify()]}]
    else:
        home.config_entries.async_update_entry(entry, options={**entry.options, "observe": True})
        automations = [sentence(notify())]
    assert await async_setup_component(home, "automation", {"automation": automations})
    await home.async_block_till_done()
    assist = Assist(home)
    await assist.say("dinner is ready")
    await home.async_block_till_done()
    assert len(sent) == 1
    answer = await assist.say("was my message sent", fresh=True)
    assert answer.speech.startswith("No message has been" if reacts else "I don't know")
    assert ("Anna" in answer.speech) is not reacts


@pytest.mark.parametrize(
    "said", ["what?", "Say that again.", "can you repeat the question", "I didn't hear you"]
)
async def test_whoever_has_not_understood_is_asked_again(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """It was a wrong phrase, and the third time the message was lost."""
    assist = Assist(home)
    asked = await assist.say("tell Anna that I am late")
    for _ in range(4):
        again = await assist.say(said)
        assert again.speech == asked.speech
        assert again.listen
    await assist.say(PHRASE)
    assert len(sent) == 1
    nothing = await assist.say(said, fresh=True)
    assert "late" not in nothing.speech


async def test_a_sum_is_said_again(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """Whoever asks what is waiting could not answer: the numbers were not said."""
    home.config_entries.async_update_entry(
        entry, options={**entry.options, "default_level": "code"}
    )
    await home.async_block_till_done()
    assist = Assist(home)
    asked = await assist.say("tell Anna that I am late")
    assert "sum of" in asked.speech
    assert (await assist.say("what is waiting")).speech == asked.speech
    wrong = await assist.say("colourless green ideas")
    again = await assist.say("say that again")
    assert "I am late" in again.speech
    assert wrong.speech.split("Take the sum of ")[1].split(",")[0] in again.speech


@pytest.mark.usefixtures("entry", "sent")
async def test_whoever_asks_what_waits_hears_that_nothing_does(home: HomeAssistant) -> None:
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    assert (await assist.say("what is waiting")).speech.startswith("Waiting, to Anna")
    await assist.say("cancel")
    nothing = (await assist.say("what is waiting")).speech
    assert nothing.startswith("Nothing is waiting. ")
    assert "was not sent" in nothing
    await assist.say("tell Anna that I am late")
    await assist.say("yes, send the message")
    assert (await assist.say("what is waiting")).speech == "Nothing is waiting."
    assert "Anna" in (await assist.say("did it send")).speech
