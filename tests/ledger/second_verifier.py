"""A second verifier, written from docs/ledger-format.md alone: it shares no code with the first.

`verify` checks an export, `prove` a proof of one entry, and `tiles` in second_verifier_tiles.py a folder of tiles. Each
returns None for what is sound, else the number of the first bad entry, None for the whole, and what is wrong.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from io import BytesIO
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

type Found = tuple[int | None, str] | None

MEMBERS = {
    "commitments": dict,
    "facts": dict,
    "format": int,
    "kind": str,
    "previous": str,
    "reasons": list,
    "request_id": (str, type(None)),
    "sequence": int,
    "time": int,
}
OVER = ("delivered", "handed_over", "unknown", "failed", "interrupted")


class BadError(Exception):
    """Something is not as the document says."""


def must(condition: object, code: str) -> None:
    """Go on if it is so."""
    if not condition:
        raise BadError(code)


# --- an entry ---------------------------------------------------------------------------------------


def jcs(value: Any) -> str:
    """The one way to write it."""
    if isinstance(value, dict):
        must(all(name.isascii() for name in value), "encoding")
        return "{" + ",".join(f"{jcs(name)}:{jcs(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    must(
        value is None
        or type(value) in (str, bool)
        or (type(value) is int and abs(value) <= 2**53 - 1),
        "encoding",
    )
    return json.dumps(value, ensure_ascii=False)


def committed(entry: Any, private: Any) -> bool:
    """Whether private values are those that the entry has committed to."""
    for name, (salt, value) in private.items():
        raw = bytes.fromhex(salt)
        must(len(raw) == 16 and raw.hex() == salt, "words")
        digest = sha256(raw + name.encode() + b"\0" + value.encode()).hexdigest()
        must(entry["commitments"].get(name) == digest, "words")
    return True


def well_formed(entry: Any) -> None:
    """The nine members, each of its type."""
    must(type(entry) is dict and set(entry) == set(MEMBERS), "fields")
    for name, kind in MEMBERS.items():
        must(isinstance(entry[name], kind) and type(entry[name]) is not bool, "fields")
    must(all(type(each) is str for each in entry["reasons"]), "fields")
    must(not any(type(each) in (dict, list) for each in entry["facts"].values()), "fields")
    must(all(len(bytes.fromhex(each)) == 32 for each in entry["commitments"].values()), "fields")
    tree = entry["kind"] == "checkpoint" and entry["format"] == 2
    must(entry["format"] == 1 or tree, "fields")


# --- the tree ---------------------------------------------------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    """The hash of a node."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """A stack of heights and hashes."""

    def __init__(self) -> None:
        """Begin with no leaves."""
        self.stack: list[tuple[int, bytes]] = []

    def push(self, digest: bytes) -> None:
        """Append a leaf, by its hash."""
        self.stack.append((0, digest))
        while len(self.stack) > 1 and self.stack[-1][0] == self.stack[-2][0]:
            (_, left), (height, right) = self.stack[-2:]
            self.stack[-2:] = [(height + 1, node(left, right))]

    def root(self) -> bytes:
        """Fold it from the top."""
        if not self.stack:
            return sha256().digest()
        *rest, (_, digest) = self.stack
        for _, left in reversed(rest):
            digest = node(left, digest)
        return digest


def leaf(entry: str) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\0" + entry.encode()).digest()


def root_of(digests: Sequence[bytes]) -> bytes:
    """The root of these leaves, or of the nodes of some height."""
    tree = Tree()
    for digest in digests:
        tree.push(digest)
    return tree.root()


def rooted(index: int, size: int, digest: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a proof of inclusion leads to (RFC 9162, 2.1.3.2)."""
    must(index < size, "inclusion")
    at, last = index, size - 1
    for each in path:
        must(last, "inclusion")
        if at % 2 or at == last:
            digest = node(each, digest)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            digest = node(digest, each)
        at, last = at >> 1, last >> 1
    must(not last, "inclusion")
    return digest


