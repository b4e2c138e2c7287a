"""What the tests of the Home Assistant side share: a home with Assist, and a guard in it."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hassil.expression import Sentence
import hassil.intents
from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import imageio_ffmpeg
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN

PHRASE = "yes, send the message"

HOMES = frozenset({"hass", "house"})
"""Fixtures that start a Home Assistant."""

QUICK_CASES, QUICK_HOMES = 2, 1
"""So many cases of a test that needs no home, and so many tests of a module that need one, are quick."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --quick."""
    parser.addoption(
        "--quick",
        action="store_true",
        help="every test that needs no home, with two of its cases; of each module the first that does",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, where it is to be quick, what is slow, further cases of a test, and further homes for a module."""
    if not config.getoption("--quick"):
        return
    left: Counter[object] = Counter()
    kept, left_out = [], []
    for item in items:
        if HOMES.isdisjoint(getattr(item, "fixturenames", ())):
            what, most = (item.path, getattr(item, "originalname", item.name)), QUICK_CASES
        else:
            what, most = item.path, QUICK_HOMES
        slow = item.get_closest_marker("slow") is not None
        left[what] += not slow
        (left_out if slow or left[what] > most else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def sentences_parsed_once() -> Iterator[None]:
    """Let Home Assistant read each of its own sentences once, not once for each test that speaks.

    Reading depends on the text alone. What is noted on a sentence when it is used belongs to the rules that it is
    used with, which two languages may call the same: so everybody gets a sentence of their own.
    """
    parsed = cache(hassil.intents.parse_sentence)

    def parse(text: str, keep_text: bool = False) -> Sentence:
        return replace(parsed(text, keep_text), pattern=None, required_clauses=None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hassil.intents, "parse_sentence", parse)
        yield


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own: the ledger lies in it."""
    return str(tmp_path)


@pytest.fixture
async def assist(hass: HomeAssistant, enable_custom_integrations: None) -> HomeAssistant:
    """Return a home with an Assist pipeline."""
    assert await async_setup_component(hass, "homeassistant", {})
    ffmpeg = {"ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()}}
    assert await async_setup_component(hass, "ffmpeg", ffmpeg)
    for domain in ("websocket_api", "repairs", "conversation", "assist_pipeline", "intent"):
        assert await async_setup_component(hass, domain, {})
    await hass.async_block_till_done()
    return hass


def contact_data(name: str, /, **more: Any) -> ConfigSubentryData:
    """Return the stored form of a contact who is reached by a legacy notify action."""
    return ConfigSubentryData(
        data={
            "name": name,
            "aliases": [],
            "channel": "notify_action",
            "targets": [f"notify.{name.lower()}"],
            "level": "inherit",
            "observe": False,
            **more,
        },
        subentry_type="contact",
        title=name,
        unique_id=f"contact:{name.lower()}",
    )


def options(hass: HomeAssistant, **more: Any) -> dict[str, Any]:
    """Return the options of a household that guards every pipeline."""
    return {
        "pipelines": [pipeline.id for pipeline in async_get_pipelines(hass)],
        "default_level": "phrase",
        "phrase": PHRASE,
        "model_steps": 1,
        "approvers": [],
        "guarded_actions": [],
        "guarded_intents": [],
        "observe": False,
        "reactions": "record",
        **more,
    }


@pytest.fixture
def outbox(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Anna is sent."""
    return async_mock_service(assist, "notify", "anna")


@pytest.fixture
def entry(assist: HomeAssistant) -> MockConfigEntry:
    """Return an entry with Anna (and her aliases), not yet loaded."""
    made = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(assist),
        subentries_data=[contact_data("Anna", aliases=["my sister"])],
    )
    made.add_to_hass(assist)
    return made


@pytest.fixture
async def guard(
    assist: HomeAssistant, entry: MockConfigEntry, outbox: list[ServiceCall]
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry, loaded; it is unloaded after the test."""
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    yield entry
    if entry.state.recoverable:
        await assist.config_entries.async_unload(entry.entry_id)
        await assist.async_block_till_done()


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Leave it as PYTHONASYNCIODEBUG says: to remember where each callback was made is half of what these tests compute."""
