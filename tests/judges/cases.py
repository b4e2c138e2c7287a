"""What the judges are asked: an honest ledger, and every way of passing off another one."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from custom_components.message_guard.ledger.format.cosignature import Cosignature
from custom_components.message_guard.ledger.format.tile_folder import write_folder
from tests.judges.history import History
from tests.ledger.forgery import signer
from tests.ledger.witnessing import Cosigner

WITNESS, OTHER = Cosigner(21, "witness.example/w1"), Cosigner(22, "witness.example/w2")


@dataclass(frozen=True)
class Case:
    """Something to be judged.

    Attributes:
        name: What it is.
        family: "honest", "rewritten", "rolled back", "forked", "re-signed", "truncated", "another checkpoint" …
        accept: Whether it is to be accepted.
        asked: What a judge is given.
    """

    name: str
    family: str
    accept: bool
    asked: dict[str, Any]


class Docket:
    """Makes the cases about one ledger."""

    def __init__(self, honest: History, folder: Path) -> None:
        """Take an honest ledger of some hundred entries, and a folder to write tiles into."""
        self._honest = honest
        self._folder = folder
        self._origin = honest.signer.key.name

    def __iter__(self) -> Iterator[Case]:
        """Yield every case."""
        yield from self._checkpoints()
        yield from self._growth()
        yield from self._proofs()
        yield from self._tiles()

    def _asked(self, kind: str, **given: Any) -> dict[str, Any]:
        return {
            "kind": kind,
            "origin": self._origin,
            "key": self._honest.key,
            "witnesses": [],
            **given,
        }

    def _stolen(self) -> History:
        return self._honest.signed_by(signer(9, self._origin))

    # --- checkpoints ------------------------------------------------------------------------------

    def _checkpoints(self) -> Iterator[Case]:
        honest = self._honest

        def case(
            name: str, family: str, note: str, *by: Cosigner, accept: bool = False, **given: Any
        ) -> Case:
            keys = [str(each.key) for each in by]
            return Case(
                name,
                family,
                accept,
                self._asked("checkpoint", note=note, witnesses=keys, **given),
            )

        for size in (1, 2, 255, 256, 257, honest.size):
            yield case(f"checkpoint of {size}", "honest", honest.note(size), accept=True)
        both = honest.note(None, WITNESS, OTHER)
        yield case("cosigned by one", "honest", both, WITNESS, accept=True)
        yield case("cosigned by two", "honest", both, WITNESS, OTHER, accept=True)
        yield case("another key", "re-signed", self._stolen().note())
        yield case("another key's name", "re-signed", both, key=self._stolen().key)
        yield case("another origin", "re-signed", both, origin="message-guard/ffffffffffffffff")
        yield case(
            "another root", "rewritten", _swapped(honest.note(), honest.until(300).note(), 2)
        )
        yield case(
            "a smaller size", "truncated", honest.note().replace(f"\n{honest.size}\n", "\n300\n")
        )
        yield case("a fourth line", "re-signed", honest.note().replace("\n\n", "\ntime 1\n\n", 1))
        yield case("no signature", "truncated", honest.note().partition("\n\n")[0] + "\n\n")
        text = honest.note().partition("\n\n")[0] + "\n"
        yield case("not cosigned", "truncated", honest.note(None, OTHER), WITNESS)
        yield case(
            "cosigned earlier",
            "rolled back",
            self._with(WITNESS.cosign(honest.note(300)).line),
            WITNESS,
        )
        late = bytearray(WITNESS.cosign(text).raw)
        late[11] ^= 1
        line = Cosignature(WITNESS.key.name, bytes(late), 0).line
        yield case("cosigned at another time", "re-signed", self._with(line), WITNESS)
        plain = honest.signer.signature(text)[1][4:]
        line = Cosignature(WITNESS.key.name, WITNESS.key.id + plain, 0).line
        yield case("an ordinary signature", "re-signed", self._with(line), WITNESS)

    def _with(self, line: str) -> str:
        return f"{self._honest.note()}{line}\n"

    # --- growth -----------------------------------------------------------------------------------

    def _growth(self) -> Iterator[Case]:
        honest = self._honest
        end = honest.size

        def case(
            name: str,
            family: str,
            old: str,
            note: str,
            hashes: Sequence[bytes],
            *,
            accept: bool = False,
        ) -> Case:
            encoded = [base64.b64encode(each).decode() for each in hashes]
            asked = self._asked("consistency", old=old, note=note, hashes=encoded)
            return Case(name, family, accept, asked)

        for old in (1, 2, 255, 256, 257, end - 1, end):
            proof = honest.consistency(old)
            yield case(f"from {old}", "honest", honest.note(old), honest.note(), proof, accept=True)
        for sequence in (1, 2, 128, 256, 299):
            forged = honest.rewritten(sequence)
            proof = forged.consistency(300)
            yield case(f"entry {sequence}", "rewritten", honest.note(300), forged.note(), proof)
        fork = History([*honest.lines[:300], *honest.rewritten(301).lines[300:]], honest.signer)
        yield case("at 301", "forked", honest.note(end - 1), fork.note(), fork.consistency(end - 1))
        yield case("same size", "forked", honest.note(), fork.note(), [])
        yield case(
            "at 301, its true proof",
            "forked",
            honest.note(end - 1),
            fork.note(),
            honest.consistency(end - 1),
        )
        yield case("to 300", "rolled back", honest.note(), honest.note(300), [])
        yield case(
            "to 300, turned round",
            "rolled back",
            honest.note(),
            honest.note(300),
            honest.consistency(300),
        )
        for left_out in (0, -1):
            proof = honest.consistency(300)
            del proof[left_out]
            yield case(
                f"proof without hash {left_out}",
                "truncated",
                honest.note(300),
                honest.note(),
                proof,
            )
        yield case("no proof", "truncated", honest.note(300), honest.note(), [])
        proof = honest.consistency(300)
        yield case("another proof", "another checkpoint", honest.note(299), honest.note(), proof)
        yield case("another key", "re-signed", honest.note(300), self._stolen().note(), proof)

    # --- proofs -----------------------------------------------------------------------------------

    def _proofs(self) -> Iterator[Case]:
        honest = self._honest
        end = honest.size
        note = honest.note(None, WITNESS)

        def case(
            name: str,
            family: str,
            proof: str,
            entry: str,
            *,
            accept: bool = False,
            witnessed: bool = False,
        ) -> Case:
            keys = [str(WITNESS.key)]
            asked = self._asked(
                "proof", proof=proof, entry=entry, witnesses=keys, witnessed=witnessed
            )
            return Case(name, family, accept, asked)

        for sequence in (1, 2, 255, 256, 257, end):
            entry = honest.lines[sequence - 1]
            proof = honest.proof(sequence, note)
            yield case(f"entry {sequence}", "honest", proof, entry, accept=True)
        entry, proof = honest.lines[99], honest.proof(100, note)
        forged = honest.rewritten(100)
        yield case("another entry", "another entry", proof, honest.lines[100])
        yield case("a changed entry", "rewritten", proof, forged.lines[99])
        yield case(
            "rewritten, cosigned before", "rewritten", forged.proof(100, note), forged.lines[99]
        )
        yield case(
            "rewritten, never cosigned",
            "rewritten",
            forged.proof(100, forged.note()),
            forged.lines[99],
            witnessed=True,
        )
        yield case(
            "earlier checkpoint",
            "another checkpoint",
            honest.proof(100, honest.note(300, WITNESS)),
            entry,
        )
        earlier = honest.proof(100, note, 300)
        yield case("proof of an earlier one", "another checkpoint", earlier, entry)
        other = forged.note(None, WITNESS)
        yield case("checkpoint of another", "another checkpoint", honest.proof(100, other), entry)
        yield case(
            "another place", "another entry", proof.replace("\nindex 99\n", "\nindex 98\n"), entry
        )
        yield case(
            "beyond the tree", "truncated", honest.proof(100, honest.note(50, WITNESS), 300), entry
        )
        lines = proof.split("\n")
        yield case(
            "without its first hash", "truncated", "\n".join([*lines[:3], *lines[4:]]), entry
        )
        yield case(
            "another key", "re-signed", honest.proof(100, self._stolen().note(None, WITNESS)), entry
        )

    # --- tiles ------------------------------------------------------------------------------------

    def _tiles(self) -> Iterator[Case]:
        honest = self._honest

        def case(name: str, family: str, *, accept: bool = False) -> Case:
            asked = self._asked("tiles", folder=str(self._folder / name.replace(" ", "-")))
            return Case(name, family, accept, asked)

        def written(name: str, history: History, note: str) -> Path:
            folder = self._folder / name.replace(" ", "-")
            write_folder(folder, history.lines, note)
            return folder

        for size in (1, 256, honest.size):
            name = f"tiles of {size}"
            written(name, honest.until(size), honest.note(size))
            yield case(name, "honest", accept=True)
        forged = honest.rewritten(100)
        written("rewritten under the old checkpoint", forged, honest.note())
        yield case("rewritten under the old checkpoint", "rewritten")
        written("signed anew", honest, self._stolen().note())
        yield case("signed anew", "re-signed")
        written("cut short", honest.until(300), honest.note())
        yield case("cut short", "truncated")
        folder = written("one entry of another", honest, honest.note())
        bundle = folder / "tile/entries/000"
        bundle.write_bytes(bundle.read_bytes().replace(b'"kind":"asked"', b'"kind":"acked"', 1))
        yield case("one entry of another", "rewritten")
        folder = written("one hash of another", honest, honest.note())
        tile = folder / "tile/0/000"
        tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
        yield case("one hash of another", "rewritten")
        folder = written("a tile is missing", honest, honest.note())
        (folder / "tile/0/000").unlink()
        yield case("a tile is missing", "truncated")


def _swapped(note: str, other: str, line: int) -> str:
    """Return a note with one line of another."""
    lines, others = note.split("\n"), other.split("\n")
    lines[line] = others[line]
    return "\n".join(lines)
