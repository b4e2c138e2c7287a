"""An automaton over all sentences at once, along the words of one text, that forgives one slip.

The sentences are nodes with moves between them (`tolerant`). At every word it keeps each place that
it can be at once, so that its time grows with the text and the sentences, and not with their product's
ways.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from ..core.language import Language
from ..core.text import sounds_near

type Span = tuple[int, int]

FEWEST_LETTERS = 5
"""Letters of carrier words that have to be heard right where another is misheard. "That" is four: "well
Alice, that …" is talk, "tell Alice that …" a request."""

TELLING_LETTERS = 4
"""Letters of a misheard word beyond these count as heard right: few words sound like a long one."""

SMALL_LETTERS = 3
"""Letters of a word that may be missing for nothing more. Each letter beyond these asks for two heard right
elsewhere: "send a to Mum" may be anything."""

FEWEST_AFTER_A_SMALL_WORD = 7
"""Letters that have to be heard right if a sentence begins with a small word that is misheard: "as Bob
where he is" is no request to ask him."""

SMALLEST_LETTERS, SMALLEST_WEIGHT = 4, 5
"""A word between others that may be anything: "a", "eine", "una", and nothing longer in its place."""

FEWEST_AROUND_ANYTHING = 10
"""Letters that have to be heard right around a small word that does not even sound alike; where the first
word is missing: "Bob, where are you" is no request to ask him; and where the one is that says that a message
begins: "send Bob home"."""

FEWEST_WITH_ONE_MORE = 6
"""Letters that have to be heard right where one word is too many: "could you quickly tell Alice that …"."""

FEWEST_BEHIND_A_NAME = 6
"""Letters that have to be heard right behind a name whose verb in front only sounds right: "saying", not "that"."""

FEWEST_AROUND_A_SYLLABLE = 10
"""Letters that have to be heard right around a word of which nothing says how it sounds: 给小丽看消息 is no
request."""

LONGEST_STUTTER = 6
"""Characters that are doubled together where a script does not set words apart: メッセージを."""

START, FINAL = 0, 1


@dataclass(frozen=True, slots=True)
class Move:
    """A word to hear, and where that leads.

    Attributes:
        word: What is heard; a character where a script does not set words apart.
        target: The node it leads to.
        letters: How long it is.
        weight: How long the longest word is that may stand here instead of it.
        counts: It is of the sentence itself, not of what stands in front ("could you").
        strict: It is heard right, or this is no such sentence.
        alone: It is a whole word, and nothing tells what it sounds like.
    """

    word: str
    target: int
    letters: int
    weight: int
    counts: bool
    strict: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """A whole word of several characters that something else may stand for."""

    length: int
    target: int
    weight: int
    needed: int


