"""Controls: actions of Home Assistant's own by which speech could end what guards it.

A reload, a stop and a restart end what waits for a proof and what is counted for the limits; a logger that
is set to debug writes down what is said, the household's phrase included; a restart in safe mode leaves us out. A model
does none of it. A person may say "restart the house": that ends what waits, and opens nothing, since the
door is closed from one run to the next.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers.llm import ToolInput
from homeassistant.helpers.service import async_extract_config_entry_ids

from ..const import DOMAIN
from ..provenance.turn import Turn

LOGGER: Final = "logger"
HOME_ASSISTANT: Final = "homeassistant"
RELOAD_ENTRY: Final = "reload_config_entry"

CONTROLS: Final = frozenset(
    {
        (LOGGER, "set_level"),
        (LOGGER, "set_default_level"),
        (HOME_ASSISTANT, RELOAD_ENTRY),
        (HOME_ASSISTANT, "reload_all"),
        (HOME_ASSISTANT, "restart"),
        (HOME_ASSISTANT, "stop"),
        ("hassio", "host_reboot"),
        ("hassio", "host_shutdown"),
        ("hassio", "restore_full"),
        ("hassio", "restore_partial"),
    }
)
"""What is looked at before it is done because of speech."""

HEARS_WORDS: Final = (
    f"custom_components.{DOMAIN}",
    "homeassistant.components.assist_pipeline",
    "homeassistant.components.assist_satellite",
    "homeassistant.components.conversation",
    "homeassistant.components.stt",
    "homeassistant.components.websocket_api",
    "homeassistant.core",
    "homeassistant.helpers.intent",
)
"""Loggers that write down what was said, or what was called with it, when they are set to debug."""

TALKATIVE: Final = frozenset({"debug", "notset"})

NOT_FOR_MODELS: Final = (
    "A language model may not do this: it would end what waits for a person's proof, or write down what "
    "was said. Tell the person that they can do it in Home Assistant's settings."
)
"""Models read it; people never do."""


async def refusal(call: ServiceCall, turn: Turn) -> str | None:
    """Return why speech may not call one of `CONTROLS`, as the key of an error's text; None when it may."""
    if turn.by_model:
        others = call.service == RELOAD_ENTRY and not await _reloads_us(call)
        return None if others else "control_by_model"
    if call.domain == LOGGER and _hears_words(call.data):
        return "control_by_voice"
    return "control_by_voice" if call.data.get("safe_mode") else None


def forbidden_tool(hass: HomeAssistant, tool_input: ToolInput) -> str | None:
    """Return what a model is told that calls a tool which acts without an action; None when it may.

    2026.11 has such a tool (components/config/llm.py); it names entries by "domain:end of the id".
    """
    if not tool_input.tool_name.endswith(RELOAD_ENTRY):
        return None
    named = str(tool_input.tool_args.get("entry_id", "")).strip().casefold()
    ours = [entry.entry_id.casefold() for entry in hass.config_entries.async_entries(DOMAIN)]
    if named.partition(":")[0] == DOMAIN or named in ours:
        return NOT_FOR_MODELS
    return None


async def _reloads_us(call: ServiceCall) -> bool:
    named: set[str] = set(await async_extract_config_entry_ids(call))
    if isinstance(entry_id := call.data.get("entry_id"), str):
        named.add(entry_id)
    entries = call.hass.config_entries.async_entries(DOMAIN)
    return any(entry.entry_id in named for entry in entries)


def _hears_words(data: Mapping[str, Any]) -> bool:
    """Return whether a logger that hears words, or one above it, would be set to debug."""
    levels = data if "level" not in data else {"": data["level"]}
    return any(_is_above(name, HEARS_WORDS) for name, level in levels.items() if _talks(level))


def _talks(level: object) -> bool:
    return str(level).casefold() in TALKATIVE


def _is_above(name: str, loggers: Iterable[str]) -> bool:
    return any(
        not name or logger == name or logger.startswith(f"{name}.") or name.startswith(f"{logger}.")
        for logger in loggers
    )
