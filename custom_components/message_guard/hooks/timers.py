"""Timers that say something when they are due: whether one is saying it now, and which ones wait to.

Relies on: components/intent/timers.py, whose `TimerManager` says a delayed command in a task of its own, running
`_async_run_conversation_command`, and keeps `timers` and `timer_tasks` under "intent.timer"; since 2026.10. The names are
repeated here because the door is closed with this module, before Home Assistant has loaded any of them. When that is gone:
a delayed command counts as handed on by the turn that has set the timer; asking for the timers raises, and whoever asks
what waits is not told of them.
"""

import asyncio
from collections.abc import Iterator
from contextvars import Context as ContextVars
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant, callback

if TYPE_CHECKING:
    from homeassistant.components.intent.timers import TimerManager

TIMER_DATA: Final = "intent.timer"
TIMERS: Final = "homeassistant.components.intent.timers"
SAYS: Final = "TimerManager._async_run_conversation_command"


@callback
def says_delayed_command(task: asyncio.Task[Any] | None) -> bool:
    """Return whether this is the task in which a timer says what it was told to say."""
    coroutine = task.get_coro() if task is not None else None
    code = getattr(coroutine, "cr_code", None)
    if code is None or code.co_qualname != SAYS:
        return False
    frame = getattr(coroutine, "cr_frame", None)
    return frame is not None and frame.f_globals.get("__name__") == TIMERS


def timers(hass: HomeAssistant) -> Iterator[tuple[str, ContextVars]]:
    """Yield the command of every timer that keeps one and runs, and the context that it waits in.

    Whoever can speak has timers: Home Assistant sets up no conversation without its intents.
    """
    manager: TimerManager = hass.data[TIMER_DATA]
    for timer in manager.timers.values():
        task = manager.timer_tasks.get(timer.id)
        if timer.conversation_command and task is not None:
            yield timer.conversation_command, task.get_context()
