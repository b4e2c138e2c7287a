"""Many homes: from the encoder through the collector into PostgreSQL, beside COPY; sizes; queries at three sizes.

Everything runs on this machine: the homes' encoder, which in a fleet is spread over the homes, the collector, and a
PostgreSQL that is made for it and keeps what it has committed (fsync on).
"""

import argparse
import asyncio
import os
from pathlib import Path
import statistics
import tempfile
import time

import aiohttp

from custom_components.message_guard.forwarding.format.batch import Row, batch, resource
from custom_components.message_guard.forwarding.format.records import Fields
from tests.fleet.collector import Collector
from tests.fleet.postgres import FLEET, Postgres
from tests.fleet.rows import COLUMNS

from .fleet_homes import DAY_US, Home

YEAR = 182_500_000
QUERIES = (
    "life",
    "gaps",
    "forks",
    "hashes",
    "chain",
    "trees",
    "trouble",
    "watching",
    "endings",
    "restored",
)
CONNECTIONS = 400
VERSION = "1.0.0"
_MADE_BARE = "CREATE TABLE IF NOT EXISTS fleet.bare (LIKE fleet.entries INCLUDING ALL)"


def encoded(homes: list[Home]) -> list[bytes]:
    """Return a request of each home, with its day in it."""
    made = []
    for home in homes:
        found = [
            Row(number, line.encode(), None) for number, line in enumerate(home.lines, home.first)
        ]
        about = resource(home.name, VERSION, home.label)
        one = batch(found, home.name, about, VERSION, Fields.EVENTS)
        assert one is not None
        assert one.count == len(home.lines)
        made.append(one.body)
    return made


async def posted(url: str, token: str, bodies: list[bytes]) -> None:
    """Post requests, many at once."""
    headers = {"Content-Type": "application/x-protobuf", "Authorization": f"Bearer {token}"}
    left = iter(bodies)

    async def one_after_the_other(http: aiohttp.ClientSession) -> None:
        for body in left:
            async with http.post(f"{url}/v1/logs", data=body) as answer:
                assert answer.status == 200, (answer.status, await answer.text())

    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(headers=headers, connector=connector) as http,
        asyncio.TaskGroup() as tasks,
    ):
        for _ in range(CONNECTIONS):
            tasks.create_task(one_after_the_other(http))


