"""Actions: asking, approving and declining from outside the conversation.

Whatever is spoken may ask; nothing else works from inside a spoken turn, since only a person can approve.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
import uuid

from homeassistant.core import (
    Context,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import probatio

from .approvals import may_approve
from .approvals.control import (
    cause_of_call,
    components_outside_a_turn,
    components_to_ask,
    failed,
    invalid,
)
from .const import (
    ATTR_CLOUD,
    ATTR_CONFIRMATION_ID,
    ATTR_CONTACT,
    ATTR_MESSAGE,
    ATTR_REPLY_TO,
    ATTR_REQUEST_ID,
    DOMAIN,
    SERVICE_APPROVE,
    SERVICE_CHECK_EARS,
    SERVICE_DECLINE,
    SERVICE_LIST_PENDING,
    SERVICE_RECEIVE,
    SERVICE_REPORT_FAILURE,
    SERVICE_SEND,
    SERVICE_UNLOCK,
)
from .core.answer import Answer, AnswerKind
from .core.confirmation import Confirmation
from .core.contacts import Contact
from .core.control import Operation, problem
from .core.errors import LedgerError
from .core.incoming import Through
from .core.policy import REASON_AMBIGUOUS_RECIPIENT, REASON_UNKNOWN_RECIPIENT
from .core.request import Content, Origin, Request, Route
from .core.text import is_blank
from .guarding.exemption import delivering
from .guarding.records import Approver
from .interception.tools import tool_run
from .ledger.actions import async_setup_ledger_actions
from .runtime import Components

SEND_SCHEMA = probatio.Schema(
    {probatio.Required(ATTR_CONTACT): cv.string, probatio.Required(ATTR_MESSAGE): cv.string}
)
RECEIVE_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_CONTACT): cv.string,
        probatio.Required(ATTR_MESSAGE): cv.string,
        probatio.Optional(ATTR_REPLY_TO): cv.string,
    }
)
REPORT_SCHEMA = probatio.Schema(
    {probatio.Required(ATTR_CONTACT): cv.string, probatio.Optional(ATTR_REQUEST_ID): cv.string}
)
DECIDE_SCHEMA = probatio.Schema({probatio.Optional(ATTR_CONFIRMATION_ID): cv.string})
LIST_SCHEMA = probatio.Schema({})
CHECK_EARS_SCHEMA = probatio.Schema({probatio.Optional(ATTR_CLOUD, default=False): cv.boolean})

VIA_ACTION = "action"

type Decide = Callable[[str, Approver], Awaitable[Answer]]

_SPOKEN_REFUSALS = {
    REASON_UNKNOWN_RECIPIENT: "unknown_contact",
    REASON_AMBIGUOUS_RECIPIENT: "ambiguous_contact",
}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; they say so when the guard is not loaded."""
    register = hass.services.async_register
    register(DOMAIN, SERVICE_SEND, _send, SEND_SCHEMA, SupportsResponse.OPTIONAL)
    register(DOMAIN, SERVICE_RECEIVE, _receive, RECEIVE_SCHEMA, SupportsResponse.OPTIONAL)
    register(DOMAIN, SERVICE_REPORT_FAILURE, _report_failure, REPORT_SCHEMA)
    register(DOMAIN, SERVICE_APPROVE, _approve, DECIDE_SCHEMA, SupportsResponse.OPTIONAL)
    register(DOMAIN, SERVICE_DECLINE, _decline, DECIDE_SCHEMA, SupportsResponse.OPTIONAL)
    register(DOMAIN, SERVICE_LIST_PENDING, _list_pending, LIST_SCHEMA, SupportsResponse.ONLY)
    async_register_admin_service(hass, DOMAIN, SERVICE_UNLOCK, _unlock, LIST_SCHEMA)
    async_register_admin_service(
        hass, DOMAIN, SERVICE_CHECK_EARS, _check_ears, CHECK_EARS_SCHEMA, SupportsResponse.OPTIONAL
    )
    async_setup_ledger_actions(hass)


# --- the actions ----------------------------------------------------------------------------------


