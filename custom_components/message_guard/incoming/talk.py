"""What is said about messages at a place: is there something, read it, who wrote what, answer, forget it.

Words are read out where somebody asks for them, and only where and when the household allows that at all.
"""

from collections.abc import Sequence

from ..core.answer import Answer, AnswerKind
from ..core.contacts import Contact
from ..core.incoming import Incoming
from ..core.incoming_rules import may_be_said
from ..core.language import Language
from ..core.question import join_all
from ..core.read_out import READ_CHARACTERS
from ..core.recent import Recent
from ..core.request import Origin
from ..guarding.guard import Guard
from ..home.surroundings import Home
from ..recognition.recognised import Recognised
from .asking import is_somebodys
from .inbox import Inbox
from .saying import Saying

ANSWER_SECONDS = 120.0
"""How long, after a message was told or read at a place, it is meant there without its being named."""

MOST_AT_ONCE = 3
"""Messages that are read in one go."""

MOST_PLACES = 200


class Talk:
    """Answers what is said about messages."""

    def __init__(self, inbox: Inbox, saying: Saying, guard: Guard, home: Home) -> None:
        """Talk about what lies in the inbox."""
        self._inbox = inbox
        self._saying = saying
        self._guard = guard
        self._home = home
        self._meant = Recent[str, tuple[Incoming, ...]](ANSWER_SECONDS, MOST_PLACES)

    # --- what is ours ---------------------------------------------------------------------------

    def is_echo(self, utterance: str, origin: Origin, language: Language | None) -> bool:
        """Return whether a message that is being read out is heard again there."""
        return self._saying.is_echo(utterance, origin, language)

    @property
    def allowed(self) -> bool:
        """Whether the household takes in what people write; otherwise there are no sentences about that."""
        return self._inbox.allowed

    def takes(self, found: Recognised, origin: Origin) -> bool:
        """Return whether a sentence is about messages here and now; never in a household that takes none.

        What an automation hands on as text, and what nobody is known to have said, is told nothing.
        """
        if not self._inbox.allowed or not is_somebodys(origin):
            return False
        if found.kind == "answer":
            return self.whom(origin) is not None
        if found.kind == "forget":
            return bool(self._here(origin))
        return True

    def whom(self, origin: Origin) -> Contact | None:
        """Return whom an answer at this place is for: who was heard there last, and nobody beside."""
        whose = {message.contact_id for message in self._here(origin)}
        return self._guard.household.contacts.get(whose.pop()) if len(whose) == 1 else None

    def meant(self, origin: Origin, messages: Sequence[Incoming]) -> None:
        """Note what was told or read at a place just now."""
        if origin.place is not None and messages:
            self._meant.put(origin.place, tuple(messages), self._home.now())

    def _here(self, origin: Origin) -> tuple[Incoming, ...]:
        found = self._meant.get(origin.place, self._home.now()) if origin.place else None
        return found or ()

    # --- answering ------------------------------------------------------------------------------

    async def act(self, found: Recognised, origin: Origin, language: Language) -> Answer:
        """Do what a sentence asks for, and return what to say."""
        if found.kind == "forget":
            for message in self._here(origin):
                await self._inbox.forget(message)
            self._meant.pop(origin.place or "")
            return _say(language.say("incoming_forgotten"))
        contact = self._contact(found, language)
        if found.kind == "messages":
            return _say(self._who_wrote(origin, language))
        return await self._read(origin, language, contact)

    def _contact(self, found: Recognised, language: Language) -> Contact | None:
        """Return the contact that is asked about."""
        if not found.recipients:
            return None
        matches = self._guard.household.contacts.match(found.recipients[0], language).contacts
        return matches[0] if matches else None

    def _who_wrote(self, origin: Origin, language: Language) -> str:
        senders = dict.fromkeys(
            self._saying.name(waiting.message.contact_id, language)
            for waiting in self._inbox.for_origin(origin)
        )
        if not senders:
            return language.say("incoming_none")
        return language.say("incoming_waiting", senders=join_all(senders, language))

    async def _read(self, origin: Origin, language: Language, contact: Contact | None) -> Answer:
        """Read what waits, the oldest first; of a contact that has nothing new, what was read last."""
        if not self._inbox.allowed:
            return _say(language.say("incoming_not_now"))
        contact_id = contact.id if contact is not None else None
        found = [waiting.message for waiting in self._inbox.for_origin(origin, contact_id)]
        if not found and contact is not None:
            before = self._inbox.read_before(origin, contact.id)
            found = [] if before is None else [before]
        if not found:
            name = "" if contact is None else language.speakable(contact.name)
            key = "incoming_none" if contact is None else "incoming_none_from"
            return _say(language.say(key, sender=name))
        allowed = [message for message in found if self._may_be_read(message, origin)]
        if not allowed:
            return _say(language.say("incoming_not_now"))
        return await self._aloud(allowed, origin, language)

    async def _aloud(
        self, messages: Sequence[Incoming], origin: Origin, language: Language
    ) -> Answer:
        said: list[str] = []
        read: list[Incoming] = []
        for message in messages[:MOST_AT_ONCE]:
            if self._saying.is_withheld(message, language):
                name = self._saying.name(message.contact_id, language)
                said.append(language.say("incoming_withheld", sender=name))
                continue
            words = self._saying.words(message, language)
            if read and sum(map(len, said)) + len(words) > READ_CHARACTERS:
                break
            await self._inbox.read(message, origin.satellite_id)
            said.append(words)
            read.append(message)
        if len(messages) > len(said):
            said.append(language.say("incoming_further"))
        self.meant(origin, read)
        text = " ".join(said)
        if not read:
            return _say(text)
        self._saying.begins(origin.satellite_id, [text])
        return Answer(kind=AnswerKind.INFORMED, text=text, foreign=True)

    def _may_be_read(self, message: Incoming, origin: Origin) -> bool:
        """Return whether a message may be said where somebody asks for it.

        Who is signed in and writes reads it on a screen: no room hears it.
        """
        if origin.typed:
            return True
        policy = self._guard.household.incoming
        facts = self._inbox.surroundings(origin.satellite_id)
        if facts.nobody_home and policy.nobody_home:
            return False
        return may_be_said(origin.satellite_id, policy.of(message.contact_id), policy)


def _say(text: str) -> Answer:
    return Answer(kind=AnswerKind.INFORMED, text=text)
