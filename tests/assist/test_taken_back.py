"""What is taken back before it is sent, and what only sounds like a message, said to a guarded pipeline."""

from typing import Any, ClassVar

from homeassistant.components import assist_pipeline
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.ledger.reading import Filter
from tests.assist_home import PHRASE, Assist, add, entry, home, sent

__all__ = ["entry", "home", "sent"]


@pytest.mark.parametrize("said", ["no, tell my sister that we walk", "Wait, no, text Anna we walk"])
async def test_a_no_in_front_takes_back_what_waits(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """It was taken for a wrong phrase, and the phrase then sent the first message."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    asked = await assist.say(said)
    assert "we walk" in asked.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["we walk"]
    assert entry.runtime_data.components.guard.pending == ()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("no, tell my sister", "What should I tell"),
        ("no, tell Zelda that we walk", "Zelda is not one of your contacts"),
        ("no wait, send a message to Zelda saying we walk", "Zelda is not one of your contacts"),
        (f"no, text Anna {'we walk ' * 70}", "too long"),
        (f"no, change it to {'we walk ' * 70}", "too long"),
    ],
)
async def test_a_no_counts_whatever_becomes_of_what_is_wanted_instead(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str, heard: str
) -> None:
    """It lacks its words, or is refused: the first message waited on, and the phrase sent it."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    assert heard in (await assist.say(said)).speech
    assert entry.runtime_data.components.guard.pending == ()
    await assist.say(PHRASE, fresh=True)
    assert sent == []


async def test_a_no_is_written_down_as_one(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """A person has said it; a message that only takes the place of another is replaced."""
    assist = Assist(home)
    for said in ("tell Anna that we drive", "no, tell Anna that we walk", "tell Anna that we fly"):
        await assist.say(said)
    page = await entry.runtime_data.components.ledger.page(Filter(), limit=20)
    ended = [row.entry.kind for row in page.rows if row.entry.kind in {"declined", "superseded"}]
    assert ended == ["superseded", "declined"]


@pytest.mark.parametrize(
    "said", ["wait, tell Zelda that we walk", "no, who can I write to", "no, what is waiting"]
)
async def test_what_is_no_no_in_front(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """What would end nothing by itself ends nothing, and a question wants nothing instead."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    await assist.say(said)
    assert len(entry.runtime_data.components.guard.pending) == 1


async def test_a_no_in_another_room(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Nothing waits there: it is nothing by itself, and ends nothing."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    elsewhere = await Assist(home).say("no, tell Anna that we walk", device_id="other")
    assert elsewhere.kind == "error"
    assert len(entry.runtime_data.components.guard.pending) == 1


async def test_a_no_that_the_house_says(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """The question is heard again as far as its words: it is an echo."""
    assist = Assist(home)
    asked = await assist.say("tell Anna: no, tell Zelda we walk")
    assert "no, tell Zelda we walk" in asked.speech
    await assist.say("no, tell Zelda we walk")
    assert len(entry.runtime_data.components.guard.pending) == 1


async def test_a_correction_behind_a_no(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Home Assistant looked for an area called six."""
    assist = Assist(home)
    await assist.say("tell Anna that we meet at five")
    assert "at six" in (await assist.say("no, change it to we meet at six")).speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["we meet at six"]


@pytest.mark.parametrize(
    "said",
    [
        "forget the message",
        "cancel the text",
        "I changed my mind",
        "don't send the text",
        "Cancel the message to Anna.",
        "please don't send that message to my sister",
    ],
)
async def test_further_noes(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """Each of them cost a try, and the message went on waiting."""
    assist = Assist(home)
    await assist.say("tell Anna that we quit")
    await assist.say(said)
    assert entry.runtime_data.components.guard.pending == ()
    assert sent == []


@pytest.mark.parametrize(
    "said",
    ["cancel the message to Zelda", "do not send the message to Anna tomorrow", "to Anna"],
)
async def test_what_is_no_no(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """About somebody else, or with more around it: it is a wrong reply, and the question waits."""
    assist = Assist(home)
    await assist.say("tell Anna that we quit")
    await assist.say(said)
    assert len(entry.runtime_data.components.guard.pending) == 1


async def test_whether_somebody_got_it(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Asked by name."""
    assist = Assist(home)
    await assist.say("tell Anna that we quit")
    await assist.say(PHRASE)
    for said in ("did Anna get my message", "has my message to Anna arrived yet", "did she get it"):
        answer = await assist.say(said, fresh=True)
        assert "Anna" in answer.speech
        assert answer.kind != "error"
    somebody = await assist.say("did Zelda get my message", fresh=True)
    assert somebody.kind == "error"


class _Added(intent.IntentHandler):
    """Home Assistant's own intent, without a list behind it."""

    intent_type = "HassShoppingListAddItem"
    slot_schema: ClassVar = {"item": str}

    def __init__(self) -> None:
        self.items: list[Any] = []

    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        self.items.append(intent_obj.slots["item"]["value"])
        return intent_obj.create_response()


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("Schreib Milch auf die Einkaufsliste", "Milch"),
        ("Schreibe Eier und Brot auf die Einkaufsliste.", "Eier und Brot"),
        ("Schreib Milch, Eier und Brot auf die Einkaufsliste", "Milch Eier und Brot"),
        ("Schreib Anna anrufen auf die Liste", "Anna anrufen"),
    ],
)
async def test_a_list_is_nobody(
    home: HomeAssistant, entry: MockConfigEntry, said: str, item: str
) -> None:
    """Home Assistant's own sentence; "Milch" was somebody who is not one of your contacts."""
    added = _Added()
    intent.async_register(home, added)
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    await assist_pipeline.async_update_pipeline(
        home, pipeline, language="de", conversation_language="de"
    )
    answer = await Assist(home).say(said)
    assert answer.kind != "error"
    assert added.items == [item]
    assert entry.runtime_data.components.guard.pending == ()


async def test_somebody_who_is_no_contact_is_told_so_all_the_same(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """In German every noun has a capital, so Home Assistant is asked first; it does not know her."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    await assist_pipeline.async_update_pipeline(
        home, pipeline, language="de", conversation_language="de"
    )
    answer = await Assist(home).say("Schreib Zelda bin gleich da")
    assert "Zelda" in answer.speech
    assert entry.runtime_data.components.guard.pending == ()


async def test_one_question_for_a_script_that_tells_two(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Nobody waits for the script: its second step comes when the command itself has been answered."""
    others = async_mock_service(home, "notify", "ben")
    await add(home, entry, "Ben", targets=["notify.ben"])
    steps = [
        {"action": f"notify.{who}", "data": {"message": "Pizza tonight"}} for who in ("anna", "ben")
    ]
    assert await async_setup_component(
        home, "script", {"script": {"pizza": {"alias": "Pizza night", "sequence": steps}}}
    )
    async_expose_entity(home, "conversation", "script.pizza", True)
    await home.async_block_till_done()
    assist = Assist(home)
    asked = await assist.say("run pizza night")
    assert "To Anna and Ben: Pizza tonight" in asked.speech
    await assist.say(PHRASE)
    assert (len(sent), len(others)) == (1, 1)
    assert entry.runtime_data.components.guard.pending == ()
