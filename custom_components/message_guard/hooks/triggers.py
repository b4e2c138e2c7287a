"""What starts an automation, as Home Assistant has validated it.

Relies on: components/automation/__init__.py, whose `AutomationEntity` keeps its triggers in `_trigger_config`, validated and
flattened, those of a blueprint filled in; since 2026.10. One that could not be read has none. When that is gone: no
trigger is known, so no sentence is found that takes our utterances, and no way round that one opens; what is spoken is
held as ever.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.core import callback


@callback
def triggers_of(automation: object) -> Iterable[Mapping[str, Any]]:
    """Return the triggers of an automation's entity; none where it has none, or is anything else."""
    triggers: Iterable[Mapping[str, Any]] = getattr(automation, "_trigger_config", ())
    return triggers
