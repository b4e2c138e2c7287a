"""Approval by a trusted button, and everything that is none."""

import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.components.script.const import EVENT_SCRIPT_STARTED
from homeassistant.core import Context, EventOrigin, HomeAssistant, ServiceCall, State, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_at_time
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.core.control import PRESS_SECONDS
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.runtime import Components
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

BUTTON = "binary_sensor.hall_button"
REMOTE = "event.remote"
SENT = [("notify.anna", "Dinner is ready")]


def when(trigger: dict[str, Any], *actions: dict[str, Any]) -> dict[str, Any]:
    """Return an automation that approves."""
    approve = {"action": "message_guard.approve", "data": {}}
    return {"alias": "approve", "triggers": [trigger], "actions": [*actions, approve]}


def pressed(entity_id: str = BUTTON, **more: Any) -> dict[str, Any]:
    """Return a trigger."""
    return {"trigger": "state", "entity_id": entity_id, **more}


async def start(home: SpokenHome, *automations: dict[str, Any], **options: Any) -> Components:
    """Trust the buttons, and set up automations and the sentence that sends."""
    home.hass.states.async_set(BUTTON, "off")
    home.hass.states.async_set(REMOTE, "2026-01-01T00:00:00.000+00:00")
    await home.automate(sentence(notify()), *automations)
    await home.update(buttons=[BUTTON, REMOTE], **options)
    return home.components


async def press(home: SpokenHome, context: Context | None = None) -> None:
    """Press the button, as its integration tells it."""
    home.hass.states.async_set(BUTTON, "on", context=context)
    await home.hass.async_block_till_done()
    home.hass.states.async_set(BUTTON, "off")
    await home.hass.async_block_till_done()


async def test_a_press_approves_what_waits(home: SpokenHome) -> None:
    """Once; and the ledger says which button."""
    components = await start(home, when(pressed(to="on")))
    approvers: list[Approver | None] = []
    take = components.buttons.take

    def watch(*given: Any) -> Approver | None:
        approvers.append(take(*given))
        return approvers[-1]

    components.buttons.take = watch  # type: ignore[method-assign]
    await home.say("dinner is ready")
    assert home.sent == []
    await press(home)
    assert home.sent == SENT
    assert approvers == [Approver(None, "button", BUTTON)]
    await press(home)
    assert home.sent == SENT


async def test_a_press_counts_though_the_automation_was_there_first(home: SpokenHome) -> None:
    """When the guard has begun anew, other listeners hear of a press before it does."""
    await start(home, when(pressed(to="on")))
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    await home.say("dinner is ready")
    await press(home)
    assert home.sent == SENT


async def test_an_event_entity_is_a_button_too(home: SpokenHome) -> None:
    """Its state is when it was pressed."""
    await start(home, when(pressed(REMOTE)))
    await home.say("dinner is ready")
    home.hass.states.async_set(REMOTE, dt_util.utcnow().isoformat(timespec="milliseconds"))
    await home.hass.async_block_till_done()
    assert home.sent == SENT


@pytest.mark.parametrize("state", ["2026-01-01T00:00:01.000+00:00", "unavailable", "unknown", "x"])
async def test_what_an_event_entity_remembers_is_no_press(home: SpokenHome, state: str) -> None:
    """Restored, lost or unreadable."""
    await start(home, when(pressed(REMOTE)))
    await home.say("dinner is ready")
    home.hass.states.async_set(REMOTE, state)
    await home.hass.async_block_till_done()
    assert home.sent == []


async def test_coming_back_is_no_press(home: SpokenHome) -> None:
    """A button that was out of reach, and one that is seen for the first time."""
    await start(home, when(pressed(to="on")))
    home.hass.states.async_set(BUTTON, "unavailable")
    await home.say("dinner is ready")
    home.hass.states.async_set(BUTTON, "on")
    await home.hass.async_block_till_done()
    home.hass.states.async_remove(BUTTON)
    home.hass.states.async_set(BUTTON, "on")
    await home.hass.async_block_till_done()
    assert home.sent == []


async def test_a_button_that_is_not_on_the_list(home: SpokenHome) -> None:
    """Any other entity may trigger the same automation."""
    home.hass.states.async_set("binary_sensor.motion", "off")
    await start(home, when(pressed("binary_sensor.motion", to="on")))
    await home.say("dinner is ready")
    home.hass.states.async_set("binary_sensor.motion", "on")
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert len(home.pending) == 1


@pytest.mark.parametrize(
    "trigger",
    [
        {"trigger": "event", "event_type": "go"},
        {"trigger": "state", "entity_id": "input_boolean.x"},
    ],
)
async def test_an_automation_without_a_press_is_nobody(
    home: SpokenHome, trigger: dict[str, Any]
) -> None:
    """It approves by itself whatever is asked: that is what must not be."""
    await start(home, when(trigger))
    await home.say("dinner is ready")
    home.hass.bus.async_fire("go")
    home.hass.states.async_set("input_boolean.x", "on")
    await home.hass.async_block_till_done()
    assert home.sent == []


