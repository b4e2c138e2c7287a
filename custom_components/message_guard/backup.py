"""Backups hold a ledger that is whole; it goes on being written while they are made.

A ledger that cannot be prepared is no reason to have no backup of the home: it is logged, and its files are
copied as they are.
"""

import logging

from homeassistant.core import HomeAssistant

from .core.errors import LedgerError
from .ledger.store import LedgerStore
from .runtime import loaded_components

_LOGGER = logging.getLogger(__name__)


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Bring the ledger into a state in which its files can be copied."""
    for ledger in _ledgers(hass):
        try:
            await ledger.begin_backup()
        except LedgerError as error:
            _LOGGER.error("The ledger may be torn in this backup: %s", error)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the ledger go back to normal."""
    for ledger in _ledgers(hass):
        try:
            await ledger.end_backup()
        except LedgerError as error:
            _LOGGER.error("The ledger could not note the end of the backup: %s", error)


def _ledgers(hass: HomeAssistant) -> list[LedgerStore]:
    """Return the ledger if it is open. One that is closed is a file like any other."""
    components = loaded_components(hass)
    return [] if components is None or not components.ledger.is_open else [components.ledger]
