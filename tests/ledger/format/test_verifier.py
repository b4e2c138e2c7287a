"""Checking whole files: databases and exports."""

from collections.abc import Callable
from pathlib import Path
import sqlite3

import pytest

from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.encoding import UnusableError
from custom_components.message_guard.ledger.format.layout import LAYOUT
from custom_components.message_guard.ledger.format.report import Report
from custom_components.message_guard.ledger.format.signed_note import signature_check
from custom_components.message_guard.ledger.format.verifier import check_file
from tests.ledger.forgery import Scribe, sample, signer
from tests.ledger.stores import asked, opened, sent
from tests.ledger.test_verifier import TAMPERING


def check(path: Path) -> Report:
    """Check a file as the command line does."""
    return check_file(path, lambda every: Checker(check=signature_check(), every_signature=every))


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    """Return the database of a closed ledger."""
    path = tmp_path / "ledger.db"
    async with opened(path) as store:
        for number in range(4):
            await store.append_many(sent(f"r{number}"))
        await store.append(asked("waiting"))
    return path


async def test_what_is_filed_under_nothing(tmp_path: Path) -> None:
    """The last entries may be, as they lie there while somebody writes; no others."""
    path = tmp_path / "ledger.db"
    async with opened(path, retention_days=None) as store:
        await store.append_many(sent("r1"))
        assert check(path).problem is None
        await store.page()
        db = sqlite3.connect(path)
        db.execute(
            "UPDATE entries SET kind = '', contact = NULL, satellite = NULL, request = NULL WHERE sequence = 2"
        )
        db.commit()
        db.close()
        problem = check(path).problem
        assert problem is not None
        assert (problem.sequence, problem.code) == (2, "index")


def test_sound(database: Path) -> None:
    """Everything is there, also what is derived for searching."""
    report = check(database)
    assert report.problem is None
    assert report.entries == 15
    assert report.signed == 14


@pytest.mark.parametrize("what", [what for what in TAMPERING if what != "erased words put back"])
def test_tampered(database: Path, what: str) -> None:
    """Each way of tampering has its code."""
    statement, code = TAMPERING[what]
    db = sqlite3.connect(database)
    db.executescript(statement)
    db.commit()
    db.close()
    report = check(database)
    assert report.problem is not None
    assert report.problem.code == code


def test_an_export(tmp_path: Path) -> None:
    """The same report as for the database it came from."""
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(sample(120).lines))
    assert check(path).entries == 120
    path.write_bytes(path.read_bytes()[:-1])
    problem = check(path).problem
    assert problem is not None
    assert problem.code == "end"


def test_the_first_bad_signature(tmp_path: Path) -> None:
    """The last is looked at first; when it is bad, all are."""
    scribe = Scribe()
    for number in range(4):
        scribe.send(number)
        if number == 1:
            scribe.signer = signer(5)
        scribe.checkpoint()
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(scribe.export()))
    problem = check(path).problem
    assert problem is not None
    assert (problem.code, problem.sequence) == ("signature", 9)


def no_ledger(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id=7")
    db.commit()
    db.close()


def newer(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version={LAYOUT + 1}")
    db.commit()
    db.close()


def index_that_lies(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=DELETE")
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name='entries_by_kind'").fetchone()
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    content = bytearray(path.read_bytes())
    at = content.index(b"delivered", (root[0] - 1) * size)
    content[at : at + 9] = b"delivereE"
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [no_ledger, newer, Path.unlink])
def test_not_checkable(database: Path, damage: Callable[[Path], None]) -> None:
    """Nothing is said about what is no ledger of this layout."""
    damage(database)
    with pytest.raises(UnusableError):
        check(database)


def test_an_index_that_lies(database: Path) -> None:
    """A search would miss an entry: SQLite's own check of the file tells."""
    index_that_lies(database)
    problem = check(database).problem
    assert problem is not None
    assert problem.code == "index"


def test_what_is_no_database(tmp_path: Path) -> None:
    """It begins like one, and nothing can be said about it."""
    path = tmp_path / "broken.db"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(UnusableError, match="cannot be read"):
        check(path)


async def test_a_ledger_of_many_tiles(tmp_path: Path) -> None:
    """Complete tiles are compared as they become complete, and one that was changed is found."""
    path = tmp_path / "ledger.db"
    async with opened(path) as store:
        for number in range(90):
            await store.append_many(sent(f"r{number}"))
    assert check(path).problem is None
    db = sqlite3.connect(path)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0 AND number = 0")
    db.commit()
    db.close()
    problem = check(path).problem
    assert problem is not None
    assert problem.code == "tiles"
