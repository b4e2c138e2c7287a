"""What is written while somebody speaks is spoken, whoever loads it later."""

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
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
)

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.provenance import written
from custom_components.message_guard.provenance.made import MadeBySpeech
from custom_components.message_guard.provenance.turn import Turn
from tests.provenance.test_made import (
    ISSUE,
    NAG_ID,
    files,
    issues,
    looked_at,
    pass_time,
    speak,
)
from tests.provenance.test_written_beside import outside
from tests.spoken_home import SpokenHome, home, notify
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
