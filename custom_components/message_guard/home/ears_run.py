"""One check of the household's speech recognition that somebody has begun on a page: how far it is, and what came of it."""

import asyncio
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .ears_check import Checked
from .ears_watch import EarsWatch

_LOGGER = logging.getLogger(__name__)

_NAME: Final = "message_guard check of the ears"


class EarsRun:
    """The check that runs, and the last one that came to its end."""

    def __init__(self, hass: HomeAssistant, watch: EarsWatch) -> None:
        """Nothing runs yet, and nothing has."""
        self._hass = hass
        self._watch = watch
        self._task: asyncio.Task[None] | None = None
        self.progress = 0.0
        self.failed = False
        self.checked: tuple[Checked, ...] | None = None

    @property
    def running(self) -> bool:
        """Whether one is under way; how far it is from 0 to 1 is `progress`."""
        return self._task is not None and not self._task.done()

    @callback
    def begin(self, *, cloud: bool) -> None:
        """Begin, unless one is under way; `cloud`: engines outside of the house, too, which may cost something."""
        if self.running:
            return
        self.progress, self.failed, self.checked = 0.0, False, None
        self._task = self._hass.async_create_background_task(self._run(cloud=cloud), _NAME)

    @callback
    def stop(self) -> None:
        """Stop what is under way; nothing comes of it."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, *, cloud: bool) -> None:
        try:
            self.checked = await self._watch.check(cloud=cloud, progress=self._is_so_far)
            self.progress = 1.0  # an assistant without a voice is tried with one sound fewer
        except Exception as error:  # noqa: BLE001 - an engine's own error; the page says that it came to nothing
            self.failed = True
            _LOGGER.error("The check of the ears failed with %s", type(error).__name__)

    @callback
    def _is_so_far(self, part: float) -> None:
        self.progress = part
