"""What Message Guard costs where nobody sends a message: time, memory, start-up.

One process, one home. The guard is loaded and unloaded again and again, and what is measured takes turns
between the two, so that a machine that slows down slows both down. Prints one JSON object on the last line.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field, replace
import gc
import json
import logging
from statistics import median, quantiles
import sys
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
import tracemalloc
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant import loader
from homeassistant.components import assist_pipeline
from homeassistant.components.assist_pipeline.pipeline import (
    PipelineInput,
    PipelineRun,
    PipelineStage,
    async_get_pipeline,
)
from homeassistant.components.conversation import HOME_ASSISTANT_AGENT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import chat_session
from homeassistant.setup import async_setup_component
import imageio_ffmpeg
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.recognition.sentences import async_load_languages

TURNS = 40
"""Turns of each round: enough for the caches of one kind to settle after the other."""

CALLS = 400
"""Calls of `notify` in each round."""

SETTLE_SECONDS = 0.2
"""What a start does in the background must not be counted as part of a turn."""

WARM_UP = 5

UTTERANCE = "turn on the kitchen light"

GOALS = {"turn_percent": 5.0, "turn_ms": 0.15, "call_us": 30.0, "contacts_percent": 20.0}
"""What the guard may add at the median, to the time that the event loop's thread is busy."""

PARTS = ("turn_ms", "plain_turn_ms", "notify_call_us")
"""A turn in the guarded pipeline, one in a pipeline that is left alone, a call that nobody spoke for.

Guarded, Home Assistant's own agent is asked by the pipeline and not as an agent, which saves it a state; a turn there may
even be quicker than before. The pipeline that is left alone has the same path both times.
"""


