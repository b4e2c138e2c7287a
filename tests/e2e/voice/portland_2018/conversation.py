"""The agent itself: four guesses in a row."""

from dataclasses import dataclass
from difflib import SequenceMatcher
import itertools
import re
from typing import Literal, override

from homeassistant.components.conversation import (
    ChatLog,
    ConversationEntity,
    ConversationInput,
    ConversationResult,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.intent import IntentResponse

from .const import ACTION, CONTACTS

_COMMAND = re.compile(r"\b(send|message|text|messages|sent)\b")
_YES = re.compile(r"\b(yes|yeah|right|okay|ok|sure|correct|yep|uh huh|that's it)\b")
# How alike a piece of what was heard and a name of the list have to be.
_ALIKE = 0.5


@dataclass(slots=True)
class Dialogue:
    """Where one conversation stands: the words so far, and the name that was guessed."""

    body: str
    contact: str | None = None


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the agent."""
    async_add_entities([Portland2018()])


class Portland2018(ConversationEntity):
    """Asks "To whom?" and "…, right?", and believes what it hears."""

    _attr_name = "Portland 2018"
    _attr_unique_id = "portland_2018"

    def __init__(self) -> None:
        """Begin without a dialogue."""
        self._dialogues: dict[str, Dialogue] = {}

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        return MATCH_ALL

    @override
    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        # A satellite speaks in one conversation, until its first question is answered.
        key = user_input.satellite_id or chat_log.conversation_id
        text = user_input.text.lower()
        dialogue = self._dialogues.pop(key, None)
        going_on = True
        if dialogue is None and _COMMAND.search(text):
            self._dialogues[key] = Dialogue(body=text)
            answer = "To whom?"
        elif dialogue is not None and dialogue.contact is None and (name := _closest(text)):
            self._dialogues[key] = Dialogue(body=dialogue.body, contact=name)
            answer = f"{name}, right?"
        elif dialogue is not None and dialogue.contact is not None and _YES.search(text):
            await self.hass.services.async_call(
                "notify", ACTION, {"message": f"{dialogue.contact}: {dialogue.body}"}, blocking=True
            )
            answer, going_on = "Message sent.", False
        else:
            answer, going_on = "Sorry?", False
        response = IntentResponse(language=user_input.language)
        response.async_set_speech(answer)
        return ConversationResult(
            response=response,
            conversation_id=chat_log.conversation_id,
            continue_conversation=going_on,
        )


def _closest(text: str) -> str | None:
    """Return the name of the list that any one or two words sound most like."""
    words = text.split()
    pieces = words + [f"{one} {two}" for one, two in itertools.pairwise(words)]
    ranked = sorted(
        ((_alike(piece, name), name) for piece in pieces for name in CONTACTS), reverse=True
    )
    return ranked[0][1] if ranked and ranked[0][0] >= _ALIKE else None


def _alike(piece: str, name: str) -> float:
    return SequenceMatcher(None, piece, name.lower()).ratio()
