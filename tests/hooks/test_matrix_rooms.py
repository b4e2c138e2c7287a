"""The alias of a Matrix room is known as the real bot knows it."""

from homeassistant.components.matrix import MatrixBot
from homeassistant.components.matrix.const import DOMAIN
from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.matrix_rooms import MATRIX_DOMAIN, room_id

ALIAS, ROOM = "#family:example.org", "!abc:example.org"


async def test_an_alias_is_the_room_that_the_bot_listens_in(house: HomeAssistant) -> None:
    """What is not known stays what it is, and so does everything without a bot."""
    assert MATRIX_DOMAIN == DOMAIN
    assert room_id(house, ALIAS) == ALIAS
    made = (house, "", "http://127.0.0.1", True, "@house:example.org", "", [ALIAS], [])
    house.data[DOMAIN] = bot = MatrixBot(*made)
    assert room_id(house, ALIAS) == ALIAS
    bot._listening_rooms |= {ALIAS: ROOM}
    assert room_id(house, ALIAS) == ROOM
    assert room_id(house, ROOM) == ROOM
