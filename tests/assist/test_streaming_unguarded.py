"""The model as the pipeline's own agent, and the satellite that asks after its turn."""

from collections import deque
import math
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.approvals import satellite
from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.runtime import Components
from tests.clock import pass_time, until
from tests.misbehaving import Person, call, send
from tests.speaker import add_speaker
from tests.streamed import (
    CLAIM,
    CONFIRM,
    anna,
    bert,
    choose,
    components,
    entry,
    give_script,
    messages,
    only,
    person,
    proof,
)

__all__ = ["anna", "bert", "components", "entry", "person"]


# --- the model as the pipeline's own agent --------------------------------------------------------------


@pytest.fixture
async def unguarded(assist: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the guard, loaded, with the pipeline left to the model alone."""
    await choose(assist, entry, pipelines=[])
    return entry


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(
    "answers",
    [
        [send(), CLAIM],
        [[{"role": "assistant"}, send()[1], send()[1]], send(), CLAIM],
        [send("I am\u200b late"), CLAIM],
    ],
    ids=["claims", "calls twice", "hides text"],
)
async def test_unguarded_it_is_held_and_approved_elsewhere(
    assist: HomeAssistant,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
    answers: list[list[dict[str, Any]]],
) -> None:
    """The model is heard with its claim, and nothing is sent until a person approves."""
    heard = await person.say("my sister needs to know", *answers)
    assert heard.voice == "Done! I've sent it to Anna."
    assert person.model.results[0].data["status"] == "waiting for a person"
    assert anna == []
    await components.guard.approve(only(components).id, Approver("somebody", "phone"))
    assert messages(anna) == ["I am late"]
    assert components.guard.pending == ()


@pytest.mark.usefixtures("unguarded")
async def test_unguarded_a_proof_said_to_the_model_is_none(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """What the model is told, it may be told by anybody."""
    await person.say("my sister needs to know", send(), CLAIM)
    await person.say(proof(components), CLAIM)
    assert anna == []
    assert len(components.guard.pending) == 1


@pytest.mark.usefixtures("unguarded")
async def test_unguarded_a_script_waits_as_well(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """The model is told, the call is made once on approval."""
    await give_script(assist, {"action": "notify.anna", "data": {"message": "The door is open"}})
    await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert person.model.results[0].data["status"] == "waiting for a person"
    await components.guard.approve(only(components).id, Approver("somebody", "phone"))
    assert messages(anna) == ["The door is open"]


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("more", [{"confirmed": True}, {"title": "Hidden"}])
async def test_unguarded_what_nobody_would_hear_is_refused(
    components: Components, person: Person, anna: list[ServiceCall], more: dict[str, Any]
) -> None:
    """The model is told; nothing waits."""
    await person.say("my sister needs to know", send(**more), CLAIM)
    assert person.model.results[0].error
    assert components.guard.pending == ()
    assert anna == []


# --- satellites ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unguarded")
async def test_unguarded_the_satellite_asks_after_the_turn(
    assist: HomeAssistant,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The claim is heard, then put right, and the reply to that goes to the guard."""
    monkeypatch.setattr(satellite, "SETTLE_SECONDS", 0.02)
    monkeypatch.setattr(satellite, "FASTEST_CHARACTERS", math.inf)
    kitchen = await add_speaker(assist, "kitchen", piped=True)
    person.model.answers = deque([send(), CLAIM])
    assert await kitchen.turn("my sister needs to know") == "Done! I've sent it to Anna."
    question = only(components).question
    kitchen.replies.append(proof(components))
    await until(lambda: anna)
    assert messages(anna) == ["I am late"]
    assert kitchen.said[1] == f"Not sent yet. {question}"
    assert len(person.model.seen) == 1
    await until(lambda: not components.questions._tasks)


async def test_guarded_the_satellite_asks_in_the_turn_and_not_again(
    assist: HomeAssistant,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One question; the proof comes in the next turn, which may begin with a wake word."""
    monkeypatch.setattr(satellite, "SETTLE_SECONDS", 0.02)
    monkeypatch.setattr(satellite, "FASTEST_CHARACTERS", math.inf)
    kitchen = await add_speaker(assist, "kitchen", piped=True)
    person.model.answers = deque([send(), CLAIM])
    question = await kitchen.turn("my sister needs to know")
    assert question == only(components).question
    await assist.async_block_till_done()
    await pass_time(1)
    assert kitchen.said == [question]
    assert await kitchen.turn(proof(components)) == "Sent to Anna."
    assert messages(anna) == ["I am late"]
    assert len(person.model.seen) == 1
