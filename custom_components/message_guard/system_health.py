"""System health: whether the guard works, in a few lines."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .core.errors import LedgerError
from .home.assistants import async_assistants
from .ledger.reading import Filter
from .runtime import Components, MessageGuardConfigEntry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what the system's page shows."""
    register.async_register_info(system_health_info)


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the lines."""
    entries: list[MessageGuardConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        return {"started": False}
    data = entries[0].runtime_data
    if data.components is None:
        return {"started": False}
    pipelines = async_assistants(hass)
    guarded = sum(data.pipelines.guarded(pipeline) for pipeline in pipelines)
    report = data.components.ledger_watch.report
    written = await _entries(data.components)
    return {
        "started": True,
        "sending_allowed": data.components.guard.sending_allowed,
        "guarded_assistants": f"{guarded}/{len(pipelines)}",
        "pending": len(data.components.guard.pending),
        "ledger_entries": f"{0 if report is None else report.entries}/{written}",
        "ledger_sound": bool(data.components.ledger_watch.sound),
        "ledger_forwarded": _forwarded(data.components, written),
    }


async def _entries(components: Components) -> int | str:
    """Return how many entries the message log has; a question mark if it cannot be read."""
    try:
        newest = (await components.ledger.page(Filter(), limit=1)).rows
    except LedgerError:
        return "?"
    return newest[0].entry.sequence if newest else 0


def _forwarded(components: Components, entries: int | str) -> str:
    """Return how many entries each destination has, a dash if there is none."""
    found = [
        f"{outbox.destination.host} {'?' if outbox.mark is None else outbox.mark.sequence}/{entries}"
        for outbox in components.forwarding.outboxes.values()
    ]
    return ", ".join(found) or "-"
