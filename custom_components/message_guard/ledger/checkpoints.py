"""Signed roots of the ledger's tree: made, kept beside it, and the key that signs them.

The last checkpoint lies in a file of its own next to the ledger, so that a ledger that was deleted or
put back to an earlier state is noticed. That file can be deleted too: what holds against somebody who may
write there are the checkpoints that left the machine.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
import logging
import os
from pathlib import Path
import sqlite3

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..core.errors import LedgerUnusableError, LedgerWriteError
from .format.checkpoint import Checkpoint, rotation_text
from .format.encoding import entry_hash
from .format.entries import TREE_FORMAT, Fact, Kind, Step, read_entry
from .format.layout import FILED
from .format.signed_note import Key, Note
from .format.tree import tree_root
from .tiles import as_text, tile_reader
from .writer import Writer

_LOGGER = logging.getLogger(__name__)


class Signer:
    """A private key, and the verifier key that belongs to it."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        """Sign as `name`."""
        self._private = private
        self.key = Key.of(name, private.public_key().public_bytes_raw())

    @classmethod
    def new(cls, name: str) -> Signer:
        """Return a signer with a fresh key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path, name: str) -> Signer | None:
        """Return the signer whose key lies at `path`; None if there is none, or none that is a key."""
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as err:
            _LOGGER.error("The ledger's signing key cannot be read: %s", err)
            return None
        return cls(name, private) if isinstance(private, Ed25519PrivateKey) else None

    def save(self, path: Path) -> None:
        """Write the private key so that only its owner can read it; raises OSError."""
        pem = self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_durably(path, pem)

    def signature(self, text: str) -> tuple[str, bytes]:
        """Return this signer's signature of a text, as notes carry it."""
        return (self.key.name, self.key.id + self._private.sign(text.encode()))


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step, readable by its owner only; raises OSError."""
    temporary = path.with_name(path.name + ".tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)


def new_name() -> str:
    """Return a name for a ledger, or for what goes on from a backup of one."""
    return f"message-guard/{os.urandom(8).hex()}"


def _fits(db: sqlite3.Connection, checkpoint: Checkpoint) -> bool:
    """Return whether a checkpoint is one of the first entries of this ledger."""
    row = db.execute("SELECT line FROM entries WHERE sequence = ?", (checkpoint.size,)).fetchone()
    if row is None:
        return False
    try:
        if not checkpoint.root:
            return entry_hash(as_text(row[0])) == checkpoint.head
        return tree_root(tile_reader(db), checkpoint.size).hex() == checkpoint.root
    except ValueError:
        return False


class Checkpoints:
    """Makes checkpoints; every method runs in the writer's thread.

    Attributes:
        key: The verifier key in force.
        remembered: The checkpoint that was kept beside the ledger when it was opened.
        contradicted: It does not fit the ledger: history was taken back, and nobody has said why.
    """

    def __init__(self, ledger: Path) -> None:
        """Keep key and checkpoint next to the ledger."""
        self._key_file = ledger.with_suffix(".key")
        self._kept_file = ledger.with_suffix(".checkpoint")
        self._signer: Signer | None = None
        self._last = 0
        self.remembered: Checkpoint | None = None
        self.contradicted = False

    @property
    def key(self) -> Key | None:
        """The verifier key in force, None before the ledger is open."""
        return None if self._signer is None else self._signer.key

    def recall(self) -> Checkpoint | None:
        """Return the checkpoint kept beside the ledger, None if there is none."""
        try:
            self.remembered = Checkpoint.parse(self._kept_file.read_text("utf-8"))
        except FileNotFoundError:
            self.remembered = None
        except (OSError, ValueError) as err:
            _LOGGER.error("The ledger's last checkpoint cannot be read: %s", err)
            self.remembered = None
        return self.remembered

    def put_aside(self, name: str) -> None:
        """Rename key and checkpoint, because a new ledger begins."""
        for file in (self._key_file, self._kept_file):
            with suppress(FileNotFoundError):
                file.rename(file.with_name(f"{file.name}.{name}"))

    def begin(self, name: str) -> Step:
        """Return the first entry of a new ledger of that name, with a new key.

        Raises:
            LedgerUnusableError: If the key cannot be saved.
        """
        self._signer = self._saved(Signer.new(name), self._key_file)
        return Step(kind=Kind.STARTED, facts={"ledger": name, "key": str(self._signer.key)})

    def resume(self, key: Key, last: int) -> Step | None:
        """Take up the key of an existing ledger.

        Args:
            key: The verifier key in force, by the ledger's own entries.
            last: The entry with the last checkpoint, 0 for none.

        Returns:
            The entry that must be appended, if that key is gone.

        Raises:
            LedgerUnusableError: If a new key is needed and cannot be saved.
        """
        self._last = last
        following = self._key_file.with_suffix(".key.next")
        for file in (self._key_file, following):
            signer = Signer.load(file, key.name)
            if signer is not None and signer.key == key:
                if file is following:
                    # The rotation was recorded, but not finished.
                    following.replace(self._key_file)
                self._signer = signer
                return None
        _LOGGER.error("The ledger's signing key is gone; a new one takes its place")
        self._signer = self._saved(Signer.new(key.name), self._key_file)
        return Step(kind=Kind.KEY_LOST, facts={"key": str(self._signer.key)})

    def contradicts(self, writer: Writer) -> bool:
        """Return whether the remembered checkpoint does not fit the ledger.

        One of an origin that a restored ledger has put an end to is remembered by that ledger itself.
        """
        kept = self.remembered
        if kept is None or _fits(writer.db, kept):
            return False
        return not any(
            kept.origin and read_entry(line).facts.get("succeeds") == kept.origin
            for (line,) in writer.db.execute(
                f"SELECT line FROM entries WHERE kind = ? AND {FILED}",  # noqa: S608
                (Kind.RESTORED.value,),
            )
        )

    def make(self, writer: Writer) -> str | None:
        """Sign the root, append the checkpoint, keep it.

        Returns:
            The signed note, to be pushed off the machine; None if nothing happened since the last, if the
            ledger does not hold the tree of its entries, or if history was taken back and nobody has said why:
            a name must not sign two histories.

        Raises:
            LedgerWriteError: If it could not be recorded.
        """
        signer, tree = self._signer, writer.tree
        if signer is None or tree is None or tree.size == self._last or self.contradicted:
            return None
        root = Checkpoint(signer.key.name, tree.size, root=tree.root().hex())
        note = str(Note(root.text, (signer.signature(root.text),)))
        try:
            writer.append([Step(kind=Kind.CHECKPOINT, facts={"note": note}, format=TREE_FORMAT)])
        except LedgerWriteError:
            # What was recorded is known here. If another program has put something else in its place, even of the very
            # last entry, that shows at the next start.
            self.keep(note)
            raise
        self._last = writer.sequence
        self.keep(note)
        return note

    def keep(self, note: str) -> None:
        """Write a checkpoint beside the ledger."""
        try:
            write_durably(self._kept_file, note.encode())
        except OSError as err:
            _LOGGER.error("The ledger's checkpoint cannot be kept: %s", err)
        else:
            self.remembered = Checkpoint.parse(note)

    def rotate(self, writer: Writer) -> Key:
        """Replace the signing key by a new one that the old one vouches for.

        Raises:
            LedgerUnusableError: If the new key cannot be saved.
            LedgerWriteError: If it could not be recorded; the old key stays.
        """
        old = self._opened()
        self.make(writer)
        return self._replace(
            writer,
            Signer.new(old.key.name),
            lambda facts: [Step(kind=Kind.KEY_ROTATED, facts=facts)],
        )

    def begin_origin(
        self,
        writer: Writer,
        facts: Mapping[str, Fact],
        also: Callable[[sqlite3.Connection], object] = lambda _: None,
    ) -> None:
        """Record that a ledger was restored: from here on it goes by another name, and signs with another key.

        Whoever keeps checkpoints of the old name, a witness say, may have some of entries that are not in
        this ledger, and could never again take one from it. So nothing more is signed by that name.

        Args:
            writer: The writer.
            facts: How it was restored.
            also: What else belongs into that transaction.

        Raises:
            LedgerUnusableError: If the new key cannot be saved.
            LedgerWriteError: If it could not be recorded; the old name stays.
        """
        old = self._opened()
        writer.file()  # the old name's last checkpoint is looked for
        name = new_name()
        named: dict[str, Fact] = {"ledger": name, "succeeds": old.key.name}
        if (last := self._latest(writer, old.key.name)) is not None:
            named["succeeds_size"] = last.size
            named |= {"succeeds_root": last.root} if last.root else {"succeeds_head": last.head}
        self._replace(
            writer,
            Signer.new(name),
            lambda key: [Step(kind=Kind.RESTORED, facts={**facts, **named, **key})],
            also,
        )

    def _latest(self, writer: Writer, name: str) -> Checkpoint | None:
        """Return the largest checkpoint of that name that is known here."""
        row = writer.db.execute(
            f"SELECT line FROM entries WHERE kind = ? AND {FILED}"  # noqa: S608
            " ORDER BY sequence DESC LIMIT 1",
            (Kind.CHECKPOINT.value,),
        ).fetchone()
        known = [] if self.remembered is None else [self.remembered]
        if row is not None:
            with suppress(ValueError):
                known.append(Checkpoint.parse(str(read_entry(row[0]).facts.get("note"))))
        return max(
            (each for each in known if each.origin == name),
            key=lambda each: each.size,
            default=None,
        )

    def _replace(
        self,
        writer: Writer,
        new: Signer,
        steps: Callable[[Mapping[str, Fact]], Sequence[Step]],
        also: Callable[[sqlite3.Connection], object] = lambda _: None,
    ) -> Key:
        """Let a new key take the place of the one in force, which vouches for it."""
        old = self._opened()
        following = self._key_file.with_suffix(".key.next")
        self._saved(new, following)

        def vouch(db: sqlite3.Connection) -> Sequence[Step]:
            also(db)
            text = rotation_text(writer.sequence, writer.head, old.key, new.key)
            note = Note(text, (old.signature(text), new.signature(text)))
            return steps({"key": str(new.key), "note": str(note)})

        writer.transact(vouch)
        following.replace(self._key_file)
        self._signer = new
        return new.key

    def _opened(self) -> Signer:
        if self._signer is None:
            raise LedgerUnusableError("the ledger is not open")
        return self._signer

    def _saved(self, signer: Signer, path: Path) -> Signer:
        try:
            signer.save(path)
        except OSError as err:
            raise LedgerUnusableError(f"{path} cannot be written: {err.strerror}") from err
        return signer
