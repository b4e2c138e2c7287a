"""A name that was heard is nobody's, or several people's: whoever has spoken says whom the message is for."""

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.guarding import pins
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.assist_home import PHRASE, Assist, add, entry, home, sent

__all__ = ["entry", "home", "sent"]


@pytest.fixture
async def to_callum(home: HomeAssistant, entry: MockConfigEntry) -> list[ServiceCall]:
    """Return what is sent to Callum, a contact beside Anna."""
    calls = async_mock_service(home, "notify", "callum")
    await add(home, entry, "Callum", targets=["notify.callum"])
    return calls


@pytest.fixture
async def two_coras(
    home: HomeAssistant, entry: MockConfigEntry
) -> tuple[list[ServiceCall], list[ServiceCall]]:
    """Return what is sent to Cora Smith and to Cora Jones, both of whom are called Cora."""
    smith = async_mock_service(home, "notify", "smith")
    jones = async_mock_service(home, "notify", "jones")
    await add(home, entry, "Cora Smith", targets=["notify.smith"], aliases=["Cora"])
    await add(home, entry, "Cora Jones", targets=["notify.jones"], aliases=["Cora"])
    return smith, jones


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "Yes, please.",
        "yeah",
        "Callum",
        "yes, Callum",
        "Callum, please.",
        "to Callum",
        "I meant Callum",
        "Column.",
        "Okay, column",
    ],
)
async def test_who_was_misheard_is_asked_about(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall], said: str
) -> None:
    """The answer says whom it is for; what sends it is the proof."""
    assist = Assist(home)
    asked = await assist.say("tell column that dinner is ready")
    assert asked.speech == "column is not one of your contacts. Did you mean Callum?"
    assert asked.listen
    question = await assist.say(said)
    assert "To Callum: dinner is ready." in question.speech
    assert question.listen
    assert to_callum == []
    await assist.say(PHRASE)
    assert [call.data["message"] for call in to_callum] == ["dinner is ready"]


