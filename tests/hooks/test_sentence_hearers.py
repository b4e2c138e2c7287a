"""Whoever is told of sentences over the WebSocket can be found, and nobody else."""

import logging
from typing import Any

from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.websocket_api.commands import handle_subscribe_trigger
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import DATA_CONNECTIONS
from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.hooks.sentence_hearers import (
    connections_that_hear,
    on_sentences_changed,
)
from tests.hooks.house import until

TRIGGER = {"platform": "conversation", "command": ["lights out"]}


async def connection(hass: HomeAssistant, sent: list[Any]) -> ActiveConnection:
    """Return the connection of an administrator's program."""
    user = await hass.auth.async_create_user("Flows", group_ids=["system-admin"])
    token = await hass.auth.async_create_refresh_token(
        user, client_name="Flows", token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
    )
    logger = logging.LoggerAdapter(logging.getLogger(__name__), {})
    hass.data.setdefault(DATA_CONNECTIONS, 0)
    return ActiveConnection(logger, hass, sent.append, user, token, "127.0.0.1")  # type: ignore[arg-type]


async def test_whoever_has_subscribed(talking: HomeAssistant) -> None:
    """As long as they have; a sentence that an automation has is nobody's connection."""
    changes: list[None] = []
    ends = on_sentences_changed(talking, lambda *_: changes.append(None))
    changes.clear()
    sent: list[Any] = []
    program = await connection(talking, sent)
    get_agent_manager(talking).register_trigger(["a"], lambda *_: None)  # type: ignore[arg-type, return-value]
    assert list(connections_that_hear(talking)) == []
    message = {"id": 1, "type": "subscribe_trigger", "trigger": [TRIGGER]}
    handle_subscribe_trigger(talking, program, message)
    await until(talking, lambda: sent)
    assert list(connections_that_hear(talking)) == [program]
    assert len(changes) == 2
    ends()
    program.subscriptions[1]()
    assert list(connections_that_hear(talking)) == []
    assert len(changes) == 2


async def test_where_nobody_tells_of_changes(
    talking: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hears is found all the same, by whoever looks."""
    monkeypatch.delattr(type(get_agent_manager(talking)), "subscribe_intents", raising=False)
    changes: list[None] = []
    ends = on_sentences_changed(talking, lambda *_: changes.append(None))
    sent: list[Any] = []
    program = await connection(talking, sent)
    message = {"id": 1, "type": "subscribe_trigger", "trigger": [TRIGGER]}
    handle_subscribe_trigger(talking, program, message)
    await until(talking, lambda: sent)
    assert list(connections_that_hear(talking)) == [program]
    assert changes == []
    ends()
    program.subscriptions[1]()
