"""A change of an assistant is told."""

from homeassistant.components.assist_pipeline import async_get_pipeline, async_update_pipeline
from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.pipeline_changes import has_assistants, on_change


async def test_a_change_is_told_until_nobody_listens(assisting: HomeAssistant) -> None:
    """Once for each."""
    changes: list[None] = []
    ends = on_change(assisting, lambda: changes.append(None))
    await async_update_pipeline(assisting, async_get_pipeline(assisting), name="Kitchen")
    assert changes == [None]
    ends()
    await async_update_pipeline(assisting, async_get_pipeline(assisting), name="Attic")
    assert changes == [None]
    assert has_assistants(assisting)


async def test_without_assistants_nothing_is_told(house: HomeAssistant) -> None:
    """And nothing fails."""
    assert not has_assistants(house)
    on_change(house, lambda: None)()
