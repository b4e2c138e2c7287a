"""Putting the guarded agent into Assist pipelines, and putting them back.

A pipeline whose conversation engine is missing answers everything with an error. So a pipeline is
switched only while our agent is there, what it had before is on disk before it is switched, and it
is put back on unload, on disabling, on removal and when Home Assistant stops.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import logging
from typing import TypedDict

from homeassistant.components.assist_pipeline import (
    Pipeline,
    async_update_pipeline,
)
from homeassistant.components.conversation import (
    DOMAIN as CONVERSATION_DOMAIN,
    HOME_ASSISTANT_AGENT,
)
from homeassistant.components.stt import DOMAIN as STT_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .home.assistants import async_assistants

_LOGGER = logging.getLogger(__name__)

STORAGE_KEY = f"{DOMAIN}.pipelines"
STORAGE_VERSION = 1

AGENT_UNIQUE_ID_PREFIX = "agent:"
ENGINE_UNIQUE_ID_PREFIX = "speech:"


class Original(TypedDict):
    """What a pipeline had before it was guarded."""

    engine: str
    prefer_local_intents: bool


class GuardedPipelines:
    """The pipelines of one household, guarded and put back."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know nothing yet; call `load` first."""
        self._hass = hass
        self._store: Store[dict[str, Original]] = Store(hass, STORAGE_VERSION, STORAGE_KEY)
        self._originals: dict[str, Original] = {}
        self._lock = asyncio.Lock()
        self._over = False

    async def load(self) -> None:
        """Read what the pipelines had before, in case Home Assistant ended without a stop.

        What cannot be read is left out: what a pipeline's engine stands in front of is known without it.
        """
        try:
            stored: object = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError, OSError) as error:
            _LOGGER.error("What the pipelines had before: %s", type(error).__name__)
            stored = None
        self._originals = _readable(stored)

    def engines(self, pipeline_ids: list[str]) -> list[str]:
        """Return the conversation engines to wrap, each once."""
        wanted = (
            self._wrapped_engine(pipeline)
            for pipeline in async_assistants(self._hass)
            if pipeline.id in pipeline_ids
        )
        return list(dict.fromkeys(wanted))

    def speech_engines(self, pipeline_ids: list[str]) -> list[str]:
        """Return the speech-to-text engines behind these pipelines, each once."""
        wanted = (
            _wrapped_by(self._hass, pipeline.stt_engine, ENGINE_UNIQUE_ID_PREFIX)
            or pipeline.stt_engine
            for pipeline in async_assistants(self._hass)
            if pipeline.id in pipeline_ids
        )
        return list(dict.fromkeys(engine for engine in wanted if engine))

    async def guard(self, pipeline_ids: list[str]) -> None:
        """Guard these pipelines and put all others back; nothing once they have been restored.

        A pipeline that cannot be changed stays as it is: what is sent is held without it.
        """
        async with self._lock:
            if self._over:
                return
            await self._put_back(keep=set(pipeline_ids))
            for pipeline in async_assistants(self._hass):
                if pipeline.id in pipeline_ids:
                    with _each_by_itself("guarded"):
                        await self._guard(pipeline)

    async def restore(self) -> None:
        """Put all pipelines back that are still ours, for good.

        A change of options may be under way while the entry is unloaded: it must not guard a pipeline with
        an agent that is about to go.
        """
        self._over = True
        async with self._lock:
            await self._put_back(keep=set())

    def guarded(self, pipeline: Pipeline) -> bool:
        """Return whether this pipeline's engine is ours."""
        return (
            _wrapped_by(self._hass, pipeline.conversation_engine, AGENT_UNIQUE_ID_PREFIX)
            is not None
        )

    async def _guard(self, pipeline: Pipeline) -> None:
        engine = self._wrapped_engine(pipeline)
        agent = agent_entity_id(self._hass, engine)
        if agent is None:
            _LOGGER.error("No guarded agent for %s; the pipeline stays as it is", engine)
            return
        speech = self._counting_engine(pipeline)
        if pipeline.conversation_engine == agent and pipeline.stt_engine == speech:
            return
        if pipeline.conversation_engine != agent:
            self._originals[pipeline.id] = {
                "engine": engine,
                "prefer_local_intents": pipeline.prefer_local_intents,
            }
            await self._store.async_save(self._originals)
        # Home Assistant's own agent keeps its path: sentence triggers and its own commands first,
        # with the short beep for an answer.
        local = pipeline.prefer_local_intents or engine == HOME_ASSISTANT_AGENT
        await async_update_pipeline(
            self._hass,
            pipeline,
            conversation_engine=agent,
            prefer_local_intents=local,
            stt_engine=speech,
        )

    def _counting_engine(self, pipeline: Pipeline) -> str | None:
        """Return our own in front of the pipeline's speech-to-text engine, where there is one."""
        if pipeline.stt_engine is None:
            return None
        ours = er.async_get(self._hass).async_get_entity_id(
            STT_DOMAIN, DOMAIN, f"{ENGINE_UNIQUE_ID_PREFIX}{pipeline.stt_engine}"
        )
        there = ours is not None and self._hass.states.get(ours) is not None
        return ours if there else pipeline.stt_engine

    async def _put_back(self, keep: set[str]) -> None:
        for pipeline in async_assistants(self._hass):
            engine = _wrapped_by(self._hass, pipeline.conversation_engine, AGENT_UNIQUE_ID_PREFIX)
            if engine is None or pipeline.id in keep:
                continue
            original = self._originals.get(
                pipeline.id,
                {"engine": engine, "prefer_local_intents": pipeline.prefer_local_intents},
            )
            with _each_by_itself("put back"):
                await async_update_pipeline(
                    self._hass,
                    pipeline,
                    conversation_engine=original["engine"],
                    prefer_local_intents=original["prefer_local_intents"],
                    stt_engine=_wrapped_by(self._hass, pipeline.stt_engine, ENGINE_UNIQUE_ID_PREFIX)
                    or pipeline.stt_engine,
                )
        self._originals = {key: value for key, value in self._originals.items() if key in keep}
        with _each_by_itself("forgotten"):
            await self._store.async_save(self._originals)

    def _wrapped_engine(self, pipeline: Pipeline) -> str:
        """Return the engine that somebody chose for this pipeline, whether it is guarded or not."""
        wrapped = _wrapped_by(self._hass, pipeline.conversation_engine, AGENT_UNIQUE_ID_PREFIX)
        if wrapped is None:
            return pipeline.conversation_engine or HOME_ASSISTANT_AGENT
        return wrapped


