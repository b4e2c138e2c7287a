"""A language file: reads what `sentences/<code>.yaml` holds, and says what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import prompts as prompt_table
from .digits import DigitWords
from .errors import LanguageDataError
from .signs import DECIMALS, NAMED, Signs
from .text import fold
from .words import Phrasebook, Words, split

LARGEST_NUMBER = 99
"""Number words are known from 0 to here: enough for codes, and for a PIN said two digits at a time."""

NO, KEEP = "no", "keep"
"""What an utterance says to what waits: that it is to be dropped, or that it is not."""

_KEYS = frozenset(
    {
        "language",
        "replies",
        "numbers",
        "digits",
        "repeats",
        "signs",
        "articles",
        "name_endings",
        "names",
        "contractions",
        "confusables",
        "code",
        "phrase",
        "prompts",
        "sentences",
    }
)


@dataclass(frozen=True, slots=True)
class LanguageFile:
    """Reads the file's parts, each with its own check.

    Attributes:
        code: BCP 47 tag, the name of the file.
        data: What the file holds.
    """

    code: str
    data: Mapping[str, object]

    def fields(self) -> dict[str, Any]:
        """Return the fields of a `Language`.

        Raises:
            LanguageDataError: If something is missing, unknown or of the wrong kind.
        """
        if self.data.keys() != _KEYS:
            missing, unknown = _KEYS - self.data.keys(), self.data.keys() - _KEYS
            raise self._error(f"missing {sorted(missing)}, unknown {sorted(unknown)}")
        about, replies = self._table("language"), self._table("replies")
        phrase, code = self._table("phrase"), self._table("code")
        spaced = self._flag(about, "spaced")
        numbers = self._numbers()
        contractions = {
            word: tuple(fold(self._text(full)).split())
            for word, full in self._table("contractions").items()
        }

        def row(text: str) -> Words:
            return tuple(word.replace("'", "") for word in raw(text))

        def raw(text: str) -> list[str]:
            words = split(fold(text), spaced=spaced)
            return [part for word in words for part in contractions.get(word, (word,))]

        spelt = {row(form): str(value) for value, forms in enumerate(numbers) for form in forms}
        number_book = Phrasebook(spelt)
        digits = spelt | {
            row(form): str(value)
            for value, forms in self._table("digits").items()
            for form in self._texts(forms)
        }

        def said(text: str) -> Words:
            return tuple(value or word for word, value in number_book.segments(row(text)))

        def phrases(part: str, *, counts: bool) -> dict[Words, bool]:
            return {said(text): counts for text in self._texts(replies.get(part))}

        def around_name(part: str) -> tuple[tuple[Words, Words], ...]:
            texts = (text.partition("{name}") for text in self._texts(replies.get(part)))
            return tuple((said(front), said(back)) for front, _, back in texts)

        padding = phrases("padding", counts=False)
        no = phrases("decline", counts=True)
        yes = phrases("affirm", counts=True) | phrases("urge", counts=True)
        # "Don't cancel it", and "no, don't cancel it".
        before_keep = ((), *(words for words in no if len(words) == 1))
        keep = [
            before + said(text)
            for text in self._texts(replies.get("keep", ()))
            for before in before_keep
        ]
        articles = self._texts(self.data["articles"])
        names = self._names()
        return dict(  # noqa: C408 - reads like the record that it becomes
            code=self.code,
            name=self._text(about.get("name")),
            draft=self._flag(about, "draft"),
            tags=self._texts(about.get("tags")),
            spaced=spaced,
            prompts=prompt_table.check(self.code, self._table("prompts")),
            number_words=numbers,
            code_forms=self._code_forms(code),
            code_around=self._texts(code.get("around")),
            code_between=self._texts(code.get("between", ())),
            code_tens=self._answer_digits(code, "tens", range(3, 10)),
            code_units=self._answer_digits(code, "units", range(10)),
            confusables=frozenset(
                word for text in self._texts(self.data["confusables"]) for word in row(text)
            ),
            phrase_words=self._whole(phrase.get("words")),
            signs=self._signs(about.get("decimal")),
            suggested_phrases=self._suggested_phrases(phrase),
            _contractions=contractions,
            _numbers=number_book,
            _digits=DigitWords(
                Phrasebook(digits),
                Phrasebook(
                    {
                        row(form): self._whole(times)
                        for times, forms in self._table("repeats").items()
                        for form in self._texts(forms)
                    }
                ),
            ),
            _to_whom=around_name("to_whom"),
            _not_to=around_name("not_to"),
            _before_pin=tuple(row(text) for text in self._texts(replies.get("before_pin"))),
            _inventions=frozenset(row(text) for text in self._texts(replies.get("inventions"))),
            _titles=Phrasebook(
                {
                    row(form): self._texts(forms)[0]
                    for forms in self._items(names.get("titles"))
                    for form in self._texts(forms)
                }
            ),
            _own_letters=frozenset(str(names["own_letters"])),
            _articles=tuple(tuple(raw(a)) for a in articles if not a.endswith("'")),
            _silent=frozenset(
                row(a)[0] for a in articles if spaced and len(row(a)) == 1 and not a.endswith("'")
            ),
            _elisions=tuple(fold(a + "x")[:-1] for a in articles if a.endswith("'")),
            _endings=tuple(sorted(self._texts(self.data["name_endings"]), key=len, reverse=True)),
            _negative=frozenset(word for phrase in no for word in phrase)
            - frozenset(word for phrase in yes for word in phrase),
            _stances=Phrasebook(
                dict.fromkeys((*padding, *yes), "")
                | dict.fromkeys(no, NO)
                | dict.fromkeys(keep, KEEP)
            ),
            _affirmations=Phrasebook(padding | yes),
            _plain=Phrasebook(padding | phrases("affirm", counts=True)),
        )

    def _signs(self, decimal: object) -> Signs:
        signs = self._table("signs")
        if set(signs) != NAMED:
            raise self._error(f"signs must be exactly {' '.join(sorted(NAMED))}")
        if not isinstance(decimal, str) or decimal not in DECIMALS:
            raise self._error("decimal must be a point or a comma")
        return Signs({sign: self._text(name) for sign, name in signs.items()}, decimal)

    def _names(self) -> Mapping[str, object]:
        names = self._table("names")
        if names.keys() != {"titles", "own_letters"} or not isinstance(names["own_letters"], str):
            raise self._error("names must have titles and own_letters, a text of letters")
        return names

    def _suggested_phrases(self, phrase: Mapping[Any, object]) -> tuple[str, ...]:
        if unknown := phrase.keys() - {"words", "suggested"}:
            raise self._error(f"phrase: unknown {sorted(map(str, unknown))}")
        found = self._texts(phrase.get("suggested", ()))
        if not all(found):
            raise self._error("a suggested phrase must not be empty")
        return found

    def _code_forms(self, code: Mapping[str, object]) -> tuple[str, ...]:
        forms = self._texts(code.get("forms"))
        if not forms or any(prompt_table.placeholders(self.code, f) != {"number"} for f in forms):
            raise self._error("every form of a code must name exactly {number}")
        return forms

    def _answer_digits(
        self, code: Mapping[Any, object], key: str, allowed: Sequence[int]
    ) -> tuple[int, ...]:
        found = tuple(self._whole(digit) for digit in self._items(code.get(key)))
        if len(set(found)) != len(found) or not set(found) <= set(allowed):
            raise self._error(f"{key} of a code must be different digits of {list(allowed)}")
        return found

    def _numbers(self) -> tuple[tuple[str, ...], ...]:
        table = self._table("numbers")
        if set(table) != set(range(LARGEST_NUMBER + 1)):
            raise self._error(f"numbers must be exactly 0 to {LARGEST_NUMBER}")
        rows = tuple(self._texts(table[value]) for value in range(LARGEST_NUMBER + 1))
        if not all(rows):
            raise self._error("every number needs a word")
        return rows

    def _table(self, key: str) -> Mapping[Any, object]:
        value = self.data[key]
        if not isinstance(value, Mapping):
            raise self._error(f"{key} must be a table")
        return value

    def _items(self, value: object) -> Sequence[object]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._error(f"{value!r} must be a list")
        return value

    def _texts(self, value: object) -> tuple[str, ...]:
        """Return a list of texts; a single text stands for a list of one."""
        if isinstance(value, str):
            return (str(value),)
        return tuple(self._text(item) for item in self._items(value))

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise self._error(f"{value!r} must be a text (quote yes, no, on, off and numbers)")
        return str(value)

    def _whole(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._error(f"{value!r} must be a whole number")
        return value

    def _flag(self, table: Mapping[Any, object], key: str) -> bool:
        value = table.get(key)
        if not isinstance(value, bool):
            raise self._error(f"{key} must be true or false")
        return value

    def _error(self, what: str) -> LanguageDataError:
        return LanguageDataError(f"{self.code}: {what}")
