"""The parts of what comes in, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..approvals.satellite import SatelliteQuestions
from ..guarding.delivery import Delivery
from ..guarding.guard import Guard
from ..home.satellites import SatelliteWatch
from ..home.surroundings import Home
from ..provenance.turns import Turns
from ..recognition.sentences import Languages
from .channels import IncomingChannels
from .inbox import Inbox
from .lamp import WaitingLamp
from .phone_answers import PhoneAnswers
from .receipts import Receipts
from .records import IncomingLedger
from .saying import Saying
from .step_events import announce_incoming
from .talk import Talk
from .telling import IncomingTelling


@dataclass(frozen=True, slots=True)
class MessagesParts:
    """What takes messages in, tells of them, and talks about them."""

    inbox: Inbox
    channels: IncomingChannels
    telling: IncomingTelling
    talk: Talk
    receipts: Receipts
    lamp: WaitingLamp

    @classmethod
    def make(
        cls,
        hass: HomeAssistant,
        guard: Guard,
        ledger: IncomingLedger,
        home: Home,
        languages: Languages,
        turns: Turns,
        satellites: SatelliteWatch,
        delivery: Delivery,
        questions: SatelliteQuestions,
    ) -> Self:
        """Put the parts together; `start` begins to listen and to tell."""
        inbox = Inbox(ledger, home.now, lambda: guard.household)
        guard.subscribe(inbox.asking.noticed)
        inbox.subscribe(partial(announce_incoming, hass, guard))
        saying = Saying(guard, home)
        satellites.fell_silent = saying.ended
        talk = Talk(inbox, saying, guard, home)
        channels = IncomingChannels(hass, inbox, home, turns, lambda: guard.household)
        delivery.on_delivery = channels.delivery_begins
        answers = PhoneAnswers(hass, lambda: inbox.allowed, lambda: guard.household)
        delivery.ways.answer_field = answers.field_for
        telling = IncomingTelling(hass, inbox, saying, talk, guard, home, languages, questions)
        receipts = Receipts(hass, guard, ledger, home, lambda: inbox.allowed)
        delivery.on_doubt = receipts.doubted
        delivery.ways.on_calls = receipts.calls
        delivery.ways.on_phone = receipts.asks
        lamp = WaitingLamp(hass, guard, inbox, home)
        return cls(inbox, channels, telling, talk, receipts, lamp)

    async def restore(self) -> None:
        """Read what an earlier run has left: messages that nobody has heard, and what the lamp looked like."""
        await self.inbox.restore()
        await self.lamp.load()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen, and tell of what comes in; returns what ends that."""
        ends: list[Callable[[], None]] = [
            self.telling.start(),
            self.channels.start(),
            self.receipts.start(),
            self.lamp.start(),
        ]

        @callback
        def stop() -> None:
            for end in ends:
                end()

        return stop
