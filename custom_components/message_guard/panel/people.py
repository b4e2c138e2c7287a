"""Who sits at a screen, and what they may see and do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant, callback

from ..approvals.tokens import is_persons
from ..const import CONF_APPROVERS, CONF_SHARED_ACCOUNTS, CONF_TOKENS_APPROVE, DOMAIN
from ..core.contacts import AddressBook
from ..core.household import Household
from ..core.screen import screen_problem
from ..runtime import MessageGuardConfigEntry, components_of
from ..settings.household import NOBODY

SOURCE_PIN = "pin"
"""Source of an approval that took a PIN: whoever knows it may have been at the screen."""


class Role(StrEnum):
    """What somebody who is signed in is to the guard."""

    ADMINISTRATOR = "administrator"
    APPROVER = "approver"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at a screen.

    Attributes:
        user_id: Home Assistant user.
        name: What that user is called.
        role: What they are to the guard.
        shared: The account is several people's: to approve, it takes the PIN.
        why_not: Why this screen can approve nothing, None when it can.
    """

    user_id: str
    name: str
    role: Role
    shared: bool = False
    why_not: str | None = None

    @property
    def may_approve(self) -> bool:
        """Whether this screen can approve, with the PIN where it is needed."""
        return self.role is not Role.NOBODY and self.why_not is None

    @property
    def may_edit(self) -> bool:
        """Whether words can be changed here: a wall tablet's are nobody's in particular."""
        return self.may_approve and not self.shared

    @property
    def may_switch(self) -> bool:
        """Whether sending can be switched off here; on takes what an approval takes."""
        return self.role is not Role.NOBODY


@callback
def async_entry(hass: HomeAssistant) -> MessageGuardConfigEntry | None:
    """Return the household's entry, loaded or not, switched off or not; None where there is none."""
    entries: list[MessageGuardConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False
    )
    return entries[0] if entries else None


@callback
def person_of(hass: HomeAssistant, user: User, refresh_token_id: str | None) -> Person:
    """Return who sits at a screen, as it is now.

    Args:
        hass: Home Assistant.
        user: Who is signed in there.
        refresh_token_id: The token that it was signed in with, None where there was none.
    """
    household = _household(hass)
    if household is None or not user.is_active:
        return Person(user_id=user.id, name=user.name or "", role=Role.NOBODY)
    shared = user.id in household.shared
    taps = household.may_approve(user.id, is_admin=user.is_admin)
    role = Role.NOBODY
    if user.is_admin:
        role = Role.ADMINISTRATOR
    elif taps or shared:
        role = Role.APPROVER
    return Person(
        user_id=user.id,
        name=user.name or "",
        role=role,
        shared=shared,
        why_not=screen_problem(
            household, taps=taps, shared=shared, persons_token=is_persons(hass, refresh_token_id)
        ),
    )


def _household(hass: HomeAssistant) -> Household | None:
    """Return what the household has chosen about people, also while the guard is not loaded."""
    entry = async_entry(hass)
    if entry is None:
        return None
    if (components := components_of(entry)) is not None:
        return components.guard.household
    return Household(
        contacts=AddressBook(()),
        approvers=_ids(entry.options, CONF_APPROVERS, NOBODY),
        shared=_ids(entry.options, CONF_SHARED_ACCOUNTS, frozenset()),
        tokens_approve=entry.options.get(CONF_TOKENS_APPROVE) is True,
    )


def _ids(options: Mapping[str, Any], key: str, unreadable: frozenset[str]) -> frozenset[str]:
    stored = options.get(key, [])
    good = isinstance(stored, list) and all(isinstance(one, str) for one in stored)
    return frozenset(stored) if good else unreadable
