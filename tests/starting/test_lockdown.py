"""The door is closed from the first step of the set-up, and whatever was refused is written down later."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
import subprocess
import sys
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.notify import DATA_COMPONENT
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import (
    EVENT_COMPONENT_LOADED,
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_HOMEASSISTANT_STARTED,
    EVENT_HOMEASSISTANT_STOP,
)
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import intent
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.message_guard import components, presence
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import Answer, AnswerKind
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.lockdown import TOLD_WITHIN, async_lockdown
from custom_components.message_guard.provenance.made import made_by_speech
from custom_components.message_guard.provenance.turn import Turn
from tests.conftest import contact_data, options
from tests.early_home import Gate, issues, refused, until, written
from tests.letter import LETTER, SendLetter, post
from tests.spoken_home import KITCHEN, Phone, SpokenHome, moment, notify, people, receive, sentence

LOAD = "custom_components.message_guard._async_load_parts"
LANGUAGES = "custom_components.message_guard.components.async_load_languages"
NOT_RUNNING = (DOMAIN, "not_running")
REFUSED_MEANWHILE = (DOMAIN, "refused_meanwhile")


@pytest.fixture
async def early(assist: HomeAssistant) -> AsyncGenerator[SpokenHome]:
    """Return a home whose guard is stored, and not set up yet."""
    sent: list[tuple[str, str]] = []
    assert await async_setup_component(assist, "notify", {})
    await assist.async_block_till_done()
    phones = [Phone(name, sent) for name in ("carl", "dora")]
    await assist.data[DATA_COMPONENT].async_add_entities(phones)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(assist, pipelines=[], guarded_intents=[LETTER]),
        subentries_data=list(people()),
    )
    entry.add_to_hass(assist)
    yield SpokenHome(assist, entry, sent)
    if entry.state is ConfigEntryState.LOADED:
        await assist.config_entries.async_unload(entry.entry_id)
        await assist.async_block_till_done()
    async_lockdown(assist).end()
    await async_lockdown(assist)._store.async_remove()


HEAVY = ("assist_pipeline", "assist_satellite", "mobile_app", "stt", "tts", "ffmpeg")


def test_the_door_needs_little() -> None:
    """It is closed though what is heavy, or may be missing, cannot be loaded."""
    program = (
        "import sys\n"
        f"for name in {HEAVY}: sys.modules[f'homeassistant.components.{{name}}'] = None\n"
        "from custom_components.message_guard import presence\n"
        "import custom_components.message_guard.lockdown\n"
        "print('closed', 'custom_components.message_guard.loading' in sys.modules)\n"
    )
    root = Path(presence.__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert ran.stdout == "closed False\n", ran.stderr


async def test_closed_before_anything_else_is_loaded(early: SpokenHome) -> None:
    """What comes later is closed, too; what is no message works, and all of it is written down."""
    hass = early.hass
    import custom_components.message_guard as component

    gate = Gate(component._async_load_parts)
    with patch(LOAD, gate):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await until(hass, lambda: async_lockdown(hass).closed)
        receive(hass, "anna", early.sent)
        letters = SendLetter()
        intent.async_register(hass, letters)
        hass.bus.async_fire(EVENT_COMPONENT_LOADED, {"component": "test"})
        automated = hass.async_create_task(
            early.automate(
                sentence(notify(), {"event": "spoken_on"}),
                {
                    "triggers": [{"trigger": "event", "event_type": "go"}],
                    "actions": [notify(message="nobody spoke")],
                },
            )
        )
        # Both listen by now; what waits for the gate is not waited for.
        await until(
            hass,
            lambda: [state.state for state in hass.states.async_all("automation")] == ["on"] * 2,
        )
        heard: list[object] = []
        hass.bus.async_listen("spoken_on", heard.append)
        await early.say("dinner is ready", settle=False)
        response = await post(hass, "de")
        hass.bus.async_fire("go")
        await until(hass, lambda: bool(heard and early.sent))
        await moment(hass)
        assert early.sent == [("notify.anna", "nobody spoke")]
        assert letters.sent == 0
        assert len(heard) == 1  # what is no message goes on
        assert "startet noch" in response.speech["plain"]["speech"]
        assert issues(hass) == {REFUSED_MEANWHILE}
        gate.open.set()
        assert await setting_up
        await automated
        await hass.async_block_till_done()
    assert early.entry.state is ConfigEntryState.LOADED
    assert sorted(refused(hass)) == [("starting",), ("starting",)]
    early.watch()
    await early.say("dinner is ready")
    assert len(early.pending) == 1
    await early.approve()
    assert early.sent[-1] == ("notify.anna", "Dinner is ready")


async def test_what_only_watches_lets_through_and_remembers(early: SpokenHome) -> None:
    """A household that observes has the same written down, under another name."""
    hass, entry = early.hass, early.entry
    hass.config_entries.async_update_entry(entry, options={**entry.options, "observe": True})
    receive(hass, "anna", early.sent)
    letters = SendLetter()
    intent.async_register(hass, letters)
    await early.automate(sentence(notify()))
    gate = Gate(lambda *_: asyncio.sleep(0))
    with patch(LANGUAGES, gate):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await until(hass, lambda: async_lockdown(hass).closed)
        await early.say("dinner is ready", settle=False)
        await post(hass, "de")
        assert early.sent == [("notify.anna", "Dinner is ready")]
        assert letters.sent == 1
        gate.open.set()
        await setting_up
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    kinds = [item["kind"] for item in written(hass)]
    assert kinds.count("observed") == 2
    assert "refused" not in kinds


async def test_what_cannot_be_loaded_leaves_the_door_closed(early: SpokenHome) -> None:
    """Repairs says so, it is refused in the household's words, and it goes when it can be loaded."""
    hass, entry = early.hass, early.entry
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    with patch("custom_components.message_guard.import_module", side_effect=ImportError("hassil")):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
        assert entry.state is ConfigEntryState.SETUP_RETRY
        await early.say("dinner is ready")
        assert early.sent == []
        assert issues(hass) == {NOT_RUNNING, REFUSED_MEANWHILE}
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert NOT_RUNNING not in issues(hass)
    assert refused(hass) == [("not_started",)]


