"""What runs already when the guard begins to watch: it was spoken unless its trigger shows that nobody spoke.

A script that a voice has started may wait, and send later. Nothing tells afterwards who has started it, so
a doubt counts as speech. Home Assistant keeps all its scripts, those of automations and of entities among
them, in one list (homeassistant/helpers/script.py).
"""

from collections.abc import Iterator, Mapping
import logging
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID, CONF_PLATFORM
from homeassistant.core import Context, HomeAssistant, callback

from ..core.request import Origin
from ..hooks.script_runs import runs
from .lineage import Kinship
from .script_trace import Trigger, caller_of, is_state, sentence_of
from .turns import Turns

_LOGGER = logging.getLogger(__name__)

NOBODY_SPOKE: Final = frozenset(
    {"time", "time_pattern", "sun", "calendar", "homeassistant", "webhook", "mqtt", "tag"}
)
"""Platforms of triggers that are a clock's, Home Assistant's own, or come from outside."""


@callback
def tag_what_runs(hass: HomeAssistant, turns: Turns) -> None:
    """Remember what runs now as spoken, as far as it may have been. Raises nothing."""
    try:
        running = list(_runs(hass))
    except Exception as error:  # noqa: BLE001 - another version may keep its scripts elsewhere
        _LOGGER.error("What runs already is unknown: %s", type(error).__name__)
        return
    unspoken = {context.id for context, trigger, _ in running if trigger and _nobody_spoke(trigger)}
    for context, trigger, entity_id in running:
        if turns.run_began(context, entity_id):
            continue
        if context.id in unspoken:
            turns.nobody_spoke(context)
            continue
        sentence = None if trigger is None else sentence_of(trigger)
        origin = Origin(user_id=context.user_id) if sentence is None else sentence[1]
        reaction = trigger is not None and sentence is None and _is_reaction(trigger)
        kinship = Kinship.REACTION if reaction else Kinship.DIRECT
        turns.remember(origin, context, kinship)


def _runs(hass: HomeAssistant) -> Iterator[tuple[Context, Trigger | None, str]]:
    """Yield the context of everything that runs, the trigger of what an automation has begun, and what it is."""
    for context, variables in runs(hass):
        trigger, this = variables.get("trigger"), variables.get("this")
        entity_id = this.get(ATTR_ENTITY_ID, "") if isinstance(this, Mapping) else ""
        yield context, trigger if isinstance(trigger, Mapping) else None, str(entity_id)


def _nobody_spoke(trigger: Trigger) -> bool:
    return trigger.get(CONF_PLATFORM) in NOBODY_SPOKE


def _is_reaction(trigger: Trigger) -> bool:
    return is_state(trigger) and caller_of(trigger) is not None
