"""Who wrote what, when, both ways, on a screen; and what nobody has read yet, for whoever may see it."""

from typing import Any

from homeassistant.components import conversation
from homeassistant.core import Context
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.incoming import Through
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.conftest import PHRASE
from tests.messages_home import MessagesHome, messages
from tests.screen import Screen, choose, token_of

__all__ = ["messages"]


@pytest.fixture
async def page(messages: MessagesHome, hass_ws_client: WebSocketGenerator) -> Screen:
    """Return an administrator's page."""
    return Screen(await hass_ws_client(messages.hass))


async def rows(page: Screen, **wanted: Any) -> list[dict[str, Any]]:
    """Return a conversation, the newest first."""
    answer = await page.ask("conversation/page", **wanted)
    assert answer["success"], answer
    found: list[dict[str, Any]] = answer["result"]["rows"]
    return found


async def typed(messages: MessagesHome, user_id: str, body: str) -> str:
    """Let a user type a message to Anna, with its proof; return the request's id."""
    talk = None
    for text in (f"tell Anna that {body}", PHRASE):
        result = await conversation.async_converse(
            messages.hass, text, talk, Context(user_id=user_id), language="en"
        )
        talk = result.conversation_id
        await messages.settle()
    page = await messages.components.ledger.page(Filter(kinds=(Kind.AUTHORISED,)), limit=1)
    return str(page.rows[0].entry.request_id)


async def test_both_ways_in_order(messages: MessagesHome, page: Screen) -> None:
    """With what became of each."""
    await messages.ask_anna("are you coming")
    await messages.write("on my way")
    await messages.write("what time", "Ben")
    anna = messages.contact("Anna")
    came, sent = await rows(page, contact_id=anna)
    assert (sent["direction"], sent["body"], sent["outcome"]) == ("out", "are you coming", "sent")
    assert (came["direction"], came["body"]) == ("in", "on my way")
    assert came["contact"] == {"id": anna, "name": "Anna"}
    assert came["through"] == "action"
    assert (came["for_somebody"], came["for_whom"], came["sender"]) == (False, None, None)
    assert came["state"] in {"unread", "told"}
    assert (came["ended_at"], came["place"]) == (None, None)
    assert [row["body"] for row in await rows(page)] == ["what time", "on my way", "are you coming"]
    assert [row["cursor"] for row in await rows(page)] == sorted(
        (row["cursor"] for row in await rows(page)), reverse=True
    )
    await messages.say("read my messages")
    (read, _) = await rows(page, contact_id=anna)
    assert read["state"] == "read"
    assert read["place"] is not None
    assert read["ended_at"] > read["at"]


async def test_page_by_page(messages: MessagesHome, page: Screen) -> None:
    """Nothing is left out and nothing comes twice, whichever way it went."""
    for number in range(3):
        await messages.write(f"in {number}")
        await messages.ask_anna(f"out {number}")
    whole = [row["body"] for row in await rows(page)]
    assert whole == ["out 2", "in 2", "out 1", "in 1", "out 0", "in 0"]
    found: list[str] = []
    before: dict[str, int] = {}
    while True:
        answer = (await page.ask("conversation/page", limit=2, **before))["result"]
        found += [row["body"] for row in answer["rows"]]
        if answer["before"] is None:
            break
        before = {"before": answer["before"]}
    assert found == whole


async def test_words_that_are_gone_and_words_that_were_never_kept(
    messages: MessagesHome, page: Screen
) -> None:
    """That somebody wrote, and when, stays."""
    await messages.write("a secret")
    await messages.components.messages.inbox.stranger(Through.TELEGRAM, "@mallory")
    stranger, came = await rows(page)
    assert (stranger["contact"], stranger["sender"]) == (None, "@mallory")
    assert (stranger["body"], stranger["state"]) == (None, "dropped")
    assert stranger["reasons"] == ["stranger"]
    assert came["body"] == "a secret"
    erased = await page.ask("ledger/erase", scope="contact", contact_id=messages.contact("Anna"))
    assert erased["success"], erased
    _, came = await rows(page)
    assert came["body"] is None
    assert (came["contact"]["name"], came["through"]) == ("Anna", "action")
    assert (await page.open())["unread"] == []