async def test_an_automation_that_approves_what_is_asked(home: SpokenHome) -> None:
    """Self-approval: triggered by the question itself."""
    await start(home, when(pressed("event.message_guard_messages")))
    await home.say("dinner is ready")
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert len(home.pending) == 1


async def test_a_forged_state_change(home: SpokenHome) -> None:
    """An automation can fire the event, but not change the state with it."""
    await start(
        home,
        when(
            {
                "trigger": "event",
                "event_type": "state_changed",
                "event_data": {"entity_id": BUTTON},
            }
        ),
    )
    await home.say("dinner is ready")
    forged = {"entity_id": BUTTON, "old_state": State(BUTTON, "off"), "new_state": None}
    for new_state in (None, State(BUTTON, "on"), {"state": "on"}):
        home.hass.bus.async_fire("state_changed", {**forged, "new_state": new_state})
        await home.hass.async_block_till_done()
    assert home.sent == []


@pytest.mark.parametrize("parent", ["", "another automation"])
async def test_a_press_by_a_user_or_an_automation_is_no_finger(
    home: SpokenHome, hass_read_only_user: User, parent: str
) -> None:
    """A state that somebody set in the developer tools, or an automation."""
    await start(home, when(pressed(to="on")))
    await home.say("dinner is ready")
    context = Context(parent_id=parent) if parent else Context(user_id=hass_read_only_user.id)
    await press(home, context)
    assert home.sent == []


async def test_a_press_by_an_automation_that_nothing_has_started(home: SpokenHome) -> None:
    """A time or a webhook leaves no context, so the automation's own has no parent."""
    await start(home, when(pressed(to="on")))

    @callback
    def ring(call: ServiceCall) -> None:
        home.hass.states.async_set(BUTTON, "on", context=call.context)

    home.hass.services.async_register("test", "ring", ring)
    await home.say("dinner is ready")
    await home.hass.services.async_call("test", "ring", context=Context(), blocking=True)
    await home.hass.async_block_till_done()
    assert home.sent == []


async def test_a_press_from_outside(home: SpokenHome) -> None:
    """Events of other machines are no presses."""
    components = await start(home)
    await home.say("dinner is ready")
    home.hass.states.async_set(BUTTON, "on")
    new = home.hass.states.get(BUTTON)
    data = {"entity_id": BUTTON, "old_state": State(BUTTON, "off"), "new_state": new}
    components.buttons._presses.clear()
    context = Context()
    home.hass.bus.async_fire("state_changed", data, EventOrigin.remote, context)
    assert components.buttons.take(Context(parent_id=context.id), home.pending[0]) is None


async def test_a_button_pressed_by_voice(home: SpokenHome) -> None:
    """A spoken command that changes the button's state does not approve itself."""

    @callback
    def press_it_now(call: ServiceCall) -> None:
        home.hass.states.async_set(BUTTON, "on", context=call.context)

    home.hass.services.async_register("test", "press", press_it_now)
    press_it = {"action": "test.press"}
    await start(home, when(pressed(to="on")), sentence(press_it, said="press the button"))
    await home.say("dinner is ready")
    await home.say("press the button")
    await home.hass.async_block_till_done()
    state = home.hass.states.get(BUTTON)
    assert state is not None
    assert state.state == "on"
    assert home.sent == []
    assert len(home.pending) == 1


async def test_a_helper_is_no_button(home: SpokenHome, freezer: FrozenDateTimeFactory) -> None:
    """A template that follows, a while later, what a voice has switched."""
    hass = home.hass
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"go": None}})
    follows = {
        "name": "Follower",
        "state": "{{ is_state('input_boolean.go', 'on') }}",
        "delay_on": {"seconds": 5},
    }
    assert await async_setup_component(hass, "template", {"template": {"binary_sensor": follows}})
    await hass.async_block_till_done()
    go = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.go"}}
    follower = "binary_sensor.follower"
    await start(home, when(pressed(follower, to="on")), sentence(go, said="let it go"))
    await home.update(buttons=[follower])
    await home.say("dinner is ready")
    await home.say("let it go")
    freezer.tick(10)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    state = hass.states.get(follower)
    assert state is not None
    assert state.state == "on"
    assert home.sent == []
    assert len(home.pending) == 1


async def test_approving_by_voice(home: SpokenHome) -> None:
    """Neither a sentence trigger nor a script that it calls can approve or decline."""
    await start(
        home,
        sentence({"action": "message_guard.approve"}, said="approve it"),
        sentence({"action": "message_guard.decline"}, said="forget it please"),
        sentence({"action": "script.approve"}, said="do approve it"),
    )
    await home.script(approve={"sequence": [{"action": "message_guard.approve"}]})
    await home.say("dinner is ready")
    for said in ("approve it", "do approve it", "forget it please"):
        await home.say(said)
    assert home.sent == []
    assert len(home.pending) == 1


