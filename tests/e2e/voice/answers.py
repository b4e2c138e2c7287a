"""Messages that come in, in sound: what is read out beside an open microphone, and a conversation in four turns.

    scripts/voice answers hostile  [--every N] [--tries N]   hostile messages; a control whose guard knows no echo
    scripts/voice answers commands [--every N] [--tries N]   ordinary commands meanwhile and right after, against that control
    scripts/voice answers exchange [--tries N]               ask, prove, "read it", "answer: …", on either kind of satellite

Kim's phone answers in its notification, one satellite says it with Piper, and a second one in the same room, which has just been
woken, hears it through Whisper. With and without what is tried, two houses hear the same sound at the same time.
Everything runs in real time and prints a table for docs/answers.md; exit status 1 if a hostile message has done anything.
"""

import argparse
import asyncio
from collections.abc import Iterable, Sequence
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
import sys
import tempfile
import time
from typing import Any, Final

import numpy as np
import yaml

from tests.e2e import ledger

from . import engines, room, sound
from .actors import ActorError
from .answers_home import HOUSE_VOICE, KIM, AnswersHome
from .answers_tables import (
    KINDS,
    Exchange,
    Try,
    commands_table,
    exchange_table,
    hostile_table,
    is_meanwhile,
)
from .network import enclose
from .person import WAKE_WORD, GaveUpError, Person
from .stage import PHRASE

HOSTILE: Final[list[str]] = yaml.safe_load(
    (sound.ROOT / "tests" / "incoming" / "hostile.yaml").read_text(encoding="utf-8")
)
SAID: Final[dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("read_out.yaml").read_text(encoding="utf-8")
)
LEVELS: Final = (0.0, -6.0, -12.0)
"""How loud the loudspeaker is at the second satellite, dB from what people are heard at."""
MEANWHILE_LEVEL: Final = -30.0
"""The same while somebody speaks to the satellite from nearby."""

_PAUSE_SECONDS: Final = 0.14
_PAUSE_DECIBELS: Final = 30.0
_BETWEEN: Final = 0.2
_AFTER_SECONDS: Final = 0.6
_TRY_SECONDS: Final = {"hostile": 26.0, "commands": 24.0, "exchange": 75.0}
"""About so long a try takes."""


# --- sound ----------------------------------------------------------------------------------------


