"""A small part of what `scripts/transparency` compares, in every run of the tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from .homes import PIPELINES, Home
from .playing import Mode, Play
from .utterances import Utterance, everything

pytestmark = [pytest.mark.timeout(400), pytest.mark.asyncio(loop_scope="module")]

_DRAWN = 8
_SEED = 11
_ALWAYS = (
    "turn on the kitchen light",
    "would you kindly switch the kitchen light off",
    "turn on the flux capacitor",
    "turn on the reading lamp",
    "turn on the kitchen lamp for Nobody",
    "lower the drawbridge for Arthur",
    "please tidy up the living room",
    "lumos maxima",
    "tell mum's light to turn off",
    "tell the kids a bedtime story",
    "what is the capital of Portugal",
    "run movie night",
)
"""One of each kind that has gone wrong, or could."""


def _said() -> list[Utterance]:
    return [*map(Utterance, _ALWAYS), *everything(_SEED)[:_DRAWN]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Play]:
    """Return three homes: without a guard, with one, and again without."""
    folder = tmp_path_factory.mktemp("transparency")
    play = Play(
        [
            Home(name="without", folder=Path(folder / "without"), guarded=False),
            Home(name="guarded", folder=Path(folder / "guarded"), guarded=True),
            Home(name="without, again", folder=Path(folder / "again"), guarded=False),
        ]
    )
    try:
        await play.start()
        yield play
    finally:
        await play.stop()


@pytest.mark.parametrize("mode", Mode)
async def test_nothing_differs_that_is_no_message(play: Play, mode: Mode) -> None:
    """Same speech, errors, actions, states, events and questions to the model, on every pipeline."""
    for pipeline in PIPELINES:
        await play.play(_said(), pipeline, mode)
    for name, found in play.found.items():
        different = [
            f"{name} · {pipeline} · {mode} · {text}: {item}"
            for pipeline, mode, text, items in found.pairs
            for item in items
        ]
        found.pairs.clear()
        assert different == []
    assert all(found.turns for found in play.found.values())


async def test_a_message_is_still_one(play: Play) -> None:
    """The comparison would be worth nothing in a home whose guard sleeps."""
    guarded = next(home for home in play.homes if home.guarded)
    for pipeline in PIPELINES:
        await guarded.reload_guard()
        turn = await guarded.client.say(
            "tell mum that I am late", pipeline=guarded.pipelines[pipeline]
        )
        assert "To Mum: I am late" in turn.answer
        assert turn.listening
    assert guarded.receiver.messages == []
