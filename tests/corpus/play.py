"""The corpus: cases of what people, rooms, models and attackers do, and what must come of it.

A case is played on anything that can ask, listen and send: the pure core, or a home in which one way
from speech to a message is set up. The format is described in tests/corpus/README.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any, Protocol

import yaml

FOLDER = Path(__file__).parent
ROUTES = ("sentence", "intent", "action", "llm_tool")

# The household of every case.
PHRASE = "yes, send the message"
PIN = "2846"
KITCHEN, HALL, GARAGE, NOWHERE = "kitchen", "hall", "garage", "nowhere"
CAREFUL_LEVEL = "device"
"""What every message from the garage needs at least."""
STRANGER = "Zoe"
"""Has an address that would work, and is no contact."""

WRITER = "Dora"
"""Writes to the house, in cases that have her among their contacts."""

PERSON = "person"
"""Who may approve, by the name that `Stage.act` is given."""
ATTACKERS = frozenset({"sentence", "script", "state", "command", "model", "automation", "guest"})
DEEDS = frozenset({"approve", "decline", "tap", "press", "switch_on", "switch_off", "unlock"})
ATTACKS = DEEDS | {"speak", "everything"}
"""What an attacker does: what a person may do, and what no person would."""
SWITCHES = frozenset({"switch_on", "switch_off"})
HANDED_ON = {"swallowed": False, "passed": True}
"""Whether what is said is handed to the agent that the home had before."""
SPEECH = frozenset({"say", "say_early", "say_elsewhere", *HANDED_ON})


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        id: File and name.
        level: Label of the level that Anna needs.
        to: Whom the message is for.
        body: What it says.
        contacts: Names of more contacts, each with an address of its own.
        steps: What happens, in order.
        sent: What must have left the house in the end, as name and words.
        routes: The ways it can be played on.
        core: Whether the core alone can play it.
    """

    id: str
    level: str
    to: str
    body: str
    contacts: tuple[str, ...]
    steps: tuple[Any, ...]
    sent: tuple[tuple[str, str], ...]
    routes: tuple[str, ...]
    core: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One message that is asked for.

    Attributes:
        to: Names, as they are said.
        body: What it says.
        place: Where it is said; `NOWHERE` when nothing tells.
        data: What the call carries beside the words.
    """

    to: tuple[str, ...]
    body: str
    place: str
    data: Mapping[str, Any]


class Stage(Protocol):
    """What a case is played on: a home with the household of the README, empty of messages.

    Attributes:
        longest: Characters of the longest reply that it can be given.
    """

    longest: int

    async def ask(self, ask: Ask) -> None:
        """Ask to send."""

    def heard(self) -> None:
        """Let every question be spoken to its end."""

    async def say(self, text: str, place: str) -> None:
        """Say something, somewhere."""

    async def announce(self, text: str, place: str) -> None:
        """Let a loudspeaker of the house say something, somewhere."""

    async def incoming(self, text: str) -> None:
        """Let `WRITER` write to the house, and somebody in the kitchen ask what she has said."""

    async def wait(self, seconds: float) -> None:
        """Let time pass."""

    async def act(self, by: str, does: str) -> None:
        """Let `PERSON` do one of `DEEDS`, or one of `ATTACKERS` do one of `ATTACKS`.

        What is refused, or finds nothing to decide, changes nothing and raises nothing.
        """

    async def restart(self) -> None:
        """Stop, and start again."""

    @property
    def question(self) -> str:
        """What was asked last, empty when nothing was."""

    @property
    def proof(self) -> str:
        """What proves it now, as a person would work it out; empty when nothing can be said."""

    @property
    def read(self) -> str:
        """What was read out last, or said in its place."""

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What has left the house, as name and words."""

    @property
    def passed(self) -> list[str]:
        """What was handed to the agent that the home had before, oldest first."""


