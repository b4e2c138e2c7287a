"""What speech has made stays spoken until a person has looked at it."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from http import HTTPStatus
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.components.scene import DATA_COMPONENT as SCENES, Scene
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.provenance import made
from custom_components.message_guard.provenance.made import (
    ISSUE_WRITER,
    MadeBySpeech,
    made_by_speech,
)
from custom_components.message_guard.repairs import async_create_fix_flow
from tests.spoken_home import KITCHEN, SpokenHome, home, moment, notify
from tests.turns_bench import add_agent, say
from tests.writers import NAG, add_automation, include, write

__all__ = ["home"]

NAG_ID = "1732752000000"
SENT = ("notify.anna", "Call me")
ISSUE = f"made_by_speech_automation.{NAG_ID}"


@pytest.fixture(autouse=True)
async def files(home: SpokenHome) -> AsyncGenerator[None]:
    """Let automations, scripts and scenes come from files, and an agent do as it is told."""
    hass = home.hass
    await include(hass)
    for domain in ("automation", "script", "scene"):
        assert await async_setup_component(hass, domain, {domain: []})
    await hass.async_block_till_done()

    async def act(*_: Any) -> None:
        await ACTS.pop()()

    await add_agent(hass, act)
    yield
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


ACTS: list[Any] = []
"""What the agent does next."""


async def speak(home: SpokenHome, act: Any) -> None:
    """Let an agent do something in a turn."""
    ACTS.append(act)
    await home.hass.async_create_task(say(home.hass, "remind Anna", satellite_id=KITCHEN))
    await moment(home.hass)


async def pass_time(home: SpokenHome, freezer: FrozenDateTimeFactory, seconds: int) -> None:
    """Let so many seconds pass, two at a time."""
    for _ in range(seconds // 2):
        freezer.tick(2)
        async_fire_time_changed(home.hass)
        await home.hass.async_block_till_done()


def issues(hass: HomeAssistant) -> list[str]:
    """Return what speech has made, as Repairs lists it."""
    return sorted(
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith("made_by")
    )


async def looked_at(hass: HomeAssistant, issue_id: str = ISSUE) -> None:
    """Submit the repair, as a person does who has looked."""
    assert await async_setup_component(hass, REPAIRS, {})
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    flow = await async_create_fix_flow(hass, issue_id, issue.data)
    flow.hass, flow.handler, flow.issue_id = hass, DOMAIN, issue_id
    assert (await flow.async_step_init())["type"] == "form"  # type: ignore[attr-defined]
    assert (await flow.async_step_confirm({}))["type"] == "create_entry"  # type: ignore[attr-defined]


async def test_what_a_model_writes_and_reloads_is_held(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """In the turn, and ten minutes later; it is in Repairs by its name."""
    hass = home.hass
    await speak(home, lambda: add_automation(hass, NAG))
    await pass_time(home, freezer, 14)
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert "asked" in home.kinds
    assert home.pending[0].origin.satellite_id == KITCHEN
    freezer.tick(600)
    await pass_time(home, freezer, 10)
    assert home.sent == []
    assert issues(hass) == [ISSUE]
    issue = ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)
    assert issue is not None
    assert issue.translation_placeholders == {"name": "Nag Anna"}


async def test_what_is_held_can_be_proved(home: SpokenHome, freezer: FrozenDateTimeFactory) -> None:
    """It is a message like any other."""
    await speak(home, lambda: add_automation(home.hass, NAG))
    await pass_time(home, freezer, 4)
    await home.approve()
    assert home.sent == [SENT]


async def test_a_person_who_has_looked_lets_it_run(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """The way it was; changed by speech once more it is held again."""
    hass = home.hass
    await speak(home, lambda: add_automation(hass, NAG))
    await looked_at(hass)
    assert issues(hass) == []
    await pass_time(home, freezer, 4)
    assert home.sent != []
    home.sent.clear()
    again = {**NAG, "actions": [notify(message="Call me now")]}

    async def rewrite() -> None:
        await write(hass, "automations.yaml", [{"id": NAG_ID, **again}])
        await hass.services.async_call("automation", "reload", blocking=True)

    await speak(home, rewrite)
    await pass_time(home, freezer, 4)
    assert home.sent == []
    assert issues(hass) == [ISSUE]


async def test_it_is_remembered_over_a_restart(
    home: SpokenHome, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    """Without the words."""
    hass = home.hass
    await speak(home, lambda: add_automation(hass, NAG))
    freezer.tick(10)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    stored = hass_storage["message_guard.made_by_speech"]["data"]
    assert list(stored) == [f"automation.{NAG_ID}"]
    assert "remind Anna" not in str(stored)
    again = MadeBySpeech(hass)
    await again.load()
    await again.load()
    turn = again.turn_of("automation.nag_anna")
    assert turn is not None
    assert turn.origin.satellite_id == KITCHEN
    assert again.turn_of("automation.other") is None


@pytest.mark.parametrize("version", [1, 99])
async def test_what_cannot_be_read_makes_no_start_fail(
    home: SpokenHome, hass_storage: dict[str, Any], version: int
) -> None:
    """The others are still known; of a file of a later version nothing is."""
    hass_storage["message_guard.made_by_speech"] = {
        "version": version,
        "data": {"automation.x": {"hashes": ["1"]}, "automation.y": {"origin": {"no": 1}}},
    }
    again = MadeBySpeech(home.hass)
    await again.load()
    assert again.loaded
    assert not again


async def test_however_much_is_made_it_stays_spoken(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of too many that is forgotten which is gone: a flood lets nothing through."""
    monkeypatch.setattr(made, "MOST_RECORDS", 1)
    hass = home.hass
    quiet = {**NAG, "triggers": [{"trigger": "event", "event_type": "go"}]}
    for number in ("1", "2"):
        await speak(home, partial(add_automation, hass, {**quiet, "alias": number}, number))
    assert issues(hass) == ["made_by_speech_automation.1", "made_by_speech_automation.2"]
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == []

    async def take_the_first_away() -> None:
        rest = [{"id": number, **quiet, "alias": number} for number in ("2", "3")]
        await write(hass, "automations.yaml", rest)
        await hass.services.async_call("automation", "reload", blocking=True)

    await speak(home, take_the_first_away)
    await add_automation(hass, {**quiet, "alias": "1"}, "1")
    assert issues(hass) == ["made_by_speech_automation.2", "made_by_speech_automation.3"]


