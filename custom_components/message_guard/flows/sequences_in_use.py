"""What speech can start today, call by call."""

from homeassistant.core import HomeAssistant

from ..bypasses.sequences import Start, spoken_sequences
from ..bypasses.steps import Call


async def calls_in_use(hass: HomeAssistant) -> tuple[tuple[Call, str], ...]:
    """Return every call that speech can start, with the name of the automation, script or intent."""
    return tuple(
        (call, spoken.name)
        for spoken in await spoken_sequences(hass)
        if spoken.start is Start.SPEECH
        for call in spoken.calls
    )
