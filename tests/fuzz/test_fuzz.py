"""Hostile text: found by Hypothesis, by a coverage-guided fuzzer, and made long."""

from collections.abc import Callable
from pathlib import Path
import subprocess
import sys
import time

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.proof import Verdict, interpret
from custom_components.message_guard.recognition.recogniser import Recognised, Recogniser
from tests.fuzz.targets import (
    CODES,
    Tongue,
    digits,
    everything,
    reply,
    sentence,
    tongue,
    words,
)

ROOT = Path(__file__).parents[2]
FUZZ_SECONDS = 20
FUZZ_STARTS = 60
"""Seconds that the fuzzer may take to read all languages under its instruments."""

NOISE = ("\u200b", "\u202e", "\u0301", ",", ".", "!", "?", "\uff39\uff25\uff33", "-7", "%", "🙂")
IN_A_LANGUAGE = st.sampled_from(CODES).flatmap(
    lambda code: st.tuples(
        st.lists(st.sampled_from((*words(code), *NOISE)), max_size=14).map(" ".join)
        | st.text(max_size=60),
        st.just(code),
    )
)


@pytest.mark.slow
# The same texts every time: to look for new ones is what the fuzzer is for (CONTRIBUTING.md).
@settings(max_examples=400, deadline=None, derandomize=True)
@given(IN_A_LANGUAGE)
@example(("yes, send the message", "en"))
@example(("yes, yes send\u200b the message!", "en"))
@example(("don't send the message", "en"))
@example(("tell Anna that ? we leave now", "en"))
@example(("田中 太郎 に 誕生日 おめでとう と 送って", "ja"))
def test_any_text_is_read_without_harm(said: tuple[str, str]) -> None:
    """No exception; nothing accepted that a second reading would not accept."""
    everything(*said)


@pytest.mark.parametrize("code", CODES)
def test_what_people_say_is_read_without_harm(code: str) -> None:
    """And as it is meant: a second reading that accepted too little would fail here."""
    known = tongue(code)
    for text in known.said:
        everything(text, code)
    assert any(known.recogniser.recognise(text) is not None for text in known.said)


# --- the second reading -------------------------------------------------------------------------


def _right(known: Tongue) -> tuple[str, str]:
    """Return the phrase, and the answer to the code."""
    return known.phrase, known.language.code_forms[0].format(number=known.answer)


@pytest.mark.parametrize("code", CODES)
def test_the_oracle_of_replies_knows_what_is_right_and_what_is_not(code: str) -> None:
    """It would be worth nothing if it accepted everything, or nothing."""
    known = tongue(code)
    phrase, answer = _right(known)
    assert interpret(phrase, known.phrase_asked, known.language, []) is Verdict.PROOF
    assert interpret(answer, known.code_asked, known.language, []) is Verdict.PROOF
    assert known.replies.may_be_phrase(phrase)
    assert known.replies.may_be_code(answer, known.answer)
    assert not known.replies.may_be_phrase(answer)
    assert not known.replies.may_be_code(phrase, known.answer)
    assert not known.replies.may_be_code(answer, known.answer - 1)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Yes, send the message!", True),
        ("yes yes send a message", True),
        ("yes send the massage", True),
        ("yes, send the milk at five", False),
        ("yes, send no message", False),
        ("yes, do not send the message", False),
    ],
)
def test_the_oracle_of_replies_in_english(text: str, right: bool) -> None:
    """One misheard word is forgiven, a no never is."""
    assert tongue("en").replies.may_be_phrase(text) is right


@pytest.mark.parametrize(
    ("text", "pin", "right"),
    [
        ("one two three four", "1234", True),
        ("twelve thirty-four", "1234", True),
        ("double five, oh seven", "5507", True),
        ("4 9 9 1 7", "4917", True),
        ("one two three", "1234", False),
        ("one two three four please", "1234", False),
        ("-1234", "1234", False),
        ("1234%", "1234", False),
    ],
)
def test_the_oracle_of_digits_in_english(text: str, pin: str, right: bool) -> None:
    """It wants all of the digits, and nothing else."""
    assert tongue("en").digits.may_be_pin(text, pin) is right


@pytest.mark.parametrize(
    ("text", "name", "body", "right"),
    [
        ("tell Anna I am late", "Anna", "I am late", True),
        ("could you please tell tell Anna I am late", "Anna", "I am late", True),
        ("sent a message to Anna saying hello", "Anna", "hello", True),
        ("tell Anna I am late", "Anna", "I am lat", False),
        ("tell Anna I am late", "Anna", "am late", False),
        ("tell Anna I am late", "everyone", "I am late", False),
        ("tell Anna that I am late", "Anna", "I am very late", False),
        ("I saw Anna today", "Anna", "today", False),
        ("tell Anna hello", "Anna", None, False),
    ],
)
def test_the_oracle_of_sentences_in_english(
    text: str, name: str, body: str | None, right: bool
) -> None:
    """Recipient and body stand in the text, and what is left is a sentence's."""
    assert tongue("en").sentences.may_be(text, "send", (name,), body) is right


