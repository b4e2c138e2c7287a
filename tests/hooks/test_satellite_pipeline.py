"""A satellite names the entity that chooses its assistant."""

from typing import Any, override

from homeassistant.components.assist_satellite import (
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
)
from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.satellite_pipeline import chooser_of, is_satellite
from tests.hooks.house import set_up


class Kitchen(AssistSatelliteEntity):
    """A satellite that does nothing."""

    entity_id = "assist_satellite.kitchen"
    _attr_name = "Kitchen"
    _attr_pipeline_entity_id = "select.kitchen_assistant"

    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Return that nothing can be chosen."""
        return AssistSatelliteConfiguration([], [], 0)

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        """Set nothing."""

    @override
    def on_pipeline_event(self, event: Any) -> None:
        """Do nothing."""


async def test_it_is_told_of_a_satellite_that_is_loaded(assisting: HomeAssistant) -> None:
    """And of no other."""
    assert chooser_of(assisting, "assist_satellite.kitchen") is None
    assert not is_satellite(assisting, "assist_satellite.kitchen")
    await set_up(assisting, "assist_satellite")
    await assisting.data[DATA_COMPONENT].async_add_entities([Kitchen()])
    assert chooser_of(assisting, "assist_satellite.kitchen") == "select.kitchen_assistant"
    assert is_satellite(assisting, "assist_satellite.kitchen")
    assert chooser_of(assisting, "assist_satellite.attic") is None
    assert not is_satellite(assisting, "assist_satellite.attic")
