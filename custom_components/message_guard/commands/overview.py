"""Commands about what there is to do."""

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import issue_registry as ir
import probatio

from ..approvals.control import failed, invalid
from ..bypasses.closing import close_bypass, ignore, ignore_bypass
from ..const import CONF_ALIASES
from ..core.text import speakable
from ..flows.persons import also_called
from ..home.heard_names import ISSUE_NAMES, heard_names
from ..panel.overview import Overview
from ..panel.todo import issue_of, what_can_be_done
from .command import Call, Result, command, subscription

_ID = probatio.All(str, probatio.Length(min=1, max=1000))
_NAME = probatio.All(str, probatio.Length(min=1, max=200))


@subscription("overview/subscribe")
@callback
def subscribe(hass: HomeAssistant, connection: ActiveConnection, message_id: int) -> None:
    """Send an administrator what there is to do, today and the last requests.

    Raises:
        Unauthorized: To anybody else.
    """
    if not connection.user.is_admin:
        raise Unauthorized
    Overview(hass, connection, message_id).start()


@command("todo/fix", {probatio.Required("todo_id"): _ID})
async def fix(call: Call) -> Result:
    """Guard what an issue names."""
    issue = _issue(call, "fix")
    close_bypass(call.hass, call.entry, issue.data or {})
    return {}


@command("todo/ignore", {probatio.Required("todo_id"): _ID})
async def leave(call: Call) -> Result:
    """Say no more about what an issue names, as long as it is what it is now."""
    issue = _issue(call, "ignore")
    ignore_bypass(call.hass, call.entry, issue.data or {})
    return {}


@command(
    "names/make_alias",
    {probatio.Required("contact_id"): _NAME, probatio.Required("alias"): _NAME},
)
async def make_alias(call: Call) -> Result:
    """Let a contact answer to another name."""
    contact_id = call.message["contact_id"]
    if call.components.guard.household.contacts.get(contact_id) is None:
        raise invalid("no_contact")
    alias = speakable(call.message["alias"])
    problem = await also_called(call.hass, call.entry, contact_id, alias)
    if problem is not None:
        raise failed(problem[0], name=alias, other=problem[1])
    return {"aliases": call.entry.subentries[contact_id].data[CONF_ALIASES]}


@command("names/dismiss", {probatio.Required("name"): _NAME})
async def dismiss(call: Call) -> Result:
    """Say no more about a name that is nobody's."""
    wanted = speakable(call.message["name"])
    for heard in await heard_names(call.components):
        if heard.name == wanted:
            ignore(call.hass, call.entry, heard.ignored_as, ISSUE_NAMES)
            return {}
    raise invalid("no_todo")


def _issue(call: Call, what: str) -> ir.IssueEntry:
    """Return an issue about which this can be done.

    Raises:
        ServiceValidationError: If it is not there any more, or it cannot.
    """
    issue = issue_of(call.hass, call.message["todo_id"])
    if issue is None or what not in what_can_be_done(issue):
        raise invalid("no_todo")
    return issue
