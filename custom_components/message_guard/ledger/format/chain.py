"""Checks a ledger entry by entry: encoding, chain, tree, commitments, remembered checkpoints."""

from collections.abc import Callable, Iterable
import hashlib
import json
from typing import Any

from .checkpoint import Checkpoint
from .encoding import (
    FORMAT,
    GENESIS,
    LARGEST_INTEGER,
    SALT_BYTES,
    TREE_FORMAT,
    TamperedError,
    UnusableError,
    commitment,
    encoded_in_order,
)
from .keyring import Keyring
from .layout import well_filed
from .report import Problem, Report, Tally
from .signed_note import Key, SignatureCheck
from .tree import Growing

_FIELDS = (
    "commitments",
    "facts",
    "format",
    "kind",
    "previous",
    "reasons",
    "request_id",
    "sequence",
    "time",
)
_FACT_TYPES = frozenset({str, int, bool, type(None)})
_STRING = frozenset({str})
_HASH_LENGTH = frozenset({len(GENESIS)})

# Reads like json.loads, without looking for white space around the value: there must be none.
_read = json.JSONDecoder().raw_decode

_sha256 = hashlib.sha256

REMEMBERED_NAMES = 1000
"""So many combinations of names are not looked at again; there are few in any real ledger."""

# Whatever json.loads and a look into what it returns can raise, for bytes that anybody may have made.
_DAMAGE = (ValueError, KeyError, AttributeError, TypeError, RecursionError)


def _exact(values: Iterable[Any]) -> bool:
    """Return whether all integers are the same number to every reader of JSON."""
    return all(type(each) is not int or abs(each) <= LARGEST_INTEGER for each in values)


