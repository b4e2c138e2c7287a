"""What may be accepted, told a second way: by regular expressions over letters and digits alone.

It shares no code with the product, so that both would have to be wrong in the same way.
"""

import re
import unicodedata

PHRASE = "please deliver the message"
_ARTICLE = r"(?:the|a|an|my|our)*"


def letters(text: str) -> str:
    """Return the letters and digits of a text, in one case, without marks, spaces or punctuation."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in folded if character.isalnum())


def _in_order(*words: str) -> re.Pattern[str]:
    """Return what matches these words in order: each may be stuttered, articles may stand anywhere."""
    body = _ARTICLE.join(f"(?:{word}{_ARTICLE})+" for word in words)
    return re.compile(f"{_ARTICLE}{body}")


_PHRASE = _in_order("please", "deliver", "message")


def may_be_phrase(utterance: str) -> bool:
    """Return whether an utterance says the phrase of these tests, whole."""
    return _PHRASE.fullmatch(letters(utterance)) is not None


def may_be_code(utterance: str, forms: tuple[str, ...]) -> bool:
    """Return whether an utterance says "send" and a number in one of these forms, whole."""
    number = "|".join(re.escape(letters(form)) for form in forms)
    return _in_order("send", f"(?:{number})").fullmatch(letters(utterance)) is not None
