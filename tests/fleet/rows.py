"""Rows as the collector writes them, made of a ledger's lines."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
import hashlib
import json
import re

from .postgres import Postgres

COLUMNS = "organisation, ledger, sequence, hash, previous, at, credential, kind, body, attributes"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = re.compile(
    r'"kind":"([a-z_]+)","previous":"([0-9a-f]{64})",.*"sequence":([0-9]+),"time":([0-9]+)\}$'
)


def rows(lines: Iterable[str], organisation: int, ledger: int) -> Iterator[bytes]:
    """Yield what `COPY fleet.entries` reads, a line for each entry."""
    for line in lines:
        found = _END.search(line)
        assert found is not None, line
        kind, previous, sequence, at = found.groups()
        hashed = hashlib.sha256(line.encode()).hexdigest()
        body = line.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
        attributes = json.dumps({"audit.action": f"message_guard.{kind}"})
        # With an offset, as PostgreSQL reads it whatever its time zone is.
        written = (_EPOCH + timedelta(microseconds=int(at))).isoformat(" ")
        yield (
            f"{organisation}\t{ledger}\t{sequence}\t\\\\x{hashed}\t\\\\x{previous}\t{written}"
            f"\t1\t{kind}\t{body}\t{attributes}\n"
        ).encode()


def put(
    server: Postgres,
    lines: Iterable[str],
    organisation: int,
    name: str,
    home: str,
    mode: str = "guards",
) -> int:
    """File a home's lines under a ledger's name; return the ledger's number."""
    found = server.sql(
        "INSERT INTO fleet.ledgers AS l (organisation, name, home, version, mode, seen)"
        f" VALUES ({organisation}, '{name}', '{home}', '1.0', '{mode}', now())"
        " ON CONFLICT (organisation, name) DO UPDATE SET seen = now() RETURNING id"
    )
    ledger = int(found[0][0])
    server.copy(f"fleet.entries ({COLUMNS})", rows(lines, organisation, ledger))
    return ledger
