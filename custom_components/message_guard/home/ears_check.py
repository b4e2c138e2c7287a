"""The whole check of one speech-to-text engine: sounds without words, and the house's own voice that asks a question."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from homeassistant.components.assist_pipeline.pipeline import Pipeline
from homeassistant.core import HomeAssistant

from ..recognition.sentences import Languages
from .assistants import async_assistants
from .ear_sounds import WORDLESS, Sound, spoken
from .ears import Ear, Judge, Trial, trial, trials, worst
from .heard import Heard

PATIENCE: Final = 60.0
"""Seconds for each sound: engines think longest about what holds no word."""

_NAME: Final = "Anna"


@dataclass(frozen=True, slots=True)
class Checked:
    """What one engine made of everything.

    Attributes:
        ear: The engine.
        trials: What it wrote, sound by sound; the voice is missing where the house has none.
    """

    ear: Ear
    trials: tuple[Trial, ...]

    @property
    def heard(self) -> Heard:
        """The worst of it."""
        return worst(trial.heard for trial in self.trials)

    @property
    def made_up(self) -> tuple[str, ...]:
        """What it wrote although nobody spoke and that would be taken for something, each once."""
        grave = (one for one in self.trials if one.heard not in {Heard.NOTHING, Heard.UNKNOWN})
        return tuple(dict.fromkeys(one.text for one in grave if one.text))


async def check_ear(
    hass: HomeAssistant,
    ear: Ear,
    judge: Judge,
    languages: Languages,
    progress: Callable[[float], None] = lambda _: None,
) -> Checked:
    """Try an engine with everything; `progress` is told how much is done, from 0 to 1."""
    done: list[Trial] = []
    async for one in _all_trials(hass, ear, judge, languages):
        done.append(one)
        progress(len(done) / (len(WORDLESS) + 1))
    return Checked(ear, tuple(done))


async def _all_trials(
    hass: HomeAssistant, ear: Ear, judge: Judge, languages: Languages
) -> AsyncIterator[Trial]:
    async for one in trials(hass, ear, judge, WORDLESS, PATIENCE):
        yield one
    language, assistant = languages.get(ear.language), assistant_of(hass, ear)
    if language is None or assistant is None or assistant.tts_engine is None:
        return
    question = language.say(
        "question_phrase", recipient=_NAME, body=language.say("nothing_pending")
    )
    sound = await spoken(
        hass, assistant.tts_engine, assistant.tts_language, assistant.tts_voice, question
    )
    if sound is not None:
        yield await trial(hass, ear, judge, Sound.VOICE, sound, PATIENCE, question)


def assistant_of(hass: HomeAssistant, ear: Ear) -> Pipeline | None:
    """Return an assistant that hears with this engine and has a voice."""
    for pipeline in async_assistants(hass):
        if pipeline.stt_engine == ear.engine and pipeline.tts_engine is not None:
            return pipeline
    return None
