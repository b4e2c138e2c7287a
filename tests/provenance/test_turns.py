"""Turns: begun by every utterance, ended with its answer, and remembered by their contexts."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import conversation
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util.ulid import ulid_at_time
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.provenance.lineage import Kinship, Lineage, Memory
from custom_components.message_guard.provenance.turns import Turns
from tests.clock import pass_time
from tests.spoken_home import KITCHEN
from tests.turns_bench import add_agent, say


@pytest.fixture
async def turns(assist: HomeAssistant) -> AsyncGenerator[Turns]:
    """Return turns that are watched."""
    made = Turns(assist)
    made.start()
    yield made
    made.stop()


async def test_the_origin_is_what_home_assistant_was_told(
    assist: HomeAssistant, turns: Turns, hass_admin_user: MockUser
) -> None:
    """Utterance, language, satellite, device, user, agent and conversation; VoIP has a user of its own."""
    seen: list[Origin] = []

    async def act(*_: object) -> None:
        turn = turns.current()
        assert turn is not None
        seen.append(turn.origin)

    await add_agent(assist, act)
    line = MockConfigEntry(domain="voip", data={"user": hass_admin_user.id})
    line.add_to_hass(assist)
    phone = er.async_get(assist).async_get_or_create(
        "assist_satellite", "voip", "phone", config_entry=line
    )
    context = Context(user_id=hass_admin_user.id)
    result = await say(
        assist,
        "hello there",
        context=context,
        language="de",
        satellite_id=phone.entity_id,
        device_id="d",
    )
    assert seen == [
        Origin(
            satellite_id=phone.entity_id,
            device_id="d",
            user_id=hass_admin_user.id,
            conversation_id=result.conversation_id,
            agent_id="conversation.agent",
            language="de",
            utterance="hello there",
        )
    ]
    assert turns.lineage(context).kinship is Kinship.DIRECT


async def test_a_user_cannot_pass_for_a_satellite(
    assist: HomeAssistant, turns: Turns, hass_admin_user: MockUser
) -> None:
    """Whoever names one over the interfaces is not where its questions are asked, nor under its rules."""
    seen: list[Origin] = []

    async def act(*_: object) -> None:
        turn = turns.current()
        assert turn is not None
        seen.append(turn.origin)

    await add_agent(assist, act)
    assist.states.async_set(KITCHEN, "processing")
    context = Context(user_id=hass_admin_user.id)
    await say(assist, "hello there", context=context, satellite_id=KITCHEN)
    assert [(origin.satellite_id, origin.user_id) for origin in seen] == [
        (None, hass_admin_user.id)
    ]
    assert seen[0].place != Origin(satellite_id=KITCHEN).place


def test_a_user_cannot_pass_for_a_device() -> None:
    """Nor for another user's conversation."""
    for where in ({"device_id": "d"}, {"conversation_id": "c"}):
        places = {Origin(user_id=user, **where).place for user in (None, "anna", "ben")}
        assert len(places) == 3


async def test_a_turn_ends_with_its_answer(assist: HomeAssistant, turns: Turns) -> None:
    """In its own task and in every task that it has left behind."""
    seen: list[Any] = []
    asked = asyncio.Event()

    async def later() -> None:
        await asked.wait()
        seen.append(turns.current())

    async def act(*_: object) -> None:
        seen.append(turns.current())
        assist.async_create_task(later())

    await add_agent(assist, act)
    for _ in range(2):
        await say(assist, conversation_id="mine")
        assert turns.current() is None
    asked.set()
    await assist.async_block_till_done()
    assert [turn is None for turn in seen] == [False, False, True, True]
    assert seen[0] is not seen[1]
    assert turns.live() == ()


@pytest.mark.parametrize("conversation_id", [None, "mine"])
async def test_a_turn_that_fails_ends(
    assist: HomeAssistant, turns: Turns, conversation_id: str | None
) -> None:
    """Even where Home Assistant does not clear up after it and the task goes on."""

    async def act(*_: object) -> None:
        raise ValueError("out of order")

    await add_agent(assist, act)
    with pytest.raises(ValueError, match="out of order"):
        await say(assist, conversation_id=conversation_id)
    assert turns.live() == ()


