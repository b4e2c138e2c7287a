"""The command about what is guarded, and how safe that is."""

from typing import Any

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from ..approvals.registrations import phones
from ..bypasses.watch import ISSUE_PREFIX
from ..const import (
    CONF_CHECKPOINT_FILE,
    CONF_CHECKPOINT_NOTIFY,
    CONF_CHECKPOINT_SEQUENCE,
    DOMAIN,
    ISSUE_CHECKPOINT_NOT_PUSHED,
)
from ..home.assistants import async_assistants
from ..ledger.format.entries import Kind
from ..ledger.reading import Filter
from ..panel.names import entity_name, iso_us
from ..panel.numbers import numbers
from ..panel.todo import issue_of
from ..settings.household import guarded_intents, ignored_bypasses, retention_days
from .command import Call, Result, command


@command("safety/state")
async def state(call: Call) -> Result:
    """Return what is guarded, what can pass, since when, and what a guess is worth."""
    pipelines = call.entry.runtime_data.pipelines
    components = call.components
    household = components.guard.household
    watch, ledger = components.ledger_watch, components.ledger
    report = watch.report
    language = components.languages.get(call.hass.config.language) or components.languages.get("en")
    return {
        "running_since": await _running_since(call),
        "observe": household.observe,
        "pipelines": [
            {
                "id": pipeline.id,
                "name": pipeline.name,
                "language": pipeline.conversation_language,
                "guarded": pipelines.guarded(pipeline),
            }
            for pipeline in async_assistants(call.hass)
        ],
        "actions": list(components.actions.guarded()),
        "intents": guarded_intents(call.entry),
        "can_pass": _can_pass(call),
        "ignored": len(ignored_bypasses(call.entry)),
        "gaps": []
        if report is None
        else [
            {"since": iso_us(gap.since), "until": iso_us(gap.until), "announced": gap.announced}
            for gap in report.gaps
        ],
        "ledger": {
            "sound": watch.sound,
            "entries": 0 if report is None else report.entries,
            "signed": 0 if report is None else report.signed,
            "checked_at": None if watch.checked_at is None else iso_us(watch.checked_at),
            "verifier_key": ledger.verifier_key,
            "retention_days": retention_days(call.entry),
        },
        "copies": _copies(call),
        "witnesses": _witnesses(call),
        "forwarding": _forwarding(call),
        "numbers": {
            **numbers(household, language),
            "device": {
                "approvers": await _approvers(call),
                "phones": len(household.phones),
                "phones_with_app": len(list(phones(call.hass))),
                "buttons": len(household.buttons),
            },
        },
    }


async def _running_since(call: Call) -> str | None:
    """Return since when a guard has stood in the door."""
    page = await call.components.ledger.page(Filter(kinds=(Kind.GUARD_ON,)), limit=1)
    return iso_us(page.rows[0].entry.time) if page.rows else None


async def _approvers(call: Call) -> int:
    """Return how many people may approve with a tap."""
    household = call.components.guard.household
    users = await call.hass.auth.async_get_users()
    return sum(
        user.is_active
        and not user.system_generated
        and household.may_approve(user.id, is_admin=user.is_admin)
        for user in users
    )


@callback
def _can_pass(call: Call) -> list[dict[str, Any]]:
    """Return the ways round that are open, those included that somebody has ignored in Repairs."""
    return [
        {
            "id": issue_id,
            "key": issue.translation_key,
            "placeholders": issue.translation_placeholders or {},
            "severity": None if issue.severity is None else issue.severity.value,
            "ignored": issue_of(call.hass, issue_id) is None,
        }
        for (domain, issue_id), issue in ir.async_get(call.hass).issues.items()
        if domain == DOMAIN and issue.active and issue_id.startswith(ISSUE_PREFIX)
    ]


@callback
def _copies(call: Call) -> list[dict[str, Any]]:
    """Return where checkpoints are sent, and whether the last one failed to reach one of those places."""
    options = call.entry.options
    failed = issue_of(call.hass, ISSUE_CHECKPOINT_NOT_PUSHED) is not None
    found: list[tuple[str, str | None]] = [
        ("notify", entity_name(call.hass, str(one)))
        for one in options.get(CONF_CHECKPOINT_NOTIFY) or []
    ]
    if options.get(CONF_CHECKPOINT_SEQUENCE):
        found.append(("actions", None))
    if path := options.get(CONF_CHECKPOINT_FILE):
        found.append(("file", str(path)))
    return [{"kind": kind, "name": name, "failed": failed} for kind, name in found]


@callback
def _forwarding(call: Call) -> list[dict[str, Any]]:
    """Return where the ledger is forwarded to, what of it goes out, and since when nothing was taken there.

    An address may hold a secret, so only its host is named.
    """
    return [
        {
            "host": outbox.destination.host,
            "fields": outbox.destination.fields.value,
            "verdict": None if outbox.verdict is None else outbox.verdict.value,
            "failing_since": outbox.failing_since and outbox.failing_since.isoformat(),
        }
        for outbox in call.components.forwarding.outboxes.values()
    ]


@callback
def _witnesses(call: Call) -> list[dict[str, Any]]:
    """Return the household's witnesses, and what came of asking each last."""
    witnesses = call.components.witnesses
    found = []
    for witness in witnesses.chosen:
        state = witnesses.states.get(str(witness.key))
        verdict = None if state is None else state.verdict
        found.append(
            {
                "name": witness.key.name,
                "url": witness.url,
                "verdict": None if verdict is None else verdict.value,
                "entries": 0 if state is None else state.size,
            }
        )
    return found
