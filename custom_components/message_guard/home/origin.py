"""Where an utterance came from, read off Home Assistant's own records."""

from typing import Final

from homeassistant.components.conversation import ConversationInput
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import chat_session, device_registry as dr, entity_registry as er, intent

from ..core.request import Origin

_USER: Final = "user"


@callback
def origin_of_input(
    hass: HomeAssistant, user_input: ConversationInput, conversation_id: str | None
) -> Origin:
    """Return the origin of a conversation turn; `conversation_id` is the session's own."""
    satellite_id = _satellite(hass, user_input)
    return Origin(
        satellite_id=satellite_id,
        device_id=user_input.device_id,
        area_id=area_of(hass, satellite_id, user_input.device_id),
        user_id=user_input.context.user_id,
        conversation_id=conversation_id,
        agent_id=user_input.agent_id,
        language=user_input.language,
        utterance=user_input.text,
    )


@callback
def origin_of_intent(hass: HomeAssistant, intent_obj: intent.Intent) -> Origin:
    """Return the origin of an intent that is handled outside of a conversation turn that is known."""
    session = chat_session.current_session.get()
    return Origin(
        satellite_id=intent_obj.satellite_id,
        device_id=intent_obj.device_id,
        area_id=area_of(hass, intent_obj.satellite_id, intent_obj.device_id),
        user_id=intent_obj.context.user_id,
        conversation_id=session.conversation_id if session is not None else None,
        agent_id=intent_obj.conversation_agent_id,
        language=intent_obj.language,
        utterance=intent_obj.text_input or "",
    )


@callback
def _satellite(hass: HomeAssistant, user_input: ConversationInput) -> str | None:
    """Return the satellite that has heard the utterance, None where somebody only claims so.

    Over the interfaces any user can name a satellite, and with it the rules and the questions that are
    that satellite's own. A satellite's own turns carry no user, or one that its integration has made for
    itself (homeassistant/components/voip keeps it in its entry as "user").
    """
    satellite_id, user_id = user_input.satellite_id, user_input.context.user_id
    if satellite_id is None or user_id is None:
        return satellite_id
    entity = er.async_get(hass).async_get(satellite_id)
    entry_id = entity.config_entry_id if entity is not None else None
    entry = hass.config_entries.async_get_entry(entry_id) if entry_id is not None else None
    return satellite_id if entry is not None and entry.data.get(_USER) == user_id else None


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
