"""Whether the ledger is as it was written."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import MessageGuardEntity
from .guarding.records import Notice
from .runtime import MessageGuardConfigEntry

PARALLEL_UPDATES = 0

LEDGER_SOUND = BinarySensorEntityDescription(
    key="ledger_sound",
    translation_key="ledger_sound",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensor."""
    async_add_entities([LedgerSoundSensor(entry)])


class LedgerSoundSensor(MessageGuardEntity, BinarySensorEntity):
    """On while the ledger can be read and nobody has changed it; unknown until it has been checked."""

    entity_description = LEDGER_SOUND

    def __init__(self, entry: MessageGuardConfigEntry) -> None:
        """Create the sensor of this entry."""
        super().__init__(entry)
        # Its name is for people; automations keep the id that stands in the documentation.
        self.entity_id = f"binary_sensor.{DOMAIN}_{LEDGER_SOUND.key}"

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the latest check found."""
        components = self.components
        return None if components is None else components.ledger_watch.sound

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return how far it is sound, and what is wrong where it is not."""
        components = self.components
        report = None if components is None else components.ledger_watch.report
        problem = None if report is None else report.problem
        return {
            "entries": None if report is None else report.entries,
            "problem": None if problem is None else problem.code,
            "first_bad_entry": None if problem is None else problem.sequence,
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of every check."""
        await super().async_added_to_hass()
        if self.components is not None:
            self.async_on_remove(self.components.ledger_watch.subscribe(self.async_write_ha_state))

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Nothing to show: an entry that has just been written has not been checked."""
