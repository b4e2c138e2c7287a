"""Hostile text: found by Hypothesis, by a coverage-guided fuzzer, and made long."""

from pathlib import Path
import subprocess
import sys
import time

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.proof import Verdict, interpret
from tests.fuzz.oracle import may_be_code, may_be_phrase
from tests.fuzz.targets import (
    ANSWER,
    CODE_ASKED,
    ENGLISH,
    PHRASE_ASKED,
    digits,
    everything,
    reply,
    sentence,
)

ROOT = Path(__file__).parents[1]
FUZZ_SECONDS = 20

WORDS = (
    "please deliver the message a an send and or not don't yes no to Anna tell that saying "
    f"fifty seven {ANSWER} 57 one two double oh \u200b \u202e \u0301 , . ! \uff39\uff25\uff33"
).split(" ")
TALK = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(TALK | st.text(max_size=60))
@example("please deliver the message")
@example("please, please deliver\u200b the message!")
@example("don't please deliver the message")
@example(f"send {ANSWER}")
def test_any_text_is_read_without_harm(text: str) -> None:
    """No exception; nothing accepted that a second reading would not accept."""
    everything(text)


def test_the_oracle_knows_what_is_right_and_what_is_not() -> None:
    """It would be worth nothing if it accepted everything, or nothing."""
    assert may_be_phrase("Please deliver the message.")
    assert may_be_phrase("please please deliver a message")
    assert may_be_phrase("please deliver the massage")
    assert not may_be_phrase("please deliver the milk at five")
    assert not may_be_phrase("please deliver no message")
    assert not may_be_phrase("please do not deliver the message")
    assert may_be_code("Send fifty-seven!", ("57", "fifty-seven"))
    assert not may_be_code("send fifty", ("57", "fifty-seven"))
    assert interpret("please deliver the message", PHRASE_ASKED, ENGLISH, []) is Verdict.PROOF
    assert interpret(f"send {ANSWER}", CODE_ASKED, ENGLISH, []) is Verdict.PROOF


@pytest.mark.timeout(FUZZ_SECONDS + 100)
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
        timeout=FUZZ_SECONDS + 90,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done " in done.stderr, done.stderr[-3000:]


@pytest.mark.parametrize("read", [reply, sentence, digits])
@pytest.mark.parametrize(
    "text", ["one two ", "tell Anna ", "please ", "a\u0301\u200b", "<b>&", "字"]
)
def test_time_grows_with_the_text_and_no_faster(read: object, text: str) -> None:
    """Sixteen times the text may take sixteen times as long; squared it would be 256 times."""
    short, long = text * 150, text * 2400

    def took(given: str) -> float:
        # This thread's own time: what else the machine does is none of it.
        best = float("inf")
        for _ in range(5):
            start = time.thread_time()
            read(given)  # type: ignore[operator]
            best = min(best, time.thread_time() - start)
        return best

    read(short)  # type: ignore[operator]
    assert took(long) < 80 * max(took(short), 1e-5)
