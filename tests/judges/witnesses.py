"""Real witnesses of other people's making, each a process that answers on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import re
import shutil
import signal
import socket
import subprocess
import time

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
AICS = ROOT / ".venv-judges/bin/aics-witness"
LITEWITNESS = ROOT / ".toolchain/judges/litewitness"
WITNESSCTL = ROOT / ".toolchain/judges/witnessctl"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Running:
    """A witness that answers.

    Attributes:
        name: Whose make it is.
        folder: Where its state lies.
        url: Its submission prefix.
        key: Its verifier key.
        process: The process.
    """

    name: str
    folder: Path
    url: str
    key: str
    process: subprocess.Popen[bytes]

    def trust(self, origin: str, key: str) -> None:
        """Let it cosign a ledger by its verifier key, as whoever runs it would."""
        if self.name == "litewitness":
            database = ("-db", str(self.folder / "w.db"), "-origin", origin)
            _run(WITNESSCTL, "add-log", *database)
            _run(WITNESSCTL, "add-key", *database, "-key", key)
        else:
            config = str(self.folder / "witness.json")
            _run(AICS, "add-log", "--config", config, "--origin", origin, "--vkey", key)
            logged = (self.folder / "log").read_text("utf-8").count("reloaded")
            self.process.send_signal(signal.SIGHUP)
            _until(lambda: (self.folder / "log").read_text("utf-8").count("reloaded") > logged)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


def _found(program: str) -> Path:
    """Return where a program of OpenSSH lies."""
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} is missing: install OpenSSH's client")
    return Path(path)


def _run(program: Path, *arguments: str) -> str:
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS
    ).stdout


def _until(condition: object) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _started(name: str, folder: Path, port: int, command: list[str], pattern: str) -> Running:
    # A Go program that was built without modules takes patterns of before Go 1.22 for its addresses.
    env = {**os.environ, "GODEBUG": "httpmuxgo121=0"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=env)

    def told() -> re.Match[str] | None:
        return re.search(pattern, (folder / "log").read_text("utf-8"))

    # It may answer before it has said its key, or the other way round.
    _until(lambda: process.poll() is not None or (told() and _answers(port)))
    found = told()
    if found is None:
        raise RuntimeError(f"{name} did not start: {(folder / 'log').read_text('utf-8')}")
    return Running(name, folder, f"http://127.0.0.1:{port}", found.group(1), process)


def start_aics(folder: Path, port: int = 0) -> Running:
    """Start aics-witness, on a folder of before if there is one."""
    config = folder / "witness.json"
    port = port or free_port()
    if not config.exists():
        folder.mkdir(parents=True)
        name, listen = "witness.example/aics", f"127.0.0.1:{port}"
        _run(AICS, "init", "--config", str(config), "--name", name, "--listen", listen)
    command = [str(AICS), "serve", "--config", str(config), "--listen", f"127.0.0.1:{port}"]
    return _started("aics-witness", folder, port, command, r"witness vkey (\S+)")


@contextmanager
def aics_witness(folder: Path) -> Iterator[Running]:
    """Let aics-witness answer."""
    running = start_aics(folder)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def litewitness(folder: Path) -> Iterator[Running]:
    """Let litewitness answer, its key held by an ssh-agent, as it wants it."""
    folder.mkdir(parents=True)
    key, agent_socket = folder / "key", folder / "agent"
    _run(_found("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    fingerprint = _run(_found("ssh-keygen"), "-lf", str(key)).split()[1]
    agent = subprocess.Popen(
        [_found("ssh-agent"), "-a", agent_socket, "-D"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(agent_socket.exists)
        subprocess.run(
            [_found("ssh-add"), "-q", key], env={"SSH_AUTH_SOCK": str(agent_socket)}, check=True
        )
        port = free_port()
        command = [
            str(LITEWITNESS),
            *("-ssh-agent", str(agent_socket), "-key", fingerprint),
            *("-name", "witness.example/lite", "-listen", f"127.0.0.1:{port}"),
            *("-db", str(folder / "w.db")),
        ]
        running = _started("litewitness", folder, port, command, r"vkey=(\S+)")
        try:
            yield running
        finally:
            running.process.send_signal(signal.SIGINT)
            running.process.wait(PATIENCE_SECONDS)
    finally:
        agent.terminate()
        agent.wait(PATIENCE_SECONDS)
