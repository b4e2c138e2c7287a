"""The ledger: durable appends, verification, pages, start-up, size; beside bare SQLite and others.

Everything runs in one process on one disk. What is compared is measured in turns, and the median of the
turns counts, so that a busy moment of the machine hits all alike.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from functools import partial
import hashlib
from itertools import islice
import json
import os
from pathlib import Path
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from typing import Any

from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.encoding import canonical
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.format.signed_note import signature_check
from custom_components.message_guard.ledger.format.tree import consistency_proof, inclusion_proof
from custom_components.message_guard.ledger.format.verifier import check_export
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from custom_components.message_guard.ledger.tiles import tile_reader

from .ledger_appends import appends, ledger, median, seconds, seconds_of
from .ledger_peers import DAY_US, START_US, JsonLines, Pymerkle, rows, steps

ROOT = Path(__file__).resolve().parents[1]

MEMORY = """
import pathlib, re, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
"""
"""Runs a program and prints the most memory it used, in KiB."""


def processor_seconds(work: Callable[[], object]) -> float:
    """Return how long the processor was busy with something, others that wanted it left out."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


async def build(path: Path, entries: int) -> None:
    """Write a ledger of so many entries."""
    made = steps()
    async with ledger(path) as store:
        left = entries - 2  # the first entry, and the checkpoint at the end
        while left > 0:
            batch = list(islice(made, min(5000, left)))
            await store.append_many(batch)
            left -= len(batch)


async def export(path: Path, target: Path) -> None:
    """Export a ledger."""
    async with ledger(path) as store:
        file = await asyncio.to_thread(target.open, "w", encoding="utf-8", newline="")
        try:
            async for piece in store.export():
                await asyncio.to_thread(file.write, piece)
        finally:
            await asyncio.to_thread(file.close)


def hash_lines(path: Path) -> None:
    """Do the least that a check of lines could do."""
    with path.open("rb") as lines:
        for line in lines:
            json.loads(line)
            hashlib.sha256(line).hexdigest()


def encode_and_hash_lines(path: Path) -> None:
    """Parse, encode the entry again, and make the hashes that a check makes; compare nothing."""
    sha256, leaves = hashlib.sha256, []
    with path.open("rb") as lines:
        for raw in lines:
            line = json.loads(raw)
            if "end" in line:
                continue
            entry = canonical(line["entry"]).encode()
            sha256(entry).hexdigest()
            leaves.append(sha256(b"\x00" + entry).digest())
            for name, (salt, value) in line["private"].items():
                text = bytes.fromhex(salt) + name.encode() + b"\x00" + value.encode()
                sha256(text).hexdigest()
    while len(leaves) > 1:
        each = iter(leaves)
        odd = leaves[-1:] if len(leaves) % 2 else []
        leaves = [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each)] + odd  # noqa: B905


def check_lines(path: Path) -> None:
    """Check an export as verify-ledger does."""
    report = check_export(path, Checker(check=signature_check(), every_signature=False))
    assert report.sound


def verifications(export_path: Path, rounds: int) -> dict[str, Any]:
    """Measure verification of chain and tree against making the same hashes, in turns.

    Both only compute, so processor time is what an otherwise idle machine takes.
    """
    ours, same, bare, wall = [], [], [], []
    for _ in range(rounds):
        bare.append(processor_seconds(lambda: hash_lines(export_path)))
        same.append(processor_seconds(lambda: encode_and_hash_lines(export_path)))
        begin = time.perf_counter()
        ours.append(processor_seconds(lambda: check_lines(export_path)))
        wall.append(time.perf_counter() - begin)
    return {
        "verify_s": median(ours),
        "verify_wall_s": median(wall),
        "verify_rate_against_same_hashes": median([b / o for o, b in zip(ours, same, strict=True)]),
        "verify_rate_against_one_hash": median([b / o for o, b in zip(ours, bare, strict=True)]),
    }


def proofs(path: Path, rounds: int) -> dict[str, float]:
    """Measure proofs out of a closed ledger, each with nothing remembered from the one before."""
    db = sqlite3.connect(path)
    size = db.execute("SELECT max(sequence) FROM entries").fetchone()[0]
    draw = random.Random(1)
    taken: dict[str, list[float]] = {"inclusion": [], "consistency": []}
    for _ in range(rounds):
        place = draw.randrange(1, size)
        for name, make in (("inclusion", inclusion_proof), ("consistency", consistency_proof)):
            taken[name].append(seconds(partial(make, tile_reader(db), place, size)))
    db.close()
    return {f"{name}_proof_ms": median(times) * 1e3 for name, times in taken.items()}


