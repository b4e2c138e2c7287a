"""Background talk: how often it is taken for a proof or a request, and how often a message would go out.

Every utterance is tried as the reply to a question of each level, and as a request. Then a request is
forced every so many utterances, and the talk that follows is said to the real guarded agent of a Home
Assistant, one whole turn for each utterance: one Home Assistant for each processor, each with its share.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
import json
import logging
import multiprocessing
import os
from pathlib import Path
import secrets
import sys
import time
from typing import Any

from homeassistant.components.conversation import ConversationResult

from custom_components.message_guard.core import prompts
from custom_components.message_guard.core.code import is_code_guess
from custom_components.message_guard.core.confirmation import TRIES
from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.echo import is_like_echo
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.pin import pins_said
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    code_challenge,
    interpret,
    is_echo,
    phrase_challenge,
)
from custom_components.message_guard.core.said import Said
from custom_components.message_guard.recognition.sentences import Languages, load_languages

from .bounds import upper_bound
from .corpus import BASELINES, Utterance, read
from .house import CONTACTS, House, guarded_house

PHRASE = "yes, send the message"
PIN = "7305"
BODY = "dinner is ready"

ASKED: Mapping[str, str] = {
    "Mum": BODY,
    "Ben": "I will pick up the kids after school today",
    "my sister": "can you buy milk and eggs",
    "Christopher": "the plumber is coming at nine tomorrow morning",
    "the neighbours": "we are going to the beach",
    "Uncle Joe": "please call me back when you can",
    "Emma": "do you want to have dinner with us on Sunday",
    "Dr. Miller": "the train is late, so start without me",
}
"""Messages about which the house has asked: how often talk sounds like such a question."""

SECONDS_APART = 2.5
"""Time from one utterance to the next, as in conversation."""

SECONDS_BETWEEN_REQUESTS = 25 * 3600.0
"""So that neither rate limits nor lock-outs refuse the next request before it is asked."""


@dataclass(slots=True)
class Result:
    """What came of it.

    Attributes:
        utterances: How many there were.
        accepted: Level → utterances that would have proved it.
        requests: Utterances taken as a request to send.
        echoes: Utterances that sound like a question of ours, without being a piece of it.
        code_guesses: Utterances in the form of a code's answer, of whatever number: each ends a request.
        pin_guesses: Utterances that said as many digits as the PIN has, and so were a guess at it.
        baselines: Baseline → utterances it would have taken for a yes.
        forced: Level → requests that were forced and asked for a proof.
        refused: Forced requests that were refused instead of asked.
        false_sends: Level → messages that arrived.
        baseline_sends: Baseline → forced requests that it would have sent.
    """

    utterances: int = 0
    accepted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CONTACTS.values(), 0))
    requests: int = 0
    echoes: int = 0
    code_guesses: int = 0
    pin_guesses: int = 0
    baselines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BASELINES, 0))
    forced: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CONTACTS.values(), 0))
    refused: int = 0
    false_sends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CONTACTS.values(), 0))
    baseline_sends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BASELINES, 0))

    @property
    def forced_requests(self) -> int:
        """Requests that were forced and asked for a proof."""
        return sum(self.forced.values())

    @property
    def all_false_sends(self) -> int:
        """Messages that arrived, of all levels."""
        return sum(self.false_sends.values())

    def add(self, part: Result) -> None:
        """Add what came of a share of the forced requests."""
        for level, count in part.forced.items():
            self.forced[level] += count
        for name, count in part.baseline_sends.items():
            self.baseline_sends[name] += count
        self.refused += part.refused
        for level, count in part.false_sends.items():
            self.false_sends[level] += count

    def as_json(self) -> dict[str, Any]:
        """Return the summary. Bounds are rates: of an utterance, and of a forced request."""
        return {
            "utterances": self.utterances,
            "forced_requests": self.forced_requests,
            "forced_by_level": self.forced,
            "refused_before_asking": self.refused,
            "false_sends": self.all_false_sends,
            "false_sends_by_level": self.false_sends,
            "accepted": self.accepted,
            "requests": self.requests,
            "echoes": self.echoes,
            "code_guesses": self.code_guesses,
            "pin_guesses": self.pin_guesses,
            "baselines": {
                name: {
                    "accepted": self.baselines[name],
                    "accepted_rate": self.baselines[name] / max(self.utterances, 1),
                    "false_sends": self.baseline_sends[name],
                    "false_send_rate": self.baseline_sends[name] / max(self.forced_requests, 1),
                }
                for name in BASELINES
            },
            "upper_bound_95": {
                "accepted_per_utterance": {
                    level: upper_bound(count, self.utterances)
                    for level, count in self.accepted.items()
                },
                "echo_per_utterance": upper_bound(self.echoes, self.utterances),
                "code_guess_per_utterance": upper_bound(self.code_guesses, self.utterances),
                "request_per_utterance": upper_bound(self.requests, self.utterances),
                "false_send_per_forced_request": upper_bound(
                    self.all_false_sends, self.forced_requests
                ),
                "false_send_per_forced_request_by_level": {
                    level: upper_bound(count, self.forced[level])
                    for level, count in self.false_sends.items()
                },
            },
        }


# --- every utterance by itself --------------------------------------------------------------------


def try_each(utterances: Sequence[Utterance], languages: Languages, result: Result) -> None:
    """Try every utterance as a proof of each level, as a request, and on the baselines."""
    language = languages.get("en")
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    book = AddressBook(Contact(id=name, name=name, channel=channel) for name in CONTACTS)
    recogniser = languages.recogniser("en", book)
    if language is None or recogniser is None:
        raise RuntimeError("there is no English language file")
    phrase = phrase_challenge(PHRASE, language)
    asking, awaiting = _questions(language)
    for utterance in _progress(utterances, "each utterance by itself"):
        text = utterance.text
        result.utterances += 1
        result.accepted["phrase"] += _proves(text, phrase, language)
        result.accepted["code"] += _proves(
            text, code_challenge(language, secrets.randbelow, BODY), language
        )
        result.code_guesses += is_code_guess(text, language)
        result.echoes += _is_like_echo(text, language, asking, awaiting)
        pins = pins_said(text, language)
        result.accepted["pin"] += PIN in pins
        result.pin_guesses += any(len(pin) == len(PIN) for pin in pins)
        found = recogniser.recognise(text)
        result.requests += found is not None and found.kind == "send"
        for name, takes in BASELINES.items():
            result.baselines[name] += takes(text)


def _questions(language: Language) -> tuple[list[Said], list[Said]]:
    """Return what asks for a proof, and what asks for the words of a message."""
    numbers = {"a": language.number(30), "b": language.number(47)}
    levels = ("question_phrase", "question_code", "question_pin")
    asking = [
        *(language.say(levels[0], recipient=name, body=body) for name, body in ASKED.items()),
        *(
            language.say(key, recipient="Mum", body=BODY, **numbers)
            for level in levels
            for key in prompts.asking(level)
        ),
    ]
    awaiting = [Said(language.say("ask_body", recipient=name)) for name in ASKED]
    return [Said(text) for text in dict.fromkeys(asking)], awaiting


def _is_like_echo(
    text: str, language: Language, asking: Sequence[str], awaiting: Sequence[str]
) -> bool:
    """Return whether an utterance sounds like one of our questions; what is a piece of one word for word is left out."""
    like = is_like_echo(text, language, asking) or is_like_echo(
        text, language, awaiting, words_awaited=True
    )
    return like and not is_echo(text, language, (*asking, *awaiting))


def _proves(text: str, challenge: Challenge, language: Language) -> bool:
    question = language.say(
        challenge.prompt_key, recipient="Mum", body=BODY, **challenge.placeholders
    )
    return interpret(text, challenge, language, [question]) is Verdict.PROOF


# --- forced requests, and the talk that follows ---------------------------------------------------------


type Talk = list[Utterance]
"""Utterances that follow one another in one dialogue."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one process does.

    Attributes:
        first: Which of all forced requests its first one is.
        talks: What follows each of its requests.
    """

    first: int
    talks: Sequence[Talk]


def shares(talks: Sequence[Talk], jobs: int) -> list[Share]:
    """Return what each of so many processes does; together all of it, once."""
    each = -(-len(talks) // max(jobs, 1)) or 1
    return [Share(first, talks[first : first + each]) for first in range(0, len(talks), each)]


def force_all(utterances: Sequence[Utterance], every: int, jobs: int, result: Result) -> None:
    """Force a request every so many utterances, in so many processes, and add up what came of it."""
    parts = shares(list(_dialogues(utterances, every)), jobs)
    # Spawned, because a Home Assistant does not survive a fork.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=spawned) as pool:
        for part in pool.map(_force, parts):
            result.add(part)


def _force(share: Share) -> Result:
    logging.disable(logging.WARNING)
    result = Result()
    asyncio.run(force(share, result))
    return result


async def force(share: Share, result: Result) -> None:
    """Force requests, and say what follows to the guarded agent."""
    async with guarded_house(PHRASE, PIN) as house:
        await _check(house)
        names = list(CONTACTS)
        talks = _progress(share.talks, "dialogues") if share.first == 0 else share.talks
        for number, talk in enumerate(talks, share.first):
            house.clock.pass_on(SECONDS_BETWEEN_REQUESTS)
            name = names[number % len(names)]
            asked = await house.say(f"tell {name} that {BODY}", None)
            if not asked.continue_conversation:
                result.refused += 1
                continue
            result.forced[CONTACTS[name]] += 1
            replies = [utterance.text for utterance in talk]
            for baseline, takes in BASELINES.items():
                result.baseline_sends[baseline] += any(map(takes, replies[:TRIES]))
            for reply in replies:
                house.clock.pass_on(SECONDS_APART)
                await house.say(reply, asked.conversation_id)
        for name, _ in house.received:
            result.false_sends[CONTACTS[name]] += 1


async def _check(house: House) -> None:
    """Make sure that genuine proofs do send, or the zero at the end would mean nothing."""
    for name, level in CONTACTS.items():
        asked = await house.say(f"tell {name} that {BODY}", None)
        proof = {"phrase": PHRASE, "code": house.answer_of_code(), "pin": PIN}[level]
        sent = await house.say(proof, asked.conversation_id)
        if house.received != [(name, BODY)]:
            raise RuntimeError(f"a genuine message did not arrive: {_speech(sent)!r}")
        house.received.clear()


def _speech(answer: ConversationResult) -> str:
    return str(answer.response.speech.get("plain", {}).get("speech", ""))


def _dialogues(utterances: Sequence[Utterance], every: int) -> Iterator[list[Utterance]]:
    """Yield runs of at most `every` utterances that follow one another in one dialogue."""
    run: list[Utterance] = []
    for utterance in utterances:
        if run and (len(run) == every or run[-1].dialogue != utterance.dialogue):
            yield run
            run = []
        run.append(utterance)
    if run:
        yield run


# --- printing -----------------------------------------------------------------------------------------


def _progress[Item](items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items, and show on standard error how far it is."""
    started = shown = time.monotonic()
    for number, item in enumerate(items):
        if (now := time.monotonic()) - shown > 2:
            shown = now
            left = (now - started) / max(number, 1) * (len(items) - number)
            print(
                f"\r{what}: {number:,} of {len(items):,}, {left:,.0f} s left   ",
                end="",
                file=sys.stderr,
                flush=True,
            )
        yield item
    print(f"\r{what}: {len(items):,} in {time.monotonic() - started:,.0f} s   ", file=sys.stderr)


