"""Programs that are told of sentences over the WebSocket: they have subscribed to them, or an integration tells them.

Relies on: components/conversation/agent_manager.py, where `AgentManager._trigger_callbacks` keeps whoever has asked for
sentences, and `subscribe_intents` tells of changes; components/conversation/trigger.py, whose `call_action` keeps the
`job` that it runs; and on what hears having its `connection` in scope, as components/websocket_api/commands.py has it in
`forward_triggers`; since 2026.10. When that is gone: Repairs does not tell of such a program; nothing that it calls has
ever been held, since its call carries no sign of speech.
"""

from collections.abc import Callable, Iterator, Mapping
import inspect
from typing import Any

from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback


@callback
def connections_that_hear(hass: HomeAssistant) -> Iterator[ActiveConnection]:
    """Yield the connections over which somebody is told of sentences that were said."""
    heard_by: Mapping[int, object] = getattr(get_agent_manager(hass), "_trigger_callbacks", {})
    for hearer in tuple(heard_by.values()):
        job = _in_scope(hearer).get("job")
        connection = _in_scope(hearer if job is None else getattr(job, "target", None)).get(
            "connection"
        )
        if isinstance(connection, ActiveConnection):
            yield connection


def _in_scope(function: object) -> Mapping[str, Any]:
    """Return what a function has kept of where it was made; nothing where it is none."""
    try:
        found: Any = function
        return inspect.getclosurevars(inspect.unwrap(found)).nonlocals
    except TypeError, ValueError:
        return {}


@callback
def on_sentences_changed(hass: HomeAssistant, changed: Callable[..., None]) -> CALLBACK_TYPE:
    """Call `changed` when somebody begins or ends to hear sentences; returns what ends it."""
    subscribe = getattr(get_agent_manager(hass), "subscribe_intents", None)
    if subscribe is None:
        return lambda: None
    unsubscribe: CALLBACK_TYPE = subscribe(changed)
    return unsubscribe
