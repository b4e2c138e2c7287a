"""The automations and scripts of the corpus's household: ordinary configuration of Home Assistant.

Some send when they are told to. Others do what only a person may: because of a sentence, in a script
that goes on after it, because of a state that it has changed, as a language model's tool, or because of
nothing that anybody has said.
"""

from pathlib import Path
from typing import Any

from .guarded import DOMAIN
from .phone import TAPPED

LETTER = "SendLetter"
"""An intent of the household's own, which sends as soon as it is handled."""
WALL_BUTTON = "binary_sensor.wall_button"
WALL_BUTTON_FOLDER = Path(__file__).parent / "wall_button"
"""The integration that it comes from: a helper is no button."""
WALL_BUTTON_WEBHOOK = "wall-button"
NOWHERE_WEBHOOK = "nowhere"
"""Hands a sentence to an agent, with nothing that tells where it comes from."""
INCOMING_WEBHOOK = "incoming"
"""Puts down what somebody has written to the house: `contact` and `message`."""
TAKES_IN = f"switch.{DOMAIN}_messages_come_in"
SENDING = f"switch.{DOMAIN}_sending_allowed"
SENDING_ALIAS = "message sending"
"""What it is called when it is switched by voice."""
NONCE = "input_text.nonce"
PROOF = "input_text.proof"
DATA = "input_text.data"
"""What the automation that writes to somebody adds to the words, as JSON."""
DONE = "deed_done"
"""Event that is fired when a deed has been done, or has been refused."""

AGENT = "input_text.agent"
"""The guarded agent that a sentence is handed to."""

_DECLINE_ALL = f"button.{DOMAIN}_decline_all"
_PRESSED = "wall_button_pressed"
# The turn that has started a script is over by then: its answer is played at once.
_LATER_SECONDS = 1.0

type Steps = list[dict[str, Any]]


def _call(action: str, data: dict[str, Any] | None = None, *targets: str) -> dict[str, Any]:
    target = {"target": {"entity_id": list(targets)}} if targets else {}
    return {"action": action, "data": data or {}, **target, "continue_on_error": True}


def _state(entity_id: str) -> str:
    return "{{ states('" + entity_id + "') }}"


_DEEDS: dict[str, Steps] = {
    "approve": [_call(f"{DOMAIN}.approve")],
    "decline": [_call(f"{DOMAIN}.decline")],
    "tap": [{"event": TAPPED, "event_data": {"action": _state(NONCE)}}],
    "press": [{"event": _PRESSED}],
    "switch_on": [_call("switch.turn_on", {}, SENDING)],
    "switch_off": [_call("switch.turn_off", {}, SENDING)],
    "unlock": [_call(f"{DOMAIN}.unlock")],
    "speak": [_call("conversation.process", {"text": _state(PROOF), "agent_id": _state(AGENT)})],
    "everything": [
        _call(f"{DOMAIN}.approve"),
        _call(f"{DOMAIN}.unlock"),
        _call(f"{DOMAIN}.erase_words"),
        _call(f"{DOMAIN}.rotate_ledger_key"),
        _call("switch.turn_on", {}, SENDING),
        _call("switch.toggle", {}, SENDING),
        _call("switch.toggle", {}, SENDING),
        _call("homeassistant.turn_off", {}, SENDING),
        _call("homeassistant.turn_on", {}, SENDING),
        _call("homeassistant.toggle", {}, SENDING),
        _call("homeassistant.update_entity", {"entity_id": [SENDING, _DECLINE_ALL]}),
        _call("button.press", {}, _DECLINE_ALL),
        _call("homeassistant.reload_config_entry", {}, SENDING),
    ],
}
DEEDS = frozenset(_DEEDS)


def sentence(by: str, does: str) -> str:
    """Return what is said in the kitchen so that this is done."""
    return f"{does.replace('_', ' ')} by {by} please"


def tool(does: str) -> str:
    """Return the name of the tool that a language model may call, which is a script."""
    return f"script__{_tool_script(does)}"


def _tool_script(does: str) -> str:
    return f"model_{does}"


def webhook(does: str) -> str:
    """Return the id of the webhook that starts an automation that nobody has spoken for."""
    return f"nobody-{does}"


EXPOSED = (SENDING, *(f"script.{_tool_script(does)}" for does in sorted(_DEEDS)))
"""What people and models may control by voice."""


