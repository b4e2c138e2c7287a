"""Telling: that somebody has written is said where they were written to, or shown to whoever has typed it.

Nothing is said on anybody else's account: without somebody who has asked within half an hour a message waits.
"""

import asyncio
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.media_player.const import (
    DOMAIN as MEDIA_PLAYER_DOMAIN,
    MediaPlayerState,
)
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_MEDIA_PAUSE, SERVICE_MEDIA_PLAY
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ..approvals.satellite import SatelliteQuestions
from ..const import DOMAIN, NAME
from ..core.household import Household
from ..core.incoming import Incoming
from ..core.incoming_rules import Handling, IncomingFacts, Media, Treatment
from ..core.request import Origin
from ..guarding.answers import words_for
from ..guarding.guard import Guard
from ..home.origin import area_of
from ..home.signals import nobody_is_home
from ..home.surroundings import Home, logged
from ..ledger.format.entries import Kind
from ..recognition.sentences import Languages
from .asking import Asked
from .inbox import NOT_READ, Inbox, Waiting
from .records import IncomingNotice
from .saying import Saying
from .talk import Talk

_LOGGER = logging.getLogger(__name__)

AGAIN: Final = timedelta(minutes=1)
"""How often it is looked whether what waits may be told by now."""

ANSWER_SECONDS: Final = 30.0
"""How long a microphone that was opened for a message waits for what is said."""

_PASSES: Final = frozenset({"media_playing", "quiet_hours", "nobody_home"})
"""Reasons that pass by themselves while somebody is still told where they have asked."""


