"""Benchmarks: what they count has to be right, or a zero would mean nothing."""

import gzip
from math import isclose
from pathlib import Path
import subprocess

import pytest

from benchmarks.bounds import upper_bound
from benchmarks.corpus import Utterance, contains_yes, is_all_yes, read as read_corpus
from benchmarks.dialogues import read as read_speech
from benchmarks.hearing import Hearing
from benchmarks.mishear import Bench
from custom_components.message_guard.recognition.sentences import Languages, load_languages

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load_languages()


@pytest.mark.parametrize("trials", [1, 10, 1000, 200_000])
def test_nothing_seen_is_bounded_as_in_the_textbook(trials: int) -> None:
    assert isclose(upper_bound(0, trials), 1 - 0.05 ** (1 / trials), rel_tol=1e-6)


@pytest.mark.parametrize(
    ("seen", "trials", "bound"),
    [(1, 100, 0.0466), (5, 100, 0.1023), (10, 10, 1.0), (0, 0, 1.0)],
)
def test_bounds_of_what_was_seen(seen: int, trials: int, bound: float) -> None:
    """Against tables of the binomial distribution."""
    assert isclose(upper_bound(seen, trials), bound, rel_tol=2e-3)


def test_a_corpus_is_read_plain_or_compressed(tmp_path: Path) -> None:
    lines = "# a comment\nA\tone\thello there.\n\nB\ttwo\tyeah.\n"
    plain, packed = tmp_path / "talk.tsv", tmp_path / "talk.tsv.gz"
    plain.write_text(lines, encoding="utf-8")
    packed.write_bytes(gzip.compress(lines.encode()))
    expected = [Utterance("A", "hello there."), Utterance("B", "yeah.")]
    assert read_corpus(plain) == read_corpus(packed) == expected
    assert read_corpus(plain, 1) == expected[:1]
    plain.write_text("no columns\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        read_corpus(plain)


@pytest.mark.parametrize(
    ("text", "contains", "whole"),
    [
        ("yeah.", True, True),
        ("Right, okay!", True, True),
        ("yeah but no", True, False),
        ("that is not it", False, False),
        ("brightly", False, False),
        ("", False, False),
    ],
)
def test_baselines(text: str, contains: bool, whole: bool) -> None:
    assert contains_yes(text) is contains
    assert is_all_yes(text) is whole


def test_hearing_without_errors_changes_nothing_that_counts(languages: Languages) -> None:
    for code in ("en", "de", "zh-Hans"):
        speech = read_speech(languages, code)
        hearing = Hearing(speech.language, [speech.phrase], seed=1)
        for _ in range(50):
            heard = hearing.hear(speech.phrase, 0.0)
            assert speech.language.normalise(heard) == speech.language.normalise(speech.phrase)


def test_hearing_gets_as_many_words_wrong_as_it_is_told(languages: Languages) -> None:
    speech = read_speech(languages, "en")
    hearing = Hearing(speech.language, [], seed=1)
    said = ["kitchen"] * 20
    wrong = sum(
        20 - hearing.hear(" ".join(said), 0.1).casefold().rstrip(".").split().count("kitchen")
        for _ in range(200)
    )
    # Substituted and dropped words are missing, doubled ones are there once more: 0.6 + 0.2 - 0.2 of them.
    assert 0.04 < wrong / 4000 < 0.08


def test_without_errors_everything_genuine_arrives_and_nothing_else(languages: Languages) -> None:
    for language in languages:
        speech = read_speech(languages, language.code)
        tally = Bench(speech, ["xyzzy"], 0.0, seed=1).run(40)
        assert tally.accepted == tally.tried == dict.fromkeys(tally.tried, 40)
        assert set(tally.wrong.values()) == {0}
        assert tally.near == 0


def test_the_dispatcher_lists_what_there_is() -> None:
    listed = subprocess.run([ROOT / "scripts/bench"], capture_output=True, text=True, check=False)
    assert listed.returncode == 2
    for name in ("ambient", "mishear", "scale"):
        assert f"  {name} " in listed.stderr
