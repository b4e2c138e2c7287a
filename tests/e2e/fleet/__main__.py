"""Five homes, one place: what the centre sees of a home that is cut off, killed, tampered with, or restored from a backup.

    scripts/fleet-demo [--keep]

Real Home Assistants, OpenTelemetry's collector, PostgreSQL. The exit status is 1 if the centre sees anything else than what happened.
"""

import argparse
import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
import sys
import tempfile
import time

from homeassistant.const import __version__ as home_assistant_version

from tests.e2e.configuration import REPOSITORY
from tests.e2e.house import HouseError
from tests.e2e.processes import run
from tests.fleet.collector import Collector, CollectorError
from tests.fleet.postgres import Postgres, PostgresError

from .home import FleetHome
from .hostile import requests
from .line import Line

ARRIVES_SECONDS = 600.0
"""A home that was cut off tries again after a minute, then after two, and after four: the slower this machine is, the longer it was cut off."""

LAKESIDE, HARBOUR = "lakeside", "harbour"
SEEN = ("gaps", "chain", "forks", "hashes", "trees", "restored", "endings")
"""Queries whose rows are about something that happened to a home; its label stands first in each row."""


@dataclass
class Story:
    """What happens to a home.

    Attributes:
        home: The home.
        organisation: Whose it is.
        happened: In words.
        expected: Which queries are to find something.
    """

    home: FleetHome
    organisation: str
    happened: str
    expected: frozenset[str] = frozenset()


@dataclass
class Centre:
    """The other side.

    Attributes:
        server: PostgreSQL.
        collector: The collector.
        wrong: What was not as it should be.
    """

    server: Postgres
    collector: Collector
    wrong: list[str] = field(default_factory=list)

    def must(self, condition: object, what: str) -> None:
        """Print what was looked at; remember it if it is not so."""
        say(f"  {'as expected' if condition else 'WRONG'}: {what}")
        if not condition:
            self.wrong.append(what)

    def has(self, home: FleetHome) -> int:
        """Return the number of the last entry that has arrived from a home, 0 for none."""
        asked = f"SELECT coalesce(max(e.sequence), 0) FROM fleet.entries e JOIN fleet.ledgers l ON l.id = e.ledger WHERE l.name = '{home.name}'"
        return int(self.server.sql(asked)[0][0])

    async def hears_all(self, homes: Iterable[FleetHome]) -> None:
        """Wait until everything has arrived.

        Raises:
            TimeoutError: If something does not.
        """
        until = time.monotonic() + ARRIVES_SECONDS
        for home in homes:
            while (there := self.has(home)) < (last := home.last):
                if time.monotonic() > until:
                    raise TimeoutError(f"{there} of {last} entries of {home.label} have arrived")
                await asyncio.sleep(0.5)

    def found(self, role: str) -> dict[str, set[str]]:
        """Return which queries find something about which home, as a role sees it."""
        seen: dict[str, set[str]] = {}
        for name in SEEN:
            for row in self.server.query(name, role=role):
                if name != "endings" or row[-1] == "ended without a word":
                    seen.setdefault(row[0], set()).add(name)
        return seen


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def play(centre: Centre, folder: Path) -> None:
    """Let the homes live, and look at what the centre sees."""
    tokens = {}
    for name in (LAKESIDE, HARBOUR):
        centre.server.sql(f"SELECT fleet.admit('{name}', '{name}')")
        tokens[name] = centre.server.sql(f"SELECT fleet.issue('{name}')")[0][0]
    centre.server.sql("CREATE ROLE overseer LOGIN IN ROLE fleet_overseer")
    for token in tokens.values():
        await asyncio.to_thread(centre.collector.learns, token)
    unknown = await asyncio.to_thread(centre.collector.post, b"", "mg_of_somebody_else")
    centre.must(unknown == 401, f"an unknown credential is refused ({unknown})")
    await answers_whatever_comes(centre, tokens[LAKESIDE])
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(Line.laid(centre.collector.port))

        def made(label: str, organisation: str, url: str = centre.collector.url) -> FleetHome:
            home = FleetHome(label, folder / label.replace(" ", "-"), url, tokens[organisation])
            stack.push_async_callback(home.stop)
            return home

        stories = [
            Story(made("quiet", LAKESIDE), LAKESIDE, "nothing"),
            Story(
                made("cut off", LAKESIDE, line.url),
                LAKESIDE,
                "no line while it wrote",
            ),
            Story(made("killed", LAKESIDE), LAKESIDE, "power cut", frozenset({"endings"})),
            Story(
                made("tampered", LAKESIDE),
                LAKESIDE,
                "its ledger was rewritten",
                frozenset({"forks"}),
            ),
            Story(
                made("restored", HARBOUR),
                HARBOUR,
                "restored from a backup",
                frozenset({"restored"}),
            ),
        ]
        begun = time.monotonic()
        await asyncio.gather(*(story.home.start() for story in stories))
        say(f"  five homes are up after {time.monotonic() - begun:.0f} s")
        await live(centre, line, *(story.home for story in stories))
        await look(centre, stories, folder)


