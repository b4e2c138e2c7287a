"""Adding the stand-in agent."""

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import DOMAIN


class Portland2018Flow(ConfigFlow, domain=DOMAIN):
    """Add it without a question."""

    VERSION = 1

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Create the entry at once."""
        return self.async_create_entry(title="Portland 2018", data={})
