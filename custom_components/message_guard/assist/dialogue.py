"""One spoken turn, translated: an utterance in, a request or a reply handed to the guard.

This is the entrance for sentences. It recognises; the guard decides.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation
from ..core.guidance import how, who
from ..core.language import Language
from ..core.proof import Verdict
from ..core.request import Origin, Route
from ..core.resemblance import resembles
from ..guarding.guard import Guard
from ..guarding.utterance import ReplyReading
from ..home.satellites import SatelliteWatch
from ..home.surroundings import Home
from ..recognition.names import MOST_RECIPIENTS
from ..recognition.recognised import OF_WHAT_COMES_IN
from ..recognition.recogniser import Recognised, Strength
from ..recognition.sentences import Languages
from . import whom
from .changes import is_to_others, may_be_words, named, named_now
from .drafts import Draft, Drafts
from .listening import expects_reply
from .messages_in import MessagesIn
from .reading import Meaning, Reading
from .requests import TOO_MANY, requests


def _informing(text: str, *, listen: bool = False) -> Answer:
    return Answer(kind=AnswerKind.INFORMED, text=text, listen=listen)


class Dialogue:
    """Turns utterances into requests and replies."""

    def __init__(
        self,
        guard: Guard,
        languages: Languages,
        home: Home,
        satellites: SatelliteWatch,
        delayed: Callable[[Origin], Iterable[str]] = lambda _origin: (),
        messages: MessagesIn | None = None,
    ) -> None:
        """Create the entrance for sentences.

        Args:
            guard: Decides.
            languages: What can be said, and how.
            home: Tells the time, and which microphones open again.
            satellites: Tell since when they listen.
            delayed: Returns the commands that timers of a place keep.
            messages: Answers what is said about messages that have come in.
        """
        self._messages = messages
        self._delayed = delayed
        self._guard = guard
        self._languages = languages
        self._home = home
        self._satellites = satellites
        self._drafts = Drafts(home, satellites)

    def read(self, utterance: str, origin: Origin) -> Reading:
        """Return what an utterance is to us. Changes nothing, so that it can be asked before anybody acts."""
        if self._is_message_again(utterance, origin):
            return Reading(utterance, Meaning.ECHO, private=True)
        return self._read(utterance, origin)

    def _read(self, utterance: str, origin: Origin) -> Reading:
        draft = self._drafts.at(origin)
        since = draft.since if draft is not None else None
        reply = self._guard.read(utterance, origin, words_since=since)
        if (
            reply.verdict is not None
            and self._is_reply(reply, origin)
            and not self._names_others(reply, origin)
        ):
            private = reply.verdict is not Verdict.WRONG
            return Reading(utterance, Meaning.REPLY, reply=reply, private=private)
        if reply.late is not None:
            return Reading(utterance, Meaning.LATE, reply=reply, private=True)
        if draft is not None and draft.unclear:
            if reply.echo or self._named(draft, utterance, origin) is not None:
                return Reading(utterance, Meaning.WHOM, reply=reply)
            draft = None
        return self._wanted(utterance, origin, draft, reply)

    def _wanted(
        self, utterance: str, origin: Origin, draft: Draft | None, reply: ReplyReading
    ) -> Reading:
        """Return what an utterance asks for that is no reply, or whether it is the words that are awaited."""
        asked = draft is not None or self._waiting(origin) is not None
        found = self._recognised(utterance, origin, asked=asked)
        if draft is not None and may_be_words(found):
            return Reading(utterance, Meaning.WORDS, reply=reply)
        if found is not None and (meaning := self._meaning(found, origin, draft)) is not None:
            weak = draft is None and self._is_weak(found, origin)
            if not weak or meaning is not Meaning.STATUS or found.kind in OF_WHAT_COMES_IN:
                return Reading(utterance, meaning, found, reply, weak=weak)
        if reply.verdict is None or not self.expects_reply(origin):
            return Reading(utterance, reply=reply)
        return Reading(utterance, Meaning.WRONG, reply=reply, private=reply.pin_digits)

    def _is_reply(self, reply: ReplyReading, origin: Origin) -> bool:
        """Return whether this is meant for the question that waits here, right or wrong."""
        if reply.verdict is Verdict.WRONG:
            return reply.guess
        language = self._languages.get(origin.language)
        # "Thank you" is what recognisers make of a silence; somebody has written it here.
        echo = reply.verdict is Verdict.ECHO
        silence = echo and language is not None and language.is_unsaid(reply.utterance)
        return not (origin.typed and silence)

    def _names_others(self, reply: ReplyReading, origin: Origin) -> bool:
        """Return whether a no says to whom the message is instead: "not Anna, Ben"."""
        if reply.verdict is not Verdict.DECLINE:
            return False
        found = self._recognised(reply.utterance, origin, asked=True)
        return (
            found is not None
            and found.kind == "change"
            and not found.too
            and self._meaning(found, origin) is Meaning.CHANGE
        )

    def _is_message_again(self, utterance: str, origin: Origin) -> bool:
        """Return whether it is what somebody has written to the house, heard again: nobody here says it."""
        if self._messages is None:
            return False
        language = self._languages.get_or_english(origin.language)
        return self._messages.is_echo(utterance, origin, language)

    def is_request(self, words: str, origin: Origin) -> bool:
        """Return whether these words ask for a message to somebody, and nobody else can be meant."""
        found = self._recognised(words, origin)
        return found is not None and found.is_request

    def is_to_contacts(self, reading: Reading, origin: Origin) -> bool:
        """Return whether an utterance asks for a message, and everybody in it is a contact."""
        language, found = self._languages.get(origin.language), reading.found
        contacts = self._guard.household.contacts
        return (
            language is not None
            and found is not None
            and found.kind == "send"
            and not any(contacts.match(name, language).unknown for name in found.recipients)
        )

    async def act(self, reading: Reading, origin: Origin) -> Answer | None:
        """Do what an utterance asks for, and return what to say; None where it is for somebody else."""
        if reading.meaning is Meaning.ECHO:
            return Answer(kind=AnswerKind.NOT_HEARD, text="")
        utterance, found = reading.utterance, reading.found
        draft = self._drafts.at(origin)
        if reading.meaning not in {Meaning.REPLY, Meaning.LATE}:
            self.forget(origin)
        answer: Answer | None = None
        waiting = await self._before(reading, draft, origin)
        match reading.meaning:
            case Meaning.REPLY | Meaning.WRONG:
                answer = await self._guard.reply(utterance, origin, reading.reply)
            case Meaning.LATE if reading.reply is not None:
                answer = self._guard.answer_late(reading.reply, origin)
            case Meaning.WORDS if draft is not None:
                answer = await self._fill(draft, reading, origin)
            case Meaning.WHOM if draft is not None:
                answer = await self._name(draft, reading, origin)
            case Meaning.REQUEST if found is not None:
                answer = await self._request(found.recipients, found.body, origin)
            case Meaning.CHANGE if found is not None:
                answer = await self._change(found, draft, waiting, origin)
            case Meaning.STATUS:
                answer = await self._asked(found, origin)
        return answer

    async def _before(
        self, reading: Reading, draft: Draft | None, origin: Origin
    ) -> Confirmation | None:
        """Return what waited here; not any more if the utterance says no to it, and not to a draft.

        It ends before it is known what becomes of what is wanted instead: that may lack its words, or be refused.
        """
        waiting = self._waiting(origin)
        begun = draft is not None and draft.lacks_words
        if waiting is not None and not begun and reading.says_no:
            with suppress(KeyError):  # decided on a device meanwhile
                await self._guard.decline(waiting.id, None)
        return waiting

    def _recognised(
        self, utterance: str, origin: Origin, *, asked: bool = False
    ) -> Recognised | None:
        recogniser = self._languages.recogniser(origin.language, self._guard.household.contacts)
        if recogniser is None:
            return None
        incoming = self._messages is not None and self._messages.allowed
        behind = self._home.behind_wake_word(utterance)
        found = recogniser.recognise(utterance, incoming=incoming, asked=asked, behind=behind)
        if found is None or found.kind not in OF_WHAT_COMES_IN:
            return found
        ours = self._messages is not None and self._messages.takes(found, origin)
        return found if ours else None

    async def _asked(self, found: Recognised | None, origin: Origin) -> Answer | None:
        """Answer a question: about what somebody has written to the house, or about what is sent."""
        if found is not None and found.kind in OF_WHAT_COMES_IN:
            return await self._about_messages(found, origin)
        return self._stands(found, origin)

    async def _about_messages(self, found: Recognised, origin: Origin) -> Answer | None:
        """Answer what is said about messages; an answer to one is a request like any other."""
        language = self._languages.get_or_english(origin.language)
        if self._messages is None or language is None:
            return None
        if found.kind != "answer" or found.body is None:
            return await self._messages.act(found, origin, language)
        contact = self._messages.whom(origin)
        return None if contact is None else await self._submit((contact.name,), found.body, origin)

    def _meaning(
        self, found: Recognised, origin: Origin, draft: Draft | None = None
    ) -> Meaning | None:
        if found.kind == "send":
            return Meaning.REQUEST
        if found.kind != "change" or (found.body is None and not found.recipients):
            return Meaning.STATUS
        if draft is not None:
            return Meaning.CHANGE
        waiting = self._waiting(origin)
        if waiting is None or waiting.recipients[0].request.route is not Route.SENTENCE:
            return None
        language = self._languages.get(origin.language)
        if found.recipients and (
            language is None
            or not is_to_others(found, named(waiting), self._guard.household.contacts, language)
        ):
            return None
        return Meaning.CHANGE

    def _is_weak(self, found: Recognised, origin: Origin) -> bool:
        """Return whether somebody else may be meant: "tell the kids a story", "did it arrive?"."""
        if found.strength is Strength.STRONG or found.kind == "change":
            return False
        asks = found.kind in {"status", "waiting"}
        return not asks or not (
            self._waiting(origin) or self._guard.lately(origin) or self._later(origin)
        )

    def _waiting(self, origin: Origin) -> Confirmation | None:
        return next((c for c in self._guard.pending if c.place == origin.place), None)

    async def relay(self, utterance: str, origin: Origin, *, by_model: bool) -> Answer | None:
        """Return what to say to one of our sentences that no person says now, else None.

        It is never a reply, and nobody hears the answer to it.

        Args:
            utterance: What is said.
            origin: The turn that has led to it.
            by_model: Whoever hands the words on may have made them up; False where a person has had a timer
                keep them.
        """
        found = self._recognised(utterance, origin)
        if found is None or found.body is None or not found.is_request:
            return None
        return await self._submit(
            found.recipients, found.body, origin, by_model=by_model, relayed=True
        )

    def forget(self, origin: Origin) -> None:
        """Let go of a message that was begun here and still lacks its words, or whom it is for."""
        self._drafts.forget(origin)

    def resembles_reply(self, utterance: str, origin: Origin) -> bool:
        """Return whether an utterance looks like the reply that is awaited here."""
        waiting = self._waiting(origin)
        language = self._languages.get(waiting.origin.language) if waiting is not None else None
        if waiting is None or waiting.challenge is None or language is None:
            return False
        ways = self._home.heard_as(utterance)
        return any(resembles(heard, waiting.challenge, language) for heard in ways)

    def expects_reply(self, origin: Origin) -> bool:
        """Return whether this utterance came through a microphone that our question left open.

        After a fresh wake, what is neither proof nor decline belongs to somebody else.
        """
        return expects_reply(self._guard.pending, origin, self._satellites)

    def _stands(self, found: Recognised | None, origin: Origin) -> Answer | None:
        """Answer a question about what waits here, now or later, what was last asked for, or how to ask."""
        if found is not None and found.kind in {"who", "help"}:
            language = self._languages.get(origin.language)
            say = who if found.kind == "who" else how
            contacts = self._guard.household.contacts
            return None if language is None else _informing(say(contacts, language))
        if self._waiting(origin) is None and (later := self._later(origin)) is not None:
            return later
        return self._guard.status(origin, found.kind if found is not None else None)

    def _later(self, origin: Origin) -> Answer | None:
        """Return what a timer of this place will ask for; None when it keeps no message."""
        language = self._languages.get(origin.language)
        kept = (self._recognised(command, origin) for command in self._delayed(origin))
        request = next((one for one in kept if one is not None and one.is_request), None)
        if language is None or request is None:
            return None
        names = ", ".join(map(language.speakable, request.recipients))
        body = language.speakable(request.body or "")
        return _informing(language.say("status_later", recipient=names, body=body))

    async def _change(
        self,
        found: Recognised,
        draft: Draft | None,
        waiting: Confirmation | None,
        origin: Origin,
    ) -> Answer | None:
        """Ask about the message that waits with other words, or to others; for the words of one that lacks them."""
        language = self._languages.get(origin.language)
        if draft is not None and draft.lacks_words and language is not None:
            return await self._change_draft(found, draft, origin, language)
        if waiting is None or language is None:
            return None
        if found.body is not None:
            return await self._submit(named(waiting), found.body, origin)
        names = named_now(found, named(waiting), self._guard.household.contacts, language)
        first = waiting.recipients[0].request
        # Words that a model has made up stay a model's, whoever they are for.
        answer = await self._submit(names, first.content.body, origin, by_model=first.by_model)
        if answer.confirmation_id is not None:
            self._guard.question_given(answer.confirmation_id)
        if TOO_MANY in answer.reasons and self._waiting(origin) is not None:
            again = self._guard.status(origin, "again")
            return replace(again, text=f"{answer.text} {again.text}")
        return answer

    async def _change_draft(
        self, found: Recognised, draft: Draft, origin: Origin, language: Language
    ) -> Answer:
        """Ask for the words of a message to others: they were asked for, and somebody has said whom it is for."""
        names = named_now(found, draft.recipients, self._guard.household.contacts, language)
        if len(names) <= MOST_RECIPIENTS:
            return await self._request(names, draft.body, origin)
        refused = await self._submit(names, "", origin)
        again = await self._request(draft.recipients, draft.body, origin)
        return replace(again, text=f"{refused.text} {again.text}")

    async def _submit(
        self,
        recipients: tuple[str, ...],
        body: str,
        origin: Origin,
        *,
        by_model: bool = False,
        relayed: bool = False,
    ) -> Answer:
        now = self._home.now()
        asked = requests(recipients, body, origin, now, by_model=by_model, relayed=relayed)
        if len(asked) > MOST_RECIPIENTS:
            return await self._guard.turn_down(TOO_MANY, *asked)
        return await self._guard.submit(*asked)

    async def _request(
        self, recipients: tuple[str, ...], body: str | None, origin: Origin
    ) -> Answer:
        """Hand a request to the guard, and ask once for what it lacks: the words, or whom it is for.

        No words where the recipient alone is reason enough to refuse; not whom where a message waits: a yes is that one's.
        """
        language = self._languages.get(origin.language)
        contacts = self._guard.household.contacts
        draft = Draft(recipients, origin.conversation_id, self._home.now(), body)
        if (
            language is not None
            and body is None
            and all(contacts.match(name, language).contact for name in recipients)
        ):
            self._drafts.keep(draft, origin)
            names = ", ".join(map(language.speakable, recipients))
            return _informing(language.say("ask_body", recipient=names), listen=True)
        answer = await self._submit(recipients, body or "", origin)
        if language is None or origin.place is None or self._waiting(origin) is not None:
            return answer
        unclear = whom.unclear(draft, answer, contacts, language)
        return answer if unclear is None else self._ask_whom(unclear, origin, language)

    def _ask_whom(
        self, draft: Draft, origin: Origin, language: Language, *, again: bool = False
    ) -> Answer:
        self._drafts.keep(replace(draft, since=self._home.now()), origin)
        return _informing(whom.question(draft, language, again=again), listen=True)

    def _named(self, draft: Draft, utterance: str, origin: Origin) -> whom.Named | None:
        """Return what an utterance says about whom a message is for, None if it says nothing of it."""
        language = self._languages.get(origin.language)
        if language is None:
            return None
        found = self._recognised(utterance, origin, asked=True)
        contacts, ways = self._guard.household.contacts, self._home.heard_as(utterance)
        return whom.named(ways, draft, found, contacts, language)

    async def _name(self, draft: Draft, reading: Reading, origin: Origin) -> Answer | None:
        """Take the utterance as whom the message is for that was begun here."""
        language = self._languages.get(origin.language)
        told = self._named(draft, reading.utterance, origin)
        if language is None:
            return None
        if told is None:  # the house has heard itself
            self._drafts.keep(draft, origin)
            return Answer(kind=AnswerKind.NOT_HEARD, text=language.say("listening"), listen=True)
        if told.no:
            rest = replace(draft, meant=draft.meant[1:])
            if draft.several or not rest.meant:
                return Answer(kind=AnswerKind.DECLINED, text=language.say("declined"))
            return self._ask_whom(rest, origin, language, again=True)
        if not told.name:
            return self._ask_whom(draft, origin, language, again=True)
        names = [told.name if name == draft.unclear else name for name in draft.recipients]
        return await self._request(tuple(dict.fromkeys(names)), draft.body, origin)

    async def _fill(self, draft: Draft, reading: Reading, origin: Origin) -> Answer:
        """Take the utterance as the body of the message that was begun here."""
        language = self._languages.get(origin.language)
        if language is not None and reading.reply is not None and reading.reply.echo:
            self._drafts.keep(draft, origin)
            return Answer(kind=AnswerKind.NOT_HEARD, text=language.say("listening"), listen=True)
        ways = self._home.heard_as(reading.utterance)
        if language is not None and any(map(language.is_decline, ways)):
            return Answer(kind=AnswerKind.DECLINED, text=language.say("declined"))
        return await self._submit(draft.recipients, reading.utterance.strip(), origin)
