"""The ledger on disk, used as the guard uses it."""

import asyncio
from pathlib import Path
import stat

import pytest

from custom_components.message_guard.core.errors import LedgerUnusableError, LedgerWriteError
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from tests.clock import moment, pass_time
from tests.ledger.stores import Clock, asked, exported, opened, sent, until, verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


async def test_what_is_recorded_is_there_and_verifies(path: Path) -> None:
    """Append, read, close, open, read again; and a stranger's check of file and export."""
    async with opened(path, clock_us=Clock()) as store:
        entry = await store.append(asked("r1"))
        assert (entry.sequence, entry.kind, entry.request_id) == (2, Kind.ASKED, "r1")
        await store.append_many(
            [Step(kind=kind, request_id="r1") for kind in (Kind.AUTHORISED, Kind.DELIVERED)]
        )
        page = await store.page()
        assert [row.entry.kind for row in page.rows] == [
            Kind.DELIVERED,
            Kind.AUTHORISED,
            Kind.ASKED,
            Kind.STARTED,
        ]
        assert page.rows[2].private["body"] == "dinner is ready"
        assert page.rows[2].entry == entry
        assert page.before is None
        report = await store.verify()
        assert (report.sound, report.entries) == (True, 4)
        key = store.verifier_key
        target = path.with_name("export.jsonl")
        target.write_text("".join([piece async for piece in store.export()]), encoding="utf-8")
    assert key is not None
    async with opened(path) as store:
        assert [row.entry.request_id for row in (await store.page(limit=2)).rows] == [None, "r1"]
        assert store.verifier_key == key
    for file in (path, target):
        code, text = verify(file, "--key", key)
        assert code == 0, text
        assert "SOUND" in text


async def test_only_the_owner_can_read_it(path: Path) -> None:
    """The words of the household are in these files."""
    async with opened(path) as store:
        await store.append(asked("r1"))
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


async def test_concurrent_appends_are_one_chain(path: Path) -> None:
    """A hundred at once: every one is there once, in the order of its number."""
    async with opened(path) as store:
        entries = await asyncio.gather(
            *(store.append(asked(f"r{number}")) for number in range(100))
        )
        assert sorted(entry.sequence for entry in entries) == list(range(2, 102))
        assert (await store.verify()).entries == 101


async def test_many_are_recorded_together_or_not_at_all(path: Path) -> None:
    """A step that cannot be written takes the others with it."""
    async with opened(path) as store:
        before = (await store.page()).rows
        bad = Step(kind=Kind.ASKED, request_id="r2")
        object.__setattr__(bad, "facts", {"bad": object()})
        with pytest.raises(LedgerWriteError):
            await store.append_many([asked("r1"), bad])
        assert (await store.page()).rows == before
        assert await store.append_many([]) == []
        assert (await store.append(asked("r3"))).sequence == 2


async def test_what_utf_8_cannot_carry_is_recorded_all_the_same(path: Path) -> None:
    """Half of a surrogate pair, as a speech engine may return it, spoils neither its entry nor others."""
    async with opened(path) as store:
        first, second = await store.append_many([asked("r1"), asked("r\ud83d", body="a\udc00b")])
        assert (first.request_id, second.request_id) == ("r1", "r?")
        assert (await store.page(limit=1)).rows[0].private["body"] == "a?b"
    assert verify(path)[0] == 0


async def test_a_cancelled_append_leaves_the_chain_whole(path: Path) -> None:
    """Whoever is cancelled while waiting: their entry is there or it is not, and the next one follows."""
    async with opened(path) as store:
        for number in range(50):
            task = asyncio.create_task(store.append(asked(f"r{number}")))
            for _ in range(number % 4):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await store.append(asked("last"))
        report = await store.verify()
        assert report.sound
        page = await store.page(limit=1)
        assert page.rows[0].entry.request_id == "last"
        assert page.rows[0].entry.sequence == report.entries


async def test_recovery_names_what_an_earlier_run_left_open(path: Path) -> None:
    """Asked without an end, authorised without an outcome; what ended is not named."""
    async with opened(path) as store:
        await store.append_many(
            [
                asked("waiting"),
                asked("wrong once"),
                Step(kind=Kind.WRONG_REPLY, request_id="wrong once"),
                asked("cut off"),
                Step(kind=Kind.AUTHORISED, request_id="cut off"),
                *sent("arrived"),
                *(
                    step
                    for kind in (
                        Kind.DECLINED,
                        Kind.EXPIRED,
                        Kind.SUPERSEDED,
                        Kind.PROOF_FAILED,
                        Kind.REFUSED,
                        Kind.FAILED,
                        Kind.INTERRUPTED,
                    )
                    for step in (asked(kind), Step(kind=kind, request_id=kind))
                ),
            ]
        )
    store = LedgerStore(path)
    recovery = await store.open()
    assert recovery.unfinished == ("waiting", "wrong once")
    assert recovery.interrupted == ("cut off",)
    assert not recovery.restored
    assert not recovery.taken_back
    await store.append_many(
        [
            Step(kind=Kind.EXPIRED, request_id="waiting"),
            Step(kind=Kind.EXPIRED, request_id="wrong once"),
            Step(kind=Kind.INTERRUPTED, request_id="cut off"),
        ]
    )
    await store.close()
    recovery = await store.open()
    assert recovery.unfinished == recovery.interrupted == ()
    await store.close()
    assert verify(path)[0] == 0


