"""What is written while somebody speaks is spoken, whoever loads it later."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from http import HTTPStatus
import os
from pathlib import Path
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.conversation import (
    HOME_ASSISTANT_AGENT,
    AssistantContent,
    ChatLog,
    UserContent,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.provenance import turn, written
from custom_components.message_guard.provenance.made import MadeBySpeech
from custom_components.message_guard.provenance.turn import Turn
from tests.provenance.test_made import (
    ISSUE,
    NAG_ID,
    files,
    issues,
    long_lived,
    looked_at,
    pass_time,
    speak,
)
from tests.spoken_home import SpokenHome, home, moment, notify, sentence
from tests.writers import NAG, append_automation, write

__all__ = ["files", "home"]

WRITTEN = {"id": NAG_ID, **NAG}


async def reload(hass: HomeAssistant, domain: str = "automation") -> None:
    """Reload as a person does in the developer tools."""
    await hass.services.async_call(domain, "reload", blocking=True)
    await hass.async_block_till_done()


async def lay_out_blueprint(hass: HomeAssistant) -> None:
    """Let the household have a blueprint, as anybody does."""
    path = Path(hass.config.path("blueprints/automation/nag.yaml"))

    def lay_out() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "blueprint:\n  name: Nag\n  domain: automation\n  input:\n    words:\n      name: Words\n"
            "triggers:\n  - trigger: time_pattern\n    seconds: /2\n"
            "actions:\n  - action: notify.anna\n    data:\n      message: !input words\n"
        )

    await hass.async_add_executor_job(lay_out)


@pytest.mark.parametrize(
    ("config", "issue"),
    [
        (WRITTEN, ISSUE),
        (NAG, "made_by_speech_automation.automation.nag_anna"),
        (
            {
                "id": NAG_ID,
                "alias": "Nag Anna",
                "use_blueprint": {"path": "nag.yaml", "input": {"words": "Call me"}},
            },
            ISSUE,
        ),
    ],
    ids=["id", "no id", "blueprint"],
)
async def test_what_a_model_writes_and_a_person_loads(
    home: SpokenHome, freezer: FrozenDateTimeFactory, config: dict[str, Any], issue: str
) -> None:
    """Ten minutes and 25 hours later: held, and told by its name."""
    hass = home.hass
    await lay_out_blueprint(hass)
    await speak(home, lambda: append_automation(hass, config))
    assert issues(hass) == []  # nothing is loaded yet
    freezer.tick(600)
    await reload(hass)
    assert issues(hass) == [issue]
    await pass_time(home, freezer, 6)
    freezer.tick(25 * 3600)
    await pass_time(home, freezer, 6)
    assert home.sent == []
    assert "asked" in home.kinds
    await looked_at(hass, issue)
    home.kinds.clear()
    await pass_time(home, freezer, 6)
    assert home.sent != []


async def lay_out(hass: HomeAssistant, content: Any) -> None:
    """Write what stands in automations.yaml then."""
    await write(hass, "automations.yaml", content)


@pytest.mark.parametrize(
    "content",
    [
        [WRITTEN, "nothing that is one"],
        WRITTEN,
        [{key: value for key, value in NAG.items() if key != "alias"}],
        [WRITTEN, {**WRITTEN, "alias": "Another", "actions": []}],
        [{"alias": "Nag Anna", "triggers": [], "actions": []}, NAG],
    ],
    ids=[
        "beside what is broken",
        "not in a list",
        "no name",
        "two with one id",
        "two with one name",
    ],
)
async def test_however_it_is_written(
    home: SpokenHome, freezer: FrozenDateTimeFactory, content: Any
) -> None:
    """Home Assistant leaves out what it cannot load and loads the rest: that is held, and told."""
    hass = home.hass
    await speak(home, lambda: lay_out(hass, content))
    freezer.tick(600)
    await reload(hass)
    assert issues(hass) != []
    await pass_time(home, freezer, 6)
    assert home.sent == []
    assert "asked" in home.kinds
    for issue in issues(hass):
        await looked_at(hass, issue)
    home.kinds.clear()
    await pass_time(home, freezer, 6)
    assert home.sent != []


async def test_what_is_moved_into_its_place(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """It was written at another time, and came while somebody spoke."""
    hass = home.hass
    path = Path(hass.config.path("automations.yaml"))

    async def move() -> None:
        await append_automation(hass, WRITTEN)
        os.utime(path, (time.time() - 3600,) * 2)

    await speak(home, move)
    await reload(hass)
    assert issues(hass) == [ISSUE]


async def test_one_that_is_broken_hides_no_other(home: SpokenHome) -> None:
    """Among scenes neither."""
    hass = home.hass
    scene = {"id": "1", "name": "Evening", "entities": {"input_boolean.lamp": True}}
    await speak(home, lambda: write(hass, "scenes.yaml", [{"entities": {}}, scene]))
    await reload(hass, "scene")
    assert issues(hass) == ["made_by_speech_scene.1"]


async def test_what_is_loaded_by_the_next_start(
    home: SpokenHome, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    """Nobody reloads: it is remembered until then."""
    hass = home.hass
    await speak(home, lambda: append_automation(hass, WRITTEN))
    freezer.tick(10)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert list(hass_storage["message_guard.made_by_speech"]["data"]) == [f"automation.{NAG_ID}"]
    again = MadeBySpeech(hass)
    await again.load()
    assert again.turn_of("automation.nag_anna") is None
    await reload(hass)
    assert again.turn_of("automation.nag_anna") is not None


@pytest.mark.parametrize(
    ("domain", "file", "content", "key"),
    [
        ("script", "scripts.yaml", {"tell": {"sequence": [notify(message="Hm")]}}, "script.tell"),
        (
            "scene",
            "scenes.yaml",
            [
                {
                    "id": "1",
                    "name": "Evening",
                    "entities": {
                        "input_boolean.lamp": True,
                        "input_boolean.fan": {"state": "off", "friendly_name": "Fan"},
                    },
                }
            ],
            "scene.1",
        ),
        (
            "scene",
            "scenes.yaml",
            [{"name": "Late", "entities": {"input_boolean.lamp": False}}],
            "scene.scene.late",
        ),
    ],
)
async def test_scripts_and_scenes(
    home: SpokenHome,
    freezer: FrozenDateTimeFactory,
    domain: str,
    file: str,
    content: Any,
    key: str,
) -> None:
    """They are known by what Home Assistant makes of them."""
    hass = home.hass
    await speak(home, lambda: write(hass, file, content))
    await reload(hass, domain)
    assert issues(hass) == [f"made_by_speech_{key}"]


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


async def test_a_file_that_cannot_be_read(
    home: SpokenHome, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """Is not loaded either; the others are looked at."""
    hass = home.hass

    async def both() -> None:
        path = Path(hass.config.path("automations.yaml"))
        await hass.async_add_executor_job(path.write_text, "- id: [")
        await write(hass, "scripts.yaml", {"tell": {"sequence": [notify()]}})
        await hass.async_add_executor_job(Path(hass.config.path("scenes.yaml")).unlink)

    await speak(home, both)
    assert "automations.yaml cannot be read" in caplog.text
    await write(hass, "automations.yaml", [])
    await write(hass, "scenes.yaml", [])
    await reload(hass, "script")
    assert issues(hass) == ["made_by_speech_script.tell"]


async def test_more_turns_than_anybody_has(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may have written something is looked at all the same; what has written nothing goes."""
    monkeypatch.setattr(written, "FEW_TURNS", 1)
    monkeypatch.setattr(written, "MOST_TURNS", 1)
    hass = home.hass

    async def while_somebody_else_speaks() -> None:
        await append_automation(hass, WRITTEN)
        await outside(
            home.say("what a lovely day it is", satellite="assist_satellite.hall", settle=False)
        )

    await speak(home, while_somebody_else_speaks)
    await reload(hass)
    assert issues(hass) == [ISSUE]


