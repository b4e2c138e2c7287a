"""What sends today because somebody speaks: a household is told before any of it is stopped."""

from collections.abc import Iterator
import re
from typing import Final

from homeassistant.const import CONF_ACTION
from homeassistant.core import HomeAssistant, callback

from ..bypasses.sequences import spoken_sequences
from ..bypasses.steps import Call, text_of
from ..core.senders import Shape, Sort
from ..interception.action_table import SENDERS

_NAMED: Final = re.compile(r"\b([a-z][a-z0-9_]*)\.([a-z0-9_]*)")
"""The beginning of an action in the source of a template, as in "notify.mobile_app_{{ who }}"."""


async def voice_senders(hass: HomeAssistant) -> tuple[str, ...]:
    """Return the names of the automations, scripts and intents that send something when somebody speaks.

    What may carry words and is not guarded (`rest_command.*`) is not among them, nor what only reacts to a state that
    speech changed: they go on as before, watched or not, and Repairs tells of them.
    """
    found = await spoken_sequences(hass)
    return tuple(
        dict.fromkeys(item.name for item in found if any(_sends(hass, call) for call in item.calls))
    )


@callback
def _sends(hass: HomeAssistant, call: Call) -> bool:
    if call.reaction:
        return False
    if call.action is None:
        return any(_is_sender(name) for name in _worked_out(hass, text_of(call.data[CONF_ACTION])))
    return _is_sender(call.action, frozenset(map(str, call.data)) or None)


def _is_sender(action: str, fields: frozenset[str] | None = None) -> bool:
    return SENDERS.sort(Shape(action, fields)) is Sort.SENDS


@callback
def _worked_out(hass: HomeAssistant, source: str) -> Iterator[str]:
    """Yield the actions that a template can come to, as far as its source says how they begin."""
    for domain, begins in _NAMED.findall(source):
        for service in hass.services.async_services_for_domain(domain):
            if service.startswith(begins):
                yield f"{domain}.{service}"
