"""What may be a request, told a second way: the templates as regular expressions over letters.

The product walks hassil's templates word by word; here every template is one expression that has to match
all the letters of what was said. Only where a word was misheard are carrier words counted instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
import re
from typing import Any
import unicodedata

from tests.fuzz.oracle import WAKE_WORDS, collapsed, distance, folded, letters, once

SENDS = (
    "delimited",
    "contact_only",
    "tell_delimited",
    "tell_contact",
    "worded",
    "tell_worded",
    "answer_contact",
)
QUESTIONS = (
    "status",
    "waiting",
    "again",
    "who",
    "help",
    "messages",
    "read_out",
    "said",
    "answer",
    "forget",
)

_NAMING = {"send": (True,), "said": (True,), "status": (True, False)}
"""Whether what is asked for names somebody; nothing else does."""

_APART = "\ue000"
"""Sets what was said apart from what was made of it; no letter, so it is in neither."""

_FEWEST_LETTERS = 5
"""Letters of carrier words that have to be heard right where another one is misheard."""

_LETTERS_ANYWAY = 4
"""A word that is heard almost right counts for its letters beyond these."""

_STRANGE_WORDS = 2
"""Words beside recipients, body and carriers: a misheard one, and one more."""

_STRANGE_CHARACTERS = 8
"""The same where a script does not set words apart."""

_IDEOGRAPH = 3
"""Letters that one ideograph counts for."""

_TOKEN = re.compile(r"\[|\]|\(|\)|\||<[^<>]+>|\{recipient\}|\{body\}|[^\[\]()|<>{}\s]+")
_CHOICE = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_MARKS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


def _each(template: str) -> Iterator[str]:
    """Yield all that a template without rules and slots stands for."""
    choice = _CHOICE.search(template)
    if choice is None:
        yield template
        return
    for one in (*choice[1].split("|"), *([""] if choice[0][0] == "[" else [])):
        yield from _each(template[: choice.start()] + one + template[choice.end() :])


class Sentences:
    """Which texts may be requests in one language."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take what the language's file holds."""
        self._spaced = bool(data["language"]["spaced"])
        said = data["sentences"]
        ways = f"({'|'.join(said['via'])})" if said["via"] else "[]"
        self._rules: Mapping[str, str] = {**said["rules"], "via": ways}
        via = [one for text in said["via"] for one in _each(text)]
        self._templates = {
            "send": tuple(text for part in SENDS for text in said[part]),
            **{
                kind: (*said[kind], *said.get(f"vague_{kind}", ()))
                for kind in (*QUESTIONS, "change")
            },
        }
        # A sentence may be cut off where its body would begin.
        self._templates["send"] += tuple(
            text.removesuffix("{body}")
            for text in self._templates["send"]
            if text.endswith("{body}")
        )
        self._kept = {letters(word) for word in said["kept"]}
        in_front = [
            *(
                said[part]
                for part in ("polite", "fillers", "hesitations", "corrections", "wanting")
            ),
            via,
        ]
        self._corrections = sorted({letters(text) for text in said["corrections"]} - {""})
        self._meant = {letters(text) for text in said["meant"]}
        self._polite = sorted(
            {letters(text) for texts in in_front for text in texts}, key=len, reverse=True
        )
        self._polite_words = {word for text in said["polite"] for word in self._words(text)}
        # Whose phone it is stands beside the name: in front of it, or behind.
        phones = [phone.replace("{name}", " ") for phone in said.get("phones", ())]
        beside = [*said["joiners"], *phones, *said["hesitations"], *via]
        self._joiners = {letters(words) for words in beside} - {""}
        self._carriers = [frozenset(self._fixed(text)) for text in self._templates["send"]]
        self._pattern = lru_cache(maxsize=None)(self._expression)

    def may_be(self, text: str, kind: str, recipients: Sequence[str], body: str | None) -> bool:
        """Return whether the text may ask for this, to these people, with these words."""
        said = unicodedata.normalize("NFC", text)
        if bool(recipients) not in _NAMING.get(kind, (False,)) or not all(
            letters(name) in letters(said) for name in recipients
        ):
            return False
        if body is not None and (not body or not self._places(said, body)):
            return False
        names = [self._words(name) if self._spaced else [letters(name)] for name in recipients]
        if any(self._exactly(heard, kind, names, words) for heard, words in self._ways(said, body)):
            return True
        return kind == "send" and self._nearly(said, recipients, body)

    # --- word for word --------------------------------------------------------------------------

    def _ways(self, said: str, body: str | None) -> Iterator[tuple[str, str | None]]:
        """Yield text and body as letters: as they are, stutters said once, the body without a kept word."""
        yield letters(said), None if body is None else letters(body)
        plain = "".join(once(self._words(said)))
        if body is None:
            yield plain, None
            return
        words = self._words(body)
        yield plain, "".join(once(words))
        if words[0] in self._kept:
            yield letters(said), "".join(words[1:])
        for heard in self._begun_again(letters(said)):
            yield heard, letters(body)
            if words[0] in self._kept:
                yield heard, "".join(words[1:])

    def _begun_again(self, said: str) -> Iterator[str]:
        """Yield what is left of what somebody has begun again: all behind a no, or with a name in another's place."""
        for correction in self._corrections:
            at = said.find(correction)
            while at >= 0:
                end = at + len(correction)
                yield said[end:]
                if correction in self._meant:
                    yield from (said[:start] + said[end:] for start in range(1, at))
                at = said.find(correction, at + 1)

    def _exactly(self, heard: str, kind: str, names: list[list[str]], body: str | None) -> bool:
        whole = _APART.join([heard, *(word for name in names for word in name), body or ""])
        patterns = [
            self._pattern(template, tuple(map(len, names)))
            for template in self._templates[kind]
            if ("{body}" in template) or body is None
        ]
        return any(
            pattern.match(whole, start) is not None
            for start in self._starts(heard)
            for pattern in patterns
        )

    def _starts(self, heard: str) -> list[int]:
        """Return where a sentence may begin: behind a wake word and any row of polite words."""
        found = [0, *(len(wake) for wake in WAKE_WORDS if heard.startswith(wake))]
        for start in found:
            for polite in self._polite:
                end = start + len(polite)
                if heard.startswith(polite, start) and end not in found:
                    found.append(end)
        return found

    def _expression(self, template: str, lengths: tuple[int, ...]) -> re.Pattern[str]:
        """Return what matches a sentence from its first letter, in front of the recipients and the body.

        The recipients have so many words each. They may be said more than once, and in any order.
        """
        fields = "".join(f"{_APART}(?P<r{at}>[^{_APART}]*)" for at in range(sum(lengths)))
        known = f"(?=[^{_APART}]*{fields}{_APART}(?P<body>[^{_APART}]*)\\Z)"
        joiners = f"(?:{'|'.join(sorted(self._joiners))})*" if self._joiners else ""
        groups = iter(range(sum(lengths)))
        each = ["".join(f"(?:(?P=r{next(groups)}))+" for _ in range(length)) for length in lengths]
        names = f"{joiners}(?:(?:{'|'.join(each)}){joiners})+"
        slots = {"{recipient}": names, "{body}": "(?P=body)"}
        return re.compile(f"{known}{self._alternatives(template, slots)}{_APART}")

    def _alternatives(self, template: str, slots: Mapping[str, str]) -> str:
        parts = []
        for token in _TOKEN.findall(template):
            if token in _MARKS or token in slots:
                parts.append(_MARKS.get(token) or slots[token])
            elif token[0] == "<":
                parts.append(self._alternatives(self._rules[token[1:-1]], slots))
                if token == "<message>":
                    parts.append(f"{self._alternatives(self._rules['via'], slots)}?")
            else:
                parts.append(f"(?:{letters(token)})+")
        return f"(?:{''.join(parts)})"

    # --- with a slip ----------------------------------------------------------------------------

    def _nearly(self, said: str, recipients: Sequence[str], body: str | None) -> bool:
        """Return whether enough carriers of one sentence are beside recipients and body, and little else."""
        heard = self._beside(said, recipients, body)
        score = self._score if self._spaced else self._score_of_characters
        return any(score(heard, carriers) for carriers in self._carriers)

    def _beside(self, said: str, recipients: Sequence[str], body: str | None) -> list[str]:
        """Return the words that are neither recipients nor body, nor stand between recipients."""
        if body is not None:
            start = self._places(said, body)[-1]
            kept = [word for word in self._words(body)[:1] if word in self._kept]
            said = " ".join([said[:start], *kept, said[start + len(body) :]])
        if not self._spaced:
            rest = letters(said)
            for name in map(letters, recipients):
                rest = rest.replace(name, "")
            return [rest]
        heard = [word for word in self._words(said) if word not in self._joiners]
        for word in (word for name in recipients for word in self._words(name)):
            if word in heard:
                heard.remove(word)
        return once(heard)

    def _score(self, heard: Iterable[str], carriers: frozenset[str]) -> bool:
        right = carriers.intersection(heard)
        strange = [word for word in heard if word not in right | self._polite_words]
        almost = max(
            (
                len(meant) - _LETTERS_ANYWAY
                for word in strange
                for meant in carriers - right
                if distance(word, meant) <= len(meant) // 2
            ),
            default=0,
        )
        return (
            sum(map(len, right)) + max(almost, 0) >= _FEWEST_LETTERS
            and len(strange) <= _STRANGE_WORDS
        )

    def _score_of_characters(self, heard: Sequence[str], carriers: frozenset[str]) -> bool:
        rest, right = heard[0], 0
        for word in sorted(carriers, key=len, reverse=True):
            if word in rest:
                rest = rest.replace(word, "")
                right += sum(_IDEOGRAPH if "\u3400" <= one <= "\u9fff" else 1 for one in word)
        for polite in (*self._polite, *sorted(self._joiners)):
            rest = rest.replace(polite, "")
        return right >= _FEWEST_LETTERS and len(collapsed(rest)) <= _STRANGE_CHARACTERS

    def _fixed(self, template: str) -> Iterator[str]:
        """Yield the fixed words of a template, those that may be left out as well."""
        for token in _TOKEN.findall(template):
            if token == "<via>":
                continue  # nothing of a sentence depends on it
            if token[0] == "<":
                yield from self._fixed(self._rules[token[1:-1]])
            elif token not in _MARKS and token[0] != "{":
                yield from self._words(token)

    # --- words ----------------------------------------------------------------------------------

    def _words(self, text: str) -> list[str]:
        words = map(letters, re.findall(r"\w+" if self._spaced else r"\w", folded(text)))
        return [word for word in words if word]

    def _places(self, said: str, body: str) -> list[int]:
        """Return where the body stands in the text, and neither begins nor ends inside a word."""
        found, start = [], said.find(body)
        while start >= 0:
            if not self._spaced or not (
                self._inside_word(said, start) or self._inside_word(said, start + len(body))
            ):
                found.append(start)
            start = said.find(body, start + 1)
        return found

    def _inside_word(self, said: str, at: int) -> bool:
        return 0 < at < len(said) and said[at - 1].isalnum() and said[at].isalnum()