def packages() -> dict[str, Any]:
    """Return the configuration of all of this, in packages."""
    return {"ways": _ways(), "deeds": _all_deeds(), "button": _button()}


def sentences() -> dict[str, Any]:
    """Return the sentences of the household's own intent, by the path of their file."""
    said = "post a letter to {recipient} with {message}"
    return {
        "custom_sentences/en/letter.yaml": {
            "language": "en",
            "intents": {LETTER: {"data": [{"sentences": [said]}]}},
            "lists": {"recipient": {"wildcard": True}, "message": {"wildcard": True}},
        }
    }


def _ways() -> dict[str, Any]:
    """Return what sends when somebody says so."""
    words = "{{ dict(states('" + DATA + "') | from_json, message=trigger.slots.words) }}"
    return {
        "automation": [
            {
                "alias": "Write to somebody",
                "triggers": [
                    {
                        "trigger": "conversation",
                        "command": "put it to {name} in writing that {words}",
                    }
                ],
                "actions": [{"action": "notify.{{ trigger.slots.name | slugify }}", "data": words}],
            },
            {
                "alias": "Somebody has written",
                "triggers": [_webhook(INCOMING_WEBHOOK)],
                "actions": [
                    _call(
                        f"{DOMAIN}.receive",
                        {
                            "contact": "{{ trigger.json.contact }}",
                            "message": "{{ trigger.json.message }}",
                        },
                    ),
                    {"event": DONE},
                ],
            },
            {
                "alias": "From nowhere",
                "triggers": [_webhook(NOWHERE_WEBHOOK)],
                "actions": [
                    _call(
                        "conversation.process",
                        {"text": "{{ trigger.json.text }}", "agent_id": _state(AGENT)},
                    ),
                    {"event": DONE},
                ],
            },
        ],
        "intent_script": {
            LETTER: {
                "action": [
                    {
                        "action": "notify.{{ recipient | slugify }}",
                        "data": {"message": "{{ message }}"},
                    }
                ],
                "speech": {"text": "Posted."},
            }
        },
        "input_text": {
            name.partition(".")[2]: {"max": 255, "initial": initial}
            for name, initial in ((AGENT, "-"), (NONCE, "-"), (PROOF, "-"), (DATA, "{}"))
        },
    }


def _all_deeds() -> dict[str, Any]:
    """Return every deed, by everything that is no person."""
    automations: Steps = []
    scripts: dict[str, Any] = {}
    for does, steps in _DEEDS.items():
        all_steps = [*steps, {"event": DONE}]
        state, later = f"input_boolean.{does}", f"later_{does}"
        automations += [
            _spoken("sentence", does, all_steps),
            _spoken("script", does, [_call("script.turn_on", {}, f"script.{later}")]),
            _spoken("state", does, [_call("input_boolean.turn_on", {}, state)]),
            {
                "alias": f"Because of a state: {does}",
                "triggers": [{"trigger": "state", "entity_id": state, "to": "on"}],
                "actions": all_steps,
            },
            {
                "alias": f"Because of nothing: {does}",
                "triggers": [_webhook(webhook(does))],
                "actions": all_steps,
            },
        ]
        scripts[later] = {"sequence": [{"delay": _LATER_SECONDS}, *all_steps]}
        scripts[_tool_script(does)] = {"description": does, "sequence": all_steps}
    return {
        "automation": automations,
        "script": scripts,
        "input_boolean": {does: {"name": f"Deed {does}"} for does in _DEEDS},
    }


def _button() -> dict[str, Any]:
    """Return the trusted button: on for a moment when it is pressed, and it approves."""
    return {
        "binary_sensor": [{"platform": WALL_BUTTON_FOLDER.name}],
        "automation": [
            {
                "alias": "Wall button",
                "mode": "queued",
                "triggers": [{"trigger": "state", "entity_id": WALL_BUTTON, "to": "on"}],
                "actions": [_call(f"{DOMAIN}.approve"), {"event": DONE}],
            }
        ],
    }


def _spoken(by: str, does: str, steps: Steps) -> dict[str, Any]:
    return {
        "alias": f"By {by}: {does}",
        "triggers": [{"trigger": "conversation", "command": sentence(by, does)}],
        "actions": steps,
    }


def _webhook(name: str) -> dict[str, Any]:
    return {
        "trigger": "webhook",
        "webhook_id": name,
        "allowed_methods": ["POST"],
        "local_only": True,
    }
