"""The ledger of a household, read from outside as any tool would."""

from contextlib import closing
from dataclasses import dataclass
import hashlib
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
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
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


def export(path: Path, target: Path) -> None:
    """Write an export of a ledger as docs/ledger-format.md describes it, without anybody's words."""
    written = lines(path)
    head = "0" * 64
    with target.open("w", encoding="utf-8") as file:
        for line in written:
            head = hashlib.sha256(line.encode()).hexdigest()
            file.write(f'{{"entry":{line},"hash":"{head}","private":null}}\n')
        file.write(f'{{"end":{len(written)},"head":"{head}"}}\n')


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier says.

    Attributes:
        status: Its exit status: 0 sound, 1 tampered with, 2 not checkable.
        entries: How many entries are sound, from the first on.
        problem: What is wrong, "" if nothing is.
        bad: Number of the first bad entry, None if there is none.
    """

    status: int
    entries: int = 0
    problem: str = ""
    bad: int | None = None

    def __str__(self) -> str:
        """Say it in a few words."""
        if self.status == 0:
            return f"sound: {self.entries} entries"
        return f"entry {self.bad}: {self.problem}" if self.bad is not None else self.problem


async def verify(path: Path) -> Verdict:
    """Check a ledger or an export with the tool that needs no Home Assistant."""
    tool = REPOSITORY / "scripts" / "verify-ledger"
    status, printed = await run(sys.executable, tool, "--json", path)
    try:
        said = json.loads(printed)
    except ValueError:
        return Verdict(status, problem=printed.strip())
    if "unusable" in said:
        return Verdict(status, problem=said["unusable"])
    problem = said.get("problem") or {}
    return Verdict(status, said["entries"], problem.get("meaning", ""), problem.get("sequence"))
