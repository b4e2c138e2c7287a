"""A timer says its command in a task that can be known, and carries what it was set in."""

import asyncio
from contextvars import ContextVar
from typing import Any

from homeassistant.components.conversation.chat_log import async_subscribe_chat_logs
from homeassistant.components.conversation.const import ChatLogEventType
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from custom_components.message_guard.hooks.timers import (
    TIMER_DATA,
    says_delayed_command,
    timers,
)
from tests.hooks.house import say, set_up, until

_mark: ContextVar[str] = ContextVar("_mark", default="")
COMMAND = "turn on the lamp"


async def set_timer(hass: HomeAssistant) -> None:
    """Let a timer say something in a minute."""
    await set_up(hass, "input_boolean", {"lamp": None})
    slots = {"minutes": {"value": 1}, "conversation_command": {"value": COMMAND}}
    await intent.async_handle(hass, "test", intent.INTENT_START_TIMER, slots, language="en")


async def test_a_timer_carries_what_it_was_set_in(talking: HomeAssistant) -> None:
    """Its command, and the context variables of whoever has set it."""
    _mark.set("set here")
    await set_timer(talking)
    ((command, context),) = timers(talking)
    assert command == COMMAND
    assert context[_mark] == "set here"


async def test_what_a_timer_says_is_known_as_such(talking: HomeAssistant) -> None:
    """And what a person says is not."""
    said: list[bool] = []

    def told(_id: str, event: ChatLogEventType, data: dict[str, Any]) -> None:
        if event is ChatLogEventType.CONTENT_ADDED and data["content"]["role"] == "user":
            said.append(says_delayed_command(asyncio.current_task()))

    async_subscribe_chat_logs(talking, told)
    await set_timer(talking)
    manager = talking.data[TIMER_DATA]
    (timer_id,) = manager.timers
    manager.remove_time(timer_id, 60)
    await until(talking, lambda: said)
    await say(talking, COMMAND)
    assert said == [True, False]


async def test_a_timer_that_says_nothing_is_none_of_them(talking: HomeAssistant) -> None:
    """It only rings."""
    unregister = async_register_timer_handler(talking, "speaker", lambda *_: None)
    slots = {"minutes": {"value": 1}}
    await intent.async_handle(
        talking, "test", intent.INTENT_START_TIMER, slots, language="en", device_id="speaker"
    )
    assert len(talking.data[TIMER_DATA].timers) == 1
    assert list(timers(talking)) == []
    unregister()
