"""Scripts of the household: letter for letter, where their own templates would make something else of a message.

A script is called like any action, and its templates are Home Assistant's: of "2.50" they make 2.5. A message that they
would change is not handed to the script itself then: the same steps are run with templates that leave it as it is. What
such a script leads on to, another script, is out of reach, so that is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.components.script.const import DOMAIN as SCRIPT_DOMAIN
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.script import Script
from homeassistant.helpers.template import render_complex

from ..core.contacts import Channel
from ..core.errors import DeliveryError
from .literal import alters, literal, starts_scripts

_STARTING: Final = frozenset({"turn_on", "turn_off", "toggle", "reload"})
"""Actions of the integration, which are no script's own."""

_CALL: Final = frozenset({"action", "data", "alias", "metadata", "target"})
"""Keys of a step that calls a script and does nothing else; a script has no target."""


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
    found = _script(hass, str(step["action"]))
    return found is not None and starts_scripts(found.sequence)


@callback
def _script(hass: HomeAssistant, action: str) -> Script | None:
    component = hass.data.get(SCRIPT_DOMAIN)
    entity: Any = getattr(component, "get_entity", lambda _entity_id: None)(action)
    found = getattr(entity, "script", None)
    return found if isinstance(found, Script) else None


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
    found = _script(hass, action)
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
    await copy.async_run({"this": this, **data}, context)
    return True


def handed(step: Mapping[str, Any], body: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a checked step hands to the script that it calls."""
    return dict(render_complex(literal(step.get("data", {}), body), variables))
