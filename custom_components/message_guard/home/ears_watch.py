"""Which of the household's engines write its phrase out of silence: found out when one changes, and told in Repairs."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import timedelta
import logging
from typing import Any, Final

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.components.assist_pipeline.pipeline import (
    Pipeline,
    async_get_pipeline,
)
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import CONF_PHRASE, CONF_PIPELINES, DOMAIN
from ..core.language import Language
from ..core.request import Origin
from ..hooks.entities import entity
from ..hooks.pipeline_changes import on_change
from ..recognition.sentences import Languages
from .ears import Ear, Heard, ears_of, listen
from .ears_memory import DECLINED, IGNORED, EarsMemory

_LOGGER = logging.getLogger(__name__)

ISSUE_EARS_INVENT: Final = "ears_invent"
"""In Repairs: an engine writes the household's phrase out of silence."""
ISSUE_EARS_UNTRIED: Final = "ears_untried"
"""In Repairs: an engine outside of the house has not been tried, since that costs."""

LOOK_SECONDS: Final = 5.0
"""How long after a change is looked again: what changes one thing often changes several."""

LOOK_AGAIN: Final = timedelta(hours=6)
"""For verdicts that have become old."""

PATIENCE: Final = 60.0
"""Seconds for each sound while nobody waits for it."""


class EarsWatch:
    """Knows which engines invent the phrase."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, languages: Languages) -> None:
        """Create the watch over speech-to-text engines; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._languages = languages
        self._memory = EarsMemory(hass)
        self._inventing: frozenset[str] = frozenset()
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._one_at_a_time = asyncio.Lock()
        self._debouncer = Debouncer(
            hass,
            _LOGGER,
            cooldown=LOOK_SECONDS,
            immediate=False,
            background=True,
            function=self.look,
        )

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Try the engines once Home Assistant has started, and after every change; returns what ends it."""
        self._unsubscribe.append(async_at_started(self._hass, self._started))
        return self._stop

    def invents(self, origin: Origin) -> bool:
        """Return whether what was heard at this place was written by an engine that invents the phrase.

        What a signed-in person has typed or said in the app, and what comes from nowhere known, may have been
        written by any of them.
        """
        if not self._inventing:
            return False
        pipeline = self._pipeline_at(origin.satellite_id)
        if pipeline is None:
            return True
        return pipeline.stt_engine in self._inventing

    async def look(self) -> None:
        """Try what has not been tried as it is now, but nothing that costs."""
        await self._look(again=False)

    async def listen_again(self) -> None:
        """Try every engine anew, since somebody has asked for that: those outside of the house, too."""
        await self._look(again=True)

    async def ignore(self) -> None:
        """Say no more about what is known now; an engine that invents is none the better for it."""
        now = dt_util.utcnow().timestamp()
        for ear, fingerprint in await self._ears():
            known = self._memory.get(fingerprint, now, lasting=ear.cloud)
            if known in {None, Heard.PHRASE}:
                await self._memory.put(fingerprint, IGNORED if known else DECLINED, now)
        await self.look()

    async def ignored(self) -> dict[str, tuple[str, str]]:
        """Return what is said no more: the issue and the engine's name, by what `tell_again` takes."""
        found = {}
        now = dt_util.utcnow().timestamp()
        for ear, fingerprint in await self._ears():
            known = self._memory.get(fingerprint, now)
            if known in {DECLINED, IGNORED}:
                kind = ISSUE_EARS_INVENT if known == IGNORED else ISSUE_EARS_UNTRIED
                found[fingerprint] = (kind, ear.name)
        return found

    async def tell_again(self, fingerprints: Collection[str]) -> None:
        """Say it again. What invents the phrase goes on proving nothing until it has been heard anew."""
        now = dt_util.utcnow().timestamp()
        for fingerprint, (kind, _) in (await self.ignored()).items():
            if fingerprint in fingerprints:
                heard = Heard.PHRASE if kind == ISSUE_EARS_INVENT else None
                await self._memory.put(fingerprint, heard, now)
        self.changed()

    async def _ears(self) -> list[tuple[Ear, str]]:
        """Return the engines in use, each with what it is remembered by."""
        phrase = str(self._entry.options.get(CONF_PHRASE, ""))
        ears = await ears_of(self._hass, self._entry.options.get(CONF_PIPELINES, []))
        return [(ear, ear.fingerprint(phrase)) for ear in ears]

    @callback
    def changed(self, *_: Any) -> None:
        """Look soon."""
        self._debouncer.async_schedule_call()

    async def _look(self, *, again: bool) -> None:
        async with self._one_at_a_time:
            phrase = str(self._entry.options.get(CONF_PHRASE, ""))
            chosen = self._entry.options.get(CONF_PIPELINES, [])
            ears = await ears_of(self._hass, chosen) if phrase else ()
            verdicts = [(ear, await self._heard(ear, phrase, again=again)) for ear in ears]
            self._inventing = frozenset(
                ear.engine for ear, heard in verdicts if heard in {Heard.PHRASE, IGNORED}
            )
            self._report(ISSUE_EARS_INVENT, [ear for ear, said in verdicts if said == Heard.PHRASE])
            self._report(ISSUE_EARS_UNTRIED, [ear for ear, said in verdicts if said is None])

    async def _heard(self, ear: Ear, phrase: str, *, again: bool) -> str | None:
        """Return what an engine makes of silence; None for one that was not tried, since that costs."""
        fingerprint, now = ear.fingerprint(phrase), dt_util.utcnow().timestamp()
        known = self._memory.get(fingerprint, now, lasting=ear.cloud)
        if not again and (known is not None or ear.cloud):
            return known
        heard = await listen(self._hass, ear, phrase, self._spoken(), PATIENCE)
        if heard is Heard.UNKNOWN and known == Heard.PHRASE:
            return known  # that it did not answer this time makes it no better than it was
        await self._memory.put(fingerprint, heard, now)
        return heard

    def _spoken(self) -> tuple[Language, ...]:
        return tuple(self._languages)

    def _pipeline_at(self, satellite_id: str | None) -> Pipeline | None:
        """Return the assistant that a satellite speaks to; None if that cannot be told."""
        satellite = None if satellite_id is None else entity(self._hass, satellite_id)
        if satellite is None:
            return None
        chooser = satellite.pipeline_entity_id
        state = self._hass.states.get(chooser) if chooser is not None else None
        for pipeline in async_get_pipelines(self._hass):
            if state is not None and pipeline.name == state.state:
                return pipeline
        return async_get_pipeline(self._hass)

    def _report(self, kind: str, ears: Iterable[Ear]) -> None:
        names = ", ".join(dict.fromkeys(ear.name for ear in ears))
        if not names:
            ir.async_delete_issue(self._hass, DOMAIN, kind)
            return
        about: dict[str, str] = {"engine": names}
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            kind,
            data={"kind": kind, "entry_id": self._entry.entry_id, **about},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=kind,
            translation_placeholders=about,
        )

    async def _started(self, hass: HomeAssistant) -> None:
        self._unsubscribe += [
            async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, self.changed),
            async_track_time_interval(hass, self.changed, LOOK_AGAIN),
        ]
        self._unsubscribe.append(on_change(hass, self.changed))
        await self._memory.load()
        self.changed()

    @callback
    def _stop(self) -> None:
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._debouncer.async_shutdown()
        for kind in (ISSUE_EARS_INVENT, ISSUE_EARS_UNTRIED):
            ir.async_delete_issue(self._hass, DOMAIN, kind)
