"""Other assistants that may start what a household has written, and telephones that announcements ring.

Their own cloud or device does the listening: the call carries no sign that somebody spoke, so nothing that it leads
to is held.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.assist_satellite.const import DOMAIN as SATELLITE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import CONF_ACTIONS
from ..hooks.other_assistants import assistants
from .bypass import Bypass, fingerprint_of
from .sequences import Reading, Spoken
from .ways import carries_words

if TYPE_CHECKING:
    from ..runtime import Components

BYPASS_LISTENER: Final = "gap_listener"
BYPASS_TELEPHONE: Final = "gap_telephone"

_TELEPHONES: Final = "voip"
"""Satellites of this integration are telephones, in the house or anywhere else."""


async def listener_bypasses(
    reading: Reading, hass: HomeAssistant, components: Components
) -> tuple[Bypass, ...]:
    """Return which other assistants may start something that sends, guarded or not."""
    found = []
    for name, exposed in assistants(hass):
        started = await reading.started_by(exposed)
        sending = [
            item for item in started if any(_sends(hass, call, components) for call in item.calls)
        ]
        if sending:
            found.append(_bypass(name, sending))
    return tuple(found)


def _sends(hass: HomeAssistant, call: Any, components: Components) -> bool:
    named = call.may_be if call.action is None else (call.action,)
    guarded = any(components.actions.guards(*action.split(".", 1)) for action in named)
    return guarded or carries_words(hass, call)


def _bypass(assistant: str, sending: list[Spoken]) -> Bypass:
    names = ", ".join(sorted(item.name for item in sending))
    prints = sorted(item.fingerprint for item in sending)
    return Bypass(
        BYPASS_LISTENER,
        assistant,
        {"assistant": assistant, "names": names},
        fingerprint=fingerprint_of(assistant, *prints),
    )


@callback
def telephone_bypasses(hass: HomeAssistant, components: Components) -> Iterator[Bypass]:
    """Yield the telephones that a broadcast or an announcement rings, unless announcements are guarded."""
    if components.actions.guards(SATELLITE, "announce"):
        return
    telephones = [
        item
        for item in er.async_get(hass).entities.values()
        if item.domain == SATELLITE and item.platform == _TELEPHONES and not item.disabled
    ]
    for item in telephones:
        state = hass.states.get(item.entity_id)
        yield Bypass(
            BYPASS_TELEPHONE,
            item.entity_id,
            {"name": item.entity_id if state is None else state.name},
            value=f"{SATELLITE}.announce",
            option=CONF_ACTIONS,
            fingerprint=item.id,
        )
