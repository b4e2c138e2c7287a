"""Sign-ins: services that no longer accept Home Assistant's, told once in Repairs until a message gets through."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, ISSUE_CREDENTIALS
from ..core.household import Household
from ..core.trouble import CREDENTIALS
from ..guarding.records import Notice
from ..ledger.format.entries import Kind

GOT_THROUGH = frozenset({Kind.DELIVERED, Kind.HANDED_OVER})


class SignIns:
    """Looks for deliveries that were turned down because of a token or a password."""

    def __init__(self, hass: HomeAssistant, household: Callable[[], Household]) -> None:
        """Look in this home."""
        self._hass = hass
        self._household = household

    @callback
    def seen(self, notice: Notice) -> None:
        """Look at a step."""
        contact = self._household().contacts.get(notice.contact_id)
        if contact is None:
            return
        issue_id = f"{ISSUE_CREDENTIALS}_{contact.id}"
        if notice.kind is Kind.FAILED and CREDENTIALS in notice.reasons:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                is_persistent=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=ISSUE_CREDENTIALS,
                translation_placeholders={"contact": contact.name},
            )
        elif notice.kind in GOT_THROUGH:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
