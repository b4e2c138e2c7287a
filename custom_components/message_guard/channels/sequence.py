"""A contact's own actions, with the message as a variable."""

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from ..const import DOMAIN
from ..core.contacts import Channel
from ..core.errors import DeliveryError


async def run_actions(
    hass: HomeAssistant, channel: Channel, name: str, body: str, context: Context
) -> None:
    """Run the actions of a channel, with the variables `message` and `contact`.

    Raises:
        DeliveryError: If they are none that can be run.
        Exception: Whatever one of them raises.
    """
    try:
        sequence = await async_validate_actions_config(
            hass, cv.SCRIPT_SCHEMA(list(channel.sequence))
        )
    except Exception as error:
        raise DeliveryError("channel_invalid") from error
    script = Script(hass, sequence, f"Message to {name}", DOMAIN)
    await script.async_run({"message": body, "contact": name}, context=context)
