"""Risk signals: what the home knows that makes a request less likely to be meant."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from homeassistant.components.media_player.const import (
    DOMAIN as MEDIA_PLAYER_DOMAIN,
    MediaPlayerState,
)
from homeassistant.components.zone import ENTITY_ID_HOME
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant

from ..core.request import Origin, Request, Route
from ..core.rules import EARS_INVENT, EARS_INVENT_CODE
from .heard import Heard
from .origin import area_of

if TYPE_CHECKING:
    from .satellites import SatelliteWatch

MEDIA_PLAYING: Final = "media_playing"
NOBODY_HOME: Final = "nobody_home"
REPEATED_WAKES: Final = "repeated_wakes"
LONG_UTTERANCE: Final = "long_utterance"

SIGNALS: Final = (MEDIA_PLAYING, NOBODY_HOME, REPEATED_WAKES, LONG_UTTERANCE)
"""All that a household may switch on, each with a level of its own."""

LONG_WORDS = 40
"""A spoken command with a message in it is rarely longer; talk that nobody meant for us often is."""

LONG_CHARACTERS = 240
"""The same for writing without spaces between words."""

IDLE_WAKES = 3
"""Wakes in a short while that brought no command, with the one in which the message is asked for."""


class Signals:
    """Looks around the home when a request is decided."""

    def __init__(
        self,
        hass: HomeAssistant,
        satellites: SatelliteWatch,
        made_up: Callable[[Origin], frozenset[Heard]] = lambda _origin: frozenset(),
    ) -> None:
        """Look around this home.

        Args:
            hass: Home Assistant.
            satellites: When they were woken.
            made_up: Tells what the speech-to-text engine there makes up although nobody speaks.
        """
        self._hass = hass
        self._satellites = satellites
        self._made_up = made_up

    def of(self, request: Request) -> frozenset[str]:
        """Return the signals that are there now."""
        origin = request.origin
        made_up = self._made_up(origin)
        found = {
            MEDIA_PLAYING: self._media_playing(origin),
            # Somebody who is signed in has asked, wherever that is.
            NOBODY_HOME: origin.user_id is None and nobody_is_home(self._hass),
            REPEATED_WAKES: self._satellites.idle_wakes(origin.satellite_id) >= IDLE_WAKES,
            LONG_UTTERANCE: request.route is Route.SENTENCE
            and not origin.typed
            and is_long(origin.utterance),
            EARS_INVENT: bool(made_up & {Heard.PHRASE, Heard.REQUEST}),
            EARS_INVENT_CODE: Heard.CODE in made_up,
        }
        return frozenset(name for name, there in found.items() if there)

    def _media_playing(self, origin: Origin) -> bool:
        """Return whether anything plays where the request was spoken; anywhere, if that is unknown."""
        return any(
            state.state == MediaPlayerState.PLAYING
            and (
                origin.area_id is None
                or area_of(self._hass, state.entity_id, None) in {origin.area_id, None}
            )
            for state in self._hass.states.async_all(MEDIA_PLAYER_DOMAIN)
        )


def nobody_is_home(hass: HomeAssistant) -> bool:
    """Return whether everybody is known to be out.

    The home zone also counts nobody when nobody is tracked, as in every new installation: then
    all persons are "unknown", and that tells nothing.
    """
    zone = hass.states.get(ENTITY_ID_HOME)
    tracked = any(
        person.state not in {STATE_UNKNOWN, STATE_UNAVAILABLE}
        for person in hass.states.async_all("person")
    )
    return tracked and zone is not None and zone.state == "0"


def is_long(utterance: str) -> bool:
    """Return whether an utterance is far longer than a spoken command."""
    return len(utterance.split()) > LONG_WORDS or len(utterance) > LONG_CHARACTERS
