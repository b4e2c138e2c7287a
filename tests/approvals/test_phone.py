"""Who is asked on a phone, what it shows, and when the question is taken back."""

from homeassistant.components.mobile_app import const as mobile_app
from homeassistant.config_entries import ConfigSubentry
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.message_guard.approvals import registrations
from custom_components.message_guard.approvals.phone import APPROVE, DECLINE
from custom_components.message_guard.core.request import Route
from custom_components.message_guard.ledger.format.entries import Kind
from tests.conftest import PHRASE, contact_data
from tests.phones import KITCHEN, PhoneHome, phones

__all__ = ["phones"]


def test_the_names_are_mobile_apps_own() -> None:
    """They are repeated, since importing the integration needs packages that may be absent."""
    assert registrations.ATTR_DEVICE_NAME == mobile_app.ATTR_DEVICE_NAME
    assert registrations.CONF_USER_ID == mobile_app.CONF_USER_ID


async def test_the_phone_shows_who_what_and_where(phones: PhoneHome) -> None:
    """Recipient, words and origin, without markup, and nothing is sent by asking."""
    phones.hass.states.async_set(
        "assist_satellite.kitchen", "idle", {"friendly_name": "Kitchen speaker"}
    )
    await phones.ask("come <b>home</b> \u200bnow")
    shown = phones.parent.shown()
    assert "Anna" in shown["title"]
    assert "come home now" in shown["message"]
    assert "Kitchen speaker" in shown["message"]
    assert "<b>" not in shown["message"]
    assert "\u200b" not in shown["message"]
    assert phones.sent == []


async def test_only_those_who_may_approve_are_asked(phones: PhoneHome) -> None:
    """The child's phone is chosen, but the child is no administrator."""
    await phones.ask()
    assert phones.child.received == []
    assert len(phones.parent.received) == 1


async def test_the_voice_was_first(phones: PhoneHome) -> None:
    """Whichever approval comes first wins; the phone is told."""
    await phones.update(phones_always=True, default_level="phrase")
    await phones.ask()
    action = phones.parent.action(APPROVE)
    phones.components.guard.question_heard(KITCHEN.place)
    await phones.components.guard.reply(PHRASE, KITCHEN)
    await phones.settle()
    assert phones.sent == ["I am late"]
    assert "approved" in phones.parent.received[-1]["message"]
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == ["I am late"]


async def test_the_phone_was_first(phones: PhoneHome) -> None:
    """It may approve what a voice could prove; the phrase then is worth nothing."""
    await phones.update(phones_always=True, default_level="phrase")
    await phones.ask()
    phones.components.guard.question_heard(KITCHEN.place)
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert await phones.components.guard.reply(PHRASE, KITCHEN) is None
    assert phones.sent == ["I am late"]


async def test_phones_are_left_alone_where_a_voice_is_asked(phones: PhoneHome) -> None:
    """Unless the household wants it, or nobody may ever ask the voice."""
    await phones.update(default_level="phrase")
    await phones.ask()
    assert phones.parent.received == []
    await phones.ask("from a script", route=Route.ACTION, held_call="notify.anna")
    assert "from a script" in phones.parent.shown()["message"]


async def test_no_phones_chosen_none_asked(phones: PhoneHome) -> None:
    """The list is empty at first."""
    await phones.update(phones=[])
    await phones.ask()
    assert phones.parent.received == []
    assert len(phones.components.guard.pending) == 1


async def test_what_is_too_long_to_be_shown_cannot_be_approved_there(phones: PhoneHome) -> None:
    """It can be declined."""
    await phones.ask(body="2*3 " * 100)  # read out, a sign is a word
    (button,) = phones.parent.shown()["data"]["actions"]
    assert button["action"].startswith(DECLINE)


async def test_a_phone_that_cannot_be_reached_stops_nothing(
    phones: PhoneHome, aioclient_mock: AiohttpClientMocker
) -> None:
    """The confirmation waits for another approval."""
    phones.hass.services.async_remove("notify", "mobile_app_parent")
    await phones.ask()
    assert phones.parent.received == []
    assert len(phones.components.guard.pending) == 1


async def test_unloading_takes_the_question_back(phones: PhoneHome) -> None:
    """The phone does not go on asking what nobody waits for."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    assert await phones.hass.config_entries.async_unload(phones.entry.entry_id)
    await phones.settle()
    assert phones.parent.received[-1]["message"] == "clear_notification"
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == []


async def test_a_restart_makes_old_buttons_worthless(phones: PhoneHome) -> None:
    """Nothing waits over a restart, so nothing can be approved after it."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    assert await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == []


async def test_what_could_not_be_written_down_leaves_no_button(
    phones: PhoneHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Injected at the ledger: the tap sends nothing, and cannot be repeated once the disk is back."""
    from custom_components.message_guard.core.errors import LedgerWriteError

    await phones.ask()
    action = phones.parent.action(APPROVE)

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(phones.components.ledger, "append_many", full)
        await phones.parent.tap(action)
        await phones.settle()
    assert phones.sent == []
    assert "disk" in phones.parent.received[-1]["message"]
    await phones.parent.tap(action)
    await phones.settle()
    await phones.ask("another")
    assert phones.sent == []
    assert "another" in phones.parent.shown()["message"]


async def test_the_question_is_not_held_by_ourselves(phones: PhoneHome) -> None:
    """The notification goes out through a guarded action, from a turn, without being held."""
    await phones.ask(route=Route.ACTION, held_call="notify.anna", by_model=True)
    assert len(phones.parent.received) == 1
    assert [notice.kind.value for notice in phones.notices] == ["asked"]


async def test_more_people_are_another_question(phones: PhoneHome) -> None:
    """Whom the first notification did not name, its buttons do not approve; a second one names them all."""
    ben = ConfigSubentry(**contact_data("Ben"))  # type: ignore[arg-type]
    phones.hass.config_entries.async_add_subentry(phones.entry, ben)
    await phones.settle()
    held = {"route": Route.ACTION, "body": "come in"}
    await phones.ask(held_call="notify.anna", **held)  # type: ignore[arg-type]
    first = phones.parent.action(APPROVE)
    await phones.ask(held_call="notify.ben", recipient="Ben", **held)  # type: ignore[arg-type]
    (confirmation,) = phones.components.guard.pending
    assert len(confirmation.recipients) == 2
    assert "Ben" in phones.parent.shown()["title"]
    second = phones.parent.action(APPROVE)
    assert first != second
    await phones.parent.tap(first)
    await phones.settle()
    assert phones.components.guard.pending == (confirmation,)
    await phones.parent.tap(second)
    await phones.settle()
    assert phones.components.guard.pending == ()
    assert [item.kind for item in phones.notices].count(Kind.AUTHORISED) == 2
