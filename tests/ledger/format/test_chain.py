"""What the checker finds in entries that are well-formed, but not what they should be."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import (
    GENESIS,
    TamperedError,
    UnusableError,
    canonical,
)
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.format.tree import Growing
from tests.ledger.forgery import (
    NAME,
    SECOND,
    Scribe,
    checker,
    export_line,
    forged,
    signer,
    verdict,
)

ODD = st.sampled_from(["a", 'b"', "\\", "\n", "é\u2028", "1", ""])
VALUES = st.sampled_from([True, False, 1, 0, -1, None, "1", "", 'x"'])


@given(
    st.lists(
        st.builds(
            Step,
            kind=st.sampled_from([Kind.ASKED, Kind.OBSERVED, Kind.AUTHORISED]),
            request_id=st.none() | ODD,
            reasons=st.lists(ODD, max_size=2).map(tuple),
            facts=st.dictionaries(st.sampled_from("abc"), VALUES, max_size=2),
            private=st.dictionaries(st.sampled_from("pq"), ODD, max_size=2),
        ),
        max_size=8,
    )
)
def test_whatever_is_recorded_is_sound(steps: list[Step]) -> None:
    """Also where an entry is nearly, but not quite, what the one before lets expect."""
    made = Scribe()
    for step in steps:
        made.write(step)
    assert verdict(made.export()) is None
    checks = checker()
    for text in made.lines:
        line = json.loads(text)
        entry = line["entry"]
        facts = entry["facts"]
        checks.add_row(
            (
                entry["sequence"],
                canonical(entry),
                entry["time"],
                entry["kind"],
                facts.get("contact_id"),
                facts.get("satellite_id"),
                entry["request_id"],
                canonical(line["private"]) if line["private"] else None,
            )
        )
    assert checks.report().entries == made.sequence


def scribe() -> Scribe:
    """Return a ledger with one message in it."""
    made = Scribe()
    made.send(1)
    return made


def first_line(**changes: Any) -> bytes:
    """Return the first entry of a ledger with some fields changed, its hash made to fit."""
    return forged(Scribe().lines[0].encode(), 1, GENESIS, **changes)[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "1"},
        {"format": 0},
        {"sequence": True},
        {"sequence": 1.0},
        {"time": 1.5},
        {"time": 2**53},
        {"kind": None},
        {"request_id": 7},
        {"facts": []},
        {"facts": {"rate": 0.5}},
        {"facts": {"nested": {}}},
        {"facts": {"größe": 1}},
        {"facts": {"big": 2**53}},
        {"facts": {"big": -(2**53)}},
        {"reasons": "default"},
        {"reasons": [1]},
        {"commitments": []},
        {"commitments": {"body": 7}},
        {"commitments": {"body": "ab"}},
        {"more": 1},
    ],
)
def test_a_field_of_the_wrong_sort(changes: dict[str, Any]) -> None:
    """An entry has nine fields, each of one type."""
    with pytest.raises(TamperedError) as caught:
        Checker().add_export(first_line(**changes))
    assert (caught.value.code, caught.value.sequence) == ("fields", 1)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"not json\n",
        b"[]\n",
        b"7\n",
        b"null\n",
        b'"end"\n',
        b"\xff\n",
        b'{"entry":{}}\n',
        b'{"entry":7,"hash":"","private":{}}\n',
        b'{"entry":NaN,"hash":"","private":{}}\n',
        b"[" * 100_000 + b"\n",
        b'{"entry":' + b"9" * 5000 + b',"hash":"","private":{}}\n',
    ],
)
def test_damage(line: bytes) -> None:
    """Anything that is no line is found, and never breaks the checker itself."""
    with pytest.raises(TamperedError) as caught:
        Checker().add_export(line)
    assert caught.value.sequence in {1, None}


def test_a_newer_format_is_not_called_tampered() -> None:
    """It is the verifier that is too old."""
    with pytest.raises(UnusableError, match="newer"):
        Checker().add_export(first_line(format=3))


def test_another_way_of_writing_the_same(subtests: pytest.Subtests) -> None:
    """Spaces, other order, other escapes: there is one way to write an entry, and one hash."""
    line = scribe().lines[1]
    entry = json.loads(line)["entry"]
    reordered = dict(sorted(entry.items(), reverse=True))
    for name, text in {
        "spaces": json.dumps(entry, sort_keys=True),
        "order": json.dumps(reordered, separators=(",", ":")),
        "escapes": canonical(entry).replace("assist_satellite", "\\u0061ssist_satellite"),
        "order of facts": canonical(entry).replace(
            '"contact_id":"contact-1","satellite_id":"assist_satellite.kitchen"',
            '"satellite_id":"assist_satellite.kitchen","contact_id":"contact-1"',
        ),
        "twice": canonical(entry).replace('"format":1', '"format":1,"format":1'),
    }.items():
        with subtests.test(name):
            assert text != canonical(entry)
            checks = checker()
            checks.add_export(Scribe().lines[0].encode())
            with pytest.raises(TamperedError) as caught:
                checks.add_export(export_line(text, "{}").encode())
            assert caught.value.code in {"hash", "encoding", "fields"}


def test_a_part_of_a_ledger() -> None:
    """A part can be checked; the report says that it is one."""
    whole = scribe()
    checks = checker()
    for line in whole.export()[2:]:
        checks.add_export(line)
    report = checks.report(export=True)
    assert report.entries == whole.sequence
    assert report.notes[0].startswith("begins with entry 3")


def test_a_part_that_follows_a_remembered_checkpoint() -> None:
    """What is before a part is vouched for by the checkpoint it follows from."""
    whole = scribe()
    heads = [json.loads(line)["hash"] for line in whole.lines]
    part = whole.export()[2:]
    assert verdict(part, remembered=[Checkpoint("", 2, head=heads[1])]) is None
    with pytest.raises(UnusableError, match="ends before that"):
        verdict(part, remembered=[Checkpoint("", 1, head="0" * 64)])
    bad = verdict(part, remembered=[Checkpoint("", 2, head=heads[0])])
    assert bad is not None
    assert (bad.code, bad.sequence) == ("rollback", 2)


def test_what_a_root_says_of_a_part() -> None:
    """Nothing: the entries before it are missing. So nothing of that part is signed, and the report says so."""
    whole = Scribe()
    whole.send(1)
    note = whole.checkpoint()
    whole.send(2)
    part = whole.export()[2:]
    checks = checker()
    for line in part:
        checks.add_export(line)
    report = checks.report(export=True)
    assert (report.signed, report.whole) == (0, False)
    assert "not signed yet" in report.notes[-1]
    with pytest.raises(UnusableError, match="has the root of all of them"):
        verdict(part, remembered=[Checkpoint.parse(note)])
    with pytest.raises(UnusableError, match="the key given has signed nothing"):
        verdict(part, key=whole.signer.key)


def test_a_part_that_the_key_given_has_signed() -> None:
    """A checkpoint of before the tree names the entry before it, which is there; only that key's counts."""
    whole = Scribe()
    whole.send(1)
    whole.checkpoint(tree=False)
    part = whole.export()[2:]
    assert verdict(part, key=whole.signer.key) is None
    whole.rotate(7)
    whole.checkpoint(tree=False)
    with pytest.raises(UnusableError, match="the key given"):
        verdict(whole.export()[2:], key=signer(1).key)


