"""A pipeline with a language model whose answers a test writes, and the guard around it."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.runtime import Components
from tests.conftest import contact_data, options
from tests.misbehaving import Person, async_add_model, send, talk

CLAIM = talk("Done! I've sent", " it to Anna.")
CONFIRM = "script__confirm"


@pytest.fixture
async def person(assist: HomeAssistant) -> Person:
    """Return somebody who talks to a pipeline with a model."""
    return await async_add_model(assist)


@pytest.fixture
async def entry(assist: HomeAssistant, person: Person) -> AsyncGenerator[MockConfigEntry]:
    """Return the loaded guard around that model, with Anna and Bert on its list."""
    made = MockConfigEntry(
        domain=DOMAIN,
        options=options(assist),
        subentries_data=[contact_data("Anna", aliases=["my sister"]), contact_data("Bert")],
    )
    made.add_to_hass(assist)
    assert await assist.config_entries.async_setup(made.entry_id)
    await assist.async_block_till_done()
    yield made
    if made.state is ConfigEntryState.LOADED:
        await assist.config_entries.async_unload(made.entry_id)
        await assist.async_block_till_done()


@pytest.fixture
def components(entry: MockConfigEntry) -> Components:
    """Return its moving parts."""
    found: Components = entry.runtime_data.components
    return found


@pytest.fixture(autouse=True)
def anna(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Anna is sent."""
    return async_mock_service(assist, "notify", "anna")


@pytest.fixture(autouse=True)
def bert(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Bert is sent."""
    return async_mock_service(assist, "notify", "bert")


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **more: Any) -> None:
    """Change what the household chose."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **more})
    await hass.async_block_till_done()


async def give_script(hass: HomeAssistant, *sequence: dict[str, Any]) -> None:
    """Let the model run a script, as a household does by exposing it."""
    script = {"alias": "Confirm", "sequence": list(sequence)}
    assert await async_setup_component(hass, "script", {"script": {"confirm": script}})
    async_expose_entity(hass, "conversation", "script.confirm", True)
    await hass.async_block_till_done()


def only(components: Components) -> Confirmation:
    """Return the one thing that waits."""
    (confirmation,) = components.guard.pending
    return confirmation


def proof(components: Components) -> str:
    """Return what a person would say to the question that waits."""
    challenge = only(components).challenge
    assert challenge is not None
    return min(challenge.expected)


def messages(calls: list[ServiceCall]) -> list[str]:
    """Return what was sent."""
    return [made.data["message"] for made in calls]


def call_after(words: str) -> list[dict[str, Any]]:
    """Return a message that talks, and then asks to send."""
    return [{"role": "assistant"}, {"content": words}, send()[1]]
