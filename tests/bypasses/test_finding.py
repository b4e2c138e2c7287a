"""Ways round are found, told in Repairs with how to close them, and go when they are closed."""

from typing import Any, ClassVar, override

from homeassistant.components.assist_pipeline import async_get_pipelines, async_update_pipeline
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, intent, issue_registry as ir, llm
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.bypasses import watch
from custom_components.message_guard.bypasses.sequences import spoken_sequences
from custom_components.message_guard.bypasses.steps import calls_in
from custom_components.message_guard.const import DOMAIN
from tests.clock import pass_time, until
from tests.contact_forms import action_form, as_written
from tests.flow_forms import answer
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

SMS = {"action": "rest_command.sms", "data": {"text": "hello"}}


@pytest.fixture(autouse=True)
async def repairs(assist: HomeAssistant) -> None:
    """Let Repairs run."""
    assert await async_setup_component(assist, "repairs", {})


def bypasses(home: SpokenHome) -> dict[str, ir.IssueEntry]:
    """Return what Repairs says about ways round."""
    return {
        issue_id: issue
        for (domain, issue_id), issue in ir.async_get(home.hass).issues.items()
        if domain == DOMAIN and issue_id.startswith("gap_")
    }


async def look(home: SpokenHome) -> set[str]:
    """Look now, and return what was found, without what every test has."""
    await home.hass.async_block_till_done()
    assert home.entry.runtime_data.bypasses is not None
    await home.entry.runtime_data.bypasses.look()
    return {bypass for bypass in bypasses(home) if not bypass.startswith("gap_pipeline")}