async def test_what_was_refused_and_what_was_asked_for_then_are_both_in_the_log(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    assist = Assist(home)
    await assist.say("tell column that dinner is ready")
    await assist.say("yes")
    page = await entry.runtime_data.components.ledger.page(Filter())
    kinds = [row.entry.kind for row in reversed(page.rows)]
    assert kinds[-2:] == [Kind.REFUSED, Kind.ASKED]


async def test_a_no_ends_it(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    assist = Assist(home)
    await assist.say("tell column that dinner is ready")
    answer = await assist.say("no")
    assert answer.speech == "Okay, I won't send it."
    assert not answer.listen
    assert "To Callum" not in (await assist.say("yes")).speech
    assert entry.runtime_data.components.guard.pending == ()
    assert to_callum == []


async def test_the_next_one_is_asked_about_after_a_no(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    calls = async_mock_service(home, "notify", "colin")
    await add(home, entry, "Colman", targets=["notify.colin"])
    assist = Assist(home)
    first = await assist.say("tell column that dinner is ready")
    assert "Did you mean Colman?" in first.speech
    second = await assist.say("no")
    assert second.speech == "Did you mean Callum?"
    assert second.listen
    assert "To Callum: dinner is ready." in (await assist.say("yes")).speech
    await assist.say(PHRASE)
    assert len(to_callum) == 1
    assert calls == []


async def test_somebody_else_may_be_named(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_callum: list[ServiceCall],
) -> None:
    assist = Assist(home)
    await assist.say("tell column that dinner is ready")
    assert "To Anna: dinner is ready." in (await assist.say("no, to Anna")).speech
    await assist.say(PHRASE)
    assert len(sent) == 1
    assert to_callum == []


@pytest.mark.parametrize("said", ["what did you say?", "say that again"])
async def test_the_question_is_said_again(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall], said: str
) -> None:
    assist = Assist(home)
    await assist.say("tell column that dinner is ready")
    again = await assist.say(said)
    assert again.speech == "Did you mean Callum?"
    assert again.listen
    assert "To Callum" in (await assist.say("yes")).speech


async def test_the_house_hears_itself(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    """What it has just said is nobody's answer, though a contact's name is in it."""
    assist = Assist(home)
    await assist.say("tell column that dinner is ready")
    echo = await assist.say("one of your contacts did you mean Callum")
    assert echo.listen
    assert entry.runtime_data.components.guard.pending == ()
    assert "To Callum" in (await assist.say("yes")).speech


@pytest.mark.parametrize(
    "said", ["turn on the kitchen light", "turn off the kitchen light", "tell me a joke"]
)
async def test_anything_else_is_for_home_assistant(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall], said: str
) -> None:
    assist = Assist(home)
    before = (await assist.say(said, fresh=True)).speech
    await assist.say("tell column that dinner is ready", fresh=True)
    assert (await assist.say(said)).speech == before
    assert "To Callum" not in (await assist.say("yes")).speech
    assert to_callum == []


async def test_the_answer_is_awaited_where_it_was_asked_for(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    await Assist(home).say("tell column that dinner is ready")
    assert "To Callum" not in (await Assist(home).say("yes")).speech
    assert entry.runtime_data.components.guard.pending == ()


async def test_words_are_asked_for_after_it(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    assist = Assist(home)
    asked = await assist.say("send a message to column")
    assert "Did you mean Callum?" in asked.speech
    assert (await assist.say("yes")).speech == "What should I tell Callum?"
    assert "To Callum: dinner is ready." in (await assist.say("dinner is ready")).speech


async def test_one_of_several_was_misheard(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_callum: list[ServiceCall],
) -> None:
    assist = Assist(home)
    asked = await assist.say("tell Anna and column that dinner is ready")
    assert "Did you mean Callum?" in asked.speech
    assert "To Anna and Callum: dinner is ready." in (await assist.say("yes")).speech
    await assist.say(PHRASE)
    assert len(sent) == len(to_callum) == 1


async def test_nobody_is_near(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    answer = await Assist(home).say("tell Zelda that dinner is ready")
    assert "Zelda is not one of your contacts. Add them" in answer.speech
    assert not answer.listen


async def test_where_nothing_is_asked_for_a_yes_sends_nothing(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    """The Portland household's "right" was such a yes."""
    home.config_entries.async_update_entry(
        entry, options={**entry.options, "default_level": "none"}
    )
    await home.async_block_till_done()
    assist = Assist(home)
    answer = await assist.say("tell column that dinner is ready")
    assert "Did you mean" not in answer.speech
    await assist.say("yes")
    assert to_callum == []


async def test_nor_is_one_of_the_same_name_chosen_there(
    home: HomeAssistant,
    entry: MockConfigEntry,
    two_coras: tuple[list[ServiceCall], list[ServiceCall]],
) -> None:
    """The end of the question, heard again, would have sent it."""
    home.config_entries.async_update_entry(
        entry, options={**entry.options, "default_level": "none"}
    )
    await home.async_block_till_done()
    smith, jones = two_coras
    assist = Assist(home)
    answer = await assist.say("tell Cora that dinner is ready")
    assert "Which one" not in answer.speech
    assert not answer.listen
    await assist.say("Cora Jones")
    assert smith == jones == []


@pytest.mark.parametrize("said", ["Anna", "I meant Anna", "no, to Anna"])
async def test_who_is_written_to_without_a_question_is_not_named_by_an_answer(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    home.config_entries.async_update_entry(
        entry, options={**entry.options, "default_level": "none"}
    )
    await home.async_block_till_done()
    await add(home, entry, "Callum", targets=["notify.callum"], level="phrase")
    assist = Assist(home)
    assert "Did you mean Callum?" in (await assist.say("tell column that we are late")).speech
    await assist.say(said)
    assert sent == []


async def test_what_may_hold_the_pin_is_kept_for_nobody(
    home: HomeAssistant, entry: MockConfigEntry, to_callum: list[ServiceCall]
) -> None:
    """Nor is anybody asked about it."""
    hashed = await home.async_add_executor_job(pins.hash_pin, "2847")
    home.config_entries.async_update_entry(entry, options={**entry.options, "pin_hash": hashed})
    await home.async_block_till_done()
    assist = Assist(home)
    answer = await assist.say("tell column that the code is 2 8 4 7")
    assert "Did you mean" not in answer.speech
    assert not answer.listen
    assert "To Callum" not in (await assist.say("yes")).speech


async def test_where_a_message_waits_nobody_is_asked_about(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_callum: list[ServiceCall],
) -> None:
    """A yes would be its own, and so would the proof that is asked for then."""
    assist = Assist(home)
    await assist.say("tell Anna that we are late")
    answer = await assist.say("tell column that dinner is ready")
    assert "Did you mean" not in answer.speech
    instead = await assist.say("no, tell column that dinner is ready")
    assert "Did you mean Callum?" in instead.speech
    await assist.say("yes")
    await assist.say(PHRASE)
    assert sent == []
    assert [call.data["message"] for call in to_callum] == ["dinner is ready"]


@pytest.mark.parametrize("said", ["Cora Jones", "Jones", "to Cora Jones"])
async def test_one_of_the_same_name_is_chosen(
    home: HomeAssistant,
    entry: MockConfigEntry,
    two_coras: tuple[list[ServiceCall], list[ServiceCall]],
    said: str,
) -> None:
    smith, jones = two_coras
    assist = Assist(home)
    asked = await assist.say("tell Cora that dinner is ready")
    assert (
        asked.speech
        == "More than one contact is called Cora. Which one is it for: Cora Smith or Cora Jones?"
    )
    assert asked.listen
    assert "To Cora Jones: dinner is ready." in (await assist.say(said)).speech
    await assist.say(PHRASE)
    assert len(jones) == 1
    assert smith == []


@pytest.mark.parametrize("said", ["yes", "Cora"])
async def test_what_chooses_nobody_is_asked_about_again(
    home: HomeAssistant,
    entry: MockConfigEntry,
    two_coras: tuple[list[ServiceCall], list[ServiceCall]],
    said: str,
) -> None:
    assist = Assist(home)
    asked = await assist.say("tell Cora that dinner is ready")
    again = await assist.say(said)
    assert again.speech == asked.speech
    assert again.listen
    assert (await assist.say("no")).speech == "Okay, I won't send it."


async def test_two_who_have_no_name_of_their_own_are_no_choice(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    for name in ("Cora", "Córa"):
        await add(home, entry, name)
    answer = await Assist(home).say("tell Cora that dinner is ready")
    assert "Use another name" in answer.speech
    assert not answer.listen