async def test_what_conversations_need_is_missing_at_first(early: SpokenHome) -> None:
    """The door is closed as soon as it can be."""
    hass = early.hass
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    with (
        patch(LOAD, Gate(lambda *_: asyncio.sleep(0))),
        patch("custom_components.message_guard.presence._load_lockdown"),
        patch.dict("sys.modules", {"custom_components.message_guard.lockdown": None}),
    ):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await moment(hass)
        assert not async_lockdown(hass).closed
    hass.bus.async_fire(EVENT_COMPONENT_LOADED, {"component": "conversation"})
    await until(hass, lambda: async_lockdown(hass).closed)
    await early.say("dinner is ready", settle=False)
    assert early.sent == []
    setting_up.cancel()


async def test_repairs_tells_of_a_guard_that_is_not_there_when_the_home_is(
    early: SpokenHome,
) -> None:
    """Home Assistant goes on without waiting for it for ever; it is taken back when the guard comes."""
    hass = early.hass
    gate = Gate(components.async_load_languages)
    hass.set_state(CoreState.not_running)
    with patch(LANGUAGES, gate):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await until(hass, lambda: async_lockdown(hass).closed)
        assert NOT_RUNNING not in issues(hass)  # it is early
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await moment(hass)
        assert NOT_RUNNING in issues(hass)
        gate.open.set()
        assert await setting_up
        await hass.async_block_till_done()
    assert early.entry.state is ConfigEntryState.LOADED
    assert NOT_RUNNING not in issues(hass)


async def test_an_edit_while_it_starts_is_followed(early: SpokenHome) -> None:
    """A contact who is added meanwhile is known, and a stricter rule holds."""
    hass, entry = early.hass, early.entry
    gate = Gate(components._open_ledger)
    with patch("custom_components.message_guard.components._open_ledger", gate):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await until(hass, lambda: hasattr(entry, "runtime_data"))
        await moment(hass)
        new = contact_data("Zoe")
        hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType(dict(new["data"])),
                subentry_type="contact",
                title="Zoe",
                unique_id="contact:zoe",
            ),
        )
        stricter = {**entry.options, "default_level": "code"}
        hass.config_entries.async_update_entry(entry, options=stricter)
        gate.open.set()
        await setting_up
        await hass.async_block_till_done()
    household = early.components.guard.household
    assert "Zoe" in {contact.name for contact in household.contacts}
    assert household.default_level.label == "code"


