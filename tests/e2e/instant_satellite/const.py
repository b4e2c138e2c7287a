"""What the parts of the satellite share."""

from homeassistant.util.hass_dict import HassKey

DOMAIN = "instant_satellite"
PLACES: HassKey[dict[str, str]] = HassKey(DOMAIN)
"""Room → what the satellite there is called."""
EVENT = "instant_satellite_event"
"""Fired with each event of its pipeline's runs: {"room": …, "type": …, "data": …}."""
TIMER = "instant_satellite_timer"
"""Fired with each event of a timer that was set there: {"type": …, "name": …, "seconds": …}."""
ROOMS = ("kitchen", "nursery")
"""Where the satellites stand, unless configuration.yaml says otherwise."""
