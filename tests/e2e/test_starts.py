"""A guard that cannot start, or was cut off: nothing is sent, and "turn on the light" works."""

import asyncio
from pathlib import Path

import pytest

from tests.e2e import faults
from tests.e2e.faults import BODY, arrived, ask_and_prove, light_works
from tests.e2e.guarded import DOMAIN, INTEGRATION, GuardedHousehold, answer_to_code
from tests.e2e.starting import StartingHome, Trouble

pytestmark = pytest.mark.timeout(300)


def _ruin(path: Path) -> None:
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    path.write_bytes(b"this is no ledger" * 1000)


async def test_a_ledger_that_will_not_open(folder: Path) -> None:
    home = GuardedHousehold.make(folder)
    try:
        await home.start()
        await home.household.house.stop()
        _ruin(home.ledger_path)
        await home.household.house.start()

        asked, proved = await ask_and_prove(home)
        assert "write it down" in asked.answer
        assert arrived(home) == 0
        assert (asked.error, proved.error) == (None, None)
        await light_works(home, asked)
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

        asked, _ = await ask_and_prove(home)
        assert asked.error is None
        assert arrived(home) == 0
        await light_works(home, asked)

        await home.household.house.stop()
        faults.break_at_start(home)
        await home.household.house.start()
        _, proved = await ask_and_prove(home)
        assert proved.answer.startswith("Sent to Mum")
        assert home.household.delivered()["file"] == [BODY]
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

        asked, _ = await ask_and_prove(home)
        assert asked.error is None
        assert arrived(home) == 0
        await light_works(home, asked)
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

        asked, _ = await ask_and_prove(home)
        assert asked.error is None
        assert arrived(home) == 0
        await light_works(home, asked)

        await home.household.house.stop()
        configuration.install(INTEGRATION)
        await home.household.house.start()
        _, proved = await ask_and_prove(home)
        assert proved.answer.startswith("Sent to Mum")
        assert home.household.delivered()["file"] == [BODY]
    finally:
        await home.stop()


async def test_from_the_first_connection_on(folder: Path) -> None:
    """Whatever is slow, fails, or cannot load: nothing is sent unproved, and each refusal is written down."""
    home = StartingHome(folder)
    try:
        await home.set_up()
        for trouble, killed in (
            (Trouble.COMPONENT, True),
            (Trouble.ENTRY, False),
            (Trouble.SLOW, False),
        ):
            start = await home.start(trouble, killed=killed)
            assert start.delivered == 0
            assert start.said >= 10
            if trouble is not Trouble.ENTRY:
                assert start.written > 0
        # What the start that could not load has refused was written down by the next one.
        assert home.refusals("not_started") + home.refusals("starting") > 0
        async with home.without_guard():
            open_start = await home.start(Trouble.SLOW)
        assert open_start.delivered >= 10
    finally:
        await home.stop()
