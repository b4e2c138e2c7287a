"""Set-up, through Home Assistant's own flow manager."""

from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipelines, async_update_pipeline
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, section
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)

from custom_components.message_guard.approvals import registrations, taps
from custom_components.message_guard.approvals.registrations import Phone
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.flows.phrase import phrase_errors
from custom_components.message_guard.recognition.sentences import async_load_languages
from tests.conftest import PHRASE
from tests.flow_forms import ENGLISH, Result, every_text_is_there, ids, suggested

__all__ = ["every_text_is_there"]


async def start(hass: HomeAssistant) -> Result:
    """Open the set-up."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def submit(hass: HomeAssistant, form: Result, **entered: Any) -> Result:
    """Submit the form, with every assistant and a good phrase unless another is given."""
    level = entered.pop("default_level", "phrase")
    filled = {"pipelines": ids(hass), "phrase": PHRASE, "more": {"default_level": level}, **entered}
    return dict(await hass.config_entries.flow.async_configure(form["flow_id"], filled))


def words(text: str) -> int:
    """Return how many words a person reads."""
    return len(text.split())


async def test_one_form_to_a_guarded_home(assist: HomeAssistant) -> None:
    """What is suggested can be submitted as it is, and goes straight on to the first contact."""
    form = await start(assist)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    suggestion = suggested(form)
    english = (await async_load_languages(assist)).get("en")
    assert english is not None
    assert suggestion["phrase"] in english.suggested_phrases
    assert suggestion["pipelines"] == ids(assist)
    done = await submit(assist, form, phrase=suggestion["phrase"])
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    entry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == {}
    assert entry.options == {
        "pipelines": ids(assist),
        "default_level": "phrase",
        "phrase": suggestion["phrase"],
        "model_steps": 1,
        "observe": False,
        "reactions": "record",
        "approvers": [],
        "guarded_actions": [],
        "guarded_intents": [],
        "phones": [],
        "accepted_drafts": [],
    }
    (contact,) = assist.config_entries.subentries.async_progress()
    assert done["next_flow"][1] == contact["flow_id"]
    assert contact["step_id"] == "details"
    assert await assist.config_entries.async_unload(entry.entry_id)


async def test_the_form_is_short(assist: HomeAssistant) -> None:
    """Two fields are seen; all else is folded, or asked only where a home has use for it."""
    form = await start(assist)
    shown = [
        key for key, field in form["data_schema"].schema.items() if not isinstance(field, section)
    ]
    assert shown == ["pipelines", "phrase"]
    (folded,) = [f for f in form["data_schema"].schema.values() if isinstance(f, section)]
    assert folded.options["collapsed"]
    texts = ENGLISH["config"]["step"]["user"]
    read = [texts["title"], texts["description"], texts["sections"]["more"]["name"]]
    read += [texts[part][key] for part in ("data", "data_description") for key in shown]
    assert sum(map(words, read)) <= 80


@pytest.mark.parametrize(
    ("screens", "conversation", "assistant", "language"),
    [
        ("en", "de", "de", "de"),
        ("en", "*", "de", "de"),
        ("tlh", "en", "en", "en"),
        ("de", "tlh", "tlh", "de"),
    ],
)
async def test_the_phrase_is_in_the_language_that_is_spoken(
    assist: HomeAssistant, screens: str, conversation: str, assistant: str, language: str
) -> None:
    """Speech recognition hears that of the assistant, whatever the screens are in."""
    (pipeline,) = async_get_pipelines(assist)
    await async_update_pipeline(
        assist, pipeline, conversation_language=conversation, language=assistant
    )
    assist.config.language = screens
    known = (await async_load_languages(assist)).get(language)
    assert known is not None
    assert suggested(await start(assist))["phrase"] in known.suggested_phrases


async def test_not_every_house_has_the_same_phrase(assist: HomeAssistant) -> None:
    """It is drawn anew each time the form is opened."""
    drawn = {suggested(await start(assist))["phrase"]}
    for flow in assist.config_entries.flow.async_progress():
        assist.config_entries.flow.async_abort(flow["flow_id"])
    for _ in range(40):
        form = await start(assist)
        drawn.add(suggested(form)["phrase"])
        assist.config_entries.flow.async_abort(form["flow_id"])
    assert len(drawn) > 1


async def automation(
    hass: HomeAssistant, command: str | list[str], action: str, **data: Any
) -> None:
    """Set up an automation with a sentence of the household's own."""
    config = {
        "alias": "Shopping",
        "triggers": [{"trigger": "conversation", "command": command}],
        "actions": [{"action": action, "data": data}],
    }
    assert await async_setup_component(hass, "automation", {"automation": config})
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("sentence", "phrase", "taken"),
    [
        ("please {task}", "please deliver the message", True),
        (["buy bread", "{what} [the] message"], "please deliver the message", True),
        ("(put|lay) {thing} in the basket", "put the letter in the basket", True),
        ("please {task}", "let the pigeon fly home", False),
        ("deliver the message", "please deliver the message", False),
        ("<kindly> deliver the message", "please deliver the message", False),
    ],
)
async def test_a_phrase_that_a_sentence_of_the_household_takes(
    assist: HomeAssistant, sentence: str | list[str], phrase: str, taken: bool
) -> None:
    """It names the automation that takes it; what no sentence takes goes through."""
    await automation(assist, sentence, "test.nothing")
    done = await submit(assist, await start(assist), phrase=phrase)
    if taken:
        assert done["errors"] == {"phrase": "phrase_in_automation"}
        assert done["description_placeholders"]["automation"] == "Shopping"
    else:
        assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("phrase", "command"),
    [
        ("what time is it", True),
        ("turn off all the lights", True),
        ("tell Anna that dinner is ready", True),
        ("did my message arrive", True),
        ("set the paper boat free", False),
        ("yes, send the message", False),
    ],
)
async def test_a_phrase_that_does_something_already(
    assist: HomeAssistant, phrase: str, command: bool
) -> None:
    """It is said for that as well, in a house that asks for a proof at that moment."""
    done = await submit(assist, await start(assist), phrase=phrase)
    if command:
        assert done["errors"] == {"phrase": "phrase_is_command"}
    else:
        assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_what_is_suggested_does_nothing_else(assist: HomeAssistant) -> None:
    """In no language."""
    (pipeline,) = async_get_pipelines(assist)
    for language in await async_load_languages(assist):
        await async_update_pipeline(assist, pipeline, conversation_language=language.code)
        for phrase in language.suggested_phrases:
            chosen = {"phrase": phrase, "default_level": "phrase"}
            errors = await phrase_errors(assist, chosen, ids(assist), (), {})
            assert errors == {}, (language.code, phrase)


