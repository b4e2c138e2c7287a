"""Tools that call whatever action a model names, as some APIs and agents offer them."""

from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import probatio

API = "anything"


class CallAction(llm.Tool):
    """Calls any action, and says so when it has."""

    name = "anything__call_action"
    integration = "homeassistant"
    parameters = probatio.Schema({probatio.Required("action"): str}, extra=probatio.ALLOW_EXTRA)

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> Any:
        """Call it."""
        arguments: dict[str, Any] = dict(tool_input.tool_args)
        domain, action = arguments["action"].split(".", 1)
        await hass.services.async_call(
            domain,
            action,
            arguments.get("data", {}),
            blocking=arguments.get("blocking", True),
            context=llm_context.context,
        )
        return llm.ToolResult(data={"success": True})


class ReloadEntry(llm.Tool):
    """Reloads any entry, by the method and not by an action."""

    name = "anything__reload_config_entry"
    integration = "homeassistant"
    parameters = probatio.Schema({probatio.Required("entry_id"): str})

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> Any:
        """Reload it."""
        await hass.config_entries.async_reload(str(tool_input.tool_args["entry_id"]))
        return llm.ToolResult(data={"success": True})


class Anything(llm.API):
    """An API that offers these tools."""

    @override
    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        """Offer them."""
        return llm.APIInstance(
            api=self, api_prompt="", llm_context=llm_context, tools=[CallAction(), ReloadEntry()]
        )


def offer_anything(hass: HomeAssistant) -> None:
    """Register the API."""
    llm.async_register_api(hass, Anything(hass=hass, id=API, name="Anything"))
