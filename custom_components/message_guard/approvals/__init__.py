"""Ways to give a proof outside the conversation: a phone, a question on a satellite, a button."""

from homeassistant.core import Context, HomeAssistant

from ..core.control import Caller
from ..core.household import Household


async def caller_of(
    hass: HomeAssistant,
    context: Context,
    *,
    spoken: bool = False,
    outside: bool = False,
    program: bool = False,
) -> Caller:
    """Return what Home Assistant knows of whoever made a call, or fired an event, with this context.

    A user that Home Assistant has made for itself, such as the one that add-ons act as, is a program.
    """
    user = None if context.user_id is None else await hass.auth.async_get_user(context.user_id)
    return Caller(
        spoken=spoken,
        user_id=context.user_id,
        active=user is not None and user.is_active,
        is_admin=user is not None and user.is_admin,
        outside=outside,
        caused=context.parent_id is not None,
        program=program or (user is not None and user.system_generated),
    )


async def may_approve(hass: HomeAssistant, household: Household, user_id: str | None) -> bool:
    """Return whether the approval of this Home Assistant user is a proof in this household."""
    return (await caller_of(hass, Context(user_id=user_id))).may_approve(household)
