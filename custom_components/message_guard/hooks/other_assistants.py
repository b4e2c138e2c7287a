"""Other assistants that are set up, and what each of them is shown of the home.

Relies on: components/cloud, whose object under "cloud" has `is_logged_in` and, in `client.prefs`, `alexa_enabled` and
`google_enabled`; components/google_assistant, whose `runtime_data` has `should_expose`; components/homekit, whose
`runtime_data.homekit` keeps what it shows in `_filter`; since 2026.10. An Alexa skill of one's own (`alexa:` in the
configuration) keeps to itself what it is shown. When that is gone: Repairs does not tell of what another assistant may
start; nothing that such an assistant leads to has ever been held, since its call carries no sign of speech.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant, callback

type Exposed = Callable[[str], bool]

ALEXA: Final = "Amazon Alexa"
GOOGLE: Final = "Google Assistant"
HOMEKIT: Final = "Apple Home"


@callback
def assistants(hass: HomeAssistant) -> Iterator[tuple[str, Exposed]]:
    """Yield the name of each, and what tells whether it is shown an entity."""
    cloud: Any = hass.data.get("cloud")
    if getattr(cloud, "is_logged_in", False):
        preferences = cloud.client.prefs
        if preferences.alexa_enabled:
            yield ALEXA, lambda entity_id: async_should_expose(hass, "cloud.alexa", entity_id)
        if preferences.google_enabled:
            yield (
                GOOGLE,
                lambda entity_id: async_should_expose(hass, "cloud.google_assistant", entity_id),
            )
    for entry in hass.config_entries.async_loaded_entries("google_assistant"):
        yield GOOGLE, entry.runtime_data.should_expose
    for entry in hass.config_entries.async_loaded_entries("homekit"):
        homekit = getattr(entry.runtime_data, "homekit", None)
        if (shown := getattr(homekit, "_filter", None)) is not None:
            yield HOMEKIT, shown
