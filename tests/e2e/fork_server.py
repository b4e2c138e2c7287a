"""A process that has imported Home Assistant, and forks one for each house that is started.

Two thirds of what a start computes are imports, the same ones each time. `forking` starts this by its path, with the
interpreter of the houses. It reads one JSON object a line: `number`, `arguments`, `folder`, `log` and `environment` of a
house; and writes one a line: its number as `started`, with its `pid`, and as `ended`, with its exit `status`.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import sys

_COMPONENTS = (
    "ai_task",
    "analytics",
    "assist_pipeline",
    "assist_satellite",
    "backup",
    "conversation",
    "counter",
    "energy",
    "file.notify",
    "hassio",
    "homeassistant.triggers.event",
    "mobile_app",
    "notify",
    "rest.notify",
    "schedule",
    "stt",
    "tag",
    "template.light",
    "timer",
    "tts",
    "weather",
    "wyoming.assist_satellite",
    "wyoming.conversation",
    "wyoming.stt",
    "wyoming.tts",
)
PRELOADED = (
    "homeassistant.__main__",
    "homeassistant.bootstrap",
    "homeassistant.runner",
    *(f"homeassistant.components.{name}" for name in _COMPONENTS),
)
"""What any house of these tests loads; a version that has not got one of them goes without."""

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>


def die_with_parent() -> None:
    """Let the kernel end this process when its parent is killed: nobody else would."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def main() -> None:
    """Import, and fork until nobody asks any more."""
    die_with_parent()
    # Houses must not find this folder's modules.
    del sys.path[0]
    for name in PRELOADED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            sys.stderr.write(f"{name} is not there: {error}\n")
    gc.collect()
    gc.freeze()
    numbers: dict[int, int] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _reap(numbers))
    for line in sys.stdin:
        request = json.loads(line)
        number = request.pop("number")
        # A house that ends at once is told of after its beginning.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            sys.exit(_become(**request))
        numbers[pid] = number
        _tell(started=number, pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _become(arguments: list[str], folder: str, log: str, environment: dict[str, str]) -> int:
    """Be Home Assistant, as `python -m homeassistant` with these arguments in this folder; return its exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.setsid()
    die_with_parent()
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["homeassistant", *arguments]
    sys.path.insert(0, folder)
    return int(importlib.import_module("homeassistant.__main__").main())


def _reap(numbers: dict[int, int]) -> None:
    """Tell of every house that has ended."""
    while numbers:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _tell(ended=numbers.pop(pid), status=os.waitstatus_to_exitcode(status))


def _tell(**what: int) -> None:
    # Whole and at once: what stands in a buffer would be a house's, too.
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main()
