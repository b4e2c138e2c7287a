"""The history: requests are found by what became of them, and none is told twice or left out."""

import csv
import io
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.ledger import history as module
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.history import SLOT_US, History, Outcome, Wanted
from custom_components.message_guard.ledger.reading import csv_line
from custom_components.message_guard.ledger.retention import Erasure

from .stores import START, Clock, asked, opened, sent


def ends(request: str, kind: Kind, **facts: object) -> list[Step]:
    """Return the steps of a request that ends so."""
    first = asked(request, f"words of {request}", **facts)
    return [first, Step(kind=kind, request_id=request, facts=first.facts)]


@pytest.fixture
async def past(tmp_path: Path) -> object:
    """Return a history of requests of all kinds."""
    async with opened(tmp_path / "ledger.db", clock_us=Clock()) as store:
        await store.append_many(sent("delivered"))
        await store.append_many(ends("declined", Kind.DECLINED, contact_id="dad"))
        await store.append_many(ends("waiting", Kind.WRONG_REPLY))
        await store.append_many(ends("failed", Kind.FAILED, satellite_id="assist_satellite.hall"))
        await store.append_many(ends("unknown", Kind.UNKNOWN))
        await store.append_many(ends("arrived", Kind.UNKNOWN)[:1])
        await store.append(Step(kind=Kind.AUTHORISED, request_id="arrived", facts={"via": "phone"}))
        await store.append(Step(kind=Kind.UNKNOWN, request_id="arrived"))
        await store.append(Step(kind=Kind.DELIVERED, request_id="arrived"))
        await store.append(Step(kind=Kind.RULES_CHANGED))
        await store.append(Step(kind=Kind.REFUSED, request_id="refused", private={"body": "no"}))
        yield History(store)


async def names(past: History, limit: int = 50, **wanted: object) -> list[str | None]:
    """Return the ids of what is found, page by page."""
    found: list[str | None] = []
    before = None
    while True:
        page = await past.page(Wanted(**wanted), before=before, limit=limit)  # type: ignore[arg-type]
        assert len(page.rows) <= limit
        found += [row.first.request_id for row in page.rows]
        before = page.before
        if before is None:
            return found


ALL = ["refused", "arrived", "unknown", "failed", "waiting", "declined", "delivered"]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_each_once(past: History, limit: int) -> None:
    """However small the pages."""
    assert await names(past, limit) == ALL
    assert await names(past, limit, contact_id="mum") == [
        "arrived",
        "unknown",
        "failed",
        "waiting",
        "delivered",
    ]
    assert await names(past, limit, outcomes=[Outcome.SENT, Outcome.UNKNOWN]) == [
        "arrived",
        "unknown",
        "delivered",
    ]
    assert await names(past, limit, text="WORDS of") == [
        "arrived",
        "unknown",
        "failed",
        "waiting",
        "declined",
    ]


async def test_what_became_of_them(past: History) -> None:
    """The last step counts, and an erasure is none."""
    assert await names(past, outcomes=[Outcome.WAITING]) == ["waiting"]
    assert await names(past, outcomes=[Outcome.UNKNOWN]) == ["unknown"]
    assert await names(past, contact_id="dad", outcomes=[Outcome.DECLINED]) == ["declined"]
    assert await names(past, satellite_id="assist_satellite.hall") == ["failed"]
    assert await names(past, contact_id="mum", satellite_id="assist_satellite.hall") == ["failed"]
    assert await names(past, since_us=START + 3600 * 10**6) == []
    assert await names(past, until_us=START + 4 * 10**6) == ["delivered"]
    row = await past.request("arrived")
    assert row is not None
    assert row.authorised is not None
    assert row.decided is row.authorised
    assert not row.unproved
    assert await past.request("nothing") is None


async def test_erased_words(tmp_path: Path) -> None:
    """They are not found, and the request is still what it was."""
    async with opened(tmp_path / "ledger.db", clock_us=Clock()) as store:
        await store.append_many(sent("one", "secret words"))
        await store.shred(Erasure.of_request("one"))
        past = History(store)
        row = await past.request("one")
        assert row is not None
        assert (row.outcome, row.private) == (Outcome.SENT, {})
        assert await names(past, text="secret") == []
        assert await names(past, outcomes=[Outcome.SENT]) == ["one"]


async def test_a_search_goes_on(past: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call looks through so many, and says where to go on."""
    monkeypatch.setattr(module, "MOST_SCANNED", 2)
    monkeypatch.setattr(module, "CHUNK_REQUESTS", 2)
    page = await past.page(Wanted(text="words of declined"))
    assert page.rows == ()
    assert page.before is not None
    assert await names(past, text="words of declined") == ["declined"]


async def test_numbers(past: History) -> None:
    """By the quarter of an hour."""
    found = await past.ends(START, START + 10**9)
    assert {slot for slot, _ in found} == {START // SLOT_US * SLOT_US}
    counts = {outcome: count for (_, outcome), count in found.items()}
    assert counts[Outcome.SENT] == 2
    assert counts[Outcome.DECLINED] == counts[Outcome.REFUSED] == 1
    known = await past.known()
    assert (known.contacts, known.requests) == (("dad", "mum"), 7)
    assert known.satellites == ("assist_satellite.hall", "assist_satellite.kitchen")
    assert known.first_us is not None


FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"


@given(st.text(alphabet=st.sampled_from([*FORMULA, *";,|\t\r\n \"'ab1\u00a0"]), max_size=12))
def test_no_cell_is_a_formula(body: str) -> None:
    """Wherever a spreadsheet divides the line: at commas, semicolons, tabs or lines."""
    line = next_line(body)
    (cells,) = csv.reader(io.StringIO(line, newline=""))
    assert cells[8].replace("'", "") == body.replace("'", "")
    for separator in ";,|\t\r\n":
        for cell in cells:
            for piece in cell.split(separator):
                assert piece.strip()[:1] not in set(FORMULA)


def next_line(body: str) -> str:
    """Return the line of a table for a message with this body."""
    import json

    entry = {
        "sequence": 1,
        "time": 0,
        "kind": "asked",
        "request_id": "r",
        "reasons": [],
        "facts": {"note": body},
        "commitments": {},
        "previous": "",
    }
    sealed = json.dumps({"body": ["salt", body]})
    return csv_line(json.dumps(entry), sealed, words=True)


async def test_days_are_when_it_began(past: History) -> None:
    """With an outcome as without one, and not when it ended."""
    row = await past.request("arrived")
    assert row is not None
    begun, outcomes = row.first.time, [Outcome.SENT, Outcome.UNKNOWN]
    assert begun < row.last.time
    found = await names(past, outcomes=outcomes, since_us=begun, until_us=begun + 1)
    assert found == ["arrived"]
    assert "arrived" not in await names(past, outcomes=outcomes, since_us=begun + 1)
    assert "arrived" not in await names(past, outcomes=outcomes, until_us=begun)
    assert "arrived" in await names(past, outcomes=outcomes, until_us=begun + 1)