async def test_an_automation_that_is_switched_off_takes_no_phrase(assist: HomeAssistant) -> None:
    """Nor does one that something else triggers."""
    switched_off = {
        "alias": "Shopping",
        "initial_state": False,
        "triggers": [{"trigger": "conversation", "command": "please {task}"}],
        "actions": [],
    }
    bell = {
        "alias": "Bell",
        "triggers": [{"trigger": "event", "event_type": "bell"}],
        "actions": [],
    }
    config = {"automation": [switched_off, bell]}
    assert await async_setup_component(assist, "automation", config)
    await assist.async_block_till_done()
    done = await submit(assist, await start(assist), phrase="please deliver the message")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_no_phrase_is_suggested_that_a_sentence_takes(assist: HomeAssistant) -> None:
    """Not even at random."""
    await automation(assist, ["the {rest}", "put {rest}", "let {rest}"], "test.nothing")
    for _ in range(10):
        form = await start(assist)
        assert suggested(form)["phrase"] == "please deliver the message"
        assist.config_entries.flow.async_abort(form["flow_id"])


async def test_a_phrase_of_small_words_is_told_what_counts(assist: HomeAssistant) -> None:
    """Three words with an article are two that count, and the form says so."""
    again = await submit(assist, await start(assist), phrase="send the message")
    assert again["errors"] == {"phrase": "phrase_too_short"}
    named = again["description_placeholders"]
    assert (named["counted"], named["needed"]) == ("send message", "3")


async def test_what_sends_today_is_named_and_watched_first(assist: HomeAssistant) -> None:
    """A home that sends by voice already is not stopped without being told what would stop."""
    async_mock_service(assist, "notify", "ben")
    await automation(assist, "text ben", "notify.ben", message="{{ trigger.sentence }}")
    form = await start(assist)
    assert form["description_placeholders"]["names"] == "Shopping"
    assert {
        str(key): key.default() for key in form["data_schema"].schema if str(key) == "observe"
    } == {"observe": True}
    done = await submit(assist, form)
    assert done["result"].options["observe"] is True


@pytest.mark.parametrize(
    ("action", "sends"),
    [
        ("notify.{{ trigger.slots.who }}", True),
        ("notify.mobile_app_{{ trigger.slots.who }}", True),
        ("{{ 'notify.ben' if is_state('sun.sun', 'up') else 'light.turn_on' }}", True),
        ("light.turn_{{ trigger.slots.who }}", False),
        ("{{ trigger.slots.who }}.turn_on", False),
    ],
)
async def test_a_sender_whose_action_is_worked_out_when_it_runs(
    assist: HomeAssistant, action: str, sends: bool
) -> None:
    """It would be stopped like any other: it is named by how its action begins."""
    for domain, name in (("notify", "ben"), ("notify", "mobile_app_ben"), ("light", "turn_on")):
        async_mock_service(assist, domain, name)
    await automation(assist, "tell {who} now", action, message="Dinner is ready")
    form = await start(assist)
    assert form["description_placeholders"]["names"] == ("Shopping" if sends else "")
    assert ("observe" in form["data_schema"].schema) is sends


