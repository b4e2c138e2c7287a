"""What engines write: clips of every kind are made, recognised and written down, without Home Assistant.

    scripts/voice cells --engine NAME [--language TAG] [--tries N] [--cell NAME]... [--prompt TEXT]

A cell is one kind of thing that is said (a phrase, a code in one frame, a PIN …). The words, the voice and the
sound of every try are drawn by its number, so a cell that grows keeps what it has. Two tries in a row are one
person who says it twice. What an engine wrote is kept below `.toolchain/engines/heard` by the sound's hash,
and all of it goes to `benchmarks/heard/ENGINE.LANGUAGE.tsv`: text alone, which `scripts/bench engines` judges.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
import hashlib
import json
from pathlib import Path
import random
import sys
import time
from typing import Any, Final

import numpy as np
import yaml

from . import engines, noises, product, recogniser, room, sound

DATA: Final = yaml.safe_load(Path(__file__).with_name("cells.yaml").read_text(encoding="utf-8"))
HEARD: Final = sound.ROOT / "benchmarks" / "heard"
KEPT: Final = sound.ROOT / ".toolchain" / "engines" / "heard"
COLUMNS: Final = ("cell", "voice", "try", "said", "meant", "heard")

_ROUND: Final = 25


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a cell.

    Attributes:
        cell: Its name.
        voice: Who speaks; the kind of a sound without words.
        number: Which try of the cell.
        said: The words; of an echo all that the house said.
        meant: What it has to come out as: a phrase, an answer, a PIN, a name, a question's key and numbers.
        clip: Makes the sound.
    """

    cell: str
    voice: str
    number: int
    said: str
    meant: str
    clip: Callable[[], sound.Samples]


