"""What happens to a message that comes in. As for sending, the strictest of all rules wins.

Each rule asks for a handling and names its reason; adding one can only make it stricter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

LATE_SECONDS = 600.0
"""What was written longer ago has waited for the house: after an outage everything comes at once."""

ASKED_SECONDS = 1800.0
"""How long somebody who has written to a contact is told there that it was answered."""

MOST_IN_AN_HOUR = 10
"""Messages of one contact in an hour that are told of, until the household says otherwise."""


class Handling(IntEnum):
    """What is done with a message, from the least strict to the strictest."""

    READ = 0
    """It is read out as it comes."""
    TELL = 1
    """It is said that there is one; its words wait until somebody asks."""
    KEEP = 2
    """Nothing is said; it waits until somebody asks."""
    DROP = 3
    """It is not taken in."""

    @property
    def label(self) -> str:
        """Its name in settings."""
        return self.name.lower()


class Media:
    """What happens while something plays where it would be said."""

    WAIT = "wait"
    PAUSE = "pause"
    SAY = "say"
    ALL = (WAIT, PAUSE, SAY)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day: minutes since local midnight, `start` included and `end` not; equal: the whole day."""

    start: int
    end: int

    def covers(self, minute: int) -> bool:
        """Return whether this minute lies in them."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class FromContact:
    """What the household has chosen for one contact.

    Attributes:
        reading: The least strict handling.
        places: Satellites at which it may be said; empty for all.
        quiet: When nothing is said by itself.
        most: Messages in an hour that are told of.
        senders: Who they are on Telegram and Matrix, as `incoming.is_sender` has it.
    """

    reading: Handling = Handling.TELL
    places: frozenset[str] = frozenset()
    quiet: Hours | None = None
    most: int = MOST_IN_AN_HOUR
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPolicy:
    """What the household has chosen for all that comes in.

    Attributes:
        places: Satellites at which messages may be said; empty for all.
        quiet: When nothing is said by itself.
        nobody_home: While everybody is out nothing is said, nor read out when somebody asks.
        media: What happens while something plays there, one of `Media.ALL`.
        microphone: The microphone may open once for each message, to be asked for it.
        contacts: What is chosen for single contacts, by their ids.
    """

    places: frozenset[str] = frozenset()
    quiet: Hours | None = None
    nobody_home: bool = True
    media: str = Media.WAIT
    microphone: bool = False
    contacts: Mapping[str, FromContact] = field(default_factory=dict)

    def of(self, contact_id: str) -> FromContact:
        """Return what is chosen for a contact."""
        return self.contacts.get(contact_id, FromContact())

    def is_quiet(self, minute: int, contact_id: str | None = None) -> bool:
        """Return whether nothing happens by itself at this minute since local midnight: of anything, or of a contact."""
        hours = (self.quiet, self.of(contact_id).quiet if contact_id is not None else None)
        return any(each.covers(minute) for each in hours if each is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFacts:
    """What is known when a message has come in.

    Attributes:
        allowed: The household's switch for what comes in.
        satellite_id: Where it would be said, None where nobody has asked lately.
        typed: It answers what somebody has typed.
        local_minute: Minutes since local midnight.
        nobody_home: Everybody is known to be out.
        media_playing: Something plays there.
        full: This contact has been told of as often as it may be.
        age: Seconds since it was written.
    """

    allowed: bool
    satellite_id: str | None = None
    typed: bool = False
    local_minute: int = 0
    nobody_home: bool = False
    media_playing: bool = False
    full: bool = False
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done, and the ids of all reasons that ask for it, sorted."""

    handling: Handling
    reasons: tuple[str, ...]


def treat(contact_id: str, facts: IncomingFacts, policy: IncomingPolicy) -> Treatment:
    """Return what is done with a message of this contact."""
    contact = policy.of(contact_id)
    demands = [
        (contact.reading, f"reading_{contact.reading.label}"),
        *((Handling.DROP, "incoming_off") for _ in (1,) if not facts.allowed),
        *((Handling.KEEP, reason) for reason in _waits(contact_id, facts, policy)),
    ]
    handling = max(demand for demand, _ in demands)
    return Treatment(
        handling, tuple(sorted(reason for demand, reason in demands if demand == handling))
    )


def _waits(contact_id: str, facts: IncomingFacts, policy: IncomingPolicy) -> Iterable[str]:
    """Yield why nothing is said by itself."""
    found = {
        "typed": facts.typed,
        "nobody_asked": facts.satellite_id is None and not facts.typed,
        "not_there": not may_be_said(facts.satellite_id, policy.of(contact_id), policy),
        "quiet_hours": policy.is_quiet(facts.local_minute, contact_id),
        "nobody_home": facts.nobody_home and policy.nobody_home,
        "media_playing": facts.media_playing and policy.media == Media.WAIT,
        "rate": facts.full,
        "late": facts.age > LATE_SECONDS,
    }
    return (reason for reason, applies in found.items() if applies)


def may_be_said(satellite_id: str | None, contact: FromContact, policy: IncomingPolicy) -> bool:
    """Return whether messages of a contact may be said at this satellite.

    Where no satellite is known it may be any of them: only where all may say it.
    """
    chosen = [places for places in (contact.places, policy.places) if places]
    return all(satellite_id in places for places in chosen)