def test_a_part_of_which_more_is_wrong_is_tampered_with() -> None:
    """That it cannot be compared with everything hides nothing."""
    whole = scribe()
    whole.write(Step(kind=Kind.ASKED, request_id="r", private={"body": "x"}), words=False)
    bad = verdict(whole.export()[2:], key=whole.signer.key)
    assert bad is not None
    assert bad.code == "words"


@pytest.mark.parametrize("gone", [1, 3])
def test_rows_begin_with_the_first_entry(gone: int) -> None:
    """A database is no part of a ledger: whoever takes its first entry away could write the rest anew."""
    made = scribe()
    checks = checker()
    entry = json.loads(made.lines[gone])["entry"]
    facts = entry["facts"]
    row = (
        *(entry["sequence"], canonical(entry), entry["time"], entry["kind"]),
        *(facts.get("contact_id"), facts.get("satellite_id"), entry["request_id"], None),
    )
    with pytest.raises(TamperedError) as caught:
        checks.add_row(row)
    assert (caught.value.code, caught.value.sequence) == ("sequence", 1)


def test_a_remembered_root() -> None:
    """Compared with the tree of exactly so many entries."""
    whole, other = Scribe(), Scribe()
    for number in range(3):
        whole.send(number)
        other.send(number + (number == 1))
    at = Checkpoint(NAME, 7, root=root_after(whole, 7))
    assert verdict(whole.export(), remembered=[at]) is None
    for wrong in (
        Checkpoint(NAME, 7, root=root_after(other, 7)),
        Checkpoint(NAME, 8, root=at.root),
    ):
        bad = verdict(whole.export(), remembered=[wrong])
        assert bad is not None
        assert (bad.code, bad.sequence) == ("rollback", wrong.size)


def root_after(made: Scribe, size: int) -> str:
    """Return the root of the first entries of a ledger."""
    tree = Growing()
    for line in made.lines[:size]:
        tree.add(canonical(json.loads(line)["entry"]).encode())
    return tree.root().hex()


def test_nothing_after_the_last_line() -> None:
    """The last line is the last."""
    lines = scribe().export()
    for extra in (lines[-1], lines[-2]):
        bad = verdict([*lines, extra])
        assert bad is not None
        assert bad.code == "end"


