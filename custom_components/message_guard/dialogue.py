"""One spoken turn, translated: an utterance in, a request or a reply handed to the guard.

This is the entrance for sentences. It recognises; the guard decides.
"""

from dataclasses import dataclass
import logging

from homeassistant.util import ulid as ulid_util

from .core.answer import Answer, AnswerKind
from .core.guidance import how, who
from .core.proof import Verdict
from .core.request import Content, Origin, Request, Route
from .guard import Guard
from .home.satellites import SatelliteWatch
from .home.surroundings import Home
from .recognition.sentences import Languages, Recognised

_LOGGER = logging.getLogger(__name__)

DRAFT_SECONDS = 30.0
"""How long "What should I tell …?" waits for the words, as long as a question waits for its proof."""

REOPEN_SECONDS = 12.0
"""A microphone that opens this long after a question was opened by hand or by a wake word."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Recipients that still lack a body.

    Attributes:
        recipients: Their names, as they were said.
        conversation_id: The conversation in which the words were asked for.
        asked_at: When that was, seconds since the epoch.
    """

    recipients: tuple[str, ...]
    conversation_id: str | None
    asked_at: float


class Dialogue:
    """Turns utterances into requests and replies."""

    def __init__(
        self, guard: Guard, languages: Languages, home: Home, satellites: SatelliteWatch
    ) -> None:
        """Speak for this guard."""
        self._guard = guard
        self._languages = languages
        self._home = home
        self._satellites = satellites
        self._drafts: dict[str, Draft] = {}

    async def take(self, utterance: str, origin: Origin) -> Answer | None:
        """Return what to say to a proof, a guess at one, a no, or one of our sentences; else None."""
        verdict = self._guard.verdict(utterance, origin)
        if verdict is not None and (
            verdict is not Verdict.WRONG or self._guard.is_guess(utterance, origin)
        ):
            return await self._guard.reply(utterance, origin)
        if (late := self._guard.swallow(utterance, origin)) is not None:
            return late
        recogniser = self._languages.recogniser(origin.language, self._guard.household.contacts)
        found = recogniser.recognise(utterance) if recogniser is not None else None
        draft = self._drafts.pop(origin.place, None) if origin.place is not None else None
        if found is None:
            return await self._fill(draft, utterance, origin)
        if found.kind != "send":
            return await self._standing(found, origin)
        if found.body is None:
            return await self._ask_for_body(found, origin)
        return await self._submit(found.recipients, found.body, origin)

    async def relay(self, utterance: str, origin: Origin) -> Answer | None:
        """Return what to say to one of our sentences that no person says, else None.

        It is a model's request: whoever hands words on may have made them up. It is never a reply.
        """
        recogniser = self._languages.recogniser(origin.language, self._guard.household.contacts)
        found = recogniser.recognise(utterance) if recogniser is not None else None
        if found is None or found.kind != "send" or found.body is None:
            return None
        return await self._submit(found.recipients, found.body, origin, by_model=True)

    async def wrong(self, utterance: str, origin: Origin) -> Answer | None:
        """Take what nobody else understood as a wrong reply to our question; None without one."""
        return await self._guard.reply(utterance, origin)

    def forget(self, origin: Origin) -> None:
        """Let go of a message that was begun here and still lacks its words."""
        if origin.place is not None:
            self._drafts.pop(origin.place, None)

    def expects_reply(self, origin: Origin) -> bool:
        """Return whether this utterance came through a microphone that our question left open.

        After a fresh wake, what is neither proof nor decline belongs to somebody else.
        """
        for confirmation in self._guard.pending:
            if confirmation.place != origin.place or not confirmation.reopens:
                continue
            if confirmation.origin.conversation_id != origin.conversation_id:
                return False
            since = self._satellites.listening_since(origin.satellite_id)
            if since is None or confirmation.heard_at is None:
                return True
            return since - confirmation.heard_at <= REOPEN_SECONDS
        return False

    def _guidance(self, found: Recognised, origin: Origin) -> Answer | None:
        """Say whom one can write to, or how."""
        language = self._languages.get(origin.language)
        if language is None:
            return None
        say = who if found.kind == "who" else how
        text = say(self._guard.household.contacts, language)
        return Answer(kind=AnswerKind.INFORMED, text=text)

    async def _standing(self, found: Recognised, origin: Origin) -> Answer | None:
        """Answer a question about, or change, what was last asked for here."""
        if found.kind in {"who", "help"}:
            return self._guidance(found, origin)
        waiting = next((c for c in self._guard.pending if c.place == origin.place), None)
        if found.kind != "change" or found.body is None:
            return self._guard.standing(origin)
        if waiting is None or waiting.recipients[0].request.route is not Route.SENTENCE:
            return None
        names = tuple(item.request.recipient for item in waiting.recipients)
        return await self._submit(names, found.body, origin)

    async def _submit(
        self, recipients: tuple[str, ...], body: str, origin: Origin, *, by_model: bool = False
    ) -> Answer:
        now = self._home.now()
        requests = [
            Request(
                id=ulid_util.ulid_now(),
                route=Route.SENTENCE,
                origin=origin,
                recipient=recipient,
                content=Content(body=body),
                created_at=now,
                by_model=by_model,
            )
            for recipient in recipients
        ]
        return await self._guard.submit(*requests)

    async def _ask_for_body(self, found: Recognised, origin: Origin) -> Answer:
        """Ask once for the words, unless the recipient alone is reason enough to refuse."""
        language = self._languages.get(origin.language)
        contacts = self._guard.household.contacts
        if language is None or any(
            contacts.match(name, language).contact is None for name in found.recipients
        ):
            return await self._submit(found.recipients, "", origin)
        now = self._home.now()
        self._drafts = {
            place: draft
            for place, draft in self._drafts.items()
            if now < draft.asked_at + DRAFT_SECONDS
        }
        if origin.place is not None:
            self._drafts[origin.place] = Draft(found.recipients, origin.conversation_id, now)
        names = ", ".join(language.speakable(name) for name in found.recipients)
        return Answer(
            kind=AnswerKind.INFORMED, text=language.say("ask_body", recipient=names), listen=True
        )

    async def _fill(self, draft: Draft | None, utterance: str, origin: Origin) -> Answer | None:
        """Take the utterance as the body of the message that was begun here."""
        if draft is None or not self._answers(draft, origin):
            return None
        language = self._languages.get(origin.language)
        if language is not None and self._guard.is_echo(utterance, origin, draft.asked_at):
            self._drafts[origin.place or ""] = draft
            return Answer(kind=AnswerKind.NOT_HEARD, text=language.say("listening"), listen=True)
        if language is not None and language.is_decline(utterance):
            return Answer(kind=AnswerKind.DECLINED, text=language.say("declined"))
        return await self._submit(draft.recipients, utterance.strip(), origin)

    def _answers(self, draft: Draft, origin: Origin) -> bool:
        """Return whether this utterance can be the words that were asked for.

        After a fresh wake it belongs to somebody else, unless that is the only way to answer there. A
        satellite keeps its conversation for some minutes, so that alone does not tell.
        """
        if origin.conversation_id != draft.conversation_id:
            return False
        if self._home.now() >= draft.asked_at + DRAFT_SECONDS:
            return False
        since = self._satellites.listening_since(origin.satellite_id)
        if since is None or not self._home.reopens(origin):
            return True
        return since - draft.asked_at <= REOPEN_SECONDS
