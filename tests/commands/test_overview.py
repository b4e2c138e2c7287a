"""What there is to do, on an administrator's screen, and what a click does about it."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.home.heard_names import OFTEN
from custom_components.message_guard.ledger.retention import Erasure
from tests.screen import BODY, Screen, choose, refused, request, seen, token_of
from tests.spoken_home import SpokenHome, home, sentence

__all__ = ["home"]


def issue(hass: HomeAssistant, issue_id: str, **data: Any) -> None:
    """Put an issue of ours into Repairs."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data=data,
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="gap_intent",
        translation_placeholders={"intent": "HassBroadcast"},
    )


async def test_the_first_screen(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """Everything at once, and again after each change."""
    screen = Screen(client)
    first = await screen.open("overview/subscribe")
    assert (first["running"], first["contacts"], first["last"]) == (True, 1, [])
    assert first["todo"] == []
    await screen.ask("pending/approve", **seen(assist, await request(assist)))
    state = screen.state
    if not (state["today"] and state["today"]["sent"]):
        state = await screen.until(lambda state: state["today"]["sent"])
    assert state["today"]["sent"] == 1
    assert [row["outcome"] for row in state["last"]] == ["sent"]


async def test_for_administrators(
    assist: HomeAssistant, guard: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """Nobody else subscribes, and who is one no more hears nothing more."""
    approver, token = await token_of(assist, "Ben")
    await choose(assist, guard, approvers=[approver.id])
    answer = await Screen(await hass_ws_client(assist, token)).ask("overview/subscribe")
    assert answer["error"]["code"] == "unauthorized"
    user, token = await token_of(assist, "Carl", admin=True)
    screen = Screen(await hass_ws_client(assist, token))
    await screen.open("overview/subscribe")
    await assist.auth.async_update_user(user, group_ids=["system-users"])
    assert await screen.next() == {"role": "nobody"}
    await refused(assist, "Mallory")
    await assist.async_block_till_done()
    answer = await screen.ask("ledger/verify")
    assert answer["error"]["code"] == "unauthorized"
    assert screen.state == {"role": "nobody"}


async def test_names_that_were_heard(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry
) -> None:
    """A name that is heard again and again becomes an alias with one click, or is dismissed with one."""
    for _ in range(OFTEN):
        await refused(assist, "Hanna")
        await refused(assist, "Mallory")
    screen = Screen(client)
    (contact_id,) = guard.subentries
    todo = {item["name"]: item for item in (await screen.open("overview/subscribe"))["todo"]}
    assert todo["Hanna"]["like"] == [{"id": contact_id, "name": "Anna"}]
    assert (todo["Hanna"]["times"], todo["Hanna"]["can"]) == (OFTEN, ["alias", "dismiss"])
    assert todo["Mallory"]["like"] == []
    made = await screen.ask("names/make_alias", contact_id=contact_id, alias="Hanna")
    assert made["result"]["aliases"] == ["my sister", "Hanna"]
    assert (await screen.ask("names/dismiss", name="Mallory"))["success"]
    await assist.async_block_till_done()
    again = Screen(client)
    assert (await again.open("overview/subscribe"))["todo"] == []
    for name, more, key in (
        ("names/dismiss", {"name": "Nobody"}, "no_todo"),
        ("names/make_alias", {"contact_id": "gone", "alias": "x"}, "no_contact"),
        ("names/make_alias", {"contact_id": contact_id, "alias": "stop"}, "name_is_decline"),
    ):
        answer = await again.ask(name, **more)
        assert answer["error"]["translation_key"] == key


async def test_an_automation_that_writes_to_nobody_listed(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry
) -> None:
    """It is told what it would have reached, until a contact is reached there."""
    held = Request(
        id="held",
        route=Route.ACTION,
        origin=Origin(language="en"),
        recipient="notify.bob",
        content=Content(body="hello"),
        created_at=1.0,
        held_call="notify.bob",
    )
    await guard.runtime_data.components.guard.submit(held)
    screen = Screen(client)
    (todo,) = (await screen.open("overview/subscribe"))["todo"]
    assert (todo["kind"], todo["target"], todo["can"]) == ("unlisted", "notify.bob", ["contact"])
    (subentry,) = guard.subentries.values()
    assist.config_entries.async_update_subentry(
        guard, subentry, data={**subentry.data, "targets": ["notify.bob"]}
    )
    await screen.until(lambda state: state["todo"] == [])


async def test_issues(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry
) -> None:
    """What Repairs tells can be mended or ignored here, once."""
    issue(assist, "one", option="guarded_intents", value="HassBroadcast")
    issue(assist, "two", gap="two", fingerprint="abc")
    issue(assist, "three")
    issue(assist, "four")
    ir.async_ignore_issue(assist, DOMAIN, "four", True)
    screen = Screen(client)
    todo = {item["id"]: item for item in (await screen.open("overview/subscribe"))["todo"]}
    assert {key: item["can"] for key, item in todo.items()} == {
        "one": ["fix"],
        "two": ["ignore"],
        "three": ["repairs"],
    }
    assert todo["one"]["placeholders"] == {"intent": "HassBroadcast"}
    assert todo["one"]["option"] == "guarded_intents"
    assert (await screen.ask("todo/fix", todo_id="one"))["success"]
    assert guard.options["guarded_intents"] == ["HassBroadcast"]
    assert (await screen.ask("todo/fix", todo_id="one"))["success"]
    assert (await screen.ask("todo/ignore", todo_id="two"))["success"]
    assert guard.options["ignored_gaps"] == {"two": "abc"}
    for name, issue_id in (("fix", "two"), ("ignore", "one"), ("fix", "four"), ("fix", "gone")):
        answer = await screen.ask(f"todo/{name}", todo_id=issue_id)
        assert answer["error"]["translation_key"] == "no_todo"
    ir.async_delete_issue(assist, DOMAIN, "three")
    await screen.until(lambda state: "three" not in {item["id"] for item in state["todo"]})


async def test_settings_that_somebody_needs(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry
) -> None:
    """A tap without a phone, a shared account without a PIN, a ledger that is not sound."""
    await choose(assist, guard, default_level="device", shared_accounts=["tablet"])
    guard.runtime_data.components.ledger_watch.sound = False
    screen = Screen(client)
    todo = [item["kind"] for item in (await screen.open("overview/subscribe"))["todo"]]
    assert todo == ["ledger_not_sound", "no_phone", "no_pin"]


async def test_without_a_guard(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry
) -> None:
    """The page stays, and shows nothing until there is one again."""
    screen = Screen(client)
    await screen.open("overview/subscribe")
    assert await assist.config_entries.async_unload(guard.entry_id)
    state = await screen.until(lambda state: not state["running"])
    assert (state["contacts"], state["todo"], state["today"]) == (0, [], None)


async def test_a_ledger_that_cannot_be_read(
    assist: HomeAssistant,
    client: Any,
    user: Any,
    guard: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The guard runs, and there is nothing to tell of the past."""

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerUnusableError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(guard.runtime_data.components.ledger, "read", unreadable)
        state = await Screen(client).open("overview/subscribe")
    assert (state["running"], state["today"]) == (True, None)


async def test_what_only_looks_like_a_message(
    home: SpokenHome, hass_ws_client: WebSocketGenerator
) -> None:
    """A click here never lets anything through for good: that is chosen in Repairs, where it is explained."""
    async_mock_service(home.hass, "acme", "send_sms")
    await home.automate(sentence({"action": "acme.send_sms", "data": {"text": "hi"}}))
    await home.hass.async_block_till_done()
    assert home.entry.runtime_data.bypasses is not None
    await home.entry.runtime_data.bypasses.look()
    _, token = await token_of(home.hass, "Anna", admin=True)
    screen = Screen(await hass_ws_client(home.hass, token))
    todo = (await screen.open("overview/subscribe"))["todo"]
    (looks,) = [item for item in todo if item.get("key") == "gap_looks"]
    assert (looks["option"], looks["can"]) == ("free_actions", ["repairs"])
    for what in ("fix", "ignore"):
        answer = await screen.ask(f"todo/{what}", todo_id=looks["id"])
        assert answer["error"]["translation_key"] == "no_todo"
    assert "free_actions" not in home.entry.options


async def test_a_day_that_ends(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_ws_client: WebSocketGenerator,
    freezer: Any,
) -> None:
    """Today is the home's: at its midnight the counts begin anew, though nothing else has happened."""
    await assist.config.async_set_time_zone("Pacific/Auckland")
    freezer.move_to("2026-11-28T10:30:00+00:00")  # 23:30 in Auckland
    assert await assist.config_entries.async_setup(entry.entry_id)
    await refused(assist, "Mallory")
    _, token = await token_of(assist, "Anna", admin=True)
    screen = Screen(await hass_ws_client(assist, token))
    assert (await screen.open("overview/subscribe"))["today"]["refused"] == 1
    freezer.move_to("2026-11-28T11:00:01+00:00")
    async_fire_time_changed(assist)
    assert (await screen.next())["today"]["refused"] == 0


async def test_words_that_are_erased(
    assist: HomeAssistant, client: Any, user: Any, guard: MockConfigEntry
) -> None:
    """They go from every open page, by whomever they were erased; pages that have asked once are told to ask again."""
    await request(assist)
    screen = Screen(client)
    first = await screen.open("overview/subscribe")
    assert first["last"][0]["body"] == BODY
    await guard.runtime_data.components.ledger.shred(
        Erasure.of_request(first["last"][0]["request_id"])
    )
    state = await screen.until(lambda state: state["erased"] > first["erased"])
    assert (state["last"][0]["body"], state["last"][0]["words_kept"]) == (None, False)
