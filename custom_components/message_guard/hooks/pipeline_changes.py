"""Hears of every change of the assistants.

Relies on: components/assist_pipeline/pipeline.py, whose `PipelineData` (`KEY_ASSIST_PIPELINE`) keeps them in
`pipeline_store`, a collection that tells of a set of changes; since 2026.10. When that is gone: listening raises where the
guard has started, which is logged; what is reported of a home is looked at on a clock as well.
"""

from collections.abc import Callable
from typing import Any

from homeassistant.components.assist_pipeline.pipeline import KEY_ASSIST_PIPELINE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback


@callback
def has_assistants(hass: HomeAssistant) -> bool:
    """Return whether Home Assistant has loaded its assistants."""
    return KEY_ASSIST_PIPELINE in hass.data


@callback
def on_change(hass: HomeAssistant, listener: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `listener` whenever an assistant was added, changed or removed; returns what ends that."""

    async def changed(_changes: Any) -> None:
        listener()

    if not has_assistants(hass):
        return lambda: None
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    return store.async_add_change_set_listener(changed)
