"""scripts/verify-ledger, run as a stranger would run it, on databases and exports."""

import ast
from collections.abc import Callable
import hashlib
import json
from pathlib import Path
import shutil
import sqlite3
import subprocess
import sys

import pytest

from custom_components.message_guard.ledger.store import Erasure
from tests.ledger.forgery import sample, signer
from tests.ledger.proving import HOME, LEDGER, OTHER, WITNESS
from tests.ledger.stores import REPOSITORY, VERIFIER, asked, opened, sent, verify
from tests.ledger.witnessing import SEEN_AT


@pytest.fixture
async def ledger(tmp_path: Path) -> Path:
    """Return the database of a closed ledger."""
    path = tmp_path / "ledger.db"
    async with opened(path) as store:
        for number in range(10):
            await store.append_many(sent(f"r{number}"))
        await store.shred(Erasure.of_request("r3"))
        await store.append(asked("waiting"))
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return a sound export."""
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(sample(200).lines))
    return path


def test_it_is_built_from_what_message_guard_uses() -> None:
    """If this fails, run scripts/verifier/build."""
    built = subprocess.run(
        [sys.executable, REPOSITORY / "scripts/verifier/build", "--print"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert VERIFIER.read_text() == built
    names = [
        node.name
        for node in ast.parse(built).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]
    assert len(names) == len(set(names))


def runs(python: str) -> bool:
    """Return whether this is a Python, not a stand-in for one that is not installed."""
    return subprocess.run([python, "-V"], check=False, capture_output=True).returncode == 0


def test_it_is_one_file_for_older_pythons(tmp_path: Path, export: Path) -> None:
    """Copied to somewhere else, it runs on every Python from 3.11 on that is here."""
    copy = tmp_path / "verify-ledger"
    shutil.copy(VERIFIER, copy)
    ast.parse(copy.read_text(), feature_version=(3, 11))
    found = [shutil.which(f"python3.{minor}") for minor in (11, 12, 13)]
    pythons = [sys.executable, *(python for python in found if python and runs(python))]
    for python in pythons:
        done = subprocess.run(
            [python, "-I", copy, export], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (python, done.stdout, done.stderr)
        assert "200 entries" in done.stdout


def test_without_cryptography(ledger: Path) -> None:
    """Everything but signatures is checked; if they were asked for, it is not checkable."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", VERIFIER, ledger, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    assert run().returncode == 0
    assert "signatures were not checked" in run().stdout
    key = sample(2).key
    assert run("--key", str(key)).returncode == 2
    assert run("--checkpoint", "1:" + "0" * 64).returncode == 1


def test_as_json(export: Path) -> None:
    """For machines."""
    code, text = verify(export, "--json")
    report = json.loads(text)
    assert code == 0
    assert (report["sound"], report["entries"], report["problem"]) == (True, 200, None)
    export.write_bytes(export.read_bytes().replace(b"number 7", b"number 8", 1))
    code, text = verify(export, "--json")
    report = json.loads(text)
    assert code == 1
    assert (report["sound"], report["problem"]["code"]) == (False, "words")
    code, text = verify(export.with_name("nowhere"), "--json")
    assert code == 2
    assert "unusable" in json.loads(text)


def test_what_it_says_of_a_bad_entry(export: Path) -> None:
    """The entry, a word for what is wrong, and what it means."""
    export.write_bytes(export.read_bytes().replace(b'"kind":"delivered"', b'"kind":"declined"', 1))
    code, text = verify(export)
    assert code == 1
    assert "first bad: entry 5 (hash): its hash is not that of its content" in text
    assert "sound before it: 4 entries" in text


@pytest.mark.parametrize("arguments", [("--key", "x"), ("--checkpoint", "nowhere")])
def test_arguments_that_make_no_sense(export: Path, arguments: tuple[str, ...]) -> None:
    """They are not the ledger's fault."""
    assert verify(export, *arguments)[0] == 2


# --- databases --------------------------------------------------------------------------------------


def in_place_of_entries(select: str) -> str:
    """Return SQL that hides the table of entries behind a view of the same name."""
    return f"ALTER TABLE entries RENAME TO hidden; CREATE VIEW entries AS {select}"


