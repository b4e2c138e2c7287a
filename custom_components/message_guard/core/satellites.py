"""What a household has decided about its satellites, and about the hours of the day."""

from collections.abc import Mapping
from dataclasses import dataclass

from .policy import Demand, Facts, Level
from .request import Request

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours in which a message needs more proof.

    Attributes:
        start: Minutes since local midnight, included.
        end: Minutes since local midnight, excluded; before `start` when the night lies in between.
        level: What is needed then.
    """

    start: int
    end: int
    level: Level

    def covers(self, minute: int) -> bool:
        """Return whether this minute since local midnight is quiet."""
        if self.start <= self.end:
            return self.start <= minute < self.end
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Satellite:
    """What one satellite may ask for.

    Attributes:
        entity_id: The satellite.
        allowed: Whether it may send at all.
        level: What every message from it needs at least.
        contacts: Ids of the contacts it may write to; empty for all.
        quiet: Its own quiet hours.
    """

    entity_id: str
    allowed: bool = True
    level: Level = Level.NONE
    contacts: frozenset[str] = frozenset()
    quiet: QuietHours | None = None

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
    """The satellites' rules; an unknown origin is as strict as the strictest of them.

    An app with a signed-in user is known by that user and not by a satellite.
    """

    satellites: Mapping[str, Satellite]

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand what the satellite that was spoken to demands."""
        origin = request.origin
        if not self.satellites:
            return None
        if origin.satellite_id is not None:
            known = self.satellites.get(origin.satellite_id)
            if known is None:
                return self._strictest(request, facts)
            return _highest(known.demands(facts, request))
        return None if origin.user_id is not None else self._strictest(request, facts)

    def _strictest(self, request: Request, facts: Facts) -> Demand:
        every = [
            demand
            for satellite in self.satellites.values()
            for demand in satellite.demands(facts, request)
        ]
        return Demand(_highest(every).level, "unknown_origin")


def _highest(demands: list[Demand]) -> Demand:
    return max(demands, key=lambda demand: (demand.level, demand.reason))
