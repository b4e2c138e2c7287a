"""Answers typed into the notification of the app, over its real webhook."""

from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.message_guard.approvals.phone import EVENT_TAPPED
from custom_components.message_guard.core.request import Content, Request, Route
from custom_components.message_guard.incoming.phone_answers import ANSWER, request_of
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.phones import KITCHEN, App, PhoneHome, phones

__all__ = ["phones"]

REQUEST = "0123456789abcdef0123456789abcdef"


async def send_to_the_child(phones: PhoneHome) -> dict[str, object]:
    """Send the child a message from the kitchen; return the notification."""
    hass = phones.hass
    entity = next(
        one.entity_id
        for one in er.async_entries_for_config_entry(er.async_get(hass), phones.child.entry_id)
        if one.domain == NOTIFY_DOMAIN
    )
    subentry = next(iter(phones.entry.subentries.values()))
    data = {**subentry.data, "channel": "notify_entity", "targets": [entity], "level": "none"}
    hass.config_entries.async_update_subentry(phones.entry, subentry, data=data)
    await phones.update(default_level="none", incoming_allowed=True)
    request = Request(
        id=REQUEST,
        route=Route.SENTENCE,
        origin=KITCHEN,
        recipient="Anna",
        content=Content(body="come home"),
        created_at=0.0,
    )
    await phones.components.guard.submit(request)
    await phones.settle()
    return phones.child.received[-1]


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
