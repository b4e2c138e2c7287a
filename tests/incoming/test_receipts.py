"""Receipts: what is heard of a message after it has gone, over the app's real webhook and from automations."""

import asyncio
import logging
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.incoming.receipts import EVENT_RECEIVED
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.phones import KITCHEN, REQUEST, PhoneHome, phones, send_to_the_child
from tests.screen import another_token, fire, rest

__all__ = ["phones", "rest"]

NOTIFICATIONS = "persistent_notification"

LATER = (Kind.ARRIVED, Kind.FAILED_LATER)


async def heard_later(phones: PhoneHome) -> list[tuple[str, tuple[str, ...]]]:
    """Return what was written down of messages after their outcome, oldest first."""
    await phones.settle()
    page = await phones.components.ledger.page(Filter(kinds=LATER))
    return [(str(row.entry.kind), row.entry.reasons) for row in reversed(page.rows)]


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


def told_on_screen(hass: HomeAssistant) -> list[str]:
    """Return what Home Assistant's screen shows of ours."""
    return [
        str(one["message"])
        for one in hass.data.get(NOTIFICATIONS, {}).values()
        if str(one["title"]).startswith("Message Guard")
    ]


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
    push = await send_to_the_child(phones)
    await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
    await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    await phones.child.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]
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


async def test_everybody_has_to_confirm(phones: PhoneHome) -> None:
    """Of two people's phones one says nothing of the other."""
    push = await send_to_the_child(phones)
    subentry = next(iter(phones.entry.subentries.values()))
    entities = [
        one.entity_id
        for app in (phones.child, phones.parent)
        for one in er.async_entries_for_config_entry(er.async_get(phones.hass), app.entry_id)
        if one.domain == NOTIFY_DOMAIN
    ]
    data = {**subentry.data, "targets": entities}
    phones.hass.config_entries.async_update_subentry(phones.entry, subentry, data=data)
    await phones.settle()
    await phones.child.confirm(push)
    assert await heard_later(phones) == []
    await phones.parent.confirm(push)
    assert await heard_later(phones) == [("arrived", ())]


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


async def test_nobody_who_is_signed_in_reports(phones: PhoneHome) -> None:
    """It is said aloud in the house: whoever may vouch for what comes in may."""
    await phones.update(default_level="none")
    await phones.ask()
    entry = phones.hass.config_entries.async_get_entry(phones.child.entry_id)
    assert entry is not None
    with pytest.raises(ServiceValidationError):
        await report(phones, Context(user_id=entry.data["user_id"]))
    assert await heard_later(phones) == []


async def test_an_error_that_is_logged_afterwards(phones: PhoneHome) -> None:
    """A phone in the house is pushed to directly, and through the cloud when it does not confirm: that may fail."""
    hass = phones.hass
    logger = logging.getLogger("homeassistant.components.mobile_app.notify")
    pushed = phones.components.delivery.ways.answer_field

    async def field(recipient: Any) -> Any:
        hass.loop.call_later(0.05, logger.error, "the cloud did not take it")
        hass.loop.call_later(0.06, logger.error, "nor once more")
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    async with asyncio.timeout(5):
        while not (later := await heard_later(phones)):
            await asyncio.sleep(0.01)
    assert later == [("failed_later", ("only_logged",))]
    assert len(told_on_screen(hass)) == 1


async def test_what_is_known_to_have_arrived_is_not_doubted(phones: PhoneHome) -> None:
    push = await send_to_the_child(phones)
    await phones.child.confirm(push)
    await phones.settle()
    contact = next(iter(phones.components.guard.household.contacts))
    phones.components.messages.receipts.doubted(Recipient(phones.notices[-1].request, contact))
    assert await heard_later(phones) == [("arrived", ())]
    await report(phones)
    assert [kind for kind, _ in await heard_later(phones)] == ["arrived", "failed_later"]
