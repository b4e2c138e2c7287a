"""Who could tap: whether anybody who may approve has a phone with the app, or a trusted button."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.auth import EVENT_USER_ADDED, EVENT_USER_REMOVED, EVENT_USER_UPDATED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback

from ..const import CONF_APPROVERS, CONF_BUTTONS, CONF_SHARED_ACCOUNTS
from ..core.contacts import AddressBook
from ..core.household import Household
from . import may_approve
from .registrations import phones

_CHANGES: Final = (EVENT_USER_ADDED, EVENT_USER_UPDATED, EVENT_USER_REMOVED)


class Taps:
    """Knows at every moment whether a message that needs a tap could ever be sent."""

    def __init__(self, hass: HomeAssistant, household: Callable[[], Household]) -> None:
        """Create the answer to who could tap; `household` returns what the household has chosen now."""
        self._hass = hass
        self._household = household
        self._administrators: frozenset[str] = frozenset()
        self._active: frozenset[str] = frozenset()

    async def load(self) -> None:
        """Learn who can log in."""
        users = [user for user in await self._hass.auth.async_get_users() if user.is_active]
        self._active = frozenset(user.id for user in users)
        self._administrators = frozenset(user.id for user in users if user.is_admin)

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow who can log in; returns what ends it."""
        ends = [self._hass.bus.async_listen(kind, self._changed) for kind in _CHANGES]

        def stop() -> None:
            for end in ends:
                end()

        return stop

    def possible(self) -> bool:
        """Return whether somebody who may approve has something to tap on."""
        return bool(self._household().buttons) or self.on_phone()

    def on_phone(self) -> bool:
        """Return whether that is a phone with the app."""
        household = self._household()
        return any(
            phone.user_id in self._active
            and household.may_approve(phone.user_id, is_admin=phone.user_id in self._administrators)
            for phone in phones(self._hass)
        )

    async def _changed(self, _event: Event[Mapping[str, Any]]) -> None:
        await self.load()


async def async_can_tap(hass: HomeAssistant, options: Mapping[str, Any]) -> bool:
    """Return the same of a household with these options, which need not have started."""
    household = Household(
        contacts=AddressBook(()),
        approvers=frozenset(options.get(CONF_APPROVERS, [])),
        shared=frozenset(options.get(CONF_SHARED_ACCOUNTS, [])),
    )
    if options.get(CONF_BUTTONS):
        return True
    for phone in phones(hass):
        if await may_approve(hass, household, phone.user_id):
            return True
    return False
