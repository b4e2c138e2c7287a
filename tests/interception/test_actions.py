"""Whatever an action sends because someone spoke is held; everything else goes through untouched."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import ServiceCall, SupportsResponse
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.guarding.holds import Held, HoldsFullError
from custom_components.message_guard.guarding.records import Notice
from custom_components.message_guard.ledger.format.entries import Kind
from tests.clock import pass_time, until
from tests.spoken_home import SpokenHome, home, moment, notify, receive, sentence

__all__ = ["home"]

SENT = [("notify.anna", "Dinner is ready")]


# --- held, approved, sent once --------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["single", "restart", "queued", "parallel"])
async def test_a_sentence_trigger_is_held_and_sent_once_when_approved(
    home: SpokenHome, mode: str
) -> None:
    """In all four modes."""
    await home.automate(sentence(notify(), mode=mode))
    await home.say("dinner is ready")
    assert home.sent == []
    answer = await home.approve()
    assert answer.kind == "sent"
    assert home.sent == SENT
    assert home.kinds == ["asked", "authorised", "delivered"]
    assert home.pending == ()


async def test_whatever_watches_what_is_held_stops_nothing(home: SpokenHome) -> None:
    """It is asked about all the same."""

    def watch(*_given: object) -> None:
        raise RuntimeError

    home.components.actions.on_captured = watch
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    assert len(home.pending) == 1
    assert home.kinds == ["asked"]


async def test_it_is_sent_however_soon_it_is_approved(home: SpokenHome) -> None:
    """By a button that somebody presses while whoever has called still waits to hear that it is held."""

    def approve(notice: Notice) -> None:
        if notice.kind is Kind.ASKED:
            home.hass.async_create_task(home.approve(), eager_start=True)

    home.components.guard.subscribe(approve)
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    await until(lambda: home.sent)
    assert home.sent == SENT
    assert home.kinds == ["asked", "authorised", "delivered"]


@pytest.mark.parametrize("mode", ["single", "restart", "queued", "parallel"])
async def test_a_declined_message_is_never_sent(home: SpokenHome, mode: str) -> None:
    """In all four modes."""
    await home.automate(sentence(notify(), mode=mode))
    await home.say("dinner is ready")
    answer = await home.decline()
    assert answer.kind == "declined"
    assert home.sent == []
    assert len(home.components.holds) == 0


async def test_an_expired_message_is_never_sent(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Its time is over."""
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    freezer.tick(3600)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
    assert home.kinds[-1] == "expired"
    with pytest.raises(KeyError):
        await home.components.guard.approve(confirmation.id, None)  # type: ignore[arg-type]
    assert home.sent == []
    assert len(home.components.holds) == 0


async def test_a_restart_forgets_what_waited(home: SpokenHome) -> None:
    """Nothing of a captured call survives; the confirmation is over."""
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    home.watch()
    assert home.pending == ()
    assert len(home.components.holds) == 0
    assert home.sent == []


@pytest.mark.parametrize(
    "step",
    [
        {"action": "script.tell"},
        {"action": "script.turn_on", "target": {"entity_id": "script.tell"}},
        {"parallel": [{"action": "script.tell"}]},
        {"sequence": [{"action": "script.tell"}]},
        {"action": "homeassistant.turn_on", "target": {"entity_id": "script.tell"}},
    ],
    ids=["called", "not waited for", "parallel", "sequence", "turned on"],
)
@pytest.mark.parametrize("mode", ["single", "restart", "queued", "parallel"])
async def test_a_script_is_held(home: SpokenHome, step: dict[str, Any], mode: str) -> None:
    """However the sentence starts it."""
    await home.script(tell={"mode": mode, "sequence": [notify()]})
    await home.automate(sentence(step))
    await home.say("dinner is ready")
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


@pytest.mark.parametrize(
    "wait",
    [
        {"delay": {"hours": 1}},
        {"wait_template": "{{ is_state('input_boolean.go', 'on') }}"},
        {"wait_for_trigger": [{"trigger": "state", "entity_id": "input_boolean.go", "to": "on"}]},
    ],
    ids=["delay", "template", "trigger"],
)
@pytest.mark.parametrize(
    "step",
    [
        {"action": "script.tell"},
        {"action": "script.turn_on", "target": {"entity_id": "script.tell"}},
    ],
    ids=["called", "not waited for"],
)
async def test_what_outlives_the_turn_is_held(
    home: SpokenHome, wait: dict[str, Any], step: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    """A script that waits longer than the turn is still there because someone spoke."""
    hass = home.hass
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"go": None}})
    await home.script(tell={"sequence": [wait, notify()]})
    await home.automate(sentence(step))
    spoken = hass.async_create_task(home.say("dinner is ready", settle=False))
    await moment(hass)
    if spoken.done():
        assert not home.components.turns.live()
    assert home.sent == []
    hass.states.async_set("input_boolean.go", "on")
    freezer.tick(timedelta(hours=2))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


