"""Where an utterance came from, read off Home Assistant's own records."""

from homeassistant.components.conversation import ConversationInput
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..core.request import Origin


@callback
def origin_of_input(
    hass: HomeAssistant, user_input: ConversationInput, conversation_id: str | None
) -> Origin:
    """Return the origin of a conversation turn; `conversation_id` is the session's own."""
    return Origin(
        satellite_id=user_input.satellite_id,
        device_id=user_input.device_id,
        area_id=area_of(hass, user_input.satellite_id, user_input.device_id),
        user_id=user_input.context.user_id,
        conversation_id=conversation_id,
        agent_id=user_input.agent_id,
        language=user_input.language,
        utterance=user_input.text,
    )


@callback
def area_of(hass: HomeAssistant, entity_id: str | None, device_id: str | None) -> str | None:
    """Return the area of an entity, else of its device, else of the device that was named."""
    if entity_id is not None and (entity := er.async_get(hass).async_get(entity_id)) is not None:
        if entity.area_id is not None:
            return entity.area_id
        device_id = entity.device_id or device_id
    if device_id is not None and (device := dr.async_get(hass).async_get(device_id)) is not None:
        return device.area_id
    return None