async def _send(call: ServiceCall) -> ServiceResponse:
    """Ask to send; what proof it needs is decided as for a spoken request.

    Where somebody's speech has led here it is a request of theirs: they are asked, and told what became of
    it, in this turn or after it, and whatever has called us goes on.
    """
    lineage = await (await components_to_ask(call.hass)).turns.lineage_of_call(call.context)
    components = await (
        components_outside_a_turn(call.hass, call.context)
        if lineage.turn is None or delivering()
        else components_to_ask(call.hass)
    )
    turn = lineage.turn
    language = call.hass.config.language
    contact, message = call.data[ATTR_CONTACT], call.data[ATTR_MESSAGE]
    own = Origin(
        user_id=call.context.user_id,
        language=language if components.languages.get(language) else "en",
    )
    answer = await components.guard.submit(
        Request(
            id=uuid.uuid4().hex,
            route=Route.ACTION,
            origin=own if turn is None else turn.origin,
            recipient=contact,
            content=Content(body=message),
            created_at=dt_util.utcnow().timestamp(),
            by_model=turn is not None and turn.by_model,
        )
    )
    if turn is not None:
        components.actions.tell(answer, turn)
        if (run := tool_run()) is not None and answer.kind is not AnswerKind.SENT:
            run.add(answer)
        return _response(answer)
    for reason, key in _SPOKEN_REFUSALS.items():
        if reason in answer.reasons:
            raise _unusable(key, contact)
    return _response(_sent_or_asked(answer))


async def _receive(call: ServiceCall) -> ServiceResponse:
    """Take in what an automation has been written for a contact.

    It vouches for who it is from, as the household's own code; nobody's speech may put words into a mouth, nor may
    whoever is signed in, or holds a token: an administrator may, by hand.
    """
    components = await components_outside_a_turn(call.hass, call.context, Operation.RECEIVE)
    inbox = components.messages.inbox
    if not inbox.allowed:
        raise invalid("incoming_off")
    treatment = await inbox.take_in(
        _contact(components, call).id,
        call.data[ATTR_MESSAGE],
        Through.ACTION,
        reply_to=call.data.get(ATTR_REPLY_TO),
    )
    if treatment is None:
        raise invalid("empty_message")
    return {"handling": treatment.handling.label, "reasons": list(treatment.reasons)}


async def _report_failure(call: ServiceCall) -> None:
    """Take an automation's word that a message has failed after all; whoever may vouch for what has come in may."""
    components = await components_outside_a_turn(call.hass, call.context, Operation.RECEIVE)
    contact = _contact(components, call)
    try:
        known = await components.messages.receipts.report(
            contact.id, call.data.get(ATTR_REQUEST_ID)
        )
    except LedgerError as error:
        raise failed("ledger_unwritable") from error
    if not known:
        raise invalid("nothing_sent", contact=contact.name)


async def _approve(call: ServiceCall) -> ServiceResponse:
    """Give a person's approval, or that of a trusted button."""
    components = await components_outside_a_turn(call.hass, call.context)
    confirmation = _waiting(components, call)
    # An automation that listened before us hears of a press, and calls, sooner than we hear of it.
    await asyncio.sleep(0)
    looked = components.looking.began_after(call.context, confirmation.id)
    caller = replace(await cause_of_call(call.hass, components, call.context), looked=looked)
    if (key := problem(Operation.APPROVE, caller, components.guard.household)) is None:
        approver = Approver(user_id=call.context.user_id, via=VIA_ACTION)
    elif (button := components.buttons.take(call.context, confirmation)) is not None:
        approver = button
    else:
        raise invalid(key)
    return _response(
        _sent_or_asked(await _decide(components.guard.approve, confirmation, approver))
    )


async def _decline(call: ServiceCall) -> ServiceResponse:
    """Say no. Anybody may: it only ever keeps a message in the house."""
    components = await components_outside_a_turn(call.hass, call.context, Operation.DECLINE)
    approver = Approver(user_id=call.context.user_id, via=VIA_ACTION)
    return _response(await _decide(components.guard.decline, _waiting(components, call), approver))


async def _unlock(call: ServiceCall) -> None:
    """Forget wrong PINs and codes. Home Assistant lets only administrators through, or nobody's call."""
    components = await components_outside_a_turn(call.hass, call.context, Operation.UNLOCK)
    await components.locks.unlock()


