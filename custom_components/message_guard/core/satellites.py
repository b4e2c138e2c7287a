"""What a household has decided about its satellites, and about the hours of the day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .level import Level
from .policy import Demand, Facts
from .request import Request


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

    def covers(self, minute: int) -> bool:
        """Return whether this minute since local midnight is quiet."""
        if self.start < self.end:
            return self.start <= minute < self.end
        # Nobody who chose a level meant no time at all: equal ends are the whole day.
        return minute >= self.start or minute < self.end

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


type Location = tuple[str, str | None]
"""A satellite's entity id, and the id of the area where it stands, None if that is not known."""


@dataclass(frozen=True, slots=True)
class Earshot:
    """Which satellites can be heard beyond their own area, as in an open-plan home.

    Attributes:
        beyond: Ids of those areas by the satellite's entity id; None where it may be any.
    """

    beyond: Mapping[str, frozenset[str] | None] = field(default_factory=dict)

    def joins(self, one: Location, other: Location) -> bool:
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
class SatelliteRule:
    """The satellites' rules, each for its own satellite.

    One that has none is known and needs what everybody needs. What is known by neither a satellite nor a
    signed-in user may be any of them: it is as strict as the strictest whose rules hold elsewhere, too.
    """

    satellites: Mapping[str, Satellite]
    _elsewhere: frozenset[Satellite] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep each rule that holds elsewhere once, however many satellites have it."""
        rules = frozenset(
            replace(item, entity_id="", heard_in=None)
            for item in self.satellites.values()
            if item.elsewhere
        )
        object.__setattr__(self, "_elsewhere", rules)

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand what the satellite that was spoken to demands."""
        origin = request.origin
        if origin.satellite_id is not None:
            known = self.satellites.get(origin.satellite_id)
            return None if known is None else _highest(known.demands(facts, request))
        if origin.user_id is not None or not self._elsewhere:
            return None
        every = [demand for item in self._elsewhere for demand in item.demands(facts, request)]
        return Demand(_highest(every).level, "unknown_origin")


def _highest(demands: list[Demand]) -> Demand:
    return max(demands, key=lambda demand: (demand.level, demand.reason))
