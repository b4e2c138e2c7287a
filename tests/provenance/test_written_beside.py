"""What is written beside somebody who speaks: by a person, by a command, by a model through the editor's interface."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from http import HTTPStatus
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.provenance import turn
from tests.provenance.test_made import (
    ISSUE,
    NAG_ID,
    files,
    issues,
    long_lived,
    pass_time,
    speak,
)
from tests.spoken_home import SpokenHome, home, moment, sentence
from tests.writers import NAG, append_automation, write

__all__ = ["files", "home"]

WRITTEN = {"id": NAG_ID, **NAG}


async def reload(hass: HomeAssistant, domain: str = "automation") -> None:
    """Reload as a person does in the developer tools."""
    await hass.services.async_call(domain, "reload", blocking=True)
    await hass.async_block_till_done()


async def test_a_person_who_reloads_while_somebody_speaks(home: SpokenHome) -> None:
    """The turn is not over when what it has written is loaded."""
    hass = home.hass

    async def both() -> None:
        await append_automation(hass, WRITTEN)
        await outside(hass.services.async_call("automation", "reload", blocking=True))

    await speak(home, both)
    assert issues(hass) == [ISSUE]


async def outside(work: Coroutine[Any, Any, Any]) -> None:
    """Do something that no turn has led to."""
    await Context().run(asyncio.create_task, work)


async def test_what_a_person_writes_at_another_time(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """By hand, before and after somebody has spoken, is their own."""
    hass = home.hass
    await append_automation(hass, WRITTEN)
    freezer.tick(60)

    async def nothing() -> None:
        """Write nothing."""

    await speak(home, nothing)
    await reload(hass)
    assert issues(hass) == []
    await append_automation(hass, {**WRITTEN, "id": "2", "alias": "Mine"})
    await reload(hass)
    assert issues(hass) == []
    await pass_time(home, freezer, 4)
    assert home.sent != []


@pytest.mark.parametrize(
    ("action", "found"),
    [(None, []), ("light.turn_on", []), ("shell_command.write", [ISSUE])],
    ids=["nothing", "a light", "what may write"],
)
async def test_what_a_person_writes_beside_a_command(
    home: SpokenHome, action: str | None, found: list[str]
) -> None:
    """Home Assistant's own agent writes nothing, and neither does a light; a command of the household's may."""
    hass = home.hass
    for name in ("light.turn_on", "shell_command.write"):
        async_mock_service(hass, *name.split("."))
    if action is not None:
        said = sentence({"action": action}, said="what a lovely day")
        await write(hass, "automations.yaml", [said])
        await reload(hass)
    await append_automation(hass, WRITTEN)  # in the same moment
    await outside(home.say("what a lovely day"))
    await reload(hass)
    assert issues(hass) == found


@pytest.mark.parametrize(
    ("soon", "found"), [(3600.0, [ISSUE]), (0.0, [])], ids=["right after it", "later"]
)
async def test_what_a_command_has_begun_and_not_waited_for(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch, soon: float, found: list[str]
) -> None:
    """Its first action that may write is called when the turn is over: that counts right after it, and no longer."""
    hass = home.hass
    for name in ("light.turn_on", "shell_command.write"):
        async_mock_service(hass, *name.split("."))
    lit = {"trigger": "event", "event_type": "call_service", "event_data": {"domain": "light"}}
    waits = [
        {"wait_for_trigger": {"trigger": "event", "event_type": "dark"}},
        {"action": "shell_command.write"},
    ]
    said = sentence({"action": "light.turn_on"}, said="what a lovely day")
    after = {"id": "after", "alias": "After", "triggers": [lit], "actions": waits}
    await write(hass, "automations.yaml", [said, after])
    await reload(hass)
    await append_automation(hass, WRITTEN)
    await outside(home.say("what a lovely day", settle=False))
    await moment(hass)
    monkeypatch.setattr(turn, "LATE_SECONDS", soon)
    hass.bus.async_fire("dark")
    await hass.async_block_till_done()
    await reload(hass)
    assert issues(hass) == found


async def test_an_agent_that_has_written_and_gives_no_answer(home: SpokenHome) -> None:
    """It is not taken for Home Assistant's own, which always answers."""
    hass = home.hass

    async def fail() -> None:
        await append_automation(hass, WRITTEN)
        raise HomeAssistantError("the model has gone away")

    await speak(home, fail)
    await reload(hass)
    assert issues(hass) == [ISSUE]


@pytest.mark.usefixtures("hass_admin_user")
async def test_what_a_person_saves_in_the_editor_meanwhile(
    home: SpokenHome, hass_client: ClientSessionGenerator, freezer: FrozenDateTimeFactory
) -> None:
    """Is their own, and what the model has written beside it is not."""
    hass = home.hass
    assert await async_setup_component(hass, "config", {})
    await hass.async_block_till_done()
    client = await hass_client()

    async def both() -> None:
        await append_automation(hass, {**WRITTEN, "id": "1", "alias": "Theirs"})
        await outside(save(client))

    await speak(home, both)
    await reload(hass)
    assert issues(hass) == ["made_by_speech_automation.1"]


async def save(client: Any) -> None:
    """Save an automation as the editor does."""
    saved = await client.post(f"/api/config/automation/config/{NAG_ID}", json=NAG)
    assert saved.status == HTTPStatus.OK


async def test_a_model_that_saves_through_the_editors_view(
    home: SpokenHome, hass_client: ClientSessionGenerator, freezer: FrozenDateTimeFactory
) -> None:
    """With a token of its own, while it answers: held like what it reloads itself, and for as long."""
    hass = home.hass
    assert await async_setup_component(hass, "config", {})
    await hass.async_block_till_done()
    client = await hass_client(await long_lived(hass))
    await speak(home, lambda: outside(save(client)))
    assert issues(hass) == [ISSUE]
    for later in (0, 600, 25 * 3600):
        freezer.tick(later)
        await pass_time(home, freezer, 6)
    assert home.sent == []
    assert "asked" in home.kinds
