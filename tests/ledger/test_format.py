"""docs/ledger-format.md is enough: its vectors hold, and two verifiers that share no code agree."""

import hashlib
import json
from pathlib import Path
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.layout import APPLICATION_ID, LAYOUT
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.format.tree import leaf_hash, node_hash
from tests.ledger.forgery import (
    SECOND,
    Sample,
    Scribe,
    ended,
    export_line,
    head_of,
    resumed,
    rewritten,
    sample,
    signer,
    verdict,
)
from tests.ledger.second_verifier import verify
from tests.ledger.stores import REPOSITORY

DOCUMENT = REPOSITORY / "docs/ledger-format.md"


def vector() -> Sample:
    """Return the export of the document's test vectors."""
    scribe = Scribe()
    facts = {"contact_id": "01J9", "level": "phrase", "satellite_id": "assist_satellite.kitchen"}
    words = {"recipient": "Mum", "body": 'I\'ll be "late" ☂'}
    scribe.write(
        Step(kind=Kind.ASKED, request_id="r1", facts=facts, reasons=("default",), private=words)
    )
    scribe.write(Step(kind=Kind.AUTHORISED, request_id="r1", facts=facts, reasons=("phrase",)))
    scribe.write(Step(kind=Kind.DELIVERED, request_id="r1", facts=facts))
    scribe.checkpoint()
    return Sample(scribe.export(), scribe.signer.key, scribe.notes)


def tree_of(made: Sample) -> list[bytes]:
    """Return a leaf's hash, a root, and a proof of the document's test vectors."""
    first, second, *_ = leaves = [leaf_hash(encoded(each)) for each in made.lines[:4]]
    both = node_hash(*leaves[2:])
    return [first, node_hash(first, second), first, both]


def encoded(line: bytes) -> bytes:
    """Return the entry of a line, as it was encoded."""
    return line.partition(b'{"entry":')[2].partition(b',"hash":')[0]


def both(
    lines: list[bytes], key: Key | None = None, note: str | None = None
) -> tuple[int | None, bool]:
    """Return the first bad entry and whether it is sound, as both verifiers say."""
    remembered = [] if note is None else [Checkpoint.parse(note)]
    first = verdict(lines, key=key, remembered=remembered)
    second = verify(
        b"".join(lines),
        None if key is None else str(key),
        [] if note is None else [note],
    )
    assert (first is None) == (second is None), (first, second)
    if first is None or second is None:
        return None, True
    # A damaged last line is told of as such, or as the entry that should be there.
    if first.sequence is not None and second[0] is not None:
        assert first.sequence == second[0], (first, second)
    return first.sequence, False


def test_the_vectors_of_the_document() -> None:
    """They are what the code writes, and the document shows them to the byte."""
    made = vector()
    text = DOCUMENT.read_text("utf-8")
    assert str(made.key) in text
    assert "```jsonl\n" + b"".join(made.lines).decode() + "```" in text
    line = json.loads(made.lines[1])
    assert line["private"]["body"][0] in text
    assert made.notes[0].replace("\n", "\n    ").replace("    \n", "\n").strip() in text
    for hashed in tree_of(made):
        assert f"    {hashed.hex()}\n" in text
    assert f"{APPLICATION_ID} " in text
    assert f"`user_version` {LAYOUT}" in text
    assert both(made.lines, made.key, made.notes[0]) == (None, True)


def test_the_changes_of_the_document() -> None:
    """Each row of the table below the vectors."""
    made = vector()
    one, two, three, four, five, six = made.lines
    start = two.index(b'"private":')

    def expect(lines: list[bytes], *bad: object, note: str | None = None) -> None:
        error = verdict(lines, remembered=[] if note is None else [Checkpoint.parse(note)])
        assert (() if error is None else (error.sequence, error.code)) == bad
        assert both(lines, note=note)[1] == (not bad)

    expect([one, two.replace(b"Mum", b"Dad"), three, four, five, six], 2, "words")
    expect([one, two[:start] + b'"private":{}}\n', three, four, five, six], 2, "words")
    expect([one, two[:start] + b'"private":null}\n', three, four, five, six])
    failed = four.replace(b'"delivered"', b'"failed"')
    expect([one, two, three, failed, five, six], 4, "hash")
    entry = failed.decode().partition('{"entry":')[2].partition(',"hash":')[0]
    expect([one, two, three, export_line(entry, "{}").encode(), five, six], 5, "chain")
    expect([one, two, four, five, six], 3, "sequence")
    expect([one, two, four, three, five, six], 3, "sequence")
    expect([one, two, three, four, five], None, "end")
    other = Scribe()
    other.sequence, other.head, other.time = 4, head_of(four), made_time(five) - SECOND
    other.lines.clear()
    other.checkpoint()
    expect([one, two, three, four, *ended([other.lines[0].encode()])], 5, "checkpoint")
    expect(ended([one, two, three, four]))
    expect(ended([one, two, three]), None, "rollback", note=made.notes[0])


def made_time(line: bytes) -> int:
    """Return the time of an entry."""
    return int(json.loads(line)["entry"]["time"])


def test_it_is_short_and_independent() -> None:
    """Less than four hundred lines, none of them of Message Guard."""
    source = (Path(__file__).parent / "second_verifier.py").read_text()
    code = [
        line
        for line in source.splitlines()
        if line.strip() and not line.startswith(("#", '"""', "from ", "import "))
    ]
    assert len(code) < 400
    assert "message_guard" not in source
    assert "tests." not in source


