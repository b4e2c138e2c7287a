"""Sensors, the switch, the button: what they show, and who may use them."""

from contextlib import closing, suppress
from datetime import timedelta
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import conversation
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, intent, issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_at_time
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger.watch import CHECK_INTERVAL

BODY = "the key is under the pot"


def state(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of one of our entities."""
    found = hass.states.get(entity_id.replace(".", ".message_guard_"))
    assert found is not None, entity_id
    return found.state


async def act(
    hass: HomeAssistant, action: str, user: MockUser | None = None, **data: Any
) -> dict[str, Any]:
    """Call one of our actions."""
    answer = await hass.services.async_call(
        DOMAIN,
        action,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id if user else None),
    )
    await hass.async_block_till_done()
    assert isinstance(answer, dict)
    return answer


async def ask(hass: HomeAssistant) -> str:
    """Ask to send, and return what has to be approved."""
    return str((await act(hass, "send", contact="Anna", message=BODY))["confirmation_id"])


async def turn(hass: HomeAssistant, on_or_off: str, context: Context | None = None) -> None:
    """Use the switch."""
    await hass.services.async_call(
        "switch",
        f"turn_{on_or_off}",
        {"entity_id": "switch.message_guard_sending_allowed"},
        blocking=True,
        context=context,
    )
    await hass.async_block_till_done()


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Start the guard anew."""
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


# --- sensors ----------------------------------------------------------------------------------------


async def test_counts_follow_what_happens(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """From the first message on, and after a restart."""
    assert state(assist, "sensor.waiting") == "0"
    assert state(assist, "sensor.sent_today") == "0"
    assert state(assist, "sensor.last_decision") == "unknown"
    confirmation_id = await ask(assist)
    assert state(assist, "sensor.waiting") == "1"
    assert state(assist, "sensor.last_decision") == "asked"
    await act(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    assert state(assist, "sensor.waiting") == "0"
    assert state(assist, "sensor.sent_today") == "1"
    assert state(assist, "sensor.last_decision") == "sent"
    with pytest.raises(HomeAssistantError):
        await act(assist, "send", contact="Mallory", message=BODY)
    await assist.async_block_till_done()
    assert state(assist, "sensor.refused_today") == "1"
    assert state(assist, "sensor.last_decision") == "refused"
    await reload(assist, guard)
    assert state(assist, "sensor.sent_today") == "1"
    assert state(assist, "sensor.refused_today") == "1"
    assert state(assist, "sensor.last_decision") == "refused"


async def test_a_new_day_begins_at_local_midnight(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_admin_user: MockUser,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Wherever the house stands."""
    await assist.config.async_set_time_zone("Pacific/Auckland")
    # Home Assistant has worked out the next midnight with the time zone before: what that is depends on the hour.
    await reload(assist, guard)
    await act(assist, "approve", hass_admin_user, confirmation_id=await ask(assist))
    assert state(assist, "sensor.sent_today") == "1"
    midnight = dt_util.start_of_local_day() + timedelta(days=1)
    freezer.move_to(midnight + timedelta(seconds=1))
    async_fire_time_changed(assist, midnight + timedelta(seconds=1))
    await assist.async_block_till_done()
    assert state(assist, "sensor.sent_today") == "0"
    found = assist.states.get("sensor.message_guard_sent_today")
    assert found is not None
    assert dt_util.parse_datetime(found.attributes["last_reset"]) == midnight
    await reload(assist, guard)
    assert state(assist, "sensor.sent_today") == "0"


async def test_counts_are_unknown_without_a_ledger(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that nobody can know is not nought."""
    from custom_components.message_guard.ledger.store import LedgerStore

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerUnusableError("gone")

    monkeypatch.setattr(LedgerStore, "page", unreadable)
    await reload(assist, guard)
    assert state(assist, "sensor.sent_today") == "unknown"
    assert state(assist, "sensor.last_decision") == "unknown"
    await ask(assist)
    assert state(assist, "sensor.sent_today") == "unknown"
    assert state(assist, "sensor.last_decision") == "asked"


# --- the ledger -------------------------------------------------------------------------------------


async def test_the_ledger_is_checked(
    assist: HomeAssistant, guard: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """At the start, and again when something was added."""
    await assist.async_block_till_done(wait_background_tasks=True)
    assert state(assist, "binary_sensor.ledger_sound") == "on"
    found = assist.states.get("binary_sensor.message_guard_ledger_sound")
    assert found is not None
    before = found.attributes["entries"]
    assert before >= 1
    await ask(assist)
    freezer.tick(CHECK_INTERVAL)
    async_fire_time_changed(assist)
    await assist.async_block_till_done(wait_background_tasks=True)
    found = assist.states.get("binary_sensor.message_guard_ledger_sound")
    assert found is not None
    assert found.attributes["entries"] > before
    assert found.attributes["problem"] is None


async def test_a_changed_ledger_is_told(
    assist: HomeAssistant, guard: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """One word changed in the file, as somebody with access to the disk would."""
    import sqlite3

    await ask(assist)
    path = guard.runtime_data.components.ledger.path

    def tamper() -> None:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA ignore_check_constraints=ON")
            for (name,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger'"
            ).fetchall():
                db.execute(f"DROP TRIGGER {name}")
            db.execute("UPDATE entries SET line = replace(line, 'asked', 'agreed')")
        db.close()

    await assist.async_add_executor_job(tamper)
    await reload(assist, guard)
    await assist.async_block_till_done(wait_background_tasks=True)
    assert state(assist, "binary_sensor.ledger_sound") == "off"
    found = assist.states.get("binary_sensor.message_guard_ledger_sound")
    assert found is not None
    assert found.attributes["problem"]


async def test_a_ledger_that_cannot_be_read_is_not_sound(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then nothing can be recorded, and nothing is sent."""

    async def unreadable(**_: object) -> None:
        raise LedgerUnusableError("gone")

    monkeypatch.setattr(guard.runtime_data.components.ledger, "verify", unreadable)
    freezer.tick(CHECK_INTERVAL)
    async_fire_time_changed(assist)
    await assist.async_block_till_done(wait_background_tasks=True)
    assert state(assist, "binary_sensor.ledger_sound") == "off"


# --- the switch -------------------------------------------------------------------------------------


async def test_the_switch_stops_everything(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """What is asked now, and what was asked before."""
    waiting = await ask(assist)
    await turn(assist, "off")
    assert state(assist, "switch.sending_allowed") == "off"
    with pytest.raises(ServiceValidationError):
        await act(assist, "send", contact="Anna", message=BODY)
    with pytest.raises(ServiceValidationError):
        await act(assist, "approve", hass_admin_user, confirmation_id=waiting)
    assert not outbox
    with pytest.raises(ServiceValidationError):
        await turn(assist, "on")
    await turn(assist, "on", Context(user_id=hass_admin_user.id))
    assert state(assist, "switch.sending_allowed") == "on"
    await act(assist, "approve", hass_admin_user, confirmation_id=await ask(assist))
    assert len(outbox) == 1


async def test_the_switch_stays_as_it_was(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A restart does not turn it on again, nor does an option that cannot be read."""
    await turn(assist, "off")
    await reload(assist, guard)
    assert state(assist, "switch.sending_allowed") == "off"
    assert not guard.runtime_data.components.guard.sending_allowed
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "sending_allowed": "perhaps"}
    )
    await assist.async_block_till_done()
    assert not guard.runtime_data.components.guard.sending_allowed


async def test_a_burst_turns_it_off_for_good(
    assist: HomeAssistant, guard: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """Until somebody turns it on again who has seen it; another option that is changed does not."""
    earlier = Context(user_id=hass_admin_user.id, id=ulid_at_time(time.time() - 1))
    for number in range(30):
        with suppress(HomeAssistantError):
            await act(assist, "send", contact="Anna", message=f"{BODY} {number}")
    assert state(assist, "switch.sending_allowed") == "off"
    issues = ir.async_get(assist)
    assert issues.async_get_issue(DOMAIN, "burst")
    assist.config_entries.async_update_entry(guard, options={**guard.options, "observe": True})
    await assist.async_block_till_done()
    assert state(assist, "switch.sending_allowed") == "off"
    with pytest.raises(ServiceValidationError):
        await turn(assist, "on", earlier)
    await turn(assist, "on", Context(user_id=hass_admin_user.id))
    assert issues.async_get_issue(DOMAIN, "burst") is None
    assert guard.runtime_data.components.guard.sending_allowed


class Speaks(intent.IntentHandler):
    """A command that uses an entity while somebody speaks."""

    intent_type = "HassNevermind"
    failure: str | None = None
    call: tuple[str, str, str] = ("", "", "")

    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Use the entity, with the turn's own context."""
        domain, service, entity_id = self.call
        try:
            await intent_obj.hass.services.async_call(
                domain,
                service,
                {"entity_id": entity_id},
                blocking=True,
                context=intent_obj.context,
            )
        except ServiceValidationError as error:
            self.failure = error.translation_key
        return intent_obj.create_response()


async def say(hass: HomeAssistant, *call: str) -> str | None:
    """Let a spoken command use an entity; returns the error that it was answered with."""
    handler = Speaks()
    handler.call = call  # type: ignore[assignment]
    intent.async_register(hass, handler)
    await conversation.async_converse(
        hass, "never mind", None, Context(), "en", "conversation.home_assistant"
    )
    await hass.async_block_till_done()
    return handler.failure


async def test_speech_turns_it_off_and_not_on(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """A voice may make the house stricter, never looser."""
    entity_id = "switch.message_guard_sending_allowed"
    assert await say(assist, "switch", "turn_off", entity_id) is None
    assert state(assist, "switch.sending_allowed") == "off"
    assert await say(assist, "switch", "turn_on", entity_id) == "spoken_turn"
    assert state(assist, "switch.sending_allowed") == "off"
    assert await say(assist, "switch", "toggle", entity_id) == "spoken_turn"
    assert not guard.runtime_data.components.guard.sending_allowed


# --- the button -------------------------------------------------------------------------------------


async def test_declining_everything(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """Whatever waits, it is over."""
    await ask(assist)
    await act(assist, "send", contact="Anna", message="something else")
    assert state(assist, "sensor.waiting") == "2"
    await assist.services.async_call(
        "button", "press", {"entity_id": "button.message_guard_decline_all"}, blocking=True
    )
    await assist.async_block_till_done()
    assert state(assist, "sensor.waiting") == "0"
    assert state(assist, "sensor.last_decision") == "declined"
    assert not outbox


async def test_what_was_decided_meanwhile_is_passed_over(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may be faster with one of them."""
    first = await ask(assist)
    await act(assist, "send", contact="Anna", message="something else")
    declined = guard.runtime_data.components.guard.decline

    async def too_late(confirmation_id: str, *more: Any) -> Any:
        if confirmation_id == first:
            raise KeyError(confirmation_id)
        return await declined(confirmation_id, *more)

    monkeypatch.setattr(guard.runtime_data.components.guard, "decline", too_late)
    await assist.services.async_call(
        "button", "press", {"entity_id": "button.message_guard_decline_all"}, blocking=True
    )
    await assist.async_block_till_done()
    assert [item.id for item in guard.runtime_data.components.guard.pending] == [first]


async def test_speech_does_not_press_it(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Saying no works by saying no; controls are for hands."""
    await ask(assist)
    failure = await say(assist, "button", "press", "button.message_guard_decline_all")
    assert failure == "spoken_turn"
    assert state(assist, "sensor.waiting") == "1"


async def test_what_is_left_alone(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Settings are settings and diagnoses are diagnoses, so that voices are not offered them."""
    registry = er.async_get(assist)
    categories = {
        entity.entity_id.partition("message_guard_")[2]: entity.entity_category
        for entity in er.async_entries_for_config_entry(registry, guard.entry_id)
        if entity.domain != "conversation"
    }
    assert categories == {
        "decline_all": None,
        "last_decision": None,
        "ledger_sound": EntityCategory.DIAGNOSTIC,
        "messages": None,
        "messages_come_in": EntityCategory.CONFIG,
        "messages_from_outside": None,
        "messages_nobody_has_heard": None,
        "refused_today": None,
        "sending_allowed": EntityCategory.CONFIG,
        "sent_today": None,
        "waiting": None,
    }