def memory_kib(path: Path) -> int:
    """Return the most memory that verify-ledger uses for a file."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", MEMORY, str(ROOT / "scripts/verify-ledger"), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("SOUND"), done.stdout
    return int(done.stderr)


def filters(entries: int) -> Iterator[tuple[str, Filter]]:
    """Yield what a person may look for, in a ledger of so many entries."""
    days = max(entries // 1000, 2)
    middle = START_US + days // 2 * DAY_US
    contact, satellite = "01J9ZK3M6Q8V7T5R4W2X1Y0005", "assist_satellite.room_3"
    yield "everything", Filter()
    yield "one contact", Filter(contact_id=contact)
    yield "one satellite", Filter(satellite_id=satellite)
    yield "one contact at one satellite", Filter(contact_id=contact, satellite_id=satellite)
    yield "refused", Filter(kinds=[Kind.REFUSED])
    yield "never happened", Filter(kinds=[Kind.SUPERSEDED])
    yield "one contact, declined", Filter(contact_id=contact, kinds=[Kind.DECLINED])
    yield "a day in the middle", Filter(since_us=middle, until_us=middle + DAY_US)
    yield (
        "one contact on that day",
        Filter(contact_id=contact, since_us=middle, until_us=middle + DAY_US),
    )
    yield "one request", Filter(request_id="01K9ZQ3M6Q8V7T5R4W2X000123")


async def pages(small: Path, large: Path, sizes: tuple[int, int], rounds: int) -> dict[str, Any]:
    """Measure filtered pages out of a small and a large ledger, in turns."""
    result = {}
    async with ledger(small) as few, ledger(large) as many:
        for (name, wanted_few), (_, wanted_many) in zip(
            filters(sizes[0]), filters(sizes[1]), strict=True
        ):
            taken: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                taken[0].append(await seconds_of(few.page(wanted_few)))
                taken[1].append(await seconds_of(many.page(wanted_many)))
            result[name] = {
                "small_ms": median(taken[0]) * 1e3,
                "large_ms": median(taken[1]) * 1e3,
                "large_against_small": median(taken[1]) / median(taken[0]),
            }
    return result


async def openings(small: Path, large: Path, rounds: int) -> dict[str, float]:
    """Measure opening a small and a large ledger, in turns."""
    taken: dict[str, list[float]] = {"small": [], "large": []}
    for _ in range(rounds):
        for name, path in (("small", small), ("large", large)):
            store = LedgerStore(path, retention_days=None)
            taken[name].append(await seconds_of(store.open()))
            await store.close()
    return {f"open_{name}_ms": median(values) * 1e3 for name, values in taken.items()}


async def side_by_side(folder: Path, entries: int) -> dict[str, Any]:
    """Write, check and weigh the same entries in each system."""
    made = rows(entries)
    jsonl, merkle = JsonLines(folder), Pymerkle(folder)
    path = folder / "beside.db"
    result: dict[str, Any] = {"entries": entries}
    ours = await seconds_of(build(path, entries))
    result["write_s"] = {
        "ours": ours,
        "jsonl": seconds(lambda: jsonl.extend(made)),
        "pymerkle": seconds(lambda: merkle.extend(made)),
    }
    exported = folder / "beside.jsonl"
    await export(path, exported)
    result["verify_s"] = {
        "ours": seconds(lambda: check_lines(exported)),
        "jsonl": seconds(jsonl.verify),
        "pymerkle": seconds(merkle.verify),
    }
    jsonl.close()
    merkle.close()
    result["bytes_per_entry"] = {
        name: file.stat().st_size / entries
        for name, file in (("ours", path), ("jsonl", jsonl.path), ("pymerkle", merkle.path))
    }
    return result


async def run_appends(folder: Path, *, quick: bool) -> dict[str, Any]:
    """Run what measures appends."""
    (folder / "append").mkdir()
    return await appends(folder / "append", 3 if quick else 11, 40)


async def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """Run everything."""
    small, large, year = (2_000, 50_000, 20_000) if quick else (10_000, 1_000_000, 365_000)
    result: dict[str, Any] = {"small": small, "large": large, "year": year}
    result |= await run_appends(folder, quick=quick)
    (folder / "beside").mkdir()
    result["side_by_side"] = await side_by_side(folder / "beside", small)
    paths = {}
    for name, entries in (("small", small), ("year", year), ("large", large)):
        path = folder / f"{name}.db"
        await build(path, entries)
        paths[name] = path.with_suffix(".jsonl")
        await export(path, paths[name])
        if name == "year":
            result |= verifications(paths[name], 3 if quick else 5)
        else:
            result[f"verify_memory_{name}_kib"] = memory_kib(paths[name])
        paths[name].unlink()
    result["memory_large_against_small"] = (
        result["verify_memory_large_kib"] / result["verify_memory_small_kib"]
    )
    result |= proofs(folder / "large.db", 200)
    files = (folder / "small.db", folder / "large.db")
    result |= await openings(*files, 3 if quick else 15)
    result["pages"] = await pages(*files, (small, large), 5 if quick else 31)
    result["worst_page"] = max(page["large_against_small"] for page in result["pages"].values())
    result["opening_large_against_small"] = result["open_large_ms"] / result["open_small_ms"]
    return result


GOALS = (
    ("append_rate_against_bare_sqlite", ">=", 0.85),
    ("concurrent_rate_against_single", ">=", 10.0),
    ("verify_rate_against_same_hashes", ">=", 0.8),
    ("verify_s", "<=", 6.0),
    ("inclusion_proof_ms", "<=", 1.0),
    ("memory_large_against_small", "<=", 1.1),
    ("worst_page", "<=", 5.0),
    ("opening_large_against_small", "<=", 1.5),
)


def main() -> int:
    """Print the measurements; the exit code says whether every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    parser.add_argument("--quick", action="store_true", help="small ledgers, for a first look")
    parser.add_argument("--appends", action="store_true", help="appends only, in a minute")
    parser.add_argument("--folder", type=Path, default=ROOT, help="on which disk to measure")
    options = parser.parse_args()
    measure = run_appends if options.appends else run
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=options.folder) as name:
        result = asyncio.run(measure(Path(name), quick=options.quick))
    result["load"] = os.getloadavg()[0]
    met = {
        name: result[name] >= goal if sign == ">=" else result[name] <= goal
        for name, sign, goal in GOALS
        if name in result
    }
    result["goals_met"] = met
    if options.json:
        print(json.dumps(result))
    else:
        _print(result)
    return int(not all(met.values()))


