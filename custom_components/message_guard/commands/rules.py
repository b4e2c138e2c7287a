"""Commands about the rules: what would happen, for whom, and from where."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
import secrets
from time import monotonic
from typing import Any, Final
import uuid

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import probatio

from ..core.confirmation import Recipient
from ..core.contacts import Contact
from ..core.errors import MessageGuardError
from ..core.language import Language
from ..core.policy import Decision, Outcome
from ..core.question import compose
from ..core.request import Content, Origin, Request, Route
from ..flows.fields import SATELLITE_DOMAIN
from ..home.origin import area_of
from ..panel.names import place_name
from ..runtime import Components
from .command import Call, Result, command

LONGEST_SENTENCE: Final = 2000
LONGEST_SECONDS: Final = 0.01
"""How long a table of many contacts and places is worked at before others have their turn."""

SAMPLE_BODY: Final = "hello"
"""A body that raises no level by itself."""


@command("rules/levels")
async def levels(call: Call) -> Result:
    """Return what a sentence to each contact would need now, from each satellite and from elsewhere."""
    origins = list(_origins(call.hass, call.components))
    rows = []
    begun = monotonic()
    for contact in call.components.guard.household.contacts:
        decided = []
        for origin in origins:
            decided.append(_decided(_decide(call.components, contact, origin)))
            if monotonic() - begun > LONGEST_SECONDS:
                await asyncio.sleep(0)  # the rest of the home goes on meanwhile
                begun = monotonic()
        rows.append(
            {
                "id": contact.id,
                "name": contact.name,
                "aliases": list(contact.aliases),
                "levels": decided,
            }
        )
    return {
        "places": [
            {
                "satellite_id": origin.satellite_id,
                "name": place_name(call.hass, origin.satellite_id, origin.area_id),
            }
            for origin in origins
        ],
        "contacts": rows,
    }


@command(
    "rules/try",
    {
        probatio.Required("sentence"): probatio.All(str, probatio.Length(max=LONGEST_SENTENCE)),
        probatio.Optional("language"): probatio.All(str, probatio.Length(min=1, max=35)),
        probatio.Optional("satellite_id"): probatio.All(str, probatio.Length(min=1, max=255)),
    },
)
async def try_sentence(call: Call) -> Result:
    """Return what would be understood and decided. Nothing is asked, recorded or sent."""
    wanted, components = call.message, call.components
    tag = wanted.get("language", call.hass.config.language)
    contacts = components.guard.household.contacts
    recogniser = components.languages.recogniser(tag, contacts)
    language = components.languages.get(tag)
    if recogniser is None or language is None:
        return {"language": None, "understood": None, "body": None, "recipients": []}
    found = recogniser.recognise(wanted["sentence"], incoming=components.messages.inbox.allowed)
    result: dict[str, Any] = {
        "language": language.code,
        "understood": None if found is None else found.kind,
        "body": None if found is None else found.body,
        "recipients": [],
    }
    if found is None:
        return result
    origin = _origin(call.hass, wanted.get("satellite_id"), tag)
    origin = replace(origin, utterance=wanted["sentence"])
    for recipient in found.recipients:
        request = _request(origin, recipient, None, found.body or SAMPLE_BODY)
        facts = components.guard.decisions.facts(request)
        decision = components.guard.decisions.decide(request, facts)
        result["recipients"].append(
            {
                "said": recipient,
                "contact_id": facts.contact.id if facts.contact else None,
                "contact": facts.contact.name if facts.contact else None,
                **_decided(decision),
                "question": _question(components, language, request, facts.contact, decision),
            }
        )
    return result


def _question(
    components: Components,
    language: Language,
    request: Request,
    contact: Contact | None,
    decision: Decision,
) -> str | None:
    """Return what would be asked; None where nothing is, or words are still to be asked for."""
    if contact is None or decision.outcome is not Outcome.CONFIRM:
        return None
    guard, recipients = components.guard, (Recipient(request, contact),)
    on_phone = guard.decisions.facts(request).on_phone
    try:
        return compose(
            recipients, decision, guard.household, language, secrets.randbelow, on_phone=on_phone
        ).text
    except MessageGuardError:
        return None


def _origins(hass: HomeAssistant, components: Components) -> Iterator[Origin]:
    """Yield each satellite as an origin, and one that nothing is known of."""
    for state in sorted(hass.states.async_all(SATELLITE_DOMAIN), key=lambda state: state.entity_id):
        yield _origin(hass, state.entity_id, _spoken(hass, components))
    yield _origin(hass, None, _spoken(hass, components))


def _origin(hass: HomeAssistant, satellite_id: str | None, language: str) -> Origin:
    return Origin(
        satellite_id=satellite_id, area_id=area_of(hass, satellite_id, None), language=language
    )


def _spoken(hass: HomeAssistant, components: Components) -> str:
    """Return Home Assistant's language if we speak it, else one that we do."""
    if components.languages.get(hass.config.language) is not None:
        return hass.config.language
    return next((language.code for language in components.languages), hass.config.language)


def _decide(components: Components, contact: Contact, origin: Origin) -> Decision:
    request = _request(origin, contact.name, contact.id, SAMPLE_BODY)
    decisions = components.guard.decisions
    return decisions.decide(request, decisions.facts(request))


def _request(origin: Origin, recipient: str, contact_id: str | None, body: str) -> Request:
    return Request(
        id=uuid.uuid4().hex,
        route=Route.SENTENCE,
        origin=origin,
        recipient=recipient,
        contact_id=contact_id,
        content=Content(body=body),
        created_at=dt_util.utcnow().timestamp(),
    )


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome.value,
        "level": decision.level.label,
        "reasons": list(decision.reasons),
    }
