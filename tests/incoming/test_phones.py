"""Answers typed into the notification of the app, over its real webhook."""

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.approvals.phone import EVENT_TAPPED
from custom_components.message_guard.guarding.delivery import Delivery
from custom_components.message_guard.incoming.phone_answers import ANSWER, request_of
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.phones import REQUEST, App, PhoneHome, phones, send_to_the_child
from tests.screen import another_token, fire, rest

__all__ = ["phones", "rest"]


async def answer(app: App, text: object = "coming", action: str = ANSWER + REQUEST.upper()) -> None:
    """Answer on a phone, as the app tells it."""
    await app.tap(action, reply_text=text)


async def received(phones: PhoneHome) -> list[str]:
    """Return the words that were taken in."""
    await phones.settle()
    page = await phones.components.ledger.page(Filter(kinds=(Kind.RECEIVED,)))
    return [row.private["body"] for row in page.rows]


async def test_an_answer_comes_from_the_phone_that_was_written_to(phones: PhoneHome) -> None:
    push = await send_to_the_child(phones)
    assert push["message"] == "come home"
    (action,) = push["data"]["actions"]  # type: ignore[index]
    assert action["action"] == ANSWER + REQUEST.upper()
    assert action["behavior"] == "textInput"
    await answer(phones.parent)
    await answer(phones.child, text=None)
    await answer(phones.child, action=f"{ANSWER}UNKNOWN")
    phones.hass.bus.async_fire(EVENT_TAPPED, {"action": action["action"], "reply_text": "forged"})
    assert await received(phones) == []
    await answer(phones.child)
    await answer(phones.child)
    assert await received(phones) == ["coming"], "the same once more"
    await answer(phones.child, text="a second answer")
    assert sorted(await received(phones)) == ["a second answer", "coming"]


async def test_an_answer_after_a_restart(phones: PhoneHome) -> None:
    """The ledger knows to whom it went."""
    await send_to_the_child(phones)
    await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    await answer(phones.child)
    assert await received(phones) == ["coming"]


async def test_without_the_switch_nothing_is_different(phones: PhoneHome) -> None:
    await send_to_the_child(phones)
    await phones.update(incoming_allowed=False)
    await answer(phones.child)
    assert await received(phones) == []
    await phones.ask("once more")
    push = phones.child.received[-1]
    assert push["message"] == "once more"
    assert "actions" not in push.get("data", {})


def test_ids(hass: HomeAssistant) -> None:
    """An app may write all letters large."""
    assert request_of(ANSWER + REQUEST.upper()) == REQUEST
    assert request_of(f"{ANSWER}01ARZ3NDEKTSV4RRFFQ69G5FAV") == "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.mark.usefixtures("rest")
async def test_a_program_with_a_token_answers_nothing(
    phones: PhoneHome, hass_client: ClientSessionGenerator
) -> None:
    """Not even as the user of the phone that was written to."""
    hass = phones.hass
    await send_to_the_child(phones)
    entry = hass.config_entries.async_get_entry(phones.child.entry_id)
    assert entry is not None
    child = await hass.auth.async_get_user(entry.data["user_id"])
    assert child is not None
    await hass.auth.async_update_user(child, group_ids=[GROUP_ID_ADMIN])
    program = await hass_client(await another_token(hass, child, long_lived=True))
    await fire(program, {"action": ANSWER + REQUEST.upper(), "reply_text": "forged"})
    assert await received(phones) == []
    await answer(phones.child)
    assert await received(phones) == ["coming"]


async def test_whatever_watches_a_delivery_stops_none(phones: PhoneHome) -> None:
    """The message goes, without a field to answer in."""
    failed: list[str] = []

    def watch(*_given: object) -> None:
        failed.append("watch")
        raise RuntimeError

    async def field(*_given: object) -> None:
        failed.append("field")
        raise RuntimeError

    delivery = phones.components.guard._sending._sender
    assert isinstance(delivery, Delivery)
    delivery.on_delivery, delivery.ways.answer_field = watch, field
    push = await send_to_the_child(phones)
    assert push["message"] == "come home"
    assert "actions" not in str(push)
    assert failed == ["watch", "field"]
