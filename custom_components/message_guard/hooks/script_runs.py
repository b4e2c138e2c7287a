"""What runs at this moment: of automations, of scripts, and of whatever else has steps.

Relies on: helpers/script.py, which keeps every `Script` in one list (`DATA_SCRIPTS`), each with its runs (`_runs`), and of
a run the context and the variables it was begun with (`_context`, `_variables`); since 2026.10. When that is gone: looking
raises, which is logged, and what had been running when the guard came is not known as spoken.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.script import DATA_SCRIPTS


@callback
def runs(hass: HomeAssistant) -> Iterator[tuple[Context, Mapping[str, Any]]]:
    """Yield the context of everything that runs, and the variables that it has."""
    for script in hass.data.get(DATA_SCRIPTS, {}).values():
        for run in script["instance"]._runs:  # noqa: SLF001 - nothing public tells what runs
            context: Any = run._context  # noqa: SLF001
            if isinstance(context, Context):
                yield context, run._variables  # noqa: SLF001
