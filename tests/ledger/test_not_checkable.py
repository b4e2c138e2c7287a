"""scripts/verify-ledger says that it cannot tell, where it is given what a file cannot be compared with."""

from pathlib import Path
import tarfile

import pytest

from custom_components.message_guard.ledger.format.cosignature import with_cosignatures
from custom_components.message_guard.ledger.format.signed_note import Note
from tests.ledger.forgery import sample
from tests.ledger.proving import WITNESS
from tests.ledger.stores import verify


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return a sound export."""
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(sample(200).lines))
    return path


def part_of(export: Path) -> Path:
    """Return an export that begins with a later entry."""
    path = export.with_name("part.jsonl")
    path.write_bytes(b"".join(export.read_bytes().splitlines(keepends=True)[5:]))
    return path


def test_a_part_is_not_called_what_it_cannot_be_compared_with(export: Path) -> None:
    """Alone it is sound as far as it goes; with a key, a checkpoint or a witness it is not checkable."""
    part, made = part_of(export), sample(200)
    code, said = verify(part)
    assert code == 0
    assert "begins with entry 6" in said
    export.with_name("note").write_text(made.notes[-1], "utf-8")
    for given in (
        ("--key", str(made.key)),
        ("--checkpoint", str(export.with_name("note"))),
        ("--witness", str(WITNESS.key)),
        ("--witness", str(WITNESS.key), "--quorum", "0"),
    ):
        code, said = verify(part, *given)
        assert code == 2, said
        assert "does not begin with the first entry" in said
        assert "cosigned up to" not in said


def test_an_export_holds_no_cosignatures(export: Path) -> None:
    """Without a cosigned note there is nothing to look at; with one there is."""
    witness = ("--witness", str(WITNESS.key))
    code, said = verify(export, *witness)
    assert code == 2
    assert "give a cosigned note" in said
    note = Note.parse(sample(200).notes[-1])
    line = WITNESS.cosign(note.text).line
    path = export.with_name("note")
    path.write_text(str(with_cosignatures(note, [line])), "utf-8")
    code, said = verify(export, *witness, "--checkpoint", str(path))
    assert code == 0, said
    assert f"by {WITNESS.key.name}" in said


def test_a_database_of_before_the_tree_holds_no_cosignatures(tmp_path: Path) -> None:
    """It is sound, and it is not its fault that nobody could cosign it."""
    with tarfile.open(Path(__file__).parent / "layout-1.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    assert verify(tmp_path / "ledger.db")[0] == 0
    code, said = verify(tmp_path / "ledger.db", "--witness", str(WITNESS.key))
    assert code == 2, said
    assert "holds no cosignatures" in said
