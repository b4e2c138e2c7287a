"""Tolerant sentences: the words around a recipient and a body, recognised though one of them is misheard.

The exact templates come first (`recogniser`). Here a word may be doubled, and one word may sound a little
different or be missing, as long as enough of the sentence is left that it cannot be anything else. The
recipient is never guessed at: the spans where contacts' names stand are given. What is recognised here is
asked about like any other request.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
import re

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)

from ..core.language import Language
from .automaton import (
    FEWEST_AROUND_A_SYLLABLE,
    FEWEST_LETTERS,
    FEWEST_WITH_ONE_MORE,
    FINAL,
    START,
    Automaton,
    Move,
    Node,
    Span,
    Substitution,
)

WAYS = "via"
"""The rule of ways by which something is sent: "via WhatsApp"."""

_LETTERS_OF_AN_IDEOGRAPH = 3
"""What one ideograph counts for; a letter or a kana counts for one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that was recognised, in positions of the text.

    Attributes:
        recipient: Where the recipient stands.
        body: Where the body stands, None without one.
        slips: Words that were misheard or missing; without any, words were only doubled.
        adjacent: Nothing is said between recipient and body.
    """

    recipient: Span
    body: Span | None
    slips: int
    adjacent: bool


class TolerantSentences:
    """All sentences of one language that name a contact, word by word."""

    def __init__(
        self,
        language: Language,
        sentences: Iterable[Sentence],
        rules: Mapping[str, Sentence],
        polite: Iterable[str],
    ) -> None:
        """Take the sentences apart; one whose body stands before its recipient is left out."""
        self._language = language
        self._rules = rules
        self._token = re.compile(r"\w+'?" if language.spaced else r"\w")
        self._nodes = [Node(), Node()]
        self._begin = begin = self._node()
        self._nodes[START].free.append(begin)
        self._letters_of: dict[str, int] = {}
        self._weight = 0
        self._add_polite(polite, begin)
        for sentence in sentences:
            if list(sentence.list_names(dict(rules)))[:1] == ["recipient"]:
                self._nodes[self._add(sentence.expression, begin)].free.append(FINAL)
        self._close()

    def may_match(self, text: str) -> bool:
        """Return whether enough words of a sentence stand in the text, whatever its first word is."""
        folded = text.casefold()
        if self._language.spaced:
            heard: Iterable[str] = self._letters_of.keys() & set(self._token.findall(folded))
        else:
            heard = (word for word in self._letters_of if word in folded)
        return sum(self._letters_of[word] for word in heard) >= FEWEST_LETTERS

    def match(self, text: str, names: Iterable[Span]) -> Found | None:
        """Return the best reading of a text in which contacts' names stand at these positions.

        That is the one with the fewest slips, the longest name, the shortest body. Time grows with the
        length of the text and the number of names in it.
        """
        spans = [found.span() for found in self._token.finditer(text)]
        starts = [start for start, _ in spans]
        named: dict[int, list[int]] = {}
        for start, end in names:
            named.setdefault(bisect_left(starts, start), []).append(bisect_left(starts, end))
        words = [text[start:end].casefold() for start, end in spans]
        best = Automaton(self._nodes, words, named, self._language).best()
        if best is None or best[1].recipient is None:
            return None
        slips, recipient, body = best[0], best[1].recipient, best[1].body
        return Found(
            (spans[recipient[0]][0], spans[recipient[1] - 1][1]),
            None if body is None else (spans[body[0]][0], spans[body[1] - 1][1]),
            slips,
            adjacent=body is not None and recipient[1] == body[0],
        )

    # --- taking sentences apart -----------------------------------------------------------------

    def _node(self) -> int:
        self._nodes.append(Node())
        return len(self._nodes) - 1

    def _add_polite(self, polite: Iterable[str], begin: int) -> None:
        """Let polite words stand in front.

        One of them may be misheard if the next is heard right, and there may be one more word in front of
        them, or behind a row of them: "and can you …", "could you quickly …".
        """
        misheard, in_front = self._node(), self._node()
        self._nodes[START].swaps.append(Substitution(1, in_front, 0, FEWEST_WITH_ONE_MORE))
        for text in polite:
            for first, strict, last in (
                (START, True, begin),
                (START, False, misheard),
                (begin, True, begin),
                (misheard, True, begin),
                (in_front, True, begin),
            ):
                reached = self._add_words(text, first, counts=False, strict=strict)
                self._nodes[reached].free.append(last)
                if strict and len(self._words(text)) > 1:
                    self._nodes[reached].swaps.append(
                        Substitution(1, begin, 0, FEWEST_WITH_ONE_MORE)
                    )

    def _add(self, expression: Expression, start: int) -> int:
        """Add what an expression matches, and return the node that it ends at."""
        match expression:
            case TextChunk():
                return self._add_words(expression.text, start)
            case RuleReference():
                # Nothing of a sentence depends on the way by which something is sent.
                name = expression.rule_name
                return start if name == WAYS else self._add(self._rules[name].expression, start)
            case ListReference():
                end = self._node()
                self._nodes[start].slots.append((expression.list_name, end))
                return end
            case Alternative():
                return self._add_alternative(expression, start)
            case Permutation():
                return self._add_any(permutations(expression.items), start)
            case Group():
                for item in expression.items:
                    start = self._add(item, start)
                return start
            case _:
                raise ValueError(f"unknown expression {type(expression).__name__}")

    def _add_alternative(self, expression: Alternative, start: int) -> int:
        """Add one of several. None of them may be missing because another one is short."""
        outside = self._weight
        if not expression.is_optional:
            self._weight = max(outside, self._longest_word(expression))
        end = self._add_any(([item] for item in expression.items), start)
        self._weight = outside
        return end

    def _longest_word(self, expression: Expression) -> int:
        """Return the letters of the longest word in an expression."""
        match expression:
            case TextChunk():
                return max(map(self._letters, self._words(expression.text)), default=0)
            case RuleReference():
                return self._longest_word(self._rules[expression.rule_name].expression)
            case Group():
                return max(map(self._longest_word, expression.items), default=0)
            case _:
                return 0

    def _add_any(self, choices: Iterable[Iterable[Expression]], start: int) -> int:
        end = self._node()
        for choice in choices:
            reached = start
            for item in choice:
                reached = self._add(item, reached)
            self._nodes[reached].free.append(end)
        return end

    def _add_words(
        self, text: str, start: int, *, counts: bool = True, strict: bool = False
    ) -> int:
        words = self._words(text)
        first, spaced = start, self._language.spaced
        for word in words:
            end = self._node()
            alone = not spaced and len(words) == 1
            letters = self._letters(word)
            weight = max(letters, self._weight)
            self._nodes[start].steps.append(Move(word, end, letters, weight, counts, strict, alone))
            start = end
        if counts and words:
            known = words if spaced else ["".join(words)]
            self._letters_of |= {word: self._letters(word) for word in known}
        if not spaced and not strict and len(words) > 1:
            weight = max(self._letters("".join(words)), self._weight)
            self._nodes[first].swaps.append(
                Substitution(len(words), start, weight, FEWEST_AROUND_A_SYLLABLE)
            )
        return start

    def _words(self, text: str) -> list[str]:
        return self._token.findall(text.casefold())

    def _letters(self, word: str) -> int:
        """Return how many letters a word has."""
        return sum(_LETTERS_OF_AN_IDEOGRAPH if "\u3400" <= one <= "\u9fff" else 1 for one in word)

    def _close(self) -> None:
        """Follow the free steps once and for all, and drop what leads nowhere."""
        closures = [self._reachable(index) for index in range(len(self._nodes))]
        closed = [
            Node(
                steps=[step for one in closure for step in self._nodes[one].steps],
                swaps=[swap for one in closure for swap in self._nodes[one].swaps],
                slots=[slot for one in closure for slot in self._nodes[one].slots],
                final=FINAL in closure,
                opening=self._begin in closure,
            )
            for closure in closures
        ]
        for node in closed:
            slots = {slot for slot, _ in node.slots}
            node.before_name, node.before_body = "recipient" in slots, "body" in slots
        self._nodes = closed

    def _reachable(self, index: int) -> list[int]:
        seen = [index]
        for one in seen:
            seen.extend(node for node in self._nodes[one].free if node not in seen)
        return seen
