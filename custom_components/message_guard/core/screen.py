"""Screens: what somebody who sits at one may approve there. What keys say stands in docs/websocket-api.md."""

from .confirmation import Confirmation
from .household import Household
from .level import Level

NOT_AN_APPROVER, LONG_LIVED_TOKEN, PIN_NOT_SET = (
    "not_an_approver",
    "long_lived_token",
    "pin_not_set",
)
NEEDS_OWN_DEVICE, SEVERAL_PINS = "needs_own_device", "several_pins"
"""The rules ask for a tap on somebody's own device, which no PIN is; it takes two PINs, and no field takes both."""


def screen_problem(
    household: Household, *, taps: bool, shared: bool, persons_token: bool
) -> str | None:
    """Return why nothing can be approved on a screen, None where it can.

    Args:
        household: Says who may approve.
        taps: Whoever sits there may approve.
        shared: Several people use the account, and prove who they are by a PIN.
        persons_token: Somebody has signed in there, and no program holds the token.
    """
    if not (taps or shared):
        return NOT_AN_APPROVER
    if not household.tokens_approve and not persons_token:
        return LONG_LIVED_TOKEN
    return PIN_NOT_SET if shared and not household.has_pin else None


def pin_problem(household: Household, confirmation: Confirmation) -> str | None:
    """Return why no PIN approves this on a screen that several people use, None where one does."""
    if confirmation.level is Level.DEVICE:
        return NEEDS_OWN_DEVICE
    whose = pins_of(household, confirmation)
    if not whose:
        return PIN_NOT_SET
    return None if len(whose) == 1 else SEVERAL_PINS


def pins_of(household: Household, confirmation: Confirmation) -> list[str]:
    """Return whose PINs it takes: ids of contacts, or the household."""
    return list(household.pins(tuple(item.contact.id for item in confirmation.recipients)))
