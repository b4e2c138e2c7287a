"""What speech-to-text engines wrote, judged: how much of it the product's own code understands.

`scripts/voice cells` speaks and recognises, and writes down what came of it in benchmarks/heard; this reads that.
A try is one clip. Two in a row are one person who says it twice; "within two" is what such people get done, with the
exact bound (Clopper and Pearson) that the rate keeps to with 95 % confidence. "Wrong" is what must never be: another
phrase, answer or contact, a proof or a no out of an echo or of a sound.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
import json
from pathlib import Path
import random
import sys

from custom_components.message_guard.core.code import is_code_guess
from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.echo import is_like_echo
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.pin import pin_challenge, pins_said
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    code_challenge,
    interpret,
    is_echo,
    phrase_challenge,
)
from custom_components.message_guard.core.spellings import (
    MOST_SPELLINGS,
    listed_names,
    name_as_heard,
    other_spellings,
)
from custom_components.message_guard.recognition.sentences import load_languages

from .bounds import upper_bound

HEARD = Path(__file__).with_name("heard")
GOALS = {"phrase": 0.98, "code": 0.95, "PIN": 0.95, "request": 0.95, "echo": 0.99}
"""What has to be understood within two tries on clean sound with Whisper base, by the first word of the cell."""

HEARD_OUT = "request, names heard out"
ASKED_WHOM = "request, names heard out, asked whom"
"""Requests in a home whose engine was heard out about each name when the contact was added (`home/ears_names`)."""

WITH_A_TRY = "echo, a proof awaited"
"""Echoes of what asks for a proof: the words of a message may be any, and cost no try."""

NO_DIGIT_TWICE = ", no digit twice in a row"
"""PINs as the form recommends them: of two digits that are the same, recognisers write one."""

SINGLE = frozenset({"echo", WITH_A_TRY, "sound", "name"})
"""Cells in which nobody says it twice."""

_HOUSEHOLD = ("Anna", "Grandma", "Bob", "Dr. Miller", "Mum", "the office", "Henry", "Alice")
_CONTACTS = 8
_HOUSEHOLDS = 20
_ROBOTS = frozenset({"slt", "rms", "awb", "kal16", "slt_hts", "kallpc"})
_CHANNEL = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
_SAID = "To Anna: the soup is on the stove. It goes out when you say your phrase."


@dataclass(frozen=True, slots=True)
class Row:
    """One try, as `scripts/voice cells` writes it."""

    cell: str
    voice: str
    number: int
    said: str
    meant: str
    heard: str


@dataclass(slots=True)
class Cell:
    """How one cell fared.

    Attributes:
        tries: Clips.
        right: Clips that were understood.
        people: Number of a person → whether one of the two tries was understood.
        wrong: What was heard where something else was accepted.
        missed: What was said and heard where nothing was understood.
    """

    tries: int = 0
    right: int = 0
    people: dict[int, bool] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, row: Row, *, right: bool, wrong: bool) -> None:
        """Count a try."""
        self.tries += 1
        self.right += right
        person = row.number // 2
        self.people[person] = self.people.get(person, False) or right
        if wrong:
            self.wrong.append(row.heard)
        if not right:
            self.missed[row.said, row.heard] += 1

    @property
    def done(self) -> int:
        """People who were understood within two tries."""
        return sum(self.people.values())


class Judge:
    """The product's own code, in one language."""

    def __init__(self, tag: str) -> None:
        """Load the language."""
        self._languages = load_languages()
        language = self._languages.get(tag)
        if language is None:
            raise ValueError(f"there is no language file for {tag}")
        self._language: Language = language
        self._codes = dict(self._all_codes())
        self._phrases = [phrase_challenge(one, language) for one in language.suggested_phrases]
        self._heard_out: dict[str, str] = {}

    def hear_out(self, rows: Iterable[Row]) -> bool:
        """Learn how the engine writes names that the house says; returns whether there are any."""
        for row in rows:
            if row.cell == "name":
                spelt = name_as_heard(row.heard, row.said, row.meant, self._language)
                self._heard_out.setdefault(row.meant, spelt or row.meant)
        return bool(self._heard_out)

    def judge(self, row: Row) -> tuple[bool, bool]:
        """Return whether the try was understood, and whether something else was accepted."""
        judges: dict[str, Callable[[Row], tuple[bool, bool]]] = {
            "phrase": self._phrase,
            "code": self._code,
            "PIN": self._pin,
            "decline": self._decline,
            "request": self._request,
            "request,": lambda row: self._request(row, heard_out=True),
            ASKED_WHOM: self._request_asked_about,
            "name": self._name,
            "echo": self._echo,
            "echo,": self._echo,
            "sound": self._sound,
        }
        return judges.get(row.cell, judges[row.cell.partition(" ")[0]])(row)

    def _all_codes(self) -> list[tuple[int, Challenge]]:
        numbers = {self._language.number(value): value for value in range(100)}
        found = []
        for at in range(len(self._language.code_tens) * len(self._language.code_units)):
            draws = iter((at, 0))
            challenge = code_challenge(self._language, lambda _, draws=draws: next(draws), "")  # type: ignore[misc]
            found.append(
                (sum(numbers[word] for word in challenge.placeholders.values()), challenge)
            )
        return found

    def _verdict(self, heard: str, challenge: Challenge, said: str = _SAID) -> Verdict:
        return interpret(heard, challenge, self._language, [said])

    def _phrase(self, row: Row) -> tuple[bool, bool]:
        challenge = phrase_challenge(row.meant, self._language)
        others = [one for one in self._phrases if one.expected != challenge.expected]
        wrong = any(self._verdict(row.heard, other) is Verdict.PROOF for other in others)
        return self._verdict(row.heard, challenge) is Verdict.PROOF, wrong

    def _code(self, row: Row) -> tuple[bool, bool]:
        accepted = self._accepted(row.heard)
        return int(row.meant) in accepted, bool(accepted - {int(row.meant)})

    @cache  # noqa: B019  # one judge lives as long as the process
    def _accepted(self, heard: str) -> frozenset[int]:
        """Return every answer to a code that this would be taken for."""
        return frozenset(
            answer
            for answer, challenge in self._codes.items()
            if self._verdict(heard, challenge) is Verdict.PROOF
        )

    def _pin(self, row: Row) -> tuple[bool, bool]:
        # A PIN that is misheard is a wrong PIN, as a mistyped one is; what must not be is another person's.
        return row.meant in pins_said(row.heard, self._language), False

    def _decline(self, row: Row) -> tuple[bool, bool]:
        verdicts = {self._verdict(row.heard, one) for one in self._phrases}
        return verdicts == {Verdict.DECLINE}, Verdict.PROOF in verdicts

    def _request(self, row: Row, *, heard_out: bool = False) -> tuple[bool, bool]:
        reached = self._reached(row.heard, row.meant, heard_out=heard_out)
        # A name that the engine itself has written is nobody's guess: the question says it.
        written = f" {self._language.normalise(row.heard)} "
        wrong = [
            name
            for name in reached
            if name != row.meant and f" {self._language.normalise(name)} " not in written
        ]
        return reached == (row.meant,), bool(wrong)

    def _request_asked_about(self, row: Row) -> tuple[bool, bool]:
        """Return the same where "Did you mean …?" is asked: after the first try, so that the yes to it is the second."""
        right, wrong = self._request(row, heard_out=True)
        if right or wrong or row.number % 2:
            return right, wrong
        book = self._book(row.meant, heard_out=True)
        recogniser = self._languages.recogniser(self._language.code, book)
        found = recogniser.recognise(row.heard) if recogniser is not None else None
        if found is None or len(found.recipients) != 1:
            return False, False
        asked_about = book.near(found.recipients[0], self._language)[:1]
        return [contact.name for contact in asked_about] == [row.meant], False

    def _name(self, row: Row) -> tuple[bool, bool]:
        heard = f" {self._language.name_key(row.heard)} "
        ways = (row.meant, *other_spellings(row.meant, self._language))
        keys = {key for way in ways for key in self._language.name_keys(way)}
        return any(f" {key} " in heard for key in keys), False

    def _reached(self, heard: str, name: str, *, heard_out: bool) -> tuple[str, ...]:
        """Return whom a request would reach in a household that has this name on its list."""
        book = self._book(name, heard_out=heard_out)
        recogniser = self._languages.recogniser(self._language.code, book)
        found = recogniser.recognise(heard) if recogniser is not None else None
        if recogniser is None or found is None or found.kind != "send":
            return ()
        reached: list[str] = []
        for recipient in found.recipients:
            match = recogniser.contacts.match(recipient, self._language)
            if match.unknown:
                return ()
            reached += [contact.name for contact in match.contacts]
        return tuple(reached)

    @cache  # noqa: B019  # one judge lives as long as the process
    def _book(self, name: str, *, heard_out: bool) -> AddressBook:
        names = dict.fromkeys((name, *_HOUSEHOLD))
        taken = {self._language.name_key(one) for one in names}
        contacts = []
        for one in names:
            offered = [*([self._heard_out.get(one, one)] if heard_out else ())]
            offered += other_spellings(one, self._language)
            others = [spelt for spelt in offered if self._language.name_key(spelt) not in taken][
                :MOST_SPELLINGS
            ]
            contacts.append(Contact(id=one, name=one, aliases=tuple(others), channel=_CHANNEL))
        return AddressBook(contacts)

    def namesakes(self, name: str, others: Iterable[str]) -> tuple[list[str], int]:
        """Return which other names are the same to the ear, and of how many that another person may have.

        What the form offers for a name, and what it is offered for, is no other name.
        """
        ways = (name, *other_spellings(name, self._language))
        book = AddressBook([Contact(id=name, name=name, aliases=ways[1:], channel=_CHANNEL)])
        known = {self._language.name_key(way) for way in ways}
        strange = [
            other
            for other in others
            if known.isdisjoint(
                map(self._language.name_key, (other, *other_spellings(other, self._language)))
            )
        ]
        same = [one for one in strange if book.namesake(one, self._language) is not None]
        return same, len(strange)

    def is_near(self, name: str, others: Iterable[str]) -> bool:
        """Return whether a name is near one of these contacts'."""
        book = AddressBook([Contact(id=one, name=one, channel=_CHANNEL) for one in others])
        return bool(book.near(name, self._language))

    def _echo(self, row: Row) -> tuple[bool, bool]:
        facts = json.loads(row.meant)
        words_awaited = facts["key"] == "ask_body"
        like = is_like_echo(row.heard, self._language, [row.said], words_awaited=words_awaited)
        if words_awaited:
            known = is_echo(row.heard, self._language, [row.said]) or not row.heard
            return known or like, False
        if facts["key"] == "question_pin":
            verdict = self._verdict(row.heard, pin_challenge(), row.said)
            known = verdict is Verdict.ECHO or (verdict is Verdict.WRONG and like)
            return known, bool(pins_said(row.heard, self._language))
        phrase = facts["key"].endswith("phrase")
        numbers = {key: facts[key] for key in ("a", "b") if key in facts}
        challenges = (
            self._phrases
            if phrase
            else [replace(self._codes[facts["answer"]], placeholders=numbers)]
        )
        verdicts = {self._verdict(row.heard, one, row.said) for one in challenges}
        if like and not is_code_guess(row.heard, self._language):
            verdicts = {Verdict.ECHO if one is Verdict.WRONG else one for one in verdicts}
        return verdicts == {Verdict.ECHO}, bool(verdicts & {Verdict.PROOF, Verdict.DECLINE})

    def _sound(self, row: Row) -> tuple[bool, bool]:
        challenges = [*self._phrases, *self._codes.values()]
        verdicts = {self._verdict(row.heard, one) for one in challenges}
        proofs = {Verdict.PROOF, Verdict.DECLINE} & verdicts
        return verdicts == {Verdict.ECHO}, bool(proofs or pins_said(row.heard, self._language))


