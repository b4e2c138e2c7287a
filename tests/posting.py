"""An intent that posts what it is told, in a home with two satellites and a guard."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import intent
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.guarding.records import Notice
from custom_components.message_guard.runtime import Components
from tests.conftest import contact_data, options
from tests.speaker import Speaker, add_speaker

BROADCAST = "HassBroadcast"
POST = "PostNote"


class PostNote(intent.IntentHandler):
    """Another integration's intent, which sends a note to somebody."""

    intent_type = POST
    description = "Post a note"

    def __init__(self) -> None:
        """Have posted nothing yet."""
        self.posted: list[tuple[str, str]] = []
        self.fails: Exception | None = None
        self.answers_with_error = False

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        return {probatio.Required("note"): str, probatio.Required("recipient"): str}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        if self.fails is not None:
            raise self.fails
        slots = intent_obj.slots
        self.posted.append((slots["recipient"]["value"], slots["note"]["value"]))
        response = intent_obj.create_response()
        response.async_set_speech("Posted.")
        if self.answers_with_error:
            response.async_set_error(intent.IntentResponseErrorCode.FAILED_TO_HANDLE, "No paper")
        return response


async def teach(hass: HomeAssistant, name: str, said: str) -> None:
    """Let Home Assistant's own agent recognise an intent."""
    folder = Path(hass.config.path("custom_sentences", "en"))
    lists = "lists:\n  note:\n    wildcard: true\n  recipient:\n    wildcard: true\n"
    data = f"language: en\nintents:\n  {name}:\n    data:\n      - sentences:\n          - {said}\n"

    def write() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(data + lists)

    await hass.async_add_executor_job(write)


@pytest.fixture
async def kitchen(assist: HomeAssistant) -> Speaker:
    """Return a satellite that speaks to the preferred pipeline."""
    return await add_speaker(assist, "kitchen", piped=True)


@pytest.fixture
async def hall(assist: HomeAssistant) -> Speaker:
    """Return the other satellite of the house."""
    return await add_speaker(assist, "hall")


@pytest.fixture
def note(assist: HomeAssistant) -> PostNote:
    """Return an intent that posts notes."""
    handler = PostNote()
    intent.async_register(assist, handler)
    return handler


@pytest.fixture(autouse=True)
def anna(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Anna is sent."""
    return async_mock_service(assist, "notify", "anna")


@pytest.fixture
async def entry(
    assist: HomeAssistant, kitchen: Speaker, hall: Speaker, note: PostNote
) -> AsyncGenerator[MockConfigEntry]:
    """Return a guard of both intents, loaded."""
    await teach(assist, POST, "post {note} to {recipient}")
    satellites = [kitchen.entity_id, hall.entity_id]
    made = MockConfigEntry(
        domain=DOMAIN,
        options=options(assist, guarded_intents=[BROADCAST, POST, "NobodyHasIt"]),
        subentries_data=[
            contact_data("Anna"),
            contact_data("Everyone at home", channel="announcement", targets=satellites),
        ],
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


@pytest.fixture
def notices(components: Components) -> list[Notice]:
    """Return what is written down."""
    found: list[Notice] = []
    components.guard.subscribe(found.append)
    return found


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **more: Any) -> None:
    """Change what the household chose."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **more})
    await hass.async_block_till_done()


def only(components: Components) -> Confirmation:
    """Return the one thing that waits."""
    (confirmation,) = components.guard.pending
    return confirmation
