"""Every entity can be found as an object."""

from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.entities import by_domain, entities, entity
from tests.hooks.house import set_up


async def test_they_are_found_by_domain_and_by_id(house: HomeAssistant) -> None:
    """Whoever has loaded them."""
    await set_up(house, "input_boolean", {"lamp": None, "fan": None})
    await set_up(house, "script", {"wait": {"sequence": []}})
    found = {domain: sorted(item.entity_id for item in kept) for domain, kept in by_domain(house)}
    assert found["input_boolean"] == ["input_boolean.fan", "input_boolean.lamp"]
    assert found["script"] == ["script.wait"]
    assert [item.entity_id for item in entities(house, "script")] == ["script.wait"]
    lamp = entity(house, "input_boolean.lamp")
    assert lamp is not None
    assert lamp.entity_id == "input_boolean.lamp"


async def test_what_is_not_there_is_not_found(house: HomeAssistant) -> None:
    """Neither a domain nor an entity."""
    await set_up(house, "input_boolean", {"lamp": None})
    assert list(entities(house, "light")) == []
    assert entity(house, "light.lamp") is None
    assert entity(house, "input_boolean.fan") is None
