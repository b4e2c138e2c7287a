"""Homes of two organisations, each with a ledger that the integration's own store has written, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import json
from pathlib import Path
import shutil

from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.store import LedgerStore
from tests.judges.forging import forge
from tests.judges.history import History
from tests.ledger.stores import Clock, opened, sent


@dataclass(frozen=True)
class Sent:
    """What a home has sent under one name.

    Attributes:
        name: The ledger's name.
        lines: Canonical lines, as they came.
    """

    name: str
    lines: list[str]


@dataclass
class Home:
    """A home with a ledger.

    Attributes:
        folder: Where it lies.
        said: What has arrived at the centre.
        clock: Its clock.
    """

    folder: Path
    said: list[Sent] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    @property
    def database(self) -> Path:
        """The ledger's database."""
        return self.folder / "ledger.db"

    async def lives(self, *requests: str, watching: bool = False) -> None:
        """Let it send messages; a checkpoint is signed in the end."""
        self.folder.mkdir(exist_ok=True)
        async with opened(self.database, clock_us=self.clock) as store:
            await _on(store)
            for request in requests:
                await store.append_many(sent(request, body=f'dinner ☂ "at" {request}'))
            if watching:
                await store.append(Step(kind=Kind.REFUSED, request_id="r", reasons=("stranger",)))
            await store.append(Step(kind=Kind.GUARD_OFF))
            await store.checkpoint()

    def tells(self, *, leaving_out: Iterable[int] = (), since: int = 1) -> None:
        """Send its lines, but for these numbers."""
        history = History.of(self.database)
        left_out = set(leaving_out)
        lines = [
            line
            for number, line in enumerate(history.lines, start=1)
            if number >= since and number not in left_out
        ]
        self.said.append(Sent(names(history.lines)[-1], lines))

    def rewrite(self, sequence: int) -> None:
        """Rewrite an entry with its own key, and all that follows."""
        forge(self.database, sequence)

    async def restored(self, *, later: str) -> None:
        """Put back a copy of the ledger from before it sent one more message; it has told all until then."""
        async with opened(self.database, clock_us=self.clock) as store:
            await store.begin_backup()
            shutil.copy(self.database, self.folder / "copy")
            await store.end_backup()
            await store.append_many(sent(later))
            await store.checkpoint()
        self.tells()
        for suffix in ("-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.folder / "copy", self.database)
        async with opened(self.database, clock_us=self.clock) as store:
            await store.append_many(sent("after it"))
            await store.checkpoint()
        lines = History.of(self.database).lines
        begins = next(
            number
            for number, line in enumerate(lines, start=1)
            if json.loads(line)["kind"] == "restored"
        )
        self.tells(since=begins)


def names(lines: Iterable[str]) -> list[str]:
    """Return the names that a ledger has gone by, oldest first."""
    return [
        Key.parse(json.loads(line)["facts"]["key"]).name
        for line in lines
        if '"kind":"started"' in line or '"kind":"restored"' in line
    ]


async def _on(store: LedgerStore) -> None:
    await store.append(Step(kind=Kind.GUARD_ON))
