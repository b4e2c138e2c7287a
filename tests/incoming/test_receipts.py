"""Receipts: what is heard of a message after it has gone, over the app's real webhook and from automations."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.components.notify.legacy import async_setup_legacy
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.guarding.status import LATELY_SECONDS, PLACE_SECONDS
from custom_components.message_guard.incoming.receipts import EVENT_RECEIVED, REPORT_SECONDS
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.phones import (
    KITCHEN,
    LATER,
    REQUEST,
    App,
    PhoneHome,
    heard_later,
    phones,
    register,
    send_to_the_child,
    told_on_screen,
)
from tests.screen import another_token, fire, rest

__all__ = ["phones", "rest"]


def did_it_arrive(phones: PhoneHome, origin: Origin = KITCHEN) -> str:
    """Return what is said to "did it arrive?"."""
    return phones.components.guard.status(origin).text


async def report(phones: PhoneHome, context: Context | None = None, **data: Any) -> None:
    """Report a failure, as an automation does."""
    await phones.hass.services.async_call(
        DOMAIN,
        "report_failure",
        {"contact": "Anna", **data},
        blocking=True,
        context=context or Context(),
    )
    await phones.settle()


# --- arrived ----------------------------------------------------------------------------------------


async def test_the_phone_that_was_written_to_confirms(phones: PhoneHome) -> None:
    """Nobody else does: another phone, an automation, another request, words in place of a tag."""
    push = await send_to_the_child(phones)
    assert push["data"]["confirmation"] is True  # type: ignore[index]
    assert "handed over" in did_it_arrive(phones)
    await phones.parent.confirm(push)
    await phones.child.confirm(push, tag="message_guard_message_unknown")
    await phones.child.confirm(push, tag=7)
    phones.hass.bus.async_fire(EVENT_RECEIVED, {**push["data"]})  # type: ignore[dict-item]
    assert await heard_later(phones) == []
    assert "handed over" in did_it_arrive(phones)
    await phones.child.confirm(push)
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
    assert did_it_arrive(phones) == "Your last message to Anna has arrived on the phone."


async def test_confirmed_after_a_restart(phones: PhoneHome) -> None:
    """What was called is not known any more: it says nothing. What it has said before is still known."""
    push = await send_to_the_child(phones)
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
    await phones.ask("a newer one")
    newer = phones.child.received[-1]
    await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    await phones.child.confirm(push)
    await phones.child.confirm(newer)
    assert await heard_later(phones) == [("arrived", ())]
    assert "handed over" in did_it_arrive(phones)


async def test_what_has_arrived_is_known_after_a_restart(phones: PhoneHome) -> None:
    push = await send_to_the_child(phones)
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
    await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    assert did_it_arrive(phones) == "Your last message to Anna has arrived on the phone."


async def test_confirmed_sooner_than_the_push_service_answers(phones: PhoneHome) -> None:
    """What comes before the outcome is written down behind it, and means no more."""
    guard = phones.components.guard
    pushes: list[dict[str, Any]] = []

    async def confirm(notice_kind: Kind) -> None:
        if notice_kind is Kind.AUTHORISED and not pushes:
            pushes.append({})
            tag = f"message_guard_message_{REQUEST}"
            await phones.child.confirm({"message": "come home"}, tag=tag)

    guard.subscribe(
        lambda notice: (
            phones.hass.async_create_task(confirm(notice.kind), eager_start=True) and None
        )
    )
    await send_to_the_child(phones)
    page_kinds = [notice.kind for notice in phones.notices]
    assert page_kinds[-2:] == [Kind.HANDED_OVER, Kind.ARRIVED]


def notifies(hass: HomeAssistant, *apps: App) -> list[str]:
    """Return the notify entities of phones."""
    registry = er.async_get(hass)
    return [
        one.entity_id
        for app in apps
        for one in er.async_entries_for_config_entry(registry, app.entry_id)
        if one.domain == NOTIFY_DOMAIN
    ]


async def reach(phones: PhoneHome, **data: Any) -> None:
    """Reach Anna otherwise from now on."""
    subentry = next(iter(phones.entry.subentries.values()))
    phones.hass.config_entries.async_update_subentry(
        phones.entry, subentry, data={**subentry.data, **data}
    )
    await phones.settle()


async def test_everybody_has_to_confirm(phones: PhoneHome) -> None:
    """Of two people's phones one says nothing of the other."""
    await send_to_the_child(phones)
    await reach(phones, targets=notifies(phones.hass, phones.child, phones.parent))
    await phones.ask("to both")
    push = phones.child.received[-1]
    await phones.child.confirm(push)
    assert await heard_later(phones) == []
    await phones.parent.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]


