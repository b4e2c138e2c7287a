"""The gate: nothing that a sentence may be is turned away."""

from hassil import parse_sentence
from hassil.expression import Expression, Group, Sentence
import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.recognition.gate import Gate, gate
from custom_components.message_guard.recognition.sentences import load_languages


@pytest.fixture(scope="module")
def english() -> Language:
    language = load_languages().get("en")
    assert language is not None
    return language


def made(language: Language, *texts: str) -> Gate:
    rules = {"message": parse_sentence("(text|message)")}
    return gate(language, [parse_sentence(text) for text in texts], rules)


@pytest.mark.parametrize(
    ("texts", "said", "passes"),
    [
        (("send [a] <message> to {recipient}",), "send Anna a text to read", True),
        (("send [a] <message> to {recipient}",), "send the vacuum to the kitchen", False),
        (("send [a] <message> to {recipient}",), "texts to Anna", False),
        (("[please] {body} to {recipient}",), "anything to Anna", True),
        (("[please] [now]",), "whatever", True),
        (("(tell;{recipient}) [that]",), "whom to tell", True),
        # A sentence that needs more than another makes no difference to it, and its first word does.
        (("tell {recipient}", "ask {recipient} to tell {body}"), "ask him to tell it", True),
        (("tell {recipient}", "ask {recipient} to tell {body}"), "ask him", False),
    ],
)
def test_what_may_be_one_of_them_passes(
    english: Language, texts: tuple[str, ...], said: str, passes: bool
) -> None:
    assert made(english, *texts).may_match(said, 0) is passes


def test_a_part_of_a_sentence_that_nobody_knows_is_an_error(english: Language) -> None:
    """A new hassil may have one."""
    unknown = Sentence(expression=Group(items=[Expression()]))
    with pytest.raises((ValueError, TypeError)):
        gate(english, [unknown], {})
