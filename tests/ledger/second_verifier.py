"""A second verifier, written from docs/ledger-format.md alone: it shares no code with the first."""

# ruff: noqa: B023, BLE001, PLR0915, PT018 - short before anything else
# fmt: off

from base64 import b64decode, b64encode
from hashlib import sha256
from io import BytesIO
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TYPES = {"commitments": dict, "facts": dict, "kind": str, "reasons": list, "sequence": int, "time": int}


def jcs(v):
    if isinstance(v, dict):
        assert all(k.isascii() for k in v)
        return "{" + ",".join(f"{jcs(k)}:{jcs(v[k])}" for k in sorted(v)) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(jcs, v)) + "]"
    assert v is None or type(v) in (str, bool) or (type(v) is int and abs(v) < 2**53)
    return json.dumps(v, ensure_ascii=False)


def signed(note, key):
    name, _, public = key.split("+", 2)
    text, _, tail = note.rpartition("\n\n")
    ident = sha256(name.encode() + b"\n" + b64decode(public)).digest()[:4]
    found = [b64decode(x[2]) for x in map(str.split, tail.splitlines()) if x[:2] == ["—", name]]
    raw = next(raw for raw in found if raw[:4] == ident)
    Ed25519PublicKey.from_public_bytes(b64decode(public)[1:]).verify(raw[4:], text.encode() + b"\n")
    return text.split("\n")


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def folded(stack):
    *rest, (_, root) = stack
    for _, left in reversed(rest):
        root = node(left, root)
    return root


def verify(data, key=None, remembered=()):
    n, head, keys, lost, gone, ready, done, end = 0, "0" * 64, [], 0, {}, set(), set(), False
    stack = []
    try:
        for raw in BytesIO(data):
            line = json.loads(raw)
            assert not end, "end"
            end = "end" in line
            if end:
                assert jcs({"end": n, "head": head}) + "\n" == raw.decode(), "end"
                continue
            e, p = line["entry"], line["private"]
            now = sha256(jcs(e).encode()).hexdigest()
            assert jcs({"entry": e, "hash": now, "private": p}) + "\n" == raw.decode(), "hash"
            f, kind, request, opened = e["facts"], e["kind"], e["request_id"], e["commitments"]
            assert all(type(e[k]) is t for k, t in TYPES.items()) and len(e) == 9, "fields"
            assert (e["sequence"], e["previous"]) == (n + 1, head), "chain"
            assert e["format"] == 1 or (e["format"] == 2 and kind == "checkpoint"), "fields"
            assert type(e["format"]) is int, "fields"
            for k, (salt, value) in (p or {}).items():
                text = bytes.fromhex(salt) + k.encode() + b"\0" + value.encode()
                assert sha256(text).hexdigest() == opened[k] and text[:16].hex() == salt, "words"
            assert not p or len(p) == len(opened), "words"
            gone |= {n + 1: (e["time"], request, f.get("contact_id"))} if p == {} != opened else {}
            scopes = {"retention": lambda w: w[0] < f["before"], "request": lambda w: w[1] == request}
            scopes |= {"contact": lambda w: w[2] == f["contact_id"], "everything": lambda _: True}
            if kind == "shredded":
                gone = {i: w for i, w in gone.items() if not scopes[f["scope"]](w)}
            ready |= {request} if kind == "authorised" else set()
            taken = kind in ("delivered", "handed_over")
            assert not taken or (request in ready and request not in done), "promise"
            done |= {request} if taken else set()
            ready -= {request} if taken or kind in ("unknown", "failed", "interrupted") else set()
            place = [str(n), b64encode(bytes.fromhex(head)).decode()]
            if kind == "checkpoint":
                said, name = signed(f["note"], keys[-1]), keys[-1].partition("+")[0]
                tree = [name, str(n), b64encode(folded(stack)).decode()]
                good = said == tree if e["format"] == 2 else said[1:3] == place and len(said) == 4
                assert good, "checkpoint"
            new = kind in ("started", "key_rotated", "key_lost") or (kind == "restored" and "key" in f)
            two = [keys[-1], f["key"]] if new and kind in ("key_rotated", "restored") else []
            text = [keys[-1].partition("+")[0], "key rotation", *place, *two] if two else []
            assert all(signed(f["note"], k) == text for k in two), "key"
            if new and kind == "restored":
                assert f["ledger"] == f["key"].partition("+")[0] and f["succeeds"] == text[0], "key"
            assert (kind == "started") == (n == 0), "key"
            lost = len(keys) if kind == "key_lost" else lost
            keys += [f["key"]] if new else []
            stack.append((0, sha256(b"\0" + jcs(e).encode()).digest()))
            while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
                (_, left), (h, right) = stack[-2:]
                stack[-2:] = [(h + 1, node(left, right))]
            asked = dict(remembered).get(n + 1, now)
            assert asked in (now, folded(stack).hex()), "rollback"
            n, head = n + 1, now
    except Exception as why:
        return n + 1, repr(why)
    late = (not end and "end") or (gone and "words") or (max([n, *dict(remembered)]) > n and "rollback")
    return (None, late) if late else (None, "key") if key and key not in keys[lost:] else None
