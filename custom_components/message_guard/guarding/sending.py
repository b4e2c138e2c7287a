"""Sending: the last step, of what was decided and proved."""

import asyncio

from ..core.answer import Answer
from ..core.confirmation import Recipient
from ..core.errors import LedgerError
from ..core.level import Level
from ..core.outcome import Outcome
from ..core.trouble import read
from ..ledger.format.entries import Kind
from . import outcomes
from .afterwards import Afterwards
from .answers import Answers
from .outcomes import Result, kind_of, reasons_of
from .ports import Sender, Surroundings, log_failure
from .records import Approver, Book

ANSWER_SECONDS = 8.0
"""How long an answer waits for a channel. Nobody stands before a silent loudspeaker for longer."""

TELL_SECONDS = 600.0
"""How long somebody may still be there to be told: later, a voice would speak into whatever is going on."""


class Sending:
    """Writes that it may be sent, durably; then sends, each request once."""

    def __init__(
        self,
        book: Book,
        sender: Sender,
        answers: Answers,
        home: Surroundings,
        afterwards: Afterwards,
    ) -> None:
        """Send by this channel what stands in this book; `afterwards` tells what no answer has waited for."""
        self._book = book
        self._sender = sender
        self._answers = answers
        self._home = home
        self._running: set[asyncio.Task[list[Result]]] = set()
        self._afterwards = afterwards

    async def send(
        self,
        recipients: tuple[Recipient, ...],
        level: Level,
        reasons: tuple[str, ...],
        approver: Approver | None,
    ) -> Answer:
        """Send to all of them, and say what is known: to whom it went, or that it is on its way.

        Raises:
            LedgerError: If it could not be written down: then nothing was sent.
        """
        words = self._answers.words(recipients[0].request.origin)
        # Before anything is sent: an error from here on would be answered with "not sent".
        patient = all(self._sender.may_wait(item) for item in recipients)
        waiting = outcomes.under_way(recipients, words, patient=patient)
        await self._book.record_recipients(Kind.AUTHORISED, recipients, level, reasons, approver)
        work = self._home.run_long(self._deliver_all(recipients, level))
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        await asyncio.wait({work}, timeout=ANSWER_SECONDS)
        if work.done():
            return outcomes.answer(work.result(), words)
        began = self._home.now()
        work.add_done_callback(lambda done: self._is_late(done, began))
        return waiting

    async def stop(self) -> None:
        """Cut off what is being delivered, and see that it is written down."""
        await self._sender.stop()
        if self._running:
            await asyncio.wait(tuple(self._running))

    def _is_late(self, work: asyncio.Task[list[Result]], began: float) -> None:
        """See that it is told what became of a delivery that has taken long.

        Of one that was cut off at the end of the guard nobody is told now, but after the next start.
        """
        if work.cancelled():
            return
        results = work.result()
        origin = results[0].recipient.request.origin
        whole = all(result.outcome.whole for result in results)
        if whole and self._home.now() - began > TELL_SECONDS:
            return  # it went as it should, while nobody waited for it
        self._afterwards.tell(outcomes.answer(results, self._answers.words(origin)), origin)

    async def _deliver_all(self, recipients: tuple[Recipient, ...], level: Level) -> list[Result]:
        """Deliver side by side: one channel that hangs keeps no message from anybody else."""
        return list(await asyncio.gather(*(self._deliver(item, level) for item in recipients)))

    async def _deliver(self, recipient: Recipient, level: Level) -> Result:
        outcome = await self._outcome(recipient)
        try:
            await self._book.record_recipients(
                kind_of(outcome), (recipient,), level, reasons_of(outcome), None
            )
        except LedgerError as error:
            # Authorised is on disk already; the next start reports it as interrupted.
            log_failure("the ledger, after delivery,", error)
        return Result(recipient, outcome)

    async def _outcome(self, recipient: Recipient) -> Outcome:
        try:
            return await self._sender.send(recipient)
        except Exception as error:  # noqa: BLE001 - a channel may raise anything; it is an outcome
            log_failure("delivery", error)
            return read(error, recipient.request.content.body)
