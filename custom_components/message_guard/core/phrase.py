"""The household's phrase, word for word. Every utterance is asked about, and hardly any is it."""

from .language import Language
from .text import lacks


class Phrase:
    """The phrase in one language."""

    def __init__(self, phrase: str, language: Language) -> None:
        """Read the phrase."""
        self._language = language
        self._words = language.proof_words(phrase)
        self._literal = language.literal_words(self._words)

    def is_said(self, utterance: str) -> bool:
        """Return whether the utterance is nothing but the phrase, as replies are compared."""
        if lacks(utterance, self._literal):
            return False
        return self._language.reply_words(utterance) == self._words