def read(path: Path) -> list[Row]:
    """Return what a file of benchmarks/heard holds."""
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    fields = [line.split("\t") for line in lines if line]
    return [Row(one[0], one[1], int(one[2]), one[3], one[4], one[5]) for one in fields]


def tally(rows: list[Row], judge: Judge) -> dict[str, Cell]:
    """Return how each cell fared, in the order of the file; some once more by themselves, and requests with names heard out."""
    requests = [row for row in rows if row.cell == "request"]
    again = [replace(row, cell=cell) for cell in (HEARD_OUT, ASKED_WHOM) for row in requests]
    echoes = [row for row in rows if row.cell == "echo" and '"ask_body"' not in row.meant]
    cells: dict[str, Cell] = {}
    pins = [
        replace(row, cell=row.cell + NO_DIGIT_TWICE)
        for row in rows
        if row.cell.startswith("PIN")
        and not any(one == other for one, other in pairwise(row.meant))
    ]
    heard_out = again if judge.hear_out(rows) else []
    for row in [*rows, *pins, *(replace(row, cell=WITH_A_TRY) for row in echoes), *heard_out]:
        right, wrong = judge.judge(row)
        cells.setdefault(row.cell, Cell()).add(row, right=right, wrong=wrong)
    return cells


def table(cells: dict[str, Cell]) -> list[str]:
    """Return a Markdown table of one engine and language."""
    lines = [
        "| said | tries | understood | people | within two tries | at least | wrong |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, cell in cells.items():
        people, done = len(cell.people), cell.done
        single = name in SINGLE
        least = 1 - upper_bound(
            *((cell.tries - cell.right, cell.tries) if single else (people - done, people))
        )
        two = "" if single else f"{done / people:.1%}"
        lines.append(
            f"| {name} | {cell.tries} | {cell.right / cell.tries:.1%} | {'' if single else people} |"
            f" {two} | {least:.1%} | {len(cell.wrong)} |"
        )
    return lines


def namesakes(rows: list[Row], judge: Judge) -> str:
    """Return how many pairs of a contact's name and another one are the same to the ear."""
    names = list(dict.fromkeys(row.meant for row in rows if row.cell == "name"))
    others = dict.fromkeys((*names, *listed_names()))
    found = {name: judge.namesakes(name, others) for name in names}
    same = [f"{other} for {name}" for name, (strange, _) in found.items() for other in strange]
    total = sum(tried for _, tried in found.values())
    return f"other names that are the same to the ear: {len(same)} of {total:,}: {', '.join(same)}"


def strangers(rows: list[Row], judge: Judge) -> str:
    """Return how many people who are on no list are asked about as one of eight contacts: "Did you mean …?"."""
    names = list(dict.fromkeys(row.meant for row in rows if row.cell == "name"))
    draw = random.Random(1)
    tried = [(name, draw.sample(names, _CONTACTS)) for name in names for _ in range(_HOUSEHOLDS)]
    near = sum(judge.is_near(name, others) for name, others in tried if name not in others)
    total = sum(name not in others for name, others in tried)
    return f"strangers near one of {_CONTACTS} contacts: {near / total:.1%} of {total:,}"


def misses(cells: dict[str, Cell]) -> list[str]:
    """Return which cells miss the goal."""
    found = []
    for name, cell in cells.items():
        goal = GOALS.get(name.partition(" ")[0].rstrip(","))
        single = name in SINGLE
        rate = cell.right / cell.tries if single else cell.done / len(cell.people)
        if goal is not None and rate < goal:
            found.append(f"{name}: {rate:.1%}, the goal is {goal:.0%}")
    return found


def main() -> int:
    """Print a table for each file; 1 if something wrong was accepted."""
    parser = argparse.ArgumentParser(prog="scripts/bench engines", description=__doc__)
    parser.add_argument("--engine", default="", help="only files whose name begins so")
    parser.add_argument("--voices", choices=("all", "neural", "robots"), default="all")
    parser.add_argument(
        "--missed", type=int, default=0, metavar="N", help="print so many of each cell"
    )
    options = parser.parse_args()
    wrong = 0
    for path in sorted(HEARD.glob(f"{options.engine}*.tsv")):
        rows = [
            row
            for row in read(path)
            if options.voices == "all" or (row.voice in _ROBOTS) == (options.voices == "robots")
        ]
        judge = Judge(path.stem.removesuffix(".prompted").rpartition(".")[2])
        cells = tally(rows, judge)
        print(f"\n### {path.stem}\n")
        print("\n".join(table(cells)))
        if "name" in cells:
            print(namesakes(rows, judge))
            print(strangers(rows, judge))
        for line in misses(cells):
            print(f"misses the goal: {line}")
        for name, cell in cells.items():
            wrong += len(cell.wrong)
            for heard in cell.wrong:
                print(f"WRONG: {name}: {heard!r}")
            for (said, heard), times in cell.missed.most_common(options.missed):
                print(f"  {name}: {said!r} → {heard!r} x{times}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
