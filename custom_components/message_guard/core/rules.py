"""The rules that a household composes its policy from.

Each contributes a level and a reason, or nothing; none can take anything back. Ids of reasons are
translated in the UI and put into few words by the language files.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .level import Level
from .policy import REASON_UNKNOWN_RECIPIENT, Demand, Facts, Rule
from .request import Request, Route
from .text import is_blank, reorders

REASON_EMPTY_BODY = "empty_body"

ONLY_WHERE_ASKED = frozenset({REASON_UNKNOWN_RECIPIENT, REASON_EMPTY_BODY})
"""Why nobody could be asked about a message; what the household has chosen once and for all is not asked about."""

RATE = "rate"
"""Signal: too much was asked or sent in a short time."""
DRAFT_LANGUAGE = "draft_language"
"""Signal: nobody who speaks the turn's language has checked its file: what was understood needs eyes."""

EARS_INVENT = "ears_invent"
"""Signal: what hears this place writes the household's phrase, or requests, out of silence: the phrase is no proof."""

EARS_INVENT_CODE = "ears_invent_code"
"""Signal: it writes answers of codes, so neither a phrase nor a code is a proof."""

SPOKEN_ALOUD_CHARACTERS = 500
"""A body longer than this is not read back in one good question (about 35 s of speech), so not sent."""


@dataclass(frozen=True, slots=True)
class DefaultLevel:
    """What every message needs."""

    level: Level

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand the household's level."""
        return Demand(self.level, "default_level")


@dataclass(frozen=True, slots=True)
class ContactLevel:
    """What this contact needs."""

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand the contact's own level, if it has one."""
        if facts.contact is None or facts.contact.level is None:
            return None
        return Demand(facts.contact.level, "contact_level")


@dataclass(frozen=True, slots=True)
class ModelLevel:
    """A language model asked: stricter than the same sentence spoken.

    Attributes:
        rules: Everything else that applies; their strictest level is what is raised.
        steps: How many provable levels higher (0: no difference).
        satisfiable: Levels that can be proved; others are passed over.
    """

    rules: tuple[Rule, ...]
    steps: int
    satisfiable: frozenset[Level]

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand the next provable level above the strictest of the others."""
        if not (request.by_model or request.route is Route.LLM_TOOL):
            return None
        found = [demand for rule in self.rules if (demand := rule.demand(request, facts))]
        base = max((demand.level for demand in found), default=Level.NONE)
        higher = sorted(level for level in self.satisfiable if base < level < Level.BLOCK)
        if not self.steps or not higher:
            return Demand(base, "model")
        return Demand(higher[min(self.steps, len(higher)) - 1], "model")


@dataclass(frozen=True, slots=True)
class ReadableContent:
    """What cannot be read aloud cannot be confirmed by ear.

    A person's own automation may carry extra fields, which the question names; a model's request
    may not: nobody has ever seen them. A short title is read aloud with the message.
    """

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Block an empty or endless body, words in disguise, and a model's extra fields."""
        if is_blank(request.content.body):
            return Demand(Level.BLOCK, REASON_EMPTY_BODY)
        if len(request.content.body) > SPOKEN_ALOUD_CHARACTERS:
            return Demand(Level.BLOCK, "too_long")
        # Our own channels carry words alone: only a call that is made as it stands brings its title.
        held = request.held_call is not None
        if request.by_model and (request.content.unread if held else request.content.extras):
            return Demand(Level.BLOCK, "unreadable_content")
        if any(map(reorders, (request.content.body, *request.content.texts))):
            return Demand(Level.BLOCK, "unreadable_content")
        return None


@dataclass(frozen=True, slots=True)
class TextFromOutside:
    """Text that an automation has handed on, from a chat that is wired to Assist, say.

    Whoever may write there can ask, and a proof that is typed there stands in its history. So somebody who may
    approve has to look.
    """

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand a device for what nobody in the house has said or typed."""
        return Demand(Level.DEVICE, "from_outside") if request.origin.from_outside else None


@dataclass(frozen=True, slots=True)
class Signal:
    """A risk signal of the home, such as media playing where the satellite stands.

    Attributes:
        name: The signal's id.
        level: What a request needs while the signal is there.
        firm: That level and no other, whether it can be proved or not.
        reason: Why, unless its id says that.
    """

    name: str
    level: Level
    firm: bool = False
    reason: str | None = None

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Demand the signal's level while the home reports it, or the nearest that can be proved now.

        A risk raises what is asked for. Where it would ask for what nobody can do here, such as a tap while
        no phone has the app, the next stricter level counts, and where there is none the strictest of all.
        """
        if self.name not in facts.signals:
            return None
        level = self.level if self.firm else nearest(facts.provable, self.level)
        return Demand(level, self.reason or self.name)


def nearest(provable: frozenset[Level], level: Level) -> Level:
    """Return the level itself if it can be proved, else the next stricter that can, else the strictest."""
    if level in provable or level in {Level.NONE, Level.BLOCK}:
        return level
    stricter = [other for other in provable if level < other < Level.BLOCK]
    return min(stricter) if stricter else max((o for o in provable if o < level), default=level)


def strictest(
    rules: Iterable[Rule], model_steps: int, satisfiable: frozenset[Level]
) -> tuple[Rule, ...]:
    """Return the rules of a household, with those that no household goes without.

    Args:
        rules: What the household chose.
        model_steps: How many provable levels a model's request is raised by.
        satisfiable: Levels that somebody in this household can prove.
    """
    base: tuple[Rule, ...] = (
        ReadableContent(),
        ContactLevel(),
        TextFromOutside(),
        Signal(RATE, Level.BLOCK),
        Signal(DRAFT_LANGUAGE, Level.DEVICE, firm=True),
        Signal(EARS_INVENT, Level.CODE),
        Signal(EARS_INVENT_CODE, Level.PIN, firm=True, reason=EARS_INVENT),
        *rules,
    )
    return (*base, ModelLevel(base, model_steps, satisfiable))
