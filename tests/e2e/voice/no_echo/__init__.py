"""Takes from a guard what it knows of its own echoes: the control of `scripts/voice answers`. The product has no such switch."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

from custom_components.message_guard.core.read_aloud import ReadAloud


def _never(*_given: object) -> bool:
    return False


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Let no message that is read out be known when it is heard again."""
    ReadAloud.is_echo = _never  # type: ignore[method-assign]
    return True
