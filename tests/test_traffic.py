"""Bursts stop themselves: per satellite, per contact, and for the whole household."""

from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.policy import Level
from custom_components.message_guard.core.rate import (
    BURST_LIMIT,
    CONTACT_LIMIT,
    CONTACT_SECONDS,
    PLACE_LIMIT,
    PLACE_SECONDS,
)
from custom_components.message_guard.home.traffic import Traffic
from tests.assist import Assist, entry, home, sent
from tests.guard_bench import HALL, KITCHEN, Bench, bench, contact, household

__all__ = ["bench", "entry", "home", "sent"]


class NoSignals:
    """A home without risks."""

    def of(self, _request: object) -> frozenset[str]:
        """Return none."""
        return frozenset()


def count(bench: Bench) -> list[bool]:
    """Count the guard's traffic; returns what is filled when a burst is seen."""
    bursts: list[bool] = []
    traffic = Traffic(bench.guard._home.now, lambda: bursts.append(True))
    bench.guard.subscribe(traffic.seen)
    bench.guard._home.watch(NoSignals(), traffic)
    return bursts


async def test_a_satellite_asks_only_so_often(bench: Bench, freezer: FrozenDateTimeFactory) -> None:
    """Another one may still ask; and the question that waits can still be answered."""
    count(bench)
    for number in range(PLACE_LIMIT):
        asked = await bench.ask(bench.request(body=f"message {number}"))
        assert asked.kind is AnswerKind.ASKED
    refused = await bench.guard.submit(bench.request(body="one more"))
    assert "rate" in refused.reasons
    assert (await bench.guard.submit(bench.request(origin=HALL))).kind is AnswerKind.ASKED
    answer = await bench.say("yes send the message")
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    freezer.tick(PLACE_SECONDS + 1)
    assert (await bench.ask(bench.request(body="later"))).kind is AnswerKind.ASKED


async def test_a_contact_is_sent_only_so_many(bench: Bench, freezer: FrozenDateTimeFactory) -> None:
    """From however many places."""
    count(bench)
    bench.guard.household = household(contact("Anna"), contact("Bert"), default_level=Level.NONE)
    for number in range(CONTACT_LIMIT):
        origin = replace(KITCHEN, satellite_id=f"assist_satellite.{number}")
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
    for number in range(BURST_LIMIT):
        await Assist(home).say(
            "send a message to Zoe saying hello", fresh=True, device_id=f"speaker {number}"
        )
    await home.async_block_till_done()
    works = entry.runtime_data.works
    assert not works.guard.sending_allowed
    assert any(issue.domain == DOMAIN for issue in ir.async_get(home).issues.values())
    refused = await Assist(home).say("tell Anna that I am late", fresh=True)
    assert "switched off" in refused.speech
    assert sent == []
