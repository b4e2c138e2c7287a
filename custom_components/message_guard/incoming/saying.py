"""What is said of messages: that there is one, or its words, and what is heard while they sound."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from ..core.incoming import Incoming
from ..core.language import Language
from ..core.read_aloud import ReadAloud
from ..core.read_out import may_prove, read_out
from ..core.request import Origin, satellite_place
from ..guarding.guard import Guard
from ..home.surroundings import Home


class Saying:
    """Puts messages into words that may be said, and knows what sounds."""

    def __init__(self, guard: Guard, home: Home) -> None:
        """Speak in this home."""
        self._guard = guard
        self._home = home
        self.aloud = ReadAloud()

    def name(self, contact_id: str, language: Language) -> str:
        """Return what a contact is called when it is said."""
        contact = self._guard.household.contacts.get(contact_id)
        return "" if contact is None else language.speakable(contact.name)

    def words(self, message: Incoming, language: Language) -> str:
        """Return a message as it is said, with whom it is from."""
        found = read_out(message.body, language, self._home.wake_words.unspoken())
        text = language.say(
            "incoming_read", sender=self.name(message.contact_id, language), body=found.text
        )
        return f"{text} {language.say('incoming_more')}" if found.cut else text

    def is_withheld(self, message: Incoming, language: Language) -> bool:
        """Return whether it is not read now: something waits, and it may hold what proves that."""
        pending = self._guard.pending
        if not pending:
            return False
        asked = {self._home.language(one.origin.language) for one in pending}
        languages = {language, *(one for one in asked if one is not None)}
        return may_prove(message.body, languages, self._guard.household.phrase)

    def begins(self, satellite_id: str | None, texts: Iterable[str]) -> None:
        """Note that messages are about to be said at a satellite, anywhere if it is none."""
        place = None if satellite_id is None else satellite_place(satellite_id)
        for text in texts:
            self.aloud.say(place, text, self._home.now())

    def sounds(self, satellite_id: str, text: str) -> AbstractContextManager[None]:
        """Hold a message as one that is heard while a satellite is told to say it, and for as long as it may echo."""
        return self.aloud.saying(satellite_place(satellite_id), text, self._home.now)

    def ended(self, satellite_id: str, *, since: float, cut_short: bool = False) -> None:
        """Note that a satellite has fallen silent that has spoken since then."""
        place = satellite_place(satellite_id)
        self.aloud.ended(place, self._home.now(), since=since, cut_short=cut_short)

    def is_echo(self, utterance: str, origin: Origin, language: Language | None) -> bool:
        """Return whether somebody's message is heard again there; cheap while none sounds."""
        now = self._home.now()
        if language is None or not self.aloud.sounds(now):
            return False
        places = None
        if origin.satellite_id is not None:
            places = (origin.place, *self._home.hears(origin, self._guard.household.earshot))
        ways = self._home.heard_as(utterance)
        return any(self.aloud.is_echo(heard, language, places, now) for heard in ways)
