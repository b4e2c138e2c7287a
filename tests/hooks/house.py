"""A real Home Assistant, and what happens in it; of other packages it needs pytest and pytest-asyncio alone.

No plugin stands between: the same tests run on whatever Home Assistant is installed.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
import inspect
import os
from typing import Any, Final

from homeassistant.auth import auth_manager_from_config
from homeassistant.bootstrap import async_load_base_functionality
from homeassistant.components import assist_pipeline, conversation
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import Context, HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.helpers import chat_session
from homeassistant.loader import async_setup
from homeassistant.setup import async_setup_component

MOMENTS: Final = 500
"""Rounds of the event loop until what has been begun must have come about."""

PATIENCE_SECONDS: Final = 20.0
"""And at least so long: a thread's work takes its time on a busy machine."""


async def start(folder: str) -> HomeAssistant:
    """Return a Home Assistant that runs, with nothing in it, and with its configuration in this folder."""
    hass = HomeAssistant(folder)
    hass.config.skip_pip = True
    async_setup(hass)
    hass.config_entries = ConfigEntries(hass, {})
    assert await async_load_base_functionality(hass)
    hass.auth = await auth_manager_from_config(hass, [], [])
    await set_up(hass, "homeassistant")
    await hass.async_start()
    return hass


async def set_up(hass: HomeAssistant, component: str, config: object = None) -> None:
    """Set up a component, with what stands under its name in the configuration."""
    given = {} if config is None else config
    assert await async_setup_component(hass, component, {component: given})
    await hass.async_block_till_done()


async def until(hass: HomeAssistant, happened: Callable[[], object]) -> None:
    """Let everything run, without waiting for a clock, until this has happened."""
    moments, begun = 0, os.times().elapsed  # a clock that nobody freezes
    while moments < MOMENTS or os.times().elapsed - begun < PATIENCE_SECONDS:
        if happened():
            return
        await hass.async_add_executor_job(int)
        await asyncio.sleep(0)
        moments += 1
    raise AssertionError("it has not happened")


def look(hass: HomeAssistant, seen: Callable[[ServiceCall], object]) -> list[Any]:
    """Register an action test.look, and return what `seen` has returned at every call of it."""
    kept: list[Any] = []

    async def handle(call: ServiceCall) -> None:
        kept.append(seen(call))

    hass.services.async_register("test", "look", handle, supports_response=SupportsResponse.NONE)
    return kept


async def say(
    hass: HomeAssistant,
    text: str,
    *,
    conversation_id: str | None = None,
    context: Context | None = None,
    satellite_id: str | None = None,
) -> conversation.ConversationResult:
    """Say something to Home Assistant's own agent."""
    return await conversation.async_converse(
        hass, text, conversation_id, context or Context(), language="en", satellite_id=satellite_id
    )


def chat_session_of(
    hass: HomeAssistant, conversation_id: str | None = None
) -> AbstractContextManager[chat_session.ChatSession]:
    """Open a conversation; from 2026.11 on Home Assistant asks for whom."""
    known = inspect.signature(chat_session.async_get_chat_session).parameters
    for_nobody: dict[str, Any] = {"context": None} if "context" in known else {}
    return chat_session.async_get_chat_session(hass, conversation_id, **for_nobody)


async def say_to_pipeline(
    hass: HomeAssistant, text: str, conversation_id: str | None = None
) -> str:
    """Say something to the preferred pipeline; return the id of the conversation."""
    with chat_session_of(hass, conversation_id) as session:
        run = PipelineRun(
            hass,
            context=Context(),
            pipeline=assist_pipeline.async_get_pipeline(hass),
            start_stage=assist_pipeline.PipelineStage.INTENT,
            end_stage=assist_pipeline.PipelineStage.INTENT,
            event_callback=lambda _event: None,
        )
        given = PipelineInput(run=run, session=session, intent_input=text)
        await given.execute(validate=True)
    await hass.async_block_till_done()
    return session.conversation_id
