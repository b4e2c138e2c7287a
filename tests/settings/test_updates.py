"""Options that change: while the guard is being switched off the home is left as it was, and nobody waits."""

import asyncio
from threading import Thread, current_thread, main_thread
from typing import Any
from unittest.mock import patch

from homeassistant.components.assist_pipeline import async_get_pipelines, async_update_pipeline
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core import contacts
from tests.spoken_home import SpokenHome, home
from tests.turns_bench import add_agent

__all__ = ["home"]


def engines(hass: HomeAssistant) -> list[tuple[str, str | None, bool]]:
    """Return what each pipeline answers with."""
    return [
        (pipeline.conversation_engine, pipeline.stt_engine, pipeline.prefer_local_intents)
        for pipeline in async_get_pipelines(hass)
    ]


@pytest.mark.parametrize("turns", range(12))
async def test_a_change_during_an_unload(
    assist: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture, turns: int
) -> None:
    """However far the change has come, no pipeline is left with an agent that is gone."""

    async def act(*_: object) -> None:
        """Do nothing."""

    # Home Assistant's own agent keeps its place; any other stands behind ours.
    await add_agent(assist, act)
    pipeline = async_get_pipelines(assist)[0]
    await async_update_pipeline(assist, pipeline, conversation_engine="conversation.agent")
    before = engines(assist)
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    assert engines(assist) != before
    chosen = entry.options["pipelines"]
    for pipelines in ([], chosen):
        assist.config_entries.async_update_entry(
            entry, options={**entry.options, "pipelines": pipelines}
        )
    for _ in range(turns):
        await asyncio.sleep(0)
    assert await assist.config_entries.async_unload(entry.entry_id)
    await assist.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert engines(assist) == before
    assert "Traceback" not in caplog.text


async def test_nobody_who_speaks_waits_for_a_long_list(home: SpokenHome) -> None:
    """The names are indexed in a thread after every change, and not in the turn of whoever asks first."""
    index, threads = contacts._index_names, list[Thread]()

    def seen(*given: Any) -> Any:
        threads.append(current_thread())
        return index(*given)

    with patch.object(contacts, "_index_names", seen):
        await home.update(pipelines=[pipeline.id for pipeline in async_get_pipelines(home.hass)])
        assert "dinner is ready" in await home.say("tell Anna that dinner is ready")
    assert threads
    assert main_thread() not in threads
