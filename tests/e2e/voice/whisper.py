"""Speech to text with Whisper, as the engine that homes run: faster-whisper, int8, on the CPU."""

from typing import Final

from faster_whisper import WhisperModel
import numpy as np

from . import engines, sound

THREADS: Final = 1


class Whisper:
    """Turns one clip into text."""

    def __init__(self, engine: engines.Engine, language: str = "en", prompt: str = "") -> None:
        """Load the model.

        Args:
            engine: Which of the table.
            language: What is spoken, as Home Assistant tells the engine.
            prompt: The engine's own setting "initial prompt"; empty as it comes.
        """
        self._model = WhisperModel(
            str(engines.model_folder(engine)),
            device="cpu",
            compute_type="int8",
            cpu_threads=THREADS,
            local_files_only=True,
        )
        self._language = language
        self._prompt = prompt or None
        self._beams = int(engine.facts.get("beams", 5))

    def hear(self, clip: sound.Samples) -> str:
        """Return what was said, as the engine writes it."""
        segments, _ = self._model.transcribe(
            clip.astype(np.float32) / 32768.0,
            language=self._language,
            beam_size=self._beams,
            initial_prompt=self._prompt,
        )
        # As Home Assistant's Whisper add-on joins them.
        return " ".join(segment.text for segment in segments).strip()
