"""Which room an alias of Matrix stands for, as Home Assistant's own bot has found out.

Relies on: components/matrix/__init__.py, which keeps its bot at `hass.data["matrix"]`, with the rooms that it listens in
by what they are called in the configuration (`_listening_rooms`); since 2026.10. When that is gone: an alias stands for
no room that is known, and what is written there is a stranger's.
"""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback

MATRIX_DOMAIN: Final = "matrix"


@callback
def room_id(hass: HomeAssistant, room: str) -> str:
    """Return the id of a room ("!abc:example.org") by its alias ("#family:example.org"); itself where that is not known."""
    known = getattr(hass.data.get(MATRIX_DOMAIN), "_listening_rooms", None)
    return str(known.get(room, room)) if isinstance(known, Mapping) else room
