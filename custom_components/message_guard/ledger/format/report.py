"""What the entries of a ledger say, taken together: promises kept, words erased, times unguarded."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .encoding import GENESIS, TamperedError

RECENT_DELIVERIES = 10_000
"""Among so many latest deliveries a repeated one is noticed; all of them would not fit in memory."""

LISTED_GAPS = 1000
"""At most so many times without a guard are listed."""


@dataclass(frozen=True)
class Gap:
    """A time without a guard.

    Attributes:
        sequence: The entry with which the guard was on again.
        since: Microseconds since the epoch, UTC.
        until: Microseconds since the epoch, UTC.
        announced: The guard said that it was being switched off.
    """

    sequence: int
    since: int
    until: int
    announced: bool


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong.

    Attributes:
        sequence: The bad entry, None if it is the ledger as a whole.
        code: A stable word, as listed in docs/ledger-format.md.
        meaning: What it means, as a sentence.
    """

    sequence: int | None
    code: str
    meaning: str


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        entries: How many entries were checked and are sound.
        head: Hash of the last of them.
        problem: The first thing that is wrong, None if nothing is.
        notes: What a reader should know although it is no tampering.
        gaps: Times without a guard.
        signed: How many entries the last good checkpoint covers.
        key: The verifier key in force at the end.
        whole: It begins with the first entry of the ledger.
    """

    entries: int = 0
    head: str = GENESIS
    problem: Problem | None = None
    notes: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    signed: int = 0
    key: str | None = None
    whole: bool = True

    @property
    def sound(self) -> bool:
        """Whether nothing contradicts the ledger."""
        return self.problem is None


class Tally:
    """Follows what entries say; what it remembers does not grow with the ledger.

    Attributes:
        whole: The ledger was seen from its first entry on.
        watched: For each kind that says something here, what looks at it. It is given the entry and
            the time of the entry before.
        restored: Entries that say that a backup was restored.
        succeeded: For each name to which a restore put an end, the entry that says so.
        gaps: Times without a guard.
    """

    def __init__(self) -> None:
        """Create the tally before the first entry."""
        self.whole = True
        self.restored: list[int] = []
        self.succeeded: dict[str, int] = {}
        self.gaps: list[Gap] = []
        self.watched: dict[str, Callable[[Any, int], None]] = {
            "authorised": self._see_authorised,
            "delivered": self._see_delivered,
            "handed_over": self._see_delivered,
            "unknown": self._see_unknown,
            "failed": self._see_failed,
            "interrupted": self._see_interrupted,
            "failed_later": self._see_failed_later,
            "guard_on": self._see_guard_on,
            "guard_off": self._see_guard_off,
            "shredded": self._see_shredded,
            "restored": self._see_restored,
        }
        self._authorised: set[str] = set()
        self._delivered: set[str] = set()
        self._recent: deque[str] = deque()
        self._interrupted = 0
        self._unknown = 0
        self._failed_later = 0
        self._guarded: bool | None = None
        self._off_since = 0
        self._wordless: dict[int, tuple[int, str | None, str | None]] = {}
        self._backwards = 0
        self._backwards_first = 0
        self._backwards_most = 0

    def see_backwards(self, sequence: int, by: int) -> None:
        """Note that the clock went back by so many microseconds before this entry."""
        self._backwards += 1
        self._backwards_first = self._backwards_first or sequence
        self._backwards_most = max(self._backwards_most, by)

    def see_wordless(self, entry: Any) -> None:
        """Note that an entry's private values are gone; a later entry must say that they were erased."""
        contact = entry["facts"].get("contact_id")
        self._wordless[entry["sequence"]] = (entry["time"], entry["request_id"], contact)

    def _see_authorised(self, entry: Any, _: int) -> None:
        self._authorised.add(entry["request_id"])

    def _see_delivered(self, entry: Any, _: int) -> None:
        request = entry["request_id"]
        if request in self._delivered:
            raise TamperedError(entry["sequence"], "promise", "it was delivered a second time")
        if request in self._authorised:
            self._authorised.discard(request)
        elif self.whole:
            raise TamperedError(
                entry["sequence"], "promise", "it was delivered without being authorised"
            )
        self._delivered.add(request)
        self._recent.append(request)
        if len(self._recent) > RECENT_DELIVERIES:
            self._delivered.discard(self._recent.popleft())

    def _see_failed(self, entry: Any, _: int) -> None:
        self._authorised.discard(entry["request_id"])

    def _see_unknown(self, entry: Any, _: int) -> None:
        self._unknown += 1
        self._authorised.discard(entry["request_id"])

    def _see_interrupted(self, entry: Any, _: int) -> None:
        self._interrupted += 1
        self._authorised.discard(entry["request_id"])

    def _see_failed_later(self, entry: Any, _: int) -> None:
        self._failed_later += 1

    def _see_guard_off(self, entry: Any, _: int) -> None:
        if self._guarded is not False:
            self._off_since = entry["time"]
        self._guarded = False

    def _see_guard_on(self, entry: Any, before: int) -> None:
        if self._guarded is not None and len(self.gaps) < LISTED_GAPS:
            announced = not self._guarded
            since = self._off_since if announced else before
            self.gaps.append(Gap(entry["sequence"], since, entry["time"], announced))
        self._guarded = True

    def _see_shredded(self, entry: Any, _: int) -> None:
        facts = entry["facts"]
        scope, before = facts.get("scope"), facts.get("before")
        self._wordless = {
            sequence: (time, request, contact)
            for sequence, (time, request, contact) in self._wordless.items()
            if not (
                scope == "everything"
                or (scope == "retention" and type(before) is int and time < before)
                or (scope == "request" and request == entry["request_id"])
                or (scope == "contact" and contact == facts.get("contact_id"))
            )
        }

    def _see_restored(self, entry: Any, _: int) -> None:
        self.restored.append(entry["sequence"])
        facts = entry["facts"]
        if type(facts.get("succeeds")) is str and "key" in facts:
            self.succeeded.setdefault(facts["succeeds"], entry["sequence"])

    def finish(self) -> list[str]:
        """Return what is no tampering, but should be known.

        Raises:
            TamperedError: If words are gone and no entry says that they were erased.
        """
        if self._wordless:
            raise TamperedError(
                min(self._wordless),
                "words",
                "its words are gone, and no entry says they were erased",
            )
        notes = []
        if self._backwards:
            notes.append(
                f"the clock went back {self._backwards} times, first before entry"
                f" {self._backwards_first}, at most by {self._backwards_most / 1e6:.0f} s:"
                " entries are in order by number, not by time"
            )
        if self._interrupted:
            notes.append(f"{self._interrupted} deliveries were interrupted: outcome unknown")
        if self._unknown:
            notes.append(f"{self._unknown} deliveries have an unknown outcome")
        if self._failed_later:
            notes.append(f"{self._failed_later} times a failure was reported after the outcome")
        if self._authorised:
            notes.append(f"{len(self._authorised)} deliveries are authorised without an outcome")
        if self.gaps:
            seconds = sum(gap.until - gap.since for gap in self.gaps) / 1e6
            notes.append(f"{len(self.gaps)} times without a guard, {seconds:.0f} s together")
        if self._guarded is False:
            notes.append("the guard is off at the end")
        notes.extend(f"entry {place}: restored from a backup" for place in self.restored)
        return notes
