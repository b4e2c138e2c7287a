"""Commands about the ledger itself: check it, sign it, export it, erase words from it."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.components.http.auth import async_sign_path
import probatio

from ..approvals.control import invalid
from ..ledger.format.report import Report
from ..ledger.history import History
from ..ledger.proving import file_name
from ..ledger.retention import Erasure
from ..panel.days import NoDayError, begin_us, day_of
from ..panel.names import iso_us
from .command import Call, Result, command
from .fields import DAY, ID

EXPORT_PATH: Final = "/api/message_guard/ledger/{form}"
PROOF_PATH: Final = "/api/message_guard/ledger/proof/{sequence}"
EXPORT_MINUTES: Final = 5
"""How long a link to an export works."""


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


@command("ledger/proof", {probatio.Required("request_id"): ID})
async def proof(call: Call) -> Result:
    """Return a link to the proof of how a request ended, for this person and some minutes."""
    row = await History(call.components.ledger).request(call.message["request_id"])
    if row is None:
        raise invalid("no_request")
    sequence = row.last.sequence
    signed = async_sign_path(
        call.hass,
        PROOF_PATH.format(sequence=sequence),
        timedelta(minutes=EXPORT_MINUTES),
        refresh_token_id=call.refresh_token_id,
    )
    return {"path": signed, "name": file_name(sequence)}


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
        probatio.Required("scope"): probatio.In(["request", "contact", "before"]),
        probatio.Optional("request_id"): ID,
        probatio.Optional("contact_id"): ID,
        probatio.Optional("day"): DAY,
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
        case "before" if "day" in wanted:
            try:
                return Erasure.before(begin_us(day_of(wanted["day"])))
            except NoDayError as error:
                raise invalid("no_day", value=wanted["day"]) from error
    raise invalid("erase_what")


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
                "since": iso_us(gap.since),
                "until": iso_us(gap.until),
                "announced": gap.announced,
            }
            for gap in report.gaps
        ],
        "notes": list(report.notes),
    }
