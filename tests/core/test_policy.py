"""The strictest rule wins, whatever the order, whatever breaks."""

from dataclasses import dataclass

from hypothesis import example, given, strategies as st
import pytest

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.policy import (
    Decision,
    Demand,
    Facts,
    Outcome,
    decide,
    joint,
)
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.core.rules import (
    SPOKEN_ALOUD_CHARACTERS,
    ContactLevel,
    DefaultLevel,
    ModelLevel,
    ReadableContent,
    Signal,
)

ALL = frozenset(Level) - {Level.BLOCK}
ANNA = Contact(
    id="anna",
    name="Anna",
    channel=Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.anna",)),
)


def request(body: str = "I am late", **more: object) -> Request:
    """Return a request."""
    return Request(
        **{
            "id": "r",
            "route": Route.SENTENCE,
            "origin": Origin(satellite_id="assist_satellite.kitchen"),
            "recipient": "Anna",
            "content": Content(body=body),
            "created_at": 0.0,
            **more,
        }
    )


@dataclass(frozen=True)
class Fixed:
    """A rule that always says the same, or breaks."""

    level: Level | None
    reason: str = "fixed"

    def demand(self, request: Request, facts: Facts) -> Demand | None:
        """Say it."""
        if self.level is None:
            raise LookupError
        return Demand(self.level, self.reason)


RULES = st.builds(
    Fixed,
    st.one_of(st.none(), st.sampled_from(Level)),
    st.sampled_from(["hours", "contact", "satellite", "default"]),
)
SATISFIABLE = st.frozensets(st.sampled_from(sorted(ALL)))
FACTS = st.builds(
    Facts,
    contact=st.sampled_from([None, ANNA]),
    ambiguous=st.booleans(),
    language_known=st.booleans(),
)


def demanded(decision: Decision) -> Level:
    """Return the level that was asked for, also where nobody can prove it and it is refused."""
    named = [reason.removeprefix("level_") for reason in decision.reasons if "level_" in reason]
    labels = {level.label for level in Level}
    return max((Level.from_label(n) for n in named if n in labels), default=decision.level)


@given(FACTS, st.lists(RULES), RULES, SATISFIABLE)
@example(Facts(contact=ANNA), [Fixed(Level.PHRASE)], Fixed(Level.CODE), frozenset({Level.CODE}))
def test_adding_a_rule_never_lowers_a_level(
    facts: Facts, rules: list[Fixed], more: Fixed, satisfiable: frozenset[Level]
) -> None:
    """Nor turns a refusal into anything else, but for one that a stricter, provable level answers."""
    before = decide(request(), facts, rules, satisfiable)
    after = decide(request(), facts, [*rules, more], satisfiable)
    if before.reasons == ("no_rule",):
        return
    assert demanded(after) >= demanded(before)
    if before.outcome is Outcome.REFUSE and "unsatisfiable" not in before.reasons:
        assert after.outcome is Outcome.REFUSE
    if before.outcome is Outcome.CONFIRM:
        assert after.outcome is not Outcome.SEND


