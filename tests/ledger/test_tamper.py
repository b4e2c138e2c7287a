"""Tampering with an export of a thousand entries: all of it is found.

`scripts/bench tamper` does the same without leaving anything out, and prints the counts.
"""

from collections import Counter
import random

import pytest

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import TamperedError
from tests.ledger.forgery import (
    Sample,
    ended,
    forged,
    head_of,
    resumed,
    rewritten,
    sample,
    unnoticed_flips,
    verdict,
)

ENTRIES = 1000


@pytest.fixture(scope="module")
def whole() -> Sample:
    """Return the export that everything here is done to."""
    made = sample(ENTRIES)
    assert len(made.lines) == ENTRIES + 1
    assert verdict(made.lines) is None
    return made


@pytest.fixture(scope="module")
def remembered(whole: Sample) -> Checkpoint:
    """Return the last checkpoint that left the machine."""
    return Checkpoint.parse(whole.notes[-1])


def places(step: int = 37) -> range:
    """Return some entries all over the ledger."""
    return range(2, ENTRIES, step)


def test_every_bit_of_an_entry_of_each_kind() -> None:
    """No flip goes unnoticed: not in the entry, its hash, its private values, nor the last line."""
    tried, unnoticed = unnoticed_flips(sample(12).lines)
    assert tried > 40_000
    assert unnoticed == 0


def test_a_changed_byte_anywhere_names_its_entry(whole: Sample) -> None:
    """In every entry some byte is changed at random; the report names that entry."""
    draw = random.Random(1)
    for place in range(0, ENTRIES, 9):
        lines = list(whole.lines)
        line = bytearray(lines[place])
        at = draw.randrange(len(line) - 1)
        line[at] = draw.choice([byte for byte in range(32, 127) if byte != line[at]])
        lines[place] = bytes(line)
        bad = verdict(lines)
        assert bad is not None
        assert bad.sequence == place + 1


def test_deleted(whole: Sample) -> None:
    """A missing entry is noticed at the next one."""
    for place in places():
        bad = verdict(whole.lines[:place] + whole.lines[place + 1 :])
        assert bad is not None
        assert bad.code in {"sequence", "end"}
        assert bad.sequence in {place + 1, None}


def test_inserted(whole: Sample) -> None:
    """An entry put in between, its own hash and place right, breaks what follows."""
    for place in places():
        line, _ = forged(whole.lines[place], place + 1, head_of(whole.lines[place - 1]))
        bad = verdict([*whole.lines[:place], line, *whole.lines[place:]])
        assert bad is not None
        assert bad.sequence in {place + 1, place + 2}


def test_swapped(whole: Sample) -> None:
    """Two entries that changed places."""
    for place in places():
        lines = list(whole.lines)
        lines[place - 1], lines[place] = lines[place], lines[place - 1]
        bad = verdict(lines)
        assert bad is not None
        assert bad.sequence in {place, None}


def test_repeated(whole: Sample) -> None:
    """An entry twice."""
    for place in places():
        bad = verdict([*whole.lines[: place + 1], *whole.lines[place:]])
        assert bad is not None
        assert (bad.code, bad.sequence) == ("sequence", place + 2)


def test_cut_off(whole: Sample) -> None:
    """An export without its end is noticed by itself; with a forged end, by a remembered checkpoint."""
    remembered = Checkpoint.parse(whole.notes[-1])
    for place in places():
        bad = verdict(whole.lines[:place])
        assert bad is not None
        assert bad.code == "end"
        cut = ended(whole.lines[:place])
        assert verdict(cut) is None
        bad = verdict(cut, remembered=[remembered])
        assert bad is not None
        assert bad.code == "rollback"


def test_cut_off_and_resumed(whole: Sample, remembered: Checkpoint) -> None:
    """A history that was continued differently: only a checkpoint that left the machine shows it."""
    for place in places(step=97):
        lines = resumed(whole.lines, place)
        bad = verdict(lines, remembered=[remembered])
        assert bad is not None
        assert (bad.code, bad.sequence) == ("rollback", remembered.size)


def test_signed_anew_with_another_key(whole: Sample, remembered: Checkpoint) -> None:
    """A ledger written anew is sound in itself; the key of set-up or a checkpoint shows it."""
    lines = rewritten(ENTRIES, seed=9)
    assert verdict(lines) is None
    by_key = verdict(lines, key=whole.key)
    assert by_key is not None
    assert by_key.code == "key"
    by_checkpoint = verdict(lines, remembered=[remembered])
    assert by_checkpoint is not None
    assert by_checkpoint.code == "rollback"


def test_a_checkpoint_signed_by_somebody_else(whole: Sample) -> None:
    """History rewritten from one checkpoint on, signed with a key that the ledger does not name."""
    from .forgery import Scribe, signer

    scribe = Scribe()
    scribe.send(1)
    scribe.signer = signer(9)
    scribe.checkpoint()
    bad = verdict(scribe.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("signature", 5)


def test_words_replaced_or_taken_away(whole: Sample) -> None:
    """Other words, a word less, and all words gone without an entry that says so."""
    asked = whole.lines[2]
    assert b'"kind":"asked"' in asked
    codes = Counter()
    for changed in (
        asked.replace(b"dinner is ready", b"supper is ready"),
        asked.replace(b'"recipient":["', b'"recipienu":["', 1),
        asked[: asked.index(b'"private":')] + b'"private":{}}\n',
    ):
        assert changed != asked
        bad = verdict([*whole.lines[:2], changed, *whole.lines[3:]])
        assert isinstance(bad, TamperedError)
        assert bad.sequence == 3
        codes[bad.code] += 1
    assert codes["words"] == 3
