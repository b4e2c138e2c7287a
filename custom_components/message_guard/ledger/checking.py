"""Checks the ledger in the background: entry by entry, a little at a time, going on where it stopped."""

from contextlib import suppress
import sqlite3

from .format.chain import Checker
from .format.checkpoint import Checkpoint
from .format.encoding import TamperedError, UnusableError
from .format.layout import LAYOUT, ROWS, check_layout
from .format.report import Problem, Report
from .format.signed_note import signature_check
from .format.tree import Tiles
from .format.verifier import check_complete, check_edge, check_unfiled

STEP_ENTRIES = 200
"""So many entries are checked in one go; some milliseconds, during which Python does little else."""


class BackgroundCheck:
    """Follows a ledger that grows.

    Attributes:
        report: What has been found so far; None before the first pass came to the end.
    """

    def __init__(self, remembered: Checkpoint | None) -> None:
        """Begin at the first entry.

        Args:
            remembered: The checkpoint kept beside the ledger.
        """
        self.report: Report | None = None
        self._tiles = Tiles()
        self._checker = Checker(
            check=signature_check(),
            remembered=() if remembered is None else (remembered,),
            allow_restored=True,
        )

    def step(self, db: sqlite3.Connection) -> bool:
        """Check some entries; returns whether the end was reached or something is wrong."""
        if self.report is not None and not self.report.sound:
            return True
        try:
            db.execute("BEGIN")  # so that entries and tiles are those of one moment
            if self._checker.sequence == 0:
                check_layout(db)
                self._checker.tree.tiles = self._tiles
            rows = db.execute(
                f"{ROWS} WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?",
                (self._checker.sequence, STEP_ENTRIES),
            ).fetchall()
            for row in rows:
                self._checker.add_row(row)
            if unfiled := [row[0] for row in rows if not row[3]]:
                check_unfiled(db, LAYOUT, unfiled[0])
            check_complete(db, self._tiles)
            if len(rows) == STEP_ENTRIES:
                return False
            self._checker.tree.settle()
            check_edge(db, self._tiles)
            self.report = self._checker.report()
        except TamperedError as err:
            self.report = self._checker.failed(err)
        except (UnusableError, sqlite3.Error) as err:
            self.report = Report(
                entries=self._checker.sequence,
                head=self._checker.head,
                problem=Problem(None, "unreadable", str(err)),
            )
        finally:
            with suppress(sqlite3.Error):
                db.rollback()
        return True
