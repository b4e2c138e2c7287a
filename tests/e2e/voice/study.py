"""How well a proof survives being spoken and recognised, without Home Assistant.

    scripts/voice study [phrases|declines|codes|numbers|requests] [--seeds N] [--room NAME] [--stock]

Every line is spoken by six voices under several seeds (pace, loudness, noise) and recognised. A line
counts as heard right when every word of it is, and as accepted when the product's own core takes it
for what it was meant as. Prints Markdown tables.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
import random
import sys
import time

import yaml

from . import product, room, sound
from .language_model import spoken
from .sphinx import Sphinx

CANDIDATES = yaml.safe_load(Path(__file__).with_name("study.yaml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class Result:
    """How one line fared: tries, heard right, accepted by the product, heard instead, by voice."""

    tries: int = 0
    right: int = 0
    accepted: int = 0
    instead: Counter[str] = field(default_factory=Counter)
    by_voice: Counter[str] = field(default_factory=Counter)

    def rate(self) -> float:
        """Return the share heard right."""
        return self.right / self.tries if self.tries else 0.0


def main() -> None:
    """Run the part of the study that the arguments name."""
    options = _arguments()
    recogniser = Sphinx("stock" if options.stock else "household")
    place = room.ROOMS[options.room]
    started = time.monotonic()
    tables = {
        "phrases": lambda: lines(
            recogniser, CANDIDATES["phrases"], options.seeds, place, product.phrase
        ),
        "declines": lambda: lines(
            recogniser, CANDIDATES["declines"], options.seeds, place, product.decline
        ),
        "requests": lambda: lines(recogniser, CANDIDATES["requests"], options.seeds, place),
        "codes": lambda: codes(recogniser, options.seeds, place),
        "numbers": lambda: numbers(recogniser, options.frame, options.seeds, place),
    }
    for name in options.part or ("phrases", "declines", "requests", "codes"):
        out(
            f"\n### {name}: {place.name}, {'stock' if options.stock else 'household'} language model\n"
        )
        for line in tables[name]():
            out(line)
    out(f"\n({time.monotonic() - started:.0f} s)")


def lines(
    recogniser: Sphinx,
    texts: Iterable[str],
    seeds: int,
    place: room.Room,
    judge: Callable[[str], Callable[[str], bool]] | None = None,
) -> Iterable[str]:
    """Yield a table with a row for each line, the best first."""
    results = {
        text: listen(recogniser, text, seeds, place, judge(text) if judge else text.__eq__)
        for text in texts
    }
    yield f"| said | heard right | accepted | {' | '.join(sound.VOICES)} | most often instead |"
    yield f"| --- | ---: | ---: | {' | '.join('---:' for _ in sound.VOICES)} | --- |"
    ranked = sorted(results.items(), key=lambda item: (-item[1].rate(), item[0]))
    for text, result in ranked:
        each = " | ".join(f"{result.by_voice[voice] / seeds:.0%}" for voice in sound.VOICES)
        accepted = f"{result.accepted / result.tries:.0%}"
        yield f"| {text} | {result.rate():.0%} | {accepted} | {each} | {_instead(result)} |"


def codes(recogniser: Sphinx, seeds: int, place: room.Room) -> Iterable[str]:
    """Yield a table with a row for each way to frame an answer."""
    yield "| frame | tries | heard right | accepted | heard as another answer |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for frame in CANDIDATES["frames"]:
        answers = _answers(frame)
        sample = random.Random(7).sample(sorted(answers), min(35, len(answers)))
        total, mistaken = Result(), 0
        for answer in sample:
            value = answers[answer]
            judge = product.code(value) if frame in product.forms() else answer.__eq__
            result = listen(recogniser, answer, seeds, place, judge)
            total.tries += result.tries
            total.right += result.right
            total.accepted += result.accepted
            mistaken += sum(n for text, n in result.instead.items() if text in answers)
        accepted = f"{total.accepted / total.tries:.1%}" if frame in product.forms() else ""
        yield (
            f"| {frame} | {total.tries} | {total.rate():.1%} | {accepted} |"
            f" {mistaken / total.tries:.1%} |"
        )


def numbers(recogniser: Sphinx, frame: str, seeds: int, place: room.Room) -> Iterable[str]:
    """Yield a table with a row for each number word that is not always heard, and the sum."""
    answers = _answers(frame, everything=True)
    results = {
        answer: listen(recogniser, answer, seeds, place, answer.__eq__) for answer in answers
    }
    yield "| said | heard right | most often instead |"
    yield "| --- | ---: | --- |"
    perfect = [text for text, result in results.items() if result.rate() == 1.0]
    for text, result in sorted(results.items(), key=lambda item: item[1].rate()):
        if text not in perfect:
            yield f"| {text} | {result.rate():.0%} | {_instead(result)} |"
    yield f"\nAlways heard right ({len(perfect)}): {', '.join(perfect)}"
    right = sum(result.right for result in results.values())
    tries = sum(result.tries for result in results.values())
    yield f"\nAll: {right} of {tries}, {right / tries:.1%}"


def listen(
    recogniser: Sphinx, text: str, seeds: int, place: room.Room, judge: Callable[[str], bool]
) -> Result:
    """Speak and recognise one line in every voice under every seed."""
    result = Result()
    for voice in sound.VOICES:
        for seed in range(seeds):
            found = recogniser.hear(room.heard(text, voice, seed, place))
            result.tries += 1
            result.accepted += judge(found)
            if found == text:
                result.right += 1
                result.by_voice[voice] += 1
            else:
                result.instead[found] += 1
    return result


def _answers(frame: str, *, everything: bool = False) -> dict[str, int]:
    """Return what may be said in this frame, and its value."""
    if "##" in frame:
        pairs = [(a, b) for a in range(10) for b in range(10)]
        return {frame.replace("##", f"{spoken(a)} {spoken(b)}"): 10 * a + b for a, b in pairs}
    if "#" in frame:
        values = range(3, 100) if everything else product.answers()
        return {frame.replace("#", spoken(value)): value for value in values}
    return {frame.replace("@", word): at for at, word in enumerate(CANDIDATES["words"])}


def _instead(result: Result) -> str:
    return ", ".join(
        f"{text or '(nothing)'} x{count}" for text, count in result.instead.most_common(3)
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/voice study")
    parser.add_argument("part", nargs="*", help="phrases, declines, requests, codes or numbers")
    parser.add_argument("--seeds", type=int, default=3, help="clips per voice and line")
    parser.add_argument("--room", default="clean", choices=room.ROOMS)
    parser.add_argument("--frame", default="send #", help="the frame of `numbers`")
    parser.add_argument("--stock", action="store_true", help="pocketsphinx' own language model")
    return parser.parse_args()


def out(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
