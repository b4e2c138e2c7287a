"""Ports of loopback, each for one process of the tests alone."""

import fcntl
from itertools import chain
import os
from pathlib import Path
import socket
import tempfile
from typing import IO

# Below what a kernel gives to connections and to who asks for any port (32,768 and up on Linux): between choosing such
# a port and listening on it, somebody else may be given it. Above what programs are known for.
_FIRST, _LAST = 20_000, 31_999

_held: list[IO[str]] = []


def free_port() -> int:
    """Return a port that nobody listens on, and that no other process of the tests is given while this one lives.

    Raises:
        OSError: If there is none left.
    """
    folder = Path(tempfile.gettempdir()) / f"message-guard-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    # Every process begins elsewhere, so that hardly any lock is tried twice.
    start = _FIRST + os.getpid() * 97 % (_LAST - _FIRST)
    for port in chain(range(start, _LAST + 1), range(_FIRST, start)):
        if _is_reserved(folder / str(port)):
            if _is_free(port):
                return port
            _held.pop().close()
    raise OSError(f"no port from {_FIRST} to {_LAST} is free")


def _is_reserved(lock: Path) -> bool:
    """Take a lock for as long as this process lives; False if another has it, or this one already."""
    held = lock.open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return False
    _held.append(held)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers listen: what has just been closed is no reason against it.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
