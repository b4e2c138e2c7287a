"""Adding the satellite takes no answers."""

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import DOMAIN


class InstantSatelliteFlow(ConfigFlow, domain=DOMAIN):
    """The one step of adding it."""

    VERSION = 1

    async def async_step_user(self, _input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Add it."""
        return self.async_create_entry(title="Instant satellite", data={})
