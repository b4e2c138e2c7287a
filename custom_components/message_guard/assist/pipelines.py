"""Putting the guarded agent into Assist pipelines, and putting them back.

A pipeline with Home Assistant's own agent keeps it: that one is guarded in its own place
(`assist/default_agent.py`), and preferring local intents is never forced. Earlier versions have put an
agent of ours in front of it; such a pipeline is put back.

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

from ..const import DOMAIN
from ..home.assistants import async_assistants

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
        """Create the record of guarded pipelines; `load` reads it."""
        self._hass = hass
        self._store: Store[dict[str, Original]] = Store(hass, STORAGE_VERSION, STORAGE_KEY)
        self._originals: dict[str, Original] = {}
        self._lock = asyncio.Lock()
        self._over = False
        self._guarded: frozenset[str] = frozenset()

    async def load(self) -> None:
        """Read what the pipelines had before, in case Home Assistant ended without a stop; let all hear without us.

        What cannot be read is left out: what a pipeline's engine stands in front of is known without it.
        """
        try:
            stored: object = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError, OSError) as error:
            _LOGGER.error("What the pipelines had before: %s", type(error).__name__)
            stored = None
        self._originals = _readable(stored)
        await _hear_without_us(self._hass)

    def engines(self, pipeline_ids: list[str]) -> list[str]:
        """Return the conversation engines to wrap, each once."""
        wanted = (
            self._wrapped_engine(pipeline)
            for pipeline in async_assistants(self._hass)
            if pipeline.id in pipeline_ids
        )
        return list(dict.fromkeys(wanted))

    async def guard(self, pipeline_ids: list[str]) -> None:
        """Guard these pipelines and put all others back; nothing once they have been restored.

        A pipeline that cannot be changed stays as it is: what is sent is held without it.
        """
        async with self._lock:
            if self._over:
                return
            self._guarded = frozenset(pipeline_ids)
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
        self._over, self._guarded = True, frozenset()
        async with self._lock:
            await self._put_back(keep=set())

    def guarded(self, pipeline: Pipeline) -> bool:
        """Return whether what is said to this pipeline is heard by us first."""
        engine = pipeline.conversation_engine
        if wrapped_agent(self._hass, engine) is not None:
            return True
        return pipeline.id in self._guarded and uses_default_agent(engine)

    async def _guard(self, pipeline: Pipeline) -> None:
        """Put our agent in front of a pipeline's engine; Home Assistant's own is guarded in its place."""
        engine = self._wrapped_engine(pipeline)
        if uses_default_agent(engine):
            await self._update(pipeline, self._original(pipeline))
            return
        agent = agent_entity_id(self._hass, engine)
        if agent is None:
            _LOGGER.error("No guarded agent for %s; the pipeline stays as it is", engine)
            return
        local = pipeline.prefer_local_intents
        if pipeline.conversation_engine != agent:
            self._originals[pipeline.id] = {"engine": engine, "prefer_local_intents": local}
            await self._store.async_save(self._originals)
        await self._update(pipeline, {"engine": agent, "prefer_local_intents": local})

    async def _update(self, pipeline: Pipeline, wanted: Original) -> None:
        """Change a pipeline, unless it is so already."""
        now = (pipeline.conversation_engine, pipeline.prefer_local_intents)
        if now == (wanted["engine"], wanted["prefer_local_intents"]):
            return
        await async_update_pipeline(
            self._hass,
            pipeline,
            conversation_engine=wanted["engine"],
            prefer_local_intents=wanted["prefer_local_intents"],
        )

    def _original(self, pipeline: Pipeline) -> Original:
        """Return what a pipeline has without us."""
        kept = self._originals.get(pipeline.id)
        wrapped = wrapped_agent(self._hass, pipeline.conversation_engine)
        if wrapped is not None:
            return kept or {
                "engine": wrapped,
                "prefer_local_intents": pipeline.prefer_local_intents,
            }
        return {
            "engine": pipeline.conversation_engine,
            "prefer_local_intents": pipeline.prefer_local_intents,
        }

    async def _put_back(self, keep: set[str]) -> None:
        for pipeline in async_assistants(self._hass):
            if pipeline.id in keep:
                continue
            with _each_by_itself("put back"):
                await self._update(pipeline, self._original(pipeline))
        self._originals = {key: value for key, value in self._originals.items() if key in keep}
        with _each_by_itself("forgotten"):
            await self._store.async_save(self._originals)

    def _wrapped_engine(self, pipeline: Pipeline) -> str:
        """Return the engine that somebody chose for this pipeline, whether it is guarded or not."""
        wrapped = wrapped_agent(self._hass, pipeline.conversation_engine)
        return wrapped or pipeline.conversation_engine or HOME_ASSISTANT_AGENT


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


async def _hear_without_us(hass: HomeAssistant) -> None:
    """Put assistants back whose speech-to-text engine has one of ours in front: earlier versions had such engines.

    Without it they hear nothing. The entity goes with it, once nothing names it any more.
    """
    registry = er.async_get(hass)
    ours = [
        entity
        for entity in registry.entities.values()
        if entity.platform == DOMAIN and entity.domain == STT_DOMAIN
    ]
    for entity in ours:
        engine = entity.unique_id.removeprefix(ENGINE_UNIQUE_ID_PREFIX)
        with _each_by_itself("put back"):
            for pipeline in async_assistants(hass):
                if pipeline.stt_engine == entity.entity_id:
                    await async_update_pipeline(hass, pipeline, stt_engine=engine)
            registry.async_remove(entity.entity_id)


def wrapped_agent(hass: HomeAssistant, agent_id: str | None) -> str | None:
    """Return what our agent with this id stands in front of; None when it is not ours."""
    if agent_id is None or agent_id == HOME_ASSISTANT_AGENT:
        return None
    entry = er.async_get(hass).async_get(agent_id)
    if entry is None or entry.platform != DOMAIN:
        return None
    return entry.unique_id.removeprefix(AGENT_UNIQUE_ID_PREFIX)


def uses_default_agent(engine: str | None) -> bool:
    """Return whether a pipeline with this engine asks Home Assistant's own agent."""
    return engine is None or engine == HOME_ASSISTANT_AGENT


def agent_entity_id(hass: HomeAssistant, engine: str) -> str | None:
    """Return the entity id of our agent for this engine."""
    return er.async_get(hass).async_get_entity_id(
        CONVERSATION_DOMAIN, DOMAIN, f"{AGENT_UNIQUE_ID_PREFIX}{engine}"
    )
