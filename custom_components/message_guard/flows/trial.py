"""A test message from a contact's form, so that nobody finds out later that it goes nowhere."""

import asyncio
from types import MappingProxyType
from typing import Any, Final
import uuid

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..const import CONF_CONTACT_NAME, DOMAIN, SUBENTRY_CONTACT
from ..core.confirmation import Recipient
from ..core.errors import LedgerError
from ..core.outcome import Outcome, Reach, unknown
from ..core.request import Content, Origin, Request, Route
from ..core.trouble import TIMEOUT
from ..guarding.outcomes import kind_of
from ..ledger.format.entries import Kind, Step
from ..runtime import Components, MessageGuardConfigEntry, components_of
from ..settings.household import contact_from_subentry

TRIAL_SECONDS = 20.0

TEST_REASON: Final = "test_message"


async def trial_problem(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, data: dict[str, Any]
) -> str | None:
    """Send a test message the way that a contact's data says, and record that.

    Nobody spoke, so nobody is asked; an administrator has just typed where it goes.

    Returns:
        What went wrong, as the key of an error; None if the channel took it.
    """
    components = components_of(entry)
    if components is None or not components.guard.sending_allowed:
        return "test_not_allowed"
    subentry = ConfigSubentry(
        data=MappingProxyType(data),
        subentry_type=SUBENTRY_CONTACT,
        title=data[CONF_CONTACT_NAME],
        unique_id=None,
    )
    request = Request(
        id=uuid.uuid4().hex,
        route=Route.ACTION,
        origin=Origin(language=hass.config.language),
        recipient=data[CONF_CONTACT_NAME],
        content=Content(body=await _body(hass)),
        created_at=dt_util.utcnow().timestamp(),
    )
    try:
        await components.ledger.append(_step(Kind.AUTHORISED, request))
        outcome = await _sent(components, Recipient(request, contact_from_subentry(subentry)))
        await components.ledger.append(_step(kind_of(outcome), request, outcome.reasons))
    except LedgerError:
        return "test_not_recorded"
    if outcome.whole:
        return None
    return "test_failed" if outcome.reach is Reach.FAILED else "test_unknown"


async def _sent(components: Components, recipient: Recipient) -> Outcome:
    """Send it; a form waits no longer than somebody looks at it, also for actions that wait for somebody."""
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            return await components.delivery.send(recipient)
    except TimeoutError:
        return unknown(TIMEOUT)


def _step(kind: Kind, request: Request, reasons: tuple[str, ...] = ()) -> Step:
    return Step(
        kind=kind,
        request_id=request.id,
        reasons=(TEST_REASON, *reasons),
        facts={"route": request.route.value, "level": "none"},
    )


async def _body(hass: HomeAssistant) -> str:
    texts = await async_get_translations(hass, hass.config.language, "common", [DOMAIN])
    return texts[f"component.{DOMAIN}.common.{TEST_REASON}"]
