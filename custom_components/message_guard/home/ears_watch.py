"""Which of the household's engines make up proofs, requests or noes: found out when one changes, and told in Repairs."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
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
from ..core.contacts import AddressBook
from ..core.request import Origin
from ..hooks.entities import entity
from ..hooks.pipeline_changes import on_change
from ..recognition.sentences import Languages
from .ears import Ear, Judge, ears_of, listen
from .ears_check import Checked, check_ear
from .ears_memory import DECLINED, IGNORED, EarsMemory, made_up
from .heard import Heard

_LOGGER = logging.getLogger(__name__)

ISSUE_EARS_INVENT: Final = "ears_invent"
ISSUE_EARS_INVENT_CODE: Final = "ears_invent_code"
ISSUE_EARS_INVENT_REQUEST: Final = "ears_invent_request"
ISSUE_EARS_INVENT_NO: Final = "ears_invent_no"
ISSUES_EARS: Final = {
    Heard.PHRASE: ISSUE_EARS_INVENT,
    Heard.CODE: ISSUE_EARS_INVENT_CODE,
    Heard.REQUEST: ISSUE_EARS_INVENT_REQUEST,
    Heard.NO: ISSUE_EARS_INVENT_NO,
}
"""In Repairs: what an engine writes although nobody speaks."""
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

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        languages: Languages,
        contacts: Callable[[], AddressBook],
    ) -> None:
        """Create the watch over speech-to-text engines; `start` begins to listen."""
        self._contacts = contacts
        self._hass = hass
        self._entry = entry
        self._languages = languages
        self._memory = EarsMemory(hass)
        self._inventing: Mapping[str, frozenset[Heard]] = {}
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

    def made_up_at(self, origin: Origin) -> frozenset[Heard]:
        """Return what is made up by the engine that writes what is heard at this place.

        What a signed-in person has typed or said in the app, and what comes from nowhere known, may have been
        written by any of them.
        """
        if not self._inventing:
            return frozenset()
        pipeline = self._pipeline_at(origin.satellite_id)
        if pipeline is None:
            return frozenset().union(*self._inventing.values())
        return self._inventing.get(pipeline.stt_engine or "", frozenset())

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
            heard = made_up(known)
            if known is None or heard is not None:
                told = DECLINED if heard is None else IGNORED[heard]
                await self._memory.put(fingerprint, told, now)
        await self.look()

    async def ignored(self) -> dict[str, tuple[str, str]]:
        """Return what is said no more: the issue and the engine's name, by what `tell_again` takes."""
        found = {}
        now = dt_util.utcnow().timestamp()
        for ear, fingerprint in await self._ears():
            known = self._memory.get(fingerprint, now)
            heard = made_up(known)
            if known == DECLINED or (heard is not None and known == IGNORED[heard]):
                kind = ISSUE_EARS_UNTRIED if heard is None else ISSUES_EARS[heard]
                found[fingerprint] = (kind, ear.name)
        return found

    async def tell_again(self, fingerprints: Collection[str]) -> None:
        """Say it again. What invents the phrase goes on proving nothing until it has been heard anew."""
        now = dt_util.utcnow().timestamp()
        for fingerprint in await self.ignored():
            if fingerprint in fingerprints:
                await self._memory.put(fingerprint, made_up(self._memory.last(fingerprint)), now)
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
            ears = await ears_of(self._hass, chosen)
            await self._know([(ear, await self._heard(ear, phrase, again=again)) for ear in ears])

    async def _know(self, verdicts: Collection[tuple[Ear, str | None]]) -> None:
        """Go by what is known of each engine from now on, and tell it."""
        found: dict[str, frozenset[Heard]] = {}
        for ear, said in verdicts:
            # One engine may be used in several languages, and make up something else in each.
            if (heard := made_up(said)) is not None:
                found[ear.engine] = found.get(ear.engine, frozenset()) | {heard}
        self._inventing = found
        for heard, kind in ISSUES_EARS.items():
            self._report(kind, [ear for ear, said in verdicts if said == heard])
        self._report(ISSUE_EARS_UNTRIED, [ear for ear, said in verdicts if said is None])

    async def check(
        self, *, cloud: bool, progress: Callable[[float], None] = lambda _: None
    ) -> tuple[Checked, ...]:
        """Give every engine each sound without words, and the house's own voice that asks a question.

        What comes of it counts from then on, and is told in Repairs.

        Args:
            cloud: Those outside of the house, too, which may cost something.
            progress: Is told how much is done, from 0 to 1.
        """
        async with self._one_at_a_time:
            phrase = str(self._entry.options.get(CONF_PHRASE, ""))
            chosen = self._entry.options.get(CONF_PIPELINES, [])
            ears = await ears_of(self._hass, chosen)
            tried = [ear for ear in ears if cloud or not ear.cloud]
            checked = []
            for number, ear in enumerate(tried):

                def told(part: float, before: int = number) -> None:
                    progress((before + part) / len(tried))

                judge = self._judge(ear, phrase)
                checked.append(await check_ear(self._hass, ear, judge, self._languages, told))
            now = dt_util.utcnow().timestamp()
            for one in checked:
                await self._keep(one.ear.fingerprint(phrase), one.heard, now)
            known = [(ear, self._known(ear, phrase, now)) for ear in ears]
            await self._know(known)
            return tuple(checked)

    def _known(self, ear: Ear, phrase: str, now: float) -> str | None:
        return self._memory.get(ear.fingerprint(phrase), now, lasting=ear.cloud)

    async def _heard(self, ear: Ear, phrase: str, *, again: bool) -> str | None:
        """Return what an engine makes of silence; None for one that was not tried, since that costs."""
        fingerprint, now = ear.fingerprint(phrase), dt_util.utcnow().timestamp()
        known = self._memory.get(fingerprint, now, lasting=ear.cloud)
        if not again and not phrase:
            return (
                known or Heard.NOTHING
            )  # there is little to make up: tried when somebody asks for it
        if not again and (known is not None or ear.cloud):
            return known
        return await self._keep(fingerprint, await self._listen(ear, phrase), now)

    async def _keep(self, fingerprint: str, heard: Heard, now: float) -> str:
        """Remember what an engine was heard to make up, and return what counts.

        That it did not answer this time makes it no better than it was, however long ago.
        """
        last = self._memory.last(fingerprint)
        if heard is Heard.UNKNOWN and last is not None and made_up(last) is not None:
            return last
        await self._memory.put(fingerprint, heard, now)
        return heard

    async def _listen(self, ear: Ear, phrase: str) -> Heard:
        """Try an engine with little; with everything where it has made something up before."""
        judge = self._judge(ear, phrase)
        if made_up(self._memory.last(ear.fingerprint(phrase))) is None:
            return await listen(self._hass, ear, judge, PATIENCE)
        return (await check_ear(self._hass, ear, judge, self._languages)).heard

    def _judge(self, ear: Ear, phrase: str) -> Judge:
        recogniser = self._languages.recogniser(ear.language, self._contacts())
        return Judge(phrase, self._languages, () if recogniser is None else (recogniser,))

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
        for kind in (*ISSUES_EARS.values(), ISSUE_EARS_UNTRIED):
            ir.async_delete_issue(self._hass, DOMAIN, kind)
