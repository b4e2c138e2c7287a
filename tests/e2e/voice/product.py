"""The product's own judgement of a reply, without Home Assistant.

Its core imports only the standard library; it is taken from its folder because the package around it
is a Home Assistant integration, which this environment does not hold.
"""

from collections.abc import Callable
from functools import cache
import sys
from typing import Any

import yaml

from .sound import ROOT

_INTEGRATION = ROOT / "custom_components" / "message_guard"
NUMBER_WORDS = ROOT / "tests" / "recognition" / "number_words.txt"

sys.path.insert(0, str(_INTEGRATION))
from core import code as codes, proof  # noqa: E402 # type: ignore[import-not-found]
from core.language import Language  # noqa: E402 # type: ignore[import-not-found]

sys.path.remove(str(_INTEGRATION))


def english() -> Any:
    """Return the product's English."""
    return language("en")


@cache
def language(tag: str) -> Any:
    """Return one of the product's languages."""
    text = (_INTEGRATION / "sentences" / f"{tag}.yaml").read_text(encoding="utf-8")
    return Language.from_data(tag, yaml.safe_load(text) | {"numbers": _numbers(tag)})


def _numbers(tag: str) -> dict[int, list[str]]:
    """Return the number words that the product is pinned to: what writes them out needs Home Assistant."""
    found = {}
    for line in NUMBER_WORDS.read_text(encoding="utf-8").splitlines():
        code, value, rest = line.split(" ", 2)
        if code == tag:
            said, _, accepted = rest.partition(" = ")
            found[int(value)] = [said, *accepted.split(" | ")]
    return found


def phrase(said: str) -> Callable[[str], bool]:
    """Return what tells whether a reply proves that household phrase."""
    challenge = proof.phrase_challenge(said, english())
    return lambda heard: proof.interpret(heard, challenge, english(), ()) is proof.Verdict.PROOF


def decline(_: str) -> Callable[[str], bool]:
    """Return what tells whether a reply declines."""
    challenge = proof.phrase_challenge("open sesame at once", english())
    return lambda heard: proof.interpret(heard, challenge, english(), ()) is proof.Verdict.DECLINE


def code(answer: int) -> Callable[[str], bool]:
    """Return what tells whether a reply gives this answer to a code."""
    answers = codes.code_answers(english())
    draws = iter((answers.index(answer), 0))
    challenge = proof.code_challenge(english(), lambda _: next(draws), "")
    return lambda heard: proof.interpret(heard, challenge, english(), ()) is proof.Verdict.PROOF


def answers() -> tuple[int, ...]:
    """Return what a code's answer is drawn from."""
    return tuple(codes.code_answers(english()))


def answers_of(tag: str) -> tuple[int, ...]:
    """Return what a code's answer is drawn from in one of the product's languages."""
    return tuple(codes.code_answers(language(tag)))


def forms() -> tuple[str, ...]:
    """Return how an answer may be framed, "#" for the number."""
    return tuple(form.replace("{number}", "#") for form in english().code_forms)
