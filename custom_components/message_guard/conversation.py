"""The guarded agent: stands in front of the conversation agent that a pipeline had before.

A reply to a question of ours? One of our sentences? Otherwise the turn goes to the wrapped agent
unchanged, and only what the guard has to say about it is said in the agent's place. The entity works
when everything else is broken: then every turn is passed on. In front of Home Assistant's own agent it
only passes on: that one is guarded in its own place (`assist/default_agent.py`).
"""

from functools import partial
import logging
from typing import Literal, override

from homeassistant.components import conversation
from homeassistant.components.conversation import (
    HOME_ASSISTANT_AGENT,
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
)
from homeassistant.const import ATTR_SUPPORTED_FEATURES, MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .assist.asked_turn import AskedTurn
from .assist.guarded_turn import GuardedTurn
from .assist.pipelines import AGENT_UNIQUE_ID_PREFIX
from .const import DOMAIN
from .entity import friendly_name
from .hooks.next_agent import ask_everybody_next
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
        """Handle one turn. Home Assistant's own agent is guarded in its own place."""
        ask = partial(self._converse, user_input, chat_log)
        components = self._entry.runtime_data.components
        if components is None or self._engine == HOME_ASSISTANT_AGENT:
            return await ask()
        try:
            current = components.turns.current()
            turn = GuardedTurn(self.hass, components, user_input, chat_log, current)
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            return await ask()
        if not turn.take():
            return await turn.hand_on(ask)
        result = await AskedTurn(turn, components.default_agent, user_input).answer(ask)
        if turn.left_open:
            ask_everybody_next(self.hass, chat_log.conversation_id)
        turn.understood(result)
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
