"""The ledger of a household, read from outside as any tool would."""

from dataclasses import dataclass
import json
from pathlib import Path
import sqlite3
import sys
from typing import Any

from .configuration import REPOSITORY
from .processes import run


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger.

    Attributes:
        kind: What happened, "asked".
        request_id: The request it happened to, None for what concerns the guard itself.
        reasons: Ids of what led to it.
    """

    kind: str
    request_id: str | None
    reasons: tuple[str, ...]


def lines(path: Path) -> list[str]:
    """Return the ledger's lines, oldest first, while Home Assistant may be writing it."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT line FROM entries ORDER BY sequence").fetchall()
    database.close()
    return [row[0] for row in rows]


def entries(path: Path) -> list[Entry]:
    """Return what the ledger records, oldest first."""
    found: list[dict[str, Any]] = [json.loads(line) for line in lines(path)]
    return [Entry(item["kind"], item["request_id"], tuple(item["reasons"])) for item in found]


def stories(path: Path) -> list[list[str]]:
    """Return the kinds of what happened to each request, in the order in which they were made."""
    by_request: dict[str, list[str]] = {}
    for entry in entries(path):
        if entry.request_id is not None:
            by_request.setdefault(entry.request_id, []).append(entry.kind)
    return list(by_request.values())


async def verify(path: Path) -> tuple[int, str]:
    """Check a ledger or an export with the tool that needs no Home Assistant.

    Returns:
        The exit status (0 sound, 1 tampered, 2 unusable) and what was printed.
    """
    return await run(sys.executable, REPOSITORY / "scripts" / "verify-ledger", path)
