"""Pipelines are guarded while Message Guard runs, and put back whenever it does not."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.client import Json
from tests.e2e.guarded import PHRASE, GuardedHousehold
from tests.e2e.household import KITCHEN_LIGHT

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

_HOME_ASSISTANT = "conversation.home_assistant"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household."""
    home = GuardedHousehold.make(tmp_path_factory.mktemp("pipelines") / "household")
    try:
        await home.start()
        yield home
    finally:
        await home.stop()


async def _pipeline(home: GuardedHousehold) -> Json:
    return await home.client.command(
        "assist_pipeline/pipeline/get", pipeline_id=home.household.pipeline
    )


async def _set_disabled(home: GuardedHousehold, by: str | None) -> None:
    await home.client.command("config_entries/disable", entry_id=home.entry_id, disabled_by=by)


async def _assert_unguarded(home: GuardedHousehold) -> None:
    pipeline = await _pipeline(home)
    assert pipeline["conversation_engine"] == _HOME_ASSISTANT
    assert pipeline["prefer_local_intents"] is False
    turn = await home.say("turn on the kitchen light")
    assert turn.response_type == "action_done"
    asked = await home.say("tell mum hello")
    assert asked.error is None
    await home.say(PHRASE, asked)
    assert home.household.delivered()["file"] == []


async def test_the_guarded_pipeline_keeps_its_other_settings(home: GuardedHousehold) -> None:
    pipeline = await _pipeline(home)

    assert pipeline["conversation_engine"] == _HOME_ASSISTANT
    assert pipeline["prefer_local_intents"] is False
    assert pipeline["stt_engine"].startswith("stt.")
    assert pipeline["tts_engine"].startswith("tts.")
    assert pipeline["conversation_language"] == "en"


async def test_home_assistants_own_commands_keep_their_path(home: GuardedHousehold) -> None:
    turn = await home.say("turn on the kitchen light")

    assert turn.processed_locally
    assert turn.response_type == "action_done"
    assert await home.client.state(KITCHEN_LIGHT) == "on"


async def test_disabling_puts_the_pipeline_back_and_enabling_guards_it(
    home: GuardedHousehold,
) -> None:
    await _set_disabled(home, "user")
    await _assert_unguarded(home)

    await _set_disabled(home, None)
    asked = await home.say("tell mum hello")
    assert "your phrase" in asked.answer
    await home.say("cancel", asked)


async def test_a_reload_keeps_it_guarded(home: GuardedHousehold) -> None:
    await home.client.reload(home.entry_id)

    asked = await home.say("tell mum hello")
    assert "your phrase" in asked.answer
    await home.say("cancel", asked)


async def test_a_stop_leaves_its_engine_on_disk_and_a_start_guards_it(
    home: GuardedHousehold,
) -> None:
    house = home.household.house
    engines: list[str] = []
    await house.stop()
    house.edit_storage(
        "assist_pipeline.pipelines",
        lambda data: engines.extend(item["conversation_engine"] for item in data["items"]),
    )
    await house.start()

    assert engines == [_HOME_ASSISTANT]
    asked = await home.say("tell mum hello")
    assert "your phrase" in asked.answer
    await home.say("cancel", asked)


async def test_a_time_behind_the_words_is_the_messages(home: GuardedHousehold) -> None:
    asked = await home.say("tell mum that I will be home in ten minutes")
    assert "I will be home in ten minutes" in asked.answer
    await home.say("cancel", asked)


async def test_what_home_assistant_cannot_do_is_answered_as_without_us(
    home: GuardedHousehold,
) -> None:
    asked = await home.say("tell mum hello")
    turn = await home.say("turn on the flux capacitor", asked)
    assert "flux capacitor" in turn.answer
    assert turn.response_type == "error"
    again = await home.say("what is waiting", asked)
    assert "hello" in again.answer
    await home.say("cancel", asked)


async def test_removal_puts_the_pipeline_back(home: GuardedHousehold) -> None:
    await home.client.rest("DELETE", f"/api/config/config_entries/entry/{home.entry_id}")

    await _assert_unguarded(home)
    assert await home.client.entries("message_guard") == []
