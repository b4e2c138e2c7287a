"""What the house has said: a text whose words are worked out once in each language, and not for every reply."""

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from .language import Language
    from .words import Words


class Said(str):
    """A text that was said. Most of what is said is never compared with anything, so nothing is worked out before."""

    __slots__ = ("_words",)

    _words: dict[Language, Words]

    def __new__(cls, text: str) -> Self:
        """Have worked out nothing yet."""
        said = super().__new__(cls, text)
        said._words = {}
        return said

    def proof_words(self, language: Language) -> Words:
        """Return the words by which a reply is compared with it, see `Language.proof_words`."""
        if language not in self._words:
            self._words[language] = language.proof_words(self)
        return self._words[language]


def said_words(text: str, language: Language) -> Words:
    """Return the words of any text by which a reply is compared with it."""
    return text.proof_words(language) if isinstance(text, Said) else language.proof_words(text)
