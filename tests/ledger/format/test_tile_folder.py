"""A ledger as a folder of tiles, written and checked; what others say of such folders is in tests/judges."""

from collections.abc import Callable
import json
from pathlib import Path

import pytest

from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import UnusableError, canonical
from custom_components.message_guard.ledger.format.report import Report
from custom_components.message_guard.ledger.format.signed_note import Note, signature_check
from custom_components.message_guard.ledger.format.tile_folder import (
    check_folder,
    folder_checkpoint,
    tile_path,
    write_folder,
)
from custom_components.message_guard.ledger.format.tree import Growing
from tests.ledger.forgery import NAME, Scribe, signer
from tests.ledger.proving import OTHER, WITNESS, Home
from tests.ledger.second_verifier_tiles import lies, tiles

HOME = Home(100)


def written(folder: Path, *, seed: int = 1) -> Path:
    """Write the folder of a ledger of 301 entries."""
    write_folder(folder / "tiles", HOME.lines, HOME.note(seed=seed))
    return folder / "tiles"


def checked(folder: Path, seed: int = 1) -> Report:
    """Check it with the key; the second verifier says the same."""
    remembered = [folder_checkpoint(folder)]
    checker = Checker(check=signature_check(), key=signer(seed).key, remembered=remembered)
    report = check_folder(folder, checker)
    assert (tiles(folder, str(signer(seed).key)) is None) == (report.problem is None)
    return report


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (5, 3, "tile/0/005.p/3"),
        (1234067, 256, "tile/0/x001/x234/067"),
        (1000, 1, "tile/0/x001/000.p/1"),
    ],
)
def test_where_tiles_lie(number: int, width: int, path: str) -> None:
    """As C2SP's tlog-tiles names them."""
    assert tile_path("0", number, width) == lies("0", number, width) == path


def test_an_honest_folder(tmp_path: Path) -> None:
    """It is sound up to its checkpoint, and holds no words."""
    folder = written(tmp_path)
    report = checked(folder)
    assert report.problem is None
    assert report.entries == len(HOME.lines) == 301
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {str(path.relative_to(folder)) for path in files} == {
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/45",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/45",
    }
    assert not any(b"dinner" in path.read_bytes() for path in files)


def change(name: str, how: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Return what changes a file of the folder."""

    def tamper(folder: Path) -> None:
        (folder / name).write_bytes(how((folder / name).read_bytes()))

    return tamper


ENTRIES, LAST = "tile/entries/000", "tile/entries/001.p/45"


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (change(ENTRIES, lambda raw: raw.replace(b"kitchen", b"chicken", 1)), "chain"),
        (change(ENTRIES, lambda raw: raw.replace(b"kitchen", b"k\xfftchen", 1)), "encoding"),
        (change(ENTRIES, lambda raw: raw.replace(b'"format":1', b'"format": ', 1)), "encoding"),
        (change(LAST, lambda raw: raw[:-1]), "tiles"),
        (change(LAST, lambda raw: raw + b"\0\0"), "tiles"),
        (change(LAST, lambda raw: raw[:1]), "tiles"),
        (change("tile/0/000", lambda raw: bytes(32) + raw[32:]), "tiles"),
        (change("tile/1/000.p/1", lambda raw: b""), "tiles"),
        (lambda folder: (folder / LAST).unlink(), "tiles"),
        (lambda folder: (folder / "tile/0/000").unlink(), "tiles"),
    ],
)
def test_a_folder_that_was_tampered_with(
    tmp_path: Path, tamper: Callable[[Path], None], code: str
) -> None:
    """Whatever is changed in it shows."""
    folder = written(tmp_path)
    tamper(folder)
    problem = checked(folder).problem
    assert problem is not None
    assert problem.code == code


def test_another_key(tmp_path: Path) -> None:
    """Signed anew by somebody else, it is not the ledger."""
    problem = checked(written(tmp_path, seed=9)).problem
    assert problem is not None
    assert problem.code == "key"


def noted(lines: list[str], name: str, seed: int, root: str = "") -> str:
    """Return a checkpoint of these lines, or of another root, well signed."""
    tree = Growing()
    for line in lines:
        tree.add(line.encode())
    text = Checkpoint(name, len(lines), root=root or tree.root().hex()).text
    return str(Note(text, (signer(seed, name).signature(text),)))


def test_a_folder_that_was_cosigned(tmp_path: Path) -> None:
    """By one witness, and not by another."""
    write_folder(tmp_path / "tiles", HOME.lines, HOME.note(WITNESS))
    witness, other = str(WITNESS.key), str(OTHER.key)
    assert tiles(tmp_path / "tiles", None, [witness]) is None
    assert tiles(tmp_path / "tiles", None, [witness, other], 1) is None
    assert tiles(tmp_path / "tiles", None, [witness, other]) is not None


def test_a_folder_that_does_not_begin_with_the_first_entry(tmp_path: Path) -> None:
    """Its tiles and its checkpoint are made to fit what is left; it is no ledger without its first entry."""
    lines = HOME.lines[1:]
    write_folder(tmp_path / "tiles", lines, noted(lines, NAME, 1))
    problem = checked(tmp_path / "tiles").problem
    assert problem is not None
    assert (problem.sequence, problem.code) == (1, "sequence")


def test_no_restore_excuses_the_checkpoint_of_a_folder(tmp_path: Path) -> None:
    """It is of these entries, or the folder is not what was signed."""
    scribe = Scribe()
    scribe.restore(2, "message-guard/restored")
    scribe.send(1)
    lines = [canonical(json.loads(line)["entry"]) for line in scribe.lines]
    write_folder(tmp_path / "tiles", lines, noted(lines, NAME, 1, "ab" * 32))
    known = [folder_checkpoint(tmp_path / "tiles")]
    checker = Checker(check=signature_check(), remembered=known, allow_restored=True)
    problem = check_folder(tmp_path / "tiles", checker).problem
    assert problem is not None
    assert problem.code == "rollback"
    assert tiles(tmp_path / "tiles") is not None


@pytest.mark.parametrize("content", ["", "nothing\n", None])
def test_no_folder_of_tiles(tmp_path: Path, content: str | None) -> None:
    """Without a checkpoint nothing can be said."""
    if content is not None:
        (tmp_path / "checkpoint").write_text(content)
    with pytest.raises(UnusableError):
        folder_checkpoint(tmp_path)


def test_an_entry_that_is_too_long(tmp_path: Path) -> None:
    """C2SP's bundles hold no entry of more than 65535 bytes."""
    with pytest.raises(UnusableError, match="entry 1 is too long"):
        write_folder(tmp_path / "tiles", ["x" * 65536], "")


def test_a_ledger_of_before_the_tree(tmp_path: Path) -> None:
    """Its checkpoints have no root, so there is nothing to compare tiles with."""
    (tmp_path / "checkpoint").write_text(HOME.note().replace("\n\n", "\ntime 1\n\n", 1))
    with pytest.raises(UnusableError, match="no checkpoint of a tree"):
        folder_checkpoint(tmp_path)