async def test_what_nobody_has_read_appears_and_goes(messages: MessagesHome, page: Screen) -> None:
    """At once, with its words; whoever has read it says so, and then it is not read out any more."""
    assert (await page.open())["unread"] == []
    await messages.write("on my way")
    state = await page.until(lambda state: state["unread"])
    (one,) = state["unread"]
    assert (one["body"], one["contact"]["name"], one["through"]) == ("on my way", "Anna", "action")
    assert (await page.ask("messages/read", message_id=one["message_id"]))["success"]
    if page.state["unread"]:
        await page.until(lambda state: not state["unread"])
    again = await page.ask("messages/read", message_id=one["message_id"])
    assert again["error"]["translation_key"] == "no_message"
    (row,) = await rows(page)
    assert (row["state"], row["place"]) == ("read", None)
    assert "on my way" not in await messages.say("read my messages")


async def test_a_page_that_says_twice_that_it_was_read(
    messages: MessagesHome, page: Screen, hass_ws_client: WebSocketGenerator
) -> None:
    """Two pages may say so at once: it is written down once, and the other is told that it is not there any more."""
    await messages.write("on my way")
    (one,) = (await page.open())["unread"]
    said = {"type": f"{DOMAIN}/messages/read", "message_id": one["message_id"]}
    pages = [await hass_ws_client(messages.hass) for _ in range(2)]
    for one_page in pages:
        await one_page.send_json_auto_id(said)
    answers = [await one_page.receive_json() for one_page in pages]
    assert sorted(answer["success"] for answer in answers) == [False, True]
    (refused,) = [answer for answer in answers if not answer["success"]]
    assert refused["error"]["translation_key"] == "no_message"
    await messages.settle()
    assert messages.kinds.count("read") == 1


async def test_a_program_reads_nothing(
    messages: MessagesHome, page: Screen, hass_ws_client: WebSocketGenerator
) -> None:
    """Unless the household lets programs do what a person does at a screen."""
    _, token = await token_of(messages.hass, "Owner", admin=True, long_lived=True)
    program = Screen(await hass_ws_client(messages.hass, token))
    await messages.write("on my way")
    (one,) = (await page.open())["unread"]
    refused = await program.ask("messages/read", message_id=one["message_id"])
    assert refused["error"]["translation_key"] == "token_reads_nothing"
    assert "read" not in messages.kinds
    await choose(messages.hass, messages.entry, tokens_approve=True)
    assert (await program.ask("messages/read", message_id=one["message_id"]))["success"]
    assert messages.kinds.count("read") == 1


async def test_an_answer_to_what_was_typed_is_for_that_screen(
    messages: MessagesHome, page: Screen, hass_ws_client: WebSocketGenerator
) -> None:
    """Another approver sees nothing of it, nor of what is for a room; a stranger sees nothing at all."""
    hass = messages.hass
    ben, ben_token = await token_of(hass, "Ben")
    carl, carl_token = await token_of(hass, "Carl")
    _, stranger_token = await token_of(hass, "Mallory")
    await choose(hass, messages.entry, approvers=[ben.id, carl.id])
    await messages.write("for the room")
    request_id = await typed(messages, ben.id, "are you coming")
    bens, carls, strangers = [
        Screen(await hass_ws_client(hass, token))
        for token in (ben_token, carl_token, stranger_token)
    ]
    for screen in (bens, carls, strangers):
        await screen.open()
    await messages.write("for ben alone", reply_to=request_id)
    (one,) = (await bens.until(lambda state: state["unread"]))["unread"]
    assert one["body"] == "for ben alone"
    assert [item["body"] for item in (await page.open())["unread"]] == ["for the room"]
    for screen in (carls, strangers):
        assert (await screen.ask("messages/read", message_id=one["message_id"]))["success"] is False
        assert screen.state["unread"] == []
    (answer, *_) = await rows(page)
    assert (answer["for_somebody"], answer["for_whom"]) == (True, "Ben")
    assert answer["reply_to"] == request_id
    refused = await bens.ask("conversation/page")
    assert refused["error"]["code"] == "unauthorized"
    assert (await bens.ask("messages/read", message_id=one["message_id"]))["success"]
    assert (await rows(page))[0]["state"] == "read"


async def test_the_action_that_hands_a_message_in(messages: MessagesHome, page: Screen) -> None:
    """It is in the conversation, and among the requests it is not."""
    await messages.hass.services.async_call(
        DOMAIN, "receive", {"contact": "Anna", "message": "by an action"}, blocking=True
    )
    await messages.settle()
    assert [row["body"] for row in await rows(page)] == ["by an action"]
    assert (await page.ask("requests/page"))["result"]["rows"] == []
    assert (await page.ask("requests/filters"))["result"]["total"] == 0
