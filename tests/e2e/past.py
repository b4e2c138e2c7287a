"""Two weeks of a household's messages: who asks for what, where, and how each ends; played through Home Assistant's own doors.

What is asked for is drawn by a seed. How it ends is the guard's own doing: whoever wants it sent says what the question
asks for, whoever does not says no, or says nothing until the time is over.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from .client import Client, CommandError
from .guarded import DOMAIN, answer_to_code
from .local_model import SEND, LocalModel, calls, words
from .phone import APPROVE, DECLINE, Phone, button
from .receivers import HttpReceiver

SWITCH = f"switch.{DOMAIN}_sending_allowed"

_THINKING_SECONDS = 7
"""Between a question and its answer."""
_TOO_LATE_SECONDS = 45
"""No question waits for so long to be answered by voice."""
_TOO_LATE_SECONDS_TAPPED = 400
"""Nor for so long to be tapped."""
_APART = timedelta(minutes=12)
"""No two requests are nearer to each other: a household that asks for more is stopped."""
_NOT_YET = timedelta(minutes=15)
"""The last request of the past is longer ago than this."""

_BODIES: Mapping[str, tuple[str, ...]] = {
    "Mum": (
        "I'll be home by eight",
        "the parcel came",
        "the bus is late again",
        "we need milk and bread",
        "can you pick me up at six",
        "I forgot my keys",
        "the film starts at nine",
        "soup is on the stove",
        "the dentist moved it to Thursday",
        "training is over early",
    ),
    "Dad": (
        "dinner is at seven",
        "the car is ready to be picked up",
        "I left your umbrella at the office",
        "grandpa called twice",
        "the heating man comes at ten",
        "please bring the big ladder",
    ),
    "Everyone at home": (
        "the tea is ready",
        "breakfast is on the table",
        "we leave in ten minutes",
        "the bath is free",
    ),
    "Gran": (
        "we arrive on Saturday at noon",
        "the pictures are in the post",
        "happy birthday from all of us",
        "the cake was wonderful",
    ),
    "School": (
        "Ben is ill today and stays at home",
        "Ben has to leave at eleven today",
        "the trip form is in his bag",
    ),
}
_CHATTER = (
    "so we are putting hardwood floors in the hallway",
    "right",
    "okay sure",
    "yeah that's right",
    "and then he said send it",
)
_STRANGERS = ("my boss", "the plumber", "Aunt Margery", "Doctor Weiss")
_STRANGE_BODIES = ("I am ill", "the tap is dripping again", "call me back please")
_NO = ("no, cancel that", "no", "don't send it")


@dataclass(frozen=True, slots=True)
class Home:
    """What can be done in a household that lives through its past.

    Attributes:
        rooms: Where somebody can speak.
        client: The owner's session.
        people: Everybody else who types, and their sessions.
        approver: Who of them may approve.
        phone: The approver's phone.
        failing: The channel that is out of order once.
        pipeline: Id of the assistant that people type to.
        model: The model of the other assistant.
        set_clock: Sets the clock on the wall, seconds since the epoch.
        speak: Says something in a room, to the model or not, and returns the answer.
        phrase: The household's phrase.
        pin: Its PIN.
    """

    rooms: tuple[str, ...]
    client: Client
    people: Mapping[str, Client]
    approver: str
    phone: Phone
    failing: HttpReceiver
    pipeline: str
    model: LocalModel
    set_clock: Callable[[float], Awaitable[None]]
    speak: Callable[..., Awaitable[str]]
    phrase: str
    pin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the past.

    Attributes:
        at: When, seconds since the epoch.
        way: How it is asked for: "spoken", "typed", "model", "automation", "by itself".
        to: The contact, or somebody who is none.
        body: The words.
        end: What whoever asked wants: "sent", "declined", "expired", "misheard", "failed", "off".
        room: Where it is said.
        person: Who types it.
    """

    at: float
    way: str
    to: str
    body: str
    end: str
    room: str
    person: str


def days_of(now: float, days: int, seed: int) -> tuple[float, list[Asked]]:
    """Return when the past begins, and what is asked for in it, oldest first."""
    drawn = Random(seed)
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=days)
    requests = [
        asked
        for day in range(days + 1)
        for asked in _day(first + timedelta(days=day), drawn)
        if asked.at < now - _NOT_YET.total_seconds()
    ]
    return (first + timedelta(hours=5)).timestamp(), requests if days else []


def _day(midnight: datetime, drawn: Random) -> Iterator[Asked]:
    """Yield what is asked for on one day: more at the weekend, most of it before breakfast and after work."""
    weekend = midnight.weekday() >= 5
    count = drawn.randint(7, 10) if weekend else drawn.randint(5, 8)
    hours = [7, 8, 12, 13, 16, 17, 17, 18, 18, 19, 20, 21, 23]
    minutes = sorted(drawn.choice(hours) * 60 + drawn.randrange(60) for _ in range(count))
    last = midnight
    for minute in minutes:
        at = max(midnight + timedelta(minutes=minute), last + _APART)
        last = at
        yield _request(at, drawn)


