"""Screens: what may be approved there."""

from dataclasses import replace

import pytest

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.screen import pin_problem, screen_problem
from tests.core.test_confirmation import confirmation

HOME = Household(contacts=AddressBook())
WITH_PIN = replace(HOME, pin_hash="a hash")
WITH_PROGRAMS = replace(HOME, tokens_approve=True)


@pytest.mark.parametrize(
    ("household", "taps", "shared", "persons_token", "found"),
    [
        (HOME, True, False, True, None),
        (HOME, False, False, True, "not_an_approver"),
        (HOME, True, False, False, "long_lived_token"),
        (WITH_PROGRAMS, True, False, False, None),
        (HOME, False, True, True, "pin_not_set"),
        (WITH_PIN, False, True, True, None),
        (WITH_PIN, False, True, False, "long_lived_token"),
    ],
)
def test_who_may_approve_on_a_screen(
    household: Household, taps: bool, shared: bool, persons_token: bool, found: str | None
) -> None:
    assert screen_problem(household, taps=taps, shared=shared, persons_token=persons_token) == found


def test_which_pin_approves_on_a_shared_screen() -> None:
    """One, where there is one; never for what needs somebody's own device."""
    waiting = confirmation()
    assert pin_problem(HOME, waiting) == "pin_not_set"
    assert pin_problem(WITH_PIN, waiting) is None
    assert pin_problem(WITH_PIN, replace(waiting, level=Level.DEVICE)) == "needs_own_device"
