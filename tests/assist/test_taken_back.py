"""What is taken back before it is sent, and what only sounds like a message, said to a guarded pipeline."""

from typing import Any, ClassVar

from homeassistant.components import assist_pipeline
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import intent
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.assist_home import PHRASE, Assist, entry, home, sent

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
    "said", ["forget the message", "cancel the text", "I changed my mind", "don't send the text"]
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


async def test_whether_somebody_got_it(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Asked by name."""
    assist = Assist(home)
    await assist.say("tell Anna that we quit")
    await assist.say(PHRASE)
    answer = await assist.say("did Anna get my message", fresh=True)
    assert "Anna" in answer.speech
    assert answer.kind != "error"


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
