"""Policy: how much proof a send needs.

The strictest rule wins. A rule contributes a level and a reason; the level of a request is the
highest that any rule demands, so adding a rule can only make a decision stricter and the order of
rules never matters. A rule that raises counts as `Level.BLOCK`: a doubt is a refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from .contacts import Contact
from .level import Level
from .request import Request


@dataclass(frozen=True, slots=True)
class Demand:
    """What one rule asks for: a level, and the reason by its id."""

    level: Level
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a request when it is decided.

    Attributes:
        contact: The allowlisted recipient, None when nobody on the list matches.
        ambiguous: More than one contact matches.
        language_known: There is a language file for the turn's language.
        now: Seconds since the epoch, UTC.
        local_minute: Minutes since local midnight.
        signals: Risk signals that the home reports, such as "media_playing" or "nobody_home".
        locked: Levels whose proof is locked after wrong tries.
        tappable: Somebody who may approve has something to tap on: a phone with the app, or a button.
        on_phone: That is a phone; else a tap is on a screen with Message Guard's page, or on a button.
        provable: Levels that can be proved at this moment, which is for what nobody has chosen (`Signal`).
    """

    contact: Contact | None = None
    ambiguous: bool = False
    language_known: bool = True
    now: float = 0.0
    local_minute: int = 0
    signals: frozenset[str] = frozenset()
    locked: frozenset[Level] = frozenset()
    tappable: bool = True
    on_phone: bool = True
    provable: frozenset[Level] = frozenset(Level)

    def about(
        self, contact: Contact | None, *, ambiguous: bool = False, language_known: bool = True
    ) -> Facts:
        """Return the same facts about this recipient."""
        return replace(self, contact=contact, ambiguous=ambiguous, language_known=language_known)


class Rule(Protocol):
    """Anything that contributes a level and a reason."""

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Return what this rule asks for, or None where it does not apply."""


class Outcome(StrEnum):
    """What a decision says."""

    SEND = "send"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the policy to one request.

    Attributes:
        outcome: Send at once, ask for proof, or refuse.
        level: The level demanded; `BLOCK` for every refusal.
        reasons: Ids of everything that demanded this level, sorted; what comes out of it is the same
            whatever the order of the rules.
        errors: Types of the errors that rules raised, sorted.
    """

    outcome: Outcome
    level: Level
    reasons: tuple[str, ...]
    errors: tuple[str, ...] = ()

    def at_least(self, level: Level, *reasons: str) -> Decision:
        """Return the decision to ask for this level or more, for these reasons as well."""
        every = tuple(dict.fromkeys((*reasons, *self.reasons)))
        return Decision(Outcome.CONFIRM, max(self.level, level), every, self.errors)


REASON_UNKNOWN_RECIPIENT = "unknown_recipient"
REASON_AMBIGUOUS_RECIPIENT = "ambiguous_recipient"
REASON_UNKNOWN_LANGUAGE = "unknown_language"
REASON_RULE_ERROR = "rule_error"
REASON_UNSATISFIABLE = "unsatisfiable"
REASON_LOCKED = "locked"


def decide(
    request: Request, facts: Facts, rules: Iterable[Rule], satisfiable: frozenset[Level]
) -> Decision:
    """Decide about one request.

    Args:
        request: What somebody, or something, wants to send.
        facts: What is known about it.
        rules: All that may apply, in any order.
        satisfiable: Levels that somebody in this household can prove today. A level outside of it
            is refused rather than replaced by another one.

    Returns:
        The decision. This function does not raise: a rule that does is a demand to block.
    """
    demands, errors = _collect(request, facts, rules)
    level = max((demand.level for demand in demands), default=Level.BLOCK)
    reasons = {demand.reason for demand in demands if demand.level == level}
    if level is Level.BLOCK:
        return _refusal(reasons or {"no_rule"}, errors)
    if level is not Level.NONE and level not in satisfiable:
        return _refusal(reasons | {REASON_UNSATISFIABLE, f"level_{level.label}"}, errors)
    if level in facts.locked:
        return _refusal(reasons | {REASON_LOCKED}, errors)
    outcome = Outcome.SEND if level is Level.NONE else Outcome.CONFIRM
    return Decision(outcome, level, tuple(sorted(reasons)), errors)


def joint(decisions: Iterable[Decision]) -> Decision:
    """Return one decision for requests that share one proof: the strictest of theirs."""
    found = tuple(decisions)
    level = max(decision.level for decision in found)
    strictest = [decision for decision in found if decision.level == level]
    return Decision(
        strictest[0].outcome,
        level,
        tuple(sorted({reason for decision in strictest for reason in decision.reasons})),
        tuple(sorted({error for decision in found for error in decision.errors})),
    )


def _collect(
    request: Request, facts: Facts, rules: Iterable[Rule]
) -> tuple[list[Demand], tuple[str, ...]]:
    demands = list(_allowlist(facts))
    errors: set[str] = set()
    for rule in rules:
        try:
            demand = rule.demand(request, facts)
            if demand is not None:
                demands.append(Demand(Level(demand.level), str(demand.reason)))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a rule, the answer is no
            errors.add(type(error).__name__)
            demands.append(Demand(Level.BLOCK, REASON_RULE_ERROR))
    return demands, tuple(sorted(errors))


def _allowlist(facts: Facts) -> Iterable[Demand]:
    """The rules that no household can switch off."""
    if not facts.language_known:
        yield Demand(Level.BLOCK, REASON_UNKNOWN_LANGUAGE)
    if facts.ambiguous:
        yield Demand(Level.BLOCK, REASON_AMBIGUOUS_RECIPIENT)
    elif facts.contact is None:
        yield Demand(Level.BLOCK, REASON_UNKNOWN_RECIPIENT)


def _refusal(reasons: set[str], errors: tuple[str, ...]) -> Decision:
    return Decision(Outcome.REFUSE, Level.BLOCK, tuple(sorted(reasons)), errors)
