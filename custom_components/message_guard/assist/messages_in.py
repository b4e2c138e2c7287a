"""What the conversation needs of what people write to the house."""

from typing import Protocol

from ..core.answer import Answer
from ..core.contacts import Contact
from ..core.language import Language
from ..core.request import Origin
from ..recognition.recognised import Recognised


class MessagesIn(Protocol):
    """Answers what is said about messages; `incoming/talk.py` does."""

    def is_echo(self, utterance: str, origin: Origin, language: Language | None) -> bool:
        """Return whether a message that is being read out is heard again there."""

    @property
    def allowed(self) -> bool:
        """Whether the household takes in what people write; otherwise there are no sentences about that."""

    def takes(self, found: Recognised, origin: Origin) -> bool:
        """Return whether a sentence is about messages here and now."""

    def whom(self, origin: Origin) -> Contact | None:
        """Return whom an answer at this place is for."""

    async def act(self, found: Recognised, origin: Origin, language: Language) -> Answer:
        """Do what a sentence asks for, and return what to say."""
