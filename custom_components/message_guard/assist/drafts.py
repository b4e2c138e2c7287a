"""Drafts: messages that were begun somewhere and still lack their words, or of which nobody knows yet whom they are for."""

from dataclasses import dataclass

from ..core.recent import Recent
from ..core.request import Origin
from ..home.satellites import SatelliteWatch
from ..home.surroundings import Home

DRAFT_SECONDS = 30.0
"""How long "What should I tell …?" waits for the words, as long as a question waits for its proof."""

MOST_DRAFTS = 200

REOPEN_SECONDS = 12.0
"""A microphone that opens this long after a question was opened by hand or by a wake word."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that lacks something.

    Attributes:
        recipients: Whom it is for, as they were named.
        conversation_id: The conversation in which the rest was asked for.
        since: When that was, seconds since the epoch.
        body: The words, None as long as they lack.
        unclear: The one of the recipients who is asked about; "" where the words are.
        meant: Names of the contacts who may be meant by it, the likeliest first. One at a time is asked about.
        several: All of them are called so: which of them is asked for.
    """

    recipients: tuple[str, ...]
    conversation_id: str | None
    since: float
    body: str | None = None
    unclear: str = ""
    meant: tuple[str, ...] = ()
    several: bool = False

    @property
    def lacks_words(self) -> bool:
        """Whether "What should I tell …?" has been asked."""
        return self.body is None and not self.unclear


class Drafts:
    """One for each place."""

    def __init__(self, home: Home, satellites: SatelliteWatch) -> None:
        """Keep them; `home` tells the time and which microphones open again, `satellites` since when they listen."""
        self._home = home
        self._satellites = satellites
        # What was forgotten is no message: the words that come then are somebody else's.
        self._drafts = Recent[str, Draft](DRAFT_SECONDS, MOST_DRAFTS)

    def keep(self, draft: Draft, origin: Origin) -> None:
        """Wait for what it lacks, where it was begun."""
        if origin.place is not None:
            self._drafts.put(origin.place, draft, draft.since)

    def forget(self, origin: Origin) -> None:
        """Let go of what was begun here."""
        if self._drafts and origin.place is not None:
            self._drafts.pop(origin.place)

    def at(self, origin: Origin) -> Draft | None:
        """Return what was begun here, if this utterance can be what it lacks."""
        if not self._drafts or origin.place is None:
            return None
        draft = self._drafts.get(origin.place, self._home.now())
        return draft if draft is not None and self._answers(draft, origin) else None

    def _answers(self, draft: Draft, origin: Origin) -> bool:
        """Return whether this utterance can be what was asked for.

        After a fresh wake it belongs to somebody else, unless that is the only way to answer there. A
        satellite keeps its conversation for some minutes, so that alone does not tell.
        """
        if origin.conversation_id != draft.conversation_id:
            return False
        if self._home.now() >= draft.since + DRAFT_SECONDS:
            return False
        listening = self._satellites.listening_since(origin.satellite_id)
        if listening is None or not self._home.reopens(origin):
            return True
        return listening - draft.since <= REOPEN_SECONDS
