"""What a centre sees of many homes, in a real PostgreSQL: the schema and every query, asked as those who may ask."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
import hashlib
import json
from pathlib import Path
import re
from typing import Any

import pytest

from tests.fleet.homes import Home, Sent, names
from tests.fleet.postgres import FLEET, Postgres, PostgresError
from tests.fleet.rows import COLUMNS, put, rows
from tests.judges.history import History
from tests.ledger.stores import verify

pytestmark = pytest.mark.slow
"""It takes a server of its own."""

SEEING = sorted(path.stem for path in (FLEET / "queries").glob("*.sql") if path.stem != "export")
DASHBOARD = json.loads((FLEET / "grafana" / "dashboard.json").read_text("utf-8"))
LAKESIDE, HARBOUR = "lakeside", "harbour"


@dataclass(frozen=True)
class Centre:
    """A server, and what has been sent to it.

    Attributes:
        server: PostgreSQL.
        homes: The homes, by their labels.
    """

    server: Postgres
    homes: dict[str, Home]

    def ledger(self, home: str, nth: int = -1) -> str:
        """Return the name that a home went by."""
        return self.homes[home].said[nth].name


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """Return a server with two organisations."""
    with Postgres.started() as made:
        made.sql(
            f"SELECT fleet.admit('{LAKESIDE}', '{LAKESIDE}'), fleet.admit('{HARBOUR}', '{HARBOUR}')"
        )
        made.sql("CREATE ROLE overseer LOGIN IN ROLE fleet_overseer")
        made.sql("CREATE ROLE collector LOGIN BYPASSRLS IN ROLE fleet_collector")
        made.sql("CREATE ROLE stranger LOGIN IN ROLE fleet_reader")
        yield made


@pytest.fixture(scope="module")
def centre(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Centre:
    """Return a centre that has heard of a quiet home and of one for each thing that may be wrong."""
    folder = tmp_path_factory.mktemp("homes")
    homes = {
        name: Home(folder / name)
        for name in ("quiet", "cut short", "gap", "rewritten", "forked", "restored", "watching")
    }
    asyncio.run(_live(homes))
    for label, home in homes.items():
        organisation = 2 if label == "watching" else 1
        for sent in home.said:
            put(server, sent.lines, organisation, sent.name, label)
    server.sql("UPDATE fleet.ledgers SET mode = 'watches' WHERE home = 'watching'")
    server.sql("UPDATE fleet.ledgers SET told = 99 WHERE home = 'cut short'")
    server.sql("UPDATE fleet.ledgers SET seen = now() - interval '1 hour' WHERE home = 'gap'")
    return Centre(server, homes)


async def _live(homes: dict[str, Home]) -> None:
    """Let homes live, tell the centre, and have it happen to them."""
    for name, home in homes.items():
        await home.lives("r1", "r2", watching=name == "watching")
    homes["quiet"].tells()
    homes["watching"].tells()
    homes["cut short"].tells()
    homes["gap"].tells(leaving_out=(4, 5))
    # Told the first entries; then somebody rewrites one of them, and it goes on.
    early = History.of(homes["rewritten"].database).lines
    homes["rewritten"].said.append(Sent(names(early)[-1], list(early)))
    homes["rewritten"].rewrite(3)
    await homes["rewritten"].lives("r3")
    homes["rewritten"].tells(since=len(early) + 1)
    # Told all, and then all of another history.
    homes["forked"].tells()
    homes["forked"].rewrite(9)
    homes["forked"].tells(since=9)
    await homes["restored"].restored(later="r9")


def test_life(centre: Centre) -> None:
    """Every home is there, under each of its names, and who has been silent is told."""
    found = centre.server.query("life")
    assert len(found) == 8
    assert [row[0] for row in found if row[-1] == "t"] == ["gap"]
    quiet = next(row for row in found if row[0] == "quiet")
    lines = centre.homes["quiet"].said[0].lines
    assert (quiet[1], quiet[5]) == (centre.ledger("quiet"), str(len(lines)))


def test_gaps(centre: Centre) -> None:
    """What is missing between two entries or at the end; a restored backup begins later, and nothing is missing."""
    count = len(centre.homes["cut short"].said[0].lines)
    assert centre.server.query("gaps") == [
        (
            "cut short",
            centre.ledger("cut short"),
            str(count + 1),
            "99",
            str(99 - count),
            "after the last",
        ),
        ("gap", centre.ledger("gap"), "4", "5", "2", "between"),
    ]


def test_a_home_that_sends_from_some_day_on(server: Postgres, centre: Centre) -> None:
    """What was before is missing before the first, which is told apart from what is missing in between."""
    lines = History.of(centre.homes["quiet"].database).lines[6:]
    ledger = put(server, lines, 1, "message-guard/1111111111111111", "later")
    try:
        found = [row for row in server.query("gaps") if row[0] == "later"]
        assert [row[2:] for row in found] == [("1", "6", "6", "before the first")]
        assert [row for row in server.query("chain") if row[0] == "later"] == []
    finally:
        server.sql(f"DELETE FROM fleet.entries WHERE ledger = {ledger}")
        server.sql(f"DELETE FROM fleet.ledgers WHERE id = {ledger}")


def test_a_home_that_sends_hashes_only(server: Postgres, centre: Centre) -> None:
    """It is looked after for what follows from what; what hashes stand for is not made up."""
    history = History.of(centre.homes["quiet"].database)
    lines = [line for number, line in enumerate(history.lines, start=1) if number != 4]
    ledger = put(server, lines, 1, "message-guard/2222222222222222", "hashes")
    server.sql(f"UPDATE fleet.entries SET body = NULL, attributes = NULL WHERE ledger = {ledger}")
    try:
        found = {
            query: [row for row in server.query(query) if row[0] == "hashes"] for query in SEEING
        }
        assert {query for query, rows in found.items() if rows} == {"life", "gaps"}
        assert server.sql(f"SELECT * FROM fleet.check_trees({ledger})") == []
        with pytest.raises(PostgresError, match="has come as a hash only"):
            server.query("export", ledger="message-guard/2222222222222222")
    finally:
        server.sql(f"DELETE FROM fleet.entries WHERE ledger = {ledger}")
        server.sql(f"DELETE FROM fleet.ledgers WHERE id = {ledger}")


def test_forks(centre: Centre) -> None:
    """Both histories are kept and shown, from the first number that differs."""
    found = centre.server.query("forks")
    assert {row[0] for row in found} == {"forked"}
    numbers = [int(row[2]) for row in found]
    last = len(centre.homes["forked"].said[0].lines)
    assert numbers == [number for number in range(9, last + 1) for _ in range(2)]
    assert len({row[5] for row in found}) == len(found)


def test_hashes(centre: Centre) -> None:
    """What homes send is what they hashed, whatever became of it; a row that was changed here is found."""
    assert centre.server.query("hashes") == []
    change = "UPDATE fleet.entries SET body = replace(body, 'delivered', 'failed') WHERE ledger = (SELECT min(id) FROM fleet.ledgers) AND sequence = 5"
    filed = "UPDATE fleet.entries SET at = at - interval '1 second' WHERE ledger = (SELECT min(id) FROM fleet.ledgers) AND sequence = 2"
    query = (FLEET / "queries" / "hashes.sql").read_text("utf-8")
    found = centre.server.sql(f"BEGIN; {change}; {filed}; {query} ROLLBACK")
    assert [row[2:] for row in found] == [("2", "filed under something else"), ("5", "hash")]


def test_chain(centre: Centre) -> None:
    """A home that goes on from another past than it has told does not follow from it."""
    count = len(centre.homes["rewritten"].said[0].lines)
    found = centre.server.query("chain")
    assert [row[:3] for row in found] == [("rewritten", centre.ledger("rewritten"), str(count + 1))]


def test_trees(centre: Centre) -> None:
    """The roots of checkpoints are worked out again; those of a home with missing entries cannot be."""
    assert centre.server.query("trees") == []
    sound = centre.server.sql(
        "SELECT l.home, t.sound, count(*) FROM fleet.ledgers l, fleet.check_trees(l.id) t GROUP BY 1, 2 ORDER BY 1, 2"
    )
    found = {(home, told): int(count) for home, told, count in sound}
    # The restored one under both of its names: what was before it counts for both.
    assert found["restored", "t"] >= 3
    assert found["quiet", "t"] == found["forked", "t"] == 1
    assert ("gap", "t") not in found
    assert ("quiet", "f") not in found


def test_trees_of_a_rewritten_past(server: Postgres, centre: Centre) -> None:
    """A checkpoint that was kept under its number gives away entries that were put in place of others."""
    history = History.of(centre.homes["quiet"].database)
    honest = list(history.lines)
    forged = history.rewritten(3).lines
    # Chained anew, with the old root in the old checkpoint: as whoever has no key would do it.
    ledger = put(server, forged, 1, "message-guard/fedcba9876543210", "keyless")
    try:
        assert server.sql(f"SELECT sequence, sound FROM fleet.check_trees({ledger})") == [
            (str(len(honest)), "f")
        ]
    finally:
        server.sql(f"DELETE FROM fleet.entries WHERE ledger = {ledger}")
        server.sql(f"DELETE FROM fleet.ledgers WHERE id = {ledger}")


def test_trouble_endings_watching_restored(centre: Centre) -> None:
    """Refusals by home, guards that ended without a word, homes that only watch, and those from a backup."""
    ask = centre.server.query
    assert [row[:3] for row in ask("watching")] == [
        ("watching", centre.ledger("watching"), "watches")
    ]
    (restored,) = ask("restored")
    assert restored[0] == "restored"
    assert restored[1] == centre.ledger("restored")
    assert restored[4] == centre.ledger("restored", 0)
    assert int(restored[5]) > 0
    endings = {(row[0], row[-1]) for row in ask("endings")}
    assert ("rewritten", "switched off") in endings


@pytest.mark.parametrize("home", ["quiet", "forked", "restored"])
def test_the_verifier_accepts_an_export(centre: Centre, home: str, tmp_path: Path) -> None:
    """What the centre has is a ledger like any other to scripts/verify-ledger, with the key that the home shows."""
    lines = centre.server.query("export", ledger=centre.ledger(home))
    path = tmp_path / "home.jsonl"
    path.write_text("".join(f"{line}\n" for (line,) in lines), "utf-8")
    first = json.loads(lines[0][0])["entry"]
    code, said = verify(path, "--key", first["facts"]["key"])
    assert code == 0, said
    assert f"{len(lines) - 1} entries" in said


HOSTILE = (
    "no JSON at all",
    '{"facts":{"note":"\\u0000","succeeds":"\\u0000"}}',
    '{"facts":{"note":"a\\n99999999999999999999\\nb\\n"},"sequence":99999999999999999999,"time":99999999999999999999}',
    '{"facts":{"note":"a\\n1\\nnot base64!\\n\\n"},"sequence":1,"time":1}',
    "[]",
)


def test_a_hostile_home_hides_nobody(centre: Centre) -> None:
    """Whatever stands in a line, every query answers, and says of the others what it said before."""
    server = centre.server
    before = {query: server.query(query) for query in SEEING}
    put(server, [], 1, "message-guard/00", "hostile")
    for kind in ("restored", "checkpoint", "started", "unreadable"):
        for number, body in enumerate(HOSTILE, start=1):
            server.sql(
                "INSERT INTO fleet.entries (organisation, ledger, sequence, hash, at, kind, body) SELECT 1, id,"
                f" {number}, sha256('{kind} {number}'), '2027-01-01', '{kind}', $mg${body}$mg$"
                " FROM fleet.ledgers WHERE home = 'hostile'"
            )
    try:
        for query, said in before.items():
            found = server.query(query)
            assert [row for row in found if row[0] != "hostile"] == said, query
        assert [row for row in server.query("hashes") if row[0] == "hostile"]
        assert server.query("export", ledger="message-guard/00")
    finally:
        server.sql(
            "DELETE FROM fleet.entries WHERE ledger IN (SELECT id FROM fleet.ledgers WHERE home = 'hostile')"
        )
        server.sql("DELETE FROM fleet.ledgers WHERE home = 'hostile'")


@pytest.mark.parametrize("query", SEEING)
def test_an_organisation_sees_its_own(centre: Centre, query: str) -> None:
    """Whatever is asked: all rows of one's own, and none of another's; a member of none sees nothing."""
    every = centre.server.query(query, role="overseer")
    ask = centre.server.query
    assert sorted(every) == sorted(ask(query, role=LAKESIDE) + ask(query, role=HARBOUR))
    assert ask(query, role="stranger") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fleet.entries SET kind = 'delivered'",
        "DELETE FROM fleet.entries",
        "INSERT INTO fleet.members VALUES ('lakeside', 2)",
        "SELECT * FROM fleet.credentials",
        "SELECT fleet.issue('harbour')",
        "SET ROLE fleet_overseer",
        "SELECT * FROM fleet.entries_2027_01",
    ],
)
def test_nobody_does_more_than_read(centre: Centre, statement: str) -> None:
    """Nobody who reads changes an entry, joins another organisation, or reads past the rule by a partition."""
    centre.server.sql("SELECT fleet.make_month('2027-01-15')")
    with pytest.raises(PostgresError, match="permission denied"):
        centre.server.sql(statement, role=LAKESIDE)


def test_the_collector_adds_and_changes_nothing(centre: Centre) -> None:
    """It can write entries, and neither change nor delete one."""
    assert centre.server.sql("SELECT count(*) > 0 FROM fleet.entries", role="collector") == [("t",)]
    for statement in ("UPDATE fleet.entries SET kind = 'x'", "DELETE FROM fleet.entries"):
        with pytest.raises(PostgresError, match="permission denied"):
            centre.server.sql(statement, role="collector")


def test_what_comes_twice_is_there_once(centre: Centre) -> None:
    """A duplicate is refused by its key, and passed over when it is said so; another entry of the same number is kept."""
    server, lines = centre.server, centre.homes["quiet"].said[0].lines
    (ledger,) = server.sql("SELECT id FROM fleet.ledgers WHERE home = 'quiet'")[0]
    with pytest.raises(PostgresError, match="duplicate key"):
        server.copy(f"fleet.entries ({COLUMNS})", rows(lines[:1], 1, int(ledger)))
    before = server.sql("SELECT count(*) FROM fleet.entries")
    server.sql(
        "INSERT INTO fleet.entries SELECT * FROM fleet.entries ON CONFLICT DO NOTHING",
        role="collector",
    )
    assert server.sql("SELECT count(*) FROM fleet.entries") == before


def test_a_month_takes_what_has_waited(server: Postgres) -> None:
    """Entries of a lost clock are filed elsewhere, and moved when their month is made."""
    made = hashlib.sha256(b"long ago").hexdigest()
    server.sql(
        "INSERT INTO fleet.entries (organisation, ledger, sequence, hash, previous, at, kind)"
        f" VALUES (1, 999, 1, '\\x{made}', '\\x{made}', '1987-06-15 12:00+00', 'started')"
    )
    where = "SELECT tableoid::regclass FROM fleet.entries WHERE ledger = 999"
    assert server.sql(where) == [("fleet.entries_elsewhen",)]
    for _ in range(2):
        server.sql("SELECT fleet.make_month('1987-06-01')")
        assert server.sql(where) == [("fleet.entries_1987_06",)]
    server.sql("DROP TABLE fleet.entries_1987_06")
    assert server.sql(where) == []


def test_a_credential_is_told_once(server: Postgres) -> None:
    """Its hash is kept, and whose it is."""
    ((token,),) = server.sql(f"SELECT fleet.issue('{HARBOUR}', 'the harbour''s homes')")
    hashed = hashlib.sha256(token.encode()).hexdigest()
    kept = server.sql(
        f"SELECT organisation, label FROM fleet.credentials WHERE token_sha256 = '\\x{hashed}'"
    )
    assert kept == [("2", "the harbour's homes")]
    with pytest.raises(PostgresError, match="no organisation nowhere"):
        server.sql("SELECT fleet.issue('nowhere')")


def panels() -> list[dict[str, Any]]:
    """Return the dashboard's panels."""
    found: list[dict[str, Any]] = DASHBOARD["panels"]
    return found


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_the_dashboard_asks_what_can_be_answered(centre: Centre, panel: dict[str, Any]) -> None:
    """Every question of it, with Grafana's macros replaced as Grafana does."""
    for target in panel["targets"]:
        asked = re.sub(
            r"\$__timeFilter\(([^)]*)\)",
            r"\1 BETWEEN '2020-01-01T00:00:00Z' AND '2040-01-01T00:00:00Z'",
            target["rawSql"],
        )
        asked = re.sub(
            r"\$__timeGroup\(([^,]*), *'1d'\)",
            r"floor(extract(epoch from \1)/86400)*86400",
            asked,
        )
        assert "$__" not in asked
        for role in ("overseer", LAKESIDE):
            centre.server.sql(asked, role=role)


def test_the_dashboard_is_one() -> None:
    """Its form: Grafana's model, every panel with a place of its own, a title, a data source and a question."""
    assert DASHBOARD["schemaVersion"] >= 39
    assert DASHBOARD["uid"]
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids)) > 6
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert taken.isdisjoint(cells)
        taken |= cells
        assert panel["datasource"] == {"type": "grafana-postgresql-datasource", "uid": "fleet"}
        for target in panel["targets"]:
            assert target["format"] in {"table", "time_series"}
    # What it asks of one home after the other is what the files ask; two of them take too long for a page.
    asked = {target["rawSql"] for panel in panels() for target in panel["targets"]}
    left_out = {
        name
        for name in SEEING
        if (FLEET / "queries" / f"{name}.sql").read_text("utf-8") not in asked
    }
    assert left_out == {"hashes", "trees"}
