"""Legacy notify actions are known by their integration, and groups by their members."""

from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.notify_platforms import members_of, platform_of
from tests.hooks.house import set_up


async def test_a_group_and_its_members(house: HomeAssistant) -> None:
    """Each with what it always gets."""
    members = [{"action": "anna"}, {"action": "bob", "data": {"title": "Home"}}]
    group = {"platform": "group", "name": "family", "services": members}
    await set_up(house, "notify", [group])
    assert house.services.has_service("notify", "family")
    assert platform_of(house, "family") == "group"
    found = [(member["action"], member.get("data")) for member in members_of(house, "family")]
    assert found == [("anna", None), ("bob", {"title": "Home"})]


async def test_any_other_action_is_none(house: HomeAssistant) -> None:
    """With groups, and without notify at all."""
    assert platform_of(house, "family") is None
    assert list(members_of(house, "family")) == []
    group = {"platform": "group", "name": "family", "services": [{"action": "anna"}]}
    await set_up(house, "notify", [group])
    assert platform_of(house, "anna") is None
    assert list(members_of(house, "anna")) == []
