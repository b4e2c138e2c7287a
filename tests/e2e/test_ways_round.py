"""Ways round the guard, on a real Home Assistant: what each of them sends, and what Repairs says of it.

`LATER=600` lets what an agent has written run for ten minutes more.
"""

import asyncio
from collections.abc import AsyncIterator
import os

from homeassistant.helpers import llm
import pytest
import pytest_asyncio

from tests.e2e.client import Client, CommandError, Json
from tests.e2e.guarded import DOMAIN
from tests.e2e.local_model import Part, add_model, calls, words
from tests.e2e.open_home import LETTER, PLAY, SIGN, SMS, SWITCH, OpenHome, call
from tests.e2e.test_set_up import guest

LATER = float(os.environ.get("LATER", "0"))
"""Seconds for which what an agent has written runs on."""

pytestmark = [pytest.mark.timeout(300 + 3 * LATER), pytest.mark.asyncio(loop_scope="module")]

RUNS, RUN_SECONDS = 3, 30.0
"""Runs of an automation that runs every second, and how long they may take."""
ANY_ACTION = hasattr(llm, "LLM_API_HOME_ASSISTANT")
"""2026.11 hands models a tool that calls any action; before, they have scripts."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHome]:
    """Return a household with every way round that there is."""
    made = OpenHome.make(tmp_path_factory.mktemp("round") / "household")
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


async def test_a_text_message_of_somebody_elses(home: OpenHome) -> None:
    """It looks like sending: told in Repairs, recorded while it is only watched, and then held."""
    assert f"→ {SMS}" in await home.told(f"gap_looks_automation.janitor_{SMS}")
    flow = await home.client.options_flow(home.guarded.entry_id)
    await flow.walk({"init": "watching", "observe": True})
    await home.reload()
    await home.say("janitor hotline the key is under the mat")
    await home.world.wait_for(1)
    await home.wait_recorded("observed", 1)
    home.world.received.clear()
    flow = await home.client.options_flow(home.guarded.entry_id)
    await flow.walk({"init": "watching", "observe": False})
    await home.reload()
    before = home.recorded("refused")
    await home.say("janitor hotline the key is under the mat")
    await home.wait_recorded("refused", before + 1)
    assert home.arrived == []


async def test_chains_to_what_nobody_has_listed(home: OpenHome) -> None:
    """A template button, a template switch, and an event: told with the way; one click closes all of them."""
    await home.expose("switch.horn")
    assert await home.told(f"gap_action_automation.bell_{SIGN}") == f"Bell → {SIGN}"
    assert await home.told(f"gap_action_switch.horn_{SIGN}") == f"Horn → {SIGN}"
    assert await home.told(f"gap_action_automation.night_{SIGN}") == f"Night → Evening → {SIGN}"
    await home.guard(f"gap_action_automation.bell_{SIGN}")
    before = home.recorded("refused")
    for said in ("ring the bell downstairs", "turn on the horn", "good night everybody"):
        await home.say(said)
    await home.wait_recorded("refused", before + 3)
    assert home.arrived == []


async def test_a_text_command_to_another_assistant(home: OpenHome) -> None:
    """A media player that is told words is told in Repairs, and held once somebody has chosen that."""
    issue = f"gap_action_automation.other_{PLAY}"
    assert await home.told(issue) == f"Other → {PLAY}"
    await home.guard(issue)
    before = home.recorded("refused")
    await home.say("let the other one call my neighbour")
    await home.wait_recorded("refused", before + 1)
    assert home.arrived == []


def _tool(action: str, script: str, *entities: str, **data: Json) -> list[Part]:
    """Let the model call an action, or before 2026.11 the script that does."""
    if ANY_ACTION:
        return calls("homeassistant__call_action", **call(action, *entities, **data))
    return calls(f"script__{script}")


async def test_models(home: OpenHome) -> None:
    """One that may call any action sends nothing, sets no log to debug, and ends nothing that waits."""
    client = home.client
    await home.expose("script.text_neighbour", "script.loud", "script.anew")
    api = "homeassistant" if ANY_ACTION else "assist"
    agent = await add_model(client, home.model, apis=[api])
    assistant = await home.assistant(agent)
    await home.say("pin a note that supper is late")
    waiting = await home.pending()
    assert len(waiting) == 1
    model_may_not = "a language model"
    told = [
        (_tool(SMS, "text_neighbour", number="1", text="Hello"), "not one of your contacts"),
        (_tool("logger.set_level", "loud", **{"homeassistant.core": "debug"}), model_may_not),
        (_tool("homeassistant.reload_config_entry", "anew", SWITCH), model_may_not),
    ]
    if ANY_ACTION:
        short = f"{DOMAIN}:{home.guarded.entry_id[-4:]}"
        told.append((calls("config__reload_config_entry", entry_id=short), model_may_not))
        (subentry,) = [item for item in await _subentries(client) if item["title"] == "Scripted"]
        await home.told(f"gap_any_action_{subentry['subentry_id']}")
    for tool, refusal in told:
        home.model.will_say(tool, words("Sent it!"))
        await client.say("see to it", pipeline=assistant)
        assert refusal in str(home.model.last_tool_results[-1]).casefold()
    assert await home.pending() == waiting
    assert home.arrived == []
    assert "DEBUG (MainThread) [homeassistant.core]" not in home.guarded.household.house.log
    await home.decline_all()


async def _subentries(client: Client) -> list[Json]:
    (entry,) = await client.entries("ollama")
    found = await client.command("config_entries/subentries/list", entry_id=entry["entry_id"])
    return list(found)


async def test_a_call_that_is_not_waited_for(home: OpenHome) -> None:
    """An agent that says "sent" before anybody knows is corrected where it is guarded."""
    flow = await home.client.options_flow(home.guarded.entry_id)
    hasty = await home.assistant("conversation.hasty")
    pipelines = [home.guarded.household.pipeline, hasty]
    await flow.walk({"init": "routes", "pipelines": pipelines})
    await home.reload()
    turn = await home.client.say(f"tell {home.mother} hello there", pipeline=hasty)
    assert "It has been sent" not in turn.answer
    assert "hello there" in turn.answer
    assert len(await home.pending()) == 1
    assert home.arrived == []
    await home.decline_all()


async def test_who_approves(home: OpenHome) -> None:
    """Nobody who asked before there was a question, nobody who leaves open which one, and no guest."""
    client, satellite = home.client, home.guarded.household.satellite
    await client.call("script.turn_on", target={"entity_id": "script.approve_later"})
    await home.say("pin a note that I am late")
    (first,) = await home.pending()
    approved = await client.subscribe("subscribe_events", event_type="approved")
    await client.rest("POST", "/api/events/go", {})
    async with asyncio.timeout(10):
        await approved.get()
    assert await home.pending() == [first]
    await satellite.say("pin a note that the cat is out")
    assert len(await home.pending()) == 2
    with pytest.raises(CommandError):
        await client.call(f"{DOMAIN}.approve")
    assert home.arrived == []
    await home.decline_all()


async def test_who_allows_sending(home: OpenHome) -> None:
    """Not the timer that somebody has asked for, and nobody who may not approve."""
    client = home.client
    await client.call("switch.turn_off", target={"entity_id": SWITCH})
    eaten = await client.subscribe("subscribe_events", event_type="eaten")
    await home.say("boil me an egg")
    async with asyncio.timeout(10):
        await eaten.get()
    assert await client.state(SWITCH) == "off"
    visitor = await guest(home.guarded)
    with pytest.raises(CommandError):
        await visitor.call("switch.turn_on", target={"entity_id": SWITCH})
    await visitor.close()
    assert await client.state(SWITCH) == "off"
    await client.call("switch.turn_on", target={"entity_id": SWITCH})
    assert await client.state(SWITCH) == "on"


async def test_other_voices(home: OpenHome) -> None:
    """Events of another voice system, and an intent that comes over the interface, are told."""
    assert "Rhasspy" in await home.told("gap_voices_automation.rhasspy")
    await home.told(f"gap_intent_{LETTER}")
    await home.guard(f"gap_intent_{LETTER}")
    before = home.recorded("asked") + home.recorded("refused")
    await home.client.rest("POST", "/api/intent/handle", {"name": LETTER, "data": {}})
    assert home.recorded("asked") + home.recorded("refused") == before + 1
    assert home.arrived == []
    await home.decline_all()


@pytest.mark.parametrize("writer", ["poster", "scribe"])
async def test_what_an_agent_writes(home: OpenHome, writer: str) -> None:
    """Through the editor's interface, or into the file for somebody else to load: held, and told."""
    client = home.client
    assistant = await home.assistant(f"conversation.{writer}")
    about = f" with {client.url} {home.guarded.household.house.token}" if writer == "poster" else ""
    ran = await client.subscribe("subscribe_events", event_type="automation_triggered")
    await client.say(f"nag {home.mother}{about}", pipeline=assistant)
    if writer == "scribe":
        await client.call("automation.reload")
    number, alias = {"poster": ("1", "posted"), "scribe": ("2", "written")}[writer]
    await client.wait_for_state(f"automation.{alias}", "on")
    async with asyncio.timeout(RUN_SECONDS):
        for _ in range(RUNS):
            while (await ran.get())["data"]["entity_id"] != f"automation.{alias}":
                pass
    await asyncio.sleep(LATER)
    assert home.arrived == []
    await home.told(f"made_by_speech_automation.173275200000{number}")
    await client.call("automation.turn_off", target={"entity_id": f"automation.{alias}"})
    await home.decline_all()