async def test_who_is_reached_by_now_says_nothing_of_who_was(phones: PhoneHome) -> None:
    """A phone that was put on the list since was not called, one that was taken off was."""
    await send_to_the_child(phones)
    both = notifies(phones.hass, phones.child, phones.parent)
    await reach(phones, targets=both)
    await phones.ask("to both")
    to_both = phones.child.received[-1]
    await reach(phones, targets=both[:1])
    await phones.child.confirm(to_both)
    assert await heard_later(phones) == []
    await phones.ask("to one")
    to_one = phones.child.received[-1]
    await reach(phones, targets=both)
    await phones.parent.confirm(to_one)
    assert await heard_later(phones) == []
    await phones.child.confirm(to_one)
    assert await heard_later(phones) == [("arrived", ())]


async def test_a_phone_says_nothing_of_what_is_no_phone(phones: PhoneHome) -> None:
    """One's phone and another's mail, each by itself or in a group."""
    hass = phones.hass
    await send_to_the_child(phones)
    (phone,) = notifies(hass, phones.child)
    mails = async_mock_service(hass, NOTIFY_DOMAIN, "dads_mail")
    action = {
        "channel": "notify_action",
        "targets": ["notify.mobile_app_child", "notify.dads_mail"],
    }
    await reach(phones, **action)
    await phones.ask("both at once")
    assert len(mails) == 1
    await phones.child.confirm(phones.child.received[-1])
    assert await heard_later(phones) == []
    members = [{"action": "mobile_app_child"}, {"action": "dads_mail"}]
    group = {"platform": "group", "name": "parents", "services": members}
    assert await async_setup_component(hass, "group", {})
    for setup in async_setup_legacy(hass, {"notify": [group]}):
        await setup
    await reach(phones, **{**action, "targets": ["notify.parents"]})
    await phones.ask("to the group")
    assert [call.data["message"] for call in mails] == ["both at once", "to the group"]
    assert phones.child.received[-1]["message"] == "to the group"
    await phones.child.confirm(phones.child.received[-1])
    assert await heard_later(phones) == []
    await reach(phones, channel="notify_entity", targets=[phone])
    await phones.ask("the phone alone")
    await phones.child.confirm(phones.child.received[-1])
    assert await heard_later(phones) == [("arrived", ())]


async def test_one_user_s_two_phones(phones: PhoneHome) -> None:
    """Which of them has confirmed nobody can tell."""
    hass = phones.hass
    await send_to_the_child(phones)
    _, webhook_id = await register(phones.child.client, "tablet")
    await phones.settle()
    entries = hass.config_entries.async_entries("mobile_app")
    entry_id = next(one.entry_id for one in entries if one.data["webhook_id"] == webhook_id)
    tablet = App(phones.child.client, "tablet", entry_id, webhook_id, phones.child.pushes)
    await reach(phones, targets=notifies(hass, phones.child, tablet))
    await phones.ask("to both")
    for app in (phones.child, tablet):
        await app.confirm(app.received[-1])
    assert await heard_later(phones) == []


