"""The choice of calls that always say the same: they may go without a proof."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..bypasses.steps import text_of
from ..const import CONF_FIXED_CALLS
from ..core.fixed_call import WORD_FIELDS
from ..interception.fixed_calls import FixedCall, fixed_calls
from ..runtime import MessageGuardConfigEntry, components_of

SHOWN_WORDS = 80
"""Characters of a message that a choice shows."""


async def fixed_call_choices(
    hass: HomeAssistant, entry: MessageGuardConfigEntry
) -> tuple[probatio.Schema, list[str]]:
    """Return the form, and what there is to choose; nothing while the guard is not loaded."""
    components = components_of(entry)
    found = () if components is None else await fixed_calls(hass, components.actions.guards)
    schema = probatio.Schema(
        {
            probatio.Optional(CONF_FIXED_CALLS): SelectSelector(
                SelectSelectorConfig(
                    options=_options(found), multiple=True, mode=SelectSelectorMode.LIST
                )
            )
        }
    )
    return schema, [item.id for item in found]


def _options(found: Iterable[FixedCall]) -> list[SelectOptionDict]:
    return [SelectOptionDict(value=item.id, label=_label(item)) for item in found]


def _label(item: FixedCall) -> str:
    """Return by what people know it: the automation, the action and its words."""
    data = item.call.data
    words = next((text_of(data[key]) for key in WORD_FIELDS if key in data), "")
    shown = words if len(words) <= SHOWN_WORDS else f"{words[:SHOWN_WORDS]}…"
    return f"{item.name}: {item.call.action}" + (f" “{shown}”" if shown else "")
