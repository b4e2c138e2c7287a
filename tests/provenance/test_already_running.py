"""What runs already when the guard is enabled: a doubt counts as speech."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.helpers.script import DATA_SCRIPTS
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.const import DOMAIN
from tests.early_home import until, written
from tests.lamp import lamp
from tests.spoken_home import SpokenHome, moment, notify, receive, sentence
from tests.starting.test_lockdown import early

__all__ = ["early"]

STARTS = {
    "a sentence": {"trigger": "conversation", "command": "dinner is ready"},
    "a clock": {"trigger": "time_pattern", "minutes": "0"},
    "a state": {"trigger": "state", "entity_id": "input_boolean.lamp", "to": "on"},
}


@pytest.mark.parametrize("start", STARTS)
async def test_what_waits_when_the_guard_is_enabled(early: SpokenHome, start: str) -> None:
    """A voice may have started it: it is held. A clock has not; a state may have followed from a voice."""
    hass, entry = early.hass, early.entry
    receive(hass, "anna", early.sent)
    await lamp(early)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    wait = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
    await early.automate(
        {"id": "x", "alias": "x", "triggers": [STARTS[start]], "actions": [wait, notify()]}
    )
    saying = None
    if start == "a sentence":
        saying = hass.async_create_task(early.say("dinner is ready", settle=False))
    elif start == "a clock":
        hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        async_fire_time_changed(hass, hour)
    else:
        hass.states.async_set("input_boolean.lamp", "on")
    await moment(hass)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await moment(hass)
    hass.bus.async_fire("go")
    if saying is not None:
        await saying
    await hass.async_block_till_done()
    assert len(early.sent) == (0 if start == "a sentence" else 1)
    kinds = [item["kind"] for item in written(hass) if item["request_id"]]
    assert kinds == {"a sentence": ["asked"], "a clock": [], "a state": ["observed"]}[start]
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


async def test_what_a_clock_has_begun_before_goes_however_long_it_waits(
    early: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Also when the guard has forgotten by then what was spoken since."""
    hass, entry = early.hass, early.entry
    receive(hass, "anna", early.sent)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    wait = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
    await early.automate(
        {"id": "x", "alias": "x", "triggers": [STARTS["a clock"]], "actions": [wait, notify()]}
    )
    hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    async_fire_time_changed(hass, hour)
    await moment(hass)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await moment(hass)
    for later in (0, 25 * 3600):
        await early.say("what time is it", settle=False)
        freezer.tick(later)
    await early.say("what time is it", settle=False)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert early.sent == [("notify.anna", "Dinner is ready")]
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.mark.parametrize("hours", [1, 25])
async def test_what_a_voice_has_begun_before_is_held_however_long_it_waits(
    early: SpokenHome, freezer: FrozenDateTimeFactory, hours: int
) -> None:
    """Message Guard is enabled only then: nothing of it was there before."""
    hass, entry = early.hass, early.entry
    receive(hass, "anna", early.sent)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    wait = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
    await early.script(later={"sequence": [wait, notify()]})
    start = {"action": "script.turn_on", "target": {"entity_id": "script.later"}}
    await early.automate(sentence(start))
    await early.say("dinner is ready", settle=False)
    await moment(hass)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await until(hass, lambda: entry.state is ConfigEntryState.LOADED)
    await moment(hass)
    freezer.tick(timedelta(hours=hours))
    async_fire_time_changed(hass)
    await moment(hass)
    await early.say("what time is it", settle=False)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert early.sent == []
    assert [item["kind"] for item in written(hass) if item["request_id"]] == ["asked"]


async def test_what_waits_cannot_be_seen(
    early: SpokenHome, caplog: pytest.LogCaptureFixture
) -> None:
    """Another version keeps its scripts elsewhere: that is logged, and what is spoken from now on is held."""
    hass = early.hass
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    scripts, hass.data[DATA_SCRIPTS] = hass.data[DATA_SCRIPTS], {1: "odd"}  # type: ignore[dict-item]
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    hass.data[DATA_SCRIPTS] = scripts
    assert "What runs already is unknown: TypeError" in caplog.text
    assert early.entry.state is ConfigEntryState.LOADED
    await early.say("dinner is ready")
    assert early.sent == []
    assert len(early.pending) == 1
