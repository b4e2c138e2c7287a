"""What entries say, taken together."""

import pytest

from custom_components.message_guard.ledger.format import report
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.report import Gap, Report
from tests.ledger.forgery import START, Scribe, checker, verdict


def report_of(made: Scribe) -> Report:
    """Return the report of a sound ledger."""
    checks = checker()
    for line in made.export():
        checks.add_export(line)
    return checks.report(export=True)


def test_delivered_without_being_authorised() -> None:
    """The promise is broken, whoever wrote it."""
    made = Scribe()
    made.write(Step(kind=Kind.ASKED, request_id="a"))
    made.write(Step(kind=Kind.DELIVERED, request_id="a"))
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("promise", 3)


def test_delivered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when it was authorised twice; noticed among the latest deliveries."""

    def twice(others: int) -> Scribe:
        made = Scribe()
        for request in ("a", *(f"b{number}" for number in range(others)), "a"):
            made.write(Step(kind=Kind.AUTHORISED, request_id=request))
            made.write(Step(kind=Kind.DELIVERED, request_id=request))
        return made

    bad = verdict(twice(3).export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("promise", 11)
    monkeypatch.setattr(report, "RECENT_DELIVERIES", 3)
    assert verdict(twice(4).export()) is None


def test_a_delivery_whose_beginning_is_not_in_this_part() -> None:
    """A part may begin between authorised and delivered."""
    made = Scribe()
    made.send(1)
    assert verdict(made.export()[3:]) is None


def test_what_became_of_deliveries() -> None:
    """Interrupted and unfinished ones are told."""
    made = Scribe()
    for request, end in (("a", Kind.FAILED), ("b", Kind.INTERRUPTED), ("c", None)):
        made.write(Step(kind=Kind.AUTHORISED, request_id=request))
        if end is not None:
            made.write(Step(kind=end, request_id=request))
    notes = report_of(made).notes
    assert "1 deliveries were interrupted: outcome unknown" in notes
    assert "1 deliveries are authorised without an outcome" in notes


def test_times_without_a_guard() -> None:
    """Between "off" and "on", and between the last word before a crash and "on"."""
    made = Scribe()
    second = 1_000_000
    made.write(Step(kind=Kind.GUARD_ON), at=START + 10 * second)
    made.write(Step(kind=Kind.GUARD_OFF), at=START + 20 * second)
    made.write(Step(kind=Kind.GUARD_OFF), at=START + 25 * second)
    made.write(Step(kind=Kind.GUARD_ON), at=START + 50 * second)
    made.write(Step(kind=Kind.OBSERVED), at=START + 60 * second)
    made.write(Step(kind=Kind.GUARD_ON), at=START + 100 * second)
    made.write(Step(kind=Kind.GUARD_OFF), at=START + 110 * second)
    report = report_of(made)
    assert report.gaps == [
        Gap(5, START + 20 * second, START + 50 * second, announced=True),
        Gap(7, START + 60 * second, START + 100 * second, announced=False),
    ]
    assert "2 times without a guard, 70 s together" in report.notes
    assert "the guard is off at the end" in report.notes


@pytest.mark.parametrize(
    ("facts", "request_id", "good"),
    [
        ({"scope": "everything"}, None, True),
        ({"scope": "retention", "before": START + 3_000_000}, None, True),
        ({"scope": "retention", "before": START + 1_000_000}, None, False),
        ({"scope": "retention", "before": None}, None, False),
        ({"scope": "request"}, "a", True),
        ({"scope": "request"}, "b", False),
        ({"scope": "contact", "contact_id": "mum"}, None, True),
        ({"scope": "contact", "contact_id": "dad"}, None, False),
        ({"scope": "something"}, None, False),
    ],
)
def test_words_that_are_gone_need_an_entry_that_says_so(
    facts: dict, request_id: str | None, good: bool
) -> None:
    """And that entry must be about them."""
    made = Scribe()
    step = Step(kind=Kind.ASKED, request_id="a", facts={"contact_id": "mum"}, private={"body": "x"})
    made.write(step, words=False)
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("words", 2)
    made.write(Step(kind=Kind.SHREDDED, request_id=request_id, facts=facts))
    assert (verdict(made.export()) is None) == good


def test_an_erasure_does_not_cover_what_comes_after_it() -> None:
    """Words recorded later are there, or another entry says why not."""
    made = Scribe()
    made.write(Step(kind=Kind.SHREDDED, facts={"scope": "everything"}))
    made.write(Step(kind=Kind.ASKED, private={"body": "x"}), words=False)
    assert verdict(made.export()) is not None
