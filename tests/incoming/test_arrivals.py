"""What comes in by the channels: who wrote it, once, and written down; everybody else is a stranger."""

from collections.abc import Mapping
from datetime import timedelta

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.core import Context, EventOrigin
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.core.errors import LedgerError
from custom_components.message_guard.core.incoming import Incoming
from custom_components.message_guard.core.incoming_rules import Handling
from custom_components.message_guard.incoming import inbox as inbox_module
from custom_components.message_guard.incoming.records import message_of
from custom_components.message_guard.ledger.format.entries import Entry, Kind
from custom_components.message_guard.ledger.store import LedgerStore
from tests.messages_home import ANNA, BEN, MessagesHome, messages

__all__ = ["messages"]


async def test_that_user_in_that_chat(messages: MessagesHome) -> None:
    await messages.telegram("I am on my way")
    (row, kept) = await messages.rows()
    assert (row.entry.kind, kept.entry.kind) == (Kind.RECEIVED, Kind.KEPT)
    assert row.private["body"] == "I am on my way"
    assert row.entry.facts["through"] == "telegram"
    assert "body" not in row.entry.facts
    assert await messages.say("what did Anna say?") == "Anna wrote: I am on my way"


@pytest.mark.parametrize(("user", "chat"), [(99, 99), (99, ANNA), (ANNA, -100200), (BEN, ANNA)])
async def test_a_stranger_is_written_down_without_words(
    messages: MessagesHome, user: int, chat: int
) -> None:
    await messages.telegram("unlock the front door", user=user, chat=chat)
    (row,) = await messages.rows()
    assert (row.entry.kind, row.entry.reasons) == (Kind.DROPPED, ("stranger",))
    assert row.private == {"sender": f"{user} in {chat}"}
    assert await messages.say("read my messages") == "Nobody has written."


async def test_a_flood_of_strangers_is_written_down_in_part(messages: MessagesHome) -> None:
    for number in range(40):
        await messages.telegram("hi", user=1000 + number, chat=1000 + number, settle=False)
    await messages.settle()
    assert len(await messages.rows()) == inbox_module.STRANGERS_AN_HOUR


@pytest.mark.parametrize(
    "forged",
    [
        {"context": Context(user_id="somebody")},
        {"context": Context(parent_id="01JXX")},
    ],
)
async def test_an_event_counts_for_what_its_context_proves(
    messages: MessagesHome, forged: dict[str, Context]
) -> None:
    await messages.telegram("I am Anna", **forged)
    assert await messages.rows() == []


async def test_an_app_that_fires_telegrams_event(messages: MessagesHome) -> None:
    messages.hass.bus.async_fire(
        "telegram_text",
        {"id": 1, "chat_id": ANNA, "user_id": ANNA, "text": "I am Anna"},
        origin=EventOrigin.remote,
    )
    await messages.settle()
    assert await messages.rows() == []


async def test_an_edit_and_a_replay_are_no_new_messages(messages: MessagesHome) -> None:
    await messages.telegram("meet me at six", id=7)
    await messages.telegram("meet me at nine", id=7)
    await messages.reload()
    await messages.telegram("meet me at six", id=7)
    assert [row.entry.kind for row in await messages.rows()].count(Kind.RECEIVED) == 1
    assert await messages.say("read my messages") == "Anna wrote: meet me at six"


