"""What is understood, through an Assist pipeline: whose names are said, what is asked for, what costs no try."""

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.assist_home import PHRASE, Assist, entry, home, lit, sent
from tests.spoken_home import SpokenHome, home as spoken_home, notify, sentence

__all__ = ["entry", "home", "lit", "sent", "spoken_home"]


@pytest.mark.parametrize(
    "asked",
    [
        "tell Anna and Zoe that hello",
        "tell Zoe and Anna that hello",
        "send a message to Zoe: turn on the kitchen light",
        "send a message to Zoe, turn on the kitchen light",
        "send a message to Zoe turn on the kitchen light",
        "Text Zoe: turn on the kitchen light",
    ],
)
@pytest.mark.usefixtures("entry")
async def test_who_is_on_no_list_is_refused_by_name(
    home: HomeAssistant, sent: list[ServiceCall], lit: list[ServiceCall], asked: str
) -> None:
    """And nobody else acts on what the message says."""
    answer = await Assist(home).say(asked, fresh=True)
    assert answer.speech.startswith("I can't send that: Zoe is not one of your contacts.")
    assert sent == lit == []


@pytest.mark.usefixtures("entry")
async def test_one_person_by_two_names_is_one_recipient(
    home: HomeAssistant, sent: list[ServiceCall]
) -> None:
    assist = Assist(home)
    question = await assist.say("tell Anna and my sister that I am late")
    assert question.speech.startswith("To Anna: I am late.")
    await assist.say(PHRASE)
    assert len(sent) == 1


@pytest.mark.parametrize(
    "asked", ["send a message to Anna saying", "send a message to Anna:", "tell Anna that"]
)
@pytest.mark.usefixtures("entry")
async def test_a_request_that_is_cut_off_asks_for_the_words(
    home: HomeAssistant, sent: list[ServiceCall], asked: str
) -> None:
    """What comes for them without a word in it is none, nor is our own question, misheard."""
    assist = Assist(home)
    assert (await assist.say(asked)).speech == "What should I tell Anna?"
    for heard in ("[Music]", "Hey Jarvis", "But should I tell Anna?"):
        assert (await assist.say(heard)).listen
    question = await assist.say("I am late")
    assert question.speech.startswith("To Anna: I am late.")
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_what_nobody_has_said_costs_no_try(
    home: HomeAssistant, sent: list[ServiceCall]
) -> None:
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    nothing = ("[BLANK_AUDIO]", "Thank you.", "You", "♪", "Hey Jarvis.", "Bye.")
    for heard in (*nothing, f"{PHRASE}. {PHRASE}."):
        assert (await assist.say(heard)).listen, heard
    await assist.say(f"Okay Nabu, {PHRASE}")
    assert [call.data["message"] for call in sent] == ["I am late"]


@pytest.mark.usefixtures("entry")
async def test_signs_are_read_back_and_sent(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    assist = Assist(home)
    question = await assist.say("tell Anna that 2*3 is #6 and 5<6")
    assert "2 asterisk 3 is hash 6 and 5 less than 6" in question.speech
    await assist.say(PHRASE)
    frost = await assist.say("tell Anna that it is -5 °C, and 10-12 tomorrow")
    assert "it is minus 5 degrees Celsius, and 10 dash 12 tomorrow" in frost.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == [
        "2*3 is #6 and 5<6",
        "it is -5 °C, and 10-12 tomorrow",
    ]


@pytest.mark.usefixtures("entry")
async def test_somebody_may_ask_whom_they_can_write_to_and_how(home: HomeAssistant) -> None:
    assist = Assist(home)
    whom = await assist.say("who can I write to?", fresh=True)
    assert whom.speech == "You can write to Anna. For example, say: tell Anna that dinner is ready."
    how = await assist.say("how do I send a message?", fresh=True)
    assert how.speech == "For example, say: tell Anna that dinner is ready."
    assert not whom.listen
    assert not how.listen


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    "asked", ["tell Anna's light to turn off", "tell Anna a bedtime story", "tell Anna the time"]
)
async def test_what_is_told_to_things_and_assistants_is_theirs(
    home: HomeAssistant, entry: MockConfigEntry, asked: str
) -> None:
    answer = await Assist(home).say(asked, fresh=True)
    assert "Anna:" not in answer.speech
    assert entry.runtime_data.components.guard.pending == ()


async def test_no_id_is_read_aloud(spoken_home: SpokenHome) -> None:
    """Of an automation's action that reaches nobody on the list, and in what is told of it later."""
    home = spoken_home
    await home.automate(sentence(notify("stranger")))
    await home.say("dinner is ready")
    (refused,) = home.notices
    answers = home.components.guard.status(refused.request.origin)
    assert answers.text == (
        "No, your last message to somebody who is not one of your contacts was not sent."
    )


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ("uh, tell Anna, um, that we're late", "we're late"),
        ("tell Anna via WhatsApp that we are late", "we are late"),
        ("tell my sister, no, tell Anna that we are late", "we are late"),
        ("send I'm on my way to Anna", "I'm on my way"),
        ("say hi to Anna", "hi"),
        ("tell Anna her schedule", "her schedule"),
    ],
)
@pytest.mark.usefixtures("entry")
async def test_as_people_speak(
    home: HomeAssistant, sent: list[ServiceCall], asked: str, body: str
) -> None:
    """One question, and it goes out as it was read back."""
    assist = Assist(home)
    question = await assist.say(asked)
    assert question.speech.startswith(f"To Anna: {body}.")
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == [body]


@pytest.mark.parametrize(
    "said",
    [
        "don't tell Anna that we are late",
        "please don't text Anna",
        "send no message to Anna",
        "text I'm on my way",
        "say hello to the camera",
        "say good night to Anna's phone",
        "send the vacuum to the kitchen",
        "call Anna",
    ],
)
async def test_what_is_no_request_is_answered_as_without_us(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """By Home Assistant, which has no such command here."""
    answer = await Assist(home).say(said)
    assert answer.kind == "error"
    assert entry.runtime_data.components.guard.pending == ()
    assert sent == []


@pytest.mark.parametrize(
    "said",
    ["don't tell Anna", "no, don't tell my sister that we are late", "please don't text Anna"],
)
async def test_nobody_is_told_after_all(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """It is a no to what waits for her, and costs no try."""
    assist = Assist(home)
    await assist.say("tell Anna that we are late")
    answer = await assist.say(said)
    assert answer.speech == "Okay, I won't send it."
    assert entry.runtime_data.components.guard.pending == ()
    assert sent == []
