"""The same home twice: as Home Assistant alone, and with Message Guard in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, override

from tests.e2e.client import Client, Json
from tests.e2e.forms import Forms
from tests.e2e.guarded import INTEGRATION, PHRASE
from tests.e2e.house import House
from tests.e2e.local_model import MODEL, LocalModel, Part, words
from tests.e2e.receivers import HttpReceiver

SATELLITE = Path(__file__).parents[1] / "instant_satellite"
GUARD = "message_guard"
QUESTION = "send a message to mum: the soup is ready"
"""Said where a question is to wait."""

OWN, CONTROL, PLAIN = "Own", "Control", "Plain"
"""Home Assistant's own agent; a model that may control the home; one that may not."""

PIPELINES: Mapping[str, tuple[str, bool]] = {
    f"{name} {'local' if local else 'direct'}": (name, local)
    for name in (OWN, CONTROL, PLAIN)
    for local in (False, True)
}
"""Pipelines by name: which agent, and whether local commands are preferred."""

_EXPOSED = {
    "light.reading_lamp": False,
    "lock.front_door": False,
    "cover.garage_door": True,
    "switch.coffee_machine": True,
    "script.movie_night": True,
    "scene.cosy_evening": True,
    "sensor.outside": True,
    "valve.water_valve": True,
}
_AREAS = {
    "light.kitchen": "kitchen",
    "switch.coffee_machine": "kitchen",
    "light.bedroom": "bedroom",
    "light.reading_lamp": "bedroom",
    "cover.garage_door": "garage",
}


def _relay(name: str) -> str:
    return f"input_boolean.{name}"


def _set(name: str, state: str) -> dict[str, Any]:
    return {"action": f"input_boolean.turn_{state}", "target": {"entity_id": _relay(name)}}


def _template(name: str, on: str, off: str, state: str) -> dict[str, Any]:
    return {
        "name": name.replace("_", " ").capitalize(),
        "unique_id": name,
        "state": state.format(relay=_relay(name)),
        on: _set(name, "on"),
        off: _set(name, "off"),
    }


_ON = "{{{{ is_state('{relay}', 'on') }}}}"
_OPEN = "{{{{ 'open' if is_state('{relay}', 'on') else 'closed' }}}}"
_LOCKED = "{{{{ 'locked' if is_state('{relay}', 'on') else 'unlocked' }}}}"

_TEMPLATES = [
    {
        "light": [
            _template("kitchen", "turn_on", "turn_off", _ON)
            | {"name": "Kitchen light", "default_entity_id": "light.kitchen"},
            _template("bedroom", "turn_on", "turn_off", _ON)
            | {
                "name": "Bedroom light",
                "default_entity_id": "light.bedroom",
                "level": "{{ 128 }}",
                "set_level": _set("bedroom", "on"),
            },
            _template("reading_lamp", "turn_on", "turn_off", _ON)
            | {"default_entity_id": "light.reading_lamp"},
        ],
        "switch": [
            _template("coffee_machine", "turn_on", "turn_off", _ON)
            | {"default_entity_id": "switch.coffee_machine"}
        ],
        "cover": [
            _template("garage_door", "open_cover", "close_cover", _OPEN)
            | {"default_entity_id": "cover.garage_door"}
        ],
        "lock": [
            _template("front_door", "lock", "unlock", _LOCKED)
            | {"default_entity_id": "lock.front_door"}
        ],
        "sensor": [
            {
                "name": "Outside",
                "unique_id": "outside",
                "default_entity_id": "sensor.outside",
                "state": "{{ 7 }}",
                "device_class": "temperature",
                "unit_of_measurement": "°C",
            }
        ],
    }
]

_SENTENCES = {
    "language": "en",
    "intents": {
        "TidyUp": {"data": [{"sentences": ["let there be light", "beam me up"]}]},
        "LowerFor": {
            "data": [
                {
                    "sentences": [
                        "lower the drawbridge for {who}",
                        "turn on the kitchen lamp for {who}",
                    ]
                }
            ]
        },
    },
    "lists": {"who": {"values": ["Arthur", "Guinevere"]}},
}

_INTENTS = {
    "TidyUp": {"speech": {"text": "As you wish"}, "action": [_set("kitchen", "on")]},
    "LowerFor": {"speech": {"text": "For {{ who }}"}, "action": [_set("garage_door", "on")]},
}

_AUTOMATIONS = [
    {
        "id": "dark",
        "alias": "Dark",
        "triggers": [
            {"trigger": "conversation", "command": ["it is dark in here", "lumos maxima"]}
        ],
        "actions": [_set("kitchen", "on")],
    },
    {
        "id": "please",
        "alias": "Please",
        "triggers": [
            {"trigger": "conversation", "command": ["please {task}", "put {task} on the list"]}
        ],
        "actions": [{"set_conversation_response": "I put {{ trigger.slots.task }} on the list"}],
    },
    {
        "id": "cinema",
        "alias": "Cinema",
        "triggers": [{"trigger": "conversation", "command": "start the cinema"}],
        "actions": [{"action": "script.movie_night"}],
    },
    {
        "id": "watch",
        "alias": "Watch",
        "triggers": [{"trigger": "state", "entity_id": _relay("kitchen")}],
        "actions": [{"event": "kitchen_changed"}],
    },
]


