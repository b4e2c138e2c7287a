"""The satellites: they are told over the WebSocket what somebody says to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, override

from homeassistant.components import websocket_api
from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.components.intent import TimerEventType, TimerInfo, async_register_timer_handler
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
import probatio

from .const import DOMAIN, EVENT, PLACES, TIMER

_CHARACTERS_PER_SECOND = 40.0
_CHUNK_BYTES = 320
"""Ten milliseconds: Home Assistant passes audio on in pieces of this length, and drops what is left over."""


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the satellites, and the command that speaks to one of them."""
    satellites = {room: InstantSatellite(room, name) for room, name in hass.data[PLACES].items()}
    async_add_entities(satellites.values())

    @websocket_api.websocket_command(
        {
            probatio.Required("type"): f"{DOMAIN}/say",
            probatio.Required("text"): str,
            probatio.Optional("room", default=next(iter(satellites))): probatio.In(satellites),
        }
    )
    @websocket_api.async_response
    async def say(
        _hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        await satellites[message["room"]].hear(message["text"])
        connection.send_result(message["id"])

    websocket_api.async_register_command(hass, say)


class InstantSatellite(AssistSatelliteEntity):
    """A satellite that opens its microphone by itself when it is asked to go on."""

    _attr_has_entity_name = True
    _attr_name = None
    _attr_supported_features = (
        AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION
    )

    def __init__(self, room: str, name: str) -> None:
        """Stand in this room under this name."""
        self._attr_unique_id = room
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, room)},
            name=name,
            suggested_area=room.replace("_", " ").title(),
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Offer timers, as satellites do."""
        await super().async_added_to_hass()
        assert self.device_entry is not None
        self.async_on_remove(
            async_register_timer_handler(self.hass, self.device_entry.id, self._timer)
        )

    @property
    def _here(self) -> dict[str, str]:
        return {"room": str(self.unique_id)}

    async def hear(self, text: str) -> None:
        """Hear somebody say this after a wake; returns when the turn is over."""

        async def audio() -> AsyncIterator[bytes]:
            said = text.encode()
            for start in range(0, len(said), _CHUNK_BYTES):
                yield said[start : start + _CHUNK_BYTES].ljust(_CHUNK_BYTES, b"\x00")

        await self.async_accept_pipeline_from_satellite(audio())

    @override
    @callback
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Tell what goes on; everything is played as soon as it is there."""
        self.hass.bus.async_fire(
            EVENT, {**self._here, "type": event.type.value, "data": event.data}
        )
        if event.type is PipelineEventType.TTS_END:
            self.tts_response_finished()

    @callback
    def _timer(self, kind: TimerEventType, timer: TimerInfo) -> None:
        told = {"type": kind.value, "name": timer.name, "seconds": timer.created_seconds}
        self.hass.bus.async_fire(TIMER, told)

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        self.hass.bus.async_fire(
            EVENT, {**self._here, "type": "announced", "data": announcement.message}
        )

    @override
    async def async_start_conversation(self, start: AssistSatelliteAnnouncement) -> None:
        # Nobody can hear a question sooner than any voice can ask it.
        await asyncio.sleep(len(start.message) / _CHARACTERS_PER_SECOND)
        self.hass.bus.async_fire(
            EVENT, {**self._here, "type": "conversation-started", "data": start.message}
        )

    @property
    @override
    def pipeline_entity_id(self) -> str | None:
        return "input_text.instant_pipeline"

    @property
    @override
    def vad_sensitivity_entity_id(self) -> str | None:
        return None

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        return AssistSatelliteConfiguration([], [], 0)

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        return
