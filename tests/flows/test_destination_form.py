"""A destination is added by its first sign of life, or the form says what to do. Its secret is never seen again."""

from datetime import timedelta
import gzip
import json
import logging
from pathlib import Path
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.forwarding import carrier
from custom_components.message_guard.forwarding.posting import Posted, Verdict
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.system_health import system_health_info
from tests.forwarding.forwarding_home import (
    SECRET,
    Days,
    days,
    entered,
    ledger,
    opened_form,
    outboxes,
    receiver,
    submit,
)
from tests.forwarding.receiver import (
    COUNTLESS,
    PROTOBUF,
    Answer,
    Receiver,
    answering,
    certified,
    rejecting,
    serving,
)
from tests.ledger.stores import asked, exported
from tests.ledger.witnessed_home import status

__all__ = ["days", "ledger", "receiver"]

FULL: dict[str, Any] = {"header": "Authorization", "secret": SECRET, "home": " The Millers "}


def shown(form: Any) -> list[dict[str, Any]]:
    """Return the destinations that a form shows."""
    for key in form["data_schema"].schema:
        if str(key) == "destinations":
            found: list[dict[str, Any]] = (key.description or {}).get("suggested_value", [])
            return found
    raise AssertionError("the form has no destinations")


async def test_a_destination_is_added_by_its_first_sign_of_life(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, receiver: Receiver
) -> None:
    """It is tried while the form is looked at, with the secret; who has taken it once is not tried by the form again."""
    typed = entered(receiver, **FULL)
    done = await submit(assist, guard, typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    assert guard.options["log_destinations"] == [
        {
            "url": receiver.url,
            "header": "Authorization",
            "secret": SECRET,
            "fields": "events",
            "home": "The Millers",
            "since": 0,
        }
    ]
    assert receiver.taken[0].event == "message_guard.alive"
    assert receiver.headers["Authorization"] == SECRET
    signs = len(receiver.signs)
    kept = shown(await opened_form(assist, guard))
    done = await submit(assist, guard, *kept)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert guard.options["log_destinations"][0]["secret"] == SECRET
    assert len(receiver.signs) == signs


async def test_only_what_happens_from_now_on_is_what_a_form_says_first(
    assist: HomeAssistant, guard: MockConfigEntry, receiver: Receiver
) -> None:
    """Once chosen, the moment stays what it was, however often the form is saved."""
    done = await submit(assist, guard, {"url": receiver.url})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    (stored,) = guard.options["log_destinations"]
    assert stored["since"] > 1_700_000_000_000_000
    (again,) = shown(await opened_form(assist, guard))
    assert again["everything"] is False
    await submit(assist, guard, {**again, "home": "Elsewhere"})
    assert guard.options["log_destinations"] == [{**stored, "home": "Elsewhere"}]
    await submit(assist, guard, {**again, "everything": True})
    assert guard.options["log_destinations"] == [{**stored, "since": 0}]


async def test_a_secret_goes_nowhere_else(
    assist: HomeAssistant, guard: MockConfigEntry, receiver: Receiver
) -> None:
    """Whoever may open the form, and enters another address or header, has to know it."""
    await submit(assist, guard, entered(receiver, **FULL))
    (kept,) = shown(await opened_form(assist, guard))
    requests = len(receiver.requests)
    elsewhere = receiver.url.replace("127.0.0.1", "localhost")
    for changed in ({**kept, "url": elsewhere}, {**kept, "header": "X-Other"}):
        done = await submit(assist, guard, changed)
        assert done["errors"] == {"destinations": "destination_secret"}
    assert len(receiver.requests) == requests
    done = await submit(assist, guard, {**kept, "header": ""})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert guard.options["log_destinations"][0]["secret"] == ""


async def endless(request: web.Request) -> web.StreamResponse:
    """Answer without an end."""
    response = web.StreamResponse(headers={"Content-Type": PROTOBUF})
    await response.prepare(request)
    for _ in range(100):
        await response.write(b"x" * 4096)
    return response


async def packed(_request: web.Request) -> web.StreamResponse:
    """Answer with little that becomes much."""
    bomb = gzip.compress(bytes(50_000_000))
    return web.Response(body=bomb, headers={"Content-Type": PROTOBUF, "Content-Encoding": "gzip"})


ANSWERS: list[tuple[Answer, str]] = [
    (endless, "destination_not_understood"),
    (packed, "destination_not_understood"),
    (status(500), "destination_away"),
    (status(429), "destination_away"),
    (status(401), "destination_not_accepted"),
    (status(403), "destination_not_accepted"),
    (status(404), "destination_not_found"),
    (status(302, Location="/elsewhere"), "destination_redirects"),
    (status(413), "destination_too_large"),
    (rejecting(1), "destination_rejects"),
    (status(400), "destination_not_understood"),
    (status(200, "welcome to our hotel"), "destination_not_understood"),
    (answering(COUNTLESS, "application/json"), "destination_not_understood"),
]


async def test_no_first_sign_of_life(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The form says what to do, names the server, and saves nothing."""
    texts = json.loads(
        Path("custom_components/message_guard/translations/en.json").read_text("utf-8")
    )
    for number, (answer, error) in enumerate(ANSWERS, start=1):
        receiver.answer = answer
        done = await submit(assist, guard, entered(receiver, **FULL))
        assert done["errors"] == {"destinations": error}, number
        assert done["description_placeholders"]["destination"] == "127.0.0.1"
        assert error in texts["options"]["error"]
        assert "log_destinations" not in guard.options
        assert len(receiver.requests) == number
    for verdict in Verdict:
        if verdict is not Verdict.ACCEPTED:

            async def answer(*_: object, verdict: Verdict = verdict) -> Posted:
                return Posted(verdict)

            monkeypatch.setattr(carrier, "post", answer)
            done = await submit(assist, guard, entered(receiver))
            assert done["errors"]["destinations"] in texts["options"]["error"]


async def test_a_certificate_that_nobody_has_signed(
    assist: HomeAssistant, guard: MockConfigEntry, tmp_path: Path, socket_enabled: None
) -> None:
    """Nothing is sent there, not even a sign of life."""
    server = certified(tmp_path, "127.0.0.1", timedelta(days=30))
    async with serving(Receiver(), server) as there:
        done = await submit(assist, guard, entered(there, **FULL))
        assert done["errors"] == {"destinations": "destination_certificate"}
        assert there.requests == []


async def test_what_cannot_be_one_is_not_tried(
    assist: HomeAssistant, guard: MockConfigEntry, receiver: Receiver
) -> None:
    """Addresses, headers, secrets and names that are none, and the same address twice."""
    for changed, error in (
        ({"url": ""}, "url"),
        ({"url": "collector.example"}, "url"),
        ({"url": "https://me:secret@collector.example"}, "url"),
        ({"url": "http://collector.example"}, "http"),
        ({"header": "Host", "secret": "x"}, "header"),
        ({"header": "", "secret": "x"}, "header"),
        ({"header": "X-Key"}, "secret"),
        ({"header": "X-Key", "secret": "a\nb"}, "secret"),
        ({"home": "x" * 65}, "home"),
    ):
        done = await submit(assist, guard, entered(receiver, **changed))
        assert done["errors"] == {"destinations": f"destination_{error}"}, changed
    twice = {**entered(receiver), "url": f" {receiver.url}"}
    done = await submit(assist, guard, entered(receiver), twice)
    assert done["errors"] == {"destinations": "destination_twice"}
    assert receiver.requests == []
    await assist.config_entries.async_unload(guard.entry_id)
    done = await submit(assist, guard, entered(receiver))
    assert done["errors"] == {"destinations": "destination_not_started"}


async def test_a_ledger_that_cannot_be_read_has_no_sign_of_life(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, receiver: Receiver
) -> None:
    """The form says so."""
    await ledger.close()
    done = await submit(assist, guard, entered(receiver))
    assert done["errors"] == {"destinations": "destination_not_started"}


async def test_a_secret_is_never_seen_again(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
    days: Days,
) -> None:
    """Not in a form, a log, diagnostics, system health, the ledger or an export, and neither is the rest of the address."""
    caplog.set_level(logging.DEBUG)
    assert await async_setup_component(assist, "diagnostics", {})
    url = f"{receiver.url}?token=battery-staple"
    done = await submit(assist, guard, {**FULL, "url": url, "everything": True})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    for answer in (None, status(401), status(500), rejecting(1), status(413), None):
        receiver.answer = answer
        await ledger.append(asked("r1"))
        await days.pass_(seconds=3)
        await days.pass_(minutes=61)
    form = await opened_form(assist, guard)
    said = await get_diagnostics_for_config_entry(assist, hass_client, guard)
    health = await system_health_info(assist)
    (one,) = outboxes(guard)
    assert one.mark is not None
    assert said["forwarding"] == [
        {
            "host": "127.0.0.1",
            "fields": "events",
            "everything": True,
            "forwarded": one.mark.sequence,
            "verdict": "accepted",
            "failing_since": None,
        }
    ]
    assert health["ledger_forwarded"] == f"127.0.0.1 {one.mark.sequence}/{one.mark.sequence}"
    ours = "\n".join(each.getMessage() for each in caplog.records if "aiohttp" not in each.name)
    dump = "".join(line.decode() for line in await exported(ledger))
    stored = await assist.async_add_executor_job(ledger.path.read_bytes)
    for text in (
        str(shown(form)),
        json.dumps(said),
        str(health),
        ours,
        dump,
        repr(one.destination),
    ):
        assert "correct-horse" not in text
    for text in (json.dumps(said), str(health), ours, dump):
        assert "battery-staple" not in text
    assert not any("correct-horse" in each.getMessage() for each in caplog.records)
    assert b"correct-horse" not in stored
    assert b"battery-staple" not in stored
    assert all(b"correct-horse" not in each for each in receiver.requests)


async def test_nothing_is_forwarded_that_nobody_wanted(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, days: Days
) -> None:
    """A home without a destination opens no session, and its pages say so."""
    await ledger.append(asked("r1"))
    await days.pass_(minutes=31)
    assert (await system_health_info(assist))["ledger_forwarded"] == "-"
    assert await ledger.forwarded.marks() == {}
    assert shown(await opened_form(assist, guard)) == []
