"""Commands about the rules: what would happen, for whom, from where, and what is guarded."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from typing import Any, Final
import uuid

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import probatio

from ..approvals.control import failed, invalid
from ..const import CONF_ALIASES, DOMAIN
from ..core.contacts import Contact
from ..core.policy import Decision
from ..core.request import Content, Origin, Request, Route
from ..core.text import speakable
from ..flows.fields import SATELLITE_DOMAIN
from ..flows.persons import also_called
from ..home.assistants import async_assistants
from ..home.heard_names import heard_names
from ..home.origin import area_of
from ..runtime import Components
from ..settings.household import guarded_intents
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
        rows.append({"id": contact.id, "name": contact.name, "levels": decided})
    return {"satellites": [origin.satellite_id for origin in origins], "contacts": rows}


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
        return {"language": None, "understood": None, "recipients": []}
    found = recogniser.recognise(wanted["sentence"])
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
        result["recipients"].append(
            {
                "said": recipient,
                "contact_id": facts.contact.id if facts.contact else None,
                **_decided(components.guard.decisions.decide(request, facts)),
            }
        )
    return result


@command("rules/routes")
async def routes(call: Call) -> Result:
    """Return what is guarded, and the ways round that Repairs lists."""
    pipelines = call.entry.runtime_data.pipelines
    report = call.components.ledger_watch.report
    return {
        "pipelines": [
            {
                "id": pipeline.id,
                "name": pipeline.name,
                "language": pipeline.conversation_language,
                "guarded": pipelines.guarded(pipeline),
            }
            for pipeline in async_assistants(call.hass)
        ],
        "actions": list(call.components.actions.guarded()),
        "intents": guarded_intents(call.entry),
        "issues": [
            {
                "id": issue_id,
                "key": issue.translation_key,
                "placeholders": issue.translation_placeholders,
            }
            for (domain, issue_id), issue in ir.async_get(call.hass).issues.items()
            if domain == DOMAIN and issue.active
        ],
        "gaps": 0 if report is None else len(report.gaps),
    }


@command("names/heard")
async def names_heard(call: Call) -> Result:
    """Return names that were heard and are on nobody's list, the most frequent first."""
    return {
        "names": [
            {
                "name": heard.name,
                "times": heard.times,
                "last": dt_util.utc_from_timestamp(heard.last / 1_000_000).isoformat(),
                "satellite_id": heard.satellite_id,
            }
            for heard in await heard_names(call.components)
        ]
    }


@command(
    "names/make_alias",
    {
        probatio.Required("contact_id"): str,
        probatio.Required("alias"): probatio.All(str, probatio.Length(min=1, max=200)),
    },
)
async def make_alias(call: Call) -> Result:
    """Let a contact answer to another name."""
    contact_id = call.message["contact_id"]
    if call.components.guard.household.contacts.get(contact_id) is None:
        raise invalid("no_contact")
    alias = speakable(call.message["alias"])
    problem = await also_called(call.hass, call.entry, contact_id, alias)
    if problem is not None:
        raise failed(problem[0], name=alias, other=problem[1])
    return {"aliases": call.entry.subentries[contact_id].data[CONF_ALIASES]}


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
