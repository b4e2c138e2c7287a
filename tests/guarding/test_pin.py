"""The PIN under attack: guessed, repeated, said too early, said too late, and never written down."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
import re
import sqlite3
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.lockout import HOUSEHOLD, PIN_LOCK_SECONDS
from custom_components.message_guard.core.pin import TOMBSTONE_SECONDS
from custom_components.message_guard.guarding import pins
from custom_components.message_guard.guarding.locks import STORAGE_KEY, Locks
from tests.guard_bench import HALL, KITCHEN, Bench, bench, contact, household

__all__ = ["bench"]

PIN, SPOKEN_PIN = "4917", "four nine one seven"
WRONG = "one two three four"

FROM_DISK = Store._async_load
"""Home Assistant's own: tests keep their storage in memory."""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with bcrypt's least cost: these tests hash often."""
    monkeypatch.setattr(pins, "ROUNDS", 4)


@pytest.fixture
def guarded(bench: Bench, quick_hashes: None) -> Bench:
    """Return a household whose messages need its PIN."""
    bench.guard.household = household(
        contact("Anna"), contact("Bert"), default_level=Level.PIN, pin_hash=pins.hash_pin(PIN)
    )
    return bench


async def wrong(bench: Bench, times: int = 1) -> Any:
    """Say a wrong PIN so many times, each time after the question has been heard."""
    answer = None
    for _ in range(times):
        answer = await bench.say(WRONG)
        bench.guard.question_heard(KITCHEN.place)
    return answer


@pytest.mark.parametrize(
    "said", [SPOKEN_PIN, "4 9 1 7", "4917.", "forty-nine seventeen", "four nine nine one seven"]
)
async def test_the_pin_sends(guarded: Bench, said: str) -> None:
    """However it is said."""
    await guarded.ask()
    answer = await guarded.say(said)
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    assert guarded.outbox.sent == [("anna", "I am late")]


@pytest.mark.parametrize("said", ["my pin is 4917", "4917 please now", "49 17 18", "yes"])
async def test_only_the_pin_and_nothing_beside_it(guarded: Bench, said: str) -> None:
    """The whole utterance."""
    await guarded.ask()
    await guarded.say(said)
    assert guarded.outbox.sent == []


async def test_a_pin_in_the_language_in_which_it_was_heard(guarded: Bench) -> None:
    """Digits are digits; wrong ones are counted in every language."""
    german = replace(KITCHEN, language="de")
    await guarded.ask()
    await guarded.say("eins zwei drei vier", german)
    assert guarded.guard._replies._locks.pins.of(HOUSEHOLD).failures == 1
    guarded.guard.question_heard(KITCHEN.place)
    await guarded.say("vier neun eins sieben", german)
    assert guarded.outbox.sent == [("anna", "I am late")]


async def test_three_wrong_ones_lock_everything_that_needs_a_pin(
    guarded: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """Across requests and satellites, until the time is over."""
    await guarded.ask()
    answer = await wrong(guarded, 3)
    assert answer.kind is AnswerKind.FAILED
    await guarded.say(SPOKEN_PIN)
    assert guarded.outbox.sent == []
    elsewhere = guarded.request("Bert", origin=HALL)
    refused = await guarded.guard.submit(elsewhere)
    assert refused.kind is AnswerKind.REFUSED
    assert "locked" in refused.reasons
    freezer.tick(PIN_LOCK_SECONDS[0] + 1)
    await guarded.ask(guarded.request(body="later"))
    answer = await guarded.say(SPOKEN_PIN)
    assert answer is not None
    assert answer.kind is AnswerKind.SENT


@pytest.mark.parametrize(
    "guesses",
    [
        ("one three five seven", "two four six eight", "nine seven five three", "oh two oh five"),
        # Readable in two ways, as a stutter or not.
        ("one one three five seven", "22468", "nine nine seven five three", "oh two two oh five"),
        (
            "one three one three five seven",
            "double two four six eight",
            "three five 7 7 nine",
            "24 24",
        ),
    ],
)
async def test_a_request_is_guessed_by_three_pins_in_ten_thousand(
    guarded: Bench, guesses: tuple[str, ...]
) -> None:
    """Every PIN of four digits that would have been right at any moment is counted, not sampled."""
    right = set[str]()

    async def compare(digits: str, _hash: str) -> bool:
        if len(digits) == len(PIN):
            right.add(digits)
        return False

    guarded.guard._replies._pin_matches = compare
    await guarded.ask()
    for guess, place in zip(guesses, (KITCHEN, KITCHEN, KITCHEN, HALL), strict=True):
        await guarded.say(guess, place)
        guarded.guard.question_heard(KITCHEN.place)
    await guarded.ask(guarded.request(body="later"))
    await guarded.say(guesses[-1])
    assert 1 <= len(right) <= 3
    assert guarded.outbox.sent == []


async def test_starting_again_does_not_win_more_tries(guarded: Bench) -> None:
    """Two wrong ones, a decline, another request, one more wrong one: locked."""
    await guarded.ask()
    await wrong(guarded, 2)
    await guarded.say("cancel that")
    await guarded.ask(guarded.request(body="again"))
    answer = await wrong(guarded)
    assert answer.kind is AnswerKind.FAILED
    assert "locked" in (await guarded.guard.submit(guarded.request())).reasons


async def test_a_restart_does_not_unlock(
    guarded: Bench, hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """Nor does a file that cannot be read; a restored backup counts as a round of tries."""
    await guarded.ask()
    await wrong(guarded, 3)
    now = guarded.guard._home.now()
    again = Locks(hass)
    await again.load(now)
    assert Level.PIN in again.locked(now)
    hass_storage[STORAGE_KEY]["data"] = {"pin": "no such thing"}
    broken = Locks(hass)
    await broken.load(now)
    assert Level.PIN in broken.locked(now)
    fresh = Locks(hass)
    assert fresh.locked(now) == frozenset()
    await fresh.restored(now)
    assert Level.PIN in fresh.locked(now)
    await fresh.unlock()
    assert fresh.locked(now) == frozenset()


async def test_who_knows_one_pin_cannot_guess_another(guarded: Bench) -> None:
    """Bert's own PIN forgets no wrong ones of the household's: the third of those locks."""
    own = pins.hash_pin("808080")
    guarded.guard.household = replace(guarded.guard.household, contact_pins={"bert": own})
    for body in ("first", "second"):
        await guarded.ask(guarded.request("Anna", body=body))
        await wrong(guarded)
        await guarded.ask(guarded.request("Bert", body=body))
        await guarded.say("eight zero eight zero eight zero")
    assert guarded.outbox.sent == [("bert", "first"), ("bert", "second")]
    await guarded.ask(guarded.request("Anna"))
    answer = await wrong(guarded)
    assert answer.kind is AnswerKind.FAILED
    for recipient in ("Anna", "Bert"):
        refused = await guarded.guard.submit(guarded.request(recipient, body="third"))
        assert "locked" in refused.reasons


async def test_a_file_of_the_first_version_is_read(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """It has one count for all PINs, which is the household's now."""
    kept = {"pin": {"failures": 3, "last": 1_000_000.0}, "code": []}
    hass_storage[STORAGE_KEY] = {"version": 1, "minor_version": 1, "key": STORAGE_KEY, "data": kept}
    locks = Locks(hass)
    await locks.load(1_000_010.0)
    assert locks.locked(1_000_010.0) == {Level.PIN}
    assert locks.pins.of(HOUSEHOLD).failures == 3


