"""Set-up, through Home Assistant's own flow manager."""

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from tests.flow_forms import Result, every_text_is_there, ids, suggested

from .conftest import PHRASE

__all__ = ["every_text_is_there"]


async def start(hass: HomeAssistant) -> Result:
    """Open the set-up."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def test_two_forms_to_a_guarded_home(assist: HomeAssistant) -> None:
    """What is suggested can be submitted as it is, and goes straight on to the first contact."""
    first = await start(assist)
    assert first["type"] is FlowResultType.FORM
    assert first["step_id"] == "user"
    suggestion = suggested(first)
    assert suggestion == {
        "pipelines": ids(assist),
        "default_level": "phrase",
        "phrase": "please deliver the message",
    }
    second = await assist.config_entries.flow.async_configure(first["flow_id"], suggestion)
    assert second["step_id"] == "watching"
    done = await assist.config_entries.flow.async_configure(
        second["flow_id"], {"observe": False, "reactions": "record"}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    entry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == {}
    assert entry.options == {
        "pipelines": ids(assist),
        "default_level": "phrase",
        "phrase": "please deliver the message",
        "model_steps": 1,
        "observe": False,
        "reactions": "record",
        "approvers": [],
        "guarded_actions": [],
        "guarded_intents": [],
    }
    (contact,) = assist.config_entries.subentries.async_progress()
    assert done["next_flow"][1] == contact["flow_id"]
    assert contact["step_id"] == "details"
    assert await assist.config_entries.async_unload(entry.entry_id)


async def test_only_one_household(assist: HomeAssistant, entry: MockConfigEntry) -> None:
    """A home has one guard."""
    result = await start(assist)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"


@pytest.mark.parametrize(
    ("phrase", "error"),
    [
        ("", "phrase_needed"),
        ("   ", "phrase_needed"),
        ("yes", "phrase_too_short"),
        ("okay sure thing", "phrase_is_affirmation"),
        ("do not send the message", "phrase_is_decline"),
        ("thirty three fifty seven thirty five", "phrase_is_number"),
        ("say your phrase", "phrase_in_prompt"),
    ],
)
async def test_a_phrase_that_proves_nothing_is_refused(
    assist: HomeAssistant, phrase: str, error: str
) -> None:
    """The form comes back with what was entered, and another phrase goes through."""
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "phrase", "phrase": phrase}
    again = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert again["errors"] == {"phrase": error}
    assert suggested(again)["phrase"] == phrase
    entered["phrase"] = PHRASE
    onward = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert onward["step_id"] == "watching"


async def test_no_phrase_is_needed_where_it_is_not_the_proof(assist: HomeAssistant) -> None:
    """A household may ask for codes only."""
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "code"}
    onward = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert onward["step_id"] == "watching"


async def test_an_assistant_is_needed(assist: HomeAssistant) -> None:
    """Without one nobody could answer by voice."""
    form = await start(assist)
    entered = {"pipelines": [], "default_level": "phrase", "phrase": PHRASE}
    again = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert again["errors"] == {"pipelines": "no_assistant"}


async def test_set_up_offers_no_level_without_proof(assist: HomeAssistant) -> None:
    """Sending without proof is nothing to begin with."""
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "none", "phrase": PHRASE}
    with pytest.raises(InvalidData):
        await assist.config_entries.flow.async_configure(form["flow_id"], entered)


async def test_without_any_language_nothing_can_be_checked(
    assist: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing is set up either."""
    from custom_components.message_guard.flows import languages
    from custom_components.message_guard.recognition.sentences import Languages

    async def nothing(_hass: HomeAssistant) -> Languages:
        return Languages({}, {})

    monkeypatch.setattr(languages, "async_load_languages", nothing)
    result = await start(assist)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_language"


async def test_a_language_that_nobody_wrote_is_checked_in_all_others(
    assist: HomeAssistant,
) -> None:
    """A plain yes is none, whatever Home Assistant speaks."""
    from homeassistant.components.assist_pipeline import async_update_pipeline

    assist.config.language = "tlh"
    for pipeline in async_get_pipelines(assist):
        await async_update_pipeline(assist, pipeline, conversation_language="tlh", language="tlh")
    form = await start(assist)
    assert suggested(form)["phrase"] == ""
    entered = {"pipelines": ids(assist), "default_level": "phrase", "phrase": "yes"}
    again = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert again["errors"]
