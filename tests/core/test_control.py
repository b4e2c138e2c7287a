"""Who may control the guard: never speech, and only a person approves."""

from dataclasses import replace
from itertools import product

import pytest

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.core.control import (
    PRESS_SECONDS,
    Caller,
    Operation,
    Press,
    problem,
    tap_problem,
)
from custom_components.message_guard.core.household import Household

HOME = Household(contacts=AddressBook())
NAMED = Household(contacts=AddressBook(), approvers=frozenset({"anna"}))
ADMIN = Caller(user_id="boss", active=True, is_admin=True)
ANNA = Caller(user_id="anna", active=True)
AUTOMATION = Caller(caused=True)
TAP = replace(ADMIN, outside=True)


@pytest.mark.parametrize(
    "operation", [operation for operation in Operation if operation is not Operation.STOP_SENDING]
)
@pytest.mark.parametrize("who", [ADMIN, ANNA, AUTOMATION])
def test_nothing_that_is_spoken_controls_the_guard(operation: Operation, who: Caller) -> None:
    """Whoever is logged in where it was said."""
    assert problem(operation, replace(who, spoken=True), HOME) == "spoken_turn"


@pytest.mark.parametrize("spoken", [False, True])
@pytest.mark.parametrize("who", [ADMIN, ANNA, AUTOMATION])
def test_anything_may_make_it_stricter(who: Caller, spoken: bool) -> None:
    """Sending is switched off by whoever asks."""
    assert problem(Operation.STOP_SENDING, replace(who, spoken=spoken), HOME) is None


@pytest.mark.parametrize("operation", [Operation.ASK, Operation.DECLINE])
def test_what_an_automation_may_do(operation: Operation) -> None:
    """Everything that proves nothing."""
    assert problem(operation, AUTOMATION, HOME) is None


@pytest.mark.parametrize(
    ("who", "household", "found"),
    [
        (ADMIN, HOME, None),
        (ANNA, HOME, "not_allowed"),
        (AUTOMATION, HOME, "no_user"),
        (ADMIN, NAMED, "not_allowed"),
        (ANNA, NAMED, None),
        (replace(ANNA, active=False), NAMED, "not_allowed"),
        (replace(ADMIN, active=False), HOME, "not_allowed"),
        (replace(ADMIN, looked=False), HOME, "not_looked"),
        (replace(ADMIN, caused=True), HOME, "not_looked"),
    ],
)
@pytest.mark.parametrize("operation", [Operation.APPROVE, Operation.ALLOW_SENDING])
def test_who_may_approve(
    operation: Operation, who: Caller, household: Household, found: str | None
) -> None:
    """Administrators, until the household names people; never nobody, never who may not log in.

    Nor whoever began before there was anything to look at.
    """
    assert problem(operation, who, household) == found


def test_who_may_unlock() -> None:
    """An administrator, even where somebody else approves."""
    assert problem(Operation.UNLOCK, ADMIN, NAMED) is None
    assert problem(Operation.UNLOCK, ANNA, NAMED) == "not_allowed"
    assert problem(Operation.UNLOCK, AUTOMATION, HOME) == "no_user"


def test_only_the_phone_that_was_asked_may_answer() -> None:
    """The nonce is right in each of these."""
    assert tap_problem(TAP, "boss", "boss", HOME) is None
    assert tap_problem(ADMIN, "boss", "boss", HOME)
    assert tap_problem(replace(TAP, caused=True), "boss", "boss", HOME)
    assert tap_problem(replace(TAP, user_id=None), "boss", "boss", HOME)
    assert tap_problem(TAP, "boss", None, HOME)
    assert tap_problem(TAP, "anna", "anna", HOME)
    assert tap_problem(TAP, "boss", "anna", HOME)
    assert tap_problem(TAP, "boss", "boss", HOME, same_device=False)
    assert tap_problem(TAP, "boss", "boss", NAMED)
    assert tap_problem(replace(TAP, active=False), "boss", "boss", HOME)


def test_only_a_finger_presses() -> None:
    """Of everything that Home Assistant can know of a press, only one thing is a finger."""
    fingers = [
        (spoken, user, outside, caused)
        for spoken, user, outside, caused in product(
            (False, True), (None, "boss"), (False, True), (False, True)
        )
        if Caller(spoken=spoken, user_id=user, outside=outside, caused=caused).by_finger
    ]
    assert fingers == [(False, None, False, False)]


@pytest.mark.parametrize(
    ("asked_at", "now", "trusted", "vouches"),
    [
        (90.0, 100.0, {"bell"}, True),
        (100.0, 100.0 + PRESS_SECONDS, {"bell"}, True),
        (100.1, 100.2, {"bell"}, False),
        (90.0, 100.1 + PRESS_SECONDS, {"bell"}, False),
        (90.0, 99.9, {"bell"}, False),
        (90.0, 100.0, {"other"}, False),
    ],
)
def test_what_a_press_vouches_for(
    asked_at: float, now: float, trusted: set[str], vouches: bool
) -> None:
    """What waited when it was made, soon after."""
    assert Press("bell", 100.0).vouches(asked_at, now, trusted) is vouches