def processor_seconds(process: int) -> float:
    """Return how long the processor was busy for a process and all that it has started, ended or not."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if folder.name == str(process):
            ticks += sum(map(int, fields[11:15]))
        elif fields[1] == str(process):
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


class Timer:
    """Seconds by the clock, and of the processor: of this process, and of others with what they have started."""

    def __init__(self, *processes: int) -> None:
        """Begin."""
        self._processes = processes
        self._begun = self._now()

    def _now(self) -> list[float]:
        others = map(processor_seconds, self._processes)
        return [time.perf_counter(), time.process_time(), *others]

    def lap(self) -> list[float]:
        """Return the seconds since it began."""
        return [now - then for now, then in zip(self._now(), self._begun, strict=True)]


def _bare(server: Postgres, path: Path, since: int) -> list[float]:
    """Copy the rows of a day from a file into a table like that of the entries; return the seconds it takes.

    Args:
        server: PostgreSQL.
        path: Where the file may lie.
        since: When the day begins, microseconds since the epoch.
    """
    day = f"SELECT {COLUMNS} FROM fleet.entries WHERE at > to_timestamp({since // 1_000_000})"  # noqa: S608
    with path.open("wb") as file:
        server.dump(day, file)
    server.sql(_MADE_BARE)
    with path.open("rb") as file:
        timer = Timer(server.process)
        server.copy(f"fleet.bare ({COLUMNS})", file)
        return timer.lap()


def _size(server: Postgres) -> int:
    asked = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('fleet.entries')"
    return int(server.sql(asked)[0][0])


def _seconds_of_query(server: Postgres, name: str) -> float:
    query = (FLEET / "queries" / f"{name}.sql").read_text("utf-8").rstrip().removesuffix(";")
    begin = time.perf_counter()
    server.sql(f"SELECT count(*) FROM ({query}) AS found")  # noqa: S608 - a file of ours
    return time.perf_counter() - begin


def _line(points: list[tuple[int, float]]) -> tuple[float, float]:
    slope, intercept = statistics.linear_regression(*zip(*points, strict=True))
    return slope, intercept


def main() -> None:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=50, help="a day, of each home")
    parser.add_argument(
        "--days", default="1,2,4", help="at the ends of which the queries are asked"
    )
    options = parser.parse_args()
    days = [int(each) for each in options.days.split(",")]
    start = int(time.time() * 1e6) // DAY_US * DAY_US - max(days) * DAY_US
    homes = [Home(number, start) for number in range(options.homes)]
    settings = {"shared_buffers": "2GB", "work_mem": "256MB", "maintenance_work_mem": "512MB"}
    with (
        Postgres.started(durable=True, **settings) as server,
        Collector.started(server) as collector,
        tempfile.TemporaryDirectory() as folder,
    ):
        print(f"PostgreSQL {server.version}, {os.cpu_count()} cores for everything")
        server.sql("SELECT fleet.admit('bench')")
        ((token,),) = server.sql("SELECT fleet.issue('bench')")
        collector.learns(token)
        measured(server, collector, token, homes, options.entries, days, Path(folder))


def measured(
    server: Postgres,
    collector: Collector,
    token: str,
    homes: list[Home],
    entries: int,
    days: list[int],
    folder: Path,
) -> None:
    """Let homes live for some days, and print what it costs."""
    taken: dict[str, list[tuple[int, float]]] = {name: [] for name in QUERIES}
    print(
        f"\n{'':>25}rows a second, by the clock           {'microseconds of the processor for a row'}"
    )
    print(
        f"{'day':>4} {'rows there':>11} {'encoder':>9} {'collector':>9} {'COPY':>9} {'ratio':>6}   "
        f" {'encoder':>8} {'collector':>9} {'database':>8} {'COPY':>6} {'ratio':>6}"
    )
    wire, begun = 0, homes[0].begun
    for day in range(1, max(days) + 1):
        for home in homes:
            home.day(entries)
        count = len(homes) * entries
        timer = Timer()
        bodies = encoded(homes)
        encoding = timer.lap()
        wire = sum(map(len, bodies))
        timer = Timer(collector.process, server.process)
        asyncio.run(posted(collector.url, token, bodies))
        through = timer.lap()
        there = int(server.sql("SELECT count(*) FROM fleet.entries")[0][0])
        assert there == day * count, "not all of it is there"
        bare = _bare(server, folder / "rows", begun + (day - 1) * DAY_US)
        print(
            f"{day:>4} {there:>11,} {count / encoding[0]:>9,.0f} {count / through[0]:>9,.0f} {count / bare[0]:>9,.0f}"
            f" {bare[0] / through[0]:>6.2f}    {encoding[1] / count * 1e6:>8.1f} {through[2] / count * 1e6:>9.1f}"
            f" {through[3] / count * 1e6:>8.1f} {bare[2] / count * 1e6:>6.1f} {bare[2] / (through[2] + through[3]):>6.2f}"
        )
        if day in days:
            server.sql("VACUUM ANALYZE")
            for name in QUERIES:
                taken[name].append((there, _seconds_of_query(server, name)))
    kept = _size(server) / len(homes) / max(days)
    print(
        f"\na home and day of {entries} entries: {wire / len(homes):,.0f} bytes on the wire,"
        f" {kept:,.0f} bytes in PostgreSQL with its indexes; {kept * len(homes) * 365 / 1e9:,.0f} GB a year for"
        f" {len(homes):,} homes"
    )
    print(
        f"\n{'query':<10} "
        + " ".join(f"{size:>12,}" for size, _ in taken["life"])
        + f" {YEAR:>14,}"
    )
    for name, points in taken.items():
        slope, rest = _line(points)
        seen = " ".join(f"{seconds:>10.2f} s" for _, seconds in points)
        print(f"{name:<10} {seen} {max(slope * YEAR + rest, 0):>12,.0f} s")
    print(
        "\nThe last column is a straight line through the others. What is measured lies in memory; a year does not, so"
        " the time to read it from disk comes on top."
    )


if __name__ == "__main__":
    main()
