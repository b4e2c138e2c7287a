"""The ledger over the panel's API: its pages, its numbers, what is erased, what is exported."""

from datetime import timedelta
import json
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError
from tests.screen import BODY, Ask, ask, client, error_of, request

__all__ = ["ask", "client"]


# --- the ledger -------------------------------------------------------------------------------------


async def test_verifying(assist: HomeAssistant, ask: Ask) -> None:
    """On demand, from the first entry on if wanted."""
    await request(assist)
    found = await ask("ledger/verify", anew=True)
    assert found["sound"] is True
    assert found["entries"] >= 2
    assert found["problem"] is None
    note = await ask("ledger/checkpoint")
    assert note["verifier_key"] in str(note) or note["verifier_key"]
    assert (await ask("ledger/verify"))["signed"] >= 1


async def test_erasing(
    assist: HomeAssistant, client: Any, ask: Ask, guard: MockConfigEntry, freezer: Any
) -> None:
    """The words go, the entries stay, the chain verifies."""
    await request(assist)
    (subentry_id,) = guard.subentries
    erased = await ask("ledger/erase", scope="contact", contact_id=subentry_id)
    assert erased == {"entries": 1, "complete": True}
    (row,) = (await ask("requests/page"))["rows"]
    assert (row["body"], row["words_kept"]) == (None, False)
    assert (await ask("ledger/verify", anew=True))["sound"] is True
    for scope in ("request", "contact", "before"):
        error = await error_of(client, "ledger/erase", scope=scope)
        assert error["translation_key"] == "erase_what"
    error = await error_of(client, "ledger/erase", scope="before", day="yesterday")
    assert error["translation_key"] == "no_day"
    await request(assist, body="second words")
    day = (await ask("requests/filters"))["today"]
    assert (await ask("ledger/erase", scope="before", day=day))["entries"] == 0
    rows = (await ask("requests/page"))["rows"]
    second = next(row for row in rows if row["words_kept"])
    erased = await ask("ledger/erase", scope="request", request_id=second["request_id"])
    assert erased["entries"] == 1


async def test_a_ledger_that_cannot_be_read(
    client: Any, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an error with a text."""

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerUnusableError("gone")

    for method in ("page", "read", "shred", "verify"):
        monkeypatch.setattr(guard.runtime_data.components.ledger, method, unreadable)
    for name, more in (
        ("requests/page", {}),
        ("requests/statistics", {}),
        ("safety/state", {}),
        ("ledger/erase", {"scope": "before", "day": "2026-01-31"}),
    ):
        error = await error_of(client, name, **more)
        assert error["translation_key"] == "ledger_unreadable"
    await client.send_json_auto_id({"type": f"{DOMAIN}/ledger/verify"})
    assert (await client.receive_json())["result"]["sound"] is False


# --- the export -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "words"), [("jsonl", True), ("jsonl", False), ("csv", True)])
async def test_exporting(
    assist: HomeAssistant,
    ask: Ask,
    hass_client_no_auth: ClientSessionGenerator,
    form: str,
    words: bool,
) -> None:
    """A link for some minutes, which needs no header, as a browser sends none."""
    await request(assist)
    link = (await ask("ledger/export", form=form, words=words))["path"]
    client = await hass_client_no_auth()
    response = await client.get(link)
    assert response.status == 200
    assert response.headers["Content-Disposition"].endswith(f'"message_guard.{form}"')
    text = await response.text()
    assert (BODY in text) is words
    if form == "jsonl":
        lines = [json.loads(line) for line in text.splitlines()]
        assert lines[-1]["end"] == len(lines) - 1


async def test_exports_are_for_administrators(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ask: Ask,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
    freezer: Any,
) -> None:
    """Not for others, not with somebody else's link, and not for ever."""
    guest = await hass_client(hass_read_only_access_token)
    assert (await guest.get("/api/message_guard/ledger/jsonl")).status == 401
    admin = await hass_client()
    assert (await admin.get("/api/message_guard/ledger/jsonl")).status == 200
    assert (await admin.get("/api/message_guard/ledger/pdf")).status == 404
    stranger = await hass_client_no_auth()
    link = (await ask("ledger/export"))["path"]
    changed = link.replace("words=1", "words=0")
    assert (await stranger.get(changed)).status == 401
    freezer.tick(timedelta(minutes=6))
    async_fire_time_changed(assist)
    assert (await stranger.get(link)).status == 401
    await assist.config_entries.async_unload(guard.entry_id)


async def test_an_export_without_a_ledger(
    guard: MockConfigEntry,
    assist: HomeAssistant,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says so, before a file has begun."""
    client = await hass_client()
    components = guard.runtime_data.components

    async def unreadable(*_: object, **__: object) -> Any:
        raise LedgerUnusableError("gone")
        yield ""

    monkeypatch.setattr(components.ledger, "export", unreadable)
    assert (await client.get("/api/message_guard/ledger/jsonl")).status == 503
    assert await assist.config_entries.async_unload(guard.entry_id)
    assert (await client.get("/api/message_guard/ledger/jsonl")).status == 503


async def test_the_proof_of_a_request(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    client: Any,
    ask: Ask,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A link to a file that discloses no words, for administrators, while there is a ledger."""
    await request(assist)
    (row,) = (await ask("requests/page"))["rows"]
    error = await error_of(client, "ledger/proof", request_id="gone")
    assert error["translation_key"] == "no_request"
    link = await ask("ledger/proof", request_id=row["request_id"])
    stranger = await hass_client_no_auth()
    response = await stranger.get(link["path"])
    assert response.status == 200
    assert link["name"] in response.headers["Content-Disposition"]
    text = await response.text()
    assert text.startswith("c2sp.org/tlog-proof")
    assert BODY not in text
    guest = await hass_client(hass_read_only_access_token)
    assert (await guest.get("/api/message_guard/ledger/proof/1")).status == 401
    admin = await hass_client()
    for sequence in ("0", "999999", "x", "²", "1" * 17):
        assert (await admin.get(f"/api/message_guard/ledger/proof/{sequence}")).status == 404

    async def unreadable(*_: object, **__: object) -> Any:
        raise LedgerUnusableError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(guard.runtime_data.components.ledger.cosignatures, "size", unreadable)
        assert (await admin.get("/api/message_guard/ledger/proof/1")).status == 503
    assert await assist.config_entries.async_unload(guard.entry_id)
    assert (await admin.get("/api/message_guard/ledger/proof/1")).status == 503
