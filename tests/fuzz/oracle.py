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

_NO = frozenset(["no", "not", "don", "t", "dont", "never", "cancel", "stop", "abort", "nope"])

_MISHEARD = 6
"""Letters that one misheard word, and one misheard article, may be off by."""


def may_be_phrase(utterance: str) -> bool:
    """Return whether an utterance says the phrase of these tests, whole, but for a misheard word.

    Nothing that holds a no is close to it, however few letters differ.
    """
    if _PHRASE.fullmatch(letters(utterance)) is not None:
        return True
    folded = unicodedata.normalize("NFKC", utterance).casefold()
    heard = [letters(word) for word in re.split(r"[^\w]+", folded)]
    words = [
        word for word, before in zip(heard, ["", *heard], strict=False) if word not in {before, ""}
    ]
    if not _NO.isdisjoint(words) or len(words) > len(PHRASE.split()) + 2:
        return False
    return _distance("".join(words), PHRASE.replace(" ", "")) <= _MISHEARD


def _distance(one: str, other: str) -> int:
    """Return how many letters have to be changed, added or left out (Wagner and Fischer)."""
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        above, row[0] = row[0], index
        for column, wanted in enumerate(other, start=1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != wanted)),
            )
    return row[-1]


def may_be_code(utterance: str, forms: tuple[str, ...]) -> bool:
    """Return whether an utterance says "send" and a number in one of these forms, whole."""
    number = "|".join(re.escape(letters(form)) for form in forms)
    return _in_order("send", f"(?:{number})").fullmatch(letters(utterance)) is not None