async def fix(home: SpokenHome, issue_id: str) -> None:
    """Choose the repair, as a person does."""
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["confirm", "ignore"]
    done = await manager.async_configure(menu["flow_id"], {"next_step_id": "confirm"})
    while done["type"] is FlowResultType.FORM:  # whose it is: nobody's
        done = await manager.async_configure(done["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def ignore(home: SpokenHome, issue_id: str) -> None:
    """Choose to hear no more of it, as a person does."""
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    step = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    if step["type"] is FlowResultType.MENU:
        step = await manager.async_configure(step["flow_id"], {"next_step_id": "ignore"})
    assert step["type"] is FlowResultType.FORM
    assert step["step_id"] == "ignore"
    done = await manager.async_configure(step["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def test_a_home_without_ways_round_has_none(home: SpokenHome) -> None:
    """What is held anyway is none; nor are Home Assistant's own intents."""
    await home.automate(sentence(notify()), sentence({"action": "light.turn_on"}, said="light"))
    await home.update(pipelines=[item.id for item in async_get_pipelines(home.hass)])
    await look(home)
    assert bypasses(home) == {}


async def test_an_assistant_that_is_not_guarded(home: SpokenHome) -> None:
    """The preferred one is in use; submitting guards it."""
    await look(home)
    (pipeline,) = async_get_pipelines(home.hass)
    issue = bypasses(home)[f"gap_pipeline_{pipeline.id}"]
    assert issue.is_fixable
    assert issue.translation_placeholders == {"assistant": pipeline.name}
    await fix(home, issue.issue_id)
    assert home.entry.options["pipelines"] == [pipeline.id]
    await look(home)
    assert bypasses(home) == {}
    # Somebody chooses another agent for it.
    (pipeline,) = async_get_pipelines(home.hass)
    await async_update_pipeline(home.hass, pipeline, conversation_engine="conversation.other")
    await look(home)
    assert list(bypasses(home)) == [f"gap_pipeline_{pipeline.id}"]


async def test_an_assistant_that_only_a_satellite_has_chosen(home: SpokenHome) -> None:
    """It is in use, too; one that nobody has chosen is not."""
    store = home.hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    given = {
        "conversation_engine": "conversation.home_assistant",
        "conversation_language": "en",
        "language": "en",
        "name": "Second",
        "stt_engine": None,
        "stt_language": None,
        "tts_engine": None,
        "tts_language": None,
        "tts_voice": None,
        "wake_word_entity": None,
        "wake_word_id": None,
    }
    second = await store.async_create_item(given)
    await look(home)
    assert f"gap_pipeline_{second.id}" not in bypasses(home)
    select = er.async_get(home.hass).async_get_or_create("select", "esphome", "box-pipeline")
    home.hass.states.async_set(select.entity_id, "Second")
    await look(home)
    assert f"gap_pipeline_{second.id}" in bypasses(home)


async def test_a_way_round_is_told_without_saying_anything_twice(home: SpokenHome) -> None:
    """What starts it and the action that it ends in stand in the text once each, in every language."""
    async_mock_service(home.hass, "rest_command", "sms")
    async_mock_service(home.hass, "acme", "send_sms")
    await home.automate(
        sentence(SMS, alias="Text the neighbour"),
        sentence({"action": "acme.send_sms", "data": {"text": "hi"}}, said="two", alias="Acme it"),
    )
    await look(home)
    told = [
        item
        for item in bypasses(home).values()
        if "action" in (item.translation_placeholders or {})
    ]
    assert {item.translation_key for item in told} == {"gap_action", "gap_looks"}
    for language in ("en", "de"):
        texts = await async_get_translations(home.hass, language, "issues", [DOMAIN])
        for item in told:
            named = item.translation_placeholders or {}
            step = f"component.{DOMAIN}.issues.{item.translation_key}.fix_flow.step.init"
            said = texts[f"{step}.description"].format(**named)
            assert (said.count(named["action"]), said.count(named["name"])) == (1, 1)


async def test_what_reaches_a_contact_is_known_to_send(home: SpokenHome) -> None:
    """Nobody is asked whether it might be a message once somebody is reached through it."""
    async_mock_service(home.hass, "acme", "send_sms")
    acme = {"action": "acme.send_sms", "data": {"number": "1", "message": "hi"}}
    await home.automate(sentence(acme, alias="Acme it"))
    assert await look(home) == {"gap_looks_automation.acme_it_acme.send_sms"}
    form = await action_form(home.hass, home.entry)
    call = {"action": "acme.send_sms", "data": {"number": "1"}}
    await as_written(home.hass, await answer(home.hass, form, {"call": [call]}))
    assert await look(home) == set()


async def test_a_sentence_that_calls_what_is_not_guarded(home: SpokenHome) -> None:
    """Submitting guards the action; the same sentence is then held."""
    sms = async_mock_service(home.hass, "rest_command", "sms")
    await home.automate(sentence(SMS, alias="Text the neighbour"))
    bypass = "gap_action_automation.text_the_neighbour_rest_command.sms"
    assert await look(home) == {bypass}
    assert bypasses(home)[bypass].translation_placeholders == {
        "action": "rest_command.sms",
        "name": "Text the neighbour",
        "way": "Text the neighbour → rest_command.sms",
    }
    await home.say("dinner is ready")
    assert len(sms) == 1

    await fix(home, bypass)
    assert home.entry.options["guarded_actions"] == ["rest_command.sms"]
    assert await look(home) == set()
    await home.say("dinner is ready")
    assert len(sms) == 1


async def test_an_automation_that_nobody_can_speak_is_no_way_round(home: SpokenHome) -> None:
    """Nor is one that is switched off."""
    await home.automate(
        {"alias": "timer", "triggers": [{"trigger": "event", "event_type": "x"}], "actions": [SMS]},
        sentence(SMS, initial_state=False),
    )
    assert await look(home) == set()


@pytest.mark.parametrize("exposed", [True, False])
async def test_a_script_is_a_way_round_while_it_is_exposed(home: SpokenHome, exposed: bool) -> None:
    """However deep the call is nested; it goes when the script is no longer exposed."""
    nested = {"if": "{{ true }}", "then": [{"parallel": [{"sequence": [SMS]}]}]}
    await home.script(
        tell={"alias": "Tell", "sequence": [{"repeat": {"count": 1, "sequence": [nested]}}]}
    )
    async_expose_entity(home.hass, "conversation", "script.tell", exposed)
    assert await look(home) == ({"gap_action_script.tell_rest_command.sms"} if exposed else set())
    async_expose_entity(home.hass, "conversation", "script.tell", False)
    assert await look(home) == set()


@pytest.mark.parametrize(
    "starter",
    [
        {"action": "script.inner"},
        {"action": "script.turn_on", "target": {"entity_id": "script.inner"}},
        {"action": "script.turn_on", "data": {"entity_id": ["script.inner"]}},
    ],
)
async def test_a_script_that_starts_a_script(home: SpokenHome, starter: dict[str, Any]) -> None:
    """Also when they start each other."""
    await home.script(
        outer={"sequence": [starter]},
        inner={"sequence": [SMS, {"action": "script.outer"}]},
    )
    for name in ("outer", "inner"):
        async_expose_entity(home.hass, "conversation", f"script.{name}", name == "outer")
    assert await look(home) == {"gap_action_script.outer_rest_command.sms"}


async def test_an_intent_script(home: SpokenHome) -> None:
    """Its steps are read as well, and its name tells that it sends."""
    config = {
        "intent_script": {
            "TextNeighbour": {"action": [SMS]},
            "SendLetter": {"speech": {"text": "x"}},
        }
    }
    assert await async_setup_component(home.hass, "intent_script", config)
    assert await look(home) == {
        "gap_action_TextNeighbour_rest_command.sms",
        "gap_intent_SendLetter",
    }


async def test_an_intent_that_looks_like_a_message(home: SpokenHome) -> None:
    """By its slots. Submitting guards it."""

    class Tell(intent.IntentHandler):
        intent_type = "TellNeighbour"
        slot_schema: ClassVar[dict[str, type]] = {"message": str}

    intent.async_register(home.hass, Tell())
    assert await look(home) == {"gap_intent_TellNeighbour"}
    await fix(home, "gap_intent_TellNeighbour")
    assert home.entry.options["guarded_intents"] == ["TellNeighbour"]
    assert await look(home) == set()
    await home.update(guarded_intents=[])
    intent.async_remove(home.hass, "TellNeighbour")
    assert await look(home) == set()


async def test_an_action_that_is_worked_out_when_it_runs(home: SpokenHome) -> None:
    """Nobody can know beforehand; a person has to look at it."""
    await home.automate(sentence({"action": "{{ 'rest_command.' ~ 'sms' }}"}, alias="Sly"))
    assert await look(home) == {"gap_template_automation.sly"}
    await ignore(home, "gap_template_automation.sly")
    assert await look(home) == set()


class CallsAny(llm.Tool):
    """A tool that calls whatever it is told to."""

    name = "homeassistant__call_action"
    integration = "test"
    parameters = probatio.Schema(
        {probatio.Required("action"): str, probatio.Optional("data"): dict}
    )


class Plays(llm.Tool):
    """A tool that does one thing."""

    name = "play"
    integration = "test"
    parameters = probatio.Schema({probatio.Required("song"): str})


class Toolbox(llm.API):
    """An API with some tools."""

    tool: type[llm.Tool] | None = None

    @override
    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        if self.tool is None:
            raise HomeAssistantError("not now")
        return llm.APIInstance(self, "", llm_context, [self.tool()])


class AnyToolbox(Toolbox):
    """One of those that Repairs is about."""

    tool = CallsAny


class Jukebox(Toolbox):
    """One that is harmless."""

    tool = Plays


async def test_an_assistant_that_may_call_any_action(home: SpokenHome) -> None:
    """Wherever its settings lie; it can be ignored for good, until it is handed another."""
    hass = home.hass
    for api in (
        AnyToolbox(hass=hass, id="homeassistant", name="Home Assistant"),
        Jukebox(hass=hass, id="jukebox", name="Jukebox"),
        Toolbox(hass=hass, id="broken", name="Broken"),
    ):
        llm.async_register_api(hass, api)
    server = MockConfigEntry(domain="mcp_server", title="MCP", data={"llm_hass_api": ["jukebox"]})
    talker = ConfigSubentryData(
        data={"llm_hass_api": ["broken", "homeassistant", "gone"]},
        subentry_type="conversation",
        title="Talker",
        unique_id=None,
    )
    cloud = MockConfigEntry(domain="cloud_ai", title="Cloud", subentries_data=[talker])
    server.add_to_hass(hass)
    cloud.add_to_hass(hass)
    (subentry_id,) = cloud.subentries
    bypass = f"gap_any_action_{subentry_id}"
    assert await look(home) == {bypass}
    assert bypasses(home)[bypass].translation_placeholders == {
        "assistant": "Cloud: Talker",
        "tools": "Home Assistant",
    }
    await ignore(home, bypass)
    assert await look(home) == set()
    hass.config_entries.async_update_entry(server, options={"llm_hass_api": "homeassistant"})
    assert await look(home) == {f"gap_any_action_{server.entry_id}"}
    hass.config_entries.async_update_entry(server, options={"llm_hass_api": "assist"})
    assert await look(home) == set()


async def test_a_channel_that_is_gone(home: SpokenHome) -> None:
    """It goes when the channel comes back."""
    home.hass.services.async_remove("notify", "anna")
    (bypass,) = await look(home)
    placeholders = bypasses(home)[bypass].translation_placeholders
    assert placeholders == {"contact": "Anna", "missing": "notify.anna"}
    async_mock_service(home.hass, "notify", "anna")
    assert await look(home) == set()


async def test_a_phone_that_is_gone(home: SpokenHome) -> None:
    """Nobody would be asked there."""
    await home.update(phones=["gone"])
    assert await look(home) == {"gap_phone_gone"}
    await home.update(phones=[])
    assert await look(home) == set()


async def test_it_looks_again_by_itself(home: SpokenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change, without being told to."""
    debouncer = home.entry.runtime_data.bypasses._debouncer
    monkeypatch.setattr(debouncer, "cooldown", 0)
    home.hass.services.async_remove("notify", "anna")
    await pass_time(1)
    await until(lambda: any(bypass.startswith("gap_channel") for bypass in bypasses(home)))


async def test_unloading_takes_them_back(home: SpokenHome) -> None:
    """What is not guarded at all has no ways round."""
    await look(home)
    assert bypasses(home)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert bypasses(home) == {}


async def test_a_surprise_ends_nothing(home: SpokenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Injected: another integration's handler raises while it is looked at."""

    async def broken(*_: object) -> None:
        raise RuntimeError

    await look(home)
    before = set(bypasses(home))
    monkeypatch.setattr(watch, "find_bypasses", broken)
    await look(home)
    assert set(bypasses(home)) == before


def test_calls_are_found_wherever_they_are() -> None:
    """And nothing that is only data is taken for one."""
    steps = [
        {"service": "notify.old", "data_template": {"message": "x"}},
        {"choose": [{"conditions": [], "sequence": [SMS]}], "default": [{"action": "{{ x }}"}]},
        {"action": "persistent_notification.create", "data": {"action": "notify.not_a_call"}},
        {"event": "x", "event_data": {"a": 1}},
    ]
    assert [call.action for call in calls_in(steps)] == [
        "notify.old",
        "rest_command.sms",
        None,
        "persistent_notification.create",
    ]
    deep: Any = [SMS]
    for _ in range(200):
        deep = [{"sequence": deep}]
    assert list(calls_in(deep)) == []


async def test_no_automations_no_scripts(hass: HomeAssistant) -> None:
    """Neither integration has to be there."""
    assert await spoken_sequences(hass) == ()