@pytest.mark.parametrize("code", CODES)
def test_a_reply_that_is_wrongly_accepted_is_found(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was asked for."""
    phrase, answer = _right(tongue(code))
    for proves in ("phrase_asked", "code_asked"):
        accepted = getattr(tongue(code), proves)

        def broken(_text: str, asked: object, *_: object, accepted: object = accepted) -> Verdict:
            return Verdict.PROOF if asked is accepted else Verdict.WRONG

        monkeypatch.setattr("tests.fuzz.targets.interpret", broken)
        with pytest.raises(AssertionError):
            reply(answer if proves == "phrase_asked" else phrase, code)


@pytest.mark.parametrize("code", CODES)
def test_digits_that_were_not_said_are_found(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN, and a run of digits inside a message."""
    for name in ("pins_said", "digit_runs"):
        with monkeypatch.context() as patched:
            patched.setattr(f"tests.fuzz.targets.{name}", lambda *_: ("1234",))
            with pytest.raises(AssertionError):
                digits(tongue(code).language.number(57), code)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("body", [None, "four legs"])
def test_a_request_that_was_not_made_is_found(
    code: str, body: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contact who is not named, and one who is only talked about."""
    for text in ("my dog has four legs", "Anna: my dog has four legs"):
        found = Recognised(("Anna",), body)
        monkeypatch.setattr(Recogniser, "recognise", lambda *_, found=found: found)
        with pytest.raises(AssertionError):
            sentence(text, code)


def _without_last_letter(body: str) -> tuple[str, str]:
    """Return a body without its last letter, and the last two."""
    bare = body.rstrip("!?. ")
    return bare[:-1], bare[-2:]


@pytest.mark.parametrize("code", [code for code in CODES if tongue(code).language.spaced])
def test_a_message_that_lost_a_letter_is_found(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At either end of it, inside a word."""
    known = tongue(code)
    cut = [
        (text, Recognised(found.recipients, less, found.kind))
        for text in known.said
        if (found := known.recogniser.recognise(text)) is not None and found.body is not None
        for less, end in ((found.body[1:], found.body[:2]), _without_last_letter(found.body))
        if end.isalpha()
    ]
    assert len(cut) > 6
    for text, less in cut:
        monkeypatch.setattr(Recogniser, "recognise", lambda *_, less=less: less)
        with pytest.raises(AssertionError):
            sentence(text, code)


# --- found by chance, and made long -------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(FUZZ_SECONDS + FUZZ_STARTS + 40)
def test_a_coverage_guided_fuzzer_finds_nothing() -> None:
    """The same invariants, on inputs that reach new branches."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.fuzz",
            f"-max_total_time={FUZZ_SECONDS}",
            "-seed=2018",
            "-max_len=600",
            "-len_control=0",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=FUZZ_SECONDS + FUZZ_STARTS + 30,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done " in done.stderr, done.stderr[-3000:]


def _seconds(read: Callable[[str], object], text: str) -> float:
    """Return what reading takes at best."""
    # This thread's own time: what else the machine does is none of it.
    best, times = float("inf"), max(1, 2000 // len(text))
    for _ in range(7):
        start = time.thread_time()
        for _ in range(times):
            read(text)
        best = min(best, (time.thread_time() - start) / times)
    return best


def _grows(read: Callable[[str], object], short: str, long: str) -> float:
    """Return how many times as long the long text takes."""
    read(short)
    return _seconds(read, long) / max(_seconds(read, short), 1e-6)


MOST_GROWTH = 32
"""Sixteen times the text may take sixteen times as long, and twice that; n to the 1.5 would be 64 times."""

LONG = ["one two ", "tell Anna ", "please ", "a\u0301\u200b", "<b>&", "字"]


@pytest.mark.parametrize("read", [sentence, digits])
@pytest.mark.parametrize("text", LONG)
def test_time_grows_with_the_text_and_no_faster(read: Callable[[str], object], text: str) -> None:
    assert _grows(read, text * 150, text * 2400) < MOST_GROWTH


@pytest.mark.slow
@pytest.mark.parametrize("spoken", ["", "one two three ", "tell Anna ", "a\u0301\u200b"])
@pytest.mark.parametrize("text", LONG)
def test_the_time_of_a_reply_grows_with_it_and_no_faster(text: str, spoken: str) -> None:
    """Up to what is compared at all, and also where much was said before it."""
    known = tongue("en")
    said = [(spoken * 1000)[:6000]]

    def read(heard: str) -> None:
        for asked in (known.phrase_asked, known.code_asked):
            verdict = interpret(heard, asked, known.language, said)
            assert verdict is not Verdict.PROOF

    assert _grows(read, (text * 120)[:120], (text * 1950)[:1950]) < MOST_GROWTH


def test_what_grows_faster_than_the_text_is_found() -> None:
    """As little as the root of it."""

    def read(text: str) -> None:
        for _ in range(int(len(text) ** 1.5)):
            pass

    assert _grows(read, "x" * 120, "x" * 1950) > MOST_GROWTH
