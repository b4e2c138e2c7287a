"""How many messages wait, were sent and were refused, and what happened last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from .core.errors import LedgerError
from .entity import MessageGuardEntity
from .guarding.records import Notice
from .incoming.records import IncomingNotice
from .ledger.format.entries import Kind
from .ledger.reading import Filter
from .runtime import Components, MessageGuardConfigEntry

PARALLEL_UPDATES = 0

MOST_COUNTED: Final = 10_000
"""A household's day is far below that; more is not read at a start."""

LAST_DECISION: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.ASKED: "asked",
        Kind.REFUSED: "refused",
        Kind.DECLINED: "declined",
        Kind.EXPIRED: "expired",
        Kind.SUPERSEDED: "superseded",
        Kind.PROOF_FAILED: "proof_failed",
        Kind.DELIVERED: "sent",
        Kind.HANDED_OVER: "handed_over",
        Kind.UNKNOWN: "unknown",
        Kind.INTERRUPTED: "unknown",
        Kind.FAILED: "failed",
        Kind.FAILED_LATER: "failed",
        Kind.OBSERVED: "observed",
    }
)
"""Steps that say what became of a request."""


@dataclass(frozen=True, kw_only=True)
class CountDescription(SensorEntityDescription):
    """A number of messages.

    Attributes:
        kinds: What is counted since midnight; none for what waits.
    """

    kinds: frozenset[Kind] = frozenset()


PENDING = CountDescription(
    key="pending", translation_key="pending", state_class=SensorStateClass.MEASUREMENT
)
TODAY = (
    CountDescription(
        key="sent_today",
        translation_key="sent_today",
        state_class=SensorStateClass.TOTAL,
        kinds=frozenset({Kind.DELIVERED, Kind.HANDED_OVER}),
    ),
    CountDescription(
        key="refused_today",
        translation_key="refused_today",
        state_class=SensorStateClass.TOTAL,
        kinds=frozenset({Kind.REFUSED}),
    ),
)
INCOMING = SensorEntityDescription(
    key="incoming", translation_key="incoming", state_class=SensorStateClass.MEASUREMENT
)
DECISION = SensorEntityDescription(
    key="last_decision",
    translation_key="last_decision",
    device_class=SensorDeviceClass.ENUM,
    options=list(dict.fromkeys(LAST_DECISION.values())),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_entities(
        [
            PendingSensor(entry),
            *(TodaySensor(entry, description) for description in TODAY),
            DecisionSensor(entry),
            IncomingSensor(entry),
        ]
    )


class PendingSensor(MessageGuardEntity, SensorEntity):
    """How many messages wait for their proof."""

    entity_description = PENDING

    @property
    @override
    def native_value(self) -> int | None:
        """Return how many wait now."""
        components = self.components
        return None if components is None else len(components.guard.pending)

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Count anew, once the step that is being told of has been taken: it is recorded first."""
        self.hass.loop.call_soon(self.async_write_ha_state)


class IncomingSensor(MessageGuardEntity, SensorEntity):
    """How many messages have come in that nobody has heard."""

    entity_description = INCOMING

    @property
    @override
    def native_value(self) -> int | None:
        """Return how many wait now."""
        components = self.components
        return None if components is None else len(components.messages.inbox.waiting)

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of every message."""
        await super().async_added_to_hass()
        if self.components is not None:
            self.async_on_remove(self.components.messages.inbox.subscribe(self._changed))

    @callback
    def _changed(self, _notice: IncomingNotice) -> None:
        """Count anew, once the step that is being told of has been taken: it is recorded first."""
        self.hass.loop.call_soon(self.async_write_ha_state)

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Nothing to count: that is a message that goes out."""


class TodaySensor(MessageGuardEntity, SensorEntity):
    """How often something happened since midnight."""

    entity_description: CountDescription
    _attr_native_value: int | None = None

    def __init__(self, entry: MessageGuardConfigEntry, description: CountDescription) -> None:
        """Create the sensor that counts what this description says."""
        self.entity_description = description
        super().__init__(entry)

    @override
    async def async_added_to_hass(self) -> None:
        """Read what happened today already, and begin anew at midnight."""
        await super().async_added_to_hass()
        self._midnight()
        self.async_on_remove(
            async_track_time_change(self.hass, self._begin_day, hour=0, minute=0, second=0)
        )
        if self.components is not None:
            self._attr_native_value = await self._count(self.components)

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Count this step if it is one to be counted."""
        if notice.kind in self.entity_description.kinds and self._attr_native_value is not None:
            self._attr_native_value += 1
            self.async_write_ha_state()

    @callback
    def _begin_day(self, _now: datetime) -> None:
        self._midnight()
        self._attr_native_value = 0
        self.async_write_ha_state()

    @callback
    def _midnight(self) -> None:
        self._attr_last_reset = dt_util.start_of_local_day()

    async def _count(self, components: Components) -> int | None:
        """Return how often it happened today by the ledger, None if that cannot be read."""
        since = int(dt_util.start_of_local_day().timestamp() * 1_000_000)
        wanted = Filter(since_us=since, kinds=self.entity_description.kinds)
        try:
            page = await components.ledger.page(wanted, limit=MOST_COUNTED)
        except LedgerError:
            return None
        return len(page.rows)


class DecisionSensor(MessageGuardEntity, SensorEntity):
    """What became of the latest request."""

    entity_description = DECISION
    _attr_native_value: str | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Read what happened last."""
        await super().async_added_to_hass()
        if self.components is None:
            return
        try:
            page = await self.components.ledger.page(Filter(kinds=LAST_DECISION.keys()), limit=1)
        except LedgerError:
            return
        for row in page.rows:
            self._attr_native_value = LAST_DECISION[Kind(row.entry.kind)]

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Show this step if it says what became of a request."""
        if (decision := LAST_DECISION.get(notice.kind)) is not None:
            self._attr_native_value = decision
            self.async_write_ha_state()
