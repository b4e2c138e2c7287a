"""Telling: what nobody could say in the answer of a turn, where it was asked.

A satellite says it. What was typed has no voice, and its answer was given already; so it is shown as a notification
on Home Assistant's screen, under the name of whoever has typed it, without the words of the message.
"""

from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..approvals.satellite import SatelliteQuestions
from ..const import DOMAIN, NAME
from ..core.answer import Answer
from ..core.question import join_names
from ..core.request import Origin
from ..guarding.answers import words_for
from ..guarding.guard import Guard
from ..guarding.records import Notice
from ..home.surroundings import Home, logged
from ..provenance.turn import Turn

ATTR_USER_ID: Final = "user_id"


class Telling:
    """Tells people what became of their messages, on the satellite or the screen where they have asked."""

    def __init__(
        self, hass: HomeAssistant, guard: Guard, home: Home, questions: SatelliteQuestions
    ) -> None:
        """Create what tells late answers; `start` begins."""
        self._hass = hass
        self._guard = guard
        self._home = home
        self._questions = questions
        self._shown: set[str] = set()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Tell what deliveries come to that no answer waits for; returns what ends that."""
        unsubscribe = self._guard.subscribe(self._noticed)
        self._guard.afterwards.on_late = self.tell

        @callback
        def stop() -> None:
            self._guard.afterwards.on_late = None
            unsubscribe()
            for confirmation_id in tuple(self._shown):
                self._take_back(confirmation_id)

        return stop

    @callback
    def follow_up(self, answer: Answer, turn: Turn) -> None:
        """Tell, after a turn, what nobody has said in it."""
        if turn.origin.satellite_id is not None:
            self._questions.follow_up(answer, turn)
        elif answer.pending and answer.confirmation_id is not None:
            self._show_waiting(answer.confirmation_id, turn.origin)
        else:
            self._show(answer.text, turn.origin)

    @callback
    def tell(self, answer: Answer, origin: Origin) -> None:
        """Tell something that is true now, and was not known when it was asked."""
        work = self._tell(answer.text, origin)
        self._home.run_long(logged("Telling what became of a message", work))

    async def _tell(self, text: str, origin: Origin) -> None:
        satellite_id = origin.satellite_id
        if satellite_id is None or not await self._questions.say(satellite_id, text):
            self._show(text, origin)

    def _show_waiting(self, confirmation_id: str, origin: Origin) -> None:
        """Show that a message waits, until it does no longer."""
        found = next((item for item in self._guard.pending if item.id == confirmation_id), None)
        if found is None:
            return
        self._shown.add(confirmation_id)
        words = words_for(self._home, origin)
        text = words.say("waits_for_you", recipient=join_names(found.recipients, words))
        self._show(text, origin, confirmation_id)

    def _show(self, text: str, origin: Origin, name: str | None = None) -> None:
        person = self._person(origin.user_id)
        persistent_notification.async_create(
            self._hass,
            text,
            title=NAME if person is None else f"{NAME}: {person}",
            notification_id=None if name is None else f"{DOMAIN}_{name}",
        )

    def _person(self, user_id: str | None) -> str | None:
        """Return what a user is called who is a person of this home."""
        for state in self._hass.states.async_all("person") if user_id is not None else ():
            if state.attributes.get(ATTR_USER_ID) == user_id:
                return str(state.attributes.get(ATTR_FRIENDLY_NAME) or state.object_id)
        return None

    @callback
    def _noticed(self, _notice: Notice) -> None:
        """Take back what no longer waits."""
        if self._shown:
            waiting = {confirmation.id for confirmation in self._guard.pending}
            for confirmation_id in self._shown - waiting:
                self._take_back(confirmation_id)

    def _take_back(self, confirmation_id: str) -> None:
        self._shown.discard(confirmation_id)
        persistent_notification.async_dismiss(self._hass, f"{DOMAIN}_{confirmation_id}")
