"""A newcomer's home: one phone with the app, satellites, and Home Assistant's own pages."""

from pathlib import Path
from typing import Any

from tests.e2e.client import CommandError
from tests.e2e.guarded import DOMAIN, INTEGRATION, PHRASE
from tests.e2e.house import House
from tests.e2e.phone import Phone, PushServer
from tests.e2e.receivers import HttpReceiver

_SATELLITE = Path(__file__).parents[1] / "e2e" / "instant_satellite"
NUMBER = "+491510000000"
"""Whom the automation of the second story texts."""


class NewcomersHome:
    """A real Home Assistant, as it is before Message Guard is added.

    Attributes:
        house: Home Assistant.
        phone: The phone with the app.
        gateway: Takes what `rest_command.sms` posts.
    """

    def __init__(self, folder: Path) -> None:
        """Lay out its files below this folder."""
        self.house = House(folder=folder / "config", integrations=(_SATELLITE, INTEGRATION))
        self._pushes = PushServer()
        self.phone = Phone("Anna's phone", self._pushes)
        self.gateway = HttpReceiver()

    async def start(self, *, with_automation: bool = False) -> None:
        """Start it; with an automation that texts Mum when somebody says so, if that is asked for."""
        await self._pushes.start()
        await self.gateway.start()
        extra = self.house.configuration.extra
        # What default_config brings and the pages need.
        extra |= {"frontend": None, "mobile_app": None, "repairs": None, "person": None}
        if with_automation:
            extra |= self._automation()
        await self.house.start()
        await self.phone.register(self.house.url, self.house.client)
        await self._add_satellites()

    async def stop(self) -> None:
        """Stop it; harmless when it is stopped."""
        await self.house.stop()
        await self.gateway.stop()
        await self._pushes.stop()

    async def add_guard(self) -> None:
        """Add Message Guard through its form, without a contact, for a story that begins there."""
        client = self.house.client
        listed = await client.command("assist_pipeline/pipeline/list")
        flow = await client.config_flow(DOMAIN)
        await flow.walk(
            {"pipelines": [listed["preferred_pipeline"]], "phrase": PHRASE, "observe": False}
        )

    def received(self) -> list[str]:
        """Return what has arrived anywhere, oldest first: the words, and of an SMS the number."""
        texts = [f"{post['number']}: {post['message']}" for post in self.gateway.received]
        return [str(push["message"]) for push in self.phone.received] + texts

    async def _add_satellites(self) -> None:
        client = self.house.client
        flow = await client.config_flow("instant_satellite")
        if flow.type != "create_entry":
            raise CommandError("satellite", str(flow.last))
        listed = await client.command("assist_pipeline/pipeline/list")
        (settings,) = (dict(item) for item in listed["pipelines"])
        speech = {
            "stt_engine": await client.entity_id("instant_satellite", "stt"),
            "stt_language": "en",
            "tts_engine": await client.entity_id("instant_satellite", "tts"),
            "tts_language": "en",
        }
        await client.command(
            "assist_pipeline/pipeline/update",
            pipeline_id=settings.pop("id"),
            **{**settings, **speech},
        )

    def _automation(self) -> dict[str, Any]:
        return {
            "rest_command": {
                "sms": {
                    "url": self.gateway.url,
                    "method": "post",
                    "content_type": "application/json",
                    "payload": "{{ {'number': number, 'message': message} | to_json }}",
                }
            },
            "automation": [
                {
                    "id": "text_mum",
                    "alias": "Text Mum",
                    "triggers": [{"trigger": "conversation", "command": ["text mum {words}"]}],
                    "actions": [
                        {
                            "action": "rest_command.sms",
                            "data": {"number": NUMBER, "message": "{{ trigger.slots.words }}"},
                        }
                    ],
                }
            ],
        }