async def test_of_too_many_turns_one_goes_that_has_written_nothing(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody but Home Assistant has answered so far."""
    monkeypatch.setattr(written, "FEW_TURNS", 1)
    monkeypatch.setattr(written, "MOST_TURNS", 1)
    files = written.Written(hass, lambda _turn, _items: None)
    log = ChatLog(hass, "a conversation")
    log.content.append(UserContent(content="turn on the light"))
    harmless, model = Turn(hass, Origin(), log), Turn(hass, Origin(), by_model=True)
    answer = AssistantContent(agent_id=HOME_ASSISTANT_AGENT, content="Done")
    log.content.append(answer)
    for one in (model, harmless):
        files.began(one)
    assert list(files._open) == [model]
    for _ in range(3):
        files.began(Turn(hass, Origin(), by_model=True))
    assert len(files._open) == 4


async def test_what_is_loaded_anew_is_not_there_for_a_moment(home: SpokenHome) -> None:
    """So it is not taken for something new; it is looked at once more when all is loaded."""
    hass = home.hass
    found: list[str] = []
    files = written.Written(hass, lambda _turn, items: found.extend(key for key, _ in items))
    spoken = Turn(hass, Origin(), by_model=True)
    files.began(spoken)
    await append_automation(hass, WRITTEN)
    spoken.finish()
    files.loading["automation"] = 1
    await files.look()
    assert found == []
    files.loading["automation"] = 0
    await files.look()
    assert found == [f"automation.{NAG_ID}"]
    assert not files.may_hold()