class Checker:
    """Checks entries in their order; what it remembers does not grow with the ledger.

    Give it exported lines (`add_export`) or rows of the database (`add_row`), then ask for the
    `report`. More may be added after a report.

    Attributes:
        sequence: The last sound entry, 0 for none.
        head: Its hash.
        tree: The tree of the entries up to there, as far as they were added.
        parts: Whether exported lines may begin with a later entry than the first. Rows never may.
        matched: The checkpoints given that fit; not those that only a restore excuses.
    """

    def __init__(
        self,
        *,
        check: SignatureCheck | None = None,
        key: Key | None = None,
        remembered: Iterable[Checkpoint] = (),
        allow_restored: bool = False,
        every_signature: bool = True,
    ) -> None:
        """Say what is known from elsewhere.

        Args:
            check: Checks one signature; None leaves signatures unchecked.
            key: The verifier key shown at set-up; without it the ledger's own word is taken.
            remembered: Checkpoints that left the machine earlier.
            allow_restored: Accept that a recorded restore of a ledger took back entries that a checkpoint
                of its old name remembers.
            every_signature: Check each checkpoint's signature, not only the last one of each key. The
                last covers all entries before it; only each names the first bad entry.
        """
        self.sequence = 0
        self.head = GENESIS
        self.tree = Growing()
        self.parts = True
        self.matched: list[Checkpoint] = []
        self._unmet: list[str] = []
        self._time = 0
        self._ended = False
        self._given = tuple(remembered)
        self._ahead = sorted(self._given, key=lambda checkpoint: -checkpoint.size)
        self._allow_restored = allow_restored
        self._notes: list[str] = []
        self._names: set[tuple[str, ...]] = set()
        self._facts: dict[str, Any] = {}
        self._facts_line = "{}"
        self._reasons: list[str] = []
        self._reasons_line = "[]"
        self._keyring = Keyring(check, key, every_signature=every_signature)
        self._tally = Tally()
        self._watched: dict[str, Callable[[Any, int], None]] = {
            **self._tally.watched,
            **dict.fromkeys(
                ("started", "key_rotated", "key_lost"),
                lambda entry, _: self._keyring.see_key(self.sequence, entry),
            ),
            "restored": self._see_restored,
            "checkpoint": lambda entry, _: self._keyring.see_checkpoint(
                self.sequence, entry, self._root()
            ),
        }

    def add_export(self, raw: bytes) -> None:
        """Check one line of an export, its line feed included.

        Raises:
            TamperedError: If it is not what must come here.
            UnusableError: If it is of a format that this verifier does not know.
        """
        try:
            text = raw.decode()
            line, _ = _read(text)
            if "end" in line:
                self._end(text)
                return
            entry, private = line["entry"], line["private"]
            sealed = encoded_in_order(private) if private else "null" if private is None else "{}"
            expected = self._expected(entry)
            content = expected.encode()
            digest = _sha256(content).hexdigest()
            same = text == f'{{"entry":{expected},"hash":"{digest}","private":{sealed}}}\n'
            if same and not self._ended:
                self._follow(entry, content, digest, private)
                return
            encoded = encoded_in_order(entry)
            content = encoded.encode()
            digest = _sha256(content).hexdigest()
            same = text == f'{{"entry":{encoded},"hash":"{digest}","private":{sealed}}}\n'
            stated = line["hash"]
        except _DAMAGE as err:
            raise self._bad("encoding", f"the line is damaged ({type(err).__name__})") from err
        if self._ended:
            raise self._bad("end", "the export goes on after its last line")
        if stated != digest:
            raise self._bad("hash", "its hash is not that of its content: one of them was changed")
        if not same:
            raise self._bad("encoding", "it is not written in the one way it must be")
        self._link(entry, content, digest, private, part=self.parts)

    def add_row(self, row: tuple[Any, ...]) -> None:
        """Check one row of the database: sequence, line, five derived columns, private values.

        Whether it may be one that is not filed yet is looked at by `verifier.check_unfiled`.

        Raises:
            TamperedError: If it is not what must come here.
            UnusableError: If it is of a format that this verifier does not know.
        """
        number, line, time, kind, contact, satellite, request, sealed = row
        try:
            entry, _ = _read(line)
            content = line.encode()
            digest = _sha256(content).hexdigest()
            expected = self._expected(entry) == line
            same = expected or encoded_in_order(entry) == line
            private = {}
            # Erased private values are overwritten with as many spaces.
            if sealed is not None and sealed.strip(" "):
                private = json.loads(sealed)
                same = same and encoded_in_order(private) == sealed
        except _DAMAGE as err:
            raise self._bad("encoding", f"the line is damaged ({type(err).__name__})") from err
        if not same:
            raise self._bad("encoding", "it is not written in the one way it must be")
        if expected:
            self._follow(entry, content, digest, private)
        else:
            self._link(entry, content, digest, private, part=False)
        told = (entry["sequence"], entry["time"])
        if told != (number, time) or not well_filed(entry, (kind, contact, satellite, request)):
            raise TamperedError(self.sequence, "index", "it is filed under what it does not say")

    def report(self, *, export: bool = False) -> Report:
        """Return what has been found in all that was added so far.

        Args:
            export: It came as an export, so it must have had its last line.

        Raises:
            TamperedError: If what was added is sound by itself, but not all there, or not the right one.
            UnusableError: If it is a part that cannot be compared with the key or a checkpoint given.
        """
        if export and not self._ended:
            raise TamperedError(None, "end", f"it is cut short after entry {self.sequence}")
        for checkpoint in self._ahead:
            self._rolled_back(
                checkpoint,
                None,
                f"it ends with entry {self.sequence}, but a remembered checkpoint has"
                f" {checkpoint.size}: the rest was cut off",
            )
        keyring, whole = self._keyring, self._tally.whole
        unmet = list(self._unmet)
        if not whole and not keyring.settled_by_trusted():
            unmet.append("the key given has signed nothing that can be checked without it")
        if not unmet:
            keyring.finish(self._given, whole=whole)
        notes = [*self._notes, *self._tally.finish()]
        if unmet:
            raise UnusableError(f"it does not begin with the first entry: {unmet[0]}")
        if keyring.lost >= 0:
            notes.append("a signing key was lost: what it signed ends where the next one begins")
        if keyring.keys and not keyring.checks:
            notes.append("signatures were not checked: the package cryptography is missing")
        elif keyring.signed < self.sequence - 1:  # the checkpoint itself is one entry more
            notes.append(f"the last {self.sequence - keyring.signed} entries are not signed yet")
        return Report(
            entries=self.sequence,
            head=self.head,
            notes=notes,
            gaps=list(self._tally.gaps),
            signed=keyring.signed,
            key=str(keyring.keys[-1]) if keyring.keys else None,
            whole=whole,
        )

    def failed(self, err: TamperedError) -> Report:
        """Return the report of a ledger in which this was found."""
        return Report(
            entries=self.sequence,
            head=self.head,
            problem=Problem(err.sequence, err.code, str(err)),
        )

    def _link(self, entry: Any, content: bytes, digest: str, private: Any, *, part: bool) -> None:
        """Check an entry against the one before, then what it says."""
        if type(entry) is not dict or tuple(entry) != _FIELDS:
            raise self._bad("fields", "it does not have exactly the fields of an entry, in order")
        commitments, facts, form, kind, previous, reasons, request, sequence, time = entry.values()
        if type(form) is int and form > TREE_FORMAT:
            raise UnusableError(f"entry {sequence} is of a newer format: use a newer verifier")
        if not (
            type(sequence) is int
            and type(time) is int
            and type(kind) is str
            and type(form) is int
            and (form == FORMAT or (form == TREE_FORMAT and kind == "checkpoint"))
            and (request is None or type(request) is str)
            and self._good_facts(facts)
            and type(reasons) is list
            and _STRING.issuperset(map(type, reasons))
            and type(commitments) is dict
            and -LARGEST_INTEGER <= time <= LARGEST_INTEGER
        ):
            raise self._bad(
                "fields", "a field holds what it cannot hold, or names are out of order"
            )
        if sequence != self.sequence + 1 or previous != self.head:
            self._check_place(sequence, previous, part=part)
        self._follow(entry, content, digest, private)

    def _follow(self, entry: Any, content: bytes, digest: str, private: Any) -> None:
        """Check the words of an entry that is at its place, and what it says."""
        sequence, time = entry["sequence"], entry["time"]
        if entry["commitments"] or private:
            self._check_words(entry, private)
        before = self._time if self.sequence else time
        self.sequence, self.head, self._time = sequence, digest, time
        if time < before:
            self._tally.see_backwards(sequence, before - time)
        watcher = self._watched.get(entry["kind"])
        if watcher is not None:
            watcher(entry, before)
        self.tree.add(content)
        if self._ahead and self._ahead[-1].size <= sequence:
            self._compare()

    def _root(self) -> str:
        """Return the root of the tree of all entries before, "" if they do not begin with the first."""
        return self.tree.root().hex() if self._tally.whole else ""

    def _see_restored(self, entry: Any, before: int) -> None:
        self._keyring.see_key(self.sequence, entry)
        self._tally.watched["restored"](entry, before)

    def _expected(self, entry: Any) -> str:
        """Return how an entry is written if it is what most entries are, else something else.

        Most entries follow the one before, and are about the same request: what was encoded for that one
        need not be encoded again. If the line is not this, nothing is wrong yet; it is then looked at
        thoroughly. If it is, it has all the fields and only those, at the right place and of good types.
        """
        facts, reasons, time = entry["facts"], entry["reasons"], entry["time"]
        if facts != self._facts:
            if not self._good_facts(facts):
                return ""
            self._facts, self._facts_line = facts, encoded_in_order(facts)
        if reasons != self._reasons:
            if type(reasons) is not list or not _STRING.issuperset(map(type, reasons)):
                return ""
            self._reasons, self._reasons_line = reasons, encoded_in_order(reasons)
        if type(time) is not int or not -LARGEST_INTEGER <= time <= LARGEST_INTEGER:
            return ""
        commitments, request = entry["commitments"], entry["request_id"]
        return (
            f'{{"commitments":{encoded_in_order(commitments) if commitments else "{}"},'
            f'"facts":{self._facts_line},"format":{FORMAT},"kind":"{entry["kind"]}",'
            f'"previous":"{self.head}","reasons":{self._reasons_line},"request_id":'
            + ("null" if request is None else f'"{request}"')
            + f',"sequence":{self.sequence + 1},"time":{time}}}'
        )

    def _good_facts(self, facts: Any) -> bool:
        """Return whether these are facts: of good types, their names in order."""
        if type(facts) is not dict:
            return False
        types = set(map(type, facts.values()))
        return (
            types <= _FACT_TYPES
            and (int not in types or _exact(facts.values()))
            and (tuple(facts) in self._names or self._good_names(facts))
        )

    def _good_names(self, values: dict[str, Any]) -> bool:
        """Return whether names are in order and ASCII, and remember that they are."""
        names = tuple(values)
        if not "".join(names).isascii() or list(names) != sorted(names):
            return False
        if len(self._names) < REMEMBERED_NAMES:
            self._names.add(names)
        return True

    def _check_place(self, sequence: int, previous: Any, *, part: bool) -> None:
        """Raise, unless this is where a part of a ledger begins, and it may be one."""
        if self.sequence or sequence <= 1 or not part:
            if sequence != self.sequence + 1:
                raise self._bad("sequence", f"it says that it is entry {sequence}")
            raise self._bad("chain", "it does not follow from the entry before it")
        if type(previous) is not str:
            raise self._bad("fields", "its previous hash is none")
        self._tally.whole = False
        self._notes.append(f"begins with entry {sequence}: what was before is not in it")
        self.sequence, self.head = sequence - 1, previous
        self._compare()
        self.sequence = 0

    def _check_words(self, entry: Any, private: Any) -> None:
        """Compare private values with what the entry committed to."""
        commitments = entry["commitments"]
        names = tuple(commitments)
        if not (
            (names in self._names or self._good_names(commitments))
            and _STRING.issuperset(map(type, commitments.values()))
            and _HASH_LENGTH.issuperset(map(len, commitments.values()))
        ):
            raise self._bad("fields", "a commitment is none")
        if private is None:
            return
        if not private and type(private) is dict:
            self._tally.see_wordless(entry)
            return
        if type(private) is not dict or tuple(private) != names:
            raise self._bad("words", "its private values are not those that were recorded")
        for name, pair in private.items():
            try:
                salt, value = pair
                raw = bytes.fromhex(salt)
                good = (
                    len(raw) == SALT_BYTES
                    and len(salt) == 2 * SALT_BYTES
                    and salt == salt.lower()
                    and commitment(name, raw, value) == commitments[name]
                )
            except _DAMAGE:
                good = False
            if not good:
                raise self._bad("words", f"its {name} is not the one that was recorded")

    def _compare(self) -> None:
        """Compare with the remembered checkpoints that end at or before this entry."""
        while self._ahead and self._ahead[-1].size <= self.sequence:
            checkpoint = self._ahead.pop()
            if checkpoint.size < self.sequence:
                self._unmet.append(
                    f"a remembered checkpoint of {checkpoint.size} entries ends before that"
                )
            elif checkpoint.root and not self._tally.whole:
                self._unmet.append(
                    f"a remembered checkpoint of {checkpoint.size} entries has the root of all of them"
                )
            elif self._fits(checkpoint):
                self.matched.append(checkpoint)
            else:
                self._rolled_back(
                    checkpoint,
                    self.sequence,
                    "here or before, history was rewritten: a remembered checkpoint says otherwise",
                )

    def _fits(self, checkpoint: Checkpoint) -> bool:
        """Return whether a checkpoint is one of all entries up to this one."""
        if not checkpoint.root:
            return checkpoint.head == self.head
        return checkpoint.root == self._root()

    def _rolled_back(self, checkpoint: Checkpoint, sequence: int | None, meaning: str) -> None:
        restored = [place for place in self._tally.restored if place <= checkpoint.size]
        if restored:
            meaning += f"; entry {restored[-1]} says that a backup was restored"
            # It accounts for what was signed by the name to which it put an end, and for nothing after that.
            ended = self._tally.succeeded.get(checkpoint.origin, checkpoint.size + 1)
            if self._allow_restored and self._tally.whole and ended <= checkpoint.size:
                self._notes.append(f"accepted: {meaning}")
                return
        raise TamperedError(sequence, "rollback", meaning)

    def _end(self, text: str) -> None:
        """Check the last line of an export, which tells a whole one from one cut short."""
        if self._ended or text != f'{{"end":{self.sequence},"head":"{self.head}"}}\n':
            raise TamperedError(None, "end", "its last line does not fit what is before it")
        self._ended = True

    def _bad(self, code: str, meaning: str) -> TamperedError:
        return TamperedError(self.sequence + 1, code, meaning)