class IncomingTelling:
    """Tells people of what has come in."""

    def __init__(
        self,
        hass: HomeAssistant,
        inbox: Inbox,
        saying: Saying,
        talk: Talk,
        guard: Guard,
        home: Home,
        languages: Languages,
        questions: SatelliteQuestions,
    ) -> None:
        """Create it; `start` begins."""
        self._hass = hass
        self._inbox = inbox
        self._saying = saying
        self._talk = talk
        self._guard = guard
        self._home = home
        self._languages = languages
        self._questions = questions
        self._later: dict[str, tuple[Waiting, Asked]] = {}
        self._shown: set[str] = set()

    @property
    def _household(self) -> Household:
        return self._guard.household

    @property
    def _language(self) -> str:
        language: str = self._hass.config.language
        return language

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Tell of what arrives; returns what ends that."""
        self._inbox.on_arrival = self._arrived
        self._inbox.surroundings = self.surroundings
        unsubscribe = self._inbox.subscribe(self._noticed)
        end = async_track_time_interval(self._hass, self._look_again, AGAIN)

        @callback
        def stop() -> None:
            self._inbox.on_arrival = None
            unsubscribe()
            end()
            for message_id in tuple(self._shown):
                self._take_back(message_id)

        return stop

    @callback
    def surroundings(self, satellite_id: str | None) -> IncomingFacts:
        """Return what is so in the home now, and at this satellite."""
        local = dt_util.now()
        return IncomingFacts(
            allowed=self._inbox.allowed,
            satellite_id=satellite_id,
            local_minute=local.hour * 60 + local.minute,
            nobody_home=nobody_is_home(self._hass),
            media_playing=bool(self._players(satellite_id)),
        )

    @callback
    def _arrived(self, waiting: Waiting, treatment: Treatment, asked: Asked | None) -> None:
        if waiting.message.user_id is not None:
            if not waiting.full:
                origin = asked.origin if asked is not None else Origin(language=self._language)
                self._show(waiting.message, origin)
        elif asked is None:
            return
        elif treatment.handling <= Handling.TELL:
            self._begin(waiting, asked)
        elif _PASSES.issuperset(treatment.reasons):
            self._later[waiting.message.id] = (waiting, asked)

    def _begin(self, waiting: Waiting, asked: Asked) -> None:
        self._home.run_long(logged("Telling of a message", self._tell(waiting, asked)))

    @callback
    def _look_again(self, _now: datetime) -> None:
        """Tell of what may be told by now; who has asked too long ago is not told any more."""
        for message_id, (waiting, asked) in tuple(self._later.items()):
            treatment = self._now(waiting, asked)
            still = self._inbox.asking.last(waiting.message.contact_id)
            if treatment is None or still is None or treatment.handling is Handling.DROP:
                del self._later[message_id]
            elif treatment.handling is not Handling.KEEP:
                del self._later[message_id]
                self._begin(waiting, asked)

    def _now(self, waiting: Waiting, asked: Asked) -> Treatment | None:
        """Return what is done with a message now; None where it waits no more, or is nobody's."""
        message = waiting.message
        known = self._household.contacts.get(message.contact_id)
        if known is None or waiting not in self._inbox.waiting:
            return None
        return self._inbox.treatment(message, asked, waiting)

    # --- on a satellite ---------------------------------------------------------------------------

    async def _tell(self, waiting: Waiting, asked: Asked) -> None:
        """Say it once the satellite is silent, as it may be said then; what cannot be said waits."""
        satellite_id = asked.origin.satellite_id
        if satellite_id is None:
            return
        async with self._questions.floor(satellite_id) as silent:
            treatment = self._now(waiting, asked)
            if treatment is None:
                return
            if treatment.handling >= Handling.KEEP:
                if _PASSES.issuperset(treatment.reasons):
                    self._later[waiting.message.id] = (waiting, asked)
                await self._inbox.kept(waiting, *treatment.reasons)
            elif not silent:
                await self._inbox.kept(waiting, NOT_READ)
            else:
                await self._tell_now(waiting, treatment, asked, satellite_id)

    async def _tell_now(
        self, waiting: Waiting, treatment: Treatment, asked: Asked, satellite_id: str
    ) -> None:
        language = words_for(self._home, asked.origin)
        paused = await self._pause(satellite_id)
        try:
            if treatment.handling is Handling.READ and not self._saying.is_withheld(
                waiting.message, language
            ):
                said = await self._say_words(waiting, asked, satellite_id)
            else:
                said = await self._say_that_there_is(waiting, asked, satellite_id)
        finally:
            await self._media(SERVICE_MEDIA_PLAY, paused)
        if said:
            self._talk.meant(asked.origin, [waiting.message])
        else:
            _LOGGER.warning("%s could not be told of a message", satellite_id)

    async def _say_words(self, waiting: Waiting, asked: Asked, satellite_id: str) -> bool:
        """Read it out; what is not said to its end is not read, and waits."""
        message, language = waiting.message, words_for(self._home, asked.origin)
        text = self._saying.words(message, language)
        before = self._now(waiting, asked)
        await self._inbox.read(message, satellite_id)
        # Written down first, which takes its time: what was changed meanwhile counts.
        said = (
            before is not None
            and self._inbox.treatment(message, asked, waiting).handling <= Handling.TELL
            and not self._saying.is_withheld(message, language)
        )
        heard = False
        try:
            if said:
                with self._saying.sounds(satellite_id, text):
                    heard = await self._questions.announce(satellite_id, text)
        finally:
            if not heard:
                await self._inbox.put_back(waiting)
        return heard

    async def _say_that_there_is(self, waiting: Waiting, asked: Asked, satellite_id: str) -> bool:
        message, origin = waiting.message, asked.origin
        language = words_for(self._home, origin)
        name = self._saying.name(message.contact_id, language)
        if not self._opens(origin):
            said = await self._questions.announce(
                satellite_id, language.say("incoming_told", sender=name)
            )
            await self._told(waiting, satellite_id, said=said)
            return said
        sentence = await self._ask(satellite_id, language.say("incoming_asks", sender=name))
        await self._told(waiting, satellite_id, said=sentence is not None)
        if sentence is None:
            return False
        wish = self._wish(sentence, origin)
        if wish == "forget":
            await self._inbox.forget(message)
            await self._questions.announce(satellite_id, language.say("incoming_forgotten"))
        elif wish is not None:
            treatment = self._now(waiting, asked)
            if (
                treatment is not None
                and treatment.handling <= Handling.TELL
                and not self._saying.is_withheld(message, language)
            ):
                return await self._say_words(waiting, asked, satellite_id)
        elif any(map(language.is_decline, self._home.heard_as(sentence))):
            await self._questions.announce(satellite_id, language.say("incoming_later"))
        return True

    async def _told(self, waiting: Waiting, satellite_id: str, *, said: bool) -> None:
        if said:
            await self._inbox.announced(waiting, satellite_id)
        else:
            await self._inbox.kept(waiting, NOT_READ)

    def _opens(self, origin: Origin) -> bool:
        """Return whether the microphone may open here: never where something waits for its proof."""
        return (
            self._household.incoming.microphone
            and self._home.reopens(origin)
            and not any(one.place == origin.place for one in self._guard.pending)
        )

    async def _ask(self, satellite_id: str, question: str) -> str | None:
        """Ask once and return what is said; it goes to nobody else. None where it was not asked."""
        asked = False

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            nonlocal asked
            new = event.data["new_state"]
            asked = asked or (new is not None and new.state == AssistSatelliteState.LISTENING)

        stop = async_track_state_change_event(self._hass, satellite_id, changed)
        try:
            async with asyncio.timeout(ANSWER_SECONDS + len(question)):
                found: dict[str, Any] | None = await self._hass.services.async_call(
                    SATELLITE_DOMAIN,
                    "ask_question",
                    {ATTR_ENTITY_ID: satellite_id, "question": question},
                    blocking=True,
                    return_response=True,
                    context=Context(),
                )
        except (HomeAssistantError, TimeoutError) as error:
            _LOGGER.debug("Nobody has answered: %s", type(error).__name__)
            return "" if asked else None
        finally:
            stop()
        return str((found or {}).get("sentence") or "")

    def _wish(self, sentence: str, origin: Origin) -> str | None:
        """Return what is asked for in words of its own, "read_out" or "forget": a yes or an okay reads nothing out."""
        recogniser = self._languages.recogniser(origin.language, self._household.contacts)
        if recogniser is None:
            return None
        wishes = map(recogniser.wish, self._home.heard_as(sentence))
        return next((wish for wish in wishes if wish is not None), None)

    # --- what plays ---------------------------------------------------------------------------------

    def _players(self, satellite_id: str | None) -> list[str]:
        """Return what plays where a satellite stands; anywhere, if that is not known."""
        area = area_of(self._hass, satellite_id, None)
        return [
            state.entity_id
            for state in self._hass.states.async_all(MEDIA_PLAYER_DOMAIN)
            if state.state == MediaPlayerState.PLAYING
            and (area is None or area_of(self._hass, state.entity_id, None) in {area, None})
        ]

    async def _pause(self, satellite_id: str) -> list[str]:
        """Pause what plays there, where the household wants that, and return it."""
        if self._household.incoming.media != Media.PAUSE:
            return []
        players = self._players(satellite_id)
        await self._media(SERVICE_MEDIA_PAUSE, players)
        return players

    async def _media(self, service: str, players: list[str]) -> None:
        if not players:
            return
        try:
            await self._hass.services.async_call(
                MEDIA_PLAYER_DOMAIN,
                service,
                {ATTR_ENTITY_ID: players},
                blocking=True,
                context=Context(),
            )
        except HomeAssistantError as error:
            _LOGGER.warning("What plays could not be paused: %s", type(error).__name__)

    # --- on a screen --------------------------------------------------------------------------------

    def _show(self, message: Incoming, origin: Origin) -> None:
        """Show whoever has typed it that there is an answer, without a word of it: everybody sees that screen."""
        language = words_for(self._home, origin)
        name = self._saying.name(message.contact_id, language)
        self._shown.add(message.id)
        persistent_notification.async_create(
            self._hass,
            language.say("incoming_shown", sender=name),
            title=NAME,
            notification_id=f"{DOMAIN}_{message.id}",
        )

    @callback
    def _noticed(self, notice: IncomingNotice) -> None:
        """Take back what was shown once it was read, or never will be."""
        if notice.kind in {Kind.READ, Kind.DROPPED} and notice.message_id in self._shown:
            self._take_back(notice.message_id)

    def _take_back(self, message_id: str) -> None:
        self._shown.discard(message_id)
        persistent_notification.async_dismiss(self._hass, f"{DOMAIN}_{message_id}")
