"""A broken guard: nothing is sent, and "turn on the light" works."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e import faults
from tests.e2e.client import Turn
from tests.e2e.guarded import DOMAIN, INTEGRATION, PHRASE, GuardedHousehold, answer_to_code
from tests.e2e.household import KITCHEN_LIGHT

pytestmark = pytest.mark.timeout(300)

_ASK = "tell mum the key is under the mat"
_BODY = "the key is under the mat"


async def _light_works(home: GuardedHousehold, after: Turn | None = None) -> None:
    """Turn the light on, in the conversation of an earlier turn and in a new one."""
    client = home.client
    for conversation in ([after] if after is not None else []) + [None]:
        await client.call("light.turn_off", target={"entity_id": KITCHEN_LIGHT})
        turn = await home.say("turn on the kitchen light", conversation)
        assert turn.error is None
        assert turn.response_type == "action_done"
        assert await client.state(KITCHEN_LIGHT) == "on"


async def _ask_and_prove(home: GuardedHousehold) -> tuple[Turn, Turn]:
    asked = await home.say(_ASK)
    return asked, await home.say(PHRASE, asked)


def _ruin(path: Path) -> None:
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    path.write_bytes(b"this is no ledger" * 1000)


def _arrived(home: GuardedHousehold) -> int:
    return sum(len(texts) for texts in home.household.delivered().values())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def breakable(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household that can be broken and repaired while it runs."""
    home = faults.breakable(tmp_path_factory.mktemp("breakable") / "household")
    try:
        await home.start()
        yield home
    finally:
        await home.stop()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "fault",
    [
        faults.RECOGNITION,
        faults.ENTRANCE,
        faults.POLICY,
        faults.PROOF,
        faults.LEDGER,
        faults.DELIVERY,
        faults.LANGUAGE,
    ],
)
async def test_a_guard_that_throws_sends_nothing_and_the_light_works(
    breakable: GuardedHousehold, fault: str
) -> None:
    before = _arrived(breakable)
    await faults.inject(breakable, fault)
    try:
        asked, proved = await _ask_and_prove(breakable)
        assert _arrived(breakable) == before
        assert "sent to" not in (asked.answer + proved.answer).casefold()
        assert (asked.error, proved.error) == (None, None)
        await _light_works(breakable, asked)
    finally:
        await faults.repair(breakable)

    assert _arrived(breakable) == before
    _, proved = await _ask_and_prove(breakable)
    assert proved.answer.startswith("Sent to Mum")
    assert _arrived(breakable) == before + 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "fault", [faults.POLICY, faults.PROOF, faults.LEDGER, faults.DELIVERY, faults.LANGUAGE]
)
async def test_a_guard_that_breaks_while_a_message_waits_sends_nothing(
    breakable: GuardedHousehold, fault: str
) -> None:
    before = _arrived(breakable)
    asked = await breakable.say(_ASK)
    assert "your phrase" in asked.answer
    await faults.inject(breakable, fault)
    try:
        proved = await breakable.say(PHRASE, asked)
        assert proved.error is None
        assert "sent to" not in proved.answer.casefold()
        await _light_works(breakable, asked)
    finally:
        await faults.repair(breakable)
    assert _arrived(breakable) == before
    await breakable.say("cancel", asked)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_failing_channel_is_said_and_recorded(breakable: GuardedHousehold) -> None:
    breakable.household.file.path.unlink(missing_ok=True)
    breakable.household.file.path.mkdir()
    try:
        _, proved = await _ask_and_prove(breakable)
    finally:
        breakable.household.file.path.rmdir()

    assert "could not reach Mum" in proved.answer
    assert breakable.stories()[-1] == ["asked", "authorised", "failed"]


async def test_a_ledger_that_will_not_open(folder: Path) -> None:
    home = GuardedHousehold.make(folder)
    try:
        await home.start()
        await home.household.house.stop()
        _ruin(home.ledger_path)
        await home.household.house.start()

        asked, proved = await _ask_and_prove(home)
        assert "write it down" in asked.answer
        assert _arrived(home) == 0
        assert (asked.error, proved.error) == (None, None)
        await _light_works(home, asked)
        assert home.ledger_path.read_bytes().startswith(b"this is no ledger")
    finally:
        await home.stop()


@pytest.mark.parametrize("fault", [faults.START, faults.SET_UP])
async def test_an_entry_that_fails_to_load(folder: Path, fault: str) -> None:
    home = faults.breakable(folder)
    try:
        await home.start()
        await home.household.house.stop()
        faults.break_at_start(home, fault)
        await home.household.house.start()
        assert "InjectedError" in home.household.house.log

        asked, _ = await _ask_and_prove(home)
        assert asked.error is None
        assert _arrived(home) == 0
        await _light_works(home, asked)

        await home.household.house.stop()
        faults.break_at_start(home)
        await home.household.house.start()
        _, proved = await _ask_and_prove(home)
        assert proved.answer.startswith("Sent to Mum")
        assert home.household.delivered()["file"] == [_BODY]
    finally:
        await home.stop()


async def test_a_start_that_fails_after_a_power_cut(folder: Path) -> None:
    home = faults.breakable(folder)
    try:
        await home.start()
        await home.household.house.settle()
        await home.household.house.kill()
        faults.break_at_start(home, faults.START)
        await home.household.house.start()

        asked, _ = await _ask_and_prove(home)
        assert asked.error is None
        assert _arrived(home) == 0
        await _light_works(home, asked)
    finally:
        await home.stop()


async def test_a_power_cut_during_a_delivery(folder: Path) -> None:
    home = GuardedHousehold.make(folder)
    phone = home.household.phone
    try:
        await home.start()
        await home.household.house.settle()
        asked = await home.say("tell Dad the roof leaks")
        phone.answers.clear()
        proof = asyncio.create_task(home.say(answer_to_code(asked.answer), asked))
        await phone.wait_for(1)
        await home.household.house.kill()
        phone.answers.set()
        with pytest.raises(ConnectionError):
            await proof
        await home.household.house.start()
        await home.say("turn on the kitchen light")

        assert phone.messages == ["the roof leaks"]
        assert home.stories() == [["asked", "authorised", "interrupted"]]
    finally:
        await home.stop()


async def test_a_start_without_the_integration(folder: Path) -> None:
    home = GuardedHousehold.make(folder)
    try:
        await home.start()
        configuration = home.household.house.configuration
        await home.household.house.stop()
        configuration.remove(DOMAIN)
        await home.household.house.start()

        asked, _ = await _ask_and_prove(home)
        assert asked.error is None
        assert _arrived(home) == 0
        await _light_works(home, asked)

        await home.household.house.stop()
        configuration.install(INTEGRATION)
        await home.household.house.start()
        _, proved = await _ask_and_prove(home)
        assert proved.answer.startswith("Sent to Mum")
        assert home.household.delivered()["file"] == [_BODY]
    finally:
        await home.stop()
