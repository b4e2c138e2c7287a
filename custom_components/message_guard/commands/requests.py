"""Commands about the past: one row for each request, its story, and how often what happened."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

import probatio

from ..approvals.control import invalid
from ..ledger.history import History, Outcome, RequestRow, Wanted
from ..panel.board import async_board
from ..panel.days import NoDayError, begin_us, by_day, by_hour, day_of, local_day, today
from ..panel.names import place_name
from ..panel.rows import described, story
from .command import Call, Result, command
from .fields import DAY, ID, PAGE

MOST_DAYS: Final = 366
LONGEST_TEXT: Final = 200


@command(
    "requests/page",
    {
        **PAGE,
        probatio.Optional("contact_id"): ID,
        probatio.Optional("satellite_id"): ID,
        probatio.Optional("outcomes"): [probatio.In([outcome.value for outcome in Outcome])],
        probatio.Optional("since"): DAY,
        probatio.Optional("until"): DAY,
        probatio.Optional("text"): probatio.All(str, probatio.Length(max=LONGEST_TEXT)),
    },
)
async def page(call: Call) -> Result:
    """Return requests, those that began last first, with the words that are still kept."""
    asked = call.message
    outcomes = asked.get("outcomes")
    found = await History(call.components.ledger).page(
        Wanted(
            since_us=begin_us(_day(asked["since"])) if "since" in asked else None,
            until_us=begin_us(_day(asked["until"]) + timedelta(days=1))
            if "until" in asked
            else None,
            contact_id=asked.get("contact_id"),
            satellite_id=asked.get("satellite_id"),
            outcomes=None if not outcomes else [Outcome(one) for one in outcomes],
            text=asked.get("text", "").strip() or None,
        ),
        before=asked.get("before"),
        limit=asked["limit"],
    )
    return {"rows": _rows(call, found.rows), "before": found.before}


@command("requests/filters")
async def filters(call: Call) -> Result:
    """Return what there is to be filtered by."""
    known = await History(call.components.ledger).known()
    contacts = call.components.guard.household.contacts
    names = {contact.id: contact.name for contact in contacts}
    gone = dict.fromkeys(one for one in known.contacts if one not in names)
    return {
        "contacts": [{"id": key, "name": name} for key, name in (names | gone).items()],
        "places": [
            {"satellite_id": one, "name": place_name(call.hass, one, None)}
            for one in known.satellites
        ],
        "first_day": None if known.first_us is None else local_day(known.first_us).isoformat(),
        "today": today().isoformat(),
        "total": known.requests,
    }


@command("requests/story", {probatio.Required("request_id"): ID})
async def one(call: Call) -> Result:
    """Return one request, step by step."""
    history = History(call.components.ledger)
    row = await history.request(call.message["request_id"])
    if row is None:
        raise invalid("no_request")
    former = None if row.replaces is None else await history.request(row.replaces)
    return {
        "row": _rows(call, (row,))[0],
        "steps": story(async_board(call.hass), row, former),
        "replaces": None if former is None else row.replaces,
        "replaced_by": await history.replaced_by(row),
    }


@command(
    "requests/statistics",
    {
        probatio.Optional("days", default=30): probatio.All(
            int, probatio.Range(min=1, max=MOST_DAYS)
        )
    },
)
async def statistics(call: Call) -> Result:
    """Return how often what happened, by day and by hour of the day, at home."""
    last = today()
    days = [last - timedelta(days=back) for back in reversed(range(call.message["days"]))]
    ends = await History(call.components.ledger).ends(
        begin_us(days[0]), begin_us(last + timedelta(days=1))
    )
    return {"days": by_day(ends, days), "hours": by_hour(ends)}


def _rows(call: Call, found: Iterable[RequestRow]) -> list[dict[str, Any]]:
    household, board = call.components.guard.household, async_board(call.hass)
    return [described(call.hass, household, board, row) for row in found]


def _day(text: str) -> date:
    """Return a day.

    Raises:
        ServiceValidationError: If it is none.
    """
    try:
        return day_of(text)
    except NoDayError as error:
        raise invalid("no_day", value=text) from error
