"""What nobody spoke for goes through untouched, and what a broken guard lets through."""

import asyncio
from datetime import timedelta
from functools import partial
import logging
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import ai_task, conversation
from homeassistant.core import Context, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.hooks.service_job import SwappedHandler
from tests.lamp import SENT, WHEN_LAMP, lamp, untouched
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]


# --- nobody spoke ---------------------------------------------------------------------------------


async def test_a_person_in_the_app_is_not_held(home: SpokenHome, hass_admin_user: MockUser) -> None:
    """A call with the person's own context."""
    step = notify()
    await home.hass.services.async_call(
        "notify", "anna", step["data"], blocking=True, context=Context(user_id=hass_admin_user.id)
    )
    untouched(home)


async def test_a_person_is_not_held_while_somebody_else_speaks(home: SpokenHome) -> None:
    """Only what comes from the turn is the turn's."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(call: ServiceCall) -> None:
        begun.set()
        await go_on.wait()

    home.hass.services.async_register("test", "wait", wait)
    await home.automate(sentence({"action": "test.wait"}))
    spoken = asyncio.create_task(home.say("dinner is ready"))
    await begun.wait()
    assert len(home.components.turns.live()) == 1
    await home.hass.services.async_call("notify", "anna", notify()["data"], blocking=True)
    untouched(home)
    go_on.set()
    await spoken
    assert home.components.turns.live() == ()


async def test_a_time_automation_is_not_held(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Every hour."""
    trigger = {"trigger": "time_pattern", "minutes": "0"}
    await home.automate({"alias": "hourly", "triggers": [trigger], "actions": [notify()]})
    freezer.tick(3601)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
    untouched(home)
    await home.hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.hourly"}, blocking=True
    )


async def test_a_sensor_automation_is_not_held(home: SpokenHome) -> None:
    """A state that no speech has changed."""
    await lamp(home)
    await home.automate({"alias": "lamp", "triggers": [WHEN_LAMP], "actions": [notify()]})
    home.hass.states.async_set("input_boolean.lamp", "on")
    await home.hass.async_block_till_done()
    untouched(home)