async def test_branches_that_run_side_by_side_share_one_question(home: SpokenHome) -> None:
    """The same words to two people: one proof, each once."""
    await home.automate(sentence({"parallel": [notify("anna"), notify("ben")]}))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert "Anna" in confirmation.question
    assert "Ben" in confirmation.question
    await home.approve()
    assert sorted(home.sent) == [
        ("notify.anna", "Dinner is ready"),
        ("notify.ben", "Dinner is ready"),
    ]


async def test_different_words_are_asked_one_after_the_other(home: SpokenHome) -> None:
    """The second question comes after the first has been answered; neither is lost."""
    await home.automate(
        sentence(notify("anna", "One"), notify("ben", "Two"), notify("anna", "Three"))
    )
    await home.say("dinner is ready")
    (first,) = home.pending
    assert "One" in first.question
    assert "Two" not in first.question
    await home.approve()
    await home.decline()
    assert home.sent == [("notify.anna", "One")]
    await home.approve()
    assert home.sent == [("notify.anna", "One"), ("notify.anna", "Three")]
    # What follows a turn comes by the clock, not by a task that one could wait for.
    await pass_time(1)
    await until(lambda: len(home.unasked) == 3)
    assert [answer.text for answer, _ in home.unasked] == [
        notice.confirmation.question
        for notice in home.notices
        if notice.kind == "asked" and notice.confirmation is not None
    ]