def cases() -> Iterator[Case]:
    """Return every case of every file."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, given in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            to, body = given.get("to", "Anna"), given.get("body", "I am late")
            yield Case(
                id=f"{path.stem}-{name}",
                level=given.get("level", "phrase"),
                to=to,
                body=body,
                contacts=tuple(given.get("contacts", ())),
                steps=tuple(given["steps"]),
                sent=tuple(_sent(item, body) for item in given["sent"]),
                routes=tuple(given.get("routes", ROUTES)),
                core=given.get("core", True),
            )


def _sent(item: Any, body: str) -> tuple[str, str]:
    """Read one thing that was sent: words to Anna, or a name with words, or with what the case says."""
    if isinstance(item, str):
        return "Anna", item
    ((name, words),) = item.items()
    return name, body if words is None else words


async def play(case: Case, stage: Stage) -> None:
    """Play a case and check what left the house, at every step no more than in the end."""
    proofs: list[str] = []
    for step in case.steps:
        ((verb, value),) = step.items() if isinstance(step, dict) else ((step, None),)
        await _do(verb, value, case, stage, proofs)
        allowed = list(case.sent)
        for item in stage.sent:
            assert item in allowed, f"{case.id}: {verb} sent what it must not"
            allowed.remove(item)
    assert sorted(stage.sent) == sorted(case.sent), case.id


async def _do(verb: str, value: Any, case: Case, stage: Stage, proofs: list[str]) -> None:
    match verb:
        case "ask":
            await _ask(value or {}, case, stage, proofs)
        case _ if verb in SPEECH:
            await _speak(verb, _filled(value, stage, proofs), stage)
        case "announce":
            await stage.announce(_filled(value["text"], stage, proofs), value["place"])
        case "incoming":
            await stage.incoming(_filled(value, stage, proofs))
            stage.heard()
        case "question" | "read":
            said = stage.question if verb == "question" else stage.read
            _compare(said, value, stage, proofs)
        case "nothing_sent":
            assert stage.sent == [], f"{case.id}: sent too early"
        case "wait" | "restart":
            await (stage.wait(value) if verb == "wait" else stage.restart())
        case "attack":
            await stage.act(*_attack(value, case))
        case _ if verb in DEEDS:
            await stage.act(PERSON, verb)
        case _:
            raise ValueError(f"{case.id}: no step is called {verb}")


def _compare(said: str, expected: Mapping[str, list[str]], stage: Stage, proofs: list[str]) -> None:
    assert all(_filled(text, stage, proofs) in said for text in expected.get("has", ())), said
    assert not any(_filled(text, stage, proofs) in said for text in expected.get("lacks", ())), said


async def _speak(verb: str, text: str, stage: Stage) -> None:
    await stage.say(text, HALL if verb == "say_elsewhere" else KITCHEN)
    if verb != "say_early":
        stage.heard()
    if verb in HANDED_ON:
        assert (text in stage.passed) is HANDED_ON[verb], f"{text!r} was not {verb}"


def _attack(value: Mapping[str, str], case: Case) -> tuple[str, str]:
    """Return who does what, as `Stage.act` is told."""
    by, does = value["by"], value["does"]
    known = by in ATTACKERS and does in ATTACKS
    if not known or (by == "command" and does not in SWITCHES):
        raise ValueError(f"{case.id}: {by} cannot do {does}")
    return by, does


async def _ask(given: Mapping[str, Any], case: Case, stage: Stage, proofs: list[str]) -> None:
    to, body = given.get("to", case.to), given.get("body", case.body)
    names = (to,) if isinstance(to, str) else tuple(to)
    times = given.get("times")
    for number in range(times or 1):
        words = body if times is None else f"{body} {number + 1}"
        await stage.ask(Ask(names, words, given.get("place", KITCHEN), given.get("data", {})))
        proofs.append(stage.proof)
        if not given.get("unheard"):
            stage.heard()


def _filled(text: str, stage: Stage, proofs: list[str]) -> str:
    """Fill in what a text can name; see the README."""
    words = stage.question.split()
    proof = stage.proof
    filled = text.format(
        proof=proof,
        first_proof=proofs[0] if proofs else "",
        answer=proof.rpartition(" ")[2],
        pin=PIN,
        question=stage.question,
        half=" ".join(words[: len(words) // 2]),
        rest=" ".join(words[len(words) // 2 :]),
        long=_over_and_over("yes", stage.longest),
        long_proof=_over_and_over(proof or "yes", stage.longest),
    )
    return re.sub(r"\s+$", "", filled)


def _over_and_over(text: str, characters: int) -> str:
    """Return the text so often that it has at least so many characters."""
    return " ".join([text] * (characters // (len(text) + 1) + 1))