def _request(at: datetime, drawn: Random) -> Asked:
    end = drawn.choices(
        ("sent", "declined", "expired", "misheard", "stranger", "failed", "off"),
        (62, 10, 8, 6, 8, 3, 3),
    )[0]
    way = drawn.choices(
        ("spoken", "typed", "model", "automation", "by itself"), (56, 16, 10, 10, 8)
    )[0]
    to = drawn.choices(("Mum", "Dad", "Everyone at home", "Gran"), (45, 28, 15, 12))[0]
    if end in {"misheard", "stranger"}:
        way = "spoken"
    if end == "failed":
        way, to = "spoken", "Dad"
    if end == "off":
        way = "spoken"
    to = {"automation": "Gran", "by itself": "School"}.get(way, to)
    body = drawn.choice(_BODIES[to])
    if end == "stranger":
        to, body, end = drawn.choice(_STRANGERS), drawn.choice(_STRANGE_BODIES), "refused"
    rooms = ("kitchen",) * 5 + ("living_room",) * 4 + ("hall",) * 2 + ("nursery",)
    room, person = drawn.choice(rooms), drawn.choice(("Anna", "Ben"))
    return Asked(at.timestamp(), way, to, body, end, room, person)


async def live(requests: list[Asked], home: Home) -> None:
    """Let a household ask for all this."""
    for asked in requests:
        await _Moment(home, asked).play()


@dataclass(slots=True)
class _Moment:
    """One request being played.

    Attributes:
        home: Where.
        asked: What is asked for.
    """

    home: Home
    asked: Asked
    _now: float = 0.0
    _conversation: str | None = None

    async def play(self) -> None:
        """Ask, and do what whoever asked wants."""
        self._now = self.asked.at
        await self._pass(0)
        match self.asked.end:
            case "misheard":
                await self._misheard()
            case "off":
                await self._while_off()
            case "failed":
                self.home.failing.status = 500
                await self._answer(await self._ask())
                self.home.failing.status = 200
            case _:
                await self._answer(await self._ask())

    async def _pass(self, seconds: float) -> None:
        self._now += seconds
        await self.home.set_clock(self._now)

    async def _misheard(self) -> None:
        """A name and a body out of the air, and a room that goes on talking."""
        heard = await self.home.speak(self.asked.room, f"send a message to {self.asked.to}")
        for chatter in _CHATTER:
            if heard and "?" not in heard and "say" not in heard:
                break
            await self._pass(4)
            heard = await self.home.speak(self.asked.room, chatter)

    async def _while_off(self) -> None:
        """The switch is off, and is switched on again after dinner."""
        target = {"entity_id": SWITCH}
        await self.home.people[self.home.approver].call("switch.turn_off", target=target)
        await self._pass(60)
        await self._ask()
        await self._pass(1800)
        await self.home.people[self.home.approver].call("switch.turn_on", target=target)

    # --- asking ---------------------------------------------------------------------------------

    async def _ask(self) -> str:
        """Ask for it, and return what is answered."""
        asked = self.asked
        sentence = f"tell {asked.to} that {asked.body}"
        match asked.way:
            case "model":
                self.home.model.will_say(
                    calls(SEND, contacts=[asked.to], message=asked.body), words("I have asked.")
                )
                request = f"somebody ought to hear that {asked.body}"
                return await self.home.speak(asked.room, request, to_model=True)
            case "typed":
                return await self._type(sentence)
            case "automation":
                return await self.home.speak(asked.room, f"a note for the cottage {asked.body}")
            case "by itself":
                await self.home.client.command(
                    "fire_event", event_type="ill_today", event_data={"words": asked.body}
                )
                return ""
            case _:
                if asked.to == "Everyone at home":
                    sentence = f"tell everyone at home {asked.body}"
                return await self.home.speak(asked.room, sentence)

    async def _type(self, text: str) -> str:
        turn = await self.home.people[self.asked.person].say(
            text, pipeline=self.home.pipeline, conversation_id=self._conversation
        )
        self._conversation = turn.conversation_id
        return turn.answer

    async def _reply(self, text: str) -> str:
        if self.asked.way == "typed":
            return await self._type(text)
        return await self.home.speak(self.asked.room, text, to_model=self.asked.way == "model")

    # --- answering ------------------------------------------------------------------------------

    async def _answer(self, question: str) -> None:
        """Give the proof that the question asks for, say no, or let the time pass."""
        if self.asked.end == "refused":
            return
        await self._pass(_THINKING_SECONDS)
        tapped = self.asked.way == "by itself" or "phone" in question
        if self.asked.end == "expired":
            await self._let_it_expire(tapped=tapped)
        elif tapped:
            await self._tap(APPROVE if self.asked.end == "sent" else DECLINE)
        elif self.asked.end == "declined":
            await self._reply(Random(self.asked.at).choice(_NO))
        else:
            await self._reply(self._proof(question))

    def _proof(self, question: str) -> str:
        if "sum of" in question:
            return answer_to_code(question)
        return self.home.pin if "PIN" in question else self.home.phrase

    async def _tap(self, prefix: str) -> None:
        """Tap on the phone, on the notification that asks about it."""
        push = await self.home.phone.question(self.asked.body)
        self.home.phone.pushes.received.clear()
        await self.home.phone.tap(button(push, prefix))

    async def _let_it_expire(self, *, tapped: bool) -> None:
        """Say nothing, until it is too late; what is said or tapped then is no answer any more."""
        if not tapped:
            await self._pass(_TOO_LATE_SECONDS)
            await self._reply("turn off the kitchen light")
            return
        waiting = await self._waiting()
        await self._pass(_TOO_LATE_SECONDS_TAPPED)
        for confirmation_id in waiting:
            with suppress(CommandError):
                await self.home.client.call(
                    f"{DOMAIN}.decline", {"confirmation_id": confirmation_id}
                )
        self.home.phone.pushes.received.clear()

    async def _waiting(self) -> list[str]:
        answer = await self.home.client.call(f"{DOMAIN}.list_pending", return_response=True)
        return [item["confirmation_id"] for item in answer["response"]["pending"]]
