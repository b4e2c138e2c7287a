"""Witnesses: they cosign what leaves, are never in the way, and raise the alarm where there are two histories."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.message_guard.ledger import witness as asking
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.push import next_time
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.ledger.watch import (
    ISSUE_LEDGER_FORKED,
    ISSUE_LEDGER_ROLLED_BACK,
)
from custom_components.message_guard.ledger.witness import Verdict
from custom_components.message_guard.repairs import async_create_fix_flow
from tests.ledger.stores import asked, verify
from tests.ledger.witness_server import WitnessServer
from tests.ledger.witnessed_home import (
    choose,
    cosigned_by,
    happens,
    issue,
    ledger,
    named,
    settled,
    status,
    witness,
)
from tests.ledger.witnessing import Cosigner

__all__ = ["ledger", "witness"]

SOUND = "binary_sensor.message_guard_ledger_sound"


# --- every checkpoint -----------------------------------------------------------------------------


async def test_every_checkpoint_is_cosigned_and_pushed_along(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    witness: WitnessServer,
    tmp_path: Path,
) -> None:
    """With the proof that it goes on; the phone gets the note with the cosignature, and the verifier takes that."""
    notified = async_mock_service(assist, "notify", "send_message")
    await choose(assist, guard, witnesses=[named(witness)], checkpoint_notify=["notify.phone"])
    for number in range(3):
        note = await happens(assist, ledger, f"r{number}")
        pushed = notified[-1].data["message"]
        assert pushed.startswith(note)
        assert cosigned_by(pushed, witness)
    sizes = [Checkpoint.parse(each.partition("\n\n")[2]).size for each in witness.requests]
    olds = [int(each.partition("\n")[0].removeprefix("old ")) for each in witness.requests]
    assert olds == [0, *sizes[:-1]]
    await assist.async_add_executor_job((tmp_path / "note").write_text, pushed)
    by, other = ("--witness", str(witness.cosigner.key)), ("--witness", str(Cosigner(22).key))
    for given in ((), ("--checkpoint", str(tmp_path / "note"))):
        code, said = verify(ledger.path, *given, *by)
        assert code == 0, said
        assert f"cosigned up to entry {sizes[-1]} by {witness.cosigner.key.name}" in said
    assert verify(ledger.path, *by, *other, "--quorum", "1")[0] == 0
    code, said = verify(ledger.path, *by, *other)
    assert code == 1
    assert "1 of the witnesses given have cosigned it, 2 must" in said
    forged = Cosigner(22, witness.cosigner.key.name).cosign("x\n").line.split(" ")[2]
    raw = witness.cosigner.key.id + base64.b64decode(forged)[4:]
    line = f"\N{EM DASH} {witness.cosigner.key.name} {base64.b64encode(raw).decode()}\n"
    await assist.async_add_executor_job((tmp_path / "note").write_text, note + line)
    code, said = verify(ledger.path, "--checkpoint", str(tmp_path / "note"), *by)
    assert code == 1
    assert "is not its own" in said


async def test_the_last_checkpoint_is_cosigned_before_the_ledger_closes(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """Whoever takes the machine away while it is off finds all of it witnessed."""
    notified = async_mock_service(assist, "notify", "send_message")
    await choose(assist, guard, witnesses=[named(witness)], checkpoint_notify=["notify.phone"])
    await ledger.append(asked("r1"))
    await assist.config_entries.async_unload(guard.entry_id)
    await settled(assist)
    assert cosigned_by(notified[-1].data["message"], witness)
    code, said = verify(ledger.path, "--json")
    assert code == 0, said
    ((size, _),) = witness.seen.values()
    assert f'"entries": {size + 1}' in said


async def test_a_witness_that_is_away_is_no_alarm(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """Checkpoints go where they go; it is asked less and less often, and catches up with one proof."""
    notified = async_mock_service(assist, "notify", "send_message")
    await choose(assist, guard, witnesses=[named(witness)], checkpoint_notify=["notify.phone"])
    await happens(assist, ledger, "r0")
    witness.answer = status(500)
    before = len(witness.requests)
    note = await happens(assist, ledger, "r1")
    assert notified[-1].data["message"] == note
    for number in range(5):
        await happens(assist, ledger, f"away{number}")
    assert len(witness.requests) == before + 1, "it is left alone for a minute"
    assert assist.states.get(SOUND).state == "on"
    assert not [each for each in ir.async_get(assist).issues if "witness" in str(each)]
    now = dt_util.utcnow()
    for minutes, asked_again in ((1.1, 1), (2.2, 2), (3.3, 2)):
        async_fire_time_changed(assist, now + timedelta(minutes=minutes))
        await settled(assist)
        assert len(witness.requests) == before + 1 + asked_again
    witness.answer = None
    async_fire_time_changed(assist, now + timedelta(minutes=10))
    await settled(assist)
    newest = await ledger.cosignatures.newest()
    assert newest is not None
    ((size, _),) = witness.seen.values()
    assert size == Checkpoint.parse(newest).size
    note = await happens(assist, ledger, "back")
    assert cosigned_by(notified[-1].data["message"], witness)


async def test_a_witness_that_never_answers_holds_nothing_up(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    witness: WitnessServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Entries are written meanwhile, and its time is over some day."""
    await choose(assist, guard, witnesses=[named(witness)])
    waiting = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        waiting.set()
        await asyncio.Event().wait()
        return web.Response()

    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.2)
    witness.answer = never
    await ledger.append(asked("r1"))
    await ledger.checkpoint()
    await waiting.wait()
    await ledger.append(asked("r2"))
    await settled(assist)
    (state,) = guard.runtime_data.components.witnesses.states.values()
    assert state.verdict is Verdict.AWAY


