"""Ports of the tests' own servers: nobody is given one that another has chosen."""

from pathlib import Path
import subprocess
import sys

import pytest

from tests.ports import free_port

_CHOOSE = "from tests.ports import free_port; print(*(free_port() for _ in range(20)), flush=True); input()"


def _lowest_given_to_anybody() -> int:
    asked = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii")
    return int(asked.split()[0])


@pytest.mark.usefixtures("socket_enabled")
def test_each_port_is_given_once() -> None:
    """In this process and in others beside it, and never one that a kernel gives to a connection."""
    others = [
        subprocess.Popen(
            [sys.executable, "-c", _CHOOSE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    chosen = [free_port() for _ in range(20)]
    for other in others:
        assert other.stdout is not None
        chosen += map(int, other.stdout.readline().split())
    for other in others:
        other.communicate("\n", timeout=30)

    assert len(chosen) == len(set(chosen)) == 60
    assert max(chosen) < _lowest_given_to_anybody()
