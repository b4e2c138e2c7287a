"""Writes a stream of sends and is killed, again and again; prints what was found after each kill.

    python -m tests.ledger.killed FOLDER KILLS SEED

A parent forks a writer, kills it with SIGKILL at a random moment (while it opens, records, delivers,
erases, signs or begins a backup) and forks the next one on the same ledger. A delivery is one line
appended to a file with one system call.
"""

from . import bare  # noqa: F401, I001 - before anything of the package

import asyncio
from collections.abc import Callable
import json
import os
from pathlib import Path
import random
import signal
import sqlite3
import sys
import time

from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.checking import BackgroundCheck
from custom_components.message_guard.ledger.store import Erasure, LedgerStore, Recovery

SENDERS = 6
LINE = 16
"""Bytes of a delivery. A page of the file holds a whole number of them: a write that crosses into the
next page can be cut in two by a kill, which would look like a delivery of something that never was."""

LIVES = 3.0
"""A writer lives up to so many times as long as it takes one to open the ledger and deliver something."""


async def send_for_ever(store: LedgerStore, outbox: int, name: str) -> None:
    """Record and deliver one message after the other."""
    number = 0
    while True:
        number += 1
        request = f"{name}-{number}"
        await store.append(
            Step(kind=Kind.ASKED, request_id=request, private={"body": f"message {request}"})
        )
        await store.append(Step(kind=Kind.AUTHORISED, request_id=request))
        os.write(outbox, f"{request:<{LINE - 1}}\n".encode())
        await store.append(Step(kind=Kind.DELIVERED, request_id=request))


async def disturb(store: LedgerStore, draw: random.Random) -> None:
    """Do what else happens to a ledger."""
    while True:
        await asyncio.sleep(draw.random() * 0.02)
        match draw.randrange(4):
            case 0:
                await store.checkpoint()
            case 1:
                await store.rotate_key()
            case 2:
                await store.shred(Erasure.everything())
            case 3:
                await store.begin_backup()
                await store.end_backup()


def after_restart(recovery: Recovery) -> list[Step]:
    """Return what the guard records at its start."""
    return [
        *(Step(kind=Kind.EXPIRED, request_id=each) for each in recovery.unfinished),
        *(Step(kind=Kind.INTERRUPTED, request_id=each) for each in recovery.interrupted),
        Step(kind=Kind.GUARD_ON),
    ]


async def write(folder: Path, life: int) -> None:
    """Recover, then send until killed."""
    store = LedgerStore(folder / "ledger.db")
    await store.append_many(after_restart(await store.open()))
    outbox = os.open(folder / "outbox", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    await asyncio.gather(
        disturb(store, random.Random(life)),
        *(send_for_ever(store, outbox, f"{life}-{each}") for each in range(SENDERS)),
    )


def has_delivered(folder: Path) -> bool:
    """Return whether anything has been delivered."""
    outbox = folder / "outbox"
    return outbox.exists() and outbox.stat().st_size > 0


def live_and_die(
    folder: Path,
    life: int,
    seconds: float | None,
    enough: Callable[[Path], bool] = has_delivered,
) -> float:
    """Fork a writer and kill it after so long, else once it has done enough; returns its age."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(write(folder, life))
        except BaseException as err:  # noqa: BLE001 - whatever it is, it must not go unnoticed
            os.write(2, f"{type(err).__name__}: {err}\n".encode())
        os._exit(1)
    if seconds is not None:
        time.sleep(seconds)
    while seconds is None and not enough(folder):
        time.sleep(0.001)
    age = time.monotonic() - begin
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise SystemExit(f"the writer of life {life} ended by itself")
    return age


def look(folder: Path, check: BackgroundCheck) -> None:
    """Check what was added since the last look."""
    db = sqlite3.connect(folder / "ledger.db")
    try:
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            while not check.step(db):
                pass
    finally:
        db.close()
    if check.report is not None and not check.report.sound:
        raise SystemExit(f"not sound: {check.report.problem}")


async def recover(folder: Path) -> None:
    """Open once more, as after the last crash, and close in peace."""
    store = LedgerStore(folder / "ledger.db")
    await store.append_many(after_restart(await store.open()))
    await store.close()


def main() -> None:
    """Kill as often as asked, then recover and print how many entries there are."""
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    draw = random.Random(seed)
    check = BackgroundCheck(None)
    first = live_and_die(folder, 0, None)
    for life in range(1, kills):
        live_and_die(folder, life, draw.random() * LIVES * first)
        if life % 10 == 9 and (folder / "ledger.db").exists():
            look(folder, check)
    asyncio.run(recover(folder))
    look(folder, check)
    assert check.report is not None
    print(json.dumps({"kills": kills, "entries": check.report.entries}))  # noqa: T201


if __name__ == "__main__":
    main()
