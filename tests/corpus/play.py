"""The corpus: cases of what people, rooms, models and attackers do, and what must come of it.

A case is played on anything that can ask, listen and send: the pure core, or a home in which one way
from speech to a message is set up. The format is described in tests/corpus/README.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any, Protocol

import yaml

FOLDER = Path(__file__).parent
PHRASE = "yes, send the message"
KITCHEN = "kitchen"
ROUTES = ("sentence", "intent", "action", "llm_tool")


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        id: File and name.
        level: Label of the level that Anna needs.
        to: Whom the message is for.
        body: What it says.
        steps: What happens, in order.
        sent: What must have left the house in the end, as name and words.
        routes: The ways it can be played on.
    """

    id: str
    level: str
    to: str
    body: str
    steps: tuple[Any, ...]
    sent: tuple[tuple[str, str], ...]
    routes: tuple[str, ...]


class Stage(Protocol):
    """What a case is played on. Anna and Ben are contacts; two people are called Chris.

    Attributes:
        longest: Characters of the longest reply that it can be given.
    """

    longest: int

    async def ask(self, to: str, body: str) -> None:
        """Ask to send, in the kitchen."""

    def heard(self) -> None:
        """Let the question in the kitchen be spoken to its end."""

    async def say(self, text: str, place: str) -> None:
        """Say something, somewhere."""

    async def wait(self, seconds: float) -> None:
        """Let time pass."""

    async def decide(self, *, approve: bool) -> None:
        """Let a person who may approve decide on a device; do nothing if nothing waits."""

    async def restart(self) -> None:
        """Stop, and start again."""

    @property
    def question(self) -> str:
        """What was asked last."""

    @property
    def proof(self) -> str:
        """What proves it now, as a person would work it out; empty when nothing can be said."""

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What has left the house, as name and words."""


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
                steps=tuple(given["steps"]),
                sent=tuple(_sent(item) for item in given["sent"]),
                routes=tuple(given.get("routes", ROUTES)),
            )


def _sent(item: Any) -> tuple[str, str]:
    if isinstance(item, str):
        return "Anna", item
    ((name, body),) = item.items()
    return name, body


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
            given = value or {}
            await stage.ask(given.get("to", case.to), given.get("body", case.body))
            proofs.append(stage.proof)
            if not given.get("unheard"):
                stage.heard()
        case "say" | "say_elsewhere":
            place = KITCHEN if verb == "say" else "hall"
            await stage.say(_filled(value, stage, proofs), place)
            stage.heard()
        case "say_early":
            await stage.say(_filled(value, stage, proofs), KITCHEN)
        case "wait":
            await stage.wait(value)
        case "approve" | "decline":
            await stage.decide(approve=verb == "approve")
        case "restart":
            await stage.restart()
        case _:
            raise ValueError(f"{case.id}: no step is called {verb}")


def _filled(text: str, stage: Stage, proofs: list[str]) -> str:
    """Fill in what a text can name: {proof} now, {first_proof}, {question}, {half}, {long}."""
    words = stage.question.split()
    filled = text.format(
        proof=stage.proof,
        first_proof=proofs[0] if proofs else "",
        question=stage.question,
        half=" ".join(words[: len(words) // 2]),
        long="yes " * (stage.longest // 4),
    )
    return re.sub(r"\s+$", "", filled)
