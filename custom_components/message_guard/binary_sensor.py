"""Whether the ledger is as it was written."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_interval

from .core.errors import LedgerError
from .entity import MessageGuardEntity
from .runtime import MessageGuardConfigEntry

PARALLEL_UPDATES = 0

CHECK_INTERVAL = timedelta(minutes=15)
"""Only what is new since the last check is read, a few milliseconds at a time."""

PAUSE_SECONDS = 0.02
"""Left to others after each step of the first, long check."""

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
    _attr_is_on: bool | None = None

    def __init__(self, entry: MessageGuardConfigEntry) -> None:
        """Belong to this entry."""
        super().__init__(entry, LEDGER_SOUND.key)
        self._found: dict[str, Any] = {}

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return how far it is sound, and what is wrong where it is not."""
        return self._found

    @override
    async def async_added_to_hass(self) -> None:
        """Check the ledger in the background, now and then."""
        await super().async_added_to_hass()
        self.async_on_remove(async_track_time_interval(self.hass, self._due, CHECK_INTERVAL))
        self.entry.async_create_background_task(
            self.hass, self.check(), "message_guard ledger check"
        )

    async def _due(self, _now: datetime) -> None:
        await self.check()

    async def check(self) -> None:
        """Read what has not been checked yet, and show what was found."""
        works = self.works
        if works is None:
            return
        try:
            report = await works.ledger.verify(pause_seconds=PAUSE_SECONDS)
        except LedgerError:
            self._attr_is_on = False
            self._found = {"entries": 0, "problem": "unreadable", "first_bad_entry": None}
        else:
            problem = report.problem
            self._attr_is_on = report.sound
            self._found = {
                "entries": report.entries,
                "problem": problem.code if problem else None,
                "first_bad_entry": problem.sequence if problem else None,
            }
        self.async_write_ha_state()
