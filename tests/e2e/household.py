"""A house with people to write to: Home Assistant, its receivers, a satellite and a light."""

from dataclasses import dataclass, field
from pathlib import Path
import sys
from typing import Any

from .client import Json
from .house import House
from .receivers import FileReceiver, HttpReceiver
from .satellite import Satellite
from .speech import Speech

KITCHEN_LIGHT = "light.kitchen"
# Name of the legacy notify action that posts to the HTTP receiver.
PHONE_ACTION = "notify.phone"


@dataclass(slots=True, kw_only=True)
class Household:
    """Everything that the tests and the demo need around a guard.

    Attributes:
        folder: Where all its files go; made if it is not there.
        house: Home Assistant.
        file: Receives what is sent to `notify_entity`.
        phone: Receives what is sent through `notify.phone`.
        others: Receivers of further legacy notify actions, by the ends of their names.
        satellite: A satellite in the living room.
        speech: Speech-to-text and text-to-speech of its pipeline.
        notify_entity: Entity id of the notify entity that writes the file.
        satellite_entity: Entity id of the satellite.
        satellite_device: Registry id of the satellite's device.
        pipeline: Id of the preferred pipeline.
    """

    folder: Path
    integrations: tuple[Path, ...] = ()
    port: int = 0
    python: Path = Path(sys.executable)
    house: House = field(init=False)
    file: FileReceiver = field(init=False)
    phone: HttpReceiver = field(default_factory=HttpReceiver)
    others: dict[str, HttpReceiver] = field(default_factory=dict)
    speech: Speech = field(default_factory=Speech)
    satellite: Satellite = field(init=False)
    notify_entity: str = ""
    satellite_entity: str = ""
    satellite_device: str = ""
    pipeline: str = ""

    def __post_init__(self) -> None:
        """Lay out the folder."""
        config = self.folder / "config"
        self.house = House(
            folder=config, integrations=self.integrations, port=self.port, python=self.python
        )
        self.file = FileReceiver(config / "messages.txt")
        self.satellite = Satellite("Speaker", self.speech, area="Living Room")

    async def start(self) -> None:
        """Start everything and connect it through Home Assistant's own dialogues."""
        await self.speech.start()
        await self.satellite.start()
        receivers = {PHONE_ACTION.removeprefix("notify."): self.phone, **self.others}
        for receiver in receivers.values():
            await receiver.start()
        self.house.configuration.extra["notify"] = [
            {"platform": "rest", "name": name, "resource": receiver.url, "method": "POST_JSON"}
            for name, receiver in receivers.items()
        ]
        await self.house.start()
        await self._add_file()
        await self.add_wyoming(self.speech.port)
        await self.add_wyoming(self.satellite.port)
        await self._use_speech()
        await self._find_satellite()

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        await self.house.stop()
        await self.satellite.stop()
        await self.speech.stop()
        for receiver in (self.phone, *self.others.values()):
            await receiver.stop()

    def delivered(self) -> dict[str, list[str]]:
        """Return the words that arrived at each receiver since the start, oldest first."""
        return {
            "file": self.file.messages,
            "phone": self.phone.messages,
            "satellite": self.satellite.announcements,
        }

    async def _add_file(self) -> None:
        client = self.house.client
        flow = await client.config_flow("file")
        await flow.choose("notify")
        await flow.finish({"file_path": str(self.file.path), "timestamp": False})
        self.notify_entity = await client.entity_id("file", "notify")

    async def add_wyoming(self, port: int) -> None:
        """Add a satellite or a speech server through the dialogue, by its port on loopback."""
        flow = await self.house.client.config_flow("wyoming")
        await flow.finish({"host": "127.0.0.1", "port": port})

    async def _use_speech(self) -> None:
        """Let the preferred pipeline hear and speak through our speech server."""
        client = self.house.client
        listed = await client.command("assist_pipeline/pipeline/list")
        self.pipeline = listed["preferred_pipeline"]
        settings: dict[str, Json] = next(
            dict(item) for item in listed["pipelines"] if item["id"] == self.pipeline
        )
        del settings["id"]
        settings |= {
            "stt_engine": await client.entity_id("wyoming", "stt"),
            "stt_language": "en",
            "tts_engine": await client.entity_id("wyoming", "tts"),
            "tts_language": "en",
        }
        await client.command(
            "assist_pipeline/pipeline/update", pipeline_id=self.pipeline, **settings
        )

    async def _find_satellite(self) -> None:
        client = self.house.client
        self.satellite_entity = await client.entity_id("wyoming", "assist_satellite")
        entities: list[dict[str, Any]] = await client.command("config/entity_registry/list")
        self.satellite_device = next(
            entity["device_id"]
            for entity in entities
            if entity["entity_id"] == self.satellite_entity
        )
        await self.satellite.wait_until_ready()
