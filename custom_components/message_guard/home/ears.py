"""Ears that invent: speech-to-text engines that write a proof, a request or a no although nobody speaks.

An engine that is told beforehand what it will hear (Whisper's "initial prompt", hotwords) writes exactly that out of
silence, a fan or a hum. A household that is misheard may well put its phrase there. So each engine is given some seconds
without a word, through the interface that Assist itself uses, and what it writes is read as a reply is.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable
from dataclasses import dataclass
import hashlib
import json
from typing import Any, Final

from homeassistant.components import stt
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.loader import IntegrationNotFound, async_get_integration

from ..core.code import LONGEST_REPLY, is_code_guess
from ..core.language import Language
from ..core.proof import Verdict, interpret, phrase_challenge
from ..recognition.recogniser import Recogniser
from .assistants import async_assistants
from .ear_sounds import SHORT, Sound, samples
from .heard import GRAVEST, Heard

CHUNK_BYTES: Final = 3200

PATIENCE: Final = 15.0
"""Seconds for each sound while somebody looks at a form."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an engine made of one sound.

    Attributes:
        sound: What it was given.
        text: What it wrote, None if it gave no answer.
        heard: What that would be taken for.
    """

    sound: Sound
    text: str | None
    heard: Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """One speech-to-text engine, in the language in which an assistant uses it.

    Attributes:
        engine: Its entity id, or the name of an older engine.
        language: The language, as the engine wants it.
        name: What people call it.
        cloud: It is not in the house: what it hears costs something.
        settings: All that Home Assistant knows of how it is set, as a hash.
    """

    engine: str
    language: str
    name: str
    cloud: bool
    settings: str

    def fingerprint(self, phrase: str) -> str:
        """Identify what was tried: this engine, set like this, with this phrase; nothing can be read off it."""
        parts = [self.engine, self.language, self.settings, phrase]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


async def ears_of(hass: HomeAssistant, pipeline_ids: Iterable[str]) -> tuple[Ear, ...]:
    """Return the engines that these assistants hear with, each once."""
    chosen = set(pipeline_ids)
    found = dict.fromkeys(
        (engine, pipeline.stt_language or pipeline.language)
        for pipeline in async_assistants(hass)
        if pipeline.id in chosen and (engine := pipeline.stt_engine)
    )
    return tuple([await _ear(hass, engine, language) for engine, language in found])


async def _ear(hass: HomeAssistant, engine: str, language: str) -> Ear:
    entity = er.async_get(hass).async_get(engine)
    entry_id = entity.config_entry_id if entity is not None else None
    entry = hass.config_entries.async_get_entry(entry_id) if entry_id is not None else None
    part = entity.config_subentry_id if entity is not None else None
    subentry = entry.subentries.get(part) if entry is not None and part is not None else None
    # What an entry holds as data may be a token that changes every hour.
    known = [dict(entry.options) if entry else {}, dict(subentry.data) if subentry else {}]
    settings = hashlib.sha256(json.dumps(known, default=str, sort_keys=True).encode()).hexdigest()
    state = hass.states.get(engine)
    return Ear(
        engine=engine,
        language=language,
        name=state.name if state is not None else engine,
        cloud=await is_cloud(
            hass, entity.platform if entity is not None else _domain(hass, engine)
        ),
        settings=settings,
    )


def _domain(hass: HomeAssistant, engine: str) -> str:
    """Return the integration of an engine that is in no registry; an older one is named after it."""
    found = stt.async_get_speech_to_text_entity(hass, engine)
    return found.platform.platform_name if found is not None else engine


async def is_cloud(hass: HomeAssistant, domain: str) -> bool:
    """Return whether an integration says of itself that it depends on a service outside of the house."""
    try:
        integration = await async_get_integration(hass, domain)
    except IntegrationNotFound, ValueError:  # the engine is gone
        return False
    return str(integration.manifest.get("iot_class", "")).startswith("cloud_")


class Judge:
    """Tells what a text would be taken for: by the very tests that replies and requests meet."""

    def __init__(
        self, phrase: str, languages: Iterable[Language], recognisers: Iterable[Recogniser] = ()
    ) -> None:
        """Judge in these languages; without recognisers, no text is a request."""
        self._phrase = phrase
        self._languages = tuple(languages)
        self._recognisers = tuple(recognisers)

    def judge(self, text: str, spoken: str = "") -> Heard:
        """Return the worst that a text would be taken for where `spoken` has just been said by the house.

        What is longer than any reply or request would be taken for neither.
        """
        if len(text) > LONGEST_REPLY:
            return Heard.NOTHING
        found = {self._reply(text, language, spoken) for language in self._languages}
        if any(_is_request(text, recogniser) for recogniser in self._recognisers):
            found.add(Heard.REQUEST)
        return worst(found)

    def _reply(self, text: str, language: Language, spoken: str) -> Heard:
        said = (spoken,) if spoken else ()
        if is_code_guess(text, language):
            return Heard.CODE
        if not language.proof_words(self._phrase):
            return Heard.NO if language.is_decline(text) else Heard.NOTHING
        verdict = interpret(text, phrase_challenge(self._phrase, language), language, said)
        return {Verdict.PROOF: Heard.PHRASE, Verdict.DECLINE: Heard.NO}.get(verdict, Heard.NOTHING)


def _is_request(text: str, recogniser: Recogniser) -> bool:
    found = recogniser.recognise(text)
    return found is not None and found.kind == "send"


def worst(found: Iterable[Heard]) -> Heard:
    """Return the worst of what was heard; no answer is worse than nothing."""
    heard = set(found)
    return next((one for one in (*GRAVEST, Heard.UNKNOWN) if one in heard), Heard.NOTHING)


async def listen(
    hass: HomeAssistant, ear: Ear, judge: Judge, patience: float | None = None
) -> Heard:
    """Give an engine silence and noise, and return what it makes of that.

    Args:
        hass: Home Assistant.
        ear: The engine.
        judge: Tells what it is.
        patience: Seconds for each sound, `PATIENCE` unless given; an engine that takes longer is left to itself.
    """
    return worst([trial.heard async for trial in trials(hass, ear, judge, SHORT, patience)])


async def trials(
    hass: HomeAssistant,
    ear: Ear,
    judge: Judge,
    sounds: Iterable[Sound],
    patience: float | None = None,
) -> AsyncIterator[Trial]:
    """Yield what an engine makes of each sound without words."""
    for sound in sounds:
        made = await hass.async_add_executor_job(samples, sound)
        yield await trial(hass, ear, judge, sound, made, patience)


async def trial(
    hass: HomeAssistant,
    ear: Ear,
    judge: Judge,
    sound: Sound,
    made: bytes,
    patience: float | None = None,
    spoken: str = "",
) -> Trial:
    """Return what an engine makes of a sound; `spoken` is what the house says in it."""
    text = await written(hass, ear, made, PATIENCE if patience is None else patience)
    return Trial(sound, text, Heard.UNKNOWN if text is None else judge.judge(text, spoken))


async def written(hass: HomeAssistant, ear: Ear, sound: bytes, patience: float) -> str | None:
    """Return what an engine writes, None if it gives no answer; never raises, and never waits for longer."""
    return await patiently(hass, _transcribed(hass, ear, sound), patience)


async def patiently[Result](
    hass: HomeAssistant, answer: Coroutine[Any, Any, Result], patience: float
) -> Result | None:
    """Return an answer of an engine's, None if it fails or takes longer than so many seconds."""
    task = hass.async_create_background_task(answer, "message_guard waits for an engine")
    try:
        # `wait` and not `timeout`: an engine may not let itself be cancelled.
        await asyncio.wait({task}, timeout=patience)
    finally:
        if not task.done():
            task.cancel()
            task.add_done_callback(_has_failed)  # nobody waits for it any more, so nobody is told
    return None if not task.done() or _has_failed(task) else task.result()


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.cancelled() or task.exception() is not None


async def _transcribed(hass: HomeAssistant, ear: Ear, sound: bytes) -> str | None:
    engine = stt.async_get_speech_to_text_engine(hass, ear.engine)
    metadata = stt.SpeechMetadata(
        language=ear.language,
        format=stt.AudioFormats.WAV,
        codec=stt.AudioCodecs.PCM,
        bit_rate=stt.AudioBitRates.BITRATE_16,
        sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
        channel=stt.AudioChannels.CHANNEL_MONO,
    )
    if engine is None or not engine.check_metadata(metadata):
        return None
    result = await engine.async_process_audio_stream(metadata, _stream(sound))
    return (result.text or "") if result.result is stt.SpeechResultState.SUCCESS else ""


async def _stream(sound: bytes) -> AsyncGenerator[bytes]:
    for start in range(0, len(sound), CHUNK_BYTES):
        yield sound[start : start + CHUNK_BYTES]
