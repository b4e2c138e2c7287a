"""Calls of one action in automations, scripts and intents that speech can start."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant, callback

from ..routes.sequences import Call, spoken_sequences


@callback
def calls_of(hass: HomeAssistant, action: str) -> Iterator[Call]:
    """Yield every configured call of this action."""
    for spoken in spoken_sequences(hass):
        for call in spoken.calls:
            if call.action == action:
                yield call