def _print(result: Result) -> None:
    summary = result.as_json()
    bounds = summary["upper_bound_95"]
    total = max(result.utterances, 1)
    print(f"{result.utterances:,} utterances of background talk, each as the whole reply")
    for name, counts in summary["baselines"].items():
        words = name.replace("_", " ")
        print(f"  yes or no, {words:16} {counts['accepted']:9,}   {counts['accepted_rate']:9.3%}")
    for level, count in result.accepted.items():
        bound = bounds["accepted_per_utterance"][level]
        print(
            f"  {level:27} {count:9,}   {count / total:9.3%}   95 % sure: below {bound:.2g} per utterance"
        )
    print(f"  taken as a request to send  {result.requests:9,}   {result.requests / total:9.3%}")
    alike = bounds["echo_per_utterance"]
    print(
        f"  sounds like a question      {result.echoes:9,}   {result.echoes / total:9.3%}"
        f"   95 % sure: below {alike:.2g} per utterance"
    )
    guessed = bounds["code_guess_per_utterance"]
    print(
        f"  in a code's form            {result.code_guesses:9,}   (each one guess in thirty at most)"
        f"   95 % sure: below {guessed:.2g} per utterance"
    )
    print(
        f"  digits as long as the PIN   {result.pin_guesses:9,}   (each one guess in ten thousand)"
    )
    print(f"{result.forced_requests:,} requests forced, the talk that follows as replies")
    for name, counts in summary["baselines"].items():
        words = name.replace("_", " ")
        print(
            f"  yes or no, {words:16} {counts['false_sends']:9,}   {counts['false_send_rate']:9.3%} sent"
        )
    by_level = bounds["false_send_per_forced_request_by_level"]
    rows = [
        (level, count, result.forced[level], by_level[level])
        for level, count in result.false_sends.items()
    ]
    of_all = bounds["false_send_per_forced_request"]
    for name, count, forced, bound in (
        *rows,
        ("Message Guard", result.all_false_sends, result.forced_requests, of_all),
    ):
        print(
            f"  {name:27} {count:9,}   {count / max(forced, 1):9.3%} sent, of {forced:,}"
            f"   95 % sure: below {bound:.2g} per forced request"
        )


def main() -> int:
    """Print what came of it; 1 if background talk proved or sent anything."""
    parser = argparse.ArgumentParser(prog="scripts/bench ambient", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="dialogue, speaker, utterance")
    parser.add_argument("--limit", type=int, help="only so many utterances")
    parser.add_argument("--every", type=int, default=10, help="utterances for each forced request")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", action="store_true", help="print nothing but the last line")
    options = parser.parse_args()
    # What is refused is logged; thousands of refusals are what is measured here.
    logging.disable(logging.WARNING)
    started = time.monotonic()
    utterances = read(options.corpus, options.limit)
    result = Result()
    try_each(utterances, load_languages(), result)
    force_all(utterances, options.every, options.jobs, result)
    if not options.json:
        _print(result)
        print(f"{time.monotonic() - started:,.0f} s in {options.jobs} processes")
    print(json.dumps(result.as_json(), sort_keys=True))
    return int(result.all_false_sends > 0 or any(result.accepted.values()))


if __name__ == "__main__":
    sys.exit(main())
