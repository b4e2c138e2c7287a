"""What Message Guard remembered before a soak and after it, and what bounds each of its memories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BOUNDS: Mapping[str, str] = {
    "PendingConfirmations._by_id": "the time that a question waits",
    "PendingConfirmations._by_place": "the time that a question waits",
    "PendingConfirmations._ends": "the time that a question waits",
    "EchoMemory._at": "the time of what was said there, 60 s",
    "Turns._live": "the time that a turn takes",
    "Written._open": "the time that a turn takes, and the look at the files after it",
    "Endings._waiting": "the time that a turn takes",
    "HeldQuestions._lines": "the time that a question waits",
    "Delivery._running": "the time that a delivery takes",
    "Sending._running": "the time that a delivery takes",
    "Checker._names": "kinds of entries that there are, 1,000 at most",
    "Entry.commitments": "one entry of the ledger: the private values that it has",
    "Frontier._odd": "levels of the ledger's tree: one more as its entries double",
    "Tree.edge": "levels of the ledger's tree: one more as its entries double",
    "Tiles.edge": "255 hashes for each 8 levels of the ledger's tree",
    "Tally._delivered": "the last 10,000 deliveries of the ledger, for as long as it is looked at",
    "Tally._recent": "the last 10,000 deliveries of the ledger, for as long as it is looked at",
    "cache of _alike": "pairs of words: whether they sound alike is worked out once for each",
    "cache of _sound": "words: what sounds alike is worked out once for each",
    "cache of _read": "the languages that there are",
    "core.text._FOLD": "characters that have turned up",
    "core.text._READ_ALOUD": "characters that have turned up",
}
"""What bounds the memories that do not say it themselves, by name."""

NOISE = 2
"""Entries by which a memory may have grown because a turn was just being handled."""


@dataclass(frozen=True, slots=True)
class Change:
    """One memory, before and after.

    Attributes:
        name: What it is called in the code.
        before: How many entries it had after the warm-up.
        after: How many at the end.
        bound: What bounds it, "" where no time and nothing like it does.
        most: The number that it has at most, None without.
    """

    name: str
    before: int
    after: int
    bound: str
    most: int | None = None

    @property
    def grows(self) -> bool:
        """Whether it has grown with the turns."""
        return self.after > self.before + NOISE

    @property
    def _without_time(self) -> str:
        if not self.grows:
            return "does not grow with turns"
        return "nothing" if self.most is None else f"{self.most:,} at most, and no time"

    def shown(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "name": self.name,
            "before": self.before,
            "after": self.after,
            "bound": self.bound or self._without_time,
        }


def changes(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> list[Change]:
    """Return all that was, or is, in any memory; what was empty both times is left out."""
    known = {item["name"]: item for item in before}
    return [
        Change(item["name"], was, item["entries"], _bound(item), item["most"])
        for item in after
        if (was := known.get(item["name"], {"entries": 0})["entries"]) or item["entries"]
    ]


def unbounded(memories: Iterable[Change]) -> Sequence[str]:
    """Return those that have grown, and of which nobody knows where that ends."""
    return [item.name for item in memories if item.grows and not item.bound]


def _bound(item: Mapping[str, Any]) -> str:
    if item["seconds"] is not None:
        return f"{item['seconds']:,.0f} s, {item['most']:,} at most"
    if item["name"] in BOUNDS:
        return BOUNDS[item["name"]]
    return ""
