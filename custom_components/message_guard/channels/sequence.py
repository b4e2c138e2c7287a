"""A contact's own actions, with the message as a variable."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from ..const import DOMAIN
from ..core.contacts import Channel
from ..core.errors import DeliveryError
from .literal import alters, literal, starts_scripts
from .scripts import handed, only_call, run_script, steps


async def run_actions(
    hass: HomeAssistant, channel: Channel, name: str, body: str, context: Context
) -> None:
    """Run the actions of a channel, with the variables `message` and `contact`.

    Raises:
        DeliveryError: If they are none that can be run, or would change the message on its way.
        Exception: Whatever one of them raises.
    """
    try:
        sequence: list[Any] = await async_validate_actions_config(
            hass, cv.SCRIPT_SCHEMA(list(channel.sequence))
        )
    except Exception as error:
        raise DeliveryError("channel_invalid") from error
    variables = {"message": body, "contact": name}
    if (step := only_call(sequence)) is not None:
        data = handed(step, body, variables)
        if await run_script(hass, step["action"], data, body, context):
            return
    elif starts_scripts(sequence) and alters(hass, body):
        raise DeliveryError("channel_alters")
    script = Script(hass, literal(sequence, body), f"Message to {name}", DOMAIN)
    async with steps(hass, sequence):
        await script.async_run(variables, context=context)
