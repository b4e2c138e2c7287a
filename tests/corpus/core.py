"""The pure core as a stage for the corpus: its functions decide what becomes of everything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from custom_components.message_guard.core.code import is_code_guess
from custom_components.message_guard.core.confirmation import (
    Confirmation,
    Recipient,
    Transition,
    first_deadline,
)
from custom_components.message_guard.core.contacts import Contact
from custom_components.message_guard.core.control import (
    Caller,
    Operation,
    Press,
    problem,
    tap_problem,
)
from custom_components.message_guard.core.errors import MessageGuardError
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.lockout import CodeLockout, PinLockout
from custom_components.message_guard.core.pin import (
    MOST_RUNS,
    Tombstones,
    digit_runs,
    pins_said,
)
from custom_components.message_guard.core.policy import Decision, Facts, Outcome, decide, joint
from custom_components.message_guard.core.proof import Verdict, interpret
from custom_components.message_guard.core.question import compose
from custom_components.message_guard.core.rate import (
    BURST_LIMIT,
    BURST_SECONDS,
    PLACE_LIMIT,
    PLACE_SECONDS,
    Rate,
)
from custom_components.message_guard.core.read_aloud import ReadAloud
from custom_components.message_guard.core.read_out import may_prove, read_out
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.core.rules import RATE
from custom_components.message_guard.core.satellites import may_hear
from custom_components.message_guard.core.wake_words import WakeWords
from tests.corpus.play import (
    GARAGE,
    HALL,
    KITCHEN,
    NOWHERE,
    PERSON,
    PHRASE,
    PIN,
    WRITER,
    Ask,
)

OWNER = "the owner"
"""User id of the administrator."""
BELL = "binary_sensor.bell"
AREAS = {KITCHEN: "kitchen", HALL: None, GARAGE: "garage", NOWHERE: None}

CALLERS = {
    PERSON: Caller(user_id=OWNER, active=True, is_admin=True),
    "guest": Caller(user_id="a guest", active=True),
    "sentence": Caller(spoken=True, caused=True),
    "script": Caller(spoken=True),
    "state": Caller(spoken=True, caused=True),
    "command": Caller(spoken=True),
    # It acts for whoever is logged in where it was asked.
    "model": Caller(spoken=True, user_id=OWNER, active=True, is_admin=True),
    "automation": Caller(caused=True),
}
"""What Home Assistant knows of each of them."""
FINGER = Caller()
OPERATIONS = {
    "approve": Operation.APPROVE,
    "decline": Operation.DECLINE,
    "switch_on": Operation.ALLOW_SENDING,
    "switch_off": Operation.STOP_SENDING,
    "unlock": Operation.UNLOCK,
}


@dataclass
class CoreStage:
    """Asks the core's functions what becomes of everything, and keeps at most one question a place."""

    household: Household
    language: Language
    draw: Callable[[int], int]
    route: Route
    now: float = 1_000_000.0
    sent: list[tuple[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    question: str = ""
    read: str = ""
    aloud: ReadAloud = field(default_factory=ReadAloud)
    waiting: dict[str | None, Confirmation] = field(default_factory=dict)
    spoken: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0
    longest: int = 102_400
    sending: bool = True
    pins: PinLockout = field(default_factory=PinLockout)
    codes: CodeLockout = field(default_factory=CodeLockout)
    tombstones: Tombstones = field(default_factory=Tombstones)
    places: Rate = field(default_factory=lambda: Rate(PLACE_LIMIT, PLACE_SECONDS))
    burst: Rate = field(default_factory=lambda: Rate(BURST_LIMIT, BURST_SECONDS))

    # --- asking -------------------------------------------------------------------------------

    async def ask(self, ask: Ask) -> None:
        """Decide, and ask."""
        requests = [self._request(name, ask) for name in ask.to]
        matches = [self.household.contacts.match(name, self.language) for name in ask.to]
        decisions = [
            self._decide(request, self._facts(request, match.contact, ambiguous=match.ambiguous))
            for request, match in zip(requests, matches, strict=True)
        ]
        decision = joint(decisions)
        recipients = tuple(
            Recipient(request, match.contact)
            for request, match in zip(requests, matches, strict=True)
            if match.contact is not None
        )
        asked = decision.outcome is Outcome.CONFIRM and self._ask(recipients, decision)
        if asked is not None:
            for request in requests:
                self._count(request)

    def _request(self, name: str, ask: Ask) -> Request:
        self.number += 1
        return Request(
            id=str(self.number),
            route=self.route,
            origin=_origin(ask.place),
            recipient=name,
            content=Content(body=ask.body, extras=ask.data),
            created_at=self.now,
            by_model=self.route is Route.LLM_TOOL,
        )

    def _facts(self, request: Request, contact: Contact | None, *, ambiguous: bool) -> Facts:
        busy = self.places.used_up(request.origin.place or "", self.now)
        return Facts(
            contact=contact,
            ambiguous=ambiguous,
            now=self.now,
            signals=frozenset({RATE} if busy else ()),
            locked=self._locked,
        )

    @property
    def _locked(self) -> frozenset[Level]:
        locks = ((Level.PIN, self.pins), (Level.CODE, self.codes))
        return frozenset(level for level, lock in locks if lock.locked(self.now))

    def _decide(self, request: Request, facts: Facts) -> Decision:
        if not self.sending:
            return Decision(Outcome.REFUSE, Level.BLOCK, ("sending_off",))
        return decide(request, facts, self.household.policy, self.household.satisfiable)

    def _count(self, request: Request) -> None:
        self.places.add(request.origin.place or "", self.now)
        self.burst.add("", self.now)
        if self.burst.used_up("", self.now):
            self.sending = False

    def _ask(self, recipients: tuple[Recipient, ...], decision: Decision) -> bool | None:
        """Return whether it waits now, None when the very same waits already."""
        request = recipients[0].request
        if (same := self.waiting.get(request.origin.place)) is not None and _says(same) == [
            (item.contact.id, item.request.content) for item in recipients
        ]:
            return None
        try:
            asked = compose(recipients, decision, self.household, self.language, self.draw)
        except MessageGuardError:
            return False
        if asked.level in self._locked:
            return False
        if asked.level is Level.PIN and self._pin_inside(request.content):
            return False
        if request.origin.place in self.waiting:
            self._end(self.waiting[request.origin.place], Transition.SUPERSEDE)
        self.question = asked.text
        self.waiting[request.origin.place] = Confirmation(
            id=request.id,
            recipients=recipients,
            level=asked.level,
            reasons=decision.reasons,
            challenge=asked.challenge,
            question=asked.text,
            asked_at=self.now,
            deadline=first_deadline(asked.level, self.now),
        )
        return True

    def _pin_inside(self, content: Content) -> bool:
        texts = (content.body, *content.texts)
        runs = {run for text in texts for run in digit_runs(text, self.language)}
        if len(runs) > MOST_RUNS:
            return True
        for run in sorted(runs):
            if self.pins.locked(self.now):
                return True
            # That it is refused tells that it was the PIN: a guess like any other.
            self.pins = self.pins.failed(self.now)
            if run == PIN:
                return True
        return self.pins.locked(self.now)

    def heard(self) -> None:
        """Start the clock."""
        self.aloud.ended(KITCHEN, self.now)
        for place, waiting in self.waiting.items():
            if waiting.unheard:
                self.waiting[place] = waiting.hear(self.now)

    # --- replies ------------------------------------------------------------------------------

    async def say(self, text: str, place: str) -> None:
        """Interpret a reply, if one is awaited there; else it is for somebody else."""
        if self.aloud.is_echo(text, self.language, _heard_in(place), self.now):
            return
        origin = _origin(place).place
        waiting = self.waiting.get(origin)
        asked_again = waiting is not None and pins_said(text, self.language)
        late = self.tombstones.swallows(text, origin, self.now, self.language)
        if late and not (asked_again and waiting is not None and waiting.level is Level.PIN):
            return
        if waiting is not None:
            self._reply(text, place, waiting)
        elif self.language.proof_words(text) != self.language.proof_words(PHRASE):
            self.passed.append(text)

    async def announce(self, text: str, place: str) -> None:
        """Remember that it can be heard."""
        self.spoken.append((place, text))

    async def incoming(self, text: str) -> None:
        """Read it out in the kitchen, unless it may prove what waits."""
        self.read = ""
        if not (self.waiting and may_prove(text, {self.language}, PHRASE)):
            body = read_out(text, self.language, WakeWords()).text
            self.read = self.language.say("incoming_read", sender=WRITER, body=body)
            self.aloud.say(KITCHEN, self.read, self.now)

    def _reply(self, text: str, place: str, waiting: Confirmation) -> None:
        verdict = self._verdict(text, place, waiting)
        if verdict is Verdict.DECLINE:
            self._end(waiting, Transition.DECLINE)
        elif verdict in {None, Verdict.ECHO} or waiting.unheard:
            return
        elif verdict is Verdict.PROOF:
            self._approve(waiting)
        elif self._guessed(text, waiting) or waiting.tries_left <= 1:
            self._end(waiting, Transition.FAIL)
        else:
            self._ask_again(waiting)

    def _verdict(self, text: str, place: str, waiting: Confirmation) -> Verdict | None:
        if waiting.challenge is None:
            return Verdict.DECLINE if self.language.is_decline(text) else None
        heard = [said for where, said in self.spoken if may_hear(AREAS[place], AREAS[where])]
        verdict = interpret(
            text, waiting.challenge, self.language, (waiting.question, self.question, *heard)
        )
        if waiting.level is Level.PIN and verdict is Verdict.WRONG:
            return self._compared(pins_said(text, self.language))
        return verdict

    def _compared(self, said: tuple[str, ...]) -> Verdict:
        """Compare a PIN, unless PINs are locked."""
        if PIN in said and not self.pins.locked(self.now):
            self.pins = PinLockout()
            return Verdict.PROOF
        if said:
            self.pins = self.pins.failed(self.now)
        return Verdict.WRONG

    def _guessed(self, text: str, waiting: Confirmation) -> bool:
        """Return whether a wrong reply has used up the guesses of its request."""
        if waiting.level is Level.CODE and is_code_guess(text, self.language):
            self.codes = self.codes.failed(self.now)
            return True
        return waiting.level is Level.PIN and self.pins.locked(self.now)

    def _ask_again(self, waiting: Confirmation) -> None:
        decision = Decision(Outcome.CONFIRM, waiting.level, waiting.reasons)
        again = compose(waiting.recipients, decision, self.household, self.language, self.draw)
        assert again.challenge is not None
        self.waiting[waiting.place] = waiting.ask_again(again.challenge, again.text, self.now)

    # --- what else happens ----------------------------------------------------------------------

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        for waiting in list(self.waiting.values()):
            if waiting.expired(self.now):
                self._end(waiting, Transition.EXPIRE)

    async def restart(self) -> None:
        """Forget what lives in memory only."""
        for waiting in list(self.waiting.values()):
            self._end(waiting, Transition.EXPIRE)
        self.tombstones = Tombstones()
        self.places.clear()
        self.burst.clear()
        self.spoken.clear()
        self.aloud = ReadAloud()

    async def act(self, by: str, does: str) -> None:
        """Do what the core lets them do."""
        everything = ("approve", "tap", "press", "switch_on", "unlock")
        for operation in everything if does == "everything" else (does,):
            await self._act(by, operation)

    async def _act(self, by: str, does: str) -> None:
        caller, newest = CALLERS[by], self._newest
        match does:
            case "tap":
                # Only what came in through the app comes from outside; the nonce is right.
                tap = _from_outside(caller) if by in {PERSON, "guest"} else caller
                if newest is None or tap_problem(tap, OWNER, OWNER, self.household):
                    return
                self._approve(newest)
            case "press":
                press = Press(BELL, self.now)
                finger = FINGER if by == PERSON else caller
                if newest is None or not finger.by_finger:
                    return
                if press.vouches(newest.asked_at, self.now, self.household.buttons):
                    self._approve(newest)
            case "speak":
                await self._speak()
            case _ if problem(OPERATIONS[does], caller, self.household) is None:
                self._do(does)

    async def _speak(self) -> None:
        """Say the proof where no satellite is: in a conversation of its own."""
        await self.say(self.proof or PHRASE, NOWHERE)

    def _do(self, does: str) -> None:
        newest = self._newest
        match does:
            case "switch_on" | "switch_off":
                self.sending = does == "switch_on"
            case "unlock":
                self.pins, self.codes = PinLockout(), CodeLockout()
            case "approve" if newest is not None:
                self._approve(newest)
            case "decline" if newest is not None:
                self._end(newest, Transition.DECLINE)

    # --- what is there --------------------------------------------------------------------------

    @property
    def _newest(self) -> Confirmation | None:
        return max(self.waiting.values(), key=lambda item: int(item.id), default=None)

    @property
    def proof(self) -> str:
        """What proves it now."""
        if (newest := self._newest) is None or newest.challenge is None:
            return ""
        return PIN if newest.level is Level.PIN else min(newest.challenge.expected)

    def _approve(self, waiting: Confirmation) -> None:
        waiting.after(Transition.APPROVE)
        self._forget(waiting)
        for item in waiting.recipients:
            facts = self._facts(item.request, item.contact, ambiguous=False)
            if self._decide(item.request, facts).outcome is Outcome.REFUSE:
                return
        for item in waiting.recipients:
            self.sent.append((item.contact.name, item.request.content.body))

    def _end(self, waiting: Confirmation, transition: Transition) -> None:
        waiting.after(transition)
        self._forget(waiting)

    def _forget(self, waiting: Confirmation) -> None:
        del self.waiting[waiting.place]
        if waiting.level is Level.PIN:
            self.tombstones.bury(waiting.place, self.now)


def _origin(place: str) -> Origin:
    if place == NOWHERE:
        return Origin(conversation_id=NOWHERE)
    return Origin(satellite_id=place)


def _heard_in(place: str) -> list[str]:
    """Return the places whose loudspeakers a microphone may hear."""
    return [other for other, area in AREAS.items() if may_hear(AREAS[place], area)]


def _from_outside(caller: Caller) -> Caller:
    return Caller(
        user_id=caller.user_id, active=caller.active, is_admin=caller.is_admin, outside=True
    )


def _says(waiting: Confirmation) -> list[tuple[str, Content]]:
    return [(item.contact.id, item.request.content) for item in waiting.recipients]


def steady() -> Callable[[int], int]:
    """Return a draw that never gives the same code twice in a row."""
    numbers = count()
    return lambda below: next(numbers) * 7 % below
