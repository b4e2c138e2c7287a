"""Telling: that somebody has written is said where they were written to, or shown to whoever has typed it.

Nothing is said on anybody else's account: without somebody who has asked within half an hour a message waits.
"""

import asyncio
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.media_player.const import (
    DOMAIN as MEDIA_PLAYER_DOMAIN,
    MediaPlayerState,
)
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_MEDIA_PAUSE, SERVICE_MEDIA_PLAY
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..approvals.satellite import SatelliteQuestions
from ..const import DOMAIN, NAME
from ..core.household import Household
from ..core.incoming import Incoming
from ..core.incoming_rules import Handling, IncomingFacts, Media, Treatment
from ..core.language import Language
from ..core.request import Origin
from ..guarding.answers import words_for
from ..guarding.guard import Guard
from ..home.origin import area_of
from ..home.signals import nobody_is_home
from ..home.surroundings import Home, logged
from ..ledger.format.entries import Kind
from ..recognition.sentences import Languages
from .inbox import Asked, Inbox, Waiting
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
        if asked is None:
            return
        if waiting.message.user_id is not None:
            self._show(waiting.message, asked.origin)
        elif treatment.handling <= Handling.TELL:
            self._begin(waiting, treatment, asked)
        elif _PASSES.issuperset(treatment.reasons):
            self._later[waiting.message.id] = (waiting, asked)

    def _begin(self, waiting: Waiting, treatment: Treatment, asked: Asked) -> None:
        work = self._tell(waiting, treatment, asked.origin)
        self._home.run_long(logged("Telling of a message", work))

    @callback
    def _look_again(self, _now: datetime) -> None:
        """Tell of what may be told by now; who has asked too long ago is not told any more."""
        there = {waiting.message.id for waiting in self._inbox.waiting}
        for message_id, (waiting, asked) in tuple(self._later.items()):
            still = self._inbox.asked(waiting.message.contact_id)
            treatment = self._inbox.treatment(waiting.message, asked)
            reasons = set(treatment.reasons) - {"late", "rate"}
            if message_id not in there or still is None or treatment.handling is Handling.DROP:
                del self._later[message_id]
            elif treatment.handling is not Handling.KEEP or not reasons:
                del self._later[message_id]
                chosen = self._household.incoming.of(waiting.message.contact_id).reading
                self._begin(waiting, Treatment(max(chosen, Handling.READ), ()), asked)

    # --- on a satellite ---------------------------------------------------------------------------

    async def _tell(self, waiting: Waiting, treatment: Treatment, origin: Origin) -> None:
        """Say it once the satellite is silent; what cannot be said waits."""
        satellite_id = origin.satellite_id
        if satellite_id is None:
            return
        language = words_for(self._home, origin)
        message = waiting.message
        aloud = treatment.handling is Handling.READ and not self._saying.is_withheld(
            message, language
        )
        paused = await self._pause(satellite_id)
        try:
            if aloud:
                await self._inbox.read(message, satellite_id)
                said = await self._say_words(message, origin, language)
            else:
                said = await self._say_that_there_is(waiting, origin, language)
        finally:
            await self._media(SERVICE_MEDIA_PLAY, paused)
        if said:
            self._talk.meant(origin, [message])
        else:
            _LOGGER.warning("%s could not be told of a message", satellite_id)
            if not aloud:
                await self._inbox.kept(waiting, "not_said")

    async def _say_words(self, message: Incoming, origin: Origin, language: Language) -> bool:
        satellite_id = origin.satellite_id or ""
        text = self._saying.words(message, language)
        self._saying.begins(satellite_id, [text])
        said = await self._questions.say(satellite_id, text)
        self._saying.ended(satellite_id)
        return said

    async def _say_that_there_is(
        self, waiting: Waiting, origin: Origin, language: Language
    ) -> bool:
        satellite_id = origin.satellite_id or ""
        name = self._saying.name(waiting.message.contact_id, language)
        opens = self._household.incoming.microphone and self._home.reopens(origin)
        await self._inbox.announced(waiting, satellite_id)
        if not opens:
            return await self._questions.say(
                satellite_id, language.say("incoming_told", sender=name)
            )
        sentence = await self._ask(satellite_id, language.say("incoming_asks", sender=name))
        if sentence is not None and self._asks_for_it(sentence, origin):
            message = waiting.message
            if not self._saying.is_withheld(message, language):
                await self._inbox.read(message, satellite_id)
                return await self._say_words(message, origin, language)
        elif sentence and language.is_decline(sentence):
            await self._questions.say(satellite_id, language.say("incoming_later"))
        return sentence is not None

    async def _ask(self, satellite_id: str, question: str) -> str | None:
        """Ask once and return what is said; it goes to nobody else. None where it cannot be asked."""
        if not await self._questions.is_free(satellite_id):
            return None
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
            return ""
        return str((found or {}).get("sentence") or "")

    def _asks_for_it(self, sentence: str, origin: Origin) -> bool:
        """Return whether it is asked for in words of its own: a yes or an okay reads nothing out."""
        recogniser = self._languages.recogniser(origin.language, self._household.contacts)
        found = recogniser.recognise(sentence) if recogniser is not None else None
        return found is not None and found.kind in {"read_out", "said"}

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
