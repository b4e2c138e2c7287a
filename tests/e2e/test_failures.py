"""A broken guard: nothing is sent, and "turn on the light" works."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e import faults
from tests.e2e.faults import ASK, arrived, ask_and_prove, light_works
from tests.e2e.guarded import PHRASE, GuardedHousehold

pytestmark = pytest.mark.timeout(300)


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
    before = arrived(breakable)
    await faults.inject(breakable, fault)
    try:
        asked, proved = await ask_and_prove(breakable)
        assert arrived(breakable) == before
        assert "sent to" not in (asked.answer + proved.answer).casefold()
        assert (asked.error, proved.error) == (None, None)
        await light_works(breakable, asked)
    finally:
        await faults.repair(breakable)

    assert arrived(breakable) == before
    _, proved = await ask_and_prove(breakable)
    assert proved.answer.startswith("Sent to Mum")
    assert arrived(breakable) == before + 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "fault", [faults.POLICY, faults.PROOF, faults.LEDGER, faults.DELIVERY, faults.LANGUAGE]
)
async def test_a_guard_that_breaks_while_a_message_waits_sends_nothing(
    breakable: GuardedHousehold, fault: str
) -> None:
    before = arrived(breakable)
    asked = await breakable.say(ASK)
    assert "your phrase" in asked.answer
    await faults.inject(breakable, fault)
    try:
        proved = await breakable.say(PHRASE, asked)
        assert proved.error is None
        assert "sent to" not in proved.answer.casefold()
        await light_works(breakable, asked)
    finally:
        await faults.repair(breakable)
    assert arrived(breakable) == before
    await breakable.say("cancel", asked)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_failing_channel_is_said_and_recorded(breakable: GuardedHousehold) -> None:
    breakable.household.file.path.unlink(missing_ok=True)
    breakable.household.file.path.mkdir()
    try:
        _, proved = await ask_and_prove(breakable)
    finally:
        breakable.household.file.path.rmdir()

    assert "could not reach Mum" in proved.answer
    assert breakable.stories()[-1] == ["asked", "authorised", "failed"]


@pytest.mark.asyncio(loop_scope="module")
async def test_replies_of_a_hundred_thousand_characters(breakable: GuardedHousehold) -> None:
    """They cost a try like any other, however often the proof is in them; the house goes on."""
    before = arrived(breakable)
    asked = await breakable.say(ASK)
    for word in ("yes", PHRASE):
        reply = await breakable.say(" ".join([word] * (100_000 // len(word))), asked)
        assert reply.error is None
        assert "your phrase" in reply.answer
    assert arrived(breakable) == before
    await light_works(breakable, asked)
    proved = await breakable.say(PHRASE, asked)
    assert proved.answer.startswith("Sent to Mum")
    assert arrived(breakable) == before + 1
