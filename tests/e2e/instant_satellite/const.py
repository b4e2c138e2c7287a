"""What the parts of the satellite share."""

DOMAIN = "instant_satellite"
EVENT = "instant_satellite_event"
"""Fired with each event of its pipeline's runs: {"room": …, "type": …, "data": …}."""
TIMER = "instant_satellite_timer"
"""Fired with each event of a timer that was set there: {"type": …, "name": …, "seconds": …}."""
ROOMS = ("kitchen", "nursery")
"""Where the satellites stand."""
