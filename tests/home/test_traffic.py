"""Bursts stop themselves: per satellite, per contact, and for the whole household."""

import asyncio
from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.rate import (
    BURST_LIMIT,
    CONTACT_LIMIT,
    CONTACT_SECONDS,
    PLACE_LIMIT,
    PLACE_SECONDS,
)
from custom_components.message_guard.core.request import Request
from custom_components.message_guard.home.traffic import AT_ONCE, Traffic
from tests.assist_home import Assist, entry, home, sent
from tests.guard_bench import HALL, KITCHEN, PERSON, Bench, bench, contact, household

__all__ = ["bench", "entry", "home", "sent"]


class NoSignals:
    """A home without risks."""

    def of(self, _request: object) -> frozenset[str]:
        """Return none."""
        return frozenset()


def anew(bench: Bench, **more: object) -> Request:
    """Return a request of an utterance of its own."""
    return bench.request(origin=replace(KITCHEN), **more)


def count(bench: Bench) -> list[bool]:
    """Count the guard's traffic; returns what is filled when a burst is seen."""
    bursts: list[bool] = []
    traffic = Traffic(bench.guard._home.now, lambda: bursts.append(True))
    bench.guard._home.watch(NoSignals(), traffic)
    return bursts


async def test_a_satellite_asks_only_so_often(bench: Bench, freezer: FrozenDateTimeFactory) -> None:
    """Another one may still ask; and the question that waits can still be answered."""
    count(bench)
    for number in range(PLACE_LIMIT):
        asked = await bench.ask(anew(bench, body=f"message {number}"))
        assert asked.kind is AnswerKind.ASKED
    refused = await bench.guard.submit(anew(bench, body="one more"))
    assert "rate" in refused.reasons
    assert (await bench.guard.submit(bench.request(origin=HALL))).kind is AnswerKind.ASKED
    answer = await bench.say("yes send the message")
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    freezer.tick(PLACE_SECONDS + 1)
    assert (await bench.ask(anew(bench, body="later"))).kind is AnswerKind.ASKED


async def test_three_people_are_one_request(bench: Bench) -> None:
    """A family is written to in one sentence, six times in ten minutes."""
    count(bench)
    names = ("Anna", "Bert", "Cleo")
    bench.guard.household = household(*map(contact, names))
    for number in range(PLACE_LIMIT):
        first = anew(bench, body=f"message {number}")
        others = [
            bench.request(name, first.content.body, origin=first.origin) for name in names[1:]
        ]
        assert (await bench.ask(first, *others)).kind is AnswerKind.ASKED
    assert "rate" in (await bench.ask(anew(bench))).reasons


async def test_a_model_that_names_ten_people_twice(bench: Bench) -> None:
    """It is one utterance, which switches sending off for nobody; what goes on counts on."""
    bursts = count(bench)
    names = [f"Person {number}" for number in range(10)]
    bench.guard.household = household(*map(contact, names))
    said = replace(KITCHEN)
    for _ in range(2):
        for name in names:
            asked = await bench.guard.submit(bench.request(name, origin=said, by_model=True))
            assert asked.kind is AnswerKind.ASKED
    assert bursts == []
    for _ in range(AT_ONCE * (PLACE_LIMIT - 2)):
        asked = await bench.guard.submit(bench.request(names[0], origin=said))
        assert asked.kind is AnswerKind.ASKED
    assert "rate" in (await bench.guard.submit(bench.request(names[0], origin=said))).reasons


async def test_a_hundred_at_once_are_counted_one_by_one(bench: Bench) -> None:
    """Not one more than the limit, whatever the ledger is still writing."""
    count(bench)
    bench.guard.household = household(contact("Anna"), default_level=Level.NONE)
    origins = [replace(KITCHEN, satellite_id=f"assist_satellite.{n}") for n in range(100)]
    # Fewer than what would stop the household altogether, five minutes apart, would wait for long: so
    # the household's own limit is out of the way here.
    bench.guard._home._traffic._household.limit = 1000
    requests = [bench.request(body=f"message {n}", origin=o) for n, o in enumerate(origins)]
    answers = await asyncio.gather(*(bench.guard.submit(request) for request in requests))
    assert [answer.kind for answer in answers].count(AnswerKind.SENT) == CONTACT_LIMIT
    assert len(bench.outbox.sent) == CONTACT_LIMIT


async def test_approved_all_at_once(bench: Bench) -> None:
    """Questions that wait are counted when they are approved, one after the other."""
    count(bench)
    for n in range(CONTACT_LIMIT):
        bench.guard._home.reserve(["anna"]) if n else None
    for origin in (KITCHEN, HALL):
        assert (await bench.guard.submit(bench.request(origin=origin))).kind is AnswerKind.ASKED
    waiting = [item.id for item in bench.guard.pending]
    answers = await asyncio.gather(*(bench.guard.approve(item, PERSON) for item in waiting))
    assert sorted(answer.kind for answer in answers) == [AnswerKind.REFUSED, AnswerKind.SENT]


async def test_a_contact_is_sent_only_so_many(bench: Bench, freezer: FrozenDateTimeFactory) -> None:
    """From however many places."""
    count(bench)
    bench.guard.household = household(contact("Anna"), contact("Bert"), default_level=Level.NONE)
    for number in range(CONTACT_LIMIT):
        origin = replace(KITCHEN, satellite_id=f"assist_satellite.{number}")
        freezer.tick(30)  # no burst
        sent = await bench.guard.submit(bench.request(origin=origin))
        assert sent.kind is AnswerKind.SENT
    refused = await bench.guard.submit(bench.request(origin=HALL))
    assert "rate" in refused.reasons
    assert (await bench.guard.submit(bench.request("Bert", origin=HALL))).kind is AnswerKind.SENT
    freezer.tick(CONTACT_SECONDS + 1)
    assert (await bench.guard.submit(bench.request(origin=HALL))).kind is AnswerKind.SENT


async def test_a_burst_is_seen_once(bench: Bench) -> None:
    """Requests of the whole household, also those that are refused."""
    bursts = count(bench)
    for number in range(BURST_LIMIT):
        assert not bursts
        origin = replace(KITCHEN, satellite_id=f"assist_satellite.{number}")
        await bench.guard.submit(bench.request("Zoe", origin=origin))
    assert bursts == [True]


async def test_a_burst_switches_sending_off_and_tells_the_household(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Until a person has looked."""
    await Assist(home).say("tell Anna that I am late")
    assert len(entry.runtime_data.components.guard.pending) == 1
    for number in range(BURST_LIMIT):
        await Assist(home).say(
            "send a message to Zoe saying hello", fresh=True, device_id=f"speaker {number}"
        )
    await home.async_block_till_done()
    components = entry.runtime_data.components
    assert not components.guard.sending_allowed
    assert components.guard.pending == ()
    assert any(issue.domain == DOMAIN for issue in ir.async_get(home).issues.values())
    refused = await Assist(home).say("tell Anna that I am late", fresh=True)
    assert "switched off" in refused.speech
    assert sent == []
