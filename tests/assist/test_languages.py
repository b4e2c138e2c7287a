"""Languages, end to end: one conversation with the guarded agent in each of them."""

from typing import Any

from homeassistant.components import conversation
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.recognition.sentences import FOLDER
from tests.assist.test_dialogues import CODES, DIALOGUES
from tests.conftest import contact_data, options


class Person:
    """Somebody who speaks one language to the guarded agent."""

    def __init__(self, hass: HomeAssistant, code: str, entry: MockConfigEntry) -> None:
        """Know the household's own words for what the guard says."""
        self._hass = hass
        self._code = code
        self._conversation_id: str | None = None
        entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        self._agent = next(one.entity_id for one in entities if one.domain == "conversation")
        language = entry.runtime_data.components.languages.get(code)
        assert language is not None
        self.language: Language = language

    async def say(self, text: str) -> str:
        """Say something, and return the answer."""
        result = await conversation.async_converse(
            self._hass, text, self._conversation_id, Context(), self._code, self._agent
        )
        self._conversation_id = result.conversation_id
        return str(result.response.speech["plain"]["speech"])


@pytest.fixture
def dialogues(code: str) -> dict[str, Any]:
    return load_yaml_dict(str(DIALOGUES / f"{code}.yaml"))


@pytest.fixture
def received(assist: HomeAssistant) -> list[ServiceCall]:
    return async_mock_service(assist, "notify", "somebody")


async def household(hass: HomeAssistant, dialogues: dict[str, Any], **more: Any) -> MockConfigEntry:
    """Return a loaded household with the contacts and the phrase of a language."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(hass, phrase=dialogues["phrase"], **more),
        subentries_data=[
            contact_data(name, targets=["notify.somebody"]) for name in dialogues["contacts"]
        ],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def taken_down(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload the household."""
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.mark.parametrize("code", CODES)
async def test_a_message_in_every_language(
    assist: HomeAssistant, code: str, dialogues: dict[str, Any], received: list[ServiceCall]
) -> None:
    """A question, a plain yes that sends nothing, the phrase that does, and a no."""
    entry = await household(assist, dialogues, accepted_drafts=CODES)
    person = Person(assist, code, entry)
    told = dialogues["requests"]["told"]
    body = told["body"]

    question = await person.say(told["say"])
    assert body in question
    assert question == person.language.say(
        "question_phrase", recipient=dialogues["contacts"][1], body=body
    )
    hint = await person.say(dialogues["replies"]["yes"][0])
    assert hint == person.language.say("hint_phrase")
    assert received == []
    assert await person.say(dialogues["phrase"]) == person.language.say(
        "sent", recipient=dialogues["contacts"][1]
    )
    assert [call.data["message"] for call in received] == [body]

    await person.say(dialogues["requests"]["told_short"]["say"])
    assert await person.say(dialogues["replies"]["no"][0]) == person.language.say("declined")
    assert len(received) == 1
    await taken_down(assist, entry)


@pytest.mark.parametrize("code", CODES)
async def test_a_draft_language_needs_a_device_until_it_is_accepted(
    assist: HomeAssistant, code: str, dialogues: dict[str, Any], received: list[ServiceCall]
) -> None:
    """In a draft, the phrase alone sends nothing, and the question says why it asks for more."""
    entry = await household(assist, dialogues)
    person = Person(assist, code, entry)
    question = await person.say(dialogues["requests"]["told"]["say"])
    data = load_yaml_dict(str(FOLDER / f"{code}.yaml"))
    assert person.language.draft == data["language"]["draft"]
    assert (person.language.say("reason_draft_language") in question) == person.language.draft
    await person.say(dialogues["phrase"])
    assert len(received) == (0 if person.language.draft else 1)
    await taken_down(assist, entry)
