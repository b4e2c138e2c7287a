"""A home whose automations, scripts and intents send messages, and somebody who speaks in it."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.notify import DATA_COMPONENT, NotifyEntity, NotifyEntityFeature
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import Answer
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.guarding.records import Approver, Notice
from custom_components.message_guard.provenance.turn import Turn
from custom_components.message_guard.runtime import Components
from tests.conftest import contact_data, options

PERSON = Approver("a person", "action")
KITCHEN = "assist_satellite.kitchen"


class Phone(NotifyEntity):
    """A phone with a notify entity, which keeps what it is sent."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, name: str, kept: list[tuple[str, str]]) -> None:
        """Keep everything in `kept`, under this name."""
        self._attr_name = name
        self._attr_unique_id = name
        self.entity_id = f"notify.{name}"
        self._kept = kept

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Keep a message."""
        self._kept.append((self.entity_id, message if title is None else f"{title}: {message}"))


@dataclass
class SpokenHome:
    """A guarded home."""

    hass: HomeAssistant
    entry: MockConfigEntry
    sent: list[tuple[str, str]]
    notices: list[Notice] = field(default_factory=list)
    unasked: list[tuple[Answer, Turn]] = field(default_factory=list)

    @property
    def components(self) -> Components:
        """The moving parts."""
        components: Components | None = self.entry.runtime_data.components
        assert components is not None
        return components

    @property
    def pending(self) -> tuple[Confirmation, ...]:
        """What waits for a proof."""
        return self.components.guard.pending

    @property
    def kinds(self) -> list[str]:
        """What was written down about requests, in order."""
        return [notice.kind.value for notice in self.notices]

    async def say(self, text: str, *, satellite: str | None = KITCHEN, settle: bool = True) -> str:
        """Say something at a satellite, to Home Assistant's own agent; return what it answers."""
        result = await conversation.async_converse(
            self.hass, text, None, Context(), language="en", satellite_id=satellite
        )
        if settle:
            await self.hass.async_block_till_done()
        speech: str = result.response.speech.get("plain", {}).get("speech", "")
        return speech

    async def approve(self) -> Answer:
        """Approve the one thing that waits."""
        (confirmation,) = self.pending
        answer = await self.components.guard.approve(confirmation.id, PERSON)
        await self.hass.async_block_till_done()
        return answer

    async def decline(self) -> Answer:
        """Decline the one thing that waits."""
        (confirmation,) = self.pending
        answer = await self.components.guard.decline(confirmation.id, PERSON)
        await self.hass.async_block_till_done()
        return answer

    async def automate(self, *automations: dict[str, Any]) -> None:
        """Set up automations."""
        assert await async_setup_component(
            self.hass, "automation", {"automation": list(automations)}
        )
        await self.hass.async_block_till_done()

    async def script(self, **scripts: dict[str, Any]) -> None:
        """Set up scripts."""
        assert await async_setup_component(self.hass, "script", {"script": scripts})
        await self.hass.async_block_till_done()

    async def intent(self, name: str, said: str) -> None:
        """Let Home Assistant's own agent recognise an intent."""
        folder = Path(self.hass.config.path("custom_sentences", "en"))
        data = f"language: en\nintents:\n  {name}:\n    data:\n      - sentences:\n          - {said}\n"

        def write() -> None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.yaml").write_text(data)

        await self.hass.async_add_executor_job(write)

    async def update(self, **more: Any) -> None:
        """Change options."""
        self.hass.config_entries.async_update_entry(
            self.entry, options={**self.entry.options, **more}
        )
        await self.hass.async_block_till_done()

    def watch(self) -> None:
        """Follow what is written down, and what nobody has spoken."""
        components = self.components
        components.guard.subscribe(self.notices.append)
        components.actions.on_unasked = lambda answer, turn: self.unasked.append((answer, turn))


async def moment(hass: HomeAssistant) -> None:
    """Let everything run that needs no clock: in a test that stands still, time never passes."""
    for _ in range(50):
        await hass.async_add_executor_job(int)
        await asyncio.sleep(0)


def receive(hass: HomeAssistant, name: str, sent: list[tuple[str, str]]) -> None:
    """Register a notify action that keeps what it is sent."""

    async def keep(call: ServiceCall) -> None:
        sent.append((f"{call.domain}.{call.service}", call.data["message"]))

    hass.services.async_register("notify", name, keep)


def sentence(
    *actions: dict[str, Any], said: str = "dinner is ready", **more: Any
) -> dict[str, Any]:
    """Return an automation with a sentence trigger."""
    return {
        "id": said.replace(" ", "_"),
        "alias": said,
        "triggers": [{"trigger": "conversation", "command": said}],
        "actions": list(actions),
        **more,
    }


def notify(name: str = "anna", message: str = "Dinner is ready", **data: Any) -> dict[str, Any]:
    """Return a step that calls a notify action."""
    return {"action": f"notify.{name}", "data": {"message": message, **data}}


def send_message(message: str = "Dinner is ready", **target: Any) -> dict[str, Any]:
    """Return a step that calls notify entities."""
    return {"action": "notify.send_message", "target": target, "data": {"message": message}}


def people() -> Iterable[ConfigSubentryData]:
    """Return the contacts: two by notify action, two by notify entity, one group."""
    yield contact_data("Anna")
    yield contact_data("Ben")
    for name in ("Carl", "Dora"):
        yield contact_data(name, channel="notify_entity", targets=[f"notify.{name.lower()}"])


@pytest.fixture
async def home(assist: HomeAssistant) -> AsyncGenerator[SpokenHome]:
    """Return a guarded home with phones; what they were sent is in `sent`."""
    sent: list[tuple[str, str]] = []
    assert await async_setup_component(assist, "notify", {})
    await assist.async_block_till_done()
    for name in ("anna", "ben", "stranger"):
        receive(assist, name, sent)
    phones = [Phone(name, sent) for name in ("carl", "dora", "eve")]
    await assist.data[DATA_COMPONENT].async_add_entities(phones)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(assist, pipelines=[]),
        subentries_data=list(people()),
    )
    entry.add_to_hass(assist)
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    made = SpokenHome(assist, entry, sent)
    made.watch()
    yield made
    if entry.state is ConfigEntryState.LOADED:
        await assist.config_entries.async_unload(entry.entry_id)
        await assist.async_block_till_done()
