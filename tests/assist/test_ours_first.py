"""Home Assistant's own agent, guarded in its place: what is ours comes first, everything else is as without us."""

import asyncio
from typing import Any
from unittest.mock import patch

from homeassistant.components import assist_pipeline, conversation
from homeassistant.components.conversation import HOME_ASSISTANT_AGENT, ConversationInput
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.conversation.const import DATA_COMPONENT
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerManager
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.assist.understanding import Understanding
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import TRIES
from custom_components.message_guard.hooks.timers import SAYS, TIMER_DATA as KEY, TIMERS
from tests.assist_home import PHRASE, Assist, contact, entry, home, lit, sent
from tests.clock import pass_time, until
from tests.spoken_home import notify, sentence

__all__ = ["entry", "home", "lit", "sent"]


def timers(hass: HomeAssistant) -> list[Any]:
    """Return the timers that run."""
    return list(hass.data[TIMER_DATA].timers.values())


async def listen(hass: HomeAssistant, said: str) -> list[Any]:
    """Let a sentence of the household's take something; return what it took."""
    heard: list[Any] = []
    hass.bus.async_listen("heard", heard.append)
    assert await async_setup_component(
        hass, "automation", {"automation": [sentence({"event": "heard"}, said=said)]}
    )
    await hass.async_block_till_done()
    return heard


