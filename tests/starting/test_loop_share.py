"""Nothing of ours keeps the rest of the home waiting: long work is done elsewhere, or in turns."""

import asyncio
from collections.abc import Awaitable
from time import process_time, thread_time
from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.components.assist_pipeline.pipeline import KEY_ASSIST_PIPELINE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.flows.household import NO_PLACEHOLDERS
from custom_components.message_guard.flows.phrase import phrase_errors
from tests.conftest import contact_data, options

LARGEST_SHARE = 0.4
"""Of the whole, that the loop was kept in one piece: a ratio, and of the processor's time, since a machine may be busy."""


async def longest_share(work: Awaitable[Any]) -> tuple[Any, float]:
    """Return what the work gives, and which share of it others had to wait for in one piece."""
    task = asyncio.ensure_future(work)
    begun, last = process_time(), thread_time()
    longest = 0.0
    while not task.done():
        await asyncio.sleep(0)
        now = thread_time()
        longest, last = max(longest, now - last), now
    return task.result(), longest / (process_time() - begun)


@pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat
async def test_the_table_of_levels(assist: HomeAssistant, hass_ws_client: Any) -> None:
    """Of many contacts and places."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        options=options(assist),
        subentries_data=[contact_data(f"Person {number} Long Name") for number in range(60)],
    )
    entry.add_to_hass(assist)
    for number in range(40):
        assist.states.async_set(f"assist_satellite.s{number}", "idle")
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    client = await hass_ws_client(assist)

    async def ask() -> Any:
        await client.send_json_auto_id({"type": f"{DOMAIN}/rules/levels"})
        return await client.receive_json()

    await ask()  # what is read once is read
    answer, share = await longest_share(ask())
    assert len(answer["result"]["contacts"]) == 60
    assert all(len(row["levels"]) == 41 for row in answer["result"]["contacts"])
    assert share < LARGEST_SHARE


async def test_the_check_of_a_phrase(assist: HomeAssistant) -> None:
    """For assistants in twelve languages."""
    (preferred,) = async_get_pipelines(assist)
    settings = {key: value for key, value in preferred.to_json().items() if key != "id"}
    store = assist.data[KEY_ASSIST_PIPELINE].pipeline_store
    for tag in ("de", "fr", "es", "it", "nl", "pt-BR", "pl", "sv", "cs", "zh-Hans", "ja"):
        spoken = {"name": tag, "conversation_language": tag, "language": tag}
        await store.async_create_item({**settings, **spoken})
    pipelines = [pipeline.id for pipeline in async_get_pipelines(assist)]
    assert len(pipelines) == 12
    chosen = {
        "phrase": "let the white pigeon fly straight home this evening",
        "default_level": "phrase",
    }
    errors, share = await longest_share(
        phrase_errors(assist, chosen, pipelines, (), dict(NO_PLACEHOLDERS))
    )
    assert errors == {}
    assert share < LARGEST_SHARE