class Cells:
    """Every cell of one language."""

    def __init__(self, tag: str) -> None:
        """Read what the language has."""
        self._tag = tag
        self._language = product.language(tag)
        self._code = product.answers_of(tag)
        frames = {f"code {frame}": frame for frame in DATA["frames"][tag]}
        self._makers: dict[str, Callable[[random.Random], tuple[str, str]]] = {
            **({"phrase": self._phrase} if self._language.suggested_phrases else {}),
            **{name: self._coder(frame) for name, frame in frames.items()},
            "PIN by digits": self._pin,
            "decline": lambda draw: (draw.choice(DATA["declines"][tag]), "no"),
        }
        if tag == "en":
            self._makers |= {"PIN in pairs": self._pairs, "request": self._request}
        self.names = (*self._makers, *(("name",) if tag == "en" else ()), "echo", "sound")

    def tries(self, cell: str, numbers: range) -> Iterator[Try]:
        """Yield the tries of a cell that have these numbers."""
        for number in numbers:
            if cell == "echo":
                yield self._echo(number)
            elif cell == "name":
                yield self._name(number)
            elif cell == "sound":
                kind = DATA["sounds"][number % len(DATA["sounds"])]
                yield Try(cell, kind, number, "", "", lambda k=kind, n=number: noises.make(k, n))
            else:
                draw = random.Random(f"{cell} {number // 2}")
                voices = DATA["voices"][self._tag]
                voice = voices[number // 2 % len(voices)]
                said, meant = self._makers[cell](draw)
                yield Try(
                    cell, voice, number, said, meant,
                    lambda v=voice, s=said, n=number: room.heard(s, v, n),
                )  # fmt: skip

    def _phrase(self, draw: random.Random) -> tuple[str, str]:
        phrase = draw.choice(self._language.suggested_phrases)
        return phrase, phrase

    def _coder(self, frame: str) -> Callable[[random.Random], tuple[str, str]]:
        def code(draw: random.Random) -> tuple[str, str]:
            answer = draw.choice(self._code)
            return frame.replace("#", self._language.number(answer)), str(answer)

        return code

    def _pin(self, draw: random.Random) -> tuple[str, str]:
        pin = f"{draw.randrange(10_000):04}"
        return " ".join(self._language.number(int(digit)) for digit in pin), pin

    def _pairs(self, draw: random.Random) -> tuple[str, str]:
        pairs = [draw.randrange(13, 100), draw.randrange(13, 100)]
        return " ".join(map(self._language.number, pairs)), "".join(map(str, pairs))

    def _request(self, draw: random.Random) -> tuple[str, str]:
        name = draw.choice(DATA["names"])
        request: str = draw.choice(DATA["requests"])
        return request.format(name=name, body=draw.choice(DATA["bodies"])), name

    def _name(self, number: int) -> Try:
        """Return one name as the house says it where a contact is added, all names in one voice after the other."""
        voices = list(dict.fromkeys(DATA["house"][self._tag]))
        voice = voices[number // len(DATA["names"]) % len(voices)]
        name = DATA["names"][number % len(DATA["names"])]
        said = self._language.say("how", recipient=name)
        return Try("name", voice, number, said, name, lambda: sound.speak(said, voice))

    def _echo(self, number: int) -> Try:
        draw = random.Random(f"echo {number}")
        key = DATA["echoes"][number % len(DATA["echoes"])]
        about = draw.choice(DATA["bodies_of"][self._tag])
        answer = draw.choice(self._code)
        ten = 10 * draw.randrange(1, answer // 10 - 1)
        numbers = {"a": self._language.number(ten), "b": self._language.number(answer - ten)}
        said = self._language.say(key, recipient=about["to"], body=about["body"], **numbers)
        voice = draw.choice(DATA["house"][self._tag])
        facts = {"key": key, "answer": answer, **numbers}
        cut = (
            draw.choice([0.0, draw.uniform(0.0, 0.8)]),
            draw.choice([1.0, draw.uniform(0.5, 1.0)]),
        )

        def clip() -> sound.Samples:
            speech = sound.speak(said, voice)
            start, end = sorted((cut[0], max(cut[1], cut[0] + 0.15)))
            part = speech[int(speech.size * start) : int(speech.size * end)]
            loud = sound.at_level(part, room.LOUDNESS - draw.uniform(0.0, 30.0))
            whole = sound.join(sound.silence(0.3), loud, sound.silence(0.6))
            noise = np.random.default_rng(number)
            return sound.mix(whole, sound.noise(whole.size / sound.RATE, room.FLOOR, noise))

        return Try("echo", voice, number, said, json.dumps(facts), clip)


class Ears:
    """An engine that remembers what it wrote for every sound."""

    def __init__(self, engine: engines.Engine, tag: str, prompt: str = "") -> None:
        """Prepare it; the model is loaded when the first new sound is heard."""
        self._engine, self._tag, self._prompt = engine, tag, prompt
        self._loaded: Any = None
        self._setting = f"{engine.name}\n{sorted(engine.facts.items())}\n{tag}\n{prompt}\n"
        self.fresh = 0

    def hear(self, clip: sound.Samples) -> str:
        """Return what the engine writes."""
        digest = hashlib.sha256(self._setting.encode() + clip.tobytes()).hexdigest()[:32]
        kept = KEPT / self._engine.name / f"{digest}.txt"
        if not kept.exists():
            if self._loaded is None:
                self._loaded = recogniser.load(self._engine, self._tag, self._prompt)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(self._loaded.hear(clip), encoding="utf-8")
            self.fresh += 1
        return kept.read_text(encoding="utf-8")


def main() -> None:
    """Fill the cells that the arguments name, a few tries of each in turn, and write them down."""
    options = _arguments()
    ears = Ears(engines.engines()[options.engine], options.language, options.prompt)
    cells = Cells(options.language)
    names = options.cell or cells.names
    total, done, begun = len(names) * options.tries, 0, time.monotonic()
    rows: dict[tuple[str, int], tuple[str, ...]] = {}
    for first in range(0, options.tries, _ROUND):
        for name in names:
            for one in cells.tries(name, range(first, min(first + _ROUND, options.tries))):
                heard = " ".join(ears.hear(one.clip()).split())
                rows[name, one.number] = (
                    name,
                    one.voice,
                    str(one.number),
                    one.said,
                    one.meant,
                    heard,
                )
                done += 1
            write(options, rows)
            passed = time.monotonic() - begun
            left = (total - done) * passed / done
            say(f"{done}/{total}  {name}  {passed:.0f} s, {left:.0f} s to go, {ears.fresh} new")


def write(options: argparse.Namespace, rows: dict[tuple[str, int], tuple[str, ...]]) -> None:
    """Write the tries down beside those that the file has already."""
    name = f"{options.engine}.{options.language}{'.prompted' if options.prompt else ''}.tsv"
    path = options.into / name
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {(row[0], int(row[2])): row for row in read(path)} if path.exists() else {}
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(row) for _, row in sorted((known | rows).items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path: Path) -> list[tuple[str, ...]]:
    """Return the rows of a file that `write` wrote."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [tuple(line.split("\t")) for line in lines]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/voice cells")
    parser.add_argument("--engine", required=True, choices=engines.engines())
    parser.add_argument("--language", default="en", choices=DATA["voices"])
    parser.add_argument("--tries", type=int, default=200, help="of each cell")
    parser.add_argument("--cell", action="append", help="only this one")
    parser.add_argument("--prompt", default="", help="the engine's own setting of that name")
    parser.add_argument("--into", type=Path, default=HEARD, help="folder for what was written")
    return parser.parse_args()


if __name__ == "__main__":
    main()
