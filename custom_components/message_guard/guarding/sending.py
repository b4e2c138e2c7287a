"""Sending: the last step, of what was decided and proved."""

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Recipient
from ..core.errors import DeliveryError, LedgerError
from ..core.ledger import Kind
from ..core.policy import Level
from ..core.question import join_names
from .answers import Answers
from .ports import Sender, log_failure
from .records import Approver, Book


class Sending:
    """Writes that it may be sent, durably; then sends, each request once."""

    def __init__(self, book: Book, sender: Sender, answers: Answers) -> None:
        """Send by this channel what stands in this book."""
        self._book = book
        self._sender = sender
        self._answers = answers

    async def send(
        self,
        recipients: tuple[Recipient, ...],
        level: Level,
        reasons: tuple[str, ...],
        approver: Approver | None,
    ) -> Answer:
        """Send to all of them, and say to whom it went.

        Raises:
            LedgerError: If it could not be written down: then nothing was sent.
        """
        words = self._answers.words(recipients[0].request.origin)
        # Before anything is sent: an error from here on would be answered with "not sent".
        sent = words.say("sent", recipient=join_names(recipients, words))
        await self._book.record_recipients(Kind.AUTHORISED, recipients, level, reasons, approver)
        failed = [item for item in recipients if not await self._deliver(item, level)]
        if failed:
            text = words.say("delivery_failed", recipient=join_names(tuple(failed), words))
            return Answer(kind=AnswerKind.FAILED, text=text, reasons=("delivery_failed",))
        return Answer(kind=AnswerKind.SENT, text=sent)

    async def _deliver(self, recipient: Recipient, level: Level) -> bool:
        kind = Kind.DELIVERED
        reasons: tuple[str, ...] = ()
        try:
            await self._sender.send(recipient)
        except DeliveryError as error:
            kind, reasons = Kind.FAILED, (str(error),)
        except Exception as error:  # noqa: BLE001 - a channel may raise anything; it is recorded
            log_failure("delivery", error)
            kind, reasons = Kind.FAILED, ("channel_error", type(error).__name__)
        try:
            await self._book.record_recipients(kind, (recipient,), level, reasons, None)
        except LedgerError as error:
            # Authorised is on disk already; the next start reports it as interrupted.
            log_failure("the ledger, after delivery,", error)
        return kind is Kind.DELIVERED
