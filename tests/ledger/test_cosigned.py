"""What witnesses have signed, kept beside the entries; and what is there when the ledger cannot be read."""

import asyncio
from pathlib import Path
import sqlite3

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.errors import LedgerError, LedgerUnusableError
from custom_components.message_guard.ledger.cosigned import Alarm, checkpoint_of
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.signed_note import Key, Note, signature_check
from custom_components.message_guard.ledger.proving import NoEntryError, prove
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.ledger.witness import Verdict
from tests.ledger.forgery import NAME, signer
from tests.ledger.stores import asked, opened, verify
from tests.ledger.witness_server import WitnessServer
from tests.ledger.witnessed_home import choose, happens, ledger, named, settled, witness
from tests.ledger.witnessing import Cosigner

__all__ = ["ledger", "witness"]

CHECK = signature_check()
assert CHECK is not None
OF_BEFORE = Checkpoint(NAME, 4, head="ab" * 32, time=18).text
OLD = str(Note(OF_BEFORE, (signer(1).signature(OF_BEFORE),)))
ONE, TWO = Cosigner(21), Cosigner(22, "witness.example/w2")


async def cosigned(store: LedgerStore, *by: Cosigner) -> Checkpoint:
    """Let something happen, and let these witnesses cosign the checkpoint."""
    await store.append(asked("r"))
    note = await store.checkpoint()
    assert note is not None
    checkpoint = Checkpoint.parse(note)
    assert checkpoint.note is not None
    for each in by:
        line = each.cosign(checkpoint.note.text).line
        await store.cosignatures.keep(checkpoint.origin, checkpoint.size, str(each.key), line)
    return checkpoint


async def test_which_checkpoint_proves_an_entry_best(tmp_path: Path) -> None:
    """The first that most witnesses have cosigned; without any the newest; only of the key in force."""
    async with opened(tmp_path / "ledger.db") as store:
        await cosigned(store)
        alone = await prove(store, 1)
        assert alone.signed_by == (str(store.verifier_key).partition("+")[0],)
        one = await cosigned(store, ONE)
        both = await cosigned(store, TWO, ONE)
        await cosigned(store, ONE, TWO)
        await cosigned(store, TWO)
        found = await prove(store, 1)
        assert found.size == both.size > one.size
        assert sorted(found.signed_by[1:]) == [ONE.key.name, TWO.key.name]
        assert (await prove(store, both.size + 1)).size > both.size
        assert await store.cosignatures.last(both.origin, str(ONE.key)) > both.size
        assert await store.cosignatures.last("another", str(ONE.key)) == 0
        await store.rotate_key()
        after = await prove(store, 1)
        assert after.signed_by == alone.signed_by
        assert after.key == store.verifier_key
        file = tmp_path / after.name
        await asyncio.to_thread(file.write_text, after.text)
        code, said = verify(file, "--key", after.key)
        assert code == 0, said


async def test_an_alarm_is_kept_until_the_witness_agrees(tmp_path: Path) -> None:
    """One for each witness."""
    async with opened(tmp_path / "ledger.db") as store:
        first, second = Alarm("forked", "a", 3, 5), Alarm("rolled_back", "a", 9, 5)
        await store.cosignatures.keep_alarm(str(ONE.key), first)
        await store.cosignatures.keep_alarm(str(TWO.key), second)
        assert await store.cosignatures.alarms() == {str(ONE.key): first, str(TWO.key): second}
        await cosigned(store, ONE)
        assert await store.cosignatures.alarms() == {str(TWO.key): second}
        assert verify(tmp_path / "ledger.db")[0] == 0


async def test_what_the_tree_does_not_hold(tmp_path: Path) -> None:
    """There is no proof of it."""
    async with opened(tmp_path / "ledger.db") as store:
        assert await store.cosignatures.newest() is None
        assert await store.read(lambda db: checkpoint_of(db, 1)) is None
        with pytest.raises(LedgerUnusableError):
            await store.cosignatures.consistency(1000, 1001)
        with pytest.raises(LedgerUnusableError):
            await store.cosignatures.inclusion(1000, 1001)
        with pytest.raises(NoEntryError):
            await prove(store, 1000)
        # History was taken back, and nobody has said why: nothing is signed, so nothing can be proved.
        store._checkpoints.contradicted = True
        with pytest.raises(LedgerUnusableError):
            await prove(store, 1)
        key = Key.parse(str(store.verifier_key))
        assert CHECK is not None
        assert await store.cosignatures.provable(1, key, CHECK) is None
    with pytest.raises(LedgerError):
        await prove(store, 1)


async def test_checkpoints_of_before_the_tree_prove_nothing(tmp_path: Path) -> None:
    """They name no root."""
    async with opened(tmp_path / "ledger.db") as store:
        await cosigned(store)
        path = store.path
        size = await store.cosignatures.size()
    db = sqlite3.connect(path)
    (line,) = db.execute("SELECT line FROM entries WHERE sequence = ?", (size,)).fetchone()
    for note in (OLD, "nothing"):
        entry = line.replace(line[line.index('"note":"') + 8 : line.index('"},"format"')], "NOTE")
        written = entry.replace("NOTE", note.replace("\n", "\\n"))
        db.execute("UPDATE entries SET line = ? WHERE sequence = ?", (written, size))
        assert checkpoint_of(db, size - 1) is None
    db.close()


async def test_a_ledger_that_cannot_be_read_stops_nobody(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """Checkpoints go on without cosignatures, the witness is asked again, and nothing is raised."""
    await choose(assist, guard, witnesses=[named(witness)])
    note = await happens(assist, ledger, "r0")
    witnesses = guard.runtime_data.components.witnesses
    (chosen,) = witnesses.chosen
    assert (await witnesses.ask(chosen, OLD)).verdict is Verdict.AWAY
    await ledger.close()
    await witnesses.load()
    assert witnesses.alarm is None
    assert await witnesses.cosign(note) == note
    (state,) = witnesses.states.values()
    assert state.verdict is Verdict.AWAY
    with pytest.raises(LedgerError):
        await witnesses.first(chosen)
    await settled(assist)
    assert len(witness.requests) == 1
