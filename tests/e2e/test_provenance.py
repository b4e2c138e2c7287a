"""What speech leads to without a context of its own, on a real Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.helpers import llm
import pytest
import pytest_asyncio

from tests.e2e import ledger
from tests.e2e.client import Json
from tests.e2e.guarded import DOMAIN, GuardedHousehold
from tests.e2e.local_model import LocalModel, add_model, calls, words

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

WRITER = Path(__file__).parent / "automation_writer"
NAG_SECONDS = 5.0
"""In which an automation that runs every second would have sent several times."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household with automations and an agent that writes some."""
    made = GuardedHousehold.make(tmp_path_factory.mktemp("made") / "household", extra=(WRITER,))
    extra = made.household.house.configuration.extra
    extra |= {"automation": [], "script": {}, "automation_writer": None}
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


async def _pipeline(home: GuardedHousehold, engine: str) -> str:
    """Add an assistant with this agent, not guarded; return its id."""
    client = home.client
    listed = await client.command("assist_pipeline/pipeline/list")
    settings = next(
        dict(item) for item in listed["pipelines"] if item["id"] == home.household.pipeline
    )
    del settings["id"]
    settings |= {"name": engine, "conversation_engine": engine, "conversation_language": "en"}
    made = await client.command("assist_pipeline/pipeline/create", **settings)
    return str(made["id"])


async def _issues(home: GuardedHousehold) -> list[str]:
    listed = await home.client.command("repairs/list_issues")
    return [item["issue_id"] for item in listed["issues"] if item["domain"] == DOMAIN]


def _tell(home: GuardedHousehold, message: str) -> Json:
    return {
        "action": "notify.send_message",
        "target": {"entity_id": home.household.notify_entity},
        "data": {"message": message},
    }


async def test_a_wake_that_sends_is_written_down(home: GuardedHousehold) -> None:
    """An automation of the household's on the satellite's state, which opens no turn."""
    configuration = home.household.house.configuration
    trigger = {
        "trigger": "state",
        "entity_id": home.household.satellite_entity,
        "to": ["listening", "processing"],
    }
    configuration.extra["automation"].append(
        {"id": "woken", "alias": "Woken", "triggers": [trigger], "actions": [_tell(home, "Woken")]}
    )
    configuration.write_yaml()
    await home.client.call("automation.reload")
    await home.household.satellite.say("turn on the kitchen light")
    sent = home.household.delivered()["file"].count("Woken")
    reactions = [
        entry
        for entry in ledger.entries(home.ledger_path)
        if entry.kind == "observed" and "reaction" in entry.reasons
    ]
    assert sent >= 1
    assert len(reactions) >= sent
    await home.client.call("automation.turn_off", target={"entity_id": "automation.woken"})
    assert not [issue for issue in await _issues(home) if issue.startswith("made_by_speech")]


async def test_what_a_model_writes_and_reloads_sends_nothing(home: GuardedHousehold) -> None:
    """Not in the turn, not after it, and not after a restart; Repairs names it."""
    writer = await _pipeline(home, "conversation.writer")
    await home.client.say(f"nag {home.household.notify_entity}", pipeline=writer)
    await asyncio.sleep(NAG_SECONDS)
    assert await home.client.state("automation.nag") == "on"
    assert "Call me" not in home.household.delivered()["file"]
    assert "made_by_speech_automation.1732752000000" in await _issues(home)
    await home.household.house.restart()
    await asyncio.sleep(NAG_SECONDS)
    assert await home.client.state("automation.nag") == "on"
    assert "Call me" not in home.household.delivered()["file"]
    assert "made_by_speech_automation.1732752000000" in await _issues(home)
    await home.client.call("automation.turn_off", target={"entity_id": "automation.nag"})


async def test_a_model_that_calls_any_action_is_told_that_it_waits(home: GuardedHousehold) -> None:
    """By the tool of 2026.11 that calls every action, else by a script of the household's."""
    configuration = home.household.house.configuration
    configuration.extra["script"] = {"tell": {"alias": "Tell", "sequence": [_tell(home, "Hello")]}}
    configuration.write_yaml()
    await home.client.call("script.reload")
    await home.client.command(
        "homeassistant/expose_entity",
        assistants=["conversation"],
        entity_ids=["script.tell"],
        should_expose=True,
    )
    model = LocalModel()
    await model.start()
    try:
        any_action = hasattr(llm, "LLM_API_HOME_ASSISTANT")
        agent = await add_model(
            home.client, model, apis=["homeassistant" if any_action else "assist"]
        )
        assistant = await _pipeline(home, agent)
        message = _tell(home, "Hello")
        tool = (
            calls("homeassistant__call_action", **message) if any_action else calls("script__tell")
        )
        model.will_say(tool, words("Sent it!"))
        await home.client.say("write to my mother", pipeline=assistant)
        assert "Hello" not in home.household.delivered()["file"]
        assert "waiting for a person" in str(model.asked[-1])
    finally:
        await model.stop()