async def test_a_witness_that_knows_more_or_less_than_we_think(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """It is answered by the right proof, once; what it has seen of this ledger is no alarm."""
    await choose(assist, guard, witnesses=[named(witness)])
    await happens(assist, ledger, "r0")
    (origin,) = witness.seen
    forgotten = dict(witness.seen)
    await happens(assist, ledger, "r1")
    witness.seen = dict(forgotten)
    before = len(witness.requests)
    await happens(assist, ledger, "r2")
    assert len(witness.requests) == before + 2
    newest = witness.seen[origin][0]
    assert newest > forgotten[origin][0]
    # It has cosigned what we do not know of: the answer was lost.
    witnesses = guard.runtime_data.components.witnesses
    await ledger.append(asked("r3"))
    older = await ledger.checkpoint()
    await settled(assist)
    await happens(assist, ledger, "r4")
    (chosen,) = witnesses.chosen
    assert older is not None
    assert (await witnesses.ask(chosen, older)).verdict is Verdict.BUSY
    assert witnesses.alarm is None
    witness.seen[origin] = (1, witness.seen[origin][1])
    witness.answer = status(409, "1\n")
    note = await happens(assist, ledger, "r5")
    assert (await witnesses.ask(chosen, note)).verdict is Verdict.NO_WITNESS
    witness.answer = status(409, f"{await ledger.cosignatures.last(origin, str(chosen.key))}\n")
    assert (await witnesses.ask(chosen, note)).verdict is Verdict.NO_WITNESS


async def test_a_witness_is_asked_one_thing_after_the_other(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """Of two checkpoints that leave together, neither makes the other look like a history that was taken back."""
    await choose(assist, guard, witnesses=[named(witness)])
    notes = [await happens(assist, ledger, f"r{number}") for number in range(3)]
    witness.seen.clear()
    witnesses = guard.runtime_data.components.witnesses
    (chosen,) = witnesses.chosen
    asked_now = most = 0

    async def slowly(request: web.Request) -> web.StreamResponse:
        nonlocal asked_now, most
        asked_now += 1
        most = max(most, asked_now)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked_now -= 1
        return witness.judged(witness.requests[-1])

    witness.answer = slowly
    answers = await asyncio.gather(*(witnesses.ask(chosen, note) for note in reversed(notes)))
    assert most == 1
    assert [each.verdict for each in answers] == [Verdict.COSIGNED, Verdict.BUSY, Verdict.BUSY]
    assert witnesses.alarm is None


# --- alarms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "name", "seen"),
    [
        (status(422), ISSUE_LEDGER_FORKED, None),
        (status(409, "100000\n"), ISSUE_LEDGER_ROLLED_BACK, "100000"),
    ],
)
async def test_another_history_is_an_alarm(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    witness: WitnessServer,
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
    name: str,
    seen: str | None,
) -> None:
    """In Repairs and at the sensor, over a restart; it ends when the witness agrees again."""
    await choose(assist, guard, witnesses=[named(witness)])
    await happens(assist, ledger, "r0")
    ((size, _),) = witness.seen.values()
    assert assist.states.get(SOUND).state == "on"
    witness.answer = answer
    await happens(assist, ledger, "r1")
    found = issue(assist, name)
    assert found is not None
    assert found.translation_placeholders is not None
    assert found.translation_placeholders["witness"] == witness.cosigner.key.name
    assert found.translation_placeholders["seen"] == (seen or str(size))
    assert assist.states.get(SOUND).state == "off"
    assert await assist.config_entries.async_reload(guard.entry_id)
    await settled(assist)
    assert assist.states.get(SOUND).state == "off"
    assert issue(assist, name) is not None
    witness.answer = None
    await happens(assist, guard.runtime_data.components.ledger, "r2")
    assert issue(assist, name) is None
    assert assist.states.get(SOUND).state == "on"


async def test_whoever_is_no_witness_any_more_has_nothing_to_say(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """An alarm goes with its witness."""
    await choose(assist, guard, witnesses=[named(witness)])
    witness.answer = status(422)
    await happens(assist, ledger, "r0")
    assert issue(assist, ISSUE_LEDGER_FORKED) is not None
    await choose(assist, guard, witnesses=[])
    assert issue(assist, ISSUE_LEDGER_FORKED) is None
    assert assist.states.get(SOUND).state == "on"


async def test_somebody_knows_why(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """It is written down, and the ledger goes on under a new name, which the witness has to be told of."""
    await choose(assist, guard, witnesses=[named(witness)])
    await happens(assist, ledger, "r0")
    old = ledger.verifier_key
    witness.answer = status(422)
    await happens(assist, ledger, "r1")
    found = issue(assist, ISSUE_LEDGER_FORKED)
    assert found is not None
    flow = await async_create_fix_flow(assist, found.issue_id, found.data)
    flow.hass = assist
    assert (await flow.async_step_confirm({}))["type"] is FlowResultType.CREATE_ENTRY
    await settled(assist)
    assert issue(assist, ISSUE_LEDGER_FORKED) is None
    assert assist.states.get(SOUND).state == "on"
    assert ledger.verifier_key != old
    written = [row.entry for row in (await ledger.page()).rows if row.entry.kind == "restored"]
    assert written[0].facts["witness"] == witness.cosigner.key.name
    witness.answer = status(404)
    now = dt_util.utcnow()
    async_fire_time_changed(assist, now + timedelta(minutes=5))
    await happens(assist, ledger, "r2")
    told = issue(assist, "witness_unknown_ledger")
    assert told is not None
    assert told.translation_placeholders is not None
    assert told.translation_placeholders["key"] == ledger.verifier_key
    witness.answer = None
    async_fire_time_changed(assist, now + timedelta(hours=3))
    await settled(assist)
    assert issue(assist, "witness_unknown_ledger") is None
    assert len(witness.seen) == 2
    assert verify(ledger.path)[0] == 0


# --- fixed times ----------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, 6, 24])
def test_fixed_times_depend_on_the_ledger_alone(hours: int) -> None:
    """They lie as far apart as was chosen, whenever they are asked for, and are others for another ledger."""
    period = hours * 3600
    first = next_time(1_800_000_000.0, hours, "message-guard/a")
    assert 1_800_000_000 < first <= 1_800_000_000 + period
    for moment in (first, first + 1, first + period - 1):
        assert next_time(moment, hours, "message-guard/a") == first + period
    assert next_time(1_800_000_000.0, hours, "message-guard/b") != first


async def test_checkpoints_leave_at_fixed_times(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """Not when somebody speaks, and not when the guard stops; then all of it at once."""
    notified = async_mock_service(assist, "notify", "send_message")
    await choose(
        assist,
        guard,
        witnesses=[named(witness)],
        checkpoint_notify=["notify.phone"],
        checkpoint_every="6",
    )
    for number in range(3):
        await happens(assist, ledger, f"r{number}")
    assert notified == []
    assert witness.requests == []
    await ledger.append(asked("last"))
    size = await ledger.cosignatures.size()
    async_fire_time_changed(assist, dt_util.utcnow() + timedelta(hours=6, seconds=1))
    await settled(assist)
    assert Checkpoint.parse(notified[-1].data["message"]).size == size
    assert cosigned_by(notified[-1].data["message"], witness)
    assert len(notified) == len(witness.requests) == 1
    await ledger.append(asked("more"))
    await assist.config_entries.async_unload(guard.entry_id)
    await settled(assist)
    assert len(notified) == len(witness.requests) == 1


async def test_a_checkpoint_leaves_also_when_nothing_has_happened(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """Otherwise those that do leave would show when there was something to tell."""
    notified = async_mock_service(assist, "notify", "send_message")
    await choose(
        assist,
        guard,
        witnesses=[named(witness)],
        checkpoint_notify=["notify.phone"],
        checkpoint_every="6",
    )
    await happens(assist, ledger, "r0")
    now = dt_util.utcnow()
    for times in (1, 2, 3):
        async_fire_time_changed(assist, now + timedelta(hours=6 * times, seconds=1))
        await settled(assist)
        assert len(notified) == len(witness.requests) == times
    assert len({each.data["message"] for each in notified}) == 1
    assert cosigned_by(notified[-1].data["message"], witness)
    assert witness.seen
    assert guard.runtime_data.components.witnesses.alarm is None


async def test_options_that_cannot_be_read_name_no_witness(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore
) -> None:
    """Whatever they hold, checkpoints go on."""
    await choose(assist, guard, witnesses=[{"url": "x"}, {"url": "x", "key": "y"}, "z"])
    await happens(assist, ledger, "r1")
    assert guard.runtime_data.components.witnesses.chosen == ()
