"""Tampering with an export of a thousand entries and with a database: how much is tried, how much is found."""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
import json
from pathlib import Path
import sqlite3
import sys
import tempfile

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import TamperedError
from custom_components.message_guard.ledger.store import Erasure
from tests.ledger.forgery import (
    Sample,
    checker,
    ended,
    forged,
    head_of,
    resumed,
    rewritten,
    sample,
    unnoticed_flips,
    verdict,
)
from tests.ledger.stores import asked, opened, sent, verify
from tests.ledger.test_verifier import TAMPERING

type Lines = Sequence[bytes]


def changed(lines: Lines, first: int, new: Lines) -> bool:
    """Return whether an export that goes on differently after `first` true lines is found out.

    A checker that has seen the true lines before is asked about what follows them only.
    """
    checks = checker()
    try:
        for line in lines[:first]:
            checks.add_export(line)
        for line in new:
            checks.add_export(line)
        checks.report(export=True)
    except TamperedError:
        return True
    return False


def edits(lines: Lines) -> Iterator[tuple[str, Callable[[int], tuple[int, Lines]]]]:
    """Yield ways to edit an export at a place: from where on it differs, and what is there instead."""
    yield "deleted", lambda place: (place, lines[place + 1 :])
    yield "repeated", lambda place: (place, [lines[place], *lines[place:]])
    yield "swapped", lambda place: (place, [lines[place + 1], lines[place], *lines[place + 2 :]])
    yield "cut off", lambda place: (place, [])
    yield (
        "inserted",
        lambda place: (
            place,
            [forged(lines[place], place + 1, head_of(lines[place - 1]))[0], *lines[place:]],
        ),
    )


def exports(whole: Sample, entries: int) -> dict[str, dict[str, int]]:
    """Tamper with an export in every way at every place."""
    lines = whole.lines
    tried, unnoticed = unnoticed_flips(lines)
    result = {"one bit flipped": {"tried": tried, "found": tried - unnoticed}}
    for name, edit in edits(lines):
        found = sum(changed(lines, *edit(place)) for place in range(2, entries))
        result[name] = {"tried": entries - 2, "found": found}
    remembered = Checkpoint.parse(whole.notes[-1])
    needs: dict[str, Callable[[int], list[bytes]]] = {
        "cut off, with an end that fits": lambda place: ended(lines[:place]),
        "cut off and resumed": lambda place: resumed(lines, place),
    }
    for name, forge in needs.items():
        places = range(2, remembered.size, 25)
        found = sum(verdict(forge(place), remembered=[remembered]) is not None for place in places)
        by_itself = sum(verdict(forge(place)) is not None for place in places)
        result[f"{name} (checkpoint)"] = {"tried": len(places), "found": found}
        result[f"{name} (by itself)"] = {"tried": len(places), "found": by_itself}
    anew = [rewritten(entries, seed) for seed in range(5, 15)]
    by_key = sum(verdict(each, key=whole.key) is not None for each in anew)
    by_checkpoint = sum(verdict(each, remembered=[remembered]) is not None for each in anew)
    result["signed anew with another key (key)"] = {"tried": len(anew), "found": by_key}
    result["signed anew with another key (checkpoint)"] = {
        "tried": len(anew),
        "found": by_checkpoint,
    }
    return result


async def databases(folder: Path) -> dict[str, dict[str, int]]:
    """Tamper with a database in every way that the tests know, a view over its entries among them."""
    path = folder / "ledger.db"
    async with opened(path) as store:
        for number in range(10):
            await store.append_many(sent(f"r{number}"))
        await store.shred(Erasure.of_request("r3"))
        await store.append(asked("waiting"))
    content = path.read_bytes()
    found = 0
    for statement, _ in TAMPERING.values():
        path.write_bytes(content)
        db = sqlite3.connect(path)
        db.executescript(statement)
        db.commit()
        db.close()
        found += verify(path)[0] == 1
    return {"database, every way of the tests": {"tried": len(TAMPERING), "found": found}}


def main() -> int:
    """Print the counts; the exit code says whether all was found that can be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    parser.add_argument("--entries", type=int, default=1000)
    options = parser.parse_args()
    whole = sample(options.entries)
    result = exports(whole, options.entries)
    with tempfile.TemporaryDirectory() as name:
        result |= asyncio.run(databases(Path(name)))
    if options.json:
        print(json.dumps(result))
    else:
        for name, counts in result.items():
            print(f"{name:46} {counts['found']:9} of {counts['tried']:9} found")
    needed = [counts for name, counts in result.items() if not name.endswith("(by itself)")]
    return int(any(counts["found"] != counts["tried"] for counts in needed))


if __name__ == "__main__":
    sys.exit(main())
