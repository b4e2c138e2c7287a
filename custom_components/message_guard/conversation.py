"""The guarded agent: stands in front of the conversation agent that a pipeline had before.

A reply to a question of ours? One of our sentences? Otherwise the turn goes to the wrapped agent
unchanged. The entity works when everything else is broken: then every turn is passed on.
"""

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
from .origin import origin_of_input
from .pipelines import AGENT_UNIQUE_ID_PREFIX
from .runtime import MessageGuardConfigEntry

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0


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
        async_add_entities([GuardedAgent(entry, engine) for engine in new])

    add()


class GuardedAgent(ConversationEntity):
    """One conversation agent, guarded."""

    _attr_has_entity_name = True
    _attr_translation_key = "guarded_agent"

    def __init__(self, entry: MessageGuardConfigEntry, engine: str) -> None:
        """Stand in front of the agent with this id."""
        self._entry = entry
        self._engine = engine
        self._attr_unique_id = f"{AGENT_UNIQUE_ID_PREFIX}{engine}"
        self._attr_translation_placeholders = {"agent": engine}
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            name="Message Guard",
        )

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
        try:
            result = await self._guarded(user_input, chat_log)
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s; the turn is passed on", type(error).__name__)
            result = None
        return result or await self._pass_on(user_input)

    async def _guarded(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult | None:
        """Return the guard's answer, or None when the turn is not about a message."""
        works = self._entry.runtime_data.works
        if works is None:
            return None
        origin = origin_of_input(self.hass, user_input, chat_log.conversation_id)
        answer = await works.dialogue.take(user_input.text, origin)
        if answer is None and works.dialogue.expects_reply(origin):
            local = await self._local_command(user_input, chat_log)
            if local is not None:
                return self._spoken(local, user_input, chat_log, listen=False)
            answer = await works.dialogue.wrong(user_input.text, origin)
        if answer is None:
            return None
        response = intent.IntentResponse(language=user_input.language)
        response.async_set_speech(answer.text)
        result = self._spoken(response, user_input, chat_log, listen=answer.listen)
        if origin.satellite_id is None or not works.satellites.speaks(origin.satellite_id):
            works.guard.question_heard(origin.place)
        return result

    async def _local_command(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> intent.IntentResponse | None:
        """Let the home's own sentences have an utterance that is no reply to our question.

        After a question the pipeline asks nobody but us, so we ask for it: "turn on the light" works
        while a confirmation waits.
        """
        speech = await conversation.async_handle_sentence_triggers(self.hass, user_input, chat_log)
        if speech is not None:
            response = intent.IntentResponse(language=user_input.language)
            response.async_set_speech(speech)
            return response
        return await conversation.async_handle_intents(self.hass, user_input, chat_log)

    def _spoken(
        self,
        response: intent.IntentResponse,
        user_input: ConversationInput,
        chat_log: ChatLog,
        *,
        listen: bool,
    ) -> ConversationResult:
        speech = response.speech.get("plain", {}).get("speech", "")
        chat_log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id=user_input.agent_id, content=speech)
        )
        return ConversationResult(
            response=response,
            conversation_id=chat_log.conversation_id,
            continue_conversation=listen,
        )

    async def _pass_on(self, user_input: ConversationInput) -> ConversationResult:
        """Hand the turn to the wrapped agent, unchanged."""
        return await conversation.async_converse(
            hass=self.hass,
            text=user_input.text,
            conversation_id=user_input.conversation_id,
            context=user_input.context,
            language=user_input.language,
            agent_id=self._engine,
            device_id=user_input.device_id,
            satellite_id=user_input.satellite_id,
            extra_system_prompt=user_input.extra_system_prompt,
        )
