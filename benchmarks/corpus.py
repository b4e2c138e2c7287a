"""Background talk: utterances from a file, and the two ways of confirming that everybody else uses."""

from collections.abc import Iterator
from dataclasses import dataclass
import gzip
from pathlib import Path
import re

YES = frozenset(
    {
        "yes",
        "yeah",
        "yep",
        "yup",
        "yea",
        "uhhuh",
        "mhm",
        "mm-hmm",
        "aye",
        "right",
        "okay",
        "ok",
        "sure",
    }
    | {
        "fine",
        "good",
        "correct",
        "exactly",
        "absolutely",
        "definitely",
        "certainly",
        "alright",
        "true",
    }
)
"""Words that a plain confirmation takes for a yes."""

_WORD = re.compile(r"[a-z][a-z'-]*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance of a dialogue."""

    dialogue: str
    text: str


def read(path: Path, limit: int | None = None) -> list[Utterance]:
    """Return the utterances of a file of `dialogue<TAB>speaker<TAB>utterance`, plain or gzipped.

    Raises:
        ValueError: If a line has other columns. Lines that begin with # are comments.
    """
    found: list[Utterance] = []
    for number, line in enumerate(_lines(path), 1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 3:
            raise ValueError(f"{path.name}, line {number}: not dialogue, speaker and utterance")
        found.append(Utterance(columns[0], columns[2]))
        if limit is not None and len(found) >= limit:
            break
    return found


def _lines(path: Path) -> Iterator[str]:
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\r\n")


def contains_yes(text: str) -> bool:
    """Return whether a word of the utterance is one of `YES`: the weaker baseline."""
    return not YES.isdisjoint(_WORD.findall(text.casefold()))


def is_all_yes(text: str) -> bool:
    """Return whether the utterance is made of nothing but such words: the stronger baseline."""
    words = _WORD.findall(text.casefold())
    return bool(words) and YES.issuperset(words)


BASELINES = {"any_word": contains_yes, "whole_utterance": is_all_yes}
