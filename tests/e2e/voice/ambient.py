"""A house full of sound that is not meant for it: does any of it send a message?

    scripts/voice ambient [--minutes N] [--engine NAME] [--corpus FILE]

Talk of several voices over each other, music, noise and what a television says go into a satellite's microphone
without an end. Once a minute somebody asks for a message, so that a question is open, and says nothing more: the
satellite opens its microphone, and the room answers. FILE has the lines `dialogue<TAB>speaker<TAB>utterance`
(docs/safety.md, Background talk); without it the room says what scenarios' rooms say.

It runs in real time: two hours are two hours. Progress is printed with every question.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator
import contextlib
from dataclasses import dataclass, field
import gzip
from pathlib import Path
import random
import sys
import tempfile
import time
from typing import Final

from tests.e2e import ledger

from . import engines, noises, room, sound
from .actors import Satellite
from .network import enclose
from .person import WAKE_WORD
from .scenario import load
from .stage import CODE_CONTACT, PHRASE_CONTACT, PIN_CONTACT, Stage

ASKER: Final = "piper-joe"
TALKERS: Final = ("rms", "awb", "kal16", "slt_hts", "piper-joe")
CONTACTS: Final = (PHRASE_CONTACT, CODE_CONTACT, PIN_CONTACT)

_REQUEST: Final = "send a message to {contact} saying the soup is on the stove"
_EVERY: Final = 60.0
_SCENE: Final = 6.0
"""Seconds of sound that are made at a time."""
_LINES: Final = 400
_LINES_A_MINUTE: Final = 20
"""Lines of the room that are spoken before it begins, so many at most; it goes round in them."""


@dataclass(slots=True)
class Report:
    """What came of it.

    Attributes:
        engine: Who listened.
        seconds: How long the room was heard.
        forced: Contact → requests that somebody made.
        asked: Contact → those that led to a question.
        unasked: What was answered to the others, "" where nothing was.
        ended: How questions ended, by what the house said.
        replies: Utterances that were taken for a reply or a request beside the forced ones.
        wakes: How often the room woke the satellite.
        sent: Messages that went out.
        lost: Seconds that the satellite listened to the room.
    """

    engine: str
    seconds: float = 0.0
    forced: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    unasked: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    replies: list[str] = field(default_factory=list)
    wakes: int = 0
    sent: int = 0
    lost: float = 0.0

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        yield (
            f"{self.engine}: {self.seconds / 60:.1f} minutes, {self.forced.total()} requests forced,"
            f" {self.asked.total()} questions open, woken {self.wakes} times by the room,"
            f" {len(self.replies)} utterances heard, {self.lost:.0f} s listened to the room"
        )
        yield f"sent: {self.sent}"
        for said, times in self.unasked.most_common():
            yield f"  no question: {times} x {said or 'no answer'}"
        for said, times in self.ended.most_common():
            yield f"  {times} x {said}"


class Sounds:
    """A room's sound, made as it is needed."""

    def __init__(self, said: list[tuple[str, str]], seed: int) -> None:
        """Draw from these lines, each a voice and its words."""
        self._said = said
        self._random = random.Random(seed)
        self._number = seed

    def scene(self) -> sound.Samples:
        """Return a few seconds: one to three people over each other, and now and then music or noise."""
        clip = sound.silence(_SCENE)
        for _ in range(self._random.choice((0, 1, 1, 2, 2, 3))):
            voice, text = self._random.choice(self._said)
            speech = sound.at_level(sound.speak(text, voice), self._random.uniform(-40.0, -22.0))
            clip = sound.mix(clip, speech, self._random.uniform(0.0, 3.0))
        if self._random.random() < 0.4:
            kind = self._random.choice(("chords", "drums", "fan", "rain", "knocks", "beep"))
            self._number += 1
            other = sound.at_level(
                noises.make(kind, self._number), self._random.uniform(-48.0, -28.0)
            )
            clip = sound.mix(clip, other, self._random.uniform(0.0, 2.0))
        return clip


