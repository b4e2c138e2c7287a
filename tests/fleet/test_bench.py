"""The homes of `scripts/bench fleet` are homes: their ledgers are sound, and PostgreSQL finds nothing wrong with them."""

import hashlib
from pathlib import Path

from benchmarks.fleet_homes import Home
from custom_components.message_guard.ledger.format.signed_note import Key
from tests.ledger.forgery import export_line
from tests.ledger.stores import START, verify


def test_days_of_a_home_are_a_sound_ledger(tmp_path: Path) -> None:
    """As many entries a day as was asked for, the last of them a checkpoint that its key has signed."""
    home = Home(7, START)
    lines: list[str] = []
    for _ in range(3):
        home.day(50)
        assert home.first == len(lines) + 1
        assert len(home.lines) == 50
        assert '"kind":"checkpoint"' in home.lines[-1]
        lines += home.lines
    head = hashlib.sha256(lines[-1].encode()).hexdigest()
    path = tmp_path / "home.jsonl"
    written = "".join(export_line(line, "null") for line in lines)
    path.write_text(f'{written}{{"end":150,"head":"{head}"}}\n', "utf-8")
    code, said = verify(path)
    assert code == 0, said
    assert "signed up to entry 149" in said
    assert Key.parse(home.key).name == home.name
