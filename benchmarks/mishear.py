"""Genuine replies and requests, misheard: how many still arrive, and whether a wrong one ever does.

For each language, level and share of misheard words: how often a person who says the right thing is
understood within two tries, as the product's own code judges it; how often a request reaches the right
contact; and how often something else that people say is taken for a proof.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
import json
import random
import sys
from typing import Any

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.lockout import PIN_TRIES
from custom_components.message_guard.core.pin import pins_said
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    code_challenge,
    interpret,
    phrase_challenge,
)
from custom_components.message_guard.recognition.sentences import load_languages

from .dialogues import Speech, read
from .hearing import Hearing

RATES = (0.05, 0.10, 0.20)
TRIES = 2
GOAL = 0.95
GOAL_RATE = "10%"
GOAL_LEVELS = ("request", "phrase", "code", "pin")

BY_CHARACTER = " by character"
"""Behind a level: misheard character by character, where a script has no spaces. Not part of the goal."""

IN_PAIRS = " in pairs"
LAST_TRY = " with the last try"
"""Behind the level of a PIN: all of them said in pairs, and all three tries. Not part of the goal."""


@dataclass(slots=True)
class Tally:
    """Counts of one language at one rate.

    Attributes:
        accepted: Level (or "request") → genuine attempts that went through within two tries; in a script
            without spaces, request and phrase once more for errors by character (`BY_CHARACTER`), and a
            PIN once more in two other ways (`IN_PAIRS`, `LAST_TRY`).
        tried: Level (or "request") → genuine attempts.
        wrong: Level → utterances that are no proof and were taken for one; "request" → what was said to
            nobody or to others and was taken as a request to a contact.
        wrong_tried: Level → utterances that are no proof; likewise.
        near: Utterances built around the phrase ("yes, do not …") that were heard as the phrase.
        near_tried: Utterances built around the phrase.
    """

    accepted: dict[str, int] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    wrong_tried: dict[str, int] = field(default_factory=dict)
    near: int = 0
    near_tried: int = 0

    def genuine(self, level: str, *, accepted: bool) -> None:
        """Count a genuine attempt."""
        self.tried[level] = self.tried.get(level, 0) + 1
        self.accepted[level] = self.accepted.get(level, 0) + accepted

    def other(self, level: str, *, accepted: bool) -> None:
        """Count an utterance that is no proof."""
        self.wrong_tried[level] = self.wrong_tried.get(level, 0) + 1
        self.wrong[level] = self.wrong.get(level, 0) + accepted

    def as_json(self) -> dict[str, Any]:
        """Return rates of what was accepted, counts of what should not have been."""
        return {
            "accepted": {level: self.accepted[level] / self.tried[level] for level in self.tried},
            "wrong_accepted": dict(self.wrong),
            "wrong_tried": dict(self.wrong_tried),
            "near_accepted": self.near,
            "near_tried": self.near_tried,
        }


class Bench:
    """One language at one rate of errors."""

    def __init__(self, speech: Speech, others: list[str], rate: float, seed: int) -> None:
        """Prepare the ears; `others` is what is said in other languages."""
        known = [speech.phrase, *speech.unrelated]
        self._speech = speech
        self._language: Language = speech.language
        self._hearing = Hearing(speech.language, known, seed)
        self._random = random.Random(seed + 1)
        self._rate = rate
        self._others = [*speech.unrelated, *others]
        self.tally = Tally()

    def run(self, trials: int) -> Tally:
        """Try everything so many times."""
        for _ in range(trials):
            self._request()
            self._proof("phrase", self._phrase)
            if not self._language.spaced:
                self._request(BY_CHARACTER)
                self._proof("phrase" + BY_CHARACTER, self._phrase)
            self._proof("code", self._code)
            self._pin()
            self._unrelated()
            self._near()
        return self.tally

    def _hear(self, text: str) -> str:
        return self._hearing.hear(text, self._rate)

    def _phrase(self) -> tuple[Challenge, str]:
        return phrase_challenge(self._speech.phrase, self._language), self._speech.phrase

    def _code(self) -> tuple[Challenge, str]:
        challenge = code_challenge(self._language, self._random.randrange, "")
        form = self._language.code_forms[0]
        answer = next(
            value
            for value in range(100)
            if " ".join(self._language.proof_words(form.format(number=str(value))))
            in challenge.expected
        )
        number = self._random.choice([self._language.number(answer), str(answer)])
        return challenge, form.replace("{number}", f" {number.replace(' ', '-')}")

    def _proof(self, level: str, ask: Callable[[], tuple[Challenge, str]]) -> None:
        """Ask, hear, and ask once more where that was not it. A no ends it."""
        accepted = False
        for _ in range(TRIES):
            challenge, answer = ask()
            if level.endswith(BY_CHARACTER):
                answer = answer.replace(" ", "")
            verdict = interpret(
                self._hear(answer), challenge, self._language, [self._question(challenge)]
            )
            accepted = verdict is Verdict.PROOF
            if verdict in {Verdict.PROOF, Verdict.DECLINE}:
                break
        self.tally.genuine(level, accepted=accepted)

    def _question(self, challenge: Challenge) -> str:
        return self._language.say(
            challenge.prompt_key,
            recipient=self._speech.said["contacts"][0],
            body="…",
            **challenge.placeholders,
        )

    def _pin(self) -> None:
        """Say a random PIN of four digits, by digits or in pairs as people do."""
        pin = f"{self._random.randrange(10_000):04}"
        said = self._random.choice([" ".join(pin), self._spelt(pin, 1), self._spelt(pin, 2)])
        understood = [self._is_heard(pin, said) for _ in range(PIN_TRIES)]
        self.tally.genuine("pin", accepted=any(understood[:TRIES]))
        self.tally.genuine("pin" + LAST_TRY, accepted=any(understood))
        pin = "".join(self._random.choices("123456789", k=4))
        said = self._spelt(pin, 2)
        understood = [self._is_heard(pin, said) for _ in range(TRIES)]
        self.tally.genuine("pin" + IN_PAIRS, accepted=any(understood))
        self.tally.other("pin", accepted=self._is_heard(pin, self._random.choice(self._others)))

    def _is_heard(self, pin: str, said: str) -> bool:
        return pin in pins_said(self._hear(said), self._language)

    def _spelt(self, pin: str, size: int) -> str:
        parts = [pin[index : index + size] for index in range(0, len(pin), size)]
        if any("0" in part for part in parts if len(part) > 1):
            parts = list(pin)  # "sixty fifteen" is seventy-five in French
        numbers = [self._language.number(int(part)).replace(" ", "-") for part in parts]
        return " ".join(numbers)

    def _request(self, how: str = "") -> None:
        """Say a request to a contact; it counts once it reaches exactly the contacts that were meant."""
        requests = [
            one for which, one in self._speech.said["requests"].items() if which != "stranger"
        ]
        wanted = self._random.choice(requests)
        meant = [self._language.name_key(name) for name in wanted["to"]]
        said = wanted["say"] if how else wanted.get("words", wanted["say"])
        accepted = misdirected = False
        for _ in range(TRIES):
            reached = self._reached(said)
            accepted = reached == meant
            misdirected = misdirected or not set(reached) <= set(meant)
            if accepted:
                break
        self.tally.genuine("request" + how, accepted=accepted)
        self.tally.other("request", accepted=misdirected)

    def _reached(self, said: str) -> list[str]:
        """Return the contacts whom this would be sent to as it is heard; nobody if one is a stranger."""
        recogniser = self._speech.recogniser
        found = recogniser.recognise(self._hear(said))
        if found is None or found.kind != "send":
            return []
        if any(recogniser.contacts.match(to, self._language).unknown for to in found.recipients):
            return []
        return [self._language.name_key(name) for name in found.recipients]

    def _unrelated(self) -> None:
        """Say something else while a proof is awaited, and what is no request while nothing is."""
        for level, ask in (("phrase", self._phrase), ("code", self._code)):
            challenge, _ = ask()
            heard = self._hear(self._random.choice(self._others))
            verdict = interpret(heard, challenge, self._language, [])
            self.tally.other(level, accepted=verdict is Verdict.PROOF)
        other = self._random.choice(self._speech.said["other"])
        self.tally.other("request", accepted=bool(self._reached(other)))

    def _near(self) -> None:
        """Say something built around the phrase, which a dropped word can turn into the phrase."""
        heard = self._hear(self._random.choice(self._speech.around_phrase))
        challenge, _ = self._phrase()
        verdict = interpret(heard, challenge, self._language, [])
        self.tally.near_tried += 1
        self.tally.near += verdict is Verdict.PROOF


def main() -> int:
    """Print a table for people, and one line of JSON last; 1 if something wrong was accepted."""
    parser = argparse.ArgumentParser(prog="scripts/bench mishear", description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, help="of everything (default 1000)")
    parser.add_argument("--language", action="append", help="only these; may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print nothing but the last line")
    options = parser.parse_args()
    languages = load_languages()
    speeches = {language.code: read(languages, language.code) for language in languages}
    results: dict[str, dict[str, Any]] = {}
    for rate in RATES:
        results[f"{rate:.0%}"] = by_language = {}
        for code, speech in speeches.items():
            if options.language and code not in options.language:
                continue
            others = [other.phrase for other in speeches.values() if other is not speech]
            tally = Bench(speech, others, rate, options.seed).run(options.trials)
            by_language[code] = tally.as_json()
            if not options.json:
                _print_row(code, rate, by_language[code])
    wrong = sum(
        sum(row["wrong_accepted"].values()) for rows in results.values() for row in rows.values()
    )
    missed = misses(results[GOAL_RATE])
    summary = {
        "trials": options.trials,
        "tries": TRIES,
        "wrong_accepted": wrong,
        "goal": GOAL,
        f"goal_met_at_{GOAL_RATE}": not missed,
        f"below_goal_at_{GOAL_RATE}": missed,
        "rates": results,
    }
    if not options.json:
        _print_verdict(results[GOAL_RATE], missed)
    print(json.dumps(summary, sort_keys=True))
    return int(wrong > 0)


def misses(rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every language and level that is understood less often than the goal asks for."""
    return [
        {"language": code, "level": level, "accepted": row["accepted"][level]}
        for code, row in rows.items()
        for level in GOAL_LEVELS
        if row["accepted"][level] < GOAL
    ]


def _print_verdict(rows: dict[str, dict[str, Any]], missed: list[dict[str, Any]]) -> None:
    print(f"goal: {GOAL:.0%} within {TRIES} tries at {GOAL_RATE}, of each level in each language")
    for level in GOAL_LEVELS:
        below = [
            f"{one['language']} {one['accepted']:.1%}" for one in missed if one["level"] == level
        ]
        met = len(rows) - len(below)
        print(
            f"  {level:8} {met} of {len(rows)}" + (f"; below: {', '.join(below)}" if below else "")
        )


def _print_row(code: str, rate: float, row: dict[str, Any]) -> None:
    accepted = "  ".join(f"{level} {share:7.1%}" for level, share in row["accepted"].items())
    wrong = sum(row["wrong_accepted"].values())
    tried = sum(row["wrong_tried"].values())
    print(
        f"{code:8} {rate:4.0%} of words misheard   understood within {TRIES} tries: {accepted}   "
        f"wrong: {wrong} of {tried}   near misses heard as the phrase: "
        f"{row['near_accepted']} of {row['near_tried']}",
        file=sys.stdout,
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
