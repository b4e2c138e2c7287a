"""Ways to give a proof outside the conversation: a phone, a question on a satellite, a button."""

from homeassistant.core import HomeAssistant

from ..core.household import Household


async def may_approve(hass: HomeAssistant, household: Household, user_id: str | None) -> bool:
    """Return whether the approval of this Home Assistant user is a proof in this household."""
    if user_id is None:
        return False
    user = await hass.auth.async_get_user(user_id)
    if user is None or not user.is_active:
        return False
    return household.may_approve(user.id, is_admin=user.is_admin)
