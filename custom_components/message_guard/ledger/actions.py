"""Actions about the ledger: read it, prove an entry, erase words, replace its key. For administrators."""

from datetime import datetime
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import probatio

from ..approvals.control import components_outside_a_turn, failed, invalid
from ..const import (
    ATTR_CONTACT,
    DOMAIN,
    SERVICE_ERASE_WORDS,
    SERVICE_GET_LEDGER,
    SERVICE_PROVE_ENTRY,
    SERVICE_ROTATE_LEDGER_KEY,
)
from ..core.errors import LedgerError
from ..runtime import Components
from .format.entries import Kind
from .proving import NoEntryError, NoWordsError, prove
from .reading import Filter, Row
from .retention import Erasure

ATTR_SINCE: Final = "since"
ATTR_UNTIL: Final = "until"
ATTR_SATELLITE: Final = "satellite"
ATTR_OUTCOME: Final = "outcome"
ATTR_REQUEST: Final = "request_id"
ATTR_LIMIT: Final = "limit"
ATTR_BEFORE: Final = "before"
ATTR_SEQUENCE: Final = "sequence"
ATTR_WORDS: Final = "words"

WORDS: Final = ("body", "recipient", "utterance")

LARGEST_PAGE: Final = 200

GET_LEDGER_SCHEMA = probatio.Schema(
    {
        probatio.Optional(ATTR_SINCE): cv.datetime,
        probatio.Optional(ATTR_UNTIL): cv.datetime,
        probatio.Optional(ATTR_CONTACT): cv.string,
        probatio.Optional(ATTR_SATELLITE): cv.entity_id,
        probatio.Optional(ATTR_OUTCOME): probatio.All(
            probatio.EnsureList(), [probatio.In([kind.value for kind in Kind])]
        ),
        probatio.Optional(ATTR_REQUEST): cv.string,
        probatio.Optional(ATTR_LIMIT, default=50): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=LARGEST_PAGE)
        ),
        probatio.Optional(ATTR_BEFORE): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=2**53)
        ),
    }
)
ERASE_SCHEMA = probatio.Schema(
    {probatio.Optional(ATTR_CONTACT): cv.string, probatio.Optional(ATTR_REQUEST): cv.string}
)
PROVE_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_SEQUENCE): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=2**53)
        ),
        probatio.Optional(ATTR_WORDS, default=[]): probatio.All(
            probatio.EnsureList(), [probatio.In(WORDS)]
        ),
    }
)
NOTHING_SCHEMA = probatio.Schema({})


@callback
def async_setup_ledger_actions(hass: HomeAssistant) -> None:
    """Register the actions; they say so when the guard is not loaded."""
    for name, action, schema, response in (
        (SERVICE_GET_LEDGER, _get_ledger, GET_LEDGER_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_PROVE_ENTRY, _prove_entry, PROVE_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_ERASE_WORDS, _erase_words, ERASE_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_ROTATE_LEDGER_KEY, _rotate_key, NOTHING_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        async_register_admin_service(hass, DOMAIN, name, action, schema, response)


async def _get_ledger(call: ServiceCall) -> ServiceResponse:
    """Return a page of entries, newest first. Words are for people, not for automations."""
    components = await components_outside_a_turn(call.hass, call.context)
    wanted = call.data
    kinds = wanted.get(ATTR_OUTCOME)
    try:
        page = await components.ledger.page(
            Filter(
                since_us=_microseconds(wanted.get(ATTR_SINCE)),
                until_us=_microseconds(wanted.get(ATTR_UNTIL)),
                contact_id=_contact_id(components, call),
                satellite_id=wanted.get(ATTR_SATELLITE),
                kinds=None if kinds is None else [Kind(kind) for kind in kinds],
                request_id=wanted.get(ATTR_REQUEST),
            ),
            before=wanted.get(ATTR_BEFORE),
            limit=wanted[ATTR_LIMIT],
        )
    except LedgerError as error:
        raise failed("ledger_unreadable") from error
    readable = call.context.user_id is not None
    return {
        "entries": [_described(components, row, readable=readable) for row in page.rows],
        ATTR_BEFORE: page.before,
    }


async def _prove_entry(call: ServiceCall) -> ServiceResponse:
    """Return a file that proves one entry to whoever has the key, and what it discloses."""
    components = await components_outside_a_turn(call.hass, call.context)
    words = call.data[ATTR_WORDS]
    if words and call.context.user_id is None:
        raise invalid("words_need_user")
    try:
        proof = await prove(
            components.ledger, call.data[ATTR_SEQUENCE], words, components.checkpoints.cosigned
        )
    except NoEntryError as error:
        raise invalid("no_entry") from error
    except NoWordsError as error:
        raise invalid("no_words") from error
    except LedgerError as error:
        raise failed("ledger_unreadable") from error
    return {
        "proof": proof.text,
        "file_name": proof.name,
        "discloses": list(proof.discloses),
        "hides": list(proof.hides),
        "key": proof.key,
        "size": proof.size,
        "signed_by": list(proof.signed_by),
        "next_guessable": proof.next_guessable,
    }


async def _erase_words(call: ServiceCall) -> ServiceResponse:
    """Erase the words of one request or one contact."""
    components = await components_outside_a_turn(call.hass, call.context)
    if call.context.user_id is None:
        raise invalid("no_user")
    request, contact = call.data.get(ATTR_REQUEST), _contact_id(components, call)
    if (request is None) == (contact is None):
        raise invalid("erase_what")
    erasure = Erasure.of_request(request) if request else Erasure.of_contact(str(contact))
    try:
        erased = await components.ledger.shred(erasure)
    except LedgerError as error:
        raise failed("ledger_unwritable") from error
    return {"entries": erased.entries, "complete": erased.complete}


async def _rotate_key(call: ServiceCall) -> ServiceResponse:
    """Replace the key that signs checkpoints; the new one is to be noted like the first."""
    components = await components_outside_a_turn(call.hass, call.context)
    if call.context.user_id is None:
        raise invalid("no_user")
    try:
        return {"verifier_key": await components.ledger.rotate_key()}
    except LedgerError as error:
        raise failed("ledger_unwritable") from error


def _contact_id(components: Components, call: ServiceCall) -> str | None:
    """Return the id of the contact that is named, by id, name or alias; None if none is.

    A contact that was removed can still be named by its id.
    """
    named: str | None = call.data.get(ATTR_CONTACT)
    if named is None:
        return None
    contacts = components.guard.household.contacts
    language = components.languages.get_or_english(call.hass.config.language)
    if contacts.get(named) is None and language is not None:
        match = contacts.match(named, language)
        if match.contact is not None:
            return match.contact.id
    return named


def _microseconds(when: datetime | None) -> int | None:
    return None if when is None else int(dt_util.as_utc(when).timestamp() * 1_000_000)


def _described(components: Components, row: Row, *, readable: bool) -> dict[str, Any]:
    entry = row.entry
    contact_id = entry.facts.get("contact_id")
    contact = components.guard.household.contacts.get(str(contact_id)) if contact_id else None
    described = {
        "sequence": entry.sequence,
        "time": dt_util.utc_from_timestamp(entry.time / 1_000_000).isoformat(),
        "kind": str(entry.kind),
        "request_id": entry.request_id,
        "contact": None if contact is None else contact.name,
        "reasons": list(entry.reasons),
        "facts": dict(entry.facts),
    }
    return described | {"words": dict(row.private)} if readable else described