async def test_a_turn_without_an_end_is_over_some_day(
    assist: HomeAssistant, turns: Turns, freezer: FrozenDateTimeFactory
) -> None:
    """Ten minutes."""
    turn = turns.begin(Origin())
    freezer.tick(599)
    assert turn.live
    freezer.tick(2)
    assert not turn.live
    assert turns.current() is None


async def test_another_utterance_in_the_same_conversation_ends_nothing(
    assist: HomeAssistant, turns: Turns
) -> None:
    """Somebody types twice; the first is still being handled."""
    seen: list[Any] = []
    go_on = asyncio.Event()

    async def act(given: conversation.ConversationInput, log: conversation.ChatLog) -> None:
        if given.text == "slowly":
            seen.append(turns.current())
            await go_on.wait()
            seen.append(turns.current())

    await add_agent(assist, act)
    first = asyncio.create_task(say(assist, "slowly", conversation_id="mine"))
    while not seen:
        await asyncio.sleep(0)
    with suppress(HomeAssistantError):  # from 2026.11 on the conversation is busy
        await asyncio.create_task(say(assist, "hello", conversation_id="mine"))
    go_on.set()
    await first
    assert seen[0] is not None
    assert seen[0] is seen[1]
    assert turns.live() == ()


async def test_two_turns_at_once_are_two(assist: HomeAssistant, turns: Turns) -> None:
    """Each task knows its own."""
    seen: dict[str, Any] = {}
    both = asyncio.Barrier(2)

    async def act(user_input: conversation.ConversationInput, _: object) -> None:
        await both.wait()
        seen[user_input.text] = turns.current()
        await both.wait()

    await add_agent(assist, act)
    await asyncio.gather(say(assist, "one"), say(assist, "two"))
    assert seen["one"] is not seen["two"]
    assert seen["one"].origin.utterance == "one"


async def test_an_agent_that_asks_another_stays_in_the_turn(
    assist: HomeAssistant, turns: Turns
) -> None:
    """What somebody said is what the first one was told."""
    seen: list[Any] = []

    async def act(user_input: conversation.ConversationInput, _: object) -> None:
        seen.append(turns.current())
        if user_input.text == "hello":
            await say(assist, "what does hello mean", context=user_input.context)

    await add_agent(assist, act)
    await say(assist, satellite_id=KITCHEN)
    assert seen[0] is seen[1]
    assert seen[0].origin.utterance == "hello"


async def test_what_follows_a_turn_runs_after_it_and_outside_of_it(
    assist: HomeAssistant, turns: Turns
) -> None:
    """Once, soon, and with nothing of the turn about it."""
    told: list[tuple[bool, Any]] = []

    async def act(*_: object) -> None:
        turn = turns.current()
        assert turn is not None
        turns.on_end(turn, lambda ended: told.append((ended.live, turns.current())))
        await pass_time(1)
        assert told == []

    await add_agent(assist, act)
    await say(assist)
    await pass_time(1)
    assert told == [(False, None)]


async def test_a_follow_up_that_fails_does_not_stop_the_others(
    assist: HomeAssistant, turns: Turns
) -> None:
    """Each is told."""
    told: list[str] = []

    def fail(_: object) -> None:
        raise ValueError("out of order")

    turn = turns.begin(Origin())
    turns.end(turn)
    turns.on_end(turn, fail)
    turns.on_end(turn, lambda _: told.append("told"))
    await pass_time(1)
    assert told == ["told"]


async def test_an_unreadable_origin_is_a_turn_all_the_same(
    assist: HomeAssistant, turns: Turns
) -> None:
    """A doubt is a refusal, and the conversation goes on."""
    seen: list[Any] = []

    async def act(*_: object) -> None:
        seen.append(turns.current())

    await add_agent(assist, act)
    with patch("custom_components.message_guard.provenance.turns.opening", side_effect=KeyError):
        result = await say(assist, conversation_id="mine")
    assert result.response.speech["plain"]["speech"] == "Done"
    assert seen[0].origin.place == "conversation:mine:"


async def test_kinship(assist: HomeAssistant, turns: Turns) -> None:
    """A tagged context is direct, and so is its child; anything else is nothing."""
    spoken = Context()
    turn = turns.begin(Origin(), spoken)
    turns.end(turn)
    assert turns.lineage(spoken).kinship is Kinship.DIRECT
    assert turns.lineage(Context(parent_id=spoken.id)).kinship is Kinship.DIRECT
    assert turns.lineage(Context()).kinship is Kinship.NONE
    assert turns.lineage(spoken).turn is turn