@pytest.mark.parametrize("content", ["", "{}", '{"version": 1, "data": {"pin": {"fail', "[]"])
async def test_a_file_that_is_broken_locks(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str,
) -> None:
    """Home Assistant puts such a file aside; what is locked by that stays locked after a restart."""
    path = tmp_path / ".storage" / STORAGE_KEY
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    monkeypatch.setattr(hass.config, "config_dir", str(tmp_path))
    monkeypatch.setattr(Store, "_async_load", FROM_DISK)
    locks = Locks(hass)
    await locks.load(1_000_000.0)
    assert locks.locked(1_000_000.0) == {Level.PIN, Level.CODE}
    monkeypatch.undo()
    again = Locks(hass)
    await again.load(1_000_010.0)
    assert again.locked(1_000_010.0) == {Level.PIN, Level.CODE}


async def test_the_first_start_finds_no_file_and_locks_nothing(hass: HomeAssistant) -> None:
    """There was none to be broken."""
    locks = Locks(hass)
    await locks.load(1_000_000.0)
    assert locks.locked(1_000_000.0) == frozenset()


async def test_a_right_one_forgets_the_wrong_ones(guarded: Bench) -> None:
    """Two mistakes, then right, then two more mistakes: not locked."""
    for body in ("first", "second"):
        await guarded.ask(guarded.request(body=body))
        await wrong(guarded, 2)
        answer = await guarded.say(SPOKEN_PIN)
        assert answer is not None
        assert answer.kind is AnswerKind.SENT


@pytest.mark.parametrize("body", [f"the pin is {SPOKEN_PIN}", "hello 4917", "I say 49 17"])
async def test_the_pin_inside_the_request_is_refused(
    guarded: Bench, body: str, tmp_path: Path
) -> None:
    """Somebody who says both at once has told it to whoever listens; no words of it are kept."""
    await guarded.guard.submit(guarded.request("Nobody", body="an ordinary message"))
    heard = replace(KITCHEN, utterance=f"tell Anna {body}")
    answer = await guarded.guard.submit(guarded.request(body=body, origin=heard))
    assert answer.kind is AnswerKind.REFUSED
    assert "pin_inside" in answer.reasons
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
        dump = "\n".join(database.iterdump())
    assert "an ordinary message" in dump
    assert "pin_inside" in dump
    assert body not in dump