def _extra() -> dict[str, Any]:
    """Return what is in configuration.yaml beside the rest."""
    relays = (
        "kitchen",
        "bedroom",
        "reading_lamp",
        "coffee_machine",
        "garage_door",
        "front_door",
        "cinema",
    )
    return {
        "input_boolean": {name: {"name": f"Relay {name}"} for name in relays},
        "input_text": {"instant_pipeline": {"name": "Instant pipeline", "initial": "preferred"}},
        "template": _TEMPLATES,
        "automation": _AUTOMATIONS,
        "script": {
            "movie_night": {
                "alias": "Movie night",
                "sequence": [_set("cinema", "on"), _set("kitchen", "off")],
            }
        },
        "scene": [{"name": "Cosy evening", "entities": {_relay("bedroom"): "on"}}],
        "intent_script": _INTENTS,
        "shopping_list": None,
        "notify": [],
    }


@dataclass(slots=True)
class Echo(LocalModel):
    """A model whose answer depends on nothing but what was said last."""

    @override
    def _next(self, body: Json) -> list[Part]:
        said = next((m for m in reversed(body["messages"]) if m["role"] in {"user", "tool"}), None)
        if said is None:
            return words("Nothing was said.")
        if said["role"] == "tool":
            return words("I have done it, ", "and the home has told me so.")
        tools = {tool["function"]["name"] for tool in body.get("tools") or ()}
        if "HassTurnOn" in tools and "kitchen light" in said["content"]:
            given = {"name": "Kitchen light"}
            off = " off" in said["content"]
            name = "HassTurnOff" if off else "HassTurnOn"
            return [
                {"content": "", "tool_calls": [{"function": {"name": name, "arguments": given}}]}
            ]
        return words(
            "You have said: ", f"“{said['content']}”. ", "I know nothing about that, sorry."
        )


@dataclass(slots=True)
class Home:
    """One of the homes.

    Attributes:
        name: What it is called in a report.
        folder: Its configuration folder.
        guarded: Message Guard is in it.
        model: The language model of some of its pipelines.
        pipelines: Ids of its pipelines by their names.
    """

    name: str
    folder: Path
    guarded: bool
    model: Echo = field(default_factory=Echo)
    receiver: HttpReceiver = field(default_factory=HttpReceiver)
    house: House = field(init=False)
    pipelines: dict[str, str] = field(default_factory=dict)
    entry_id: str = ""

    def __post_init__(self) -> None:
        """Lay out the folder."""
        integrations = (SATELLITE, INTEGRATION) if self.guarded else (SATELLITE,)
        self.house = House(folder=self.folder, integrations=integrations)
        self.house.configuration.files = {"custom_sentences/en/home.yaml": _SENTENCES}

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.house.client

    async def start(self) -> None:
        """Start it, and set it up through Home Assistant's own dialogues."""
        await self.model.start()
        await self.receiver.start()
        extra = _extra()
        extra["notify"] = [
            {
                "platform": "rest",
                "name": "mum",
                "resource": self.receiver.url,
                "method": "POST_JSON",
            }
        ]
        self.house.configuration.extra.update(extra)
        await self.house.start()
        flow = await self.client.config_flow("instant_satellite")
        assert flow.type == "create_entry"
        await self._furnish()
        await self._add_pipelines()
        if self.guarded:
            await self._add_guard()

    async def stop(self) -> None:
        """Stop it."""
        await self.house.stop()
        await self.model.stop()
        await self.receiver.stop()

    async def _furnish(self) -> None:
        """Put things into rooms, and expose some of them."""
        client = self.client
        known = {
            area["name"].lower(): area["area_id"]
            for area in await client.command("config/area_registry/list")
        }
        for name in ("Kitchen", "Bedroom", "Garage"):
            if name.lower() not in known:
                made = await client.command("config/area_registry/create", name=name)
                known[name.lower()] = made["area_id"]
        for entity_id, area in _AREAS.items():
            await client.command(
                "config/entity_registry/update", entity_id=entity_id, area_id=known[area]
            )
        for entity_id, exposed in _EXPOSED.items():
            await client.command(
                "homeassistant/expose_entity",
                assistants=["conversation"],
                entity_ids=[entity_id],
                should_expose=exposed,
            )

    async def _add_pipelines(self) -> None:
        client = self.client
        flow = await client.config_flow("ollama")
        entry = await flow.finish({"url": self.model.url})
        agents = {OWN: "conversation.home_assistant"}
        for name, apis in ((CONTROL, ["assist"]), (PLAIN, [])):
            subentry = await client.subentry_flow(entry["result"]["entry_id"], "conversation")
            await subentry.finish({"name": name, "model": MODEL, "llm_hass_api": apis})
            agents[name] = f"conversation.{name.lower()}"
            await client.wait_for_state(agents[name], "unknown")
        stt = await client.entity_id("instant_satellite", "stt")
        tts = await client.entity_id("instant_satellite", "tts")
        for name, (agent, local) in PIPELINES.items():
            made = await client.command(
                "assist_pipeline/pipeline/create",
                name=name,
                language="en",
                conversation_engine=agents[agent],
                conversation_language="en",
                prefer_local_intents=local,
                stt_engine=stt,
                stt_language="en",
                tts_engine=tts,
                tts_language="en",
                tts_voice=None,
                wake_word_entity=None,
                wake_word_id=None,
            )
            self.pipelines[name] = made["id"]

    async def _add_guard(self) -> None:
        forms = Forms(self.client, list(self.pipelines.values()))
        await forms.add_guard(PHRASE)
        for name in ("Mum", "Kids"):
            await forms.add_contact(name, "notify.mum")
        self.entry_id = forms.entry_id

    async def reload_guard(self) -> None:
        """Let the guard begin anew; nothing where there is none."""
        if self.guarded:
            await self.client.reload(self.entry_id)
