"""A ledger that was restored goes by another name from then on, which names what the old one had signed."""

from pathlib import Path
import shutil

import pytest

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import with_cosignatures
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.format.signed_note import Key, Note, signature_check
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from tests.ledger.stores import opened, sent, verify
from tests.ledger.witnessing import Cosigner


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the ledger lies."""
    return tmp_path / "ledger.db"


async def put_back(path: Path, *, marked: bool, turn: int = 0) -> tuple[str, str]:
    """Put an older copy in place of a ledger; returns its key and the last checkpoint that left it."""
    async with opened(path) as store:
        await store.append_many(sent(f"before {turn}"))
        if marked:
            await store.begin_backup()
        shutil.copy(path, path.with_name("copy"))
        if marked:
            await store.end_backup()
        else:
            await store.checkpoint()
            shutil.copy(path, path.with_name("copy"))
        await store.append_many(sent(f"after {turn}"))
        last = await store.checkpoint()
        key = store.verifier_key
    assert last is not None
    assert key is not None
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(path.with_name("copy"), path)
    return str(key), last


@pytest.mark.parametrize("marked", [True, False], ids=["a backup", "an older copy"])
async def test_a_restored_ledger_begins_anew(path: Path, marked: bool) -> None:
    """Its name and key are new, and vouched for by the old key; nothing more is signed by the old name."""
    key, last = await put_back(path, marked=marked)
    told: list[str] = []
    store = LedgerStore(path)
    recovery = await store.open()
    store.on_checkpoint(told.append)
    assert (recovery.restored, recovery.taken_back) == (marked, not marked)
    if not marked:
        # Until somebody has said why, nothing is signed: the old name must not sign two histories.
        assert await store.checkpoint() is None
        await store.accept_restored()
    old = Checkpoint.parse(last)
    (row,) = (await store.page(Filter(kinds=[Kind.RESTORED]))).rows
    facts = row.entry.facts
    assert facts["succeeds"] == old.origin
    assert (facts["succeeds_size"], facts["succeeds_root"]) == (old.size, old.root)
    new = Key.parse(str(facts["key"]))
    assert new.name == facts["ledger"] != old.origin
    assert store.verifier_key == str(new)
    assert (await store.verify()).sound
    await store.append_many(sent("later"))
    await store.close()
    check = signature_check()
    assert check is not None
    kept = Checkpoint.parse(path.with_suffix(".checkpoint").read_text())
    for signed in (kept, *map(Checkpoint.parse, told)):
        assert signed.origin == new.name
        assert signed.note is not None
        assert signed.note.signed_by(new, check)
    for trusted in (key, str(new)):
        code, said = verify(path, "--key", trusted)
        assert code == 0, said
    assert f"signed up to entry {kept.size}" in said
    # Whoever has the last one of the old name sees what is missing, and what explains it.
    code, said = verify(path, "--checkpoint", last)
    assert code == 1
    assert "rollback" in said
    assert verify(path, "--checkpoint", last, "--allow-restored")[0] == 0
    # Excused is not seen: a witness that has cosigned what is gone has not cosigned this.
    note, witness = Note.parse(last), Cosigner(2)
    cosigned = with_cosignatures(note, [witness.cosign(note.text).line])
    path.with_name("cosigned").write_text(str(cosigned))
    given = ("--checkpoint", str(path.with_name("cosigned")), "--allow-restored")
    code, said = verify(path, *given, "--witness", str(witness.key))
    assert code == 1
    assert "0 of the witnesses given have cosigned it" in said
    # The next start has nothing to say about it any more.
    again = LedgerStore(path)
    recovery = await again.open()
    assert (recovery.restored, recovery.taken_back) == (False, False)
    assert again.verifier_key == str(new)
    await again.close()


async def test_cut_off_before_the_first_checkpoint_of_the_new_name(path: Path) -> None:
    """The old one that lies beside it is no contradiction: the ledger says itself what became of it."""
    _, last = await put_back(path, marked=True)
    async with opened(path):
        pass
    path.with_suffix(".checkpoint").write_text(last)
    store = LedgerStore(path)
    assert not (await store.open()).taken_back
    await store.close()


async def test_a_restored_ledger_whose_key_is_lost(path: Path) -> None:
    """Then nobody vouches for what follows, and whoever trusts the old key is told."""
    key, _ = await put_back(path, marked=True)
    path.with_suffix(".key").unlink()
    async with opened(path) as store:
        new = store.verifier_key
        assert (await store.verify()).sound
    assert verify(path, "--key", str(new))[0] == 0
    code, said = verify(path, "--key", key)
    assert code == 1
    assert "took the place" in said


async def test_restored_again_and_again(path: Path) -> None:
    """Each time by another name; the keys vouch for each other all the way."""
    names = set()
    first = ""
    for turn in range(3):
        key, _ = await put_back(path, marked=True, turn=turn)
        first = first or key
        async with opened(path) as store:
            names.add(str(store.verifier_key).partition("+")[0])
    assert len(names) == 3
    code, said = verify(path, "--key", first)
    assert code == 0, said