@given(FACTS, st.lists(RULES), SATISFIABLE, st.randoms())
def test_the_order_of_rules_makes_no_difference(
    facts: Facts, rules: list[Fixed], satisfiable: frozenset[Level], random: object
) -> None:
    """Not to the outcome, not to the reasons."""
    shuffled = list(rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(request(), facts, rules, satisfiable) == decide(
        request(), facts, shuffled, satisfiable
    )


@given(st.lists(RULES, min_size=1), SATISFIABLE)
def test_a_rule_that_breaks_blocks(rules: list[Fixed], satisfiable: frozenset[Level]) -> None:
    """And says which error it was."""
    decision = decide(request(), Facts(contact=ANNA), [*rules, Fixed(None)], satisfiable)
    assert decision.outcome is Outcome.REFUSE
    assert "rule_error" in decision.reasons
    assert decision.errors == ("LookupError",)


@given(st.lists(RULES), SATISFIABLE)
def test_nobody_is_written_to_who_is_not_on_the_list(
    rules: list[Fixed], satisfiable: frozenset[Level]
) -> None:
    """Whatever the rules say."""
    assert decide(request(), Facts(contact=None), rules, satisfiable).outcome is Outcome.REFUSE
    doubt = Facts(contact=ANNA, ambiguous=True)
    assert decide(request(), doubt, rules, satisfiable).outcome is Outcome.REFUSE


def test_no_rule_at_all_refuses() -> None:
    """A policy that says nothing is not a policy of sending."""
    assert decide(request(), Facts(contact=ANNA), [], ALL).reasons == ("no_rule",)


@pytest.mark.parametrize("level", [Level.PHRASE, Level.CODE, Level.PIN, Level.DEVICE])
def test_a_level_nobody_can_prove_is_refused_by_name(level: Level) -> None:
    """It is not replaced by another."""
    facts = Facts(contact=ANNA)
    confirmed = decide(request(), facts, [DefaultLevel(level)], ALL)
    assert confirmed == Decision(Outcome.CONFIRM, level, ("default_level",))
    refused = decide(request(), facts, [DefaultLevel(level)], ALL - {level})
    assert refused.outcome is Outcome.REFUSE
    assert set(refused.reasons) == {"default_level", "unsatisfiable", f"level_{level.label}"}


def test_none_sends_at_once() -> None:
    """None needs no proof, and nobody to prove it."""
    decision = decide(request(), Facts(contact=ANNA), [DefaultLevel(Level.NONE)], frozenset())
    assert decision.outcome is Outcome.SEND


def test_the_strictest_of_several_requests_counts_for_all() -> None:
    """One proof for one question."""
    code = Decision(Outcome.CONFIRM, Level.CODE, ("contact_level",))
    phrase = Decision(Outcome.CONFIRM, Level.PHRASE, ("default_level",))
    refusal = Decision(Outcome.REFUSE, Level.BLOCK, ("unknown_recipient",), ("KeyError",))
    assert joint([phrase, code]) == code
    assert joint([code, refusal, phrase]) == refusal


@given(st.sampled_from(sorted(ALL)), SATISFIABLE, st.integers(0, 2))
def test_a_model_is_never_asked_for_less(
    level: Level, satisfiable: frozenset[Level], steps: int
) -> None:
    """Than the same sentence spoken; and for a level that can be proved, where there is one."""
    base = (DefaultLevel(level),)
    rule = ModelLevel(base, steps, satisfiable)
    assert rule.demand(request(), Facts(contact=ANNA)) is None
    demand = rule.demand(request(by_model=True), Facts(contact=ANNA))
    assert demand is not None
    assert demand.level >= level
    if demand.level > level:
        assert demand.level in satisfiable
        assert steps


def test_what_cannot_be_read_aloud_is_blocked() -> None:
    """Empty, endless, or a model's extra fields."""
    rule, facts = ReadableContent(), Facts(contact=ANNA)
    assert rule.demand(request(), facts) is None
    assert rule.demand(request(" \n"), facts) == Demand(Level.BLOCK, "empty_body")
    long = "a" * (SPOKEN_ALOUD_CHARACTERS + 1)
    assert rule.demand(request(long), facts) == Demand(Level.BLOCK, "too_long")
    extras = Content(body="hello", extras={"data": {"image": "x"}})
    assert rule.demand(request(content=extras), facts) is None
    blocked = rule.demand(request(content=extras, by_model=True), facts)
    assert blocked == Demand(Level.BLOCK, "unreadable_content")


def test_what_may_be_shown_in_another_order_than_it_is_read_is_blocked() -> None:
    """Marks that turn the order round, in the words and in a title; letters that run to the left do not."""
    rule, facts = ReadableContent(), Facts(contact=ANNA)
    for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        turned = Content(body="pay", extras={"title": f"{mark}001"})
        for one in (request(f"pay {mark}001"), request(content=turned)):
            assert rule.demand(one, facts) == Demand(Level.BLOCK, "unreadable_content")
    assert rule.demand(request("\u05e9\u05dc\u05d5\u05dd"), facts) is None


def test_contact_and_signal_levels() -> None:
    """Apply where they apply."""
    strict = Contact(id="b", name="B", channel=ANNA.channel, level=Level.DEVICE)
    assert ContactLevel().demand(request(), Facts(contact=ANNA)) is None
    assert ContactLevel().demand(request(), Facts(contact=None)) is None
    found = ContactLevel().demand(request(), Facts(contact=strict))
    assert found == Demand(Level.DEVICE, "contact_level")
    signal = Signal("nobody_home", Level.CODE)
    assert signal.demand(request(), Facts(contact=ANNA)) is None
    home = Facts(contact=ANNA, signals=frozenset({"nobody_home"}))
    assert signal.demand(request(), home) == Demand(Level.CODE, "nobody_home")


def test_levels_have_names_and_an_order() -> None:
    """Labels are what is stored."""
    for level in Level:
        assert Level.from_label(level.label) is level
    with pytest.raises(ValueError, match="no level"):
        Level.from_label("sometimes")


def test_a_household_knows_what_it_can_prove() -> None:
    """The phrase needs a phrase; approvers are the listed users, or every administrator."""
    book = AddressBook((ANNA,))
    assert Level.PHRASE not in Household(contacts=book).satisfiable
    assert Level.PHRASE in Household(contacts=book, phrase="yes send the message").satisfiable
    anyone = Household(contacts=book)
    assert anyone.may_approve("root", is_admin=True)
    assert not anyone.may_approve("guest", is_admin=False)
    assert not anyone.may_approve(None, is_admin=True)
    listed = Household(contacts=book, approvers=frozenset({"guest"}))
    assert listed.may_approve("guest", is_admin=False)
    assert not listed.may_approve("root", is_admin=True)
