"""Diagnostics: what helps to find a fault, and nothing that somebody said or is called.

Options are listed by what may be shown and not by what must be hidden, so that a setting that is added
later stays hidden until somebody decides about it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import (
    CONF_ACTIONS,
    CONF_CHANNEL,
    CONF_DEFAULT_LEVEL,
    CONF_INTENTS,
    CONF_LEVEL,
    CONF_MODEL_STEPS,
    CONF_OBSERVE,
    CONF_REACTIONS,
    CONF_SENDING_ALLOWED,
    CONF_TARGETS,
)
from .core.confirmation import Confirmation
from .core.errors import LedgerError
from .home.assistants import async_assistants
from .runtime import Components, MessageGuardConfigEntry

SHOWN_OPTIONS: Final = (
    CONF_DEFAULT_LEVEL,
    CONF_MODEL_STEPS,
    CONF_OBSERVE,
    CONF_REACTIONS,
    CONF_SENDING_ALLOWED,
    CONF_ACTIONS,
    CONF_INTENTS,
)
SHOWN_CONTACT: Final = (CONF_CHANNEL, CONF_LEVEL, CONF_OBSERVE)

STATISTICS_DAYS: Final = 7


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: MessageGuardConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of the guard."""
    data = entry.runtime_data
    components = data.components
    return {
        "options": _shown(entry.options, SHOWN_OPTIONS),
        "options_set": sorted(key for key, value in entry.options.items() if value),
        "subentries": [
            {
                "type": subentry.subentry_type,
                **_shown(subentry.data, SHOWN_CONTACT),
                "targets": _domains(subentry.data.get(CONF_TARGETS)),
            }
            for subentry in entry.subentries.values()
        ],
        "pipelines": [
            _pipeline(pipeline, guarded=data.pipelines.guarded(pipeline))
            for pipeline in async_assistants(hass)
        ],
        "started": components is not None,
        "guard": None if components is None else _guard(components),
        "ledger": None if components is None else await _ledger(components),
        "forwarding": None if components is None else _forwarding(components),
    }


def _guard(components: Components) -> dict[str, Any]:
    household = components.guard.household
    return {
        "sending_allowed": components.guard.sending_allowed,
        "contacts": len(household.contacts),
        "satisfiable": sorted(level.label for level in household.satisfiable),
        "rules": sorted(type(rule).__name__ for rule in household.policy),
        "languages": [language.code for language in components.languages],
        "pending": [_pending(item) for item in components.guard.pending],
    }


def _pending(confirmation: Confirmation) -> dict[str, Any]:
    request = confirmation.recipients[0].request
    return {
        "level": confirmation.level.label,
        "reasons": list(confirmation.reasons),
        "route": request.route.value,
        "recipients": len(confirmation.recipients),
        "characters": len(request.content.body),
        "heard": not confirmation.unheard,
        "tries_left": confirmation.tries_left,
    }


async def _ledger(components: Components) -> dict[str, Any]:
    watch = components.ledger_watch
    report = watch.report
    since = dt_util.utcnow() - timedelta(days=STATISTICS_DAYS)
    try:
        days = await components.ledger.statistics(int(since.timestamp() * 1_000_000))
    except LedgerError as error:
        return {"sound": watch.sound, "error": type(error).__name__}
    counts: Counter[str] = Counter()
    for day in days.values():
        counts.update(day)
    return {
        "sound": watch.sound,
        "entries": None if report is None else report.entries,
        "problem": None if report is None or report.problem is None else report.problem.code,
        "taken_back": components.ledger.taken_back,
        "last_days": dict(sorted(counts.items())),
    }


def _forwarding(components: Components) -> list[dict[str, Any]]:
    """Return how far each destination is; of its address only the host, since the rest may be a secret."""
    return [
        {
            "host": outbox.destination.host,
            "fields": outbox.destination.fields.value,
            "everything": not outbox.destination.since,
            "forwarded": None if outbox.mark is None else outbox.mark.sequence,
            "verdict": None if outbox.verdict is None else outbox.verdict.value,
            "failing_since": outbox.failing_since and outbox.failing_since.isoformat(),
        }
        for outbox in components.forwarding.outboxes.values()
    ]


def _pipeline(pipeline: Pipeline, *, guarded: bool) -> dict[str, Any]:
    return {
        "guarded": guarded,
        "language": pipeline.conversation_language,
        "prefer_local_intents": pipeline.prefer_local_intents,
        "speech_to_text": pipeline.stt_engine is not None,
    }


def _shown(values: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def _domains(targets: object) -> dict[str, int]:
    """Return how many targets there are of each domain: their names name people."""
    names = [str(target) for target in targets] if isinstance(targets, list) else []
    return dict(sorted(Counter(name.partition(".")[0] for name in names).items()))
