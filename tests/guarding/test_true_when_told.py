"""Steps are true when they are told, and what one command may ask for is bounded."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import LONGEST_WAIT_SECONDS
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.interception.asking import MOST_IN_LINE
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

DECLINE_ALL = "button.message_guard_decline_all"


# --- true when it is told -------------------------------------------------------------------------


async def test_an_automation_that_looks_whether_something_waits(home: SpokenHome) -> None:
    """Its trigger and its condition say the same."""
    told: list[str] = []
    home.hass.bus.async_listen("told", lambda event: told.append(event.event_type))
    watching = {
        "alias": "watch",
        "triggers": [{"trigger": f"{DOMAIN}.approval_needed"}],
        "conditions": [{"condition": f"{DOMAIN}.approval_needed"}],
        "actions": [{"event": "told"}],
    }
    await home.automate(sentence(notify()), watching)
    await home.say("dinner is ready")
    assert told == ["told"]


async def test_an_automation_that_declines_at_once(home: SpokenHome) -> None:
    """As the first thing that it does."""
    declining = {
        "alias": "decline",
        "triggers": [{"trigger": f"{DOMAIN}.approval_needed"}],
        "actions": [{"action": f"{DOMAIN}.decline", "data": {}}],
    }
    await home.automate(sentence(notify()), declining)
    await home.say("dinner is ready")
    assert home.kinds == ["asked", "declined"]
    assert home.pending == ()
    assert home.sent == []


async def test_every_watcher_sees_what_it_is_told(home: SpokenHome) -> None:
    """Whoever hears of a question finds it, and finds it gone when it has ended."""
    seen: list[tuple[str, int]] = []
    home.components.guard.subscribe(
        lambda notice: seen.append((notice.kind.value, len(home.pending)))
    )
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    await home.decline()
    assert seen == [("asked", 1), ("declined", 0)]


# --- what one command may ask for -----------------------------------------------------------------


async def test_a_script_with_two_hundred_sends(home: SpokenHome) -> None:
    """Ten stand in line; the rest is refused, each written down, and said once."""
    await home.automate(sentence(*(notify(message=f"Message {n}") for n in range(200))))
    await home.say("dinner is ready")
    refused = [notice for notice in home.notices if notice.kind == "refused"]
    assert len(refused) == 200 - 1 - MOST_IN_LINE
    assert all("too_many_in_turn" in notice.reasons for notice in refused)
    assert home.components.guard.sending_allowed
    assert len(home.pending) == 1


async def test_decline_all_declines_what_stands_in_line(home: SpokenHome) -> None:
    """One press, and nothing is asked any more."""
    await home.automate(sentence(*(notify(message=f"Message {n}") for n in range(5))))
    await home.say("dinner is ready")
    await home.hass.services.async_call(
        "button", "press", {"entity_id": DECLINE_ALL}, blocking=True
    )
    await home.hass.async_block_till_done()
    assert home.pending == ()
    assert home.kinds == ["asked", *(["refused"] * 4), "declined"]
    assert home.sent == []


async def test_what_stands_behind_a_question_whose_end_could_not_be_written_down(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody was told of that end. What stands in line is refused when something is asked later, and kept no longer."""
    ledger = home.components.ledger

    async def full(*_: Any) -> Any:
        raise LedgerWriteError("disk full")

    await home.automate(sentence(notify(message="One"), notify(message="Two")))
    await home.say("dinner is ready")
    append, ledger.append_many = ledger.append_many, full  # type: ignore[method-assign]
    await home.decline()
    ledger.append_many = append  # type: ignore[method-assign]
    assert home.pending == ()
    freezer.tick(LONGEST_WAIT_SECONDS + 1)
    await home.say("dinner is ready")
    assert home.kinds == ["asked", "refused", "asked"]
    assert "unanswered" in home.notices[1].reasons
    assert len(home.components.actions._questions._lines) == 1
    assert len(home.pending) == 1
    assert home.sent == []