async def test_a_press_counts_for_what_waited_then(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Not for what is asked afterwards, while the automation still waits."""
    components = await start(home)
    context = Context()
    await press(home, context)
    freezer.tick(1)
    await home.say("dinner is ready")
    (waiting,) = home.pending
    assert components.buttons.take(Context(parent_id=context.id), waiting) is None


@pytest.mark.parametrize(("seconds", "counts"), [(9, True), (11, False)])
async def test_a_press_does_not_last(
    home: SpokenHome, freezer: FrozenDateTimeFactory, seconds: int, counts: bool
) -> None:
    """Ten seconds; and it counts once."""
    components = await start(home)
    await home.say("dinner is ready")
    context = Context()
    await press(home, context)
    freezer.tick(seconds)
    (waiting,) = home.pending
    automation = Context(parent_id=context.id)
    assert (components.buttons.take(automation, waiting) is not None) is counts
    assert components.buttons.take(automation, waiting) is None


async def test_a_button_taken_off_the_list(home: SpokenHome) -> None:
    """Between the press and the call."""
    components = await start(home)
    await home.say("dinner is ready")
    context = Context()
    home.hass.states.async_set(BUTTON, "on", context=context)
    (waiting,) = home.pending
    await home.update(buttons=[])
    assert components.buttons.take(Context(parent_id=context.id), waiting) is None


async def test_presses_are_not_remembered_without_end(home: SpokenHome) -> None:
    """A button that chatters."""
    components = await start(home)
    for _ in range(100):
        home.hass.states.async_set(BUTTON, "on")
        home.hass.states.async_set(BUTTON, "off")
    assert len(components.buttons._presses) <= 32


async def test_what_a_machine_has_begun_long_ago_is_no_press(home: SpokenHome) -> None:
    """A finger's press has a context of that moment, whoever has made another."""
    components = await start(home)
    await home.say("dinner is ready")
    old = Context(id=ulid_at_time(time.time() - PRESS_SECONDS - 1))
    home.hass.states.async_set(BUTTON, "on", context=old)
    assert components.buttons.take(Context(parent_id=old.id), home.pending[0]) is None
    home.hass.states.async_set(BUTTON, "off")
    odd = Context(id="says no moment")
    home.hass.states.async_set(BUTTON, "on", context=odd)
    assert components.buttons.take(Context(parent_id=odd.id), home.pending[0]) is None


async def test_what_machines_have_begun_is_remembered_for_a_minute(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Where more begins in a minute than that, nothing is a finger's."""
    components = await start(home)
    await home.say("dinner is ready")
    (waiting,) = home.pending
    machines = components.buttons._machines
    for _ in range(20):
        home.hass.bus.async_fire(EVENT_SCRIPT_STARTED, context=Context())
        freezer.tick(6)
    assert len(machines) == 11
    machines.most = 5
    home.hass.bus.async_fire(EVENT_SCRIPT_STARTED, context=Context())
    for state, counts in (("on", False), ("off", False), ("on", True)):
        context = Context()
        home.hass.states.async_set(BUTTON, state, context=context)
        pressed = components.buttons._presses.get(context.id, components.buttons._home.now())
        assert (pressed is not None) is counts
        freezer.tick(31)
    assert waiting.recipients


async def test_with_two_waiting_it_must_say_which(home: SpokenHome, hass_admin_user: User) -> None:
    """A press, or a person, does not approve two things at once, nor an unknown one."""
    components = await start(home)
    for index, name in enumerate(("Anna", "Ben")):
        await components.guard.submit(
            Request(
                id=f"r{index}",
                route=Route.SENTENCE,
                origin=Origin(satellite_id=f"assist_satellite.s{index}", language="en"),
                recipient=name,
                content=Content(body="hello"),
                created_at=0.0,
            )
        )
    person = Context(user_id=hass_admin_user.id)

    async def approve(**data: Any) -> None:
        await home.hass.services.async_call(
            "message_guard", "approve", data, blocking=True, context=person
        )

    with pytest.raises(ServiceValidationError, match="2 messages"):
        await approve()
    second = home.pending[1]
    await approve(confirmation_id=second.id)
    assert home.sent == [("notify.ben", "hello")]
    await approve()
    assert home.sent == [("notify.ben", "hello"), ("notify.anna", "hello")]
    with pytest.raises(ServiceValidationError):
        await approve()


async def test_the_form_for_phones_and_buttons(
    assist: HomeAssistant, guard: Any, hass_admin_user: User
) -> None:
    """It offers the phones that there are, and saves what was chosen."""
    assert await async_setup_component(assist, "mobile_app", {})
    flow = await assist.config_entries.options.async_init(guard.entry_id)
    form = await assist.config_entries.options.async_configure(
        flow["flow_id"], {"next_step_id": "devices"}
    )
    assert form["step_id"] == "devices"
    await assist.config_entries.options.async_configure(
        flow["flow_id"], {"phones": [], "phones_always": True, "buttons": [BUTTON]}
    )
    await assist.async_block_till_done()
    household = guard.runtime_data.components.guard.household
    assert household.buttons == {BUTTON}
    assert household.phones == frozenset()
    assert household.phones_always