@pytest.fixture(scope="module")
def long() -> Sample:
    """Return an export with everything in it that a verifier looks at."""
    scribe = Scribe()
    for number in range(12):
        scribe.send(number)
        scribe.write(
            Step(kind=Kind.ASKED, request_id=f"x{number}", private={"body": "gone"}), words=False
        )
        if number == 2:
            scribe.checkpoint(tree=False)
        if number == 5:
            scribe.checkpoint()
            scribe.rotate(2)
        if number == 8:
            scribe.restore(4, "message-guard/fedcba9876543210")
            scribe.checkpoint()
        if number % 3 == 2:
            scribe.write(
                Step(kind=Kind.SHREDDED, facts={"scope": "retention", "before": scribe.time + 1})
            )
    scribe.checkpoint()
    return Sample(scribe.export(), scribe.signer.key, scribe.notes)


def test_both_accept_and_refuse_the_same(long: Sample) -> None:
    """Keys, checkpoints, tails, and ledgers written anew."""
    lines = long.lines
    for key in (signer(1).key, signer(2).key, signer(4, "message-guard/fedcba9876543210").key):
        for note in long.notes:
            assert both(lines, key, note)[1]
    assert not both(lines, signer(3).key)[1]
    whole = sample(60)
    assert not both(whole.lines, note=long.notes[-1])[1]
    assert not both(rewritten(70, seed=9), whole.key)[1]
    for place in (5, 20, 40):
        assert both(resumed(whole.lines, place))[1] == (
            verdict(resumed(whole.lines, place)) is None
        )
        assert not both(ended(lines[:place]), note=long.notes[-1])[1]
    lost = Scribe()
    lost.rotate(2, lost=True)
    lost.checkpoint()
    assert both(lost.export(), signer(2).key)[1]
    assert not both(lost.export(), signer(1).key)[1]


def test_both_know_a_restored_ledger() -> None:
    """It goes on under a new name; what the old one has signed and is not there any more is excused for whoever says so."""
    before, after = Scribe(), Scribe()
    for number in range(4):
        before.send(number)
    lost = before.checkpoint()
    after.send(0)
    after.restore(4, "message-guard/fedcba9876543210")
    for number in range(1, 5):
        after.send(number)
    kept = after.checkpoint()
    lines = after.export()
    new = signer(4, "message-guard/fedcba9876543210").key
    for key in (before.signer.key, new):
        assert both(lines, key, kept)[1]
        assert not both(lines, key, lost)[1]
        data = b"".join(lines)
        assert verify(data, str(key), [lost]) == (None, "rollback")
        assert verify(data, str(key), [lost, kept], restored=True) is None
    # What the new name has signed is not excused, nor what somebody else has signed by the old one.
    forged = Scribe(9)
    for number in range(4):
        forged.send(number)
    assert verify(b"".join(lines), None, [forged.checkpoint()], restored=True) == (None, "key")
    other = Scribe()
    other.send(0)
    other.restore(4, "message-guard/fedcba9876543210")
    other.send(7)
    assert verify(b"".join(lines), None, [other.checkpoint()], restored=True) == (None, "rollback")


def test_a_part_of_a_ledger(long: Sample) -> None:
    """Sound by itself from any entry on; with a key or a checkpoint nothing can be said."""
    part = long.lines[20:]
    assert verify(b"".join(part)) is None
    assert verify(b"".join(part), str(long.key)) == (None, "part")
    assert verify(b"".join(part), None, long.notes[-1:]) == (None, "part")
    assert verify(b"".join([*part[:3], *part[4:]])) is not None


@pytest.mark.slow
def test_both_find_every_flipped_byte(long: Sample) -> None:
    """One bit of every byte of every line."""
    draw = random.Random(4)
    for place in range(0, len(long.lines), 3):
        line = long.lines[place]
        for at in range(0, len(line), 29):
            flipped = line[:at] + bytes([line[at] ^ 1 << draw.randrange(8)]) + line[at + 1 :]
            changed = [*long.lines[:place], flipped, *long.lines[place + 1 :]]
            assert not both(b"".join(changed).splitlines(keepends=True))[1]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_to_any_byte_is_found(data: st.DataObject) -> None:
    """Bytes replaced, put in or taken out, anywhere, several at once: both verifiers notice."""
    whole = b"".join(vector().lines)
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        removed = data.draw(st.integers(0, 3))
        changed[at : at + removed] = data.draw(st.binary(max_size=3))
    if bytes(changed) == whole:
        return
    lines = bytes(changed).splitlines(keepends=True)
    pieces = []
    for line in lines:
        # Only a line feed ends a line.
        if pieces and not pieces[-1].endswith(b"\n"):
            pieces[-1] += line
        else:
            pieces.append(line)
    assert not both(pieces)[1]


@given(
    st.dictionaries(
        st.from_regex(r"\A[a-z][a-z_]{0,7}\Z"),
        st.text() | st.booleans() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
        max_size=6,
    ),
    st.dictionaries(st.from_regex(r"\A[a-z][a-z_]{0,7}\Z"), st.text(), max_size=3),
)
def test_both_encode_the_same(facts: dict, private: dict) -> None:
    """Whatever is recorded, two encoders agree to the byte."""
    scribe = Scribe()
    scribe.write(Step(kind=Kind.OBSERVED, facts=facts, private=private))
    assert both(scribe.export())[1]


def test_hash_of_the_document_is_plain_sha256() -> None:
    """No key, no prefix: any tool gives the same."""
    line = vector().lines[0].decode()
    entry = line.partition('{"entry":')[2].partition(',"hash":')[0]
    assert json.loads(line)["hash"] == hashlib.sha256(entry.encode()).hexdigest()
