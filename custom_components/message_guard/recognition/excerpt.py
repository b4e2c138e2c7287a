"""Excerpts: the part of an utterance that is matched, and what a match in it means in what was said."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import re

from hassil import Intents, RecognizeResult, SlotList, TextSlotList, WildcardSlotList, recognize_all
from hassil.util import normalize_for_matching

from ..core.language import Language
from ..core.text import is_blank
from .gate import MATCHED_HEAD, MATCHED_TAIL
from .names import COMMAS, SaidWords
from .templates import TELL

_OPENING = "¿¡\"'“„«‹(‘「『"  # noqa: RUF001 - quotation marks
_CLOSING = "\"'”“»›)’」』"  # noqa: RUF001 - quotation marks
_SEPARATORS = " :：;；—–" + COMMAS  # noqa: RUF001 - full-width on purpose
_SIGN = re.compile(r"(?<!\S)[.–−-]\Z")  # noqa: RUF001 - dashes that are a minus
"""What belongs to the number behind it: ".5 litres", or a dash for a minus."""
_LAST_WORD = re.compile(r"([\w'’]+)\W*\Z")  # noqa: RUF001 - apostrophe


class Excerpt:
    """The part of an utterance that is matched: all of it, or its beginning and its end.

    Attributes:
        text: That part.
        tracked: That part as hassil compares it.
        repairs: It is what somebody has said in the place of what they had begun with.
    """

    def __init__(
        self, utterance: str, start: int, kept: frozenset[str], *, repairs: bool = False
    ) -> None:
        """Take an utterance, from this position on, and the words that belong to a body behind them."""
        self.repairs = repairs
        self._utterance = utterance
        self._kept = kept
        rest = utterance[start:]
        if len(rest) > MATCHED_HEAD + MATCHED_TAIL:
            head = rest[:MATCHED_HEAD].rpartition(" ")[0] or rest[:MATCHED_HEAD]
            tail = rest[-MATCHED_TAIL:].partition(" ")[2] or rest[-MATCHED_TAIL:]
            self.text = f"{head} {tail}"
            self._head, self._start = len(head), start
        else:
            self.text = rest
            self._head, self._start = len(rest), start
        self.tracked = normalize_for_matching(self.text)

    def _original(self, position: int) -> int:
        """Return where a position of the excerpt stands in the utterance."""
        if position <= self._head:
            return self._start + position
        return len(self._utterance) - (len(self.text) - position)

    def body(self, span: tuple[int, int], *, kept: bool = True) -> str | None:
        """Return the words at this span of the excerpt exactly as they were said; None where nothing shows.

        A word in front of them that belongs to them ("dass") is kept with them.
        """
        start, end = self._original(span[0]), self._original(span[1])
        before = self._utterance[max(start - 2, 0) : start]
        if before[-1:] in _OPENING and not before[:-1].isalnum() and start > self._start:
            start -= 1
            if self._utterance[end : end + 1] in tuple(_CLOSING):
                end += 1
        keeps = kept and self._kept
        last = _LAST_WORD.search(self._utterance, self._start, start) if keeps else None
        if last is not None and last[1].casefold().replace("’", "'") in self._kept:  # noqa: RUF001
            start = last.start()
        if not any(map(str.isalnum, self._utterance[end : end + MATCHED_TAIL])):
            end = len(self._utterance)
        elif self._utterance[start:end].endswith(tuple(COMMAS)):
            end -= 1
        said = self._utterance[start:end].lstrip(_SEPARATORS).strip()
        if is_blank(said):
            return None
        sign = self._utterance[: self._utterance.index(said, start)]
        return sign[-1] + said if said[0].isdecimal() and _SIGN.search(sign) else said

    def aligned(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return a span of hassil's as it should be.

        hassil skips the spaces on both sides of a mark that stands by itself ("that ? we leave") without
        counting all of them: its span then begins with them, and ends as many characters too soon.
        """
        offsets, text = self.tracked.offsets, self.tracked.text
        start, end = bisect_left(offsets, span[0]), bisect_left(offsets, span[1])
        skipped = len(text[start:end]) - len(text[start:end].lstrip())
        if not skipped:
            return span
        return self.original((start + skipped, min(end + skipped, len(text))))

    def original(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return where a span of the text as hassil compares it stands in the excerpt."""
        return self.tracked.offsets[span[0]], self.tracked.offsets[span[1] - 1] + 1

    def words(self, language: Language) -> SaidWords:
        """Return the words as hassil compares them."""
        pattern = r"\S+" if language.spaced else r"\S"
        spans = [found.span() for found in re.finditer(pattern, self.tracked.text)]
        return SaidWords(self.text, self.tracked, spans)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an utterance.

    Attributes:
        recipient: As hassil compares it.
        body: As it was said, None without one.
        span: Where the recipient stands in the excerpt.
        adjacent: Nothing is said between recipient and body.
        telling: Things and assistants are told so, too.
        guessed: Nothing says where the recipient ends.
        between: What stands between recipient and body, as far as it is fixed by the sentence.
        bare: The body without a word in front that belongs to it ("if").
        weak: Somebody else may be meant, whatever the words are: "say hello to Ben".
    """

    recipient: str
    body: str | None
    span: tuple[int, int]
    adjacent: bool
    telling: bool = False
    guessed: bool = False
    between: str = ""
    bare: str = ""
    weak: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """Return what sorts the longest name first, and then the shortest body."""
        return -len(self.recipient), len(self.body or "")

    @classmethod
    def of(cls, result: RecognizeResult, excerpt: Excerpt) -> Reading | None:
        """Return what hassil found, unless it cannot say where."""
        recipient, body = result.entities["recipient"], result.entities.get("body")
        if recipient.text_span is None or (body is not None and body.text_span is None):
            return None
        at = excerpt.aligned(recipient.text_span)
        # Its text would be without the spaces that a recogniser may set where a script has none.
        name = str(recipient.value).strip()
        telling = result.intent.name == TELL
        if body is None or body.text_span is None:
            return cls(name, None, at, adjacent=False, telling=telling)
        span = excerpt.aligned(body.text_span)
        between = excerpt.text[at[1] : span[0]]
        adjacent = not any(map(str.isalnum, between))
        return cls(
            name,
            excerpt.body(span),
            at,
            adjacent=adjacent,
            telling=telling,
            between=between.strip().casefold(),
            bare=excerpt.text[slice(*span)].strip(),
        )


def results(
    excerpt: Excerpt, intents: Intents, names: Iterable[str] | None = None
) -> Iterator[RecognizeResult]:
    """Yield every way in which the excerpt is one of these sentences, to these names or to anyone."""
    slots: dict[str, SlotList] = {"body": WildcardSlotList(name="body")}
    if names is not None:
        slots["recipient"] = TextSlotList.from_strings(
            names, allow_template=False, name="recipient"
        )
    else:
        slots["recipient"] = WildcardSlotList(name="recipient")
    return iter(recognize_all(excerpt.text, intents, slot_lists=slots))
