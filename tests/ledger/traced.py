"""Records and delivers one message, to be watched by strace: `python -m tests.ledger.traced FOLDER`."""

from . import bare  # noqa: F401, I001 - before anything of the package

import asyncio
import os
from pathlib import Path
import sys

from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.store import LedgerStore


async def main(folder: Path) -> None:
    """Mark the beginning, record "authorised", deliver."""
    outbox = os.open(folder / "outbox", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    store = LedgerStore(folder / "ledger.db")
    await store.open()
    for number in range(5):
        os.write(outbox, f"BEGIN {number}\n".encode())
        await store.append(Step(kind=Kind.AUTHORISED, request_id=str(number)))
        os.write(outbox, f"DELIVER {number}\n".encode())
        await store.append(Step(kind=Kind.DELIVERED, request_id=str(number)))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
