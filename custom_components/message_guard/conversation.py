"""The guarded agent: stands in front of the conversation agent that a pipeline had before.

A reply to a question of ours? One of our sentences? Otherwise the turn goes to the wrapped agent
unchanged, and only what the guard has to say about it is said in the agent's place. The entity works
when everything else is broken: then every turn is passed on.
"""

from dataclasses import replace
import logging
from typing import Literal, override

from homeassistant.components import conversation
from homeassistant.components.conversation import (
    HOME_ASSISTANT_AGENT,
    AssistantContent,
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
)
from homeassistant.const import ATTR_SUPPORTED_FEATURES, MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .core.answer import Answer
from .core.proof import Verdict
from .core.request import Origin
from .entity import friendly_name
from .guarding.answers import LAST_WORDS
from .home.origin import origin_of_input
from .pipelines import AGENT_UNIQUE_ID_PREFIX
from .redaction import redact_reply
from .runtime import MessageGuardConfigEntry, Works
from .streaming import HeldStream, spoken_answer

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0

LONGEST_COMMAND = 2000
"""Characters. No spoken command comes near it."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one guarded agent for each agent that a guarded pipeline had."""
    known: set[str] = set()

    def add() -> None:
        new = [engine for engine in entry.runtime_data.engines if engine not in known]
        known.update(new)
        async_add_entities(
            [GuardedAgent(entry, engine, friendly_name(hass, engine)) for engine in new]
        )

    add()


