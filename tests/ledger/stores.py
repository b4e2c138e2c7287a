"""What the tests of the ledger on disk share."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
import subprocess
import sys
from typing import Any

from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.store import LedgerStore
from tests.clock import in_time

REPOSITORY = Path(__file__).parents[2]
VERIFIER = REPOSITORY / "scripts/verify-ledger"
START = 1_800_000_000_000_000
DAY = 86_400_000_000


class Clock:
    """A clock that the test sets, microseconds since the epoch."""

    def __init__(self) -> None:
        """Begin at some day in 2027."""
        self.now = START

    def __call__(self) -> int:
        """Return the time; a second passes each time."""
        self.now += 1_000_000
        return self.now


def asked(request: str, body: str = "dinner is ready", **facts: Any) -> Step:
    """Return the first step of a request, with its words."""
    return Step(
        kind=Kind.ASKED,
        request_id=request,
        reasons=("default",),
        facts={"contact_id": "mum", "satellite_id": "assist_satellite.kitchen", **facts},
        private={"recipient": "Mum", "body": body, "utterance": f"tell mum that {body}"},
    )


def sent(request: str, body: str = "dinner is ready", **facts: Any) -> list[Step]:
    """Return all the steps of a message that arrives."""
    first = asked(request, body, **facts)
    return [
        first,
        Step(kind=Kind.AUTHORISED, request_id=request, facts=first.facts),
        Step(kind=Kind.DELIVERED, request_id=request, facts=first.facts),
    ]


@asynccontextmanager
async def opened(path: Path, **options: Any) -> AsyncIterator[LedgerStore]:
    """Open a ledger and close it in the end."""
    store = LedgerStore(path, **options)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def exported(store: LedgerStore, **options: Any) -> list[bytes]:
    """Return the lines of an export."""
    text = "".join([piece async for piece in store.export(**options)])
    return text.encode().splitlines(keepends=True)


def verify(path: Path, *arguments: str) -> tuple[int, str]:
    """Run scripts/verify-ledger as anybody would; returns its exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, VERIFIER, path, *arguments], capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def on_disk(path: Path, words: str) -> list[str]:
    """Return the names of the ledger's files that hold these words."""
    return sorted(
        file.name
        for file in path.parent.iterdir()
        if file.is_file() and words.encode() in file.read_bytes()
    )


async def until(condition: Callable[[], bool]) -> None:
    """Let time pass until something has happened in the background."""
    await in_time(condition)