@pytest.mark.parametrize("by_speech", [True, False])
async def test_what_speech_made_in_an_earlier_run(
    early: SpokenHome, by_speech: bool, hass_storage: dict[str, Any]
) -> None:
    """It runs before the entry has loaded, even before its list is read: what speech made is refused."""
    hass = early.hass
    receive(hass, "anna", early.sent)
    on_event = {"triggers": [{"trigger": "event", "event_type": "go"}], "actions": [notify()]}
    on_event |= {"id": "nag", "alias": "Nag"}
    reload = ServiceCall(hass, "automation", "reload")
    said = Turn(hass, Origin(satellite_id=KITCHEN, utterance="nag Anna"))
    before = made_by_speech(hass)
    await before.watch(
        reload, said if by_speech else None, lambda: early.automate(on_event), lambda _: True
    )
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
    await hass.async_block_till_done()
    assert ("automation.nag" in hass_storage["message_guard.made_by_speech"]["data"]) is by_speech
    for key in [key for key in hass.data if "made_by_speech" in str(key)]:
        del hass.data[key]  # the run ends here
    assert made_by_speech(hass) is not before
    import custom_components.message_guard as component

    gate, reading = Gate(component._async_load_parts), Gate(Store._async_load)
    with patch(LOAD, gate):
        with patch.object(Store, "_async_load", lambda store: reading(store)):  # noqa: PLW0108 - a method
            setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
            await until(hass, lambda: async_lockdown(hass).closed)
            hass.bus.async_fire("go")
            await moment(hass)
            assert early.sent == []
            reading.open.set()
            await moment(hass)
            await until(hass, lambda: not hass.states.get("automation.nag").attributes["current"])  # type: ignore[union-attr]
        assert len(early.sent) == (0 if by_speech else 1)
        hass.bus.async_fire("go")
        await moment(hass)
        await until(hass, lambda: not hass.states.get("automation.nag").attributes["current"])  # type: ignore[union-attr]
        assert len(early.sent) == (0 if by_speech else 2)
        gate.open.set()
        assert await setting_up
        await hass.async_block_till_done()
    assert refused(hass) == ([("starting",)] * 2 if by_speech else [])


async def test_until_home_assistant_has_ended(early: SpokenHome) -> None:
    """What is said while it stops is refused, and still written down."""
    hass, entry = early.hass, early.entry
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    await early.say("dinner is ready")
    assert early.sent == []
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert refused(hass) == [("stopping",)]
    assert written(hass)[-2]["kind"] == "guard_off"  # the checkpoint is last
    await early.say("dinner is ready")
    assert early.sent == []
    hass.set_state(CoreState.running)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_without_assistants_the_guard_decides(early: SpokenHome) -> None:
    """A component that fails brings no assistants; what speech sends is held all the same."""
    hass = early.hass
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    hass.config.components.remove("assist_pipeline")
    with patch("custom_components.message_guard.loading.async_setup_component", return_value=False):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    hass.config.components.add("assist_pipeline")
    assert early.entry.state is ConfigEntryState.LOADED
    await early.say("dinner is ready")
    assert early.sent == []
    assert len(early.pending) == 1


async def test_assistants_that_come_late_are_guarded(early: SpokenHome) -> None:
    """The guard decides meanwhile."""
    hass, entry = early.hass, early.entry
    every = options(hass)["pipelines"]
    hass.config_entries.async_update_entry(entry, options={**entry.options, "pipelines": every})
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    hass.config.components.remove("assist_pipeline")
    gate = Gate(lambda *_: asyncio.sleep(0, result=True))
    with patch("custom_components.message_guard.loading.async_setup_component", gate):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await setting_up
        await early.say("dinner is ready", settle=False)
        await moment(hass)
        assert len(early.pending) == 1
        assert not entry.runtime_data.joined
        hass.config.components.add("assist_pipeline")
        gate.open.set()
        await hass.async_block_till_done()
    assert entry.runtime_data.joined


async def test_what_was_refused_long_ago_is_told_to_nobody(
    early: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """And is not kept until somebody could tell it."""
    door, turn = async_lockdown(early.hass), Turn(early.hass, Origin(satellite_id=KITCHEN))
    for text in ("one", "two", "three"):
        door._keep_untold(Answer(kind=AnswerKind.REFUSED, text=text), turn)
        freezer.tick(TOLD_WITHIN - 1)
    assert [answer.text for _, answer, _ in door._untold] == ["two", "three"]
    told: list[str] = []
    door.tell(lambda answer, _turn: told.append(answer.text))
    assert told == ["three"]
    assert not door._untold