async def test_a_home_without_senders_is_guarded_at_once(assist: HomeAssistant) -> None:
    """An automation that only turns on a light is none."""
    await automation(assist, "light please now", "light.turn_on", entity_id="light.a")
    form = await start(assist)
    assert "observe" not in form["data_schema"].schema
    done = await submit(assist, form)
    assert done["result"].options["observe"] is False


async def test_a_draft_language_is_accepted_in_the_form(assist: HomeAssistant) -> None:
    """Else the first message would ask for a tap, where perhaps no phone can be tapped on."""
    for pipeline in async_get_pipelines(assist):
        await async_update_pipeline(assist, pipeline, conversation_language="fr", language="fr")
    form = await start(assist)
    assert form["description_placeholders"]["other"] == "Français"
    done = await submit(
        assist, form, phrase="le pigeon rentre chez nous ce soir", accepted_drafts=True
    )
    assert done["result"].options["accepted_drafts"] == ["fr"]


async def test_a_tap_that_nobody_could_give_cannot_be_chosen(assist: HomeAssistant) -> None:
    """The form says what to set up."""
    again = await submit(assist, await start(assist), default_level="device")
    assert again["errors"] == {"base": "level_needs_tap"}


async def test_the_only_phone_is_chosen(
    assist: HomeAssistant, hass_admin_user: MockUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to find the form about phones first."""
    phone = Phone(
        id="p", name="Pixel", user_id=hass_admin_user.id, device_id=None, service="mobile_app_pixel"
    )
    for module in (registrations, taps):
        monkeypatch.setattr(module, "phones", lambda _hass: (phone,))
    done = await submit(assist, await start(assist), default_level="device")
    assert done["result"].options["phones"] == ["p"]


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
    again = await submit(assist, form, phrase=phrase)
    assert again["errors"] == {"phrase": error}
    assert suggested(again)["phrase"] == phrase
    done = await submit(assist, form)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_no_phrase_is_needed_where_it_is_not_the_proof(assist: HomeAssistant) -> None:
    """A household may ask for codes only."""
    form = await start(assist)
    done = await submit(assist, form, phrase="", default_level="code")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_an_assistant_is_needed(assist: HomeAssistant) -> None:
    """Without one nobody could answer by voice."""
    form = await start(assist)
    again = await submit(assist, form, pipelines=[])
    assert again["errors"] == {"pipelines": "no_assistant"}


async def test_set_up_offers_no_level_without_proof(assist: HomeAssistant) -> None:
    """Sending without proof is nothing to begin with."""
    form = await start(assist)
    with pytest.raises(InvalidData):
        await submit(assist, form, default_level="none")


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
    assist.config.language = "tlh"
    for pipeline in async_get_pipelines(assist):
        await async_update_pipeline(assist, pipeline, conversation_language="tlh", language="tlh")
    form = await start(assist)
    assert suggested(form)["phrase"] == ""
    again = await submit(assist, form, phrase="yes")
    assert again["errors"]


@pytest.mark.parametrize(
    "action", ["rest_command.open_blinds", "mqtt.publish", "shell_command.say"]
)
async def test_what_is_not_stopped_is_not_watched(assist: HomeAssistant, action: str) -> None:
    """It goes on as before, watched or not; Repairs tells of it where it may carry words."""
    async_mock_service(assist, *action.split(".", 1))
    await automation(assist, "let the sun in", action, payload="{{ trigger.sentence }}")
    form = await start(assist)
    assert form["description_placeholders"]["names"] == ""
    assert "observe" not in form["data_schema"].schema


async def test_what_reacts_to_a_state_is_not_stopped(assist: HomeAssistant) -> None:
    """A household that has chosen nothing lets it through."""
    async_mock_service(assist, "notify", "ben")
    assert await async_setup_component(assist, "input_button", {"input_button": {"bell": None}})
    async_expose_entity(assist, "conversation", "input_button.bell", True)
    reacts = {
        "alias": "Bell",
        "triggers": [{"trigger": "state", "entity_id": "input_button.bell"}],
        "actions": [{"action": "notify.ben", "data": {"message": "Dinner"}}],
    }
    assert await async_setup_component(assist, "automation", {"automation": reacts})
    await assist.async_block_till_done()
    form = await start(assist)
    assert form["description_placeholders"]["names"] == ""
    assert "observe" not in form["data_schema"].schema
    done = await submit(assist, form)
    assert done["result"].options["reactions"] == "record"