async def answers_whatever_comes(centre: Centre, token: str) -> None:
    """Send what no home means to send; it is forgotten in the end."""
    wrong = []
    for name, body, expected in requests():
        status = await asyncio.to_thread(centre.collector.post, body, token)
        if status != expected:
            wrong.append(f"{name}: {status}")
    centre.must(not wrong, f"what is no ledger's is refused, what is odd is taken{wrong or ''}")
    owners = centre.server.sql("SELECT DISTINCT organisation FROM fleet.entries")
    centre.must(owners == [("1",)], "whose it is, its credential says")
    broken = []
    for name in ("life", "trouble", "watching", *SEEN):
        try:
            await asyncio.to_thread(centre.server.query, name)
        except PostgresError as error:
            broken.append(f"{name}: {error}")
    centre.must(not broken, f"every question is answered all the same{broken or ''}")
    centre.server.sql("TRUNCATE fleet.entries, fleet.ledgers RESTART IDENTITY")


async def live(
    centre: Centre,
    line: Line,
    quiet: FleetHome,
    cut_off: FleetHome,
    killed: FleetHome,
    tampered: FleetHome,
    restored: FleetHome,
) -> None:
    """Let it all happen."""
    homes = (quiet, cut_off, killed, tampered, restored)
    for home in homes:
        await home.writes()
    await centre.hears_all(homes)
    say("Every home has sent a message, and the centre has all of it.")
    await line.cut()
    before = centre.has(cut_off)
    backup = await restored.backed_up()
    for home in homes:
        await home.writes(2)
    await centre.hears_all((quiet, killed, tampered, restored))
    missing = cut_off.last - centre.has(cut_off)
    centre.must(
        centre.has(cut_off) == before and missing > 0,
        f"while its line is cut, the centre lacks {missing} entries of one home, and it sends messages all the same",
    )
    await asyncio.to_thread(centre.collector.kill)
    await quiet.writes()
    await killed.killed()
    await tampered.rewritten()
    await restored.restored(backup)
    await asyncio.to_thread(centre.collector.start)
    await line.mend()
    for home in (killed, tampered, restored):
        await home.writes()
    say("The line is mended, the collector is back; homes try again after a minute, or later.")
    await centre.hears_all(homes)


async def look(centre: Centre, stories: list[Story], folder: Path) -> None:
    """Print what the centre sees, and compare it with what happened."""
    say()
    say(
        f"{'home':<10} {'organisation':<13} {'entries':>7}  {'what happened':<25} what the centre sees"
    )
    seen = await asyncio.to_thread(centre.found, "overseer")
    for story in stories:
        label = story.home.label
        found = frozenset(seen.pop(label, ()))
        right = found == story.expected
        say(
            f"{label:<10} {story.organisation:<13} {centre.has(story.home):>7}  {story.happened:<25}"
            f" {', '.join(sorted(found)) or 'nothing wrong'}{'' if right else '   WRONG'}"
        )
        if not right:
            centre.wrong.append(f"{label}: {sorted(found)} instead of {sorted(story.expected)}")
    say()
    centre.must(not seen, "nothing is seen of anybody else")
    for organisation in (LAKESIDE, HARBOUR):
        rows = await asyncio.to_thread(
            lambda name: centre.server.query("life", role=name), organisation
        )
        homes = {row[0] for row in rows}
        own = {story.home.label for story in stories if story.organisation == organisation}
        centre.must(
            homes == own, f"{organisation} sees {', '.join(sorted(homes))}, and nobody else"
        )
    tool = REPOSITORY / "scripts" / "verify-ledger"
    for story in stories:
        lines = await asyncio.to_thread(
            lambda name: centre.server.query("export", ledger=name), story.home.name
        )
        path = folder / f"{story.home.label.replace(' ', '-')}.jsonl"
        path.write_text("".join(f"{text}\n" for (text,) in lines), "utf-8")
        status, said = await run(sys.executable, tool, path, "--key", story.home.key)
        there = len(lines) - 1
        centre.must(
            status == 0 and there == story.home.last,
            f"verify-ledger: the export of {story.home.label}, {there} entries: {said.split()[0]}",
        )
    double = centre.server.sql(
        "SELECT count(*) - count(DISTINCT (ledger, sequence, hash)) FROM fleet.entries"
    )[0][0]
    centre.must(double == "0", "nothing is there twice")


async def _demonstrate(keep: bool) -> int:
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="message-guard-fleet-") as folder,
        Postgres.started(durable=True) as server,
        Collector.started(server) as collector,
    ):
        centre = Centre(server, collector)
        say(
            f"PostgreSQL {server.version}, {collector.version}, five times Home Assistant {home_assistant_version}; this takes some minutes."
        )
        try:
            await play(centre, Path(folder))
        except (CollectorError, HouseError, TimeoutError, RuntimeError) as error:
            centre.wrong.append(f"it did not come to an end: {error!r}")
            say(f"FAILED: {error!r}")
            say(collector.log.read_text("utf-8")[-2000:])
        if keep:
            say(f"PostgreSQL stays up: psql -h {server.folder} -U overseer fleet. Ctrl-C ends it.")
            await asyncio.Event().wait()
    say()
    took = time.monotonic() - begun
    say(
        f"{'The centre has seen what happened' if not centre.wrong else 'NOT as expected'}, in {took:.0f} s."
    )
    for what in centre.wrong:
        say(f"  {what}")
    return 1 if centre.wrong else 0


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="scripts/fleet-demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave PostgreSQL running in the end")
    return asyncio.run(_demonstrate(parser.parse_args().keep))


if __name__ == "__main__":
    sys.exit(main())
