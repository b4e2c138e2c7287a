"""Benchmarks: what they count has to be right, or a zero would mean nothing."""

import gzip
from math import isclose
from pathlib import Path
import subprocess

import pytest

from benchmarks.ambient import Result, shares
from benchmarks.bounds import upper_bound
from benchmarks.corpus import Utterance, contains_yes, is_all_yes, read as read_corpus
from benchmarks.dialogues import read as read_speech
from benchmarks.hearing import Hearing
from benchmarks.mishear import BY_CHARACTER, GOAL_LEVELS, Bench, misses
from benchmarks.pairs import difference
from benchmarks.scale import GOALS, verdict
from benchmarks.turn_count import added, summary
from custom_components.message_guard.recognition.sentences import Languages, load_languages

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize(("count", "jobs"), [(0, 2), (1, 2), (7, 2), (8, 3), (2, 8), (5, 1)])
def test_every_forced_request_is_in_one_share(count: int, jobs: int) -> None:
    talks = [[Utterance("A", str(number))] for number in range(count)]
    parts = shares(talks, jobs)
    assert len(parts) <= jobs
    assert [talk for part in parts for talk in part.talks] == talks
    assert all(part.talks[0] is talks[part.first] for part in parts)


def test_what_came_of_the_shares_is_added_up() -> None:
    whole, part = Result(), Result()
    part.forced["code"], part.refused, part.false_sends["code"] = 3, 2, 1
    part.baseline_sends["any_word"] = 4
    whole.add(part)
    whole.add(part)
    assert (whole.forced["code"], whole.forced["phrase"], whole.forced_requests) == (6, 0, 6)
    assert (whole.refused, whole.all_false_sends, whole.baseline_sends["any_word"]) == (4, 2, 8)
    assert whole.false_sends == {"phrase": 0, "code": 2, "pin": 0}
    assert whole.utterances == 0


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


def test_kana_are_misheard_as_kana_that_sound_alike(languages: Languages) -> None:
    hearing = Hearing(read_speech(languages, "ja").language, ["か が た か な は"], seed=1)
    heard = {hearing.hear("た", 1.0) for _ in range(300)}
    assert "だ" in heard
    assert not any(map(str.isascii, "".join(heard).replace(".", "")))


def test_words_are_misheard_whole_where_spaces_set_them_apart(languages: Languages) -> None:
    """And the spaces are not heard. Without them, each character is misheard by itself."""
    hearing = Hearing(read_speech(languages, "zh-Hans").language, [], seed=1)
    by_word = [hearing.hear("马到成功 发送", 0.1) for _ in range(1000)]
    by_character = [hearing.hear("马到成功发送", 0.1) for _ in range(1000)]
    assert not any(" " in text for text in by_word)
    right = [sum("马到成功发送" in text for text in heard) for heard in (by_word, by_character)]
    assert 780 < right[0] < 880  # 0.9 ** 2, and doubled ones that still hold it
    assert 490 < right[1] < 620  # 0.9 ** 6, likewise


def test_what_is_heard_instead_is_a_word_and_no_name_of_a_slot(languages: Languages) -> None:
    hearing = Hearing(read_speech(languages, "de").language, [], seed=1)
    heard = {hearing.hear("Küche", 1.0).casefold().rstrip(".") for _ in range(200)}
    assert not heard & {"domain", "recipient", "metadata", "area_name", "requires_context"}


def test_the_words_of_a_request_are_the_request(languages: Languages) -> None:
    for code in ("ja", "zh-Hans"):
        for request in read_speech(languages, code).said["requests"].values():
            if "words" in request:
                said = "".join(filter(str.isalnum, request["say"]))
                assert request["words"].replace(" ", "") == said


