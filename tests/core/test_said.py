"""What the house has said: its words are worked out once, in each language."""

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.proof import Verdict, interpret, phrase_challenge
from custom_components.message_guard.core.said import Said, said_words

TEXT = "The light in the kitchen is on."


def test_the_words_are_those_of_the_text_and_worked_out_once(english: Language) -> None:
    said = Said(TEXT)
    assert said == TEXT
    assert hash(said) == hash(TEXT)
    assert said_words(said, english) == english.proof_words(TEXT) == said_words(TEXT, english)
    assert said_words(said, english) is said.proof_words(english)


def test_each_language_has_its_own_words(english: Language, any_language: Language) -> None:
    said = Said(TEXT)
    for language in (english, any_language, english):
        assert said.proof_words(language) == language.proof_words(TEXT)


def test_a_reply_is_the_same_to_what_was_said_and_to_its_text(english: Language) -> None:
    asked = phrase_challenge("yes, send the message", english)
    for heard in ("light in the kitchen", "yes send the message", "no", "the light is off"):
        of_text = interpret(heard, asked, english, [TEXT])
        assert interpret(heard, asked, english, [Said(TEXT)]) is of_text
    assert interpret("light in the kitchen", asked, english, [Said(TEXT)]) is Verdict.ECHO
