"""The household's own sentences in front of ours: which of them stay theirs, and that what they send is held."""

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.assist.test_ours_first import listen
from tests.assist_home import PHRASE, Assist, add, entry, home, sent
from tests.spoken_home import sentence

__all__ = ["entry", "home", "sent"]


async def test_the_households_very_own_sentence_stays_its_own(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """It has no wildcard, and somebody has written it down."""
    heard = await listen(home, "tell anna that dinner is ready")
    await Assist(home).say("tell Anna that dinner is ready")
    await home.async_block_till_done()
    assert len(heard) == 1
    assert entry.runtime_data.components.guard.pending == ()


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("ask {who} where (he|she) is", "ask Anna where she is"),
        ("ask {who} where (he|she) is", "Ask my sister where she is."),
        ("[please] tell {who} [that] dinner is ready", "tell Anna and Ben that dinner is ready"),
        ("text {who}", "text Anna"),
        ("find {who}", "find Anna"),
        ("let {who} know (that we|we) (drive|walk)", "let Anna know that we drive"),
        ("text {who} saying good night", "text Zelda saying good night"),
        ("did {who} get my message", "did Anna get my message"),
    ],
)
async def test_the_households_very_own_sentence_to_anybody_stays_its_own(
    home: HomeAssistant, entry: MockConfigEntry, trigger: str, said: str
) -> None:
    """Only whom it is to is left open in it."""
    await add(home, entry, "Ben")
    heard = await listen(home, trigger)
    await Assist(home).say(said)
    await home.async_block_till_done()
    assert len(heard) == 1
    assert entry.runtime_data.components.guard.pending == ()


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("ask {who} {what}", "ask Anna where she is"),
        ("tell {who} [that] {what}", "tell Anna that dinner is ready"),
        ("tell {who} {what}", "tell Anna Ben"),
        ("tell {task}", "tell Anna that dinner is ready"),
        ("tell {who} is ready", "tell Anna that dinner is ready"),
    ],
)
async def test_one_that_takes_the_words_takes_nothing_of_ours(
    home: HomeAssistant, entry: MockConfigEntry, trigger: str, said: str
) -> None:
    """It takes anybody's words."""
    await add(home, entry, "Ben")
    heard = await listen(home, trigger)
    asked = await Assist(home).say(said)
    await home.async_block_till_done()
    assert heard == []
    assert asked.speech.startswith("To Anna")


async def test_what_a_households_own_sentence_sends_is_held(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """It is asked about, in the words of the automation."""
    said = "ask {who} where (he|she) is"
    step = {"action": "notify.anna", "data": {"message": "Where are you?"}}
    assert await async_setup_component(
        home, "automation", {"automation": [sentence(step, said=said)]}
    )
    await home.async_block_till_done()
    assist = Assist(home)
    asked = await assist.say("ask Anna where she is")
    assert "To Anna: Where are you?" in asked.speech
    assert sent == []
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["Where are you?"]


async def test_a_reply_is_no_households_sentence(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """What a question awaits is ours, whoever is named."""
    await add(home, entry, "Ben")
    heard = await listen(home, "and tell {who} too")
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    asked = await assist.say("and tell Ben too")
    assert "To Anna and Ben: we drive" in asked.speech
    assert heard == []