def test_the_verdict_names_each_language_and_level_below_the_goal() -> None:
    good = {"accepted": dict.fromkeys(GOAL_LEVELS, 0.95)}
    poor = {"accepted": {**good["accepted"], "request": 0.949, "phrase" + BY_CHARACTER: 0.1}}
    assert misses({"en": good}) == []
    assert misses({"en": good, "ja": poor}) == [
        {"language": "ja", "level": "request", "accepted": 0.949}
    ]


@pytest.mark.slow
def test_without_errors_everything_genuine_arrives_and_nothing_else(languages: Languages) -> None:
    for language in languages:
        speech = read_speech(languages, language.code)
        tally = Bench(speech, ["xyzzy"], 0.0, seed=1).run(40)
        assert tally.accepted == tally.tried == dict.fromkeys(tally.tried, 40)
        assert set(tally.wrong.values()) == {0}
        assert tally.near == 0


def grown(**numbers: float) -> dict[str, list[dict[str, float]]]:
    """Return tables in which every number is good, and at the largest size these are as given."""
    tables = {
        table: [{table: size, **dict.fromkeys(columns, 0.001)} for size in (1, 1_000)]
        for table, columns in GOALS.items()
    }
    for name, number in numbers.items():
        table, column = name.split("__")
        tables[table][1][column] = number
    return tables


def test_every_column_of_size_has_a_goal() -> None:
    assert set(verdict(grown()).values()) == {True}
    for table, columns in GOALS.items():
        for column in columns:
            met = verdict(grown(**{f"{table}__{column}": 1e6}))
            assert [name for name, good in met.items() if not good] == [f"{table}.{column}"]
    tables = grown()
    tables["rules"][0]["new_us"] = 1.0
    with pytest.raises(KeyError):
        verdict(tables)


def test_what_has_to_be_flat_may_not_grow_below_its_limit_either() -> None:
    assert not verdict(grown(rules__unknown_origin_us=0.003))["rules.unknown_origin_us"]
    assert verdict(grown(contacts__built_ms=99.0))["contacts.built_ms"]


def test_the_dispatcher_lists_what_there_is() -> None:
    listed = subprocess.run([ROOT / "scripts/bench"], capture_output=True, text=True, check=False)
    assert listed.returncode == 2
    for name in ("ambient", "mishear", "scale"):
        assert f"  {name} " in listed.stderr


def test_pairs_do_not_notice_that_a_machine_slows_down() -> None:
    """It takes ten times as long in the second half, and one pair in between is cut off by something else."""
    slow = [1.0] * 50 + [10.0] * 50
    found = difference([time + 0.5 for time in slow] + [99.0], [*slow, 1.0])
    assert found.middle == found.low == found.high == 0.5


def test_bounds_of_a_median_are_order_statistics() -> None:
    """Of 100 differences the 41st and the 60th, as in the textbook; the furthest from nothing is on either side."""
    found = difference([float(number) for number in range(-80, 20)], [0.0] * 100)
    assert (found.low, found.middle, found.high) == (-40.0, -30.5, -21.0)
    assert found.furthest == 40.0
    mean = found.halfway(difference([0.0] * 100, [0.0] * 100))
    assert (mean.low, mean.middle, mean.high) == (-20.0, -15.25, -10.5)
    with pytest.raises(ValueError, match="no pairs"):
        difference([], [])


def test_what_is_counted_is_told_apart_by_whose_it_is() -> None:
    """Ours, Home Assistant's look through our entities, and what others do because of us."""
    before = {"homeassistant/core.py:fire": 10.0, "homeassistant/helpers/intent.py:match": 5.0}
    after = {**before, "homeassistant/core.py:fire": 12.0, "message_guard/guard.py:read": 4.0}
    after["homeassistant/helpers/intent.py:match"] = 8.0
    assert list(added(before, after).values()) == [4.0, 3.0, 2.0]
    assert summary(before, after) == {
        "without": 15.0,
        "added": 9.0,
        "ours": 4.0,
        "look_through_entities": 3.0,
        "others_because_of_us": 2.0,
    }