def _readable(stored: object) -> dict[str, Original]:
    """Return what a stored file says about pipelines, without what cannot be read."""
    found: dict[str, Original] = {}
    for pipeline_id, original in stored.items() if isinstance(stored, dict) else ():
        match original:
            case {"engine": str(engine), "prefer_local_intents": bool(local)}:
                found[pipeline_id] = {"engine": engine, "prefer_local_intents": local}
    return found


@contextmanager
def _each_by_itself(done: str) -> Iterator[None]:
    """Let what fails with one pipeline stop neither the others nor the guard."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a disk or another integration may raise anything
        _LOGGER.error("A pipeline could not be %s: %s", done, type(error).__name__)


def _wrapped_by(hass: HomeAssistant, engine: str | None, prefix: str) -> str | None:
    """Return what our entity with this id stands in front of; None when it is not ours."""
    entry = er.async_get(hass).async_get(engine) if engine else None
    if entry is None or entry.platform != DOMAIN or not entry.unique_id.startswith(prefix):
        return None
    return entry.unique_id.removeprefix(prefix)


def agent_entity_id(hass: HomeAssistant, engine: str) -> str | None:
    """Return the entity id of our agent for this engine."""
    return er.async_get(hass).async_get_entity_id(
        CONVERSATION_DOMAIN, DOMAIN, f"{AGENT_UNIQUE_ID_PREFIX}{engine}"
    )
