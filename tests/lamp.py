"""A lamp that speech switches, and the message that an automation sends of it."""

from homeassistant.setup import async_setup_component

from tests.spoken_home import SpokenHome

SENT = [("notify.anna", "Dinner is ready")]
LAMP = {"input_boolean": {"lamp": None}}
WHEN_LAMP = {"trigger": "state", "entity_id": "input_boolean.lamp", "to": "on"}


async def lamp(home: SpokenHome) -> None:
    """Put up a lamp."""
    assert await async_setup_component(home.hass, "input_boolean", LAMP)


def untouched(home: SpokenHome) -> None:
    """Check that it arrived, and that the guard had nothing to do with it."""
    assert home.sent == SENT
    assert home.kinds == []
    assert home.pending == ()
