"""A guard on the bench: a real ledger and real language files; only the channel is recorded."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.components import make_guard
from custom_components.message_guard.core.answer import Answer
from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.outcome import Outcome, Reach, unknown
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guarding.guard import Guard
from custom_components.message_guard.guarding.locks import Locks
from custom_components.message_guard.guarding.records import Approver, Notice
from custom_components.message_guard.home.surroundings import Home
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.recognition.sentences import async_load_languages

PHRASE = "yes send the message"
KITCHEN = Origin(conversation_id="talk", satellite_id="assist_satellite.kitchen", language="en")
HALL = replace(KITCHEN, satellite_id="assist_satellite.hall")
PERSON = Approver("anna", "action")
TAKEN = Outcome(reach=Reach.SENT)


def contact(name: str, **more: object) -> Contact:
    """Return a contact that is reached by a notify entity."""
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=(f"notify.{name.lower()}",))
    return Contact(**{"id": name.lower(), "name": name, "channel": channel, **more})


def household(*contacts: Contact, **more: object) -> Household:
    """Return a household with this allowlist and the phrase of these tests."""
    return Household(**{"contacts": AddressBook(contacts), "phrase": PHRASE, **more})


@dataclass
class Outbox:
    """A channel that keeps what it is handed, or fails."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    failure: Exception | None = None
    outcome: Outcome = TAKEN
    hangs: asyncio.Event | None = None

    async def send(self, recipient: Recipient) -> Outcome:
        """Keep it."""
        if self.failure is not None:
            raise self.failure
        self.sent.append((recipient.contact.id, recipient.request.content.body))
        if self.hangs is not None:
            await self.hangs.wait()
        return self.outcome

    def may_wait(self, _recipient: Recipient) -> bool:
        """Return whether this takes as long as it likes."""
        return False

    async def stop(self) -> None:
        """Cut off what hangs."""
        if self.hangs is not None and not self.hangs.is_set():
            self.outcome = unknown("stopped")
            self.hangs.set()


@dataclass
class Bench:
    """A guard on the bench, and what it wrote, sent and told."""

    guard: Guard
    outbox: Outbox
    ledger: LedgerStore
    notices: list[Notice] = field(default_factory=list)
    count: int = 0

    def request(self, recipient: str = "Anna", body: str = "I am late", **more: object) -> Request:
        """Return a sentence's request from the kitchen."""
        self.count += 1
        return Request(
            **{
                "id": f"r{self.count}",
                "route": Route.SENTENCE,
                "origin": KITCHEN,
                "recipient": recipient,
                "content": Content(body=body),
                "created_at": 0.0,
                **more,
            }
        )

    async def ask(self, *requests: Request) -> Answer:
        """Submit, and let the question be heard."""
        answer = await self.guard.submit(*(requests or (self.request(),)))
        self.guard.question_heard(KITCHEN.place)
        return answer

    async def say(self, utterance: str, origin: Origin = KITCHEN) -> Answer | None:
        """Reply."""
        return await self.guard.reply(utterance, origin)

    @property
    def kinds(self) -> list[str]:
        """What happened, in order."""
        return [notice.kind.value for notice in self.notices]

    def code(self) -> str:
        """Return the proof of the code that is asked for; a person would have done the sum."""
        (confirmation,) = self.guard.pending
        assert confirmation.challenge is not None
        return f"send {confirmation.challenge.answer}"


@pytest.fixture
async def bench(hass: HomeAssistant, tmp_path: Path) -> AsyncGenerator[Bench]:
    """Return a guard with Anna on its list, and one more contact who needs a code."""
    locks = Locks(hass)
    home = Home(hass, await async_load_languages(hass), locks)
    ledger = LedgerStore(tmp_path / "ledger.db")
    await ledger.open()
    outbox = Outbox()
    people = household(contact("Anna"), contact("Bert", level=Level.CODE))
    guard = make_guard(hass, people, ledger, outbox, home, locks)
    made = Bench(guard, outbox, ledger)
    guard.subscribe(made.notices.append)
    yield made
    await guard.stop()
    await ledger.close()
