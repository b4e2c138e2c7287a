"""A field to answer in, in the notification by which a message reaches a phone; and that the phone tells when it came.

Both only where the household takes what comes in. They cost something: the words go by the phone's action, which hides
what its push service says against them, and what confirms them brings them to the bus a second time.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from ..approvals.phone import EVENT_TAPPED
from ..const import DOMAIN
from ..core.confirmation import Recipient
from ..core.household import Household
from ..core.incoming_rules import Handling

ANSWER: Final = "MESSAGE_GUARD_ANSWER_"
"""In front of the id of the request. It proves nothing: what counts is whose phone answers."""


TAG: Final = f"{DOMAIN}_message_"
"""In front of the id of the request, in the tag of its notification."""

CONFIRMATION: Final = "confirmation"
"""The app's word on Android: tell when the notification has come. On iOS it means nothing, and nothing is told."""

_UUID_LENGTH: Final = 32

__all__ = ["ANSWER", "EVENT_TAPPED", "PhoneAnswers", "is_answer", "request_of"]


@callback
def is_answer(data: Mapping[str, Any]) -> bool:
    """Return whether what a phone tells is an answer to a message of ours; cheap, for every event."""
    action = data.get("action")
    return isinstance(action, str) and action.startswith(ANSWER)


def request_of(action: str) -> str:
    """Return the id of the request that an answer names: a ULID, or a UUID, whose letters are small."""
    request_id = action.removeprefix(ANSWER)
    return request_id.casefold() if len(request_id) == _UUID_LENGTH else request_id


class PhoneAnswers:
    """Gives a message the field, where the household takes what comes in."""

    def __init__(
        self,
        hass: HomeAssistant,
        allowed: Callable[[], bool],
        household: Callable[[], Household],
    ) -> None:
        """Ask these whether the household, and from whom, takes answers."""
        self._hass = hass
        self._allowed = allowed
        self._household = household

    async def field_for(self, recipient: Recipient) -> Mapping[str, Any] | None:
        """Return the data of a notification that can be answered; None where nobody would take the answer."""
        chosen = self._household().incoming.of(recipient.contact.id)
        if not self._allowed() or chosen.reading is Handling.DROP:
            return None
        request_id = recipient.request.id
        found = await async_get_translations(
            self._hass, self._hass.config.language, "common", [DOMAIN]
        )
        title = found.get(f"component.{DOMAIN}.common.phone_answer", "Answer")
        # `behavior` is the app's word, on both systems: text is asked for in place of a mere tap.
        action = {
            "action": f"{ANSWER}{request_id.upper()}",
            "title": title,
            "behavior": "textInput",
        }
        return {"tag": f"{TAG}{request_id}", "actions": [action], CONFIRMATION: True}