async def test_the_loop_goes_on_while_the_disk_is_slow(path: Path) -> None:
    """An append that waits holds up nobody else."""
    import sqlite3

    async with opened(path, busy_seconds=5) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        append = asyncio.create_task(store.append(asked("r1")))
        ticks = 0
        for _ in range(20):
            await moment()
            ticks += 1
        assert not append.done()
        other.execute("COMMIT")
        other.close()
        assert (await append).sequence == 2
        assert ticks == 20


async def test_nothing_works_while_it_is_closed(path: Path) -> None:
    """Closed before, closed after, closed twice; opened twice."""
    store = LedgerStore(path)
    for _ in range(2):
        for use in (store.append(asked("r1")), store.page(), store.checkpoint(), store.verify()):
            with pytest.raises(LedgerWriteError, match="not open"):
                await use
        await store.open()
        with pytest.raises(LedgerUnusableError, match="open already"):
            await store.open()
        await store.close()
        await store.close()


async def test_closing_writes_what_is_queued(path: Path) -> None:
    """An append that was begun before the end is on disk after it."""
    store = LedgerStore(path)
    await store.open()
    appends = [asyncio.create_task(store.append(asked(f"r{number}"))) for number in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*appends)
    async with opened(path) as again:
        assert len((await again.page(Filter(kinds=[Kind.ASKED]))).rows) == 20


async def test_checkpoints_come_by_themselves(path: Path) -> None:
    """Some time after something happened, not before, and not when nothing did; and at the end."""
    notes: list[str] = []
    async with opened(path, checkpoint_seconds=0.05) as store:
        unsubscribe = store.on_checkpoint(notes.append)
        store.on_checkpoint(lambda _: 1 / 0)
        await store.append(asked("r1"))
        assert notes == []
        await until(lambda: len(notes) == 1)
        await pass_time(1)
        assert len(notes) == 1
        assert await store.checkpoint() is None
        await store.append(asked("r2"))
        await until(lambda: len(notes) == 2)
        unsubscribe()
        unsubscribe()
        await store.append(asked("r3"))
    assert len(notes) == 2
    kept = Checkpoint.parse(path.with_suffix(".checkpoint").read_text())
    assert kept.size == 6
    code, text = verify(path, "--checkpoint", str(path.with_suffix(".checkpoint")))
    assert code == 0, text


async def test_a_checkpoint_that_cannot_be_recorded_is_tried_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the next try comes after the same time."""
    import sqlite3

    async with opened(path, checkpoint_seconds=0.05, busy_seconds=0.01) as store:
        notes: list[str] = []
        store.on_checkpoint(notes.append)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await until(lambda: "could not be made" in caplog.text)
        other.execute("COMMIT")
        other.close()
        await until(lambda: len(notes) == 1)


async def test_a_key_can_be_replaced(path: Path) -> None:
    """Old and new key both check the ledger, across a restart."""
    async with opened(path) as store:
        old = store.verifier_key
        await store.append(asked("r1"))
        new = await store.rotate_key()
        await store.append(asked("r2"))
        assert store.verifier_key == new != old
    async with opened(path) as store:
        assert store.verifier_key == new
        assert (await store.verify()).key == new
    assert old is not None
    for key in (old, new):
        code, text = verify(path, "--key", key)
        assert code == 0, text
    wrong = new.replace(new[-2], "A" if new[-2] != "A" else "B")
    assert verify(path, "--key", wrong)[0] != 0


async def test_verification_follows_the_ledger(path: Path) -> None:
    """It goes on where it stopped; begun anew it sees what was changed behind it."""
    import sqlite3

    async with opened(path) as store:
        await store.append_many([step for number in range(300) for step in sent(f"r{number}")])
        assert (await store.verify()).entries == 901
        await store.append(asked("more"))
        assert (await store.verify(pause_seconds=0.001)).entries == 902
        other = sqlite3.connect(path)
        other.execute("UPDATE entries SET line = replace(line, 'mum', 'dad') WHERE sequence = 5")
        other.commit()
        other.close()
        report = await store.verify(anew=True)
        assert not report.sound
        assert report.problem is not None
        assert report.problem.sequence in {5, 6}
        assert not (await store.verify()).sound


async def test_an_export_can_leave_out_the_words(path: Path) -> None:
    """It still verifies: the entries hold only commitments."""
    async with opened(path) as store:
        await store.append_many(sent("r1", body="a secret dinner"))
        lines = await exported(store, words=False)
        table = b"".join(await exported(store, form="csv", words=False))
        assert b"a secret dinner" in b"".join(await exported(store))
    assert b"secret" not in b"".join(lines)
    assert b"secret" not in table
    target = path.with_name("export.jsonl")
    target.write_bytes(b"".join(lines))
    assert verify(target)[0] == 0


async def test_an_export_holds_what_was_there_when_it_began(path: Path) -> None:
    """Entries appended meanwhile do not spoil its end."""
    async with opened(path) as store:
        await store.append_many([step for number in range(700) for step in sent(f"r{number}")])
        text = ""
        async for piece in store.export():
            text += piece
            await store.append(asked(f"meanwhile {len(text)}"))
    target = path.with_name("export.jsonl")
    target.write_text(text)
    code, said = verify(target)
    assert code == 0, said
    assert "2101 entries" in said
