"""The main job, as `scripts/demo` shows it."""

import json
from pathlib import Path

import pytest

from tests.e2e.guarded import PHRASE, GuardedHousehold
from tests.e2e.main_job import run_main_job


@pytest.mark.timeout(400)
async def test_the_main_job(folder: Path) -> None:
    home = GuardedHousehold.make(folder)
    try:
        report = await run_main_job(home)
        log = home.household.house.log
    finally:
        await home.stop()

    print("\n".join(report.table(colour=False)))  # noqa: T201 - shown when it fails
    assert report.passed
    portland = [row for row in report.rows if row.part.startswith("Portland")]
    assert len(portland) >= 8
    assert sum(len(row.received) for row in portland) == 0
    assert report.deliveries == 9

    saved = folder / "report.json"
    report.save(saved)
    assert json.loads(saved.read_text())["passed"] is True

    # What the integration logs, even at its most talkative, names no words of anybody.
    for words in ("home by eight", "dinner is at seven", PHRASE):
        assert words not in log
