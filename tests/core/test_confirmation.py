"""The confirmation's table: what leads where, and that nothing leads out of an end."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.confirmation import (
    DEVICE_SECONDS,
    PROMPT_SECONDS,
    TRANSITIONS,
    TRIES,
    VOICE_SECONDS,
    WAITING,
    Confirmation,
    Recipient,
    State,
    Transition,
    bind,
    first_deadline,
)
from custom_components.message_guard.core.contacts import Channel, ChannelKind, Contact
from custom_components.message_guard.core.errors import IllegalTransitionError
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.proof import Challenge
from custom_components.message_guard.core.request import Content, Origin, Request, Route

CHALLENGE = Challenge(
    level=Level.PHRASE,
    prompt_key="question_phrase",
    placeholders={},
    expected=frozenset({"yes send the message"}),
)
KITCHEN = Origin(satellite_id="assist_satellite.kitchen", conversation_id="talk")


def recipient(contact: str = "anna", **more: object) -> Recipient:
    """Return a request with its contact."""
    request = Request(
        **{
            "id": "r1",
            "route": Route.SENTENCE,
            "origin": KITCHEN,
            "recipient": "Anna",
            "content": Content(body="hello", extras={}),
            "created_at": 0.0,
            **more,
        }
    )
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.anna",))
    return Recipient(request, Contact(id=contact, name="Anna", channel=channel))


def confirmation(challenge: Challenge | None = CHALLENGE) -> Confirmation:
    """Return one that has just been asked, at time 100."""
    level = Level.PHRASE if challenge else Level.DEVICE
    return Confirmation(
        id="c1",
        recipients=(recipient(),),
        level=level,
        reasons=("default_level",),
        challenge=challenge,
        question="To Anna: hello.",
        asked_at=100.0,
        deadline=first_deadline(level, 100.0),
    )


ENDS = frozenset(State) - frozenset(WAITING)


@given(st.sampled_from(State), st.sampled_from(Transition))
def test_every_transition_outside_the_table_raises(state: State, transition: Transition) -> None:
    """And every one inside leads where the table says."""
    there = replace(confirmation(), state=state)
    assert there.can(transition) is ((state, transition) in TRANSITIONS)
    if there.can(transition):
        assert there.after(transition).state is TRANSITIONS[state, transition]
    else:
        with pytest.raises(IllegalTransitionError):
            there.after(transition)


def test_every_state_can_be_reached_and_ends_are_ends() -> None:
    """The table has no dead entry and no way back."""
    assert {state for state, _ in TRANSITIONS} == frozenset(WAITING)
    assert set(TRANSITIONS.values()) == set(State)
    assert {transition for _, transition in TRANSITIONS} == set(Transition)


TAKEN = {
    Transition.GIVE: lambda it: it.give(200.0),
    Transition.HEAR: lambda it: it.hear(200.0),
    Transition.ASK_AGAIN: lambda it: it.ask_again(CHALLENGE, "Once more.", 200.0),
    Transition.RENEW: lambda it: it.renew(it.level, CHALLENGE, "Another one."),
    Transition.MOVE: lambda it: it.move("conversation:c:anna"),
    Transition.JOIN: lambda it: it.joined_by(
        (recipient("bert"),), it.level, CHALLENGE, "Both?", ()
    ),
}
"""The transitions that change more than the state."""


def taken(there: Confirmation, transition: Transition) -> Confirmation:
    """Return the confirmation after this, by the method that does it."""
    return TAKEN.get(transition, lambda it: it.after(transition))(there)


@given(st.lists(st.sampled_from(Transition), max_size=12))
def test_whatever_happens_in_whatever_order(transitions: list[Transition]) -> None:
    """It is approved at most once, and a reply counts only while the last question has been heard."""
    there, approvals = replace(confirmation(), state=State.MADE), 0
    for transition in transitions:
        before = there
        if not there.can(transition):
            with pytest.raises(IllegalTransitionError):
                taken(there, transition)
            continue
        there = taken(there, transition)
        approvals += transition is Transition.APPROVE
        assert before.state not in ENDS
        assert (there.heard_at is not None) is (there.state is State.LISTENING)
        assert there.unheard is (there.state in set(WAITING) - {State.LISTENING})
        assert there.given is (there.state is not State.MADE)
        assert (there.bound == before.bound) is (transition is not Transition.JOIN)
        assert there.tries_left == before.tries_left - (transition is Transition.ASK_AGAIN)
    assert approvals <= 1


def test_the_clock_starts_when_the_question_has_been_heard() -> None:
    """Thirty seconds from then; five minutes for a tap."""
    asked = confirmation()
    assert not asked.expired(100.0 + PROMPT_SECONDS)
    assert asked.expired(100.0 + PROMPT_SECONDS + VOICE_SECONDS)
    heard = asked.hear(110.0)
    assert heard.heard_at == 110.0
    assert not heard.expired(110.0 + VOICE_SECONDS - 0.1)
    assert heard.expired(110.0 + VOICE_SECONDS)
    device = confirmation(None).hear(110.0)
    assert device.deadline == 110.0 + DEVICE_SECONDS


def test_asking_again_costs_a_try_and_must_be_heard_again() -> None:
    """And what is bound stays bound."""
    first = confirmation().hear(101.0)
    again = first.ask_again(CHALLENGE, "Not sent yet.", 105.0)
    assert again.tries_left == TRIES - 1
    assert again.heard_at is None
    assert again.bound == first.bound
    assert again.origin is KITCHEN
    assert again.place == KITCHEN.place


CHANGES = [
    {"id": "r2"},
    {"recipient": "Ann"},
    {"content": Content(body="hello!")},
    {"content": Content(body="hello", extras={"title": "x"})},
    {"origin": Origin(satellite_id="assist_satellite.hall")},
    {"route": Route.ACTION},
    {"contact_id": "anna"},
    {"held_call": "notify.anna"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_proof_is_bound_to_the_whole_request(change: dict[str, object]) -> None:
    """Change anything of it, and it is another one."""
    assert bind((recipient(),)) != bind((recipient(**change),))
    assert bind((recipient(),)) != bind((recipient("bert"),))
    assert bind((recipient(),)) != bind((recipient(), recipient()))


def test_places() -> None:
    """What a reply must share with the request."""
    assert KITCHEN.place == "satellite:assist_satellite.kitchen"
    assert Origin(device_id="d", conversation_id="c").place == "device:d:"
    assert Origin(device_id="d", user_id="anna").place == "device:d:anna"
    app = Origin(conversation_id="c", user_id="anna")
    assert app.place == "conversation:c:anna"
    assert replace(app, user_id=None).place != app.place
    assert Origin().place is None