async def _check_ears(call: ServiceCall) -> ServiceResponse:
    """Give every speech-to-text engine sounds in which nobody speaks, and tell what it wrote."""
    components = await components_outside_a_turn(call.hass, call.context, Operation.UNLOCK)
    checked = await components.ears.check(cloud=call.data[ATTR_CLOUD])
    return {
        "engines": [
            {
                "engine": one.ear.engine,
                "name": one.ear.name,
                "language": one.ear.language,
                "made_up": one.heard.value,
                "heard": [
                    {"sound": trial.sound.value, "text": trial.text, "made_up": trial.heard.value}
                    for trial in one.trials
                ],
            }
            for one in checked
        ]
    }


async def _list_pending(call: ServiceCall) -> ServiceResponse:
    """Tell what waits. The words are for those who may approve them."""
    components = await components_outside_a_turn(call.hass, call.context)
    readable = await _may_approve(call.hass, components, call.context)
    return {"pending": [_described(item, readable=readable) for item in components.guard.pending]}


# --- who may ----------------------------------------------------------------------------------------


async def _may_approve(hass: HomeAssistant, components: Components, context: Context) -> bool:
    return await may_approve(hass, components.guard.household, context.user_id)


def _contact(components: Components, call: ServiceCall) -> Contact:
    """Return the contact that a call names.

    Raises:
        ServiceValidationError: If there is none, or the name may mean several.
    """
    name = call.data[ATTR_CONTACT]
    language = components.languages.get_or_english(call.hass.config.language)
    found = components.guard.household.contacts.match(name, language) if language else None
    if found is None or found.unknown:
        raise _unusable("unknown_contact", name)
    if found.contact is None:
        raise invalid("ambiguous_contact", contact=name)
    return found.contact


def _unusable(key: str, name: str) -> ServiceValidationError:
    """Return what is wrong with the name of a contact; there may be none, as from an empty template."""
    return invalid("no_contact") if is_blank(name) else invalid(key, contact=name)


def _waiting(components: Components, call: ServiceCall) -> Confirmation:
    """Return what is to be decided: the one that is named, else the only one that waits.

    Raises:
        ServiceValidationError: If there is none, or several and none is named.
    """
    wanted: str | None = call.data.get(ATTR_CONFIRMATION_ID)
    found = [item for item in components.guard.pending if wanted is None or item.id == wanted]
    if not found:
        raise invalid("not_pending")
    if len(found) > 1:
        raise invalid("several_pending", count=str(len(found)))
    return found[0]


async def _decide(decide: Decide, confirmation: Confirmation, approver: Approver) -> Answer:
    try:
        return await decide(confirmation.id, approver)
    except KeyError as error:
        raise invalid("not_pending") from error


# --- what they answer -------------------------------------------------------------------------------


def _sent_or_asked(answer: Answer) -> Answer:
    """Return the answer, unless nothing was sent and nothing will be.

    Raises:
        ServiceValidationError: If it was refused.
        HomeAssistantError: If the channel failed.
    """
    if answer.kind is AnswerKind.REFUSED:
        raise invalid("refused", answer=answer.text)
    if answer.kind is AnswerKind.FAILED:
        raise failed("delivery_failed", answer=answer.text)
    return answer


def _response(answer: Answer) -> ServiceResponse:
    return {
        "kind": answer.kind.value,
        ATTR_CONFIRMATION_ID: answer.confirmation_id,
        "text": answer.text,
    }


def _described(confirmation: Confirmation, *, readable: bool) -> dict[str, Any]:
    request = confirmation.recipients[0].request
    described = {
        ATTR_CONFIRMATION_ID: confirmation.id,
        "contacts": [item.contact.name for item in confirmation.recipients],
        "level": confirmation.level.label,
        "reasons": list(confirmation.reasons),
        "route": request.route.value,
        "satellite_id": request.origin.satellite_id,
        "asked_at": _iso(confirmation.asked_at),
        "expires_at": _iso(confirmation.deadline),
    }
    return described | {ATTR_MESSAGE: request.content.body} if readable else described


def _iso(timestamp: float) -> str:
    return dt_util.utc_from_timestamp(timestamp).isoformat()