class Room:
    """One satellite in a room that never falls silent."""

    def __init__(self, stage: Stage, satellite: Satellite, sounds: Sounds) -> None:
        """Prepare it; the stage is up."""
        self._stage, self._satellite, self._sounds = stage, satellite, sounds
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.report = Report(stage.engine)

    async def live(self, seconds: float) -> Report:
        """Play the room for so long and ask for a message every minute."""
        begun = time.monotonic()
        playing = asyncio.create_task(self._play())
        try:
            number = 0
            while (passed := time.monotonic() - begun) < seconds:
                contact = CONTACTS[number % len(CONTACTS)]
                await self._ask(contact)
                number += 1
                rest = min(_EVERY * number, seconds) - (time.monotonic() - begun)
                await asyncio.sleep(max(rest, 20.0))
                self._count()
                say(
                    f"{(passed + _EVERY) / 60:4.0f} of {seconds / 60:.0f} minutes: {self.report.ended}"
                )
        finally:
            playing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await playing
        self.report.seconds = time.monotonic() - begun
        self.report.sent += len(self._stage.new_deliveries())
        return self.report

    async def _play(self) -> None:
        while True:
            await self._quiet.wait()
            clip = await asyncio.to_thread(self._sounds.scene)
            await self._satellite.hear(clip, wait=False)
            await asyncio.sleep(_SCENE - 0.2)

    async def _ask(self, contact: str) -> None:
        """Hush the room for a moment and ask for a message."""
        await self._stage.rest()
        self._quiet.clear()
        await self._satellite.order("hush")
        for _ in range(200):
            if self._satellite.state == "idle":
                break
            await asyncio.sleep(0.1)
        self._satellite.story.clear()
        self.report.forced[contact] += 1
        request = _REQUEST.format(contact=contact)
        clip = sound.join(
            room.heard(WAKE_WORD, ASKER, self.report.forced.total()),
            room.heard(request, ASKER, self.report.forced.total()),
        )
        await self._satellite.hear(clip)
        self._quiet.set()
        for _ in range(300):
            said = [event["text"] for event in self._satellite.story if event["event"] == "says"]
            if said:
                if "goes out when you say" in said[0]:
                    self.report.asked[contact] += 1
                else:
                    self.report.unasked[_first_sentence(said[0])] += 1
                return
            await asyncio.sleep(0.1)
        self.report.unasked[""] += 1

    def _count(self) -> None:
        """Count what the satellite has reported since the request."""
        story = list(self._satellite.story)
        heard = [event["text"] for event in story if event["event"] == "heard"]
        self.report.replies += heard[1:]
        self.report.wakes += max(0, sum(event["event"] == "wake" for event in story) - 1)
        for event in [event for event in story if event["event"] == "says"][1:]:
            self.report.ended[_first_sentence(event["text"])] += 1
        opened = [event["at"] for event in story if event["event"] == "listening"]
        closed = [event["at"] for event in story if event["event"] == "thinking"]
        self.report.lost += sum(
            end - start for start, end in list(zip(opened, closed, strict=False))[1:]
        )


def _first_sentence(text: object) -> str:
    return str(text).partition(". ")[0]


def room_lines(corpus: Path | None, seed: int, minutes: float) -> list[tuple[str, str]]:
    """Return who says what in the room."""
    draw, most = random.Random(seed), min(_LINES, 20 + round(_LINES_A_MINUTE * minutes))
    if corpus is None:
        talk = [text for scenario in load().values() for line in scenario.talk for text in line]
        texts = [*room.SMALL_TALK, *talk]
    else:
        packed = corpus.read_bytes()
        text = (gzip.decompress(packed) if corpus.suffix == ".gz" else packed).decode()
        rows = [line.split("\t") for line in text.splitlines()]
        texts = [
            row[2] for row in draw.sample(rows, min(most, len(rows))) if len(row) > 2 and row[2]
        ]
    return [(TALKERS[at % len(TALKERS)], text) for at, text in enumerate(texts)]


async def run(options: argparse.Namespace) -> Report:
    """Start a house, let it hear the room, and stop it."""
    said = room_lines(options.corpus, options.seed, options.minutes)
    say(f"Speaking {len(said)} lines; then {options.minutes:.0f} minutes in real time")
    asked = [(ASKER, WAKE_WORD), *((ASKER, _REQUEST.format(contact=name)) for name in CONTACTS)]
    sound.prepare([*asked, *said])
    with tempfile.TemporaryDirectory(prefix="message-guard-ambient-") as name:
        folder = Path(name)
        satellite = Satellite("Kitchen", "esphome", folder / "kitchen.log", "open")
        house = "slt" if engines.engines()[options.engine].model == "pocketsphinx" else "piper-joe"
        stage = Stage(
            folder=folder / "stage",
            satellites={satellite.name: satellite},
            engine=options.engine,
            voice=house,
        )
        try:
            await stage.start()
            report = await Room(stage, satellite, Sounds(said, options.seed)).live(
                options.minutes * 60
            )
            verdict = await ledger.verify(stage.ledger_path)
            if verdict.status:
                say(f"ledger: {verdict}")
        finally:
            await stage.stop()
    return report


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Play what the arguments name; 1 if anything was sent."""
    parser = argparse.ArgumentParser(prog="scripts/voice ambient")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--engine", default="whisper-base", choices=engines.engines())
    parser.add_argument("--corpus", type=Path, help="lines dialogue<TAB>speaker<TAB>utterance")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with contextlib.suppress(OSError):
        enclose()
    report = asyncio.run(run(options))
    for line in report.lines():
        say(line)
    for text, times in Counter(report.replies).most_common(20):
        say(f"  heard {times} x {text!r}")
    return 1 if report.sent else 0


if __name__ == "__main__":
    sys.exit(main())