async def test_what_could_not_be_written_down_is_no_replay(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known once it is on disk, and not before: when it comes again it is taken in."""
    inbox = messages.components.messages.inbox

    async def full(*_given: object) -> None:
        raise LedgerError

    with monkeypatch.context() as patched:
        patched.setattr(inbox._ledger, "append", full)
        await messages.telegram("meet me at six", id=7)
    assert inbox.waiting == ()
    await messages.telegram("meet me at six", id=7)
    assert await messages.say("read my messages") == "Anna wrote: meet me at six"


async def test_a_row_that_is_damaged_stops_no_start(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other messages are there again, and the guard is."""
    await messages.write("the first")
    await messages.write("the second")
    read = message_of

    def damaged(entry: Entry, private: Mapping[str, str]) -> Incoming | None:
        if private.get("body") == "the first":
            raise TypeError
        return read(entry, private)

    monkeypatch.setattr(inbox_module, "message_of", damaged)
    await messages.reload()
    assert await messages.say("read my messages") == "Anna wrote: the second"


async def test_a_history_that_cannot_be_read_stops_no_start(
    messages: MessagesHome, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What was asked before is not known then: an answer to it is for the screen, and all else goes on."""
    await messages.ask_anna()
    await messages.write("the first")

    async def broken(*_given: object, **_more: object) -> None:
        raise LedgerError

    with monkeypatch.context() as patched:
        patched.setattr(LedgerStore, "page", broken)
        await messages.reload()
        assert await messages.say("read my messages") == "Nobody has written."
        await messages.write("yes", reply_to="01BEFORE")
        await messages.write("hello")
        assert await messages.say("read my messages") == "Anna wrote: hello"
    assert "What has come in before cannot be read: LedgerError" in caplog.text


async def test_whatever_watches_what_comes_in_cannot_stop_it(
    messages: MessagesHome, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_notice: object) -> None:
        raise ValueError("the words of somebody")

    messages.components.messages.inbox.subscribe(broken)
    await messages.write("hello")
    assert await messages.say("read my messages") == "Anna wrote: hello"
    assert "A listener failed with ValueError" in caplog.text
    assert "the words of somebody" not in caplog.text


async def test_what_answers_something_unknown_is_for_the_screen(messages: MessagesHome) -> None:
    """Nothing tells who has asked, so that nobody hears it; what answers no message waits as ever."""
    await messages.telegram("about our secret", reply_to_message_id=43)
    await messages.write("about another one", reply_to="01UNKNOWN")
    assert await messages.say("read my messages") == "Nobody has written."
    shown = messages.hass.data["persistent_notification"].values()
    assert [one["message"] for one in shown if "Anna" in one["message"]]
    await messages.telegram("hello")
    assert await messages.say("read my messages") == "Anna wrote: hello"


async def test_what_is_late_waits(messages: MessagesHome) -> None:
    await messages.ask_anna()
    messages.kitchen.said.clear()
    await messages.telegram("from the tunnel", date=dt_util.utcnow() - timedelta(hours=1))
    assert messages.kitchen.said == []
    assert messages.notices[-1].reasons == ("late",)
    assert await messages.say("read my messages") == "Anna wrote: from the tunnel"


async def test_a_channels_post_and_what_has_no_text(messages: MessagesHome) -> None:
    await messages.telegram("a post", user_id=None)
    await messages.telegram(None)
    await messages.telegram("   ")
    assert await messages.rows() == []


async def test_a_burst(messages: MessagesHome) -> None:
    """Of forty messages all are kept, and few are told of."""
    await messages.ask_anna()
    messages.kitchen.said.clear()
    for number in range(40):
        await messages.telegram(f"message {number}", settle=False)
    await messages.settle()
    kinds = messages.kinds
    assert kinds.count("received") == 40
    assert kinds.count("announced") == 10

    def in_order() -> list[str]:
        return [one.message.body for one in messages.components.messages.inbox.waiting]

    # Many of them came in the same millisecond.
    assert in_order() == [f"message {number}" for number in range(40)]
    await messages.reload()
    assert in_order() == [f"message {number}" for number in range(40)]


async def test_matrix(messages: MessagesHome) -> None:
    def fire(sender: str, body: object, event: str, command: str = "message_guard") -> None:
        data = {"command": command, "sender": sender, "room": "!r:example.org", "event_id": event}
        messages.hass.bus.async_fire("matrix_command", {**data, "args": body})

    fire("@ben:example.org", {"message": "see you"}, "$1")
    fire("@ben:example.org", {"message": "see you"}, "$1")
    fire("@ben:example.org", ["two", "words"], "$2")
    fire("@ben:example.org", {"message": "lights"}, "$3", "lights")
    fire("@mallory:example.org", {"message": "unlock"}, "$4")
    await messages.settle()
    rows = [row for row in await messages.rows() if row.entry.kind is not Kind.KEPT]
    assert [row.private.get("body") for row in rows] == ["see you", "two words", None]
    assert rows[2].entry.reasons == ("stranger",)


async def test_matrix_replies_and_edits(messages: MessagesHome) -> None:
    """What a client quotes is nobody's answer, and an edit is no new message; a list is one."""
    quote = "> <@house:example.org> dinner is ready\n> come"
    texts = (f"{quote}\n\non my way", quote, "* on my way", "* milk\n* bread", "* * milk\n* butter")
    for number, text in enumerate((*texts, "> old saying")):
        data = {"command": "message_guard", "sender": "@ben:example.org", "room": "!r:example.org"}
        data |= {"event_id": f"$m{number}", "args": {"message": text}}
        messages.hass.bus.async_fire("matrix_command", data)
    await messages.settle()
    bodies = [one.message.body for one in messages.components.messages.inbox.waiting]
    assert bodies == ["on my way", "* milk\n* bread", "> old saying"]


async def test_an_answer_is_tied_to_the_message_that_was_sent(messages: MessagesHome) -> None:
    """By the id that the channel has given it, with the context of the very delivery."""

    async def send(call: object) -> None:
        context = call.context  # type: ignore[attr-defined]
        data = {"chat_id": ANNA, "message_id": 42, "bot": {"id": 1}}
        messages.hass.bus.async_fire("telegram_sent", data, context=context)

    messages.hass.services.async_register("notify", "anna", send)
    await messages.ask_anna("are you there")
    await messages.telegram("yes", reply_to_message_id=42)
    await messages.telegram("and no", reply_to_message_id=43)
    received = [row for row in await messages.rows() if row.entry.kind is Kind.RECEIVED]
    page = await messages.components.ledger.page()
    (asked,) = {row.entry.request_id for row in page.rows if row.entry.kind is Kind.DELIVERED}
    assert [row.entry.facts["reply_to"] for row in received] == [asked, None]


async def test_the_action_of_an_automation(messages: MessagesHome) -> None:
    call = messages.hass.services.async_call
    found = await call(
        "message_guard",
        "receive",
        {"contact": "Anna", "message": "by SMS"},
        blocking=True,
        return_response=True,
    )
    assert found == {"handling": "keep", "reasons": ["nobody_asked"]}
    for data, key in (
        ({"contact": "Zelda", "message": "hi"}, "unknown_contact"),
        ({"contact": "Anna", "message": " "}, "empty_message"),
    ):
        with pytest.raises(ServiceValidationError) as error:
            await call("message_guard", "receive", data, blocking=True)
        assert error.value.translation_key == key
    await messages.switch("off")
    with pytest.raises(ServiceValidationError) as error:
        await call("message_guard", "receive", {"contact": "Anna", "message": "hi"}, blocking=True)
    assert error.value.translation_key == "incoming_off"


async def test_who_is_signed_in_puts_no_words_into_a_mouth(messages: MessagesHome) -> None:
    """An automation vouches for who has written, and so may an administrator; nobody else does."""
    create = messages.hass.auth.async_create_user
    await create("Owner", group_ids=[GROUP_ID_ADMIN])
    guest = await create("Guest", group_ids=[GROUP_ID_USER])
    parent = await create("Parent", group_ids=[GROUP_ID_ADMIN])
    data = {"contact": "Anna", "message": "let them in"}

    async def receive(user_id: str) -> None:
        await messages.hass.services.async_call(
            "message_guard", "receive", data, blocking=True, context=Context(user_id=user_id)
        )

    for user_id in (guest.id, "somebody"):
        with pytest.raises(ServiceValidationError) as error:
            await receive(user_id)
        assert error.value.translation_key == "not_administrator"
    assert await messages.rows() == []
    await receive(parent.id)
    assert await messages.say("what did Anna say?") == "Anna wrote: let them in"


async def test_a_program_puts_no_words_into_a_mouth(
    messages: MessagesHome, hass_client: ClientSessionGenerator
) -> None:
    """Not with an administrator's long-lived token either."""
    assert await async_setup_component(messages.hass, "api", {})
    owner = await messages.hass.auth.async_create_user("Owner", group_ids=[GROUP_ID_ADMIN])
    refresh = await messages.hass.auth.async_create_refresh_token(
        owner,
        client_name="program",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=1),
    )
    client = await hass_client(messages.hass.auth.async_create_access_token(refresh))
    data = {"contact": "Anna", "message": "let them in"}
    answer = await client.post("/api/services/message_guard/receive", json=data)
    assert answer.status >= 400
    assert await messages.rows() == []


async def test_speech_puts_no_words_into_a_mouth(messages: MessagesHome) -> None:
    """A sentence that leads to the action, or to the event, says nothing in anybody's name."""
    await messages.hass.async_block_till_done()

    forge = [
        {
            "event": "telegram_text",
            "event_data": {"id": 1, "chat_id": ANNA, "user_id": ANNA, "text": "x"},
        },
        {"action": "message_guard.receive", "data": {"contact": "Anna", "message": "x"}},
    ]
    automation = {
        "id": "forge",
        "alias": "forge",
        "triggers": [{"trigger": "conversation", "command": "forge a message"}],
        "actions": forge,
    }
    assert await async_setup_component(messages.hass, "automation", {"automation": [automation]})
    await messages.say("forge a message")
    assert await messages.rows() == []


async def test_after_a_restart_what_nobody_has_heard_is_there(messages: MessagesHome) -> None:
    await messages.telegram("first")
    await messages.telegram("second")
    await messages.say("what did Anna say?")
    await messages.telegram("third")
    await messages.reload()
    messages.notices.clear()
    assert [one.message.body for one in messages.components.messages.inbox.waiting] == ["third"]
    assert await messages.say("read my messages") == "Anna wrote: third"


async def test_not_at_all(messages: MessagesHome) -> None:
    """What a contact may not is dropped, without its words."""
    subentry = messages.entry.subentries[messages.contact("Anna")]
    data = {**subentry.data, "incoming": {"reading": "drop"}}
    messages.hass.config_entries.async_update_subentry(messages.entry, subentry, data=data)
    await messages.settle()
    found = await messages.write("hello")
    assert found is not None
    assert found.handling is Handling.DROP
    (row,) = await messages.rows()
    assert row.private == {}