async def test_a_time_behind_the_words_belongs_to_the_message(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """No timer is set; the words are read back whole, and sent whole."""
    assist = Assist(home)
    asked = await assist.say("tell Anna that I will be home in ten minutes")
    assert "I will be home in ten minutes" in asked.speech
    assert timers(home) == []
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["I will be home in ten minutes"]


async def test_a_wildcard_of_the_households_takes_nothing_of_ours(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Neither the request nor the phrase, after a fresh wake, too."""
    heard = await listen(home, "(tell|yes) {anything}")
    assist = Assist(home)
    await assist.say("tell Anna that dinner is ready")
    await assist.say("yes, send the message", fresh=True)
    assert heard == []
    assert len(sent) == 1
    await assist.say("yes to everything", fresh=True)
    await home.async_block_till_done()
    assert len(heard) == 1


async def test_an_unknown_device_costs_no_try(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """The answer is Home Assistant's own; what nobody understands is a wrong reply."""
    guard = entry.runtime_data.components.guard
    assist = Assist(home)
    without = await Assist(home).say("turn on the flux capacitor", device_id="elsewhere")
    await assist.say("tell Anna that dinner is ready")
    answer = await assist.say("turn on the flux capacitor")
    assert (answer.speech, answer.kind) == (without.speech, "error")
    assert guard.pending[0].tries_left == TRIES
    await assist.say("tell Anna that dinner is ready")
    await assist.say("colourless green ideas")
    assert guard.pending[0].tries_left == TRIES - 1


async def test_the_automation_does_not_say_done(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Typed, too: it is asked in the same turn, and the reply sends."""
    automations = [sentence(notify())]
    assert await async_setup_component(home, "automation", {"automation": automations})
    await home.async_block_till_done()
    assist = Assist(home)
    asked = await assist.say("dinner is ready", device_id=None)
    assert "Dinner is ready" in asked.speech
    assert asked.listen
    await assist.say(PHRASE, device_id=None)
    assert len(sent) == 1


@pytest.mark.parametrize("where", ["at a satellite", "at a device", "typed"])
async def test_a_time_in_front_is_a_delayed_command(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    hass_admin_user: MockUser,
    where: str,
) -> None:
    """It is known while it waits, asked when it is due where it was set, and counts as the person's who has set it."""
    guard = entry.runtime_data.components.guard
    assist = Assist(home)
    asking: dict[str, Any] = {
        "at a satellite": {"device_id": None, "satellite_id": "assist_satellite.kitchen"},
        "at a device": {"device_id": "speaker"},
        "typed": {"device_id": None, "user_id": hass_admin_user.id},
    }[where]
    set_it = await assist.say("in 20 seconds tell Anna that dinner is ready", **asking)
    assert "20 seconds" in set_it.speech
    assert len(timers(home)) == 1
    assert guard.pending == ()
    assert "dinner is ready" in (await assist.say("what's waiting", **asking)).speech
    await pass_time(20)
    await until(lambda: guard.pending)
    (waiting,) = guard.pending
    assert not waiting.recipients[0].request.by_model
    assert not waiting.given
    assert (
        waiting.place
        == {
            "at a satellite": "satellite:assist_satellite.kitchen",
            "at a device": "device:speaker:",
            "typed": f"conversation:{set_it.conversation_id}:{hass_admin_user.id}",
        }[where]
    )
    assert waiting.origin.user_id == (hass_admin_user.id if where == "typed" else None)
    assert sent == []


async def test_a_timer_that_keeps_something_else_keeps_no_message(
    home: HomeAssistant, entry: MockConfigEntry, lit: list[ServiceCall]
) -> None:
    """Who asks what waits is told of messages alone."""
    assist = Assist(home)
    assert (await assist.say("tell Anna that dinner is ready")).listen
    await assist.say("never mind")
    await assist.say("in 20 seconds turn on the kitchen light")
    assert len(timers(home)) == 1
    told = await assist.say("what's waiting")
    assert told.kind == "action_done"
    assert "light" not in told.speech
    await pass_time(20)
    await until(lambda: lit)
    await home.async_block_till_done()


async def test_a_timer_that_was_set_before_the_guard_was_there(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Nobody knows who has set it: what it says is asked at its device."""
    script = {"tell": {"alias": "Tell", "sequence": [notify()]}}
    assert await async_setup_component(home, "script", {"script": script})
    async_expose_entity(home, "conversation", "script.tell", True)
    await home.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await Assist(home).say("in 10 minutes run tell")
    await home.config_entries.async_set_disabled_by(entry.entry_id, None)
    await home.async_block_till_done()
    (timer,) = timers(home)
    home.data[TIMER_DATA].remove_time(timer.id, 600)
    await home.async_block_till_done(wait_background_tasks=True)
    assert sent == []
    (waiting,) = entry.runtime_data.components.guard.pending
    assert waiting.place == "device:speaker:"


# --- what we rely on --------------------------------------------------------------------------------


async def test_home_assistants_agent_is_what_we_rely_on(home: HomeAssistant) -> None:
    """A change of Home Assistant's shows here first."""
    assert isinstance(get_agent_manager(home).default_agent, DefaultAgent)
    assert TimerManager._async_run_conversation_command.__qualname__ == SAYS
    assert (TimerManager.__module__, TIMER_DATA) == (TIMERS, KEY)


async def test_everything_is_put_back(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """And taken again; somebody who has wrapped on top stays."""
    agent: Any = get_agent_manager(home).default_agent
    name = "_async_handle_message"
    assert name in vars(agent)
    assert await home.config_entries.async_unload(entry.entry_id)
    assert name not in vars(agent)
    assert await home.config_entries.async_setup(entry.entry_id)
    ours = vars(agent)[name]

    async def on_top(user_input: Any, chat_log: Any) -> Any:
        return await ours(user_input, chat_log)

    agent._async_handle_message = on_top
    assert await home.config_entries.async_unload(entry.entry_id)
    assert vars(agent)[name] is on_top
    result = await conversation.async_converse(home, "hello there", None, Context(), "en")
    assert result.response.response_type.value == "error"
    del agent._async_handle_message
    assert await home.config_entries.async_setup(entry.entry_id)


async def test_what_another_has_put_there_before_us_is_put_back(
    home: HomeAssistant, entry: MockConfigEntry, lit: list[ServiceCall]
) -> None:
    """And is asked as it was before, once, while we stand in front of it."""
    assert await home.config_entries.async_unload(entry.entry_id)
    agent: Any = get_agent_manager(home).default_agent
    plain, asked = agent._async_handle_message, []

    async def theirs(user_input: Any, chat_log: Any) -> Any:
        asked.append(user_input.text)
        return await plain(user_input, chat_log)

    agent._async_handle_message = theirs
    assert await home.config_entries.async_setup(entry.entry_id)
    await Assist(home).say("turn on the kitchen light")
    assert asked == ["turn on the kitchen light"]
    assert len(lit) == 1
    assert await home.config_entries.async_unload(entry.entry_id)
    assert vars(agent)["_async_handle_message"] is theirs


async def test_an_agent_that_comes_later_is_guarded(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """With the first turn that it is asked in."""
    assert await home.config_entries.async_unload(entry.entry_id)
    manager = get_agent_manager(home)
    agent, manager.default_agent = manager.default_agent, None
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    manager.default_agent = agent
    assist = Assist(home)
    assert (await assist.say("tell Anna that dinner is ready")).listen
    await assist.say(PHRASE)
    assert len(sent) == 1


async def replace_agent(hass: HomeAssistant, agent: DefaultAgent) -> None:
    """Put another agent in the place of Home Assistant's own."""
    component = hass.data[DATA_COMPONENT]
    await component.async_remove_entity(HOME_ASSISTANT_AGENT)
    await component.async_add_entities([agent])
    await get_agent_manager(hass).async_setup_default_agent(agent)


async def test_an_agent_in_the_place_of_the_one_before_is_guarded(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """The one that has gone keeps nothing of ours."""
    before: Any = get_agent_manager(home).default_agent
    await replace_agent(home, DefaultAgent(home))
    assist = Assist(home)
    assert (await assist.say("tell Anna that dinner is ready")).listen
    await assist.say(PHRASE)
    assert len(sent) == 1
    assert "_async_handle_message" not in vars(before)


@pytest.mark.parametrize("changed", [None, lambda agent, given: None], ids=["gone", "changed"])
async def test_an_agent_in_its_place_that_is_not_what_it_was(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    lit: list[ServiceCall],
    changed: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It cannot be guarded: it is left alone, and what is called is held."""
    other_kind = type("Other", (DefaultAgent,), {"async_handle_sentence_triggers": changed})
    await replace_agent(home, other_kind(home))
    automations = [sentence(notify())]
    assert await async_setup_component(home, "automation", {"automation": automations})
    await home.async_block_till_done()
    assist = Assist(home)
    assert (await assist.say("turn on the kitchen light")).kind == "action_done"
    assert "could not be guarded: ChangedAgentError" in caplog.text
    assert len(lit) == 1
    assert (await assist.say("tell Anna that dinner is ready")).kind == "error"
    await assist.say("dinner is ready")
    assert sent == []
    assert len(entry.runtime_data.components.guard.pending) == 1


async def test_an_agent_that_is_not_what_it_was_closes_the_guard(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    lit: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Messages are refused, and the light goes on."""
    assert await home.config_entries.async_unload(entry.entry_id)

    async def changed(agent: Any, given: Any) -> None:
        """Take other parameters."""

    with monkeypatch.context() as patch:
        patch.setattr(DefaultAgent, "async_handle_intents", changed)
        assert await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done()
        assert entry.runtime_data.components is None
        assist = Assist(home)
        await assist.say("turn on the kitchen light")
        assert len(lit) == 1
        assert sent == []


async def test_a_pipeline_that_nobody_has_chosen_is_left_alone(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Though another one, with the same agent, is guarded."""
    data = home.data[assist_pipeline.pipeline.KEY_ASSIST_PIPELINE]
    base = assist_pipeline.pipeline.async_get_pipeline(home).to_json()
    base.pop("id")
    made = await data.pipeline_store.async_create_item(base | {"name": "Two"})
    data.pipeline_store.async_set_preferred_item(made.id)
    answer = await Assist(home).say("tell Anna that dinner is ready")
    assert answer.kind == "error"
    assert entry.runtime_data.components.guard.pending == ()


async def test_another_pipeline_that_runs_meanwhile_changes_nothing(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Each turn belongs to the pipeline that runs it, though another one waits in an automation."""
    go_on, waits = asyncio.Event(), asyncio.Event()

    async def wait(_call: ServiceCall) -> None:
        waits.set()
        await go_on.wait()

    home.services.async_register("test", "wait", wait)
    automations = [sentence({"action": "test.wait"}, said="wait for me")]
    assert await async_setup_component(home, "automation", {"automation": automations})
    await home.async_block_till_done()
    data = home.data[assist_pipeline.pipeline.KEY_ASSIST_PIPELINE]
    base = assist_pipeline.pipeline.async_get_pipeline(home)
    made = await data.pipeline_store.async_create_item(
        {key: value for key, value in base.to_json().items() if key != "id"} | {"name": "Two"}
    )
    data.pipeline_store.async_set_preferred_item(made.id)
    slow = asyncio.create_task(Assist(home).say("wait for me", device_id="elsewhere"))
    await waits.wait()
    assert (await Assist(home).say("tell Anna that dinner is ready")).kind == "error"
    data.pipeline_store.async_set_preferred_item(base.id)
    assert (await Assist(home).say("tell Anna that dinner is ready")).listen
    go_on.set()
    await slow


async def test_where_there_are_no_assistants_everything_passes(
    hass: HomeAssistant, enable_custom_integrations: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant may not be able to load them; its agent answers all the same."""
    for domain in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, domain, {})
    made = MockConfigEntry(
        domain=DOMAIN,
        options={"pipelines": [], "default_level": "phrase", "phrase": PHRASE},
        subentries_data=[contact("Anna")],
    )
    made.add_to_hass(hass)
    assert "assist_pipeline" not in hass.config.components
    with patch("custom_components.message_guard.loading.async_setup_component", _cannot):
        assert await hass.config_entries.async_setup(made.entry_id)
        await hass.async_block_till_done()
        result = await conversation.async_converse(hass, "never mind", None, Context(), "en")
    assert result.response.response_type.value == "action_done"
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == ["No assistant can be guarded, since Home Assistant cannot load them"]
    assert await hass.config_entries.async_unload(made.entry_id)


async def _cannot(*_: object) -> bool:
    return False


async def test_a_home_without_an_agent_understands_nothing(home: HomeAssistant) -> None:
    """While Home Assistant has not loaded its own yet; nobody is asked, and nothing raises."""
    get_agent_manager(home).default_agent = None
    understanding = Understanding(home)
    said = ConversationInput(
        text="turn on the kitchen light",
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language="en",
        agent_id="conversation.home_assistant",
    )
    assert not await understanding.understands(said, "talk")
    assert not await understanding.names_a_thing(said, "talk")
