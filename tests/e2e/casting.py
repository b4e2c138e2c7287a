"""Which cases of the corpus are played end to end, where, and on which ways."""

from collections.abc import Iterator
from typing import Any

from tests.corpus.play import HANDED_ON, ROUTES, Case, cases

SHORT_SECONDS = 10
"""A case that waits for longer is played beside the others, in tests/e2e/test_corpus_waits.py."""
LONGEST_SECONDS = 302
"""A case that waits for longer is played on the core and in one process only: the clock is real here."""

_ON_MORE_WAYS = ("attacks", "genuine")
"""Files whose cases are played on one more way than the sentence, on all of them in turn."""


def steps(case: Case) -> Iterator[tuple[str, Any]]:
    """Yield what happens, as verb and value."""
    for step in case.steps:
        yield next(iter(step.items())) if isinstance(step, dict) else (step, None)


def waits(case: Case) -> float:
    """Return for how many seconds a case waits in all."""
    return sum(float(value) for verb, value in steps(case) if verb == "wait")


def needs_model(case: Case) -> bool:
    """Return whether the agent that the home had before has to be one that can be listened to."""
    return any(verb in HANDED_ON for verb, _ in steps(case))


def asked_for(case: Case) -> set[str]:
    """Return everybody whom a case asks for."""
    names = {case.to}
    for verb, value in steps(case):
        if verb == "ask" and isinstance(value, dict):
            to = value.get("to", [])
            names |= {to} if isinstance(to, str) else {*to}
    return names


def lasting_names() -> list[str]:
    """Return the names of contacts that may be there in every case: no case is about their absence."""
    asked = [(to, case.contacts) for case in cases() for to in asked_for(case)]
    missing = {to for to, names in asked if to not in names}
    wanted = dict.fromkeys(name for case in cases() for name in case.contacts)
    return [name for name in wanted if name not in missing]


def bodies(case: Case) -> set[str]:
    """Return the words of its messages that could be nobody else's: two words and more."""
    asked = [value for verb, value in steps(case) if verb == "ask" and isinstance(value, dict)]
    found = {case.body, *(value["body"] for value in asked if "body" in value)}
    found |= {value for verb, value in steps(case) if verb == "incoming" and "{" not in value}
    return {body for body in found if " " in body}


def short() -> list[tuple[Case, str]]:
    """Return the cases that wait for nothing, each with every way that it is played on.

    The sentence is one of them wherever a case can be said in one.
    """
    found: list[tuple[Case, str]] = []
    for number, case in enumerate(case for case in cases() if waits(case) <= SHORT_SECONDS):
        first, *others = case.routes
        found.append((case, first))
        more = [route for route in others if _can_be_played(case, route)]
        if more and first == ROUTES[0]:
            found.append((case, more[number % len(more)]))
    return found


def long() -> Iterator[Case]:
    """Yield the cases that wait."""
    return (case for case in cases() if SHORT_SECONDS < waits(case) <= LONGEST_SECONDS)


def _can_be_played(case: Case, route: str) -> bool:
    """Return whether a case can be played on a way that is not the sentence, and says more there."""
    if not case.id.startswith(_ON_MORE_WAYS) or any(verb == "restart" for verb, _ in steps(case)):
        return False
    # What a wildcard of Home Assistant's sentences matches loses its commas, and names its target.
    by_wildcard = route in {"intent", "action"}
    return not (by_wildcard and ("," in str(bodies(case)) or case.contacts))
