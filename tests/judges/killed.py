"""Kills the writer of a ledger again and again while a real witness is asked about its checkpoints.

    python -m tests.judges.killed FOLDER KILLS SEED [aics-witness | litewitness]

Prints what came of it: how many checkpoints were cosigned, what the witness holds against the ledger (nothing), and what it
says after a backup was restored.
"""

from tests.ledger import bare  # noqa: F401, I001 - before anything of the package

import asyncio
from contextlib import closing
import json
from pathlib import Path
import random
import shutil
import sqlite3
import subprocess
import sys
from typing import Any

import aiohttp

from custom_components.message_guard.ledger.checking import BackgroundCheck
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.signed_note import signature_check
from custom_components.message_guard.ledger.store import Erasure, LedgerStore
from custom_components.message_guard.ledger.witness import ALARMS, Offer, Verdict, Witness, offer
from tests.judges.witnesses import AICS, Running, aics_witness, litewitness
from tests.ledger import killed

WITNESS: list[Witness] = []
"""The witness that every life of the writer asks."""


async def ask(store: LedgerStore, session: aiohttp.ClientSession) -> Verdict | None:
    """Offer the newest checkpoint; returns what the witness says, None if there is nothing to offer.

    Raises:
        RuntimeError: If it says that there are two histories.
    """
    check, kept = signature_check(), store.cosignatures
    note = await store.checkpoint() or await kept.newest()
    if note is None or check is None:
        return None
    checkpoint = Checkpoint.parse(note)
    assert checkpoint.note is not None
    key = str(WITNESS[0].key)

    async def proof_from(old: int) -> list[bytes]:
        return await kept.consistency(old, checkpoint.size)

    offered = Offer(note, checkpoint.note.text, checkpoint.size, kept.size, proof_from)
    old = await kept.last(checkpoint.origin, key)
    answered = await offer(session, WITNESS[0], offered, old, check)
    if answered.verdict in ALARMS:
        raise RuntimeError(f"{answered.verdict} at {checkpoint.size}")
    if answered.cosignature is not None:
        await kept.keep(checkpoint.origin, checkpoint.size, key, answered.cosignature.line)
    return answered.verdict


async def disturb(store: LedgerStore, draw: random.Random) -> None:
    """Do what else happens to a ledger, most often ask the witness."""
    async with aiohttp.ClientSession() as session:
        while True:
            await asyncio.sleep(draw.random() * 0.02)
            match draw.randrange(4):
                case 0 | 1:
                    await ask(store, session)
                case 2:
                    await store.shred(Erasure.everything())
                case 3:
                    await store.begin_backup()
                    await store.end_backup()


async def restored(folder: Path, running: Running) -> dict[str, Any]:
    """Back a ledger up, go on, put the backup back and go on from there; the witness is asked all along."""
    path, copy = folder / "ledger.db", folder / "backup"
    copy.mkdir()
    said: dict[str, Any] = {}
    async with aiohttp.ClientSession() as session:
        store = LedgerStore(path)
        await store.append_many(killed.after_restart(await store.open()))
        said["before"] = await ask(store, session)
        old = str(store.verifier_key).partition("+")[0]
        await store.begin_backup()
        for file in folder.glob("ledger*"):
            if file.suffix != ".log":
                shutil.copy(file, copy)
        await store.end_backup()
        said["after the backup"] = await ask(store, session)
        await store.close()
        for file in folder.glob("ledger*"):
            file.unlink()
        for file in copy.iterdir():
            shutil.copy(file, folder)
        store = LedgerStore(path)
        await store.open()
        name, _, _ = str(store.verifier_key).partition("+")
        said["a new name"] = name != old
        said["not known yet"] = await ask(store, session)
        running.trust(name, str(store.verifier_key))
        said["known"] = await ask(store, session)
        await store.close()
    return said


def trust(folder: Path, running: Running) -> None:
    """Let the witness cosign the ledger by the key in its first entry."""
    db = sqlite3.connect(folder / "ledger.db")
    (line,) = db.execute("SELECT line FROM entries WHERE sequence = 1").fetchone()
    db.close()
    facts = json.loads(line)["facts"]
    running.trust(facts["ledger"], facts["key"])


def cosignatures(folder: Path) -> int:
    """Return how many checkpoints have been cosigned."""
    with closing(sqlite3.connect(folder / "ledger.db")) as db:
        (count,) = db.execute("SELECT count(*) FROM cosignatures").fetchone()
    return int(count)


def held_against(running: Running) -> list[object]:
    """Return what the witness keeps as evidence; litewitness keeps none, but would have refused."""
    if running.name == "litewitness":
        return []
    config = str(running.folder / "witness.json")
    printed = subprocess.run(
        [AICS, "evidence", "--config", config], capture_output=True, text=True, check=True
    ).stdout
    found: list[object] = json.loads(printed or "[]")
    return found


def main() -> None:
    """Kill as often as asked, recover, restore a backup, and print what was found."""
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    killed.disturb = disturb  # type: ignore[assignment]
    draw, check = random.Random(seed), BackgroundCheck(None)
    start = litewitness if sys.argv[4:] == ["litewitness"] else aics_witness
    with start(folder / "witness") as running:
        WITNESS.append(Witness.parse(running.url, running.key))
        first = killed.live_and_die(folder, 0, None)
        trust(folder, running)
        # A witness may take longer than any of the lives that chance gives, on a machine that is busy.
        killed.live_and_die(folder, 1, None, lambda where: cosignatures(where) > 0)
        for life in range(2, kills):
            killed.live_and_die(folder, life, draw.random() * killed.LIVES * first)
        asyncio.run(killed.recover(folder))
        killed.look(folder, check)
        cosigned = cosignatures(folder)
        said = asyncio.run(restored(folder, running))
        found = {
            "kills": kills,
            "cosigned": cosigned,
            "restored": said,
            "evidence": held_against(running),
            "key": running.key,
        }
        sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
