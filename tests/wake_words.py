"""An engine for wake words, as Home Assistant's own entity: it hears nothing, and tells what it would wake for."""

import asyncio
from collections.abc import AsyncIterable
from typing import override

from homeassistant.components.wake_word import DetectionResult, WakeWord, WakeWordDetectionEntity


class Engine(WakeWordDetectionEntity):
    """Tells its wake words.

    Attributes:
        words: What it wakes for: names of models, or (name, phrase).
        failure: What it raises in place of telling.
        hangs: Set where it does not answer before that.
        asked: How often it was asked.
    """

    def __init__(self, *words: str | tuple[str, str], name: str = "engine") -> None:
        """Wake for these words."""
        self.entity_id = f"wake_word.{name}"
        self._attr_name = name
        self._attr_unique_id = name
        self.words = list(words)
        self.failure: Exception | None = None
        self.hangs: asyncio.Event | None = None
        self.asked = 0

    @override
    async def get_supported_wake_words(self) -> list[WakeWord]:
        self.asked += 1
        if self.hangs is not None:
            await self.hangs.wait()
        if self.failure is not None:
            raise self.failure
        pairs = [(word, None) if isinstance(word, str) else word for word in self.words]
        return [WakeWord(id=name, name=name, phrase=phrase) for name, phrase in pairs]

    @override
    async def _async_process_audio_stream(
        self, stream: AsyncIterable[tuple[bytes, int]], wake_word_id: str | None
    ) -> DetectionResult | None:
        async for _chunk, at in stream:
            return DetectionResult(wake_word_id or "", self.name or "", at)
        return None
