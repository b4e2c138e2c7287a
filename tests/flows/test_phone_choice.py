"""Choosing phones in the options: each with the name of whoever registered it."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.message_guard.approvals.registrations import Phone
from custom_components.message_guard.flows import fields


@pytest.mark.parametrize("known", [True, False])
async def test_phones_are_offered_by_their_owners(
    hass: HomeAssistant, hass_admin_user: MockUser, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """A phone whose owner is gone keeps its own name."""
    owner = hass_admin_user.id if known else "gone"
    phone = Phone(id="p", name="Pixel", user_id=owner, device_id=None, service="mobile_app_pixel")
    monkeypatch.setattr(fields, "registered_phones", lambda _hass: (phone,))
    selector, ids = await fields.phones(hass)
    assert ids == ["p"]
    (option,) = selector.config["options"]
    assert option["value"] == "p"
    assert option["label"] == (f"Pixel ({hass_admin_user.name})" if known else "Pixel")