async def test_what_is_one_too_many_is_refused_and_holds_nothing_up(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written down, its caller gets an error, and the next message of the turn is asked about."""
    put = home.components.holds.put

    def full(request_id: str, hold: Held) -> None:
        monkeypatch.setattr(home.components.holds, "put", put)
        raise HoldsFullError("full")

    monkeypatch.setattr(home.components.holds, "put", full)
    first = {**notify("anna", "One"), "continue_on_error": True}
    await home.automate(sentence(first, notify("ben", "Two"), notify("anna", "Three")))
    await home.say("dinner is ready")
    assert home.kinds == ["refused", "asked"]
    assert "too_many_pending" in home.notices[0].reasons
    await home.approve()
    await home.approve()
    assert home.sent == [("notify.ben", "Two"), ("notify.anna", "Three")]
    await home.say("dinner is ready")
    assert len(home.components.holds) == 1


async def test_what_waits_behind_a_caller_that_is_cut_off_is_asked(home: SpokenHome) -> None:
    """The branches of a turn share a line; the one in front may be cancelled before it is asked."""
    cut_off: list[asyncio.Task[object]] = []

    async def branch(call: ServiceCall) -> None:
        task = asyncio.create_task(
            home.hass.services.async_call(
                "notify", "anna", {"message": "One"}, blocking=True, context=call.context
            )
        )
        cut_off.append(task)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()

    home.hass.services.async_register("test", "branch", branch)
    await home.automate(sentence({"action": "test.branch"}, notify("ben", "Two")))
    await home.say("dinner is ready")
    assert cut_off[0].cancelled()
    assert home.kinds == ["asked"]
    await home.approve()
    await home.approve()
    assert home.sent == [("notify.anna", "One"), ("notify.ben", "Two")]


async def test_nobody_there_for_the_first_question_is_not_asked_a_second(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """What was never asked is refused, and written down."""
    await home.automate(sentence(notify("anna", "One"), notify("ben", "Two")))
    await home.say("dinner is ready")
    freezer.tick(3600)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
    assert home.pending == ()
    assert home.kinds == ["asked", "expired", "refused"]
    assert home.notices[-1].request.content.body == "Two"
    assert home.sent == []


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("steps", [[notify()], [{"delay": 60}, notify()]], ids=["now", "later"])
async def test_an_intent_script_is_held(
    home: SpokenHome,
    asynchronous: bool,
    steps: list[dict[str, Any]],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its actions carry the turn's own context, waited for or not."""
    hass = home.hass
    config = {
        "TellAnna": {"async_action": asynchronous, "action": steps, "speech": {"text": "Told."}}
    }
    assert await async_setup_component(hass, "intent_script", {"intent_script": config})
    await home.intent("TellAnna", "tell the sister")
    await home.say("load your sentences")
    spoken = hass.async_create_task(home.say("tell the sister", settle=False))
    await moment(hass)
    freezer.tick(61)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert await spoken == "Told."
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


# --- content -----------------------------------------------------------------------------------------


async def test_everything_of_a_call_is_bound_and_replayed(home: SpokenHome) -> None:
    """Title and data go into the request, and into the one call, as they were captured."""
    calls: list[ServiceCall] = []

    async def keep(call: ServiceCall) -> None:
        calls.append(call)

    home.hass.services.async_register("notify", "anna", keep)
    step = notify(title="Kitchen", data={"tag": "dinner", "actions": [{"action": "OK"}]})
    await home.automate(sentence(step))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    content = confirmation.recipients[0].request.content
    assert content.body == "Dinner is ready"
    assert content.extras == {
        "title": "Kitchen",
        "data": {"tag": "dinner", "actions": [{"action": "OK"}]},
    }
    await home.approve()
    (call,) = calls
    assert call.data == {
        "message": "Dinner is ready",
        "title": "Kitchen",
        "data": {"tag": "dinner", "actions": [{"action": "OK"}]},
    }


async def test_a_captured_call_cannot_be_changed_afterwards(home: SpokenHome) -> None:
    """Whoever made it may keep what it handed over, and write into it."""
    data: dict[str, Any] = {"message": "Dinner is ready", "data": {"to": ["Anna"]}}
    calls: list[dict[str, Any]] = []

    async def keep(call: ServiceCall) -> None:
        calls.append(dict(call.data))

    home.hass.services.async_register("notify", "anna", keep)
    turn = home.components.turns.begin(Origin(conversation_id="talk"))
    await home.hass.services.async_call("notify", "anna", data, blocking=True)
    home.components.turns.end(turn)
    data["data"]["to"].append("Eve")
    await home.approve()
    assert calls == [{"message": "Dinner is ready", "data": {"to": ["Anna"]}}]


@pytest.mark.parametrize("reload", ["automation", "script", "registered again", "removed"])
async def test_a_reload_between_capture_and_approval(home: SpokenHome, reload: str) -> None:
    """The call is made by whatever handles it then; by nobody when it is gone."""
    hass = home.hass
    again: list[tuple[str, str]] = []
    await home.script(tell={"sequence": [notify()]})
    await home.automate(sentence({"action": "script.tell"}))
    await home.say("dinner is ready")
    with patch("homeassistant.config.load_yaml_config_file", return_value={}):
        match reload:
            case "registered again":
                hass.services.async_remove("notify", "anna")
                receive(hass, "anna", again)
            case "removed":
                hass.services.async_remove("notify", "anna")
            case domain:
                await hass.services.async_call(domain, "reload", blocking=True)
    answer = await home.approve()
    if reload == "removed":
        assert answer.kind == "failed"
        assert home.kinds[-1] == "failed"
        assert not hass.services.has_service("notify", "anna")
        assert home.sent == []
    elif reload == "registered again":
        assert again == SENT
        assert home.sent == []
    else:
        assert home.sent == SENT


# --- what it returns ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "answer"), [("anna", {}), ("send_message", {"chats": []})])
async def test_an_automation_goes_on_behind_a_held_call(
    home: SpokenHome, action: str, answer: dict[str, Any]
) -> None:
    """It is answered as if nothing had been sent, and everything behind it is done at once."""
    register_answering(home, SupportsResponse.ONLY)
    home.hass.services.async_register(
        "telegram_bot", "send_message", lambda _call: {}, supports_response=SupportsResponse.ONLY
    )
    gone_on: list[Any] = []
    home.hass.bus.async_listen("gone_on", lambda event: gone_on.append(event.data["answer"]))
    domain = "notify" if action == "anna" else "telegram_bot"
    step = {
        "action": f"{domain}.{action}",
        "data": {"message": "Hi"},
        "response_variable": "answer",
    }
    event = {"event": "gone_on", "event_data": {"answer": "{{ answer }}"}}
    await home.automate(sentence(step, event))
    await home.say("dinner is ready")
    assert gone_on == [answer]
    assert home.sent == []
    if domain == "notify":
        await home.approve()
        assert home.sent == [("notify.anna", "Hi")]
    assert gone_on == [answer]


async def test_a_call_that_needs_no_proof_returns_what_its_handler_returns(
    home: SpokenHome,
) -> None:
    """Sent at once, recorded, through the hold."""
    await home.update(default_level="none")
    register_answering(home, SupportsResponse.OPTIONAL)
    turn = home.components.turns.begin(Origin(conversation_id="talk"))
    response = await home.hass.services.async_call(
        "notify", "anna", {"message": "Hi"}, blocking=True, return_response=True
    )
    home.components.turns.end(turn)
    assert response == {"id": 7}
    assert home.sent == [("notify.anna", "Hi")]
    assert home.kinds == ["authorised", "delivered"]


def register_answering(home: SpokenHome, supports: SupportsResponse) -> None:
    """Let notify.anna return data."""

    async def keep(call: ServiceCall) -> dict[str, int]:
        home.sent.append(("notify.anna", call.data["message"]))
        return {"id": 7}

    home.hass.services.async_register("notify", "anna", keep, supports_response=supports)
