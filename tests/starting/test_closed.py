"""The door stays shut while the guard is not running: between two loads, and when it cannot start."""

import asyncio
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import intent
import pytest

from custom_components.message_guard.runtime import Components
from tests.early_home import until
from tests.letter import LETTER, SendLetter, post
from tests.spoken_home import SpokenHome, home, moment, notify, sentence

__all__ = ["home"]

SWITCH = "switch.message_guard_sending_allowed"
RELOAD = {"action": "homeassistant.reload_config_entry", "target": {"entity_id": SWITCH}}
BROKEN = "custom_components.message_guard.components.async_load_languages"


@pytest.fixture
async def letters(home: SpokenHome) -> SendLetter:
    """Return an intent that the household guards."""
    handler = SendLetter()
    intent.async_register(home.hass, handler)
    await home.update(guarded_intents=[LETTER])
    return handler


def patiently(hass: HomeAssistant) -> None:
    """Register an action that lets the others go on."""

    async def moment(_call: ServiceCall) -> None:
        for _ in range(3):
            await hass.async_add_executor_job(int)
            await asyncio.sleep(0)

    hass.services.async_register("test", "moment", moment)


async def test_a_script_that_reloads_the_guard_and_sends_meanwhile(home: SpokenHome) -> None:
    """Spoken, it sends not once while the guard is unloaded, starts, and runs again."""
    hass = home.hass
    patiently(hass)
    again: dict[str, Any] = {**notify(), "continue_on_error": True}
    sends = {"repeat": {"count": 100, "sequence": [again, {"action": "test.moment"}]}}
    await home.automate(sentence({"parallel": [{"sequence": [RELOAD]}, {"sequence": [sends]}]}))
    before: Components = home.components
    await home.say("dinner is ready")
    assert home.components is not before
    assert home.sent == []
    await hass.services.async_call("notify", "anna", {"message": "x"}, blocking=True)
    assert home.sent == [("notify.anna", "x")]  # nobody spoke
    for waiting in home.pending:
        await home.components.guard.decline(waiting.id, None)


async def test_a_question_that_is_ready_after_the_guard_has_gone(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with the guard, nothing is sent, and nothing waits for the end of the turn any more."""
    hass, components = home.hass, home.components
    writing, on, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    append = components.ledger.append_many

    async def slowly(*steps: Any) -> Any:
        writing.set()
        await on.wait()
        return await append(*steps)

    async def wait(_call: ServiceCall) -> None:
        await go_on.wait()

    monkeypatch.setattr(components.ledger, "append_many", slowly)
    hass.services.async_register("test", "wait", wait)
    await home.automate(sentence(notify(), {"action": "test.wait"}))
    turn = asyncio.create_task(home.say("dinner is ready", settle=False))
    await writing.wait()
    unload = asyncio.create_task(hass.config_entries.async_unload(home.entry.entry_id))
    await until(hass, lambda: home.entry.runtime_data.components is None)
    on.set()
    assert await unload
    await moment(hass)
    assert components.turns.live() != ()
    assert components.turns._endings._timer is None
    go_on.set()
    await turn
    await hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds == ["asked", "expired"]


async def test_between_two_loads(home: SpokenHome, letters: SendLetter) -> None:
    """What is spoken is refused, chosen intents are, and everything else goes through."""
    hass = home.hass
    await home.automate(
        sentence(notify()),
        {
            "triggers": [{"trigger": "event", "event_type": "go"}],
            "actions": [notify(message="not spoken")],
        },
    )
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    await home.say("dinner is ready")
    response = await post(hass)
    assert response.error_code is intent.IntentResponseErrorCode.FAILED_TO_HANDLE
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == [("notify.anna", "not spoken")]
    assert letters.sent == 0
    assert await hass.config_entries.async_setup(home.entry.entry_id)
    await hass.async_block_till_done()
    await post(hass)
    assert [item.recipients[0].request.recipient for item in home.pending] == ["Anna"]
    await home.approve()
    assert letters.sent == 1


@pytest.mark.parametrize("removed", [False, True])
async def test_a_household_that_wants_no_guard(
    home: SpokenHome, letters: SendLetter, removed: bool
) -> None:
    """Disabled or removed it leaves nothing shut, and nothing behind."""
    hass, entry_id = home.hass, home.entry.entry_id
    await home.automate(sentence(notify()))
    if removed:
        await hass.config_entries.async_remove(entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    await home.say("dinner is ready")
    await post(hass)
    assert len(home.sent) == 1
    assert letters.sent == 1
    assert "async_handle" not in vars(letters)


async def test_one_that_cannot_start(home: SpokenHome, letters: SendLetter) -> None:
    """It refuses what it would have held; one that only watches lets everything through."""
    hass = home.hass
    for observe in (False, True):
        await home.update(observe=observe)
        with patch(BROKEN, side_effect=RuntimeError("broken")):
            assert await hass.config_entries.async_reload(home.entry.entry_id)
        assert home.entry.runtime_data.components is None
        await post(hass)
        assert letters.sent == observe
        assert await hass.config_entries.async_reload(home.entry.entry_id)
        await hass.async_block_till_done()


async def test_an_intent_that_somebody_else_has_taken_is_left_alone(
    home: SpokenHome, letters: SendLetter
) -> None:
    """Whoever wraps a handler meanwhile keeps it."""
    hass = home.hass
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    refusing = vars(letters)["async_handle"]

    async def on_top(intent_obj: intent.Intent) -> intent.IntentResponse:
        return await refusing(intent_obj)

    letters.async_handle = on_top  # type: ignore[method-assign]
    await hass.config_entries.async_remove(home.entry.entry_id)
    assert vars(letters)["async_handle"] is on_top