@dataclass(slots=True)
class Sample:
    """Seconds, with and without the guard: of the clock, and of the event loop's thread alone."""

    without: list[float] = field(default_factory=list)
    guarded: list[float] = field(default_factory=list)
    without_busy: list[float] = field(default_factory=list)
    guarded_busy: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians and 99th percentiles.

    Attributes:
        without: Median without the guard.
        guarded: Median with it.
        added: What it adds at the median.
        added_percent: The same as a share of the median without it.
        without_p99: 99th percentile without it.
        guarded_p99: 99th percentile with it.
        busy: Median of the time that the event loop's thread is busy, with the guard.
        added_busy: What it adds at the median to the time that the event loop's thread is busy. A machine
            that does other things as well delays both, and by far more than this.
        added_busy_percent: The same as a share of the median without it.
        samples: How many of each.
    """

    without: float
    guarded: float
    added: float
    added_percent: float
    without_p99: float
    guarded_p99: float
    busy: float
    added_busy: float
    added_busy_percent: float
    samples: int


def cost(sample: Sample, unit: float) -> Cost:
    """Return what was measured, in units of this many per second."""
    without, guarded = median(sample.without), median(sample.guarded)
    busy, guarded_busy = median(sample.without_busy), median(sample.guarded_busy)
    return Cost(
        without=round(without * unit, 4),
        guarded=round(guarded * unit, 4),
        added=round((guarded - without) * unit, 4),
        added_percent=round((guarded / without - 1) * 100, 2),
        without_p99=round(quantiles(sample.without, n=100)[98] * unit, 4),
        guarded_p99=round(quantiles(sample.guarded, n=100)[98] * unit, 4),
        busy=round(guarded_busy * unit, 4),
        added_busy=round((guarded_busy - busy) * unit, 4),
        added_busy_percent=round((guarded_busy / busy - 1) * 100, 2),
        samples=len(sample.guarded),
    )


class Home:
    """A home with a light, a phone, and Message Guard beside it."""

    def __init__(self, hass: HomeAssistant, contacts: int) -> None:
        """Prepare a guard with so many contacts, not loaded."""
        self.hass = hass
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title="Message Guard",
            options={
                "pipelines": [item.id for item in assist_pipeline.async_get_pipelines(hass)],
                "default_level": "phrase",
                "phrase": "yes, send the message",
            },
            subentries_data=[_contact(number) for number in range(contacts)],
        )
        self.entry.add_to_hass(hass)

    async def load(self) -> None:
        """Load the guard."""
        if not await self.hass.config_entries.async_setup(self.entry.entry_id):
            raise RuntimeError("Message Guard could not be set up")
        await self.hass.async_block_till_done()
        if self.entry.runtime_data.works is None:
            raise RuntimeError("Message Guard could not start")

    async def unload(self) -> None:
        """Unload it."""
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def turn(self) -> None:
        """Run the intent stage of the preferred pipeline, which the guard stands in front of."""
        await self._run(async_get_pipeline(self.hass))

    async def plain_turn(self) -> None:
        """Run the intent stage of a pipeline that nobody guards: the same path with and without us."""
        pipeline = replace(
            async_get_pipeline(self.hass),
            conversation_engine=HOME_ASSISTANT_AGENT,
            prefer_local_intents=False,
        )
        await self._run(pipeline)

    async def _run(self, pipeline: assist_pipeline.Pipeline) -> None:
        ends: list[Any] = []

        def keep(event: assist_pipeline.PipelineEvent) -> None:
            if (
                event.type is assist_pipeline.PipelineEventType.INTENT_END
                and event.data is not None
            ):
                ends.append(event.data["intent_output"]["response"]["response_type"])

        with chat_session.async_get_chat_session(self.hass, None) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=pipeline,
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=keep,
            )
            await PipelineInput(run=run, session=session, intent_input=UTTERANCE).execute(
                validate=True
            )
        if ends != ["action_done"]:
            raise RuntimeError("the light was not turned on")

    async def call(self) -> None:
        """Send as a time automation does."""
        await self.hass.services.async_call(
            "notify", "person_0", {"message": "The washing is done"}, blocking=True
        )


def _contact(number: int) -> ConfigSubentryData:
    name = f"Person {number}"
    return ConfigSubentryData(
        data={
            "name": name,
            "aliases": [],
            "channel": "notify_action",
            "targets": [f"notify.person_{number}"],
            "level": "inherit",
            "observe": False,
        },
        subentry_type="contact",
        title=name,
        unique_id=f"contact:{number}",
    )


async def _set_up(hass: HomeAssistant) -> None:
    ffmpeg = {"ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()}}
    for domain in (
        "homeassistant",
        "conversation",
        "ffmpeg",
        "assist_pipeline",
        "intent",
        "notify",
    ):
        if not await async_setup_component(hass, domain, ffmpeg if domain == "ffmpeg" else {}):
            raise RuntimeError(f"{domain} could not be set up")

    async def nothing(call: ServiceCall) -> None:
        pass

    hass.services.async_register("notify", "person_0", nothing)
    hass.services.async_register("light", "turn_on", nothing)
    hass.states.async_set("light.kitchen", "off", {"friendly_name": "kitchen light"})
    async_expose_entity(hass, "conversation", "light.kitchen", True)
    await hass.async_block_till_done()


async def _time(
    times: list[float], busy: list[float], count: int, act: Callable[[], Awaitable[None]]
) -> None:
    """Add so many timings, once what is left over from before is done and garbage is gone."""
    await asyncio.sleep(SETTLE_SECONDS)
    for _ in range(WARM_UP):
        await act()
    gc.collect()
    for _ in range(count):
        begin, begin_busy = perf_counter(), thread_time()
        await act()
        busy.append(thread_time() - begin_busy)
        times.append(perf_counter() - begin)


async def _measure(contacts: int, rounds: int) -> dict[str, Any]:
    turns, plain, calls = Sample(), Sample(), Sample()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        hass = await stack.enter_async_context(async_test_home_assistant(config_dir=folder))
        del hass.data[loader.DATA_CUSTOM_COMPONENTS]
        await _set_up(hass)
        home = Home(hass, contacts)
        await home.turn()
        startup, added = await _start(home)
        # What is read at every start has been counted; the rounds need not read it again.
        languages = AsyncMock(return_value=await async_load_languages(hass))
        stack.enter_context(
            patch("custom_components.message_guard.works.async_load_languages", languages)
        )
        for _ in range(rounds):
            await home.unload()
            await _time(turns.without, turns.without_busy, TURNS, home.turn)
            await _time(plain.without, plain.without_busy, TURNS, home.plain_turn)
            await _time(calls.without, calls.without_busy, CALLS, home.call)
            await home.load()
            await _time(turns.guarded, turns.guarded_busy, TURNS, home.turn)
            await _time(plain.guarded, plain.guarded_busy, TURNS, home.plain_turn)
            await _time(calls.guarded, calls.guarded_busy, CALLS, home.call)
        await home.unload()
        await hass.async_stop(force=True)
    return {
        "turn_ms": asdict(cost(turns, 1e3)),
        "plain_turn_ms": asdict(cost(plain, 1e3)),
        "notify_call_us": asdict(cost(calls, 1e6)),
        "startup_seconds": round(startup, 3),
        "memory_mb": round(added / 2**20, 2),
    }


async def _start(home: Home) -> tuple[float, int]:
    """Return the seconds that a start takes, and the bytes that are in use after another."""
    begin = perf_counter()
    await home.load()
    seconds = perf_counter() - begin
    await home.unload()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    await home.load()
    await home.turn()
    gc.collect()
    added = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return seconds, added


def _verdict(few: dict[str, Any], many: dict[str, Any]) -> dict[str, bool]:
    turns = [run[name] for run in (few, many) for name in PARTS if name != "notify_call_us"]
    spread = {name: abs(many[name]["guarded"] / few[name]["guarded"] - 1) * 100 for name in PARTS}
    return {
        "turn_percent": all(part["added_busy_percent"] <= GOALS["turn_percent"] for part in turns),
        "turn_ms": all(part["added_busy"] <= GOALS["turn_ms"] for part in turns),
        "call_us": all(
            run["notify_call_us"]["added_busy"] <= GOALS["call_us"] for run in (few, many)
        ),
        "contacts_percent": max(spread.values()) <= GOALS["contacts_percent"],
    }


def main() -> None:
    """Measure with few and with many contacts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON object")
    parser.add_argument("--rounds", type=int, default=20, help="how often the guard is loaded")
    parser.add_argument("--contacts", type=int, nargs=2, default=(10, 10_000), metavar="N")
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    results: dict[str, Any] = {}
    for contacts in given.contacts:
        results[str(contacts)] = asyncio.run(_measure(contacts, given.rounds))
        if not given.json:
            print(f"{contacts} contacts: {json.dumps(results[str(contacts)])}", file=sys.stderr)
    few, many = (results[str(contacts)] for contacts in given.contacts)
    met = _verdict(few, many)
    print(json.dumps({"contacts": results, "goals": GOALS, "met": met, "rounds": given.rounds}))


if __name__ == "__main__":
    main()