async def test_a_script_and_an_automation_that_a_model_changes(home: SpokenHome) -> None:
    """The household's own automation runs the script; whatever the script says is the model's."""
    hass = home.hass
    mine = {"tell": {"alias": "Tell", "sequence": [notify(message="Mine")]}}
    on_event = {"trigger": "event", "event_type": "go"}
    runs = {
        "id": "run",
        "alias": "Run",
        "triggers": [on_event],
        "actions": [{"action": "script.tell"}],
    }
    await write(hass, "scripts.yaml", mine)
    await write(hass, "automations.yaml", [runs])
    for domain in ("script", "automation"):
        await hass.services.async_call(domain, "reload", blocking=True)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == [("notify.anna", "Mine")]
    assert issues(hass) == []

    async def rewrite() -> None:
        theirs = {"tell": {"alias": "Tell", "sequence": [notify(message="Theirs")]}}
        await write(hass, "scripts.yaml", theirs)
        await hass.services.async_call("script", "reload", blocking=True)

    await speak(home, rewrite)
    assert issues(hass) == ["made_by_speech_script.tell"]
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == [("notify.anna", "Mine")]
    assert home.kinds == ["asked"]


async def test_what_a_task_of_a_turn_makes_later(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """The turn is long over."""
    hass, later = home.hass, asyncio.Event()
    tasks: list[asyncio.Task[None]] = []

    async def afterwards() -> None:
        await later.wait()
        await add_automation(hass, NAG)

    async def begin() -> None:
        tasks.append(hass.async_create_task(afterwards()))

    await speak(home, begin)
    later.set()
    await tasks[0]
    await pass_time(home, freezer, 6)
    assert home.sent == []
    assert issues(hass) == [ISSUE]


async def test_what_a_person_reloads_is_their_own(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Also while somebody speaks elsewhere; and what they write over is theirs."""
    hass = home.hass
    await speak(home, lambda: add_automation(hass, NAG))
    mine = {"id": NAG_ID, **NAG, "actions": [notify(message="Mine")]}
    await write(hass, "automations.yaml", [mine])
    await hass.services.async_call("automation", "reload", blocking=True)
    assert issues(hass) == []
    await pass_time(home, freezer, 4)
    assert home.sent != []


@pytest.mark.usefixtures("hass_admin_user")
async def test_what_a_person_reloads_from_elsewhere_is_their_own(
    home: SpokenHome, hass_client: ClientSessionGenerator, freezer: FrozenDateTimeFactory
) -> None:
    """Through Home Assistant's API, signed in, and not in the editor."""
    hass = home.hass
    assert await async_setup_component(hass, "api", {})
    client = await hass_client()
    await speak(home, lambda: add_automation(hass, NAG))
    assert issues(hass) == [ISSUE]
    mine = {"id": NAG_ID, **NAG, "actions": [notify(message="Mine")]}
    await write(hass, "automations.yaml", [mine])
    assert (await client.post("/api/services/automation/reload")).status == HTTPStatus.OK
    assert issues(hass) == []
    await pass_time(home, freezer, 4)
    assert home.sent != []


class Elsewhere(Scene):
    """A scene of a lamp's own bridge, which no configuration describes."""

    _attr_name = "Bridge"
    _attr_unique_id = "bridge"


async def test_a_scene_that_speech_makes(home: SpokenHome) -> None:
    """It is known by its name until it is looked at; those of others are not touched."""
    hass = home.hass
    await hass.data[SCENES].async_add_entities([Elsewhere()])
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"lamp": None}})
    data = {"scene_id": "evening", "entities": {"input_boolean.lamp": "on"}}

    async def make() -> None:
        await hass.services.async_call("scene", "create", data, blocking=True)

    await speak(home, make)
    assert made_by_speech(hass).turn_of("scene.evening") is not None
    assert issues(hass) == ["made_by_speech_scene.scene.evening"]


