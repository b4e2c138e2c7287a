"""The words of a message are awaited, and somebody says whom it is for instead, said to a guarded pipeline."""

# ruff: noqa: RUF001 - marks as people write them

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.assist.test_named_others import speaks, to_ben
from tests.assist_home import PHRASE, Assist, add, entry, home, sent

__all__ = ["entry", "home", "sent", "to_ben"]


@pytest.mark.parametrize(
    "said",
    [
        "I meant Ben",
        "I mean Ben",
        "no, Ben",
        "no, to Ben",
        "sorry, to Ben",
        "not Anna, Ben",
        "to Ben instead",
        "Ben, not Anna",
        "no, it is for Ben",
        "no, tell Ben",
    ],
)
async def test_somebody_else_was_meant(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    said: str,
) -> None:
    """It was taken for the words. They are asked for once more, and go to whom was meant."""
    assist = Assist(home)
    asked = await assist.say("tell Anna")
    assert "What should I tell Anna" in asked.speech
    asked = await assist.say(said)
    assert "What should I tell Ben" in asked.speech
    assert asked.listen
    asked = await assist.say("we drive")
    assert "To Ben: we drive" in asked.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in to_ben] == ["we drive"]
    assert sent == []


async def test_somebody_as_well(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], to_ben: list[ServiceCall]
) -> None:
    """The words are for both."""
    assist = Assist(home)
    await assist.say("tell my sister")
    asked = await assist.say("and tell Ben too")
    assert "my sister, Ben" in asked.speech
    await assist.say("we drive")
    await assist.say(PHRASE)
    assert [call.data["message"] for call in (*sent, *to_ben)] == ["we drive"] * 2


async def test_the_same_one(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """The words are asked for once more."""
    assist = Assist(home)
    await assist.say("tell Anna")
    asked = await assist.say("I meant Anna")
    assert "What should I tell Anna" in asked.speech


async def test_somebody_on_no_list(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Nobody can be written to, and nothing is sent to Anna."""
    assist = Assist(home)
    await assist.say("tell Anna")
    answer = await assist.say("I meant Zelda")
    assert "Zelda" in answer.speech
    await assist.say("we drive")
    assert entry.runtime_data.components.guard.pending == ()
    assert sent == []


async def test_a_question_that_waits_is_not_declined(
    home: HomeAssistant, entry: MockConfigEntry, to_ben: list[ServiceCall]
) -> None:
    """The no is to the one who was just named, not to what waits."""
    assist, guard = Assist(home), entry.runtime_data.components.guard
    await assist.say("tell Anna that we drive")
    (waiting,) = guard.pending
    await assist.say("tell Anna")
    await assist.say("no, Ben")
    assert [one.id for one in guard.pending] == [waiting.id]


async def test_too_many(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """A fifth is refused, and the words for four are asked for."""
    for name in ("Ben", "Carl", "Dora", "Emil"):
        await add(home, entry, name)
    assist = Assist(home)
    await assist.say("tell Anna, Ben, Carl and Dora")
    answer = await assist.say("and tell Emil too")
    assert "for four people at most" in answer.speech
    assert answer.speech.endswith("What should I tell Anna, Ben, Carl, Dora?")
    assert answer.listen


@pytest.mark.parametrize(
    "said",
    [
        "Ben",
        "it's for Ben",
        "tell him that Ben is here",
        "Ben is not here",
        "I meant it",
        "not now",
        "Ben said so",
        "what?",
        "change it to nine",
    ],
)
async def test_words_stay_words(
    home: HomeAssistant, entry: MockConfigEntry, to_ben: list[ServiceCall], said: str
) -> None:
    """Nobody is named for the message, or only in its words."""
    assist, guard = Assist(home), entry.runtime_data.components.guard
    await assist.say("tell Anna")
    asked = await assist.say(said)
    if said == "not now":
        assert guard.pending == ()
    else:
        assert f"To Anna: {said.rstrip('?')}" in asked.speech
    assert to_ben == []


@pytest.mark.parametrize(
    ("code", "first", "said"),
    [
        ("de", "Schreib Anna", "ich meinte Ben"),
        ("de", "Schreib Anna", "nein, an Ben"),
        ("fr", "Écris à Anna", "je voulais dire Ben"),
        ("fr", "Écris à Anna", "non, à Ben"),
        ("es", "Escribe a Anna", "quería decir Ben"),
        ("es", "Escribe a Anna", "no, a Ben"),
        ("it", "Scrivi ad Anna", "intendevo Ben"),
        ("it", "Scrivi ad Anna", "no, a Ben"),
        ("nl", "Stuur Anna een bericht", "ik bedoelde Ben"),
        ("nl", "Stuur Anna een bericht", "nee, naar Ben"),
        ("pt-BR", "Escreva para Anna", "quero dizer Ben"),
        ("pt-BR", "Escreva para Anna", "não, para Ben"),
        ("pl", "Napisz do Anna", "chodziło mi o Ben"),
        ("pl", "Napisz do Anna", "nie, do Ben"),
        ("sv", "Skriv till Anna", "jag menade Ben"),
        ("sv", "Skriv till Anna", "nej, till Ben"),
        ("cs", "Napiš Anna", "myslel jsem Ben"),
        ("cs", "Napiš Anna", "ne, pro Ben"),
        ("ja", "Annaにメッセージを送って", "Annaじゃなくてベン"),
        ("zh-Hans", "给Anna发消息", "不是Anna，是小明"),
    ],
)
async def test_in_every_language(
    home: HomeAssistant,
    entry: MockConfigEntry,
    to_ben: list[ServiceCall],
    code: str,
    first: str,
    said: str,
) -> None:
    """The words go to Ben."""
    await speaks(home, code)
    assist = Assist(home)
    asked = await assist.say(first)
    assert "Anna" in asked.speech
    assert asked.listen
    asked = await assist.say(said)
    assert "Ben" in asked.speech or "ベン" in asked.speech or "小明" in asked.speech
    assert entry.runtime_data.components.guard.pending == ()
    await assist.say("ok 1 2 3 test")
    (waiting,) = entry.runtime_data.components.guard.pending
    assert [item.contact.name for item in waiting.recipients] == ["Ben"]
