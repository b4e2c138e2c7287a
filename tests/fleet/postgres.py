"""A real PostgreSQL server in a folder of its own, reached through a socket in that folder and by nobody else."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
import csv
import io
import os
from pathlib import Path
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from typing import Any, BinaryIO

REPOSITORY = Path(__file__).resolve().parents[2]
FLEET = REPOSITORY / "fleet"
OWNER = "postgres"
DATABASE = "fleet"
_PATIENCE_SECONDS = 60


class PostgresError(Exception):
    """PostgreSQL does not start, or refuses a statement; the text is its own."""


def programs() -> Path:
    """Return the folder of PostgreSQL's programs: what `scripts/setup postgresql` has made, or the machine's newest.

    Raises:
        PostgresError: If there is none.
    """
    ours = REPOSITORY / ".toolchain" / "postgresql" / "bin"
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    for path in (ours / "initdb", *reversed(found)):
        if path.exists():
            return path.parent
    raise PostgresError("there is no PostgreSQL: run scripts/setup postgresql")


class Postgres:
    """A server, from `started` on until the end of its block.

    Attributes:
        folder: Its data, its socket and its log.
        version: What it says of itself, "15.18".
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """Make the data; a server that is not durable loses them when the machine fails."""
        self.folder = folder
        self.version = ""
        self._durable = durable
        self._programs = programs()
        # It refuses to run as root.
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            names = {user.pw_name for user in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._server: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def started(cls, *, durable: bool = False, **settings: object) -> Iterator[Postgres]:
        """Start a server with an empty database and the fleet's schema in it.

        Args:
            durable: What is committed is on disk.
            **settings: Of postgresql.conf.

        Raises:
            PostgresError: If it does not start.
        """
        # Not below a folder of ours, which its user may be kept out of.
        folder = Path(tempfile.mkdtemp(prefix="message-guard-postgresql-"))
        server = cls(folder, durable=durable)
        try:
            server._make()
            server.start(**settings)
            server.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
            for name in ("schema", "verification"):
                server.file(FLEET / "sql" / f"{name}.sql")
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def process(self) -> int:
        """The id of its first process, which starts the others."""
        assert self._server is not None
        return self._server.pid

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self.folder / "data"

    def address(self, role: str) -> str:
        """Return a connection string for a role."""
        return f"host={self.folder} user={role} dbname={DATABASE}"

    def _make(self) -> None:
        arguments = ("-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C")
        done = subprocess.run(
            [self._programs / "initdb", *arguments, "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **self._as,
        )
        if done.returncode:
            raise PostgresError(done.stderr)

    def start(self, **settings: object) -> None:
        """Start it, or start it again."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "max_wal_size": "4GB",
            "jit": "off",
            "fsync": "on" if self._durable else "off",
            **settings,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **self._as,
            )
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.version = self.sql("SHOW server_version", database="postgres")[0][0].split()[0]
            except PostgresError as error:
                if self._server.poll() is not None or time.monotonic() > until:
                    log_tail = (self.folder / "log").read_text("utf-8")[-2000:]
                    raise PostgresError(f"{error}\n{log_tail}") from error
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Stop it at once; harmless when it is stopped."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(_PATIENCE_SECONDS)

    def _psql(
        self, *arguments: str | Path, role: str, database: str, fed: Iterable[bytes] | None = None
    ) -> str:
        command: list[str | Path] = [self._programs / "psql", "-qX", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", self.folder, "-U", role, "-d", database, *arguments]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if fed is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            if fed is not None and process.stdin is not None:
                process.stdin.writelines(fed)
            out, err = process.communicate()
        if process.returncode:
            raise PostgresError(err.decode())
        return out.decode()

    def sql(
        self, statement: str, *, role: str = OWNER, database: str = DATABASE
    ) -> list[tuple[str, ...]]:
        """Run a statement; return its rows, every value as PostgreSQL writes it.

        Raises:
            PostgresError: If it is refused.
        """
        said = self._psql("--csv", "-t", "-c", statement, role=role, database=database)
        return [tuple(row) for row in csv.reader(io.StringIO(said))]

    def file(
        self, path: Path, *, role: str = OWNER, database: str = DATABASE, **variables: str
    ) -> list[tuple[str, ...]]:
        """Run a file; return the rows of what it asks.

        Args:
            path: The file.
            role: Who asks.
            database: Where.
            **variables: Of psql.

        Raises:
            PostgresError: If anything in it is refused.
        """
        given = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        said = self._psql("--csv", "-t", *given, "-f", path, role=role, database=database)
        return [tuple(row) for row in csv.reader(io.StringIO(said))]

    def query(self, name: str, *, role: str = OWNER, **variables: str) -> list[tuple[str, ...]]:
        """Run one of the fleet's queries."""
        return self.file(FLEET / "queries" / f"{name}.sql", role=role, **variables)

    def dump(self, query: str, file: BinaryIO) -> None:
        """Write what a query finds into a file, as `copy` reads it."""
        arguments = ("-qX", "-h", self.folder, "-U", OWNER, "-d", DATABASE)
        statement = f"COPY ({query}) TO STDOUT"
        subprocess.run(
            [self._programs / "psql", *arguments, "-c", statement], stdout=file, check=True
        )

    def copy(self, target: str, lines: Iterable[bytes], *, role: str = OWNER) -> None:
        """Feed lines in PostgreSQL's text format to a table.

        Args:
            target: The table, with the names of the columns.
            lines: As `COPY` reads them.
            role: Who writes.
        """
        self._psql("-c", f"COPY {target} FROM STDIN", role=role, database=DATABASE, fed=lines)
