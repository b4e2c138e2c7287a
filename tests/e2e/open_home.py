"""A household with every way round the guard that there is, and what has left it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import ledger
from .client import Client, Json
from .configuration import Include
from .guarded import DOMAIN, GuardedHousehold
from .local_model import LocalModel
from .receivers import HttpReceiver

OUTSIDE = Path(__file__).parent / "outside_world"
SWITCH = f"switch.{DOMAIN}_sending_allowed"
SIGN = "rest_command.door_sign"
SMS = "outside_world.send_sms"
PLAY = "media_player.play_media"
LETTER = "SendLetter"
MOTHER = "notify.file"
TOLD_SECONDS = 30.0


@dataclass(slots=True)
class OpenHome:
    """A guarded household, and what has left it.

    Attributes:
        guarded: The household.
        world: Receives whatever leaves in another way than by the channels of contacts.
        model: A language model that is scripted.
    """

    guarded: GuardedHousehold
    world: HttpReceiver = field(default_factory=HttpReceiver)
    model: LocalModel = field(default_factory=LocalModel)

    @classmethod
    def make(cls, folder: Path) -> OpenHome:
        """Return the household, not yet started."""
        return cls(GuardedHousehold.make(folder, extra=(OUTSIDE,)))

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.guarded.client

    @property
    def mother(self) -> str:
        """The notify entity of a contact."""
        return self.guarded.household.notify_entity

    @property
    def arrived(self) -> list[str]:
        """Everything that has arrived anywhere."""
        return [*self.world.messages, *self.guarded.household.delivered()["file"]]

    async def start(self) -> None:
        """Start what receives, the model, and the household."""
        await self.world.start()
        await self.model.start()
        configuration = self.guarded.household.house.configuration
        configuration.packages |= _packages(self.world.url)
        configuration.extra["automation"] = Include("automations.yaml")
        configuration.files["automations.yaml"] = []
        await self.guarded.start()
        await self.guarded.let_programs_approve()
        assert self.mother == MOTHER

    async def stop(self) -> None:
        """Stop everything."""
        await self.guarded.stop()
        await self.model.stop()
        await self.world.stop()

    async def say(self, text: str) -> str:
        """Say something to the guarded assistant; return its answer."""
        return (await self.guarded.say(text)).answer

    async def assistant(self, engine: str) -> str:
        """Add an assistant with this agent, not guarded; return its id."""
        listed = await self.client.command("assist_pipeline/pipeline/list")
        preferred = self.guarded.household.pipeline
        settings = next(dict(item) for item in listed["pipelines"] if item["id"] == preferred)
        del settings["id"]
        settings |= {"name": engine, "conversation_engine": engine, "conversation_language": "en"}
        made = await self.client.command("assist_pipeline/pipeline/create", **settings)
        return str(made["id"])

    async def issues(self) -> dict[str, str]:
        """Return what Repairs tells, and the way that it names."""
        listed = await self.client.command("repairs/list_issues")
        return {
            item["issue_id"]: (item["translation_placeholders"] or {}).get("way", "")
            for item in listed["issues"]
            if item["domain"] == DOMAIN
        }

    async def told(self, issue_id: str) -> str:
        """Wait until Repairs tells of this; return the way that it names."""
        async with asyncio.timeout(TOLD_SECONDS):
            while issue_id not in (issues := await self.issues()):
                await asyncio.sleep(0.2)
        return issues[issue_id]

    async def guard(self, issue_id: str) -> None:
        """Choose the repair, as a person does; whose it is, is nobody's."""
        path = "/api/repairs/issues/fix"
        step = await self.client.rest("POST", path, {"handler": DOMAIN, "issue_id": issue_id})
        given: Json = {"next_step_id": "confirm"}
        while step["type"] in {"menu", "form"}:
            step = await self.client.rest("POST", f"{path}/{step['flow_id']}", given)
            given = {}
        assert step["type"] == "create_entry"
        async with asyncio.timeout(TOLD_SECONDS):
            while issue_id in await self.issues():
                await asyncio.sleep(0.2)
        await self.reload()

    async def reload(self) -> None:
        """See that what was changed counts: it does by itself, but later."""
        await self.client.reload(self.guarded.entry_id)

    def recorded(self, kind: str) -> int:
        """Return how many entries of the ledger are of this kind."""
        return len([item for item in ledger.entries(self.guarded.ledger_path) if item.kind == kind])

    async def wait_recorded(self, kind: str, count: int) -> None:
        """Wait until the ledger holds so many entries of this kind."""
        async with asyncio.timeout(TOLD_SECONDS):
            while self.recorded(kind) < count:
                await asyncio.sleep(0.1)
        assert self.recorded(kind) == count

    async def pending(self) -> list[str]:
        """Return the ids of what waits for a proof."""
        answer = await self.client.call(f"{DOMAIN}.list_pending", return_response=True)
        return [item["confirmation_id"] for item in answer["response"]["pending"]]

    async def decline_all(self) -> None:
        """Decline what waits."""
        for confirmation_id in await self.pending():
            await self.client.call(f"{DOMAIN}.decline", {"confirmation_id": confirmation_id})

    async def expose(self, *entities: str) -> None:
        """Let assistants have these entities."""
        await self.client.command(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=list(entities),
            should_expose=True,
        )