async def test_what_is_remembered_is_bounded(
    assist: HomeAssistant, turns: Turns, freezer: FrozenDateTimeFactory
) -> None:
    """By a day since it was last seen, and by number. What is forgotten counts as spoken, by nobody knows whom."""
    first, used = Context(), Context()
    turn = turns.begin(Origin(satellite_id=KITCHEN), first)
    turns.end(turn)
    turns.remember(Origin(satellite_id=KITCHEN), used)
    freezer.tick(23 * 3600)
    assert turns.lineage(used).turn.origin.satellite_id == KITCHEN  # type: ignore[union-attr]
    freezer.tick(2 * 3600)
    turns.remember(Origin(), Context())
    assert len(turns._memory) == 2
    forgotten = turns.lineage(first)
    assert forgotten.kinship is Kinship.DIRECT
    assert forgotten.turn is not None
    assert forgotten.turn.origin.satellite_id is None
    assert turns.lineage(used).turn.origin.satellite_id == KITCHEN  # type: ignore[union-attr]
    turns._memory._tags.most = 10
    for _ in range(20):
        turns.remember(Origin(), Context())
    assert len(turns._memory) == 10
    assert turns.lineage(used).kinship is Kinship.DIRECT


async def test_memory_outlives_a_reload(assist: HomeAssistant, turns: Turns) -> None:
    """A script that waits does too."""
    spoken = Context()
    turns.end(turns.begin(Origin(), spoken))
    turns.stop()
    again = Turns(assist)
    assert again.lineage(spoken).kinship is Kinship.DIRECT


async def test_stopping_ends_what_is_live(assist: HomeAssistant, turns: Turns) -> None:
    """And forgets who waits for an end."""
    turn = turns.begin(Origin())
    turns.on_end(turn, lambda _: pytest.fail("called"))
    turns.stop()
    assert not turn.live
    await pass_time(1)


async def test_what_nobody_spoke_for_is_known_by_that_when_others_are_forgotten(
    turns: Turns,
) -> None:
    """However long it waits; a context that nothing is known of may have been spoken."""
    memory = turns._memory
    memory._tags.most = 1
    waits, unknown, state = Context(), Context(), Context()
    memory.run_started(waits.id)
    for _ in range(3):
        turns.remember(Origin(), Context())
    for context in (waits, unknown):
        assert (turns.lineage(context).kinship is Kinship.NONE) == (context is waits)
        assert turns.may_be_spoken(context) == (context is unknown)
    # What only follows from it need not have been said: a state may have lasted for days.
    later = Context(id=ulid_at_time(2**33), parent_id=state.id)
    assert turns.lineage(later).kinship is Kinship.NONE


async def test_what_is_older_than_plausible_is_forgotten(turns: Turns) -> None:
    """By its age: a delivery after a day and an hour, a run that nobody spoke for after a month."""
    now, day = [0.0], 24 * 3600.0
    memory, turn = Memory(lambda: now[0]), turns.begin(Origin())
    turns.end(turn)
    memory.delivery_began("old", turn)
    memory.run_started("old")
    for days, known, is_run in ((1.01, True, True), (1.5, False, True), (31, False, False)):
        now[0] = days * day
        memory.delivery_began(f"delivery {days}", turn)
        memory.run_started(f"run {days}")
        assert (memory.set_off_by("old") is not None, memory.is_run("old")) == (known, is_run)


async def test_what_an_early_forgotten_delivery_sets_off_is_spoken_all_the_same(
    turns: Turns,
) -> None:
    """How many are remembered has an end; what follows from one of the others is known to be nobody's."""
    memory, turn = Memory(lambda: 0.0), turns.begin(Origin())
    turns.end(turn)
    memory._deliveries.most = 10
    first, runs = Context().id, Context().id
    memory.run_started(runs)
    memory.delivery_began(first, turn)
    assert memory.set_off_by(runs) is None
    for _ in range(10):
        memory.delivery_began(Context().id, turn)
    assert len(memory._deliveries) == 10
    assert memory.set_off_by(first) == Lineage(Kinship.DIRECT, turn)
    assert memory.set_off_by(runs) is None
    assert memory.set_off_by(None) is None