class GuardedAgent(ConversationEntity):
    """One conversation agent, guarded."""

    _attr_has_entity_name = True
    _attr_translation_key = "guarded_agent"

    def __init__(self, entry: MessageGuardConfigEntry, engine: str, name: str) -> None:
        """Stand in front of the agent with this id, which people call so."""
        self._entry = entry
        self._engine = engine
        self._attr_unique_id = f"{AGENT_UNIQUE_ID_PREFIX}{engine}"
        self._attr_translation_placeholders = {"agent": name}
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            name="Message Guard",
        )

    @property
    def engine(self) -> str:
        """The id of the wrapped agent."""
        return self._engine

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        """Return what the wrapped agent speaks."""
        try:
            found = conversation.async_get_conversation_languages(self.hass, self._engine)
        except ValueError:
            return MATCH_ALL
        return MATCH_ALL if found == MATCH_ALL else sorted(found)

    @property
    @override
    def supports_streaming(self) -> bool:
        """Return whether the wrapped agent streams."""
        info = conversation.async_get_agent_info(self.hass, self._engine)
        return info is not None and info.supports_streaming

    @property
    @override
    def supported_features(self) -> ConversationEntityFeature:
        """Mirror the wrapped agent's, but for Home Assistant's own.

        An agent that can control keeps the pipeline from preferring some local commands; Home
        Assistant's own agent must keep all of them.
        """
        state = self.hass.states.get(self._engine)
        if state is None or self._engine == HOME_ASSISTANT_AGENT:
            return ConversationEntityFeature(0)
        return ConversationEntityFeature(state.attributes.get(ATTR_SUPPORTED_FEATURES, 0))

    @override
    async def async_prepare(self, language: str | None = None) -> None:
        """Let the wrapped agent load what it needs."""
        if language is not None:
            await conversation.async_prepare_agent(self.hass, self._engine, language)

    @override
    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        """Handle one turn."""
        works = self._entry.runtime_data.works
        if works is None:
            return await self._converse(user_input, chat_log)
        try:
            turn = _GuardedTurn(self, works, user_input, chat_log)
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            return await self._converse(user_input, chat_log)
        if turn.relayed:
            return await turn.hand_on()
        try:
            result = await turn.answer()
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            # A proof goes to nobody else, whatever is broken.
            result = turn.speak(LAST_WORDS) if turn.private else None
        if result is None:
            result = await turn.pass_on()
        if result.response.response_type is not intent.IntentResponseType.ERROR:
            works.satellites.understood(user_input.satellite_id)
        return result

    async def _converse(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        """Hand the turn to the wrapped agent, unchanged and in the same conversation."""
        return await conversation.async_converse(
            hass=self.hass,
            text=user_input.text,
            conversation_id=chat_log.conversation_id,
            context=user_input.context,
            language=user_input.language,
            agent_id=self._engine,
            device_id=user_input.device_id,
            satellite_id=user_input.satellite_id,
            extra_system_prompt=user_input.extra_system_prompt,
        )


class _GuardedTurn:
    """One turn of a guarded agent.

    Attributes:
        private: The utterance is a reply to our question, which nobody else may be given.
        relayed: No person says this now: an agent has a tool that leads back to us, or a script or a timer
            says what an agent has told it to. Only a person can answer our question.
    """

    def __init__(
        self,
        agent: GuardedAgent,
        works: Works,
        user_input: ConversationInput,
        chat_log: ChatLog,
    ) -> None:
        self._agent = agent
        self._hass = agent.hass
        self._works = works
        self._input = user_input
        self._chat_log = chat_log
        self._turn = works.turns.current()
        self._origin: Origin = origin_of_input(self._hass, user_input, chat_log.conversation_id)
        self.private = False
        turn = self._turn
        if turn is not None and turn.origin.from_outside:
            self._origin = replace(self._origin, from_outside=True)
        self.relayed = turn is not None and (turn.relayed or turn.by_model or not turn.take())

    async def hand_on(self) -> ConversationResult:
        """Take one of our sentences as a model's request; hand everything else on, unheld."""
        try:
            answer = await self._relayed_request()
        except Exception as error:  # noqa: BLE001 - as for what a person says
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            answer = None
        if answer is None:
            return await self._agent._converse(self._input, self._chat_log)  # noqa: SLF001
        # The question is for a person: whoever has handed the words on is not told it.
        words = self._works.languages.get(self._origin.language)
        waits = words.say("not_sent_yet") if words is not None else LAST_WORDS
        return self.speak(waits if answer.pending else answer.text)

    async def _relayed_request(self) -> Answer | None:
        if self._turn is None:
            return None
        answer = await self._works.dialogue.relay(self._input.text, self._turn.origin)
        if answer is not None:
            self._works.actions.tell(answer, self._turn)
        return answer

    async def answer(self) -> ConversationResult | None:
        """Return the guard's answer, or None when the turn is not about a message."""
        dialogue, guard, text = self._works.dialogue, self._works.guard, self._input.text
        if (late := guard.swallow(text, self._origin)) is not None:
            self._keep_private()
            return self._answered(late)
        if guard.verdict(text, self._origin) not in {None, Verdict.WRONG}:
            self._keep_private()
        answer = await dialogue.take(text, self._origin)
        if answer is None and dialogue.expects_reply(self._origin):
            if guard.may_say_pin(text, self._origin):
                self._keep_private()
            else:
                local = await self._local_command()
                if local is not None:
                    return self._result(local, listen=False)
            self._keep_private()
            answer = await dialogue.wrong(text, self._origin)
        return self._answered(answer) if answer is not None else None

    async def pass_on(self) -> ConversationResult:
        """Hand the turn to the wrapped agent, and say what the guard has to say about it."""
        stream = HeldStream(self._chat_log)
        stream.attach()
        if self._turn is not None and self._agent.engine != HOME_ASSISTANT_AGENT:
            # Its tools need not be Home Assistant's, so nothing else would tell.
            self._turn.hand_to_model()
        try:
            result = await self._agent._converse(self._input, self._chat_log)  # noqa: SLF001
            if self._turn is not None:
                # A model that does not wait for what it calls is done before that is held.
                await self._turn.undecided.settled()
            answers = self._turn.take_answers() if self._turn is not None else ()
            if not answers:
                stream.release()
                return self._untouched(result, stream.heard)
            return self._replaced(stream, answers)
        finally:
            stream.detach()

    def speak(self, text: str, *, listen: bool = False) -> ConversationResult:
        """Return these words as the answer of the turn."""
        response = intent.IntentResponse(language=self._input.language)
        response.async_set_speech(text)
        return self._result(response, listen=listen)

    # --- our own answers ----------------------------------------------------------------------

    def _keep_private(self) -> None:
        self.private = True
        redact_reply(self._hass, self._chat_log, self._input.text, self._turn)

    def _answered(self, answer: Answer) -> ConversationResult:
        if answer.private:
            self._keep_private()
        self._works.guard.spoke(self._origin.place, answer.text)
        result = self.speak(answer.text, listen=answer.listen)
        self._question_on_its_way()
        return result

    def _question_on_its_way(self) -> None:
        """Count the question as heard where nothing will tell when it has been spoken."""
        satellite_id = self._origin.satellite_id
        if satellite_id is None or not self._works.satellites.speaks(satellite_id):
            self._works.guard.question_heard(self._origin.place)

    async def _local_command(self) -> intent.IntentResponse | None:
        """Let the home's own sentences have an utterance that is no reply to our question.

        After a question the pipeline asks nobody but us, so we ask for it: "turn on the light" works
        while a confirmation waits. What is longer than any command is spared Home Assistant's
        recogniser, which takes a minute for a hundred thousand characters.
        """
        if len(self._input.text) > LONGEST_COMMAND:
            return None
        speech = await conversation.async_handle_sentence_triggers(
            self._hass, self._input, self._chat_log
        )
        if speech is not None:
            response = intent.IntentResponse(language=self._input.language)
            response.async_set_speech(speech)
            return response
        return await conversation.async_handle_intents(self._hass, self._input, self._chat_log)

    def _result(self, response: intent.IntentResponse, *, listen: bool) -> ConversationResult:
        speech = response.speech.get("plain", {}).get("speech", "")
        self._chat_log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id=self._input.agent_id, content=speech)
        )
        return ConversationResult(
            response=response,
            conversation_id=self._chat_log.conversation_id,
            continue_conversation=listen,
        )

    # --- the wrapped agent's answers ----------------------------------------------------------

    def _replaced(self, stream: HeldStream, answers: tuple[Answer, ...]) -> ConversationResult:
        """Say what became of the agent's requests, in place of what the agent says about it."""
        guard, languages = self._works.guard, self._works.languages
        words = languages.get(self._origin.language) or languages.get("en")
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
        stream.say(text)
        self._question_on_its_way()
        response = intent.IntentResponse(language=self._input.language)
        response.async_set_speech(text)
        return ConversationResult(
            response=response,
            conversation_id=self._chat_log.conversation_id,
            continue_conversation=any(answer.listen for answer in answers),
        )

    def _untouched(self, result: ConversationResult, streamed: str) -> ConversationResult:
        """Leave the answer as it is, and remember that it was said.

        Where a held intent has put our question into it, the microphone has to open.
        """
        speech = result.response.speech.get("plain", {}).get("speech", "")
        try:
            self._works.guard.spoke(self._origin.place, streamed or speech)
        except Exception as error:  # noqa: BLE001 - what the agent has done is answered
            _LOGGER.error("The guard failed with %s", type(error).__name__)
        for confirmation in self._works.guard.pending:
            if confirmation.place == self._origin.place and confirmation.question == speech:
                result.continue_conversation = confirmation.reopens
        return result
