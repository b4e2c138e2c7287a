"""Who speaks and who listens: the table `engines.yaml`, and where its models lie.

Models come in packages of `.venv-engines`. One that is carried in parts is joined below `.toolchain`, once.
"""

from dataclasses import dataclass, field
from functools import cache
import hashlib
import os
from pathlib import Path
import shutil
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[3]
FILE: Final = Path(__file__).with_name("engines.yaml")
MODELS: Final = ROOT / ".toolchain" / "engines" / "models"
STYLES: Final = ROOT / ".toolchain" / "engines" / "styles"
"""Kokoro's voices, which `scripts/setup engines` unpacks."""
ENVIRONMENT: Final = ROOT / ".venv-engines"
PYTHONS: Final = {
    "pocketsphinx": ROOT / ".venv-voice" / "bin" / "python",
    "whisper": ENVIRONMENT / "bin" / "python",
    "flite": ROOT / ".venv-voice" / "bin" / "python",
    "festival": ROOT / ".venv-voice" / "bin" / "python",
    "piper": ENVIRONMENT / "bin" / "python",
    "kokoro": ENVIRONMENT / "bin" / "python",
}
"""Which environment's interpreter runs what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Who listens.

    Attributes:
        name: As in the table.
        model: "whisper" or "pocketsphinx".
        facts: What else the table says.
    """

    name: str
    model: str
    facts: dict[str, Any] = field(hash=False)

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return PYTHONS[self.model]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks.

    Attributes:
        name: As in the table.
        program: "flite", "festival", "piper" or "kokoro".
        facts: What else the table says.
    """

    name: str
    program: str
    facts: dict[str, Any] = field(hash=False)

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return PYTHONS[self.program]

    @property
    def language(self) -> str:
        """The language that it speaks, "en" unless the table says so."""
        return str(self.facts.get("language", "en"))


@cache
def engines() -> dict[str, Engine]:
    """Return every engine by its name."""
    return {
        name: Engine(name=name, model=facts.pop("model"), facts=facts)
        for name, facts in _table()["engines"].items()
    }


@cache
def voices() -> dict[str, Voice]:
    """Return every voice by its name."""
    return {
        name: Voice(name=name, program=facts.pop("program"), facts=facts)
        for name, facts in _table()["voices"].items()
    }


@cache
def kokoro() -> dict[str, Any]:
    """Return what the table says of how Kokoro's voices are made."""
    made: dict[str, Any] = _table()["kokoro"]
    return made


def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return table


def carried(name: str) -> Path:
    """Return a file or folder that a package of `.venv-engines` carries.

    Raises:
        FileNotFoundError: If no package does: `scripts/setup engines` installs them.
    """
    for packages in ENVIRONMENT.glob("lib/python*/site-packages"):
        if (packages / name).exists():
            return packages / name
    raise FileNotFoundError(f"no package carries {name}: run scripts/setup engines")


def model_folder(engine: Engine) -> Path:
    """Return the folder that holds an engine's model, joined from its parts where it has some."""
    whole = carried(engine.facts["files"])
    if "join" not in engine.facts:
        return whole
    folder = MODELS / engine.name
    for name, parts in engine.facts["join"].items():
        join(folder / name, [carried(part) for part in parts], engine.facts["sha256"])
    for path in whole.iterdir():
        if path.suffix in {".json", ".txt"} and not (folder / path.name).exists():
            shutil.copyfile(path, folder / path.name)
    return folder


def join(target: Path, parts: list[Path], sums: dict[str, str]) -> Path:
    """Return `target`, put together from its parts if it is not there; its sum has to be the table's.

    Raises:
        ValueError: If the parts are not those that the table means.
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    digest = hashlib.sha256()
    with draft.open("wb") as file:
        for part in parts:
            data = part.read_bytes()
            digest.update(data)
            file.write(data)
    if digest.hexdigest() != sums[target.name]:
        draft.unlink()
        raise ValueError(f"{target.name} has the sum {digest.hexdigest()}, not the table's")
    draft.replace(target)
    return target