# --- notes ------------------------------------------------------------------------------------------


def plain(text: str) -> bytes:
    """The bytes of a base64 that is written in the one way."""
    raw = b64decode(text, validate=True)
    must(b64encode(raw).decode() == text, "base64")
    return raw


def number(text: str) -> int:
    """A number that is written in the one way."""
    must(text.isascii() and text.isdigit() and str(int(text)) == text, "number")
    return int(text)


def lines_of(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Text and signature lines of a note."""
    text, gap, tail = note.rpartition("\n\n")
    must(gap and tail.endswith("\n"), "note")
    found = []
    for line in tail[:-1].split("\n"):
        dash, name, signature = line.split(" ")
        must(dash == "—" and name, "note")
        found.append((name, plain(signature)))
    return text + "\n", found


def opened(key: str, kind: bytes = b"\1") -> tuple[str, bytes, Ed25519PublicKey]:
    """Name, id and public key of a verifier key."""
    name, ident, public = key.split("+", 2)
    raw = plain(public)
    known = sha256(name.encode() + b"\n" + raw).digest()[:4]
    must(name and raw[:1] == kind and len(raw) == 33 and known.hex() == ident, "key")
    return name, known, Ed25519PublicKey.from_public_bytes(raw[1:])


def signed(note: str, key: str) -> list[str]:
    """The lines of a note's text, if that key has signed it."""
    text, signatures = lines_of(note)
    name, ident, public = opened(key)
    mine = [raw for each, raw in signatures if each == name and raw[:4] == ident]
    must(mine, "signature")
    for raw in mine:
        public.verify(raw[4:], text.encode())
    return text[:-1].split("\n")


def cosigned(note: str, witness: str) -> int | None:
    """When that witness has cosigned a checkpoint; None if it has not."""
    text, signatures = lines_of(note)
    name, ident, public = opened(witness, b"\4")
    found = None
    for raw in [raw for each, raw in signatures if each == name and raw[:4] == ident]:
        time = int.from_bytes(raw[4:12])
        must(0 < time < 2**63, "cosignature")
        public.verify(raw[12:], f"cosignature/v1\ntime {time}\n{text}".encode())
        found = time
    return found


def covered(note: str) -> tuple[str, int, str, bool]:
    """Name, size and hash (hex) of a checkpoint, and whether that is a root."""
    name, size, digest, *time = lines_of(note)[0][:-1].split("\n")
    must(len(time) < 2 and all(each == f"time {int(each[5:])}" for each in time), "checkpoint")
    raw = plain(digest)
    must(len(raw) == 32, "checkpoint")
    return name, number(size), raw.hex(), not time


# --- a ledger ---------------------------------------------------------------------------------------


class Ledger:
    """Entries that are read one after the other."""

    def __init__(self, notes: Sequence[str]) -> None:
        """Begin before the first; remember what these checkpoints are to be compared with."""
        self.size, self.head, self.tree, self.whole = 0, "0" * 64, Tree(), True
        self.keys: list[str] = []
        self.lost = 0
        self.leaves: list[bytes] = []
        self.roots = {0: (self.tree.root().hex(), self.head)}
        self.wanted = {covered(note)[1] for note in notes}
        self.gone: dict[int, tuple[int, Any, Any]] = {}
        self.ready: set[Any] = set()
        self.done: set[Any] = set()
        self.ends: list[tuple[int, Any]] = []

    def add(self, raw: bytes) -> None:
        """One line of an export."""
        line = json.loads(raw)
        entry, private = line["entry"], line["private"]
        encoded = jcs(entry)
        digest = sha256(encoded.encode()).hexdigest()
        must(
            jcs({"entry": entry, "hash": digest, "private": private}) + "\n" == raw.decode(), "hash"
        )
        well_formed(entry)
        if not self.size and entry["sequence"] > 1:
            self.whole, self.size, self.head = False, entry["sequence"] - 1, entry["previous"]
        must((entry["sequence"], entry["previous"]) == (self.size + 1, self.head), "chain")
        self.words(entry, private)
        self.promise(entry["kind"], entry["request_id"])
        self.vouched(entry)
        self.leaves.append(leaf(encoded))
        self.tree.push(self.leaves[-1])
        self.size, self.head = self.size + 1, digest
        if self.size in self.wanted:
            self.roots[self.size] = (self.tree.root().hex(), digest)

    def words(self, entry: Any, private: Any) -> None:
        """All private values of an entry are there, or none and a later entry says why."""
        facts = entry["facts"]
        if private is not None:
            committed(entry, private)
            must(not private or len(private) == len(entry["commitments"]), "words")
        if private == {} and entry["commitments"]:
            about = (entry["time"], entry["request_id"], facts.get("contact_id"))
            self.gone[entry["sequence"]] = about
        if entry["kind"] != "shredded":
            return
        scopes: dict[Any, Callable[[tuple[int, Any, Any]], bool]] = {
            "retention": lambda about: about[0] < facts["before"],
            "request": lambda about: about[1] == entry["request_id"],
            "contact": lambda about: about[2] == facts["contact_id"],
            "everything": lambda _: True,
        }
        covers = scopes.get(facts.get("scope"), lambda _: False)
        self.gone = {at: about for at, about in self.gone.items() if not covers(about)}

    def promise(self, kind: str, request: Any) -> None:
        """Delivered once, after it was authorised."""
        if kind in ("delivered", "handed_over"):
            must(request not in self.done, "promise")
            must(request in self.ready or not self.whole, "promise")
            self.done.add(request)
        if kind == "authorised":
            self.ready.add(request)
        elif kind in OVER:
            self.ready.discard(request)

    def vouched(self, entry: Any) -> None:
        """Keys and checkpoints."""
        facts, kind = entry["facts"], entry["kind"]
        must((kind == "started") == (entry["sequence"] == 1), "key")
        if not self.whole:
            return
        place = [str(self.size), b64encode(bytes.fromhex(self.head)).decode()]
        if kind == "checkpoint":
            name, said = opened(self.keys[-1])[0], signed(facts["note"], self.keys[-1])
            root = b64encode(self.tree.root()).decode()
            if entry["format"] == 2:
                must(said == [name, str(self.size), root], "checkpoint")
            else:
                must(said[1:3] == place and covered(facts["note"])[3] is False, "checkpoint")
        if kind not in ("started", "key_rotated", "key_lost") and not (
            kind == "restored" and "key" in facts
        ):
            return
        new = facts["key"]
        name = opened(new)[0]
        if kind in ("key_rotated", "restored"):
            old = self.keys[-1]
            text = [opened(old)[0], "key rotation", *place, old, new]
            must(signed(facts["note"], old) == signed(facts["note"], new) == text, "key")
        if kind in ("key_rotated", "key_lost"):
            must(name == opened(self.keys[-1])[0], "key")
        else:
            must(facts["ledger"] == name, "key")
        if kind == "restored":
            must(facts["succeeds"] == opened(self.keys[-1])[0], "key")
            self.ends.append((entry["sequence"], facts["succeeds"]))
        self.lost = len(self.keys) if kind == "key_lost" else self.lost
        self.keys.append(new)

    def excused(self, note: str) -> bool:
        """Whether a restore accounts for it that a checkpoint does not fit."""
        name, size, *_ = covered(note)
        return any(at <= size and ended == name for at, ended in self.ends)

    def compare(self, key: str | None, notes: Sequence[str], *, restored: bool) -> None:
        """With what is known from elsewhere."""
        must(not self.gone, "words")
        must(self.whole or not (key or notes), "part")
        must(key is None or key in self.keys[self.lost :], "key")
        known = [*self.keys, *([key] if key else [])]
        for note in notes:
            _, size, digest, root = covered(note)
            fits = size <= self.size and self.roots[size][0 if root else 1] == digest
            must(fits or (restored and self.excused(note)), "rollback")
            must(any(holds(signed, note, each) for each in known), "key")


def holds(check: Callable[..., object], *arguments: Any) -> bool:
    """Whether a check raises nothing."""
    try:
        check(*arguments)
    except Exception:  # noqa: BLE001 - whatever it is, it does not hold
        return False
    return True


def verify(
    data: bytes, key: str | None = None, notes: Sequence[str] = (), *, restored: bool = False
) -> Found:
    """Check an export; with what is known from elsewhere: the verifier key, checkpoints, and whether a restore excuses them."""
    found, ledger = _read(data, notes)
    if found is not None:
        return found
    try:
        ledger.compare(key, notes, restored=restored)
    except Exception as why:  # noqa: BLE001 - of whatever sort the damage is
        return None, str(why)
    return None


def _read(data: bytes, notes: Sequence[str]) -> tuple[Found, Ledger]:
    ledger, ended = Ledger(notes), False
    try:
        for raw in BytesIO(data):
            must(not ended, "end")
            ended = raw.startswith(b'{"end":')
            if ended:
                last = jcs({"end": ledger.size, "head": ledger.head}) + "\n"
                must(last == raw.decode(), "end")
            else:
                ledger.add(raw)
    except Exception as why:  # noqa: BLE001 - of whatever sort the damage is
        return (ledger.size + 1, repr(why)), ledger
    return (None if ended else (None, "end")), ledger


def witnessed(notes: Sequence[str], witnesses: Sequence[str], quorum: int | None) -> None:
    """Each of these checkpoints is cosigned by so many of the witnesses; two names of one key are one."""
    for note in notes:
        by = {each.split("+", 2)[2] for each in witnesses if cosigned(note, each) is not None}
        must(len(by) >= (len(witnesses) if quorum is None else quorum), "cosignature")


# --- a proof of one entry -----------------------------------------------------------------------------


def prove(text: str, key: str, witnesses: Sequence[str] = (), quorum: int | None = None) -> Found:
    """Check a proof of one entry."""
    try:
        _prove(text, key, witnesses, quorum)
    except Exception as why:  # noqa: BLE001 - of whatever sort the damage is
        return None, repr(why)
    return None


def _prove(text: str, key: str, witnesses: Sequence[str], quorum: int | None) -> None:
    head, gap, note = text.partition("\n\n")
    title, extra, index, *path = head.split("\n")
    must(gap and title == "c2sp.org/tlog-proof@v1", "proof")
    must(extra.startswith("extra ") and index.startswith("index "), "proof")
    raw, at = plain(extra[6:]), number(index[6:])
    content = json.loads(raw)
    entry, private = content["entry"], content["private"]
    must(jcs(content).encode() == raw, "encoding")
    must(set(content) == {"discloses", "entry", "format", "private"}, "encoding")
    must(content["format"] == 1, "encoding")
    told = [
        *(
            name
            for name in ("kind", "reasons", "request_id", "sequence", "time")
            if entry[name] is not None and entry[name] != []
        ),
        *(f"facts.{name}" for name in entry["facts"]),
        *(f"words.{name}" for name in private),
    ]
    must(content["discloses"] == told, "encoding")
    must(entry["sequence"] == at + 1, "sequence")
    name, size, root, tree = covered(note)
    must(tree, "checkpoint")
    must(name == opened(key)[0], "signature")
    signed(note, key)
    hashes = [plain(each) for each in path]
    must(all(len(each) == 32 for each in hashes), "inclusion")
    must(rooted(at, size, leaf(jcs(entry)), hashes).hex() == root, "inclusion")
    committed(entry, private)
    witnessed([note], witnesses, quorum)
