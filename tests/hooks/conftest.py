"""What the tests of the hooks share: a real Home Assistant, without the plugin that the other tests have."""

from collections.abc import AsyncGenerator
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame
from homeassistant.util import dt as dt_util
import pytest

from tests.hooks.house import set_up, start


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[HomeAssistant]:
    """Return a Home Assistant that runs; it is stopped after the test."""
    zone = dt_util.get_default_time_zone()
    hass = await start(str(tmp_path))
    yield hass
    await hass.async_stop(force=True)
    # What Home Assistant keeps for the whole process: other tests are to find it as it was.
    frame.async_setup(None)  # type: ignore[arg-type]
    dt_util.set_default_time_zone(zone)


@pytest.fixture
async def talking(house: HomeAssistant) -> HomeAssistant:
    """Return a Home Assistant that can be spoken to."""
    await set_up(house, "conversation")
    return house


@pytest.fixture
async def assisting(house: HomeAssistant) -> HomeAssistant:
    """Return a Home Assistant with an Assist pipeline."""
    await set_up(house, "assist_pipeline")
    return house
