"""The handlers of intents, as they are registered.

Relies on: helpers/intent.py, which keeps them by intent type (`DATA_KEY`) and calls the `async_handle` of the one object that is
registered; since 2026.10. When that is gone: a handler that is kept elsewhere is not found and stays open; what
it calls is held all the same.
"""

from collections.abc import Awaitable, Callable, Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent

from .in_place import Replaced

type Handle = Callable[[intent.Intent], Awaitable[intent.IntentResponse]]


@callback
def handlers(hass: HomeAssistant) -> Mapping[str, intent.IntentHandler]:
    """Return what handles each intent now."""
    return hass.data.get(intent.DATA_KEY, {})


@callback
def replace_handle(handler: intent.IntentHandler, handle: Handle) -> Replaced:
    """Put `handle` in the place of what this handler does; its class, slots and description stay as they are.

    Raises:
        AttributeError: If the handler takes no attributes.
        TypeError: If it has no place for any.
    """
    return Replaced(handler, "async_handle", handle)
