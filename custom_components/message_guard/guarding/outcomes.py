"""What is said of deliveries: no more than is known of them, and of each recipient what is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Recipient
from ..core.language import Language
from ..core.outcome import Outcome, Reach
from ..core.question import join_all, join_names
from ..ledger.format.entries import Kind

CUT_OFF = "stopped"
"""Reason of a delivery that was ended from our side, since the guard stops."""

_KINDS = {
    Reach.ARRIVED: Kind.DELIVERED,
    Reach.SENT: Kind.DELIVERED,
    Reach.HANDED_OVER: Kind.HANDED_OVER,
    Reach.UNKNOWN: Kind.UNKNOWN,
    Reach.FAILED: Kind.FAILED,
}

_TAKEN = {Reach.ARRIVED: "sent", Reach.SENT: "sent", Reach.HANDED_OVER: "handed_over"}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the delivery to one recipient."""

    recipient: Recipient
    outcome: Outcome


def under_way(recipients: tuple[Recipient, ...], words: Language, *, patient: bool) -> Answer:
    """Return that it takes long; `patient` where it may rightly do so, and nothing will be told."""
    key = "running" if patient else "under_way"
    text = words.say(key, recipient=join_names(recipients, words))
    return Answer(kind=AnswerKind.UNDER_WAY, text=text)


def answer(results: Iterable[Result], words: Language) -> Answer:
    """Return what became of the deliveries of one question, the best news first."""
    found = sorted(results, key=lambda result: tuple(Reach).index(result.outcome.reach))
    sentences: dict[str, list[Result]] = {}
    for result in found:
        sentences.setdefault(_key(result.outcome, words), []).append(result)
    parts = [
        words.say(key, recipient=join_names(tuple(item.recipient for item in alike), words))
        for key, alike in sentences.items()
    ]
    missed = [name for result in found for name in result.outcome.missed]
    unsure = [name for result in found for name in result.outcome.unsure]
    if missed:
        parts.append(words.say("but_missed", recipient=join_all(missed, words)))
    if unsure:
        parts.append(words.say("but_unsure", recipient=join_all(unsure, words)))
    reasons = dict.fromkeys(reason for result in found for reason in result.outcome.reasons)
    return Answer(kind=_kind(found), text=" ".join(parts), reasons=tuple(reasons))


def _key(outcome: Outcome, words: Language) -> str:
    if outcome.taken:
        return _TAKEN[outcome.reach]
    if outcome.reach is Reach.UNKNOWN:
        return "arrival_unknown"
    keys = (f"failed_{reason}" for reason in outcome.reasons)
    return next((key for key in keys if words.has(key)), "delivery_failed")


def _kind(results: list[Result]) -> AnswerKind:
    if all(result.outcome.whole for result in results):
        return AnswerKind.SENT
    if all(result.outcome.reach is Reach.FAILED for result in results):
        return AnswerKind.FAILED
    return AnswerKind.UNKNOWN


def kind_of(outcome: Outcome) -> Kind:
    """Return what the ledger calls it. Where some were reached and some were not, nobody knows the whole."""
    if CUT_OFF in outcome.reasons:
        return Kind.INTERRUPTED
    return Kind.UNKNOWN if _is_partly(outcome) else _KINDS[outcome.reach]


def reasons_of(outcome: Outcome) -> tuple[str, ...]:
    """Return what the ledger is told beside that."""
    return ("partly", *outcome.reasons) if _is_partly(outcome) else outcome.reasons


def _is_partly(outcome: Outcome) -> bool:
    return outcome.taken and not outcome.whole
