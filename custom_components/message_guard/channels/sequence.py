"""A contact's own actions, with the message as a variable."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from ..const import DOMAIN
from ..core.contacts import Channel
from ..core.errors import DeliveryError
from .literal import alters, literal, starts_scripts


async def run_actions(
    hass: HomeAssistant, channel: Channel, name: str, body: str, context: Context
) -> None:
    """Run the actions of a channel, with the variables `message` and `contact`.

    Raises:
        DeliveryError: If they are none that can be run, or would change the message on its way.
        Exception: Whatever one of them raises.
    """
    steps = list(channel.sequence)
    if starts_scripts(steps):
        refuse_altered(hass, body)
    try:
        sequence: list[Any] = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(steps))
    except Exception as error:
        raise DeliveryError("channel_invalid") from error
    script = Script(hass, literal(sequence, body), f"Message to {name}", DOMAIN)
    await script.async_run({"message": body, "contact": name}, context=context)


def refuse_altered(hass: HomeAssistant, body: str) -> None:
    """Refuse a message that a script of the household's would turn into something else.

    Raises:
        DeliveryError: If it would.
    """
    if alters(hass, body):
        raise DeliveryError("channel_alters")