@pytest.mark.parametrize("editor", [True, False])
async def test_whoever_saves_through_the_editors_view(
    home: SpokenHome,
    hass_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    editor: bool,
) -> None:
    """A person's own in the editor; a program with a long-lived token is told of."""
    hass = home.hass
    assert await async_setup_component(hass, "config", {})
    await hass.async_block_till_done()
    client = await hass_client(await long_lived(hass))
    dark = {"alias": "Dark", "triggers": [], "actions": [{"action": "light.turn_off"}]}
    saved = await client.post("/api/config/automation/config/8", json=dark)
    assert saved.status == HTTPStatus.OK
    await hass.async_block_till_done()  # it is there before anybody speaks
    assert issues(hass) == []  # nobody is told of what sends nothing
    token = None if editor else await long_lived(hass)
    client = await (hass_client() if token is None else hass_client(token))
    await speak(home, lambda: add_automation(hass, NAG))
    assert issues(hass) == [ISSUE]
    url = "/api/config/automation/config"
    saved = await client.post(f"{url}/{NAG_ID if editor else '7'}", json=NAG)
    assert saved.status == HTTPStatus.OK
    await hass.async_block_till_done()
    assert issues(hass) == ([] if editor else sorted([ISSUE, ISSUE_WRITER]))
    await pass_time(home, freezer, 4)
    assert home.sent != []


async def long_lived(hass: HomeAssistant) -> str:
    """Return a token that a person has given to a program."""
    user = await hass.auth.async_create_user("Owner", group_ids=["system-admin"])
    refresh = await hass.auth.async_create_refresh_token(
        user, client_name="program", token_type="long_lived_access_token"
    )
    return hass.auth.async_create_access_token(refresh)
