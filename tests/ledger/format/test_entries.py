"""Entries: one encoding, one hash, and commitments that say nothing until they are opened."""

import hashlib
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.errors import LedgerUnusableError, LedgerWriteError
from custom_components.message_guard.ledger.format.encoding import (
    FINAL,
    GENESIS,
    WAITING,
    canonical,
    commitment,
)
from custom_components.message_guard.ledger.format.entries import (
    Entry,
    Kind,
    Step,
    next_entry,
    printable,
    read_entry,
    sealed,
)

SALT = bytes(range(16))
TEXT = st.text(max_size=40)
NAMES = st.from_regex(r"\A[a-z][a-z0-9_]{0,12}\Z")
FACTS = st.dictionaries(
    NAMES, TEXT | st.booleans() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1), max_size=5
)
STEPS = st.builds(
    Step,
    kind=st.sampled_from(Kind),
    request_id=st.none() | TEXT,
    reasons=st.lists(TEXT, max_size=3).map(tuple),
    facts=FACTS,
    private=st.dictionaries(NAMES, TEXT, max_size=3),
)


def entry_of(step: Step, sequence: int = 1, previous: str = GENESIS) -> Entry:
    """Return the entry of a step, with a fixed salt for every private value."""
    salts = dict.fromkeys(step.private, SALT)
    return next_entry(
        step, sequence=sequence, time=1_800_000_000_000_000, previous=previous, salts=salts
    )


def test_one_encoding_to_the_byte() -> None:
    """The line of docs/ledger-format.md, written out."""
    step = Step(
        kind=Kind.ASKED,
        request_id="r1",
        reasons=("default",),
        facts={"level": "phrase", "contact_id": "mum", "by_model": False, "tries": 3, "via": None},
        private={"body": 'I\'ll be "late"\n\u2028\x7f☂'},
    )
    entry = entry_of(step)
    digest = hashlib.sha256(SALT + b"body\0" + step.private["body"].encode()).hexdigest()
    assert entry.line == (
        f'{{"commitments":{{"body":"{digest}"}},'
        '"facts":{"by_model":false,"contact_id":"mum","level":"phrase","tries":3,"via":null},'
        f'"format":1,"kind":"asked","previous":"{GENESIS}","reasons":["default"],'
        '"request_id":"r1","sequence":1,"time":1800000000000000}'
    )
    assert entry.hash == hashlib.sha256(entry.line.encode()).hexdigest()
    assert sealed(step, {"body": SALT}) == (
        f'{{"body":["{SALT.hex()}","I\'ll be \\"late\\"\\n\u2028\x7f☂"]}}'
    )


@pytest.mark.parametrize("number", [2**53, -(2**53)])
def test_a_number_that_no_verifier_takes(number: int) -> None:
    """A clock gone wild, say: better no entry than one that looks like tampering for ever."""
    step = Step(kind=Kind.GUARD_ON)
    for given_ in ({"sequence": 1, "time": number}, {"sequence": number, "time": 1}):
        with pytest.raises(LedgerWriteError, match="53 bits"):
            next_entry(step, previous=GENESIS, salts={}, **given_)


@pytest.mark.parametrize("name", ["facts", "commitments"])
def test_a_line_of_another_shape_is_no_entry(name: str) -> None:
    """It is JSON, and has the members, and is none all the same."""
    entry = json.loads(entry_of(Step(kind=Kind.GUARD_ON)).line)
    for line in (json.dumps(entry | {name: []}), json.dumps([entry]), "[" * 100_000):
        with pytest.raises(LedgerUnusableError, match="damaged"):
            read_entry(line)


@given(STEPS)
def test_a_line_reads_back_and_encodes_the_same(step: Step) -> None:
    """Whatever is recorded, reading and encoding it again gives the same line."""
    entry = entry_of(step)
    assert read_entry(entry.line) == entry
    assert canonical(json.loads(entry.line)) == entry.line
    assert entry.kind is step.kind
    for name, value in step.private.items():
        assert entry.commitments[name] == commitment(name, SALT, value)


