"""Scripts of the household: letter for letter, where their own templates would make something else of a message.

A script is called like any action, and its templates are Home Assistant's: of "2.50" they make 2.5. A message that they
would change is not handed to the script itself then: the same steps are run with templates that leave it as it is. What
such a script leads on to, another script, is out of reach, so that is refused.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from homeassistant.components.script.const import DOMAIN as SCRIPT_DOMAIN
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.script import Script
from homeassistant.helpers.template import render_complex

from ..bypasses.steps import templated
from ..core.contacts import Channel
from ..core.errors import DeliveryError
from ..hooks.entities import entity
from ..hooks.sequences import script_of
from .literal import alters, literal, starts_scripts

_STARTING: Final = frozenset({"turn_on", "turn_off", "toggle", "reload"})
"""Actions of the integration, which are no script's own."""

_CALL: Final = frozenset({"action", "data", "alias", "metadata", "target"})
"""Keys of a step that calls a script and does nothing else; a script has no target."""


_QUIET: Final = ("variables", "condition", "delay")
"""Steps that do nothing by themselves."""

_DEPTH: Final = 8
"""Scripts behind scripts that are looked into; one may lead back to itself."""


@callback
def is_script(action: object) -> bool:
    """Return whether an action is a script's own."""
    domain, _, name = str(action).partition(".")
    return domain == SCRIPT_DOMAIN and name not in _STARTING


@callback
def only_call(steps: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return the one step of these that calls a script, None where they are anything else."""
    step = steps[0] if len(steps) == 1 else None
    if isinstance(step, Mapping) and step.keys() <= _CALL and is_script(step.get("action")):
        return None if step.get("target") else step
    return None


@callback
def may_alter(hass: HomeAssistant, channel: Channel) -> bool:
    """Return whether a message would be refused by this channel that a template takes for something else."""
    called = () if channel.call is None else ({"action": channel.call.action},)
    steps = [*channel.sequence, *called]
    step = only_call(steps)
    if step is None:
        return starts_scripts(steps)
    found = script_of(entity(hass, str(step["action"])))
    return found is not None and starts_scripts(found.sequence)


@asynccontextmanager
async def steps(hass: HomeAssistant, sequence: Sequence[Any]) -> AsyncIterator[None]:
    """Run steps in here: where there are several, an error of one tells nothing of what went before it.

    Raises:
        DeliveryError: With the reason "channel_error", of which nothing is known, in that case.
    """
    try:
        yield
    except DeliveryError:
        raise
    except Exception as error:
        if _are_several(hass, sequence):
            raise DeliveryError("channel_error") from error
        raise


@callback
def _are_several(hass: HomeAssistant, sequence: Sequence[Any], depth: int = _DEPTH) -> bool:
    """Return whether something may have been sent before, or beside, the step that has failed."""
    acting = [step for step in sequence if not any(key in step for key in _QUIET)]
    action = acting[0].get("action") if len(acting) == 1 and depth else None
    if not isinstance(action, str) or templated(action):
        return True
    if not is_script(action):
        return action.startswith(f"{SCRIPT_DOMAIN}.")
    found = script_of(entity(hass, action))
    return found is not None and _are_several(hass, found.sequence, depth - 1)


async def run_script(
    hass: HomeAssistant, action: str, data: Mapping[str, Any], body: str, context: Context
) -> bool:
    """Run the steps of a script of the household's, if it would change the message; else return False.

    Args:
        hass: Home Assistant.
        action: The script, such as "script.tell_anna".
        data: What it is handed.
        body: The message.
        context: What it is run with.

    Raises:
        DeliveryError: If what it leads on to would change the message as well.
        Exception: Whatever one of its steps raises.
    """
    if not alters(hass, body):
        return False
    found = script_of(entity(hass, action))
    if found is None or starts_scripts(found.sequence):
        raise DeliveryError("channel_alters")
    copy = Script(
        hass,
        literal(found.sequence, body),
        found.name,
        SCRIPT_DOMAIN,
        variables=literal(found.variables, body),
    )
    state = hass.states.get(action)
    this = None if state is None else state.as_dict()
    async with steps(hass, found.sequence):
        await copy.async_run({"this": this, **data}, context)
    return True


def handed(step: Mapping[str, Any], body: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a checked step hands to the script that it calls."""
    return dict(render_complex(literal(step.get("data", {}), body), variables))
