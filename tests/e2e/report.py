"""What was said, answered and received: a table for people, JSON for machines."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import textwrap
from typing import Any

_WIDTHS = {"said": 40, "answered": 46, "received": 30}
_GREEN, _RED, _BOLD, _PLAIN = "\033[32m", "\033[31m", "\033[1m", "\033[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was done to the house, and what came of it.

    Attributes:
        part: Which part of the main job it belongs to.
        said: What was said, or done (in brackets).
        answered: What Home Assistant answered.
        received: Receiver → the words that arrived there because of it.
        problems: What was expected and did not happen; empty when all is well.
    """

    part: str
    said: str
    answered: str = ""
    received: dict[str, list[str]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Everything that was expected happened, and nothing else arrived anywhere."""
        return not self.problems

    @property
    def arrived(self) -> str:
        """What was received, in one line."""
        return "; ".join(
            f"{where}: {text}" for where, texts in self.received.items() for text in texts
        )


@dataclass(slots=True, kw_only=True)
class Report:
    """Everything that the main job did.

    Attributes:
        home_assistant: The version of Home Assistant.
        started_in: Seconds that its first start took.
        seconds: Seconds that all of it took.
        rows: What was done, in order.
        ledger: For each request, the kinds of its ledger entries.
    """

    home_assistant: str
    started_in: float = 0.0
    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list)
    ledger: list[list[str]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return bool(self.rows) and all(row.ok for row in self.rows)

    @property
    def deliveries(self) -> int:
        """How many messages arrived anywhere."""
        return sum(len(texts) for row in self.rows for texts in row.received.values())

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        data: dict[str, Any] = asdict(self) | {
            "passed": self.passed,
            "deliveries": self.deliveries,
        }
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def table(self, *, colour: bool) -> Iterator[str]:
        """Yield the lines of the table."""
        part = ""
        for row in self.rows:
            if row.part != part:
                part = row.part
                yield ""
                yield _paint(part, _BOLD, colour)
                names = "  ".join(name.ljust(width) for name, width in _WIDTHS.items())
                yield f"  {names}".rstrip()
                yield "  " + "  ".join("-" * width for width in _WIDTHS.values())
            yield from _lines(row, colour)
        yield ""
        yield self.summary(colour=colour)

    def summary(self, *, colour: bool) -> str:
        """Return one line that says how it went."""
        failed = sum(not row.ok for row in self.rows)
        verdict = (
            _paint("passed", _GREEN, colour) if self.passed else _paint("FAILED", _RED, colour)
        )
        return (
            f"{verdict}: {len(self.rows) - failed} of {len(self.rows)} as expected, "
            f"{self.deliveries} messages delivered, Home Assistant {self.home_assistant} "
            f"up in {self.started_in:.1f} s, {self.seconds:.0f} s in all"
        )


def _paint(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour else text


def _lines(row: Row, colour: bool) -> Iterator[str]:
    mark = _paint("✓", _GREEN, colour) if row.ok else _paint("✗", _RED, colour)
    cells = {"said": row.said, "answered": row.answered, "received": row.arrived}
    wrapped = {
        name: textwrap.wrap(cells[name], width, break_on_hyphens=False)
        for name, width in _WIDTHS.items()
    }
    for number in range(max(1, *(len(lines) for lines in wrapped.values()))):
        columns = [
            (wrapped[name][number] if number < len(wrapped[name]) else "").ljust(width)
            for name, width in _WIDTHS.items()
        ]
        yield f"{mark if number == 0 else ' '} {'  '.join(columns)}".rstrip()
    for problem in row.problems:
        yield _paint(f"    expected: {problem}", _RED, colour)
