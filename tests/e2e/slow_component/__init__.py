"""Takes as long to set up as a test wants: until a file is there. For tests only; never shipped."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

DOMAIN = "slow_component"
RELEASE = "release_slow_component"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Wait for the file."""
    release = Path(hass.config.path(RELEASE))
    while not await hass.async_add_executor_job(release.exists):
        await asyncio.sleep(0.05)
    return True
