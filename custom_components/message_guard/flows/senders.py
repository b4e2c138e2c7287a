"""What sends today because somebody speaks: a household is told before any of it is stopped."""

from homeassistant.core import HomeAssistant

from ..core.senders import Shape, Sort
from ..routes.action_table import SENDERS
from ..routes.sequences import spoken_sequences
from ..routes.steps import Call
from ..routes.ways import carries_words


async def voice_senders(hass: HomeAssistant) -> tuple[str, ...]:
    """Return the names of the automations, scripts and intents that send something when somebody speaks."""
    found = await spoken_sequences(hass)
    return tuple(dict.fromkeys(item.name for item in found if any(map(_sends, item.calls))))


def _sends(call: Call) -> bool:
    if call.action is None:
        return False
    seen = Shape(call.action, frozenset(map(str, call.data)) or None)
    return SENDERS.sort(seen) is Sort.SENDS or carries_words(call)