TAMPERING: dict[str, tuple[str, str]] = {
    "an entry hidden by a view": (
        in_place_of_entries("SELECT * FROM hidden WHERE sequence <> 5"),
        "layout",
    ),
    "a table of another shape": (
        "ALTER TABLE private ADD COLUMN more",
        "layout",
    ),
    "a table more": ("CREATE TABLE more (x)", "layout"),
    "a trigger": (
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM private; END",
        "layout",
    ),
    "an index that leaves out one entry": (
        "DROP INDEX entries_by_kind;"  # noqa: ISC004
        "CREATE INDEX entries_by_kind ON entries (kind) WHERE sequence <> 5",
        "layout",
    ),
    "an index that is gone": ("DROP INDEX entries_by_request", "layout"),
    "filed under another contact": (
        "UPDATE entries SET contact = 'dad' WHERE sequence = 5",
        "index",
    ),
    "filed under another satellite": (
        "UPDATE entries SET satellite = NULL WHERE sequence = 5",
        "index",
    ),
    "filed under another request": (
        "UPDATE entries SET request = 'x' WHERE sequence = 5",
        "index",
    ),
    "filed under another time": ("UPDATE entries SET time = time + 1 WHERE sequence = 5", "index"),
    "filed under another kind": (
        "UPDATE entries SET kind = 'declined' WHERE sequence = 5",
        "index",
    ),
    "a day that hides entries": ("UPDATE days SET last = 4", "index"),
    "a request that waits no more": ("DELETE FROM open_requests", "index"),
    "a tile that no entries fill": ("INSERT INTO tiles VALUES (0, 0, zeroblob(8192))", "tiles"),
    "a tile of a level that is not there": ("INSERT INTO tiles VALUES (1, 0, x'00')", "tiles"),
    "the first entry deleted": ("DELETE FROM entries WHERE sequence = 1", "sequence"),
    "the first entries deleted, and their words": (
        "DELETE FROM entries WHERE sequence < 8; DELETE FROM private WHERE sequence < 8",
        "sequence",
    ),
    "an entry deleted": ("DELETE FROM entries WHERE sequence = 5", "sequence"),
    "an entry changed": (
        "UPDATE entries SET line = replace(line, 'mum', 'dad') WHERE sequence = 5",
        "index",
    ),
    "an entry written differently": (
        "UPDATE entries SET line = line || ' ' WHERE sequence = 5",
        "encoding",
    ),
    "an entry that is none": ("UPDATE entries SET line = x'00ff' WHERE sequence = 5", "encoding"),
    "words changed": (
        "UPDATE private SET sealed = replace(sealed, 'ready', 'burnt') WHERE sequence = 5",
        "words",
    ),
    "words gone": ("DELETE FROM private WHERE sequence = 5", "words"),
    "words overwritten": ("UPDATE private SET sealed = '   ' WHERE sequence = 5", "words"),
    "words without an entry": ("INSERT INTO private VALUES (999, '{}')", "words"),
    "erased words put back": (
        "UPDATE private SET sealed = (SELECT sealed FROM private WHERE sequence = 5)"  # noqa: ISC004
        " WHERE sequence = 11",
        "words",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_with_the_database(ledger: Path, what: str) -> None:
    """Whatever is done to the file, it is found, also where only searching would be misled."""
    statement, code = TAMPERING[what]
    db = sqlite3.connect(ledger)
    db.executescript(statement)
    db.commit()
    db.close()
    exit_code, text = verify(ledger)
    assert exit_code == 1, text
    assert f"({code})" in text, text


def test_an_index_that_lies(ledger: Path) -> None:
    """Pages of an index changed, so that a search misses an entry: the database's own check tells."""
    db = sqlite3.connect(ledger)
    db.execute("PRAGMA journal_mode=DELETE")
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name='entries_by_kind'").fetchone()[
        0
    ]
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    content = bytearray(ledger.read_bytes())
    start = (root - 1) * size
    at = content.index(b"delivered", start, start + size)
    content[at : at + 9] = b"delivereE"
    ledger.write_bytes(content)
    code, text = verify(ledger)
    assert code == 1
    assert "(index)" in text


def no_ledger(path: Path) -> None:
    path.unlink()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE states (x)")
    db.commit()
    db.close()


def newer(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=99")
    db.commit()
    db.close()


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("damage", [Path.unlink, no_ledger, newer, half])
def test_what_cannot_be_checked(ledger: Path, damage: Callable[[Path], None]) -> None:
    """Exit code 2, and why."""
    damage(ledger)
    code, text = verify(ledger)
    assert code == 2, text
    assert text.startswith("UNUSABLE")


async def test_while_message_guard_writes(ledger: Path) -> None:
    """The database can be checked at any time, and whoever checks disturbs nobody."""
    async with opened(ledger) as store:
        for number in range(5):
            await store.append_many(sent(f"more {number}"))
            code, text = verify(ledger)
            assert code == 0, text
        assert (await store.verify()).sound


def test_the_first_bad_signature_is_named(export: Path) -> None:
    """One signature covers all before it; only when it is bad are the others looked at."""
    from .forgery import Scribe, signer

    scribe = Scribe()
    for number in range(4):
        scribe.send(number)
        if number == 1:
            scribe.signer = signer(5)
        scribe.checkpoint()
    export.write_bytes(b"".join(scribe.export()))
    code, text = verify(export)
    assert code == 1
    assert "entry 9 (signature)" in text


# --- proofs -----------------------------------------------------------------------------------------


def test_a_proof_of_one_entry(tmp_path: Path) -> None:
    """Whoever has the keys sees what it shows; without the ledger's key it shows nothing."""
    proof = tmp_path / "entry.tlog-proof"
    proof.write_text(str(HOME.proof(2, "body")), "utf-8")
    key, witness = ("--key", str(LEDGER.key)), ("--witness", str(WITNESS.key))
    code, said = verify(proof, *key, *witness)
    assert code == 0, said
    for each in ("PROVEN", f"entry 2 of {len(HOME.lines)}", "asked", "words.body", "2027-01-15"):
        assert each in said
    assert '"dinner is ready, number 0"' in said
    code, said = verify(proof, *key, *witness, "--json")
    told = json.loads(said)
    assert (code, told["proven"], told["cosigned"]) == (0, True, {WITNESS.key.name: SEEN_AT})
    code, said = verify(proof)
    assert code == 2
    assert "give --key" in said


def test_a_proof_that_proves_nothing(tmp_path: Path) -> None:
    """It says of which entry, and why."""
    proof = tmp_path / "entry.tlog-proof"
    proof.write_text(str(HOME.proof(2, note=HOME.note(WITNESS))), "utf-8")
    key, both = (
        ("--key", str(LEDGER.key)),
        ("--witness", str(WITNESS.key), "--witness", str(OTHER.key)),
    )
    code, said = verify(proof, *key, *both)
    assert code == 1
    assert "NOT PROVEN" in said
    assert "entry 2 (cosignature): 1 of the witnesses given have cosigned it, 2 must" in said
    assert verify(proof, *key, *both, "--quorum", "1")[0] == 0
    code, said = verify(proof, "--key", str(signer(9).key), "--json")
    assert code == 1
    assert json.loads(said)["problem"]["code"] == "signature"
    proof.write_text("c2sp.org/tlog-proof@v1\nnothing\n", "utf-8")
    assert verify(proof, *key)[0] == 2


# --- tiles ------------------------------------------------------------------------------------------


def test_tiles_are_written_and_checked(ledger: Path, tmp_path: Path) -> None:
    """From a database and from an export the same folder, up to the last checkpoint, and no words in it."""
    folder, again = tmp_path / "tiles", tmp_path / "again"
    code, said = verify(ledger, "--write-tiles", str(folder))
    assert code == 0, said
    size = len(ledger_lines(ledger))
    code, said = verify(folder)
    assert code == 0, said
    assert f"{size - 1} entries" in said
    export = tmp_path / "whole.jsonl"
    export.write_text(
        "".join(
            f'{{"entry":{line},"hash":"{hashlib.sha256(line.encode()).hexdigest()}","private":null}}\n'
            for line in ledger_lines(ledger)
        )
        + f'{{"end":{size},"head":"{hashlib.sha256(ledger_lines(ledger)[-1].encode()).hexdigest()}"}}\n',
        "utf-8",
    )
    code, said = verify(export, "--write-tiles", str(again))
    assert code == 0, said
    assert files(again) == files(folder)
    bundle = folder / f"tile/entries/000.p/{size - 1}"
    bundle.write_bytes(bundle.read_bytes().replace(b"kitchen", b"chicken", 1))
    assert verify(folder)[0] == 1
    assert verify(tmp_path / "tiles" / "tile")[0] == 2


def ledger_lines(path: Path) -> list[str]:
    """Return the lines of a database."""
    db = sqlite3.connect(path)
    try:
        return [line for (line,) in db.execute("SELECT line FROM entries ORDER BY sequence")]
    finally:
        db.close()


def files(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_no_tiles_of_a_ledger_without_a_checkpoint_of_the_tree(
    export: Path, tmp_path: Path
) -> None:
    """There is nothing that other people's tools could compare them with."""
    code, said = verify(export, "--write-tiles", str(tmp_path / "tiles"))
    assert code in {0, 2}
    assert (code == 2) is ("no checkpoint of the tree" in said)
