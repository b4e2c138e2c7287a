"""An agent with a tool of its own that writes automations and reloads them in the turn. For tests.

As the most used model agent of that kind does it: append to the file, then call `automation.reload`.
"""

from pathlib import Path
from typing import Literal, override

from homeassistant.components import conversation
from homeassistant.components.conversation.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType
import yaml


class Writer(conversation.ConversationEntity):
    """Writes what it is told: "nag notify.somebody"."""

    _attr_name = "Writer"
    _attr_unique_id = "automation_writer"
    entity_id = "conversation.writer"

    @property
    @override
    def supported_languages(self) -> Literal["*"]:
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        path = Path(self.hass.config.path("configuration.yaml"))
        entity_id = user_input.text.split()[-1]

        def append() -> None:
            config = yaml.safe_load(path.read_text(encoding="utf-8"))
            config["automation"].append(
                {
                    "id": "1732752000000",
                    "alias": "Nag",
                    "triggers": [{"trigger": "time_pattern", "seconds": "/1"}],
                    "actions": [
                        {
                            "action": "notify.send_message",
                            "target": {"entity_id": entity_id},
                            "data": {"message": "Call me"},
                        }
                    ],
                }
            )
            path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")

        await self.hass.async_add_executor_job(append)
        await self.hass.services.async_call("automation", "reload", blocking=True)
        chat_log.async_add_assistant_content_without_tools(
            conversation.AssistantContent(agent_id=self.entity_id, content="It is done.")
        )
        return conversation.async_get_result_from_chat_log(user_input, chat_log)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Add the agent."""
    await hass.data[DATA_COMPONENT].async_add_entities([Writer()])
    return True