async def test_a_coordinator_that_speech_has_refreshed_is_not_held_later(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Scheduling copies the turn's context variables; a poll an hour later is no speech."""
    hass = home.hass
    polls = 0

    async def poll() -> None:
        nonlocal polls
        polls += 1
        if polls == 2:
            await hass.services.async_call("notify", "anna", notify()["data"], blocking=True)

    coordinator = DataUpdateCoordinator(
        hass,
        logging.getLogger(),
        config_entry=None,
        name="meter",
        update_method=poll,
        update_interval=timedelta(hours=1),
    )
    cancel = coordinator.async_add_listener(lambda: None)

    async def refresh(call: ServiceCall) -> None:
        await coordinator.async_refresh()

    hass.services.async_register("meter", "refresh", refresh)
    await home.automate(sentence({"action": "meter.refresh"}))
    await home.say("dinner is ready")
    assert polls == 1
    freezer.tick(3700)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert polls == 2
    untouched(home)
    cancel()


async def test_a_timer_that_speech_has_started_is_not_held(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """It notifies an hour later, when it is over."""
    assert await async_setup_component(
        home.hass, "timer", {"timer": {"egg": {"duration": "01:00:00"}}}
    )
    ended = {"trigger": "event", "event_type": "timer.finished"}
    await home.automate(
        sentence({"action": "timer.start", "target": {"entity_id": "timer.egg"}}),
        {"alias": "egg", "triggers": [ended], "actions": [notify()]},
    )
    await home.say("dinner is ready")
    freezer.tick(3700)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
    untouched(home)


async def test_persistent_notifications_are_free(home: SpokenHome) -> None:
    """They stay in the house."""
    assert await async_setup_component(home.hass, "persistent_notification", {})
    await home.automate(
        sentence(
            {"action": "notify.persistent_notification", "data": {"message": "one"}},
            {"action": "persistent_notification.create", "data": {"message": "two"}},
            notify(),
        )
    )
    await home.say("dinner is ready")
    assert len(home.hass.data["persistent_notification"]) == 2
    assert home.sent == []
    assert len(home.pending) == 1


async def test_our_own_delivery_is_not_held(home: SpokenHome) -> None:
    """Through the sentence of the guard itself, in the same turn as everything else."""
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    await home.approve()
    assert home.sent == SENT
    assert home.kinds == ["asked", "authorised", "delivered"]


async def test_an_automation_that_converses_is_not_held_afterwards(home: SpokenHome) -> None:
    """`conversation.process` opens a turn; the automation around it was not spoken."""
    await home.script(tell={"sequence": [notify("ben")]})
    await home.automate(
        sentence({"action": "script.tell"}),
        {
            "alias": "nightly",
            "triggers": [{"trigger": "event", "event_type": "night"}],
            "actions": [
                {"action": "conversation.process", "data": {"text": "dinner is ready"}},
                notify(),
            ],
        },
    )
    home.hass.bus.async_fire("night")
    await home.hass.async_block_till_done()
    assert home.sent == SENT
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["Ben"]


class Thinker(ai_task.AITaskEntity):
    """A model that only thinks."""

    _attr_name = "thinker"
    _attr_supported_features = ai_task.AITaskEntityFeature.GENERATE_DATA

    async def _async_generate_data(
        self, task: ai_task.GenDataTask, chat_log: conversation.ChatLog
    ) -> ai_task.GenDataTaskResult:
        return ai_task.GenDataTaskResult(conversation_id=chat_log.conversation_id, data="Dinner")


async def test_an_ai_task_of_an_automation_is_no_speech(home: SpokenHome) -> None:
    """Instructions for a model are added to a chat log as if a user had said them."""
    hass = home.hass
    assert await async_setup_component(hass, "ai_task", {})
    await hass.data["ai_task"].async_add_entities([Thinker()])
    think = {
        "action": "ai_task.generate_data",
        "data": {"task_name": "t", "instructions": "think", "entity_id": "ai_task.thinker"},
        "response_variable": "thought",
    }
    on_event = {"trigger": "event", "event_type": "night"}
    await home.automate({"alias": "night", "triggers": [on_event], "actions": [think, notify()]})
    hass.bus.async_fire("night")
    await hass.async_block_till_done()
    untouched(home)


# --- unchanged ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["coroutine", "callback", "executor"])
@pytest.mark.parametrize("outcome", [{"id": 7}, ServiceValidationError("no"), ValueError("no")])
async def test_values_and_errors_come_back_unchanged(
    home: SpokenHome, kind: str, outcome: dict[str, int] | Exception
) -> None:
    """Whatever kind of function handles it."""

    def handle(call: ServiceCall) -> dict[str, int]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def coroutine(call: ServiceCall) -> dict[str, int]:
        return handle(call)

    handlers = {
        "coroutine": coroutine,
        "callback": callback(partial(handle)),
        "executor": handle,
    }
    home.hass.services.async_register(
        "notify", "anna", handlers[kind], supports_response=SupportsResponse.OPTIONAL
    )
    call = home.hass.services.async_call(
        "notify", "anna", {"message": "x"}, blocking=True, return_response=True
    )
    if isinstance(outcome, Exception):
        with pytest.raises(type(outcome)) as raised:
            await call
        assert raised.value is outcome
    else:
        assert await call == outcome


async def test_schemas_response_support_and_placeholders_stay(home: SpokenHome) -> None:
    """Only the handler is swapped; no event is fired for it."""
    schema = probatio.Schema({probatio.Required("message"): str})
    home.hass.services.async_register(
        "notify",
        "anna",
        lambda call: None,
        schema,
        SupportsResponse.OPTIONAL,
        description_placeholders={"url": "x"},
    )
    service = home.hass.services.async_services_for_domain("notify")["anna"]
    assert service.schema is schema
    assert service.supports_response is SupportsResponse.OPTIONAL
    assert service.description_placeholders == {"url": "x"}
    with pytest.raises(probatio.Invalid):
        await home.hass.services.async_call("notify", "anna", {}, blocking=True)


# --- failing -----------------------------------------------------------------------------------------


async def test_a_broken_guard_holds_what_is_spoken(
    home: SpokenHome, caplog: pytest.LogCaptureFixture
) -> None:
    """The call is not made, the caller is told, and nothing of the message is logged."""
    turn = home.components.turns.begin(Origin(conversation_id="talk"))
    with (
        patch("custom_components.message_guard.interception.actions.capture", side_effect=KeyError),
        pytest.raises(HomeAssistantError) as raised,
    ):
        await home.hass.services.async_call("notify", "anna", {"message": "secret"}, blocking=True)
    home.components.turns.end(turn)
    assert raised.value.translation_key == "not_sent"
    assert home.sent == []
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "secret" not in errors[0]


async def test_a_broken_guard_lets_through_what_is_not_spoken(home: SpokenHome) -> None:
    """A time automation never gets as far as the code that is broken."""
    with patch(
        "custom_components.message_guard.interception.actions.capture", side_effect=KeyError
    ):
        await home.hass.services.async_call("notify", "anna", notify()["data"], blocking=True)
    untouched(home)


async def test_a_guard_that_cannot_start_keeps_the_door_shut(home: SpokenHome) -> None:
    """What is spoken is refused, everything else goes through, and all is put back afterwards."""
    hass = home.hass
    await home.automate(sentence(notify()))
    await hass.config_entries.async_unload(home.entry.entry_id)
    with patch(
        "custom_components.message_guard.components.async_load_languages", side_effect=OSError
    ):
        assert await hass.config_entries.async_setup(home.entry.entry_id)
    await hass.async_block_till_done()
    assert home.entry.runtime_data.components is None
    assert await home.say("dinner is ready") == "Done"
    assert home.sent == []
    await hass.services.async_call("notify", "anna", notify()["data"], blocking=True)
    assert home.sent == SENT
    await home.update(observe=True)
    await hass.config_entries.async_remove(home.entry.entry_id)
    job = hass.services.async_services_for_domain("notify")["anna"].job
    assert not isinstance(job.target, SwappedHandler)


async def test_a_guard_that_cannot_start_still_only_watches(home: SpokenHome) -> None:
    """A household that wants nothing held gets nothing held."""
    hass = home.hass
    await home.automate(sentence(notify()))
    await home.update(observe=True)
    await hass.config_entries.async_unload(home.entry.entry_id)
    with patch(
        "custom_components.message_guard.components.async_load_languages", side_effect=OSError
    ):
        assert await hass.config_entries.async_setup(home.entry.entry_id)
    await hass.async_block_till_done()
    await home.say("dinner is ready")
    assert home.sent == SENT