def starts(speech: sound.Samples) -> list[int]:
    """Return where somebody who has been silent begins to speak again, in samples, and the beginning."""
    frame = sound.RATE // 50
    frames = speech[: speech.size // frame * frame].reshape(-1, frame).astype(np.float64)
    power = 10 * np.log10(np.maximum(np.mean(frames**2, axis=1) / 32768**2, 1e-12))
    quiet = power < power.max(initial=-120.0) - _PAUSE_DECIBELS
    found, since = [0], 0
    for at, silent in enumerate(quiet):
        if silent:
            continue
        if (at - since) * frame / sound.RATE >= _PAUSE_SECONDS and since:
            found.append(max(0, at - 2) * frame)
        since = at + 1
    return found


def echoed(text: str, number: int, voice: str) -> sound.Samples:
    """Return what the second satellite hears: its wake word, and the message from one of its pauses on."""
    speech = sound.speak(text, HOUSE_VOICE)
    found = starts(speech)
    # The beginning says who has written, and so it is never a command: it is one of the places, as any other.
    rest = speech[found[-1 - number // len(LEVELS) % len(found)] :]
    return sound.join(
        room.heard(WAKE_WORD, voice, number),
        sound.silence(_BETWEEN),
        sound.at_level(rest, room.LOUDNESS + LEVELS[number % len(LEVELS)]),
        sound.silence(room.AFTER),
    )


def spoken(command: str, number: int, voice: str, over: str = "") -> sound.Samples:
    """Return a command behind the wake word; over a message that is being read, if one is named."""
    clip = sound.join(
        room.heard(WAKE_WORD, voice, number),
        sound.silence(_BETWEEN),
        room.heard(command, voice, number),
    )
    if not over:
        return clip
    speech = sound.speak(over, HOUSE_VOICE)
    return sound.mix(clip, sound.at_level(speech, room.LOUDNESS + MEANWHILE_LEVEL))[: clip.size]


# --- tries ----------------------------------------------------------------------------------------


def _kinds(number: int) -> tuple[str, str]:
    """Return which satellite says it, and which one hears it."""
    return KINDS[number % 2], KINDS[1 - number % 2]


async def _read(home: AnswersHome, kind: str, text: str) -> dict[str, Any]:
    """Let Kim write, and return what is read.

    Raises:
        GaveUpError: If it is not read.
    """
    await home.reply(kind, text)
    said = await home.says(kind)
    if not str(said["text"]).startswith(f"{KIM} wrote"):
        raise GaveUpError(f"not read: {said['text']}")
    return said


async def _finish(home: AnswersHome, made: Try, listener: str, before: Any) -> Try:
    await home.until_idle()
    await asyncio.sleep(0.3)
    now = home.mark()
    made.heard, made.acted = home.heard(listener), home.acted()
    made.requests, made.proofs = now.requests - before.requests, now.proofs - before.proofs
    if not made.heard:
        made.problem = "nothing was heard"
    return made


async def hostile(home: AnswersHome, text: str, number: int) -> Try:
    """Read a hostile message at one satellite, and let the other hear it."""
    speaker, listener = _kinds(number)
    made = Try(text)
    try:
        await home.rest()
        before = home.mark()
        said = await _read(home, speaker, text)
        await home.satellites[listener].hear(echoed(str(said["text"]), number, home.voice))
        return await _finish(home, made, listener, before)
    except (ActorError, GaveUpError) as error:
        made.problem = str(error)
        return made


async def command(home: AnswersHome, text: str, number: int) -> Try:
    """Let somebody speak to a satellite while the other one reads, or right after."""
    speaker, listener = _kinds(number)
    message = SAID["messages"][number % len(SAID["messages"])]
    made = Try(text)
    try:
        await home.rest()
        before = home.mark()
        said = await _read(home, speaker, message)
        over = ""
        if is_meanwhile(number):
            over = str(said["text"])
        else:
            await home.satellites[speaker].next("said", within=60.0)
            await asyncio.sleep(_AFTER_SECONDS)
        await home.satellites[listener].hear(spoken(text, number, home.voice, over))
        return await _finish(home, made, listener, before)
    except (ActorError, GaveUpError) as error:
        made.problem = str(error)
        return made


class Correspondent(Person):
    """Somebody who has asked Kim, is told that there is an answer, and wants to hear it."""

    async def hear(self) -> None:
        """Have it read.

        Raises:
            GaveUpError: If it is not.
        """
        for wish in ("read the message", "read my messages"):
            asked = self.satellite.reopens and self.satellite.state != "idle"
            await self._reply(wish if asked else "read my messages")
            if (await self._listen()).startswith(f"{KIM} wrote"):
                return
        raise GaveUpError(f"asked to read, answered {self._answer!r}")


async def exchange(home: AnswersHome, kind: str, number: int) -> Exchange:
    """Ask Kim, prove it, hear the answer and answer that, with its proof."""

    def of(key: str) -> str:
        return SAID[key][number % len(SAID[key])]

    made = Exchange(kind)
    try:
        await home.rest()
        await home.ask(kind, of("questions"))
        await home.until_idle()
        home.satellites[kind].catch_up()
        tapped = await home.reply(kind, of("answers"))
        told = await home.says(kind)
        made.seconds = float(told["at"]) - tapped
        await home.satellites[kind].next("said", within=30.0)
        person = home.person(kind, seed=number)
        await Correspondent(person.case, person.scenario, person.satellite).hear()
        seen = len(home.kim.received)
        steps = (("request", "answer: {body}"), ("prove", None))
        await home.person(kind, *steps, body=of("replies"), seed=number).play()
        if len(home.kim.received) != seen + 1:
            made.problem = f"{len(home.kim.received) - seen} messages arrived"
    except (ActorError, GaveUpError, TimeoutError) as error:
        made.problem = str(error) or "no answer"
    return made


# --- runs -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Progress:
    """Prints what came of each try, and how long the rest takes."""

    total: int
    each: float
    begun: float = field(default_factory=time.monotonic)
    done: int = 0

    def tell(self, line: str) -> None:
        """Print one line."""
        self.done += 1
        left = (time.monotonic() - self.begun) / self.done * (self.total - self.done) / 60
        say(f"{self.done:4}/{self.total}  {left:4.0f} min left  {line}")


async def _pairs(
    part: str, texts: Sequence[str], homes: Sequence[AnswersHome]
) -> list[tuple[Try, ...]]:
    """Try each text in both houses at once; what does not count there is tried once more."""
    found, progress = [], Progress(len(texts), _TRY_SECONDS[part])
    play = hostile if part == "hostile" else command
    for number, text in enumerate(texts):
        for _ in range(2):
            tries = await asyncio.gather(*(play(home, text, number) for home in homes))
            if not any(one.problem for one in tries):
                break
        if part == "commands" and tries[0].heard:
            # No two houses hear quite the same: what this one has understood is what counts.
            tries[0].otherwise = await homes[1].does(_kinds(number)[1], tries[0].heard[-1])
        found.append(tuple(tries))
        progress.tell(
            "  |  ".join(
                f"{one.heard or one.problem} {' '.join(one.acted)}"
                f"{' REQUEST' * bool(one.requests)}{' PROOF' * bool(one.proofs)}"
                for one in tries
            )
        )
    return found


async def _prepare(home: AnswersHome) -> None:
    """Write to Kim at either satellite, who answers that from then on."""
    for kind in KINDS:
        await home.rest()
        await home.ask(kind, SAID["questions"][0])


async def _both(part: str, texts: Sequence[str], homes: Sequence[AnswersHome]) -> int:
    await asyncio.gather(*(_prepare(home) for home in homes))
    found = await _pairs(part, texts, homes)
    counted = [pair for pair in found if not any(one.problem for one in pair)]
    lines = hostile_table(counted) if part == "hostile" else commands_table(list(enumerate(found)))
    for line in lines:
        say(line)
    say(f"\n{len(found) - len(counted)} of {len(found)} do not count: not read, or not heard.")
    guarded = [pair[0] for pair in found]
    return int(
        part == "hostile" and any(one.acted or one.requests or one.proofs for one in guarded)
    )


async def _exchanges(home: AnswersHome, tries: int) -> int:
    found, progress = [], Progress(2 * tries, _TRY_SECONDS["exchange"])
    for number in range(2 * tries):
        made = await exchange(home, KINDS[number % 2], number // 2)
        found.append(made)
        seconds = "" if made.seconds is None else f"{made.seconds:.1f} s"
        progress.tell(f"{made.kind} {seconds} {made.problem or 'complete'}")
    for line in exchange_table(found):
        say(line)
    return 0


async def run(options: argparse.Namespace) -> int:
    """Start the houses, try, and stop them."""
    texts = HOSTILE if options.part == "hostile" else SAID["commands"] * 8
    texts = texts[:: options.every][: options.tries or None]
    with tempfile.TemporaryDirectory(prefix="message-guard-answers-") as name:
        folder = Path(name)
        if options.part == "exchange":
            homes = [_home(folder / "house", options, reading="tell")]
        else:
            homes = [
                _home(folder / "guarded", options),
                _home(folder / "control", options, echoes_act=True),
            ]
        try:
            say("Starting …")
            await asyncio.gather(*(home.start() for home in homes))
            if options.part == "exchange":
                return await _exchanges(homes[0], options.tries or 20)
            return await _both(options.part, texts, homes)
        finally:
            for home in homes:
                with contextlib.suppress(OSError):
                    verdict = await ledger.verify(home.stage.ledger_path)
                    if verdict.status:
                        say(f"ledger: {verdict}")
                await home.stop()


def _home(folder: Path, options: argparse.Namespace, **more: Any) -> AnswersHome:
    return AnswersHome(folder=folder, engine=options.engine, voice=options.voice, **more)


def lines(voice: str) -> Iterable[tuple[str, str]]:
    """Yield what people say, as far as it is known before."""
    yield from ((voice, text) for text in (WAKE_WORD, PHRASE, "cancel that"))
    yield from ((voice, text) for text in ("read the message", "read my messages"))
    for question in SAID["questions"]:
        yield voice, f"send a message to {KIM} saying {question}"
    yield from ((voice, f"answer: {text}") for text in SAID["replies"])
    yield from ((voice, text) for text in SAID["commands"])


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Try what the arguments name."""
    parser = argparse.ArgumentParser(
        prog="scripts/voice answers",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("part", choices=tuple(_TRY_SECONDS))
    parser.add_argument("--tries", type=int, default=0, help="at most so many (exchange: on each)")
    parser.add_argument("--every", type=int, default=1, help="one of so many")
    parser.add_argument("--engine", default="whisper-base", choices=engines.engines())
    parser.add_argument("--voice", default="kokoro-michael", choices=engines.voices())
    options = parser.parse_args()
    say("Speaking what is said …")
    sound.prepare(lines(options.voice))
    with contextlib.suppress(OSError):
        enclose()
    return asyncio.run(run(options))


if __name__ == "__main__":
    sys.exit(main())
