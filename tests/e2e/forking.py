"""Processes of Home Assistant: one that begins with nothing, or one forked from what `fork_server` has imported."""

import asyncio
from concurrent.futures import Future
import functools
from itertools import count
import json
import os
from pathlib import Path
import signal
import subprocess
import threading
from typing import Protocol

from . import fork_server

_SERVER = Path(fork_server.__file__)


class Process(Protocol):
    """A running program, as asyncio has it."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """Its exit status, None while it runs."""

    def send_signal(self, how: int, /) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """End it at once."""

    async def wait(self) -> int:
        """Wait until it has ended; return its exit status."""


async def start_alone(python: Path, arguments: list[str], folder: Path, log: Path) -> Process:
    """Start Home Assistant as anybody does."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *(str(python), "-m", "homeassistant", *arguments),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C is for whoever started us; we stop Home Assistant ourselves.
            start_new_session=True,
            preexec_fn=fork_server.die_with_parent,
        )


async def start_forked(python: Path, arguments: list[str], folder: Path, log: Path) -> Process:
    """Fork Home Assistant from a process that has imported it."""
    return await _server(python).start(arguments, folder, log)


class Forked:
    """A process that the fork server looks after.

    Attributes:
        pid: Its process id.
    """

    def __init__(self, pid: int, status: Future[int]) -> None:
        """Wrap a process.

        Args:
            pid: Its process id.
            status: Has its exit status once it has ended.
        """
        self.pid = pid
        self._status = status

    @property
    def returncode(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._status.result() if self._status.done() else None

    def send_signal(self, how: int, /) -> None:
        """Send it a signal."""
        if self.returncode is None:
            os.kill(self.pid, how)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait until it has ended; return its exit status."""
        return await asyncio.shield(asyncio.wrap_future(self._status))


class _Server:
    """The fork server as its client sees it, from any event loop of this process."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [str(python), str(_SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._numbers = count()
        self._pids: dict[int, Future[int]] = {}
        self._statuses: dict[int, Future[int]] = {}
        threading.Thread(target=self._listen, name="fork server", daemon=True).start()

    async def start(self, arguments: list[str], folder: Path, log: Path) -> Forked:
        """Let it fork a house."""
        number = next(self._numbers)
        pid = self._pids[number] = Future()
        status = self._statuses[number] = Future()
        request = {
            "number": number,
            "arguments": arguments,
            "folder": str(folder),
            "log": str(log),
            "environment": dict(os.environ),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return Forked(await asyncio.wrap_future(pid), status)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "started" in told:
                self._pids[told["started"]].set_result(told["pid"])
            else:
                self._statuses[told["ended"]].set_result(told["status"])
        for waited_for in (*self._pids.values(), *self._statuses.values()):
            if not waited_for.done():
                waited_for.set_exception(OSError("the fork server has ended"))


@functools.cache
def _server(python: Path) -> _Server:
    return _Server(python)


start = start_alone
"""How houses are started; the tests' conftest chooses to fork."""