def _print(result: dict[str, Any]) -> None:
    for name, sign, goal in GOALS:
        if name in result:
            verdict = "met" if result["goals_met"][name] else "MISSED"
            print(f"{name:34} {result[name]:10.2f}   goal {sign} {goal:<5} {verdict}")
    print(f"{'single append, µs':34}", _figures(result["single_append_us"]))
    print(f"{'one of 64 at once, µs':34} {result['concurrent_append_us']:10.1f}")
    print(f"{'all appends, filing included':34} {result['all_appends_against_bare_sqlite']:10.2f}")
    print(f"{'append against bare, a new log':34} {result['append_rate_against_fresh']:10.2f}")
    print(f"{'append against the same tables':34} {result['append_rate_against_indexed']:10.2f}")
    print(f"{'append against bare, awaited':34} {result['append_rate_against_awaited']:10.2f}")
    if "pages" in result:
        _print_others(result)
    print(f"load of the machine: {result['load']:.1f}")


def _print_others(result: dict[str, Any]) -> None:
    """Print what was measured besides appends."""
    print(f"{'verify against one hash a line':34} {result['verify_rate_against_one_hash']:10.2f}")
    print(f"{'consistency proof, ms':34} {result['consistency_proof_ms']:10.2f}")
    for what in ("write_s", "verify_s", "bytes_per_entry"):
        entries = result["side_by_side"]["entries"]
        print(f"{f'{what}, {entries} entries':34}", _figures(result["side_by_side"][what]))
    for name, page in result["pages"].items():
        print(
            f"{'page: ' + name:34} {page['small_ms']:7.2f} ms of {result['small']},"
            f" {page['large_ms']:7.2f} ms of {result['large']}"
        )


def _figures(values: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.2f}" for name, value in values.items())


if __name__ == "__main__":
    sys.exit(main())
