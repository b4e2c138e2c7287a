"""Whether anybody could tap: what a risk asks for depends on it, at every moment."""

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.approvals import taps
from custom_components.message_guard.approvals.registrations import Phone
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guarding.records import Approver


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[Phone]:
    """Return the phones that have the app; a test adds to them."""
    found: list[Phone] = []
    monkeypatch.setattr(taps, "phones", lambda _hass: tuple(found))
    return found


def phone(user: User) -> Phone:
    """Return a phone of this person."""
    return Phone(id="p", name="Pixel", user_id=user.id, device_id=None, service="mobile_app_p")


async def asked(hass: HomeAssistant) -> str:
    """Return what a message needs while nobody is home."""
    hass.states.async_set("zone.home", "0")
    hass.states.async_set("person.anna", "not_home")
    answer = await hass.services.async_call(
        DOMAIN, "send", {"contact": "Anna", "message": "hi"}, blocking=True, return_response=True
    )
    assert answer is not None
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    (waiting,) = entry.runtime_data.components.guard.pending
    await hass.services.async_call(
        DOMAIN, "decline", {"confirmation_id": waiting.id}, blocking=True, return_response=True
    )
    await hass.async_block_till_done()
    return str(waiting.level.label)


async def test_a_phone_of_somebody_who_may_approve(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    registered: list[Phone],
    hass_admin_user: MockUser,
) -> None:
    """Without one, nobody is told to tap on what is not there."""
    admin = await assist.auth.async_create_user("Ada", group_ids=[GROUP_ID_ADMIN])
    assert await asked(assist) == "code"
    registered.append(phone(admin))
    assert await asked(assist) == "device"
    await assist.auth.async_update_user(admin, group_ids=[GROUP_ID_USER])
    await assist.async_block_till_done()
    assert await asked(assist) == "code"


async def test_a_phone_of_a_guest_is_none(
    hass_owner_user: MockUser,
    assist: HomeAssistant,
    guard: MockConfigEntry,
    registered: list[Phone],
) -> None:
    """Until the household lets the guest approve."""
    guest = await assist.auth.async_create_user("Guest", group_ids=[GROUP_ID_USER])
    registered.append(phone(guest))
    assert await asked(assist) == "code"
    options = {**guard.options, "approvers": [guest.id]}
    assist.config_entries.async_update_entry(guard, options=options)
    await assist.async_block_till_done()
    assert await asked(assist) == "device"


async def test_where_no_phone_is_the_question_names_none(
    assist: HomeAssistant, guard: MockConfigEntry, registered: list[Phone]
) -> None:
    """What comes from outside needs a tap; without a phone it is one on Message Guard's own page."""
    admin = await assist.auth.async_create_user("Ada", group_ids=[GROUP_ID_ADMIN])
    components = guard.runtime_data.components
    assert components is not None
    for there, named in (([], "in Message Guard, on a screen"), ([phone(admin)], "on your phone")):
        registered[:] = there
        origin = Origin(language="en", from_outside=True, conversation_id=named)
        answer = await components.guard.submit(
            Request(
                id=named,
                route=Route.SENTENCE,
                origin=origin,
                recipient="Anna",
                content=Content(body="hi"),
                created_at=0.0,
            )
        )
        assert named in answer.text
        (waiting,) = components.guard.pending
        await components.guard.decline(waiting.id, Approver(admin.id, "panel"))
