"""Afterwards: what is heard of a message once nobody waits for an answer any more.

It is written down like every other step. What went wrong is told where the message was asked for; that all is well is
there for whoever asks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..core.answer import Answer, AnswerKind
from ..core.contacts import Contact
from ..core.level import Level
from ..core.request import Origin, Request
from ..ledger.format.entries import Kind
from .answers import Answers, Asked
from .records import Book, Notice

type Late = Callable[[Answer, Origin], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a channel has taken, as it was written down.

    Attributes:
        request: What was asked for.
        contact_id: Whom it went to.
        level: What it was proved by.
    """

    request: Request
    contact_id: str
    level: Level


class Afterwards:
    """Writes down, and tells, what becomes of a message later.

    Attributes:
        on_late: Called with what has become of it, and where it was asked for.
    """

    def __init__(
        self, book: Book, answers: Answers, contact: Callable[[str | None], Contact | None]
    ) -> None:
        """Write into this book; `contact` returns whom an id means now."""
        self._book = book
        self._answers = answers
        self._contact = contact
        self.on_late: Late | None = None

    def tell(self, answer: Answer, origin: Origin) -> None:
        """Tell what no answer has waited for, where it was asked."""
        if self.on_late is not None:
            self.on_late(answer, origin)

    async def arrived(self, sent: Sent) -> None:
        """Write down that it has arrived.

        Raises:
            LedgerError: If it cannot be written down.
        """
        await self._record(Kind.ARRIVED, sent, ())

    async def failed(self, sent: Sent, reason: str, *, aloud: bool) -> None:
        """Write down that a failure was reported, and tell it: aloud where it was asked, or on Home Assistant's screen.

        Raises:
            LedgerError: If it cannot be written down.
        """
        await self._record(Kind.FAILED_LATER, sent, (reason,))
        origin = sent.request.origin
        words = self._answers.words(origin)
        name = Asked(sent.request, self._contact(sent.contact_id)).called(words)
        answer = Answer(
            kind=AnswerKind.UNKNOWN,
            text=words.say("failed_later", recipient=name),
            reasons=(reason,),
        )
        self.tell(answer, origin if aloud else Origin(user_id=origin.user_id))

    def one_failed(self, contact_id: str, language: str) -> None:
        """Tell, on Home Assistant's screen, that one of several messages has failed; nobody knows which.

        Args:
            contact_id: Whom they went to.
            language: The household's.
        """
        origin = Origin(language=language)
        words = self._answers.words(origin)
        contact = self._contact(contact_id)
        name = "" if contact is None else words.speakable(contact.name)
        text = words.say("one_failed_later", recipient=name)
        self.tell(Answer(kind=AnswerKind.UNKNOWN, text=text), origin)

    async def _record(self, kind: Kind, sent: Sent, reasons: tuple[str, ...]) -> None:
        await self._book.write([Notice(kind, sent.request, sent.contact_id, sent.level, reasons)])
