"""The check of speech recognition on an administrator's page: begun, followed, stopped, and told."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.home.ears_watch import EarsWatch
from tests.hearing import Engine, nothing, prompted, raising
from tests.home.test_ears import engine, guarded, iot_class, issues
from tests.screen import Screen

__all__ = ["engine", "iot_class"]

WHISPER = {"engine": "stt.hearing_whisper", "name": "Whisper", "language": "en"}


@pytest.fixture
async def page(assist: HomeAssistant, engine: Engine, hass_ws_client: WebSocketGenerator) -> Screen:
    """Return an administrator's page."""
    await guarded(assist)
    return Screen(await hass_ws_client(assist))


async def told(page: Screen, name: str, **data: Any) -> dict[str, Any]:
    """Return what a command answers."""
    answer = await page.ask(name, **data)
    assert answer["success"], answer
    result: dict[str, Any] = answer["result"]
    return result


async def ended(page: Screen) -> dict[str, Any]:
    """Ask until nothing runs, as the page does; a question gives the check its turn."""
    while (state := await told(page, "ears/state"))["running"]:
        pass
    return state


async def test_what_an_engine_makes_up_is_told(
    assist: HomeAssistant, page: Screen, engine: Engine
) -> None:
    """And counts from then on, as when it is checked in Configure."""
    before = await told(page, "ears/state")
    (known,) = before["engines"]
    engine_id = known["engine"]
    assert known == WHISPER | {"engine": engine_id, "cloud": False}
    assert (before["running"], before["checked"]) == (False, None)
    engine.writes = prompted
    begun = await told(page, "ears/check")
    assert (begun["running"], begun["checked"]) == (True, None)
    after = await ended(page)
    assert after["checked"] == [
        WHISPER | {"engine": engine_id, "made_up": "phrase", "texts": [prompted(b"")]}
    ]
    assert (after["progress"], after["failed"]) == (1.0, False)
    assert issues(assist) == {"ears_invent"}
    engine.writes = nothing
    await told(page, "ears/check")
    (one,) = (await ended(page))["checked"]
    assert (one["made_up"], one["texts"]) == ("nothing", [])
    assert issues(assist) == set()


async def test_an_engine_that_gives_no_answer(page: Screen, engine: Engine) -> None:
    engine.writes = raising
    await told(page, "ears/check")
    (one,) = (await ended(page))["checked"]
    assert (one["made_up"], one["texts"]) == ("unknown", [])


async def test_it_is_followed_and_stopped(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one does not begin meanwhile, and nothing comes of one that is stopped."""
    begun: list[bool] = []

    async def check(_self: EarsWatch, *, cloud: bool, progress: Any) -> Any:
        begun.append(cloud)
        progress(0.4)
        await asyncio.Event().wait()

    monkeypatch.setattr(EarsWatch, "check", check)
    await told(page, "ears/check", cloud=True)
    assert (await told(page, "ears/state"))["progress"] == 0.4
    await told(page, "ears/check")
    assert begun == [True]
    stopped = await told(page, "ears/stop")
    assert (stopped["running"], stopped["checked"], stopped["failed"]) == (False, None, False)
    assert (await told(page, "ears/stop"))["running"] is False


async def test_it_ends_with_the_guard(
    assist: HomeAssistant, page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_by: list[str] = []

    async def check(_self: EarsWatch, **_more: Any) -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended_by.append("stopped")
            raise

    monkeypatch.setattr(EarsWatch, "check", check)
    await told(page, "ears/check")
    (entry,) = assist.config_entries.async_loaded_entries("message_guard")
    await assist.config_entries.async_reload(entry.entry_id)
    await assist.async_block_till_done()
    assert ended_by == ["stopped"]
    assert (await told(page, "ears/state"))["running"] is False


async def test_an_error_is_told_without_what_it_says(
    page: Screen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def check(_self: EarsWatch, **_more: Any) -> Any:
        raise RuntimeError("somebody's words")

    monkeypatch.setattr(EarsWatch, "check", check)
    await told(page, "ears/check")
    after = await ended(page)
    assert (after["failed"], after["checked"]) == (True, None)
    assert "RuntimeError" in caplog.text
    assert "somebody's words" not in caplog.text


@pytest.mark.parametrize("iot_class", ["cloud_polling"])
async def test_what_costs_is_tried_only_when_that_is_said(page: Screen, engine: Engine) -> None:
    assert [one["cloud"] for one in (await told(page, "ears/state"))["engines"]] == [True]
    await told(page, "ears/check")
    assert (await ended(page))["checked"] == []
    assert engine.heard == []
    await told(page, "ears/check", cloud=True)
    assert len((await ended(page))["checked"]) == 1
