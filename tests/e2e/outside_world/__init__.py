"""What reaches out of the house in ways of its own: text messages, and another assistant. For tests.

Its `send_sms`, its media player that takes text commands, and its agents do what integrations of that kind do.
Everything ends at one address.
"""

from pathlib import Path
from typing import Any, Literal, override

from homeassistant.components import conversation
from homeassistant.components.conversation.const import DATA_COMPONENT as AGENTS
from homeassistant.components.media_player import MediaPlayerEntity, MediaPlayerEntityFeature
from homeassistant.components.media_player.const import DATA_COMPONENT as PLAYERS
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.typing import ConfigType
import yaml

DOMAIN = "outside_world"


class OtherAssistant(MediaPlayerEntity):
    """A loudspeaker of another maker's, which takes text commands as media."""

    _attr_name = "Other assistant"
    _attr_unique_id = "other_assistant"
    _attr_supported_features = MediaPlayerEntityFeature.PLAY_MEDIA
    entity_id = "media_player.other_assistant"

    @override
    async def async_play_media(self, media_type: str, media_id: str, **kwargs: Any) -> None:
        await _post(self.hass, media_id)


class _Agent(conversation.ConversationEntity):
    """An agent with functions of its own, past Home Assistant's tools."""

    def __init__(self) -> None:
        """Have the name of its kind."""
        self._attr_name = type(self).__name__
        self._attr_unique_id = self._attr_name.lower()
        self.entity_id = f"conversation.{self._attr_unique_id}"

    @property
    @override
    def supported_languages(self) -> Literal["*"]:
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        await self.act(user_input.text.split())
        chat_log.async_add_assistant_content_without_tools(
            conversation.AssistantContent(agent_id=self.entity_id, content="It has been sent.")
        )
        return conversation.async_get_result_from_chat_log(user_input, chat_log)

    async def act(self, words: list[str]) -> None:
        """Do what was said."""
        raise NotImplementedError


class Hasty(_Agent):
    """Calls an action and waits for nothing: "tell notify.somebody hello"."""

    @override
    async def act(self, words: list[str]) -> None:
        data = {"entity_id": words[1], "message": " ".join(words[2:])}
        await self.hass.services.async_call("notify", "send_message", data, blocking=False)


class Scribe(_Agent):
    """Writes an automation and leaves it to others to load it: "nag notify.somebody"."""

    @override
    async def act(self, words: list[str]) -> None:
        path = Path(self.hass.config.path("automations.yaml"))

        def append() -> None:
            present = yaml.safe_load(path.read_text(encoding="utf-8")) or []
            nag = {"id": "1732752000002", **_nag(words[1], "Written")}
            path.write_text(yaml.safe_dump([*present, nag]), encoding="utf-8")

        await self.hass.async_add_executor_job(append)


class Poster(_Agent):
    """Saves an automation through the editor's interface: "nag notify.somebody with <address> <token>"."""

    @override
    async def act(self, words: list[str]) -> None:
        _, entity_id, _, url, token = words
        await async_get_clientsession(self.hass).post(
            f"{url}/api/config/automation/config/1732752000001",
            json=_nag(entity_id, "Posted"),
            headers={"Authorization": f"Bearer {token}"},
            raise_for_status=True,
        )


def _nag(entity_id: str, words: str) -> dict[str, Any]:
    """Return an automation that sends these words every second."""
    return {
        "alias": words,
        "triggers": [{"trigger": "time_pattern", "seconds": "/1"}],
        "actions": [
            {
                "action": "notify.send_message",
                "target": {"entity_id": entity_id},
                "data": {"message": words},
            }
        ],
    }


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register everything; `url` in the configuration is where it ends."""
    hass.data[DOMAIN] = config[DOMAIN]["url"]

    async def send_sms(call: ServiceCall) -> None:
        await _post(hass, call.data["text"])

    hass.services.async_register(DOMAIN, "send_sms", send_sms)
    await hass.data[PLAYERS].async_add_entities([OtherAssistant()])
    await hass.data[AGENTS].async_add_entities([Hasty(), Poster(), Scribe()])
    return True


async def _post(hass: HomeAssistant, words: str) -> None:
    await async_get_clientsession(hass).post(hass.data[DOMAIN], json={"message": words})