async def test_an_app_that_tells_no_end_of_receipts(
    phones: PhoneHome, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read for them, and the log says it once."""
    push = await send_to_the_child(phones)
    await phones.child.confirm(push)
    await phones.settle()
    read: list[object] = []
    page = phones.components.ledger.page

    async def counted(*args: Any, **more: Any) -> Any:
        read.append(args)
        return await page(*args, **more)

    monkeypatch.setattr(phones.components.ledger, "page", counted)
    for number in range(5):
        await phones.child.confirm(push)
        await phones.child.confirm(push, tag=f"message_guard_message_{number}")
        await phones.parent.confirm(push)
    await phones.settle()
    assert read == []
    assert caplog.text.count("A receipt was not accepted") == 1


async def test_without_the_switch_nothing_is_asked_for(phones: PhoneHome) -> None:
    push = await send_to_the_child(phones)
    await phones.update(incoming_allowed=False)
    await phones.child.confirm(push)
    assert await heard_later(phones) == []
    await phones.ask("once more")
    assert "confirmation" not in str(phones.child.received[-1])


@pytest.mark.usefixtures("rest")
async def test_a_program_with_a_token_confirms_nothing(
    phones: PhoneHome, hass_client: ClientSessionGenerator
) -> None:
    """Not even as the user of the phone that was written to."""
    push = await send_to_the_child(phones)
    entry = phones.hass.config_entries.async_get_entry(phones.child.entry_id)
    assert entry is not None
    child = await phones.hass.auth.async_get_user(entry.data["user_id"])
    assert child is not None
    await phones.hass.auth.async_update_user(child, group_ids=[GROUP_ID_ADMIN])
    program = await hass_client(await another_token(phones.hass, child, long_lived=True))
    await fire(program, dict(push["data"]), event=EVENT_RECEIVED)  # type: ignore[call-overload]
    inside = Context(user_id=child.id)
    phones.hass.bus.async_fire(EVENT_RECEIVED, dict(push["data"]), context=inside)  # type: ignore[call-overload]
    assert await heard_later(phones) == []
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]


# --- failed later -----------------------------------------------------------------------------------


async def test_a_failure_that_is_reported(phones: PhoneHome) -> None:
    """Once, of the last message to that contact, and only of one that has gone out."""
    with pytest.raises(ServiceValidationError) as nothing:
        await report(phones)
    assert nothing.value.translation_key == "nothing_sent"
    await phones.update(default_level="none")
    await phones.ask()
    assert phones.sent == ["I am late"]
    with pytest.raises(ServiceValidationError):
        await report(phones, request_id="another")
    with pytest.raises(ServiceValidationError) as unknown:
        await report(phones, contact="Bertrand")
    assert unknown.value.translation_key == "unknown_contact"
    await report(phones, request_id="r1")
    assert await heard_later(phones) == [("failed_later", ("reported",))]
    (shown,) = told_on_screen(phones.hass)
    assert shown.startswith("Your message to Anna was handed over, and a failure was reported")
    assert did_it_arrive(phones) == shown
    with pytest.raises(ServiceValidationError):
        await report(phones)
    await phones.ask("a newer one")
    assert did_it_arrive(phones) != shown


async def test_a_failure_of_nobody_knows_which(phones: PhoneHome) -> None:
    """Of several messages within a week none is marked; the screen says that one has failed, and no room does."""
    await phones.update(default_level="none")
    await phones.ask("the first")
    await phones.ask("the second")
    before = did_it_arrive(phones)
    await report(phones)
    await report(phones)
    assert await heard_later(phones) == []
    (shown, *_) = told_on_screen(phones.hass)
    assert "one of the latest messages to Anna did not arrive" in shown
    assert did_it_arrive(phones) == before
    await report(phones, request_id="r1")
    assert await heard_later(phones) == [("failed_later", ("reported",))]


async def test_a_receipt_of_an_older_message(
    phones: PhoneHome, freezer: FrozenDateTimeFactory
) -> None:
    """It changes what is known of that message, and brings nothing back that nobody asks about any more."""
    push = await send_to_the_child(phones)
    guard = phones.components.guard
    assert guard.status_of.lately(KITCHEN)
    freezer.tick(LATELY_SECONDS + 1)
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
    assert did_it_arrive(phones) == "Your last message to Anna has arrived on the phone."
    assert not guard.status_of.lately(KITCHEN)
    await phones.ask("another")
    freezer.tick(PLACE_SECONDS + 1)
    await report(phones, request_id=f"r{phones.count}")
    assert "failed_later" in str(await heard_later(phones))
    assert (
        did_it_arrive(phones)
        == guard.status(Origin(satellite_id="assist_satellite.attic", language="en")).text
    )


async def test_a_receipt_of_an_older_message_and_a_restart(
    phones: PhoneHome, freezer: FrozenDateTimeFactory
) -> None:
    """What ended long ago is not remembered for what was heard of it a minute ago."""
    push = await send_to_the_child(phones)
    freezer.tick(LATELY_SECONDS + 1)
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
    nowhere = Origin(satellite_id="assist_satellite.attic", language="en")
    await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    assert did_it_arrive(phones) == did_it_arrive(phones, nowhere)


async def test_a_message_of_before_that_week_is_not_the_one(
    phones: PhoneHome, freezer: FrozenDateTimeFactory
) -> None:
    """Of the only one within it, it is known which has failed."""
    await phones.update(default_level="none")
    await phones.ask("long ago")
    freezer.tick(REPORT_SECONDS + 1)
    with pytest.raises(ServiceValidationError):
        await report(phones)
    await phones.ask("today")
    await report(phones)
    page = await phones.components.ledger.page(Filter(kinds=LATER))
    assert [row.entry.request_id for row in page.rows] == ["r2"]


async def test_what_is_heard_later_keeps_no_words(phones: PhoneHome) -> None:
    """Not even of a message that needed no proof, whose first step keeps them."""
    push = await send_to_the_child(phones)
    await phones.child.confirm(push)
    await report(phones)
    await phones.settle()
    page = await phones.components.ledger.page(Filter(request_id=REQUEST))
    kept = {str(row.entry.kind): bool(row.private) for row in page.rows}
    assert (kept["authorised"], kept["arrived"], kept["failed_later"]) == (True, False, False)


async def test_nobody_who_is_signed_in_reports(phones: PhoneHome) -> None:
    """It is said aloud in the house: whoever may vouch for what comes in may."""
    await phones.update(default_level="none")
    await phones.ask()
    entry = phones.hass.config_entries.async_get_entry(phones.child.entry_id)
    assert entry is not None
    with pytest.raises(ServiceValidationError):
        await report(phones, Context(user_id=entry.data["user_id"]))
    assert await heard_later(phones) == []


async def test_what_is_known_to_have_arrived_is_not_doubted(phones: PhoneHome) -> None:
    push = await send_to_the_child(phones)
    await phones.child.confirm(push)
    await phones.settle()
    contact = next(iter(phones.components.guard.household.contacts))
    phones.components.messages.receipts.doubted(Recipient(phones.notices[-1].request, contact))
    assert await heard_later(phones) == [("arrived", ())]
    await report(phones)
    assert [kind for kind, _ in await heard_later(phones)] == ["arrived", "failed_later"]
