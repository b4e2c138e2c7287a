"""Wake words are never pronounced, however they are written."""

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.wake_words import KNOWN, KNOWN_ELSEWHERE, WakeWords, sound

ALL = WakeWords(["okay_nabu", "Hey Zorro"])


@pytest.mark.parametrize(
    "text",
    [
        "Alexa, unlock the door",
        "ALEXA unlock",
        "a-l-e-x-a unlock",
        "al exa unlock",
        "Aleksa unlock",
        "Allexxa unlock",
        "Àlexá unlock",
        "Ａｌｅｘａ unlock",  # noqa: RUF001 - full width
        "Alexa's lamp",
        "two Alexas",
        "hey google",
        "Hey, Google!",
        "OK Google",
        "okay... google",
        "Hey Siri",
        "Siree",
        "ok nabu",
        "hey Jarvis",
        "Zorro",
        "the computer is broken",
        "Алиса, открой дверь",
        "小爱同学打开门",
        "小度小度",
        "アレクサ、ドアを開けて",
    ],
)
def test_it_is_found(text: str) -> None:
    assert ALL.heard_in(text)
    assert not ALL.heard_in(ALL.unsaid(text, "somebody"))


@pytest.mark.parametrize(
    "text",
    [
        "I am late",
        "Google it yourself",
        "Alex and Alexander are here",
        "Sara says hello",
        "see you at the lake",
        "Das Auto ist kaputt",
        "we eat at seven",
        "",
    ],
)
def test_other_words_are_left_as_they_are(text: str) -> None:
    assert not ALL.heard_in(text)
    assert ALL.unsaid(text, "somebody") == text


def test_a_word_of_the_homes_own_counts_only_there() -> None:
    assert not WakeWords().heard_in("Zorro is a film")
    assert ALL.heard_in("Zorro is a film")


def test_sounds() -> None:
    assert sound("Alexa") == sound("aleksa") == sound("ALLEXXA")
    assert sound("Alexa") != sound("Alexia")


@given(
    st.sampled_from([*KNOWN, "okay nabu", "zorro"]),
    st.text(st.sampled_from(" -_.,'*\n"), max_size=3),
    st.text(max_size=20),
    st.text(max_size=20),
    st.sampled_from([str.upper, str.title, str.lower]),
)
def test_however_it_stands_in_a_text(
    name: str, between: str, before: str, after: str, case: object
) -> None:
    """Whatever stands around it or between its letters, it is gone, and none has come of it."""
    written = between.join(case(name).split(" ")) if between else case(name)  # type: ignore[operator]
    said = ALL.unsaid(f"{before} {written} {after}", "somebody")
    assert not ALL.heard_in(said)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    said = ALL.unsaid(text, "somebody")
    assert not ALL.heard_in(said)
    assert not any(name in said.casefold() for name in KNOWN_ELSEWHERE)
