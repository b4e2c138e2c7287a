"""One turn that is guarded: what was said is read once, and answered by us where it is ours."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
import logging

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationInput,
    ConversationResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from ..core.answer import Answer
from ..core.confirmation import Confirmation
from ..core.request import Origin
from ..core.resemblance import may_be_proof
from ..guarding.answers import LAST_WORDS
from ..home.origin import origin_of_input
from ..provenance.turn import Turn
from .parts import TurnParts
from .reading import Heard, Meaning, Reading
from .redaction import READ_OUT, redact_reply
from .streaming import HeldStream, spoken_answer

_LOGGER = logging.getLogger(__name__)

type Ask = Callable[[], Awaitable[ConversationResult]]
"""Asks whoever answers where we do not."""


class GuardedTurn:
    """One turn of a guarded pipeline, as one of its stages sees it.

    Attributes:
        heard: What the turn keeps of what was said, from stage to stage.
        private: The utterance is a reply to our question, which nobody else may be given.
        left_open: A question of ours keeps the conversation open after it.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        components: TurnParts,
        user_input: ConversationInput,
        chat_log: ChatLog,
        turn: Turn | None,
    ) -> None:
        """Read the utterance, unless an earlier stage has; `turn` is the live one that the caller runs in."""
        self._hass = hass
        self._components = components
        self._input = user_input
        self._chat_log = chat_log
        self._turn = turn
        self._origin = _origin(hass, user_input, chat_log.conversation_id, turn)
        self.private = self.left_open = False
        heard = turn.heard if turn is not None else None
        if heard is None or heard.reading.utterance != user_input.text:
            heard = Heard(self._read())
        self.heard = heard
        if turn is not None:
            turn.heard, turn.guarded = heard, True

    def _read(self) -> Reading:
        """Read the utterance. While a proof is awaited here, what may be one is one, however it reads."""
        text = self._input.text
        try:
            return self._components.dialogue.read(text, self._origin)
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            waits = any(item.place == self._origin.place for item in self._components.guard.pending)
            if waits and may_be_proof(text, self._components.guard.household.phrase):
                return Reading(text, Meaning.REPLY, private=True)
            return Reading(text)

    @property
    def reading(self) -> Reading:
        """What was said."""
        return self.heard.reading

    @property
    def conversation_id(self) -> str:
        """The conversation that it is said in."""
        return self._chat_log.conversation_id

    @property
    def typed(self) -> bool:
        """Whether it came from no satellite: an app, or somebody who writes."""
        return self._origin.satellite_id is None

    @property
    def by_person(self) -> bool:
        """Whether a person says it now.

        An agent may have a tool that leads back to us; a script or a timer says what it was told to.
        """
        turn = self._turn
        return turn is None or not (turn.relayed or turn.by_model or turn.taken)

    def take(self) -> bool:
        """Take the words as what a person has said, once; False when no person says them now."""
        by_person = self.by_person
        if self._turn is not None:
            self._turn.take()
        return by_person

    # --- what is ours -------------------------------------------------------------------------

    async def answer(self) -> ConversationResult | None:
        """Do what the utterance asks for and return what is said; None where it is for somebody else.

        Never raises. A proof goes to nobody else, whatever is broken.
        """
        try:
            answer = await self._act()
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            answer = None
        if answer is None:
            return self.speak(LAST_WORDS) if self.private else None
        return self._answered(answer)

    async def answer_instead(self, result: ConversationResult) -> ConversationResult:
        """Answer in the place of an agent that has not understood what was said."""
        try:
            answer = await self._act()
        except Exception as error:  # noqa: BLE001 - the agent has answered
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            return result
        if answer is None:
            return result
        last = self._chat_log.content[-1]
        if isinstance(last, AssistantContent):
            self._chat_log.content[-1] = replace(last, content=answer.text)
        return self._answered(answer, logged=isinstance(last, AssistantContent))

    async def _act(self) -> Answer | None:
        if self.reading.private or self.reading.meaning is Meaning.WRONG:
            self._keep_private()
        return await self._components.dialogue.act(self.reading, self._origin)

    def let_go(self) -> None:
        """Forget a message that was begun here and still lacks its words: something else was said."""
        try:
            self._components.dialogue.forget(self._origin)
        except Exception as error:  # noqa: BLE001 - what is not ours goes on
            _LOGGER.error("The guard failed with %s", type(error).__name__)

    @property
    def may_be_to_contacts(self) -> bool:
        """Whether it is a request where nobody else can be meant, and names contacts alone."""
        reading = self.reading
        return reading.weak and self._components.dialogue.is_to_contacts(reading, self._origin)

    def is_recipient(self, words: str) -> bool:
        """Return whether these words of it only say whom it is to."""
        contacts = self._components.guard.household.contacts
        recogniser = self._components.languages.recogniser(self._origin.language, contacts)
        found = self.reading.found
        if recogniser is None or found is None or words == found.body:
            return False
        return words in found.recipients or recogniser.is_names(words)

    def resembles_reply(self) -> bool:
        """Return whether what is no reply looks like one."""
        return self._components.dialogue.resembles_reply(self.reading.utterance, self._origin)

    def is_reply(self, words: str) -> bool:
        """Return whether these words alone would be a reply."""
        return self._components.dialogue.read(words, self._origin).meaning is Meaning.REPLY

    # --- what no person says ------------------------------------------------------------------

    async def hand_on(self, ask: Ask) -> ConversationResult:
        """Take one of our sentences as a request of whoever says it; hand everything else on, unheld."""
        try:
            answer = await self._relayed_request()
        except Exception as error:  # noqa: BLE001 - as for what a person says
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            answer = None
        if answer is None:
            return await ask()
        # The question is for a person: whoever has handed the words on is not told it.
        words = self._components.languages.get(self._origin.language)
        waits = words.say("not_sent_yet") if words is not None else LAST_WORDS
        return self.speak(waits if answer.pending else answer.text)

    async def _relayed_request(self) -> Answer | None:
        turn = self._turn
        if turn is None:
            return None
        # What a timer says was said by whoever has set it; anybody else may have made it up.
        by_model = turn.by_model or not turn.delayed
        answer = await self._components.dialogue.relay(
            self._input.text, turn.origin, by_model=by_model
        )
        if answer is not None:
            self._components.actions.tell(answer, turn)
        return answer

    # --- what others have done ----------------------------------------------------------------

    async def settled(self) -> None:
        """Wait until it is known what has become of what was called: somebody may not have waited for it.

        Where something is held already, for the step behind it as well: one question is for all that say the same.
        """
        if self._turn is not None and (self._turn.undecided or self._turn.has_answers):
            await self._turn.undecided.settled()

    def waits_behind(self, speech: str) -> bool:
        """Return whether something is held, or was refused, that these words do not tell, or only ask."""
        held = self._turn is not None and self._turn.has_answers
        return held or self._asked_by(speech) is not None

    async def said_by(self, ask: Ask, *, streams: bool) -> ConversationResult:
        """Ask somebody else, and let the guard say what became of it.

        Args:
            ask: Asks.
            streams: It is an agent that streams, and may have tools of its own: what is said in the place of
                its answer is streamed, too.
        """
        stream = HeldStream(self._chat_log)
        stream.attach()
        if self._turn is not None and streams:
            # Its tools need not be Home Assistant's, so nothing else would tell.
            self._turn.hand_to_model()
        try:
            result = await ask()
            await self.settled()
            answers = self._turn.take_answers() if self._turn is not None else ()
            if answers:
                return self._replaced(stream, answers, streams=streams)
            stream.release()
            return self._untouched(result, stream.heard)
        finally:
            stream.detach()

    def understood(self, result: ConversationResult) -> None:
        """Note that a wake was not in vain, if it was not."""
        if result.response.response_type is not intent.IntentResponseType.ERROR:
            self._components.satellites.understood(self._input.satellite_id)

    def _replaced(
        self, stream: HeldStream, answers: tuple[Answer, ...], *, streams: bool
    ) -> ConversationResult:
        """Say what became of the agent's requests, in place of what the agent says about it."""
        guard, languages = self._components.guard, self._components.languages
        words = languages.get_or_english(self._origin.language)
        text = (
            spoken_answer(answers, words, after_talk=bool(stream.heard.strip()))
            if words is not None
            else LAST_WORDS
        )
        for answer in answers:
            if answer.confirmation_id is not None:
                guard.question_given(answer.confirmation_id)
        guard.spoke(self._origin.place, f"{stream.heard} {text}")
        stream.rewrite(text, self._input.agent_id)
        if streams:
            stream.say(text)
        self._question_on_its_way()
        return self._result(text, listen=any(answer.listen for answer in answers))

    def _untouched(self, result: ConversationResult, streamed: str) -> ConversationResult:
        """Leave the answer as it is, and remember that it was said.

        Where a held intent has put our question into it, the microphone has to open.
        """
        speech = speech_of(result.response)
        try:
            self._components.guard.spoke(self._origin.place, streamed or speech)
        except Exception as error:  # noqa: BLE001 - what the agent has done is answered
            _LOGGER.error("The guard failed with %s", type(error).__name__)
        if (asked := self._asked_by(speech)) is not None:
            result.continue_conversation = asked.reopens
            self.left_open = asked.reopens
        return result

    def _asked_by(self, speech: str) -> Confirmation | None:
        for confirmation in self._components.guard.pending:
            if confirmation.place == self._origin.place and confirmation.question == speech:
                return confirmation
        return None

    # --- saying it ----------------------------------------------------------------------------

    def speak(self, text: str) -> ConversationResult:
        """Return these words as the answer of the turn."""
        self._log(text)
        return self._result(text, listen=False)

    def answered_by(self, response: intent.IntentResponse) -> ConversationResult:
        """Return what one of the home's own sentences has answered as the answer of the turn."""
        self._log(speech_of(response))
        return ConversationResult(response=response, conversation_id=self._chat_log.conversation_id)

    def response(self, text: str) -> intent.IntentResponse:
        """Return these words as a response of an intent."""
        response = intent.IntentResponse(language=self._input.language)
        response.async_set_speech(text)
        return response

    def _keep_private(self) -> None:
        self.private = True
        redact_reply(self._hass, self._chat_log, self._input.text, self._turn)

    def _answered(self, answer: Answer, *, logged: bool = False) -> ConversationResult:
        if answer.private:
            self._keep_private()
        self._components.guard.spoke(self._origin.place, answer.text)
        if not logged:
            self._log(READ_OUT if answer.foreign else answer.text)
        result = self._result(answer.text, listen=answer.listen)
        self._question_on_its_way()
        return result

    def _log(self, text: str) -> None:
        self._chat_log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id=self._input.agent_id, content=text)
        )

    def _result(self, text: str, *, listen: bool) -> ConversationResult:
        self.left_open = listen
        return ConversationResult(
            response=self.response(text),
            conversation_id=self._chat_log.conversation_id,
            continue_conversation=listen,
        )

    def _question_on_its_way(self) -> None:
        """Count the question as heard where nothing will tell when it has been spoken."""
        satellite_id = self._origin.satellite_id
        if satellite_id is None or not self._components.satellites.speaks(satellite_id):
            self._components.guard.question_heard(self._origin.place)


def _origin(
    hass: HomeAssistant, user_input: ConversationInput, conversation_id: str, turn: Turn | None
) -> Origin:
    """Return where an utterance came from: from where its turn did, unless this stage has been told otherwise."""
    if turn is None:
        return origin_of_input(hass, user_input, conversation_id)
    known = turn.origin
    if (
        known.utterance == user_input.text
        and known.conversation_id == conversation_id
        and known.satellite_id == user_input.satellite_id
        and known.device_id == user_input.device_id
        and known.user_id == user_input.context.user_id
        and known.agent_id == user_input.agent_id
        and known.language == user_input.language
    ):
        return known
    origin = origin_of_input(hass, user_input, conversation_id)
    return replace(origin, from_outside=True) if known.from_outside else origin


def speech_of(response: intent.IntentResponse) -> str:
    """Return what a response says."""
    speech: str = response.speech.get("plain", {}).get("speech", "")
    return speech
