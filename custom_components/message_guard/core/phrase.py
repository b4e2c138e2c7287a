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

    def is_absent(self, utterance: str) -> bool:
        """Return whether a word of the phrase is surely not in the utterance; quick."""
        return lacks(utterance, self._literal)

    def is_said(self, utterance: str) -> bool:
        """Return whether the utterance is nothing but the phrase, as replies are compared."""
        if lacks(utterance, self._literal):
            return False
        read = self._language.reply_words, self._language.proof_words
        return any(words(utterance) == self._words for words in read)
