"""The system calls: the entry is on disk before the delivery begins."""

from pathlib import Path
import re
import shutil
import subprocess
import sys

import pytest

from tests.ledger.stores import REPOSITORY

STRACE = shutil.which("strace")

WRITE = re.compile(r"(pwrite64|write)\(\d+<[^>]*ledger\.db-wal>")
ASKED = re.compile(r"stat\w*\([^)]*ledger\.db-wal")
SYNC = re.compile(r"(fdatasync|fsync)\(\d+<[^>]*ledger\.db-wal>")


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_synced_before_delivered(tmp_path: Path) -> None:
    """Between the beginning and the delivery: written to the log, then synced, then nothing more.

    And the log is not asked for its times, which would make the next sync take half as long again.
    """
    trace = tmp_path / "trace"
    assert STRACE is not None
    subprocess.run(
        [
            STRACE,
            "-f",
            "-y",
            "-o",
            trace,
            "-e",
            "trace=write,pwrite64,fsync,fdatasync,?stat,?lstat,?newfstatat,?statx",
            sys.executable,
            "-m",
            "tests.ledger.traced",
            tmp_path,
        ],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    calls = finished(trace.read_text().splitlines())
    for number in range(5):
        begin = next(i for i, call in enumerate(calls) if f'"BEGIN {number}' in call)
        deliver = next(i for i, call in enumerate(calls) if f'"DELIVER {number}' in call)
        between = calls[begin + 1 : deliver]
        writes = [i for i, call in enumerate(between) if WRITE.search(call)]
        syncs = [i for i, call in enumerate(between) if SYNC.search(call) and call.endswith("= 0")]
        assert writes, between
        assert syncs, between
        assert syncs[-1] > writes[-1]
        assert not any(ASKED.search(call) for call in between)


def finished(lines: list[str]) -> list[str]:
    """Return the calls in the order in which they returned; strace tells of begin and end apart."""
    begun: dict[str, str] = {}
    calls = []
    for line in lines:
        thread, _, call = line.partition(" ")
        if call.rstrip().endswith("<unfinished ...>"):
            begun[thread] = call.rstrip().removesuffix("<unfinished ...>").strip()
        elif " resumed>" in call:
            calls.append(begun.pop(thread) + " " + call.partition(" resumed>")[2].strip())
        else:
            calls.append(call.strip())
    return calls