def _spoken(alias: str, said: str, *actions: Json) -> dict[str, Any]:
    return {
        "id": alias.lower(),
        "alias": alias,
        "triggers": [{"trigger": "conversation", "command": said}],
        "actions": list(actions),
    }


def _on(alias: str, event: str, *actions: Json) -> dict[str, Any]:
    return {
        "id": alias.lower(),
        "alias": alias,
        "triggers": [{"trigger": "event", "event_type": event}],
        "actions": list(actions),
    }


def call(action: str, *entities: str, **data: Json) -> dict[str, Any]:
    """Return a step that calls an action, on these entities if there are any."""
    target = {"target": {"entity_id": list(entities)}} if entities else {}
    return {"action": action, "data": data, **target}


def _packages(url: str) -> dict[str, Any]:
    sign = call(SIGN, words="hello")
    sms = call(SMS, number="+1 555 0100", text="{{ trigger.slots.words }}")
    return {
        "outside": {
            "outside_world": {"url": url},
            "rest_command": {
                "door_sign": {
                    "url": url,
                    "method": "post",
                    "content_type": "application/json",
                    "payload": '{"message": "{{ words }}"}',
                }
            },
            "template": [
                {"button": [{"name": "Bell", "unique_id": "bell", "press": [sign]}]},
                {
                    "switch": [
                        {
                            "name": "Horn",
                            "unique_id": "horn",
                            "state": "{{ false }}",
                            "turn_on": [sign],
                            "turn_off": [],
                        }
                    ]
                },
            ],
            "timer": {"egg": {"name": "Egg", "duration": 1}},
            "intent_script": {
                LETTER: {
                    "action": [call("notify.send_message", MOTHER, message="Letter")],
                    "speech": {"text": "Posted."},
                }
            },
            "script": {
                "approve_later": {
                    "sequence": [
                        {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]},
                        {**call(f"{DOMAIN}.approve"), "continue_on_error": True},
                        {"event": "approved"},
                    ]
                },
                "text_neighbour": {"sequence": [call(SMS, number="1", text="Hello")]},
                "loud": {"sequence": [call("logger.set_level", **{"homeassistant.core": "debug"})]},
                "anew": {"sequence": [call("homeassistant.reload_config_entry", SWITCH)]},
            },
            "automation": [
                _spoken("Janitor", "janitor hotline {words}", sms),
                _spoken("Bell", "ring the bell downstairs", call("button.press", "button.bell")),
                _spoken("Night", "good night everybody", {"event": "evening"}),
                _on("Evening", "evening", sign),
                _spoken(
                    "Other",
                    "let the other one {words}",
                    call(
                        PLAY,
                        "media_player.other_assistant",
                        media_content_type="custom",
                        media_content_id="{{ trigger.slots.words }}",
                    ),
                ),
                _spoken(
                    "Note",
                    "pin a note that {words}",
                    call("notify.send_message", MOTHER, message="{{ trigger.slots.words }}"),
                ),
                _spoken("Egg", "boil me an egg", call("timer.start", "timer.egg")),
                _on(
                    "Boiled",
                    "timer.finished",
                    {**call("switch.turn_on", SWITCH), "continue_on_error": True},
                    {"event": "eaten"},
                ),
                _on(
                    "Rhasspy",
                    "rhasspy_SendMessage",
                    call("notify.send_message", MOTHER, message="Heard"),
                ),
            ],
        }
    }
