"""What a household has decided about its satellites, and about the hours of the day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .level import Level
from .policy import Demand, Facts
from .request import Request

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours in which a message needs more proof.

    Attributes:
        start: Minutes since local midnight, included.
        end: Minutes since local midnight, excluded; before `start` when the night lies in between, and
            equal to it for the whole day.
        level: What is needed then.
    """

    start: int
    end: int
    level: Level

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The quiet parts of one day, as minutes since local midnight, the last one excluded."""
        if self.start < self.end:
            return ((self.start, self.end),)
        # Nobody who chose a level meant no time at all: equal ends are the whole day.
        return ((self.start, MINUTES_A_DAY), (0, self.end))

    def covers(self, minute: int) -> bool:
        """Return whether this minute since local midnight is quiet."""
        return any(start <= minute < end for start, end in self.spans)

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand the level in quiet hours."""
        return Demand(self.level, "quiet_hours") if self.covers(facts.local_minute) else None


@dataclass(frozen=True, slots=True)
class ContactHours:
    """Quiet hours of single contacts, by the contact's id."""

    hours: Mapping[str, QuietHours]

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand what this contact's quiet hours demand."""
        quiet = self.hours.get(facts.contact.id) if facts.contact is not None else None
        return quiet.demand(request, facts) if quiet is not None else None


def may_hear(area: str | None, other: str | None) -> bool:
    """Return whether a microphone in one area may hear a loudspeaker in the other.

    In the same area it does. What is in no area that is known may stand anywhere.
    """
    return area is None or other is None or area == other


type Standing = tuple[str, str | None]
"""A satellite's entity id, and the id of the area where it stands, None if that is not known."""


@dataclass(frozen=True, slots=True)
class Earshot:
    """Which satellites can be heard beyond their own area, as in an open-plan home.

    Attributes:
        beyond: Ids of those areas by the satellite's entity id; None where it may be any.
    """

    beyond: Mapping[str, frozenset[str] | None] = field(default_factory=dict)

    def joins(self, one: Standing, other: Standing) -> bool:
        """Return whether what either of two satellites says may be heard by the other.

        Sound takes the same way back: it is enough that one can be heard where the other stands.
        """
        return (
            may_hear(one[1], other[1])
            or self._reaches(one[0], other[1])
            or self._reaches(other[0], one[1])
        )

    def _reaches(self, entity_id: str, area: str | None) -> bool:
        areas = self.beyond.get(entity_id, frozenset())
        return areas is None or area in areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Satellite:
    """What one satellite may ask for.

    Attributes:
        entity_id: The satellite.
        allowed: Whether it may send at all.
        level: What every message from it needs at least.
        contacts: Ids of the contacts it may write to; empty for all.
        quiet: Its own quiet hours.
        heard_in: Ids of further areas where it can be heard; None where that may be any.
        elsewhere: Whether what comes from nowhere known is held to these rules, too.
    """

    entity_id: str
    allowed: bool = True
    level: Level = Level.NONE
    contacts: frozenset[str] = frozenset()
    quiet: QuietHours | None = None
    heard_in: frozenset[str] | None = frozenset()
    elsewhere: bool = True

    def demands(self, facts: Facts, request: Request) -> list[Demand]:
        """Return everything that this satellite asks for."""
        found = [Demand(self.level, "satellite_level")]
        if not self.allowed:
            found.append(Demand(Level.BLOCK, "satellite_not_allowed"))
        if self.contacts and (facts.contact is None or facts.contact.id not in self.contacts):
            found.append(Demand(Level.BLOCK, "satellite_contact"))
        if self.quiet is not None and (quiet := self.quiet.demand(request, facts)) is not None:
            found.append(quiet)
        return found


@dataclass(frozen=True, slots=True)
class _Strictest:
    """What the strictest of many satellites demands, in the same time for any number of them.

    Attributes:
        level: What all of them need at least, `BLOCK` if one may not send.
        contacts: Ids of the contacts that every one of them may write to; None if none names any.
        by_minute: Level in quiet hours, for each minute since local midnight.
    """

    level: Level
    contacts: frozenset[str] | None
    by_minute: bytes

    def demand(self, facts: Facts) -> Demand:
        """Demand the highest of it."""
        level = max(self.level, Level(self.by_minute[facts.local_minute]))
        if self.contacts is not None and (
            facts.contact is None or facts.contact.id not in self.contacts
        ):
            level = Level.BLOCK
        return Demand(level, "unknown_origin")


def _strictest_of(satellites: Collection[Satellite]) -> _Strictest:
    named = [satellite.contacts for satellite in satellites if satellite.contacts]
    levels = (item.level if item.allowed else Level.BLOCK for item in satellites)
    return _Strictest(
        level=max(levels, default=Level.NONE),
        contacts=frozenset.intersection(*named) if named else None,
        by_minute=_by_minute({item.quiet for item in satellites if item.quiet is not None}),
    )


def _by_minute(hours: Iterable[QuietHours]) -> bytes:
    levels = bytearray(MINUTES_A_DAY)
    # The strictest is written last, over all others.
    for quiet in sorted(hours, key=lambda item: item.level):
        for start, end in quiet.spans:
            levels[start:end] = bytes([quiet.level]) * (end - start)
    return bytes(levels)


@dataclass(frozen=True, slots=True)
class SatelliteRule:
    """The satellites' rules, each for its own satellite.

    One that has none is known and needs what everybody needs. What is known by neither a satellite nor a
    signed-in user may be any of them: it is as strict as the strictest whose rules hold elsewhere, too.
    """

    satellites: Mapping[str, Satellite]
    _strictest: _Strictest | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what the strictest of them demands, however many there are."""
        elsewhere = [item for item in self.satellites.values() if item.elsewhere]
        strictest = _strictest_of(elsewhere) if elsewhere else None
        object.__setattr__(self, "_strictest", strictest)

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand what the satellite that was spoken to demands."""
        origin = request.origin
        if origin.satellite_id is not None:
            known = self.satellites.get(origin.satellite_id)
            return None if known is None else _highest(known.demands(facts, request))
        if origin.user_id is not None or self._strictest is None:
            return None
        return self._strictest.demand(facts)


def _highest(demands: list[Demand]) -> Demand:
    return max(demands, key=lambda demand: (demand.level, demand.reason))