@given(STEPS, STEPS)
def test_different_entries_have_different_lines(one: Step, other: Step) -> None:
    """The encoding loses nothing: equal lines mean equal entries."""
    first, second = entry_of(one), entry_of(other)
    assert (first.line == second.line) == (_identity(first) == _identity(second))


def _identity(entry: Entry) -> tuple[object, ...]:
    """Return what tells entries apart; True equals 1 in Python, but not in a ledger."""
    facts = sorted((name, type(value).__name__, str(value)) for name, value in entry.facts.items())
    commitments = sorted(entry.commitments.items())
    return (entry.kind, entry.request_id, entry.reasons, facts, commitments)


def test_words_are_not_in_the_line() -> None:
    """An entry commits to private values without telling them, and to which field they are in."""
    one = entry_of(Step(kind=Kind.ASKED, private={"body": "secret"}))
    other = entry_of(Step(kind=Kind.ASKED, private={"recipient": "secret"}))
    assert "secret" not in one.line
    assert one.commitments["body"] != other.commitments["recipient"]


def test_a_value_without_salt_is_neither_kept_nor_committed_to() -> None:
    """That is how nothing is stored when the household keeps no words."""
    step = Step(kind=Kind.ASKED, private={"body": "secret"})
    entry = next_entry(step, sequence=1, time=0, previous=GENESIS, salts={})
    assert entry.commitments == {}
    assert sealed(step, {}) is None


def test_half_a_surrogate_pair_is_replaced() -> None:
    """A speech engine may return anything; the ledger is UTF-8."""
    step = Step(
        kind=Kind.ASKED,
        request_id="\ud83d",
        reasons=("\udc00",),
        facts={"a": "\ud83d", "b": 1},
        private={"body": "a\ud83d"},
    )
    with pytest.raises(UnicodeEncodeError):
        entry_of(step)
    entry = entry_of(printable(step))
    assert (entry.request_id, entry.reasons, entry.facts) == ("?", ("?",), {"a": "?", "b": 1})
    assert sealed(printable(step), {"body": SALT}) == f'{{"body":["{SALT.hex()}","a?"]}}'


@pytest.mark.parametrize(
    "fields",
    [
        {"facts": {"rate": 0.5}},
        {"facts": {"list": []}},
        {"facts": {"big": 2**53}},
        {"facts": {"Upper": 1}},
        {"facts": {"": 1}},
        {"private": {"no spaces": "x"}},
        {"private": {"body": b"x"}},
        {"reasons": (1,)},
    ],
)
def test_what_cannot_be_written_down_is_refused_before_it_is_queued(fields: dict) -> None:
    """A bad step must not spoil a transaction that others share."""
    with pytest.raises(LedgerWriteError):
        Step(kind=Kind.ASKED, **fields)


@pytest.mark.parametrize("line", ["", "{}", "[]", "1", '{"kind":"asked"}'])
def test_a_damaged_line_is_named_so(line: str) -> None:
    """Reading checks nothing, but it does not break in a way of its own either."""
    with pytest.raises(LedgerUnusableError):
        read_entry(line)


def test_a_kind_of_tomorrow_is_read() -> None:
    """Newer code may have recorded what this code does not know."""
    line = entry_of(Step(kind=Kind.ASKED)).line.replace('"asked"', '"teleported"')
    assert read_entry(line).kind == "teleported"


def test_stored_values_of_kinds_never_change() -> None:
    """They are in ledgers out there: this list may only grow."""
    assert [kind.value for kind in Kind] == [
        "asked",
        "refused",
        "declined",
        "expired",
        "superseded",
        "wrong_reply",
        "proof_failed",
        "authorised",
        "delivered",
        "handed_over",
        "unknown",
        "failed",
        "interrupted",
        "arrived",
        "failed_later",
        "observed",
        "received",
        "announced",
        "read",
        "kept",
        "dropped",
        "guard_on",
        "guard_off",
        "rules_changed",
        "shredded",
        "checkpoint",
        "started",
        "backup",
        "restored",
        "key_rotated",
        "key_lost",
    ]


def test_waiting_and_final_are_kinds() -> None:
    """The sets in the encoding name kinds that exist, and none twice."""
    assert {*WAITING, *FINAL} <= {kind.value for kind in Kind}
    assert not WAITING & FINAL