async def test_numbers_inside_requests_are_guesses(guarded: Bench) -> None:
    """What is not refused is not the PIN, so each is counted as a wrong one, until the right one is said."""
    for number in ("1745", "1845"):
        await guarded.ask(guarded.request(body=f"at {number} please"))
    assert (await guarded.say(SPOKEN_PIN)).kind is AnswerKind.SENT
    for number in ("1746", "1846"):
        await guarded.ask(guarded.request(body=f"at {number} please"))
    third = await guarded.guard.submit(guarded.request(body="at 1946 please"))
    assert "locked" in third.reasons
    fourth = await guarded.guard.submit(guarded.request(body=f"at {PIN} please"))
    assert "locked" in fourth.reasons, "it must not be told that this is the PIN"


@pytest.mark.parametrize("hindrance", ["locked", "stranger", "off"])
async def test_a_pin_that_is_said_with_a_refused_request_is_not_kept(
    guarded: Bench, hindrance: str, tmp_path: Path
) -> None:
    """Whatever the reason is for which it is refused."""
    body = f"I am late {SPOKEN_PIN}"
    if hindrance == "locked":
        await guarded.ask()
        await wrong(guarded, 3)
    guarded.guard.sending_allowed = hindrance != "off"
    name = "Nobody" if hindrance == "stranger" else "Anna"
    heard = replace(KITCHEN, utterance=f"tell {name} {body}")
    answer = await guarded.guard.submit(guarded.request(name, body=body, origin=heard))
    assert answer.kind is AnswerKind.REFUSED
    assert "pin_inside" not in answer.reasons
    assert answer.private
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
        dump = "\n".join(database.iterdump())
    assert "refused" in dump
    assert SPOKEN_PIN not in dump


async def test_other_digits_inside_a_request_are_fine(guarded: Bench) -> None:
    """A time or a number is not the PIN; too many runs of digits are a doubt."""
    assert (await guarded.ask(guarded.request(body="at 1745 please"))).kind is AnswerKind.ASKED
    many = await guarded.guard.submit(guarded.request(body="1111 or 2222 or 3333"))
    assert "pin_inside" in many.reasons


async def test_a_late_pin_is_swallowed(guarded: Bench, freezer: FrozenDateTimeFactory) -> None:
    """It reaches nobody else for some minutes after the question, and only there."""
    await guarded.ask()
    await guarded.say("no")
    assert guarded.guard.read(SPOKEN_PIN, KITCHEN).late is not None
    assert guarded.guard.read("what time is it", KITCHEN).late is None
    assert guarded.guard.read(SPOKEN_PIN, HALL).late is None
    freezer.tick(TOMBSTONE_SECONDS + 1)
    assert guarded.guard.read(SPOKEN_PIN, KITCHEN).late is None
    assert guarded.outbox.sent == []


async def test_a_pin_is_late_when_the_clock_is_put_forward(
    guarded: Bench, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """While it is awaited, before any timer has noticed: it is for nobody else, as any late PIN."""
    await guarded.ask()
    freezer.tick(3600)
    assert guarded.guard.read(SPOKEN_PIN, KITCHEN).verdict is None
    assert guarded.guard.read(SPOKEN_PIN, KITCHEN).late is not None
    await hass.async_block_till_done()
    assert guarded.kinds == ["asked", "expired"]


async def test_a_contact_with_a_pin_of_its_own_needs_that_one(guarded: Bench) -> None:
    """And two recipients with different PINs are asked about on a device, where no PIN is counted."""
    own = pins.hash_pin("808080")
    guarded.guard.household = replace(guarded.guard.household, contact_pins={"bert": own})
    await guarded.ask(guarded.request("Bert"))
    await guarded.say(SPOKEN_PIN)
    guarded.guard.question_heard(KITCHEN.place)
    assert guarded.outbox.sent == []
    answer = await guarded.say("eight zero eight zero eight zero")
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    both = await guarded.ask(guarded.request("Anna"), guarded.request("Bert"))
    assert both.kind is AnswerKind.WAITING
    assert guarded.guard.pending[0].level is Level.DEVICE
    for _ in range(3):
        await guarded.say(WRONG)
    assert guarded.guard._replies._locks.locked(guarded.guard._home.now()) == frozenset()
    assert guarded.outbox.sent == [("bert", "I am late")]


async def test_it_is_in_nothing_we_write(
    guarded: Bench, tmp_path: Path, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the ledger, not in storage, not in the log: neither right nor wrong ones."""
    await guarded.ask()
    await wrong(guarded)
    await guarded.say(SPOKEN_PIN)
    assert guarded.outbox.sent
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
        dump = "\n".join(database.iterdump())
    written = dump + repr(hass_storage) + caplog.text
    for secret in (SPOKEN_PIN, WRONG):
        assert secret not in written
    for secret in (PIN, "1234"):
        # By themselves: inside a hash or a time such digits stand by chance.
        assert re.search(rf"(?<![0-9a-f]){secret}(?![0-9a-f])", written) is None


async def test_a_hash_that_cannot_be_read_matches_nothing(hass: HomeAssistant) -> None:
    """Nor does a PIN that could not be one."""
    assert not await pins.async_matches(hass, PIN, "nonsense")
    with pytest.raises(ValueError, match="digits"):
        pins.hash_pin("12")