@dataclass(slots=True)
class Node:
    """A place in the sentences.

    Attributes:
        steps: Words to hear from here.
        swaps: Whole words that something else may stand for.
        slots: Slots that begin here, and where they lead.
        free: Nodes that are reached without a word.
        final: A sentence may end here.
        opening: A sentence begins here.
        before_name: A recipient may begin here.
        before_body: A body may begin here.
    """

    steps: list[Move] = field(default_factory=list)
    swaps: list[Substitution] = field(default_factory=list)
    slots: list[tuple[str, int]] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    final: bool = False
    opening: bool = False
    before_name: bool = False
    before_body: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """How a place was reached.

    Attributes:
        margin: Letters heard right beyond those that are needed.
        doubled: Words that were said twice.
        recipient: Index of the recipient's first word and after its last.
        body: Likewise.
    """

    margin: int = 0
    doubled: int = 0
    recipient: Span | None = None
    body: Span | None = None

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return what sorts the longest name first, then the shortest body, then the fewest repetitions."""
        recipient, body = self.recipient or (0, 0), self.body or (0, 0)
        return recipient[0] - recipient[1], body[1] - body[0], self.doubled


class _Mode(IntEnum):
    """What the last word was."""

    HEARD = 0
    DOUBLED = 1
    BODY = 2


type _Place = tuple[int, int, _Mode]
"""A node, how many slips there were, and what the last word was."""


class Automaton:
    """One pass through all sentences at once, along the words of one text."""

    def __init__(
        self,
        nodes: Sequence[Node],
        words: Sequence[str],
        names: Mapping[int, Sequence[int]],
        language: Language,
    ) -> None:
        """Take the nodes, the folded words, and where names stand: first word → after the last."""
        self._nodes = nodes
        self._words = words
        self._names = names
        self._language = language
        self._at: list[dict[_Place, Way]] = [{} for _ in range(len(words) + 1)]
        self._queue: list[_Place] = []
        self._now = 0

    def best(self) -> tuple[int, Way] | None:
        """Return the way with the fewest slips, then the longest name, then the shortest body."""
        return min(self._ends(), key=lambda end: (end[0], end[1].rank), default=None)

    def _ends(self) -> Iterator[tuple[int, Way]]:
        """Yield every way that a sentence can end with the text: its slips, and the way."""
        self._at[0][START, 0, _Mode.HEARD] = Way()
        for index, places in enumerate(self._at):
            self._now, self._queue = index, list(places)
            while self._queue:
                place = self._queue.pop()
                self._follow(index, place, places[place])
        for (node, slips, _), way in self._at[-1].items():
            if self._nodes[node].final and (not slips or way.margin >= 0):
                yield slips, way

    def _follow(self, index: int, place: _Place, way: Way) -> None:
        """Go on from a place, by the word at this index or without one."""
        node, slips, mode = place
        if mode is _Mode.BODY:
            begin = way.body[0] if way.body is not None else index
            self._reach(index + 1, place, way)
            self._reach(index, (node, slips, _Mode.HEARD), replace(way, body=(begin, index)))
            return
        if not slips:
            self._slip(index, self._nodes[node], mode, way)
        if index == len(self._words):
            return
        for step in self._nodes[node].steps:
            if step.word == self._words[index]:
                heard = replace(way, margin=way.margin + step.letters * step.counts)
                self._reach(index + 1, (step.target, slips, _Mode.HEARD), heard)
        for slot, target in self._nodes[node].slots:
            if slot == "recipient":
                self._name(index, target, slips, way)
            elif mode is _Mode.HEARD:
                self._begin_body(index, target, slips, way)
        for length in self._doubled(index, way):
            again = replace(way, doubled=way.doubled + 1)
            self._reach(index + length, (node, slips, _Mode.DOUBLED), again)

    def _name(self, index: int, target: int, slips: int, way: Way) -> None:
        for end in self._names.get(index, ()):
            self._reach(end, (target, slips, _Mode.HEARD), replace(way, recipient=(index, end)))

    def _begin_body(self, index: int, target: int, slips: int, way: Way) -> None:
        begun = replace(way, body=(index, len(self._words)))
        if self._nodes[target].steps:
            self._reach(index + 1, (target, slips, _Mode.BODY), begun)
        else:  # nothing follows, so it goes on to the end
            self._reach(len(self._words), (target, slips, _Mode.HEARD), begun)

    def _doubled(self, index: int, way: Way) -> Iterator[int]:
        """Yield how many words from here on repeat those just before; 丽丽 is another name than 丽."""
        first, longest = 1, 1
        if not self._language.spaced:
            named = way.recipient is not None and way.recipient[1] == index
            first, longest = (2 if named else 1), LONGEST_STUTTER
        for length in range(first, longest + 1):
            if length <= index and (
                self._words[index - length : index] == self._words[index : index + length]
            ):
                yield length

    def _slip(self, index: int, node: Node, mode: _Mode, way: Way) -> None:
        """Go on as if one word were missing, or another than it sounds."""
        if self._must_be_right(index, way):
            return
        # Behind a name nothing is missing: "send Anna message Mum …" was "send a message to Mum …".
        may_miss = way.recipient is None or way.recipient[1] != index
        for step in node.steps:
            if not step.strict:
                self._slip_at(index, step, node, mode, way, may_miss=may_miss)
        for swap in node.swaps:
            if self._gives_role(swap.target, node):
                continue
            if may_miss:
                needed = self._needed_without(swap.weight, swap.target, node)
                missing = replace(way, margin=way.margin - needed)
                self._reach(index, (swap.target, 1, mode), missing)
            after = index + swap.length
            if after <= len(self._words) and self._may_stand_for(swap.target, index, after):
                swapped = replace(way, margin=way.margin - swap.needed)
                self._reach(after, (swap.target, 1, _Mode.HEARD), swapped)

    def _slip_at(
        self, index: int, step: Move, node: Node, mode: _Mode, way: Way, *, may_miss: bool
    ) -> None:
        if self._gives_role(step.target, node):
            self._mishear_role(index, step, way)
            return
        if may_miss:
            needed = self._needed_without(step.weight, step.target, node)
            missing = replace(way, margin=way.margin - needed)
            self._reach(index, (step.target, 1, mode), missing)
        if index < len(self._words):
            self._mishear(index, step, node, way)

    def _mishear(self, index: int, step: Move, node: Node, way: Way) -> None:
        """Go on as if the next word stood for that of the step."""
        needed = self._needed_around(step, node, index)
        if needed is not None:
            misheard = replace(way, margin=way.margin - needed)
            self._reach(index + 1, (step.target, 1, _Mode.HEARD), misheard)

    def _mishear_role(self, index: int, step: Move, way: Way) -> None:
        """Go on if the next word sounds like the short one in front of a recipient: "tex Anna saying …".

        What follows the name has to say by itself that it is a message. A longer word is heard right.
        """
        if (
            self._language.spaced
            and SMALL_LETTERS < step.letters <= SMALLEST_LETTERS
            and index < len(self._words)
            and self._words[index] != step.word
            and self._may_stand_for_word(step.target, self._words[index])
            and sounds_near(self._words[index].replace("'", ""), step.word.replace("'", ""))
        ):
            misheard = replace(way, margin=way.margin - FEWEST_BEHIND_A_NAME)
            self._reach(index + 1, (step.target, 1, _Mode.HEARD), misheard)

    def _must_be_right(self, index: int, way: Way) -> bool:
        """Return whether the next word is one that says where something ends.

        Behind a body, anything else might belong to it. Behind a recipient that nothing stands in front of,
        it alone tells a recipient from somebody who is called by name.
        """
        if way.body is not None and way.body[1] == index:
            return True
        return way.recipient is not None and way.recipient[1] == index and way.margin <= 0

    def _gives_role(self, target: int, node: Node) -> bool:
        """Return whether a word in front of a recipient is all that makes it one: "Mum, …" is no "tell Mum"."""
        return self._nodes[target].before_name and (node.opening or not self._language.spaced)

    def _needed_around(self, step: Move, node: Node, index: int) -> int | None:
        """Return the letters that have to be heard right elsewhere if this word stands for that of the step.

        None if it cannot: then the word is right, or a no, or may belong to the body.
        """
        word = self._words[index]
        if word == step.word or not self._may_stand_for_word(step.target, word):
            return None
        if not self._language.spaced:
            return FEWEST_AROUND_A_SYLLABLE if step.alone else FEWEST_LETTERS
        if sounds_near(word.replace("'", ""), step.word.replace("'", "")):
            if node.opening and step.letters <= SMALL_LETTERS:
                return FEWEST_AFTER_A_SMALL_WORD
            return FEWEST_LETTERS - max(step.letters * step.counts - TELLING_LETTERS, 0)
        inside = not node.opening and not self._nodes[step.target].slots
        small = step.letters <= SMALLEST_LETTERS and step.weight <= SMALLEST_WEIGHT
        return FEWEST_AROUND_ANYTHING if inside and small else None

    def _needed_without(self, letters: int, target: int, node: Node) -> int:
        """Return the letters that have to be heard right elsewhere if a word of so many is missing here."""
        needed = FEWEST_LETTERS + 2 * max(letters - SMALL_LETTERS, 0)
        telling = node.opening or self._nodes[target].before_body
        return max(needed, FEWEST_AROUND_ANYTHING) if telling else needed

    def _may_stand_for(self, target: int, first: int, after: int) -> bool:
        return all(self._may_stand_for_word(target, word) for word in self._words[first:after])

    def _may_stand_for_word(self, target: int, word: str) -> bool:
        """Return whether a word may be another one misheard: it is no no, and cannot belong to the body."""
        return not (self._nodes[target].before_body or self._language.is_negative(word))

    def _reach(self, index: int, place: _Place, way: Way) -> None:
        """Note how a place is reached, unless it is reached in a better way already."""
        if index > len(self._words):
            return
        known = self._at[index].get(place)
        if known is None or (-way.margin, way.rank) < (-known.margin, known.rank):
            self._at[index][place] = way
            if index == self._now:
                self._queue.append(place)
