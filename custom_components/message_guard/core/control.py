"""Control: who may do what to the guard, and when a tap or a press is a person's.

Nothing that is spoken controls the guard, but to make it stricter: a model, a script or a loudspeaker can
ask, and only a person can approve. What Home Assistant knows of a call, a tap or a press is a `Caller`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from .household import Household

PRESS_SECONDS = 10.0
"""How long after the press of a trusted button its automation has to call: it may ask what waits
first, no more."""


class Operation(StrEnum):
    """What can be done to the guard beside the conversation."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"
    """Ask to send by an action, ask what waits, look at or tend the ledger."""
    ALLOW_SENDING = "allow_sending"
    STOP_SENDING = "stop_sending"
    UNLOCK = "unlock"
    RECEIVE = "receive"
    """Take in, in a contact's name, what the household's own code has been told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What is known of whoever, or whatever, does something.

    Attributes:
        spoken: Somebody's speech caused it, directly or through a state, or it is part of a delivery.
            Where that cannot be told it counts as spoken.
        user_id: The user on whose behalf it is done, None when there is none.
        active: Home Assistant knows that user and lets it log in.
        is_admin: That user is an administrator.
        outside: It came in from outside of Home Assistant's own code, as the app's events do.
        caused: Something else in Home Assistant has led to it, such as the trigger of an automation.
        program: It was asked for with a long-lived token, or for a user that nobody is: nobody has looked at it.
        looked: It began when what it decides about was there to be looked at.
    """

    spoken: bool = False
    user_id: str | None = None
    active: bool = False
    is_admin: bool = False
    outside: bool = False
    caused: bool = False
    program: bool = False
    looked: bool = True

    @property
    def from_app(self) -> bool:
        """Whether it came in through the app, or from whoever is logged in as its user.

        Automations and scripts fire events inside; an automation's has a cause of its own, and no user.
        """
        return self.outside and self.user_id is not None and not self.caused

    @property
    def by_finger(self) -> bool:
        """Whether nobody but a finger can have pressed: no speech, no user, no automation, no other machine."""
        return not (self.spoken or self.outside or self.caused) and self.user_id is None

    def may_approve(self, household: Household) -> bool:
        """Return whether this user's approval is a proof; who has caused it is another question."""
        return self.active and household.may_approve(self.user_id, is_admin=self.is_admin)


def problem(operation: Operation, caller: Caller, household: Household) -> str | None:
    """Return why this may not be done, as the key of an error's text; None when it may."""
    if operation is Operation.STOP_SENDING:
        return None  # it only makes the guard stricter, so anything may ask for it
    if caller.spoken:
        return "spoken_turn"
    if operation is Operation.UNLOCK and caller.user_id is None:
        return "no_user"
    if operation is Operation.UNLOCK and not caller.is_admin:
        return "not_allowed"
    if operation is Operation.RECEIVE:
        return _no_voucher(caller)
    return _no_approval(caller, household) if operation in _APPROVALS else None


_APPROVALS = frozenset({Operation.APPROVE, Operation.ALLOW_SENDING})
"""What only somebody may do who may approve, and who looks while they do it."""


def _no_voucher(caller: Caller) -> str | None:
    """Return why nobody's name may be used: only the household's own automations vouch, and administrators by hand."""
    if caller.user_id is None:
        return None
    if not (caller.active and caller.is_admin):
        return "not_administrator"
    return "token_receives_nothing" if caller.program else None


def _no_approval(caller: Caller, household: Household) -> str | None:
    if not caller.may_approve(household):
        return "no_user" if caller.user_id is None else "not_allowed"
    if caller.program and not household.tokens_approve:
        return "token_not_allowed"
    return None if caller.looked and not caller.caused else "not_looked"


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button, at `at` (seconds since the epoch)."""

    entity_id: str
    at: float

    def vouches(self, asked_at: float, now: float, trusted: Collection[str]) -> bool:
        """Return whether it approves at `now` what was asked at `asked_at` (seconds since the epoch).

        It counts soon after, and only for what waited when it was made.
        """
        return self.entity_id in trusted and asked_at <= self.at <= now <= self.at + PRESS_SECONDS


_TAP_PROBLEMS = {
    "no_user": "it is nobody's",
    "not_allowed": "this user may not approve",
    "token_not_allowed": "a program has sent it, with a long-lived token",
    "not_looked": "something else has led to it",
}


def tap_problem(
    tap: Caller,
    asked_user: str,
    current_user: str | None,
    household: Household,
    *,
    same_device: bool = True,
) -> str | None:
    """Return what is wrong with a tap, None when it is the answer that was asked for.

    The nonce in it proves nothing, since everything in Home Assistant can read it: what counts is who
    taps.

    Args:
        tap: Who has tapped.
        asked_user: The user of the phone when it was asked.
        current_user: Its user now, None when it is no longer asked.
        household: Says who may approve.
        same_device: Nothing in the tap tells that it was another phone.
    """
    if not tap.from_app:
        return "it does not come from the app"
    if current_user is None:
        return "the phone is no longer an approver's"
    if tap.user_id != asked_user or current_user != asked_user:
        return "it comes from another user's phone"
    if not same_device:
        return "it comes from another phone"
    key = _no_approval(tap, household)
    return None if key is None else _TAP_PROBLEMS[key]