def test_words_withheld_are_no_tampering() -> None:
    """An export without words is as good as one with."""
    lines = [
        line[: line.index(b'"private":')] + b'"private":null}\n' if b'"private":' in line else line
        for line in scribe().export()
    ]
    assert verdict(lines) is None


@pytest.mark.parametrize(
    ("private", "code"),
    [
        ("[]", "words"),
        ("7", "words"),
        ('{"body":7}', "words"),
        ('{"body":["00","x"]}', "words"),
        ('{"body":["' + "AB" * 16 + '","x"]}', "words"),
        ('{"body":["' + "ab" * 16 + '",7]}', "words"),
    ],
)
def test_private_values_that_are_none(private: str, code: str) -> None:
    """Whatever lies beside an entry is what it committed to, in the form it must have."""
    made = Scribe()
    entry = made.write(Step(kind=Kind.ASKED, private={"body": "x"}))
    lines = [made.lines[0].encode(), export_line(entry.line, private).encode()]
    bad = verdict(lines)
    assert bad is not None
    assert bad.sequence == 2
    assert bad.code in {code, "encoding"}


def test_some_words_missing() -> None:
    """Words are erased together."""
    made = Scribe()
    entry = made.write(Step(kind=Kind.ASKED, private={"body": "x", "recipient": "y"}))
    private = json.loads(made.lines[1])["private"]
    del private["body"]
    bad = verdict([made.lines[0].encode(), export_line(entry.line, canonical(private)).encode()])
    assert bad is not None
    assert (bad.code, bad.sequence) == ("words", 2)


def test_the_clock_going_back_is_told_but_no_tampering() -> None:
    """Small computers lose their clock; the sequence is the order."""
    made = scribe()
    made.write(Step(kind=Kind.GUARD_ON), at=made.time - 3600 * SECOND)
    made.write(Step(kind=Kind.GUARD_OFF))
    checks = checker()
    for line in made.export():
        checks.add_export(line)
    notes = checks.report(export=True).notes
    assert any("clock went back 1 times" in note and "3600 s" in note for note in notes)


def test_a_restore_explains_what_was_taken_back_only_if_asked_to() -> None:
    """Anybody could write "restored" to explain a forgery: a person decides."""
    first = scribe()
    note = Checkpoint.parse(first.checkpoint())
    second = Scribe()
    second.restore(2, "message-guard/restored")
    second.send(2)
    second.send(3)
    bad = verdict(second.export(), remembered=[note])
    assert bad is not None
    assert bad.code == "rollback"
    assert "entry 2 says that a backup was restored" in str(bad)
    assert verdict(second.export(), remembered=[note], allow_restored=True) is None


def test_a_restore_explains_nothing_that_was_signed_later() -> None:
    """Only the name to which it put an end: what the new name has signed is there, or was rewritten."""
    made, other = Scribe(), Scribe()
    for each in (made, other):
        each.restore(2, "message-guard/restored")
        each.send(1 if each is made else 2)
    checks = checker(remembered=[Checkpoint.parse(made.checkpoint())], allow_restored=True)
    for line in made.lines:
        checks.add_export(line.encode())
    assert checks.report().sound
    assert len(checks.matched) == 1
    made.send(3)
    late = Checkpoint.parse(made.checkpoint())
    nameless = Checkpoint("", late.size, head="ab" * 32)
    for each in (late, nameless):
        bad = verdict(other.export(), remembered=[each], allow_restored=True)
        assert bad is not None
        assert bad.code == "rollback"


def test_an_old_restore_that_names_no_key_explains_nothing() -> None:
    """Nobody has signed it, so anybody could have written whom it succeeds."""
    note = Checkpoint.parse(scribe().checkpoint())
    second = Scribe()
    second.write(Step(kind=Kind.RESTORED, facts={"succeeds": NAME}))
    second.send(2)
    bad = verdict(second.export(), remembered=[note], allow_restored=True)
    assert bad is not None
    assert bad.code == "rollback"


def test_more_can_be_added_after_a_report() -> None:
    """In the background, the checker follows a ledger that grows."""
    made = scribe()
    checks = checker()
    for line in made.lines:
        checks.add_export(line.encode())
    assert checks.report().entries == 4
    made.checkpoint()
    made.send(2)
    for line in made.lines[4:]:
        checks.add_export(line.encode())
    report = checks.report()
    assert (report.entries, report.signed, report.head) == (8, 4, made.head)
    assert report.key == str(signer(1).key)


def test_without_cryptography_the_rest_is_still_checked() -> None:
    """Then the report says that signatures were not."""
    made = scribe()
    made.checkpoint()
    checks = Checker(key=Key.parse(str(signer(1).key)))
    for line in made.export():
        checks.add_export(line)
    assert "signatures were not checked" in checks.report(export=True).notes[-1]
