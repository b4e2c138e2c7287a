"""Other words for what waits: they are asked about anew."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.flows.rules import hash_pin
from custom_components.message_guard.guarding.records import Approver
from tests.screen import (
    BODY,
    TABLET_PIN,
    Screen,
    choose,
    request,
    seen,
)

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat


async def test_editing(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, outbox: list[ServiceCall]
) -> None:
    """Changed words are asked about anew; the former end, and the ledger tells it."""
    screen = Screen(client)
    await screen.open()
    former = await request(assist)
    answer = await screen.ask("pending/edit", **seen(assist, former), body="the key is in the shed")
    result = answer["result"]
    assert result["confirmation_id"] != former
    assert not outbox
    (waiting,) = guard.runtime_data.components.guard.pending
    assert waiting.id == result["confirmation_id"]
    assert waiting.level.label == "phrase"
    assert "edited" in waiting.reasons
    rows = (await guard.runtime_data.components.ledger.page(limit=2)).rows
    superseded, asked = rows[0].entry, rows[1].entry
    assert (superseded.kind, superseded.reasons) == ("superseded", ("edited",))
    assert superseded.facts["via"] == "panel"
    assert asked.facts["replaces"] == superseded.request_id
    assert rows[1].private["body"] == "the key is in the shed"
    before, after = [
        (await screen.ask("requests/story", request_id=one))["result"]
        for one in (superseded.request_id, asked.request_id)
    ]
    assert (before["replaced_by"], before["replaces"]) == (asked.request_id, None)
    assert (after["replaced_by"], after["replaces"]) == (None, superseded.request_id)
    assert (after["steps"][0]["by"], after["steps"][0]["via"]) == ("Anna", "panel")
    gone = await screen.ask("pending/approve", **seen(assist, former))
    assert gone["error"]["translation_key"] == "not_pending"
    sent = await screen.ask("pending/approve", **seen(assist, result["confirmation_id"]))
    assert sent["result"]["kind"] == "sent"
    assert [call.data["message"] for call in outbox] == ["the key is in the shed"]


async def test_words_that_cannot_wait(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """What the rules refuse, or what is no change, leaves the former words waiting."""
    screen = Screen(client)
    confirmation_id = await request(assist)
    for body, key in ((BODY, "not_changed"), ("", "refused"), ("x" * 600, "refused")):
        answer = await screen.ask("pending/edit", **seen(assist, confirmation_id), body=body)
        assert answer["error"]["translation_key"] == key
    (waiting,) = guard.runtime_data.components.guard.pending
    assert waiting.id == confirmation_id
    answer = await screen.ask("pending/edit", confirmation_id="gone", bound="gone", body="x")
    assert answer["error"]["translation_key"] == "not_pending"


async def test_words_that_cannot_be_written_down(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The former wait on."""
    confirmation_id = await request(assist)

    async def full(*_: Any) -> None:
        raise LedgerWriteError("disk full")

    ledger = guard.runtime_data.components.ledger
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "append_many", full)
        answer = await Screen(client).ask(
            "pending/edit", **seen(assist, confirmation_id), body="other words"
        )
    assert answer["error"]["translation_key"] == "refused"
    (waiting,) = guard.runtime_data.components.guard.pending
    assert waiting.id == confirmation_id


async def test_words_with_the_pin_in_them(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """Nobody can be asked about them, and they are kept nowhere; the former wait on."""
    await choose(assist, guard, default_level="pin", pin_hash=hash_pin(TABLET_PIN))
    confirmation_id = await request(assist)
    answer = await Screen(client).ask(
        "pending/edit", **seen(assist, confirmation_id), body=f"the code is {TABLET_PIN}"
    )
    assert answer["error"]["translation_key"] == "refused"
    (waiting,) = guard.runtime_data.components.guard.pending
    assert waiting.id == confirmation_id
    row = (await guard.runtime_data.components.ledger.page(limit=1)).rows[0]
    assert (row.entry.kind, row.entry.reasons) == ("refused", ("pin_inside",))
    assert not row.private


async def test_decided_meanwhile(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Who changes words that are just being sent, or declined, is told that nothing waits."""
    await request(assist)
    components = guard.runtime_data.components
    (former,) = components.guard.pending
    somebody = Approver(None, "panel")
    await components.guard.decline(former.id, somebody)
    answer = await components.guard.edits.edit(former, "other", somebody, components.home.now())
    assert (answer.kind, answer.reasons) == ("refused", ("gone",))
    assert not components.guard.pending
