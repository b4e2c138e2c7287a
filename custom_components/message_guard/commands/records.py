"""Commands about the ledger: read it, count it, check it, export it, erase words from it."""

from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.http.auth import async_sign_path
from homeassistant.util import dt as dt_util
import probatio

from ..approvals.control import invalid
from ..ledger.format.entries import Kind
from ..ledger.format.report import Report
from ..ledger.reading import Filter, Row
from ..ledger.retention import Erasure
from .command import Call, Result, command

LARGEST_PAGE: Final = 200
MOST_DAYS: Final = 3660
EXPORT_PATH: Final = "/api/message_guard/ledger/{form}"
EXPORT_MINUTES: Final = 5
"""How long a link to an export works."""


_WHEN = probatio.Any(None, str)
_NAME = probatio.All(str, probatio.Length(min=1, max=255))


@command(
    "ledger/page",
    {
        probatio.Optional("before"): probatio.All(int, probatio.Range(min=1, max=2**53)),
        probatio.Optional("limit", default=50): probatio.All(
            int, probatio.Range(min=1, max=LARGEST_PAGE)
        ),
        probatio.Optional("since"): _WHEN,
        probatio.Optional("until"): _WHEN,
        probatio.Optional("contact_id"): _NAME,
        probatio.Optional("satellite_id"): _NAME,
        probatio.Optional("request_id"): _NAME,
        probatio.Optional("kinds"): [probatio.In([kind.value for kind in Kind])],
    },
)
async def page(call: Call) -> Result:
    """Return entries, newest first, with the words that are still kept."""
    wanted = call.message
    kinds = wanted.get("kinds")
    found = await call.components.ledger.page(
        Filter(
            since_us=_microseconds(wanted.get("since")),
            until_us=_microseconds(wanted.get("until")),
            contact_id=wanted.get("contact_id"),
            satellite_id=wanted.get("satellite_id"),
            request_id=wanted.get("request_id"),
            kinds=None if kinds is None else [Kind(kind) for kind in kinds],
        ),
        before=wanted.get("before"),
        limit=wanted["limit"],
    )
    return {"entries": [_row(row) for row in found.rows], "before": found.before}


@command(
    "ledger/statistics",
    {
        probatio.Optional("days", default=30): probatio.All(
            int, probatio.Range(min=1, max=MOST_DAYS)
        )
    },
)
async def statistics(call: Call) -> Result:
    """Return how often what happened, by day (UTC)."""
    since = dt_util.utcnow() - timedelta(days=call.message["days"] - 1)
    days = await call.components.ledger.statistics(int(since.timestamp() * 1_000_000))
    return {"days": [{"day": day.isoformat(), "counts": counts} for day, counts in days.items()]}


@command("ledger/verify", {probatio.Optional("anew", default=False): bool})
async def verify(call: Call) -> Result:
    """Check what has not been checked, or all of it, and return what was found."""
    watch = call.components.ledger_watch
    await watch.check(anew=call.message["anew"])
    return {"sound": watch.sound, **_report(watch.report)}


@command("ledger/checkpoint")
async def checkpoint(call: Call) -> Result:
    """Make a checkpoint and return it, a signed note to keep elsewhere; None if nothing is new."""
    note = await call.components.ledger.checkpoint()
    return {"note": note, "verifier_key": call.components.ledger.verifier_key}


@command(
    "ledger/export",
    {
        probatio.Optional("form", default="jsonl"): probatio.In(["jsonl", "csv"]),
        probatio.Optional("words", default=True): bool,
    },
)
async def export(call: Call) -> Result:
    """Return a link to the whole ledger, for this person and some minutes."""
    path = EXPORT_PATH.format(form=call.message["form"])
    words = "1" if call.message["words"] else "0"
    signed = async_sign_path(
        call.hass,
        f"{path}?words={words}",
        timedelta(minutes=EXPORT_MINUTES),
        refresh_token_id=call.refresh_token_id,
    )
    return {"path": signed}


@command(
    "ledger/erase",
    {
        probatio.Required("scope"): probatio.In(["request", "contact", "older", "everything"]),
        probatio.Optional("request_id"): _NAME,
        probatio.Optional("contact_id"): _NAME,
        probatio.Optional("days"): probatio.All(int, probatio.Range(min=0, max=MOST_DAYS)),
    },
)
async def erase(call: Call) -> Result:
    """Erase words. The entries stay, and the chain still verifies."""
    erased = await call.components.ledger.shred(_erasure(call))
    return {"entries": erased.entries, "complete": erased.complete}


def _erasure(call: Call) -> Erasure:
    """Return whose words to erase.

    Raises:
        ServiceValidationError: If what the scope needs is missing.
    """
    wanted = call.message
    match wanted["scope"]:
        case "request" if "request_id" in wanted:
            return Erasure.of_request(wanted["request_id"])
        case "contact" if "contact_id" in wanted:
            return Erasure.of_contact(wanted["contact_id"])
        case "older" if "days" in wanted:
            now = int(dt_util.utcnow().timestamp() * 1_000_000)
            return Erasure.older_than(wanted["days"], now)
        case "everything":
            return Erasure.everything()
    raise invalid("erase_what")


def _microseconds(when: str | None) -> int | None:
    """Return microseconds since the epoch, None for None.

    Raises:
        ServiceValidationError: If it is no time.
    """
    if when is None:
        return None
    try:
        parsed: datetime | None = dt_util.parse_datetime(when)
    except ValueError:
        parsed = None
    if parsed is None:
        raise invalid("no_time", value=when[:40])
    try:
        return int(dt_util.as_utc(parsed).timestamp() * 1_000_000)
    except OverflowError as error:
        raise invalid("no_time", value=when[:40]) from error


def _row(row: Row) -> dict[str, Any]:
    entry = row.entry
    return {
        "sequence": entry.sequence,
        "time": dt_util.utc_from_timestamp(entry.time / 1_000_000).isoformat(),
        "kind": str(entry.kind),
        "request_id": entry.request_id,
        "reasons": list(entry.reasons),
        "facts": dict(entry.facts),
        "words": dict(row.private),
        "hash": entry.hash,
    }


def _report(report: Report | None) -> dict[str, Any]:
    if report is None:
        return {"entries": 0, "head": None, "signed": 0, "problem": None, "gaps": [], "notes": []}
    problem = report.problem
    return {
        "entries": report.entries,
        "head": report.head,
        "signed": report.signed,
        "problem": None
        if problem is None
        else {"sequence": problem.sequence, "code": problem.code, "meaning": problem.meaning},
        "gaps": [
            {
                "since": dt_util.utc_from_timestamp(gap.since / 1_000_000).isoformat(),
                "until": dt_util.utc_from_timestamp(gap.until / 1_000_000).isoformat(),
                "announced": gap.announced,
            }
            for gap in report.gaps
        ],
        "notes": list(report.notes),
    }
