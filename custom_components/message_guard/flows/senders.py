"""What sends today because somebody speaks: a household is told before any of it is stopped."""

from fnmatch import fnmatchcase

from homeassistant.core import HomeAssistant, callback

from ..routes.actions import ALWAYS_GUARDED
from ..routes.gaps import carries_words, stays_in_the_house
from ..routes.sequences import Call, spoken_sequences


@callback
def voice_senders(hass: HomeAssistant) -> tuple[str, ...]:
    """Return the names of the automations, scripts and intents that send something when somebody speaks."""
    names = (item.name for item in spoken_sequences(hass) if any(map(_sends, item.calls)))
    return tuple(dict.fromkeys(names))


def _sends(call: Call) -> bool:
    action = call.action
    if action is None or stays_in_the_house(action):
        return False
    guarded = any(fnmatchcase(action, pattern) for pattern in ALWAYS_GUARDED)
    return guarded or carries_words(action, call.data)
