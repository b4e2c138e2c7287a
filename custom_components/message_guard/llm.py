"""The language-model tool: a proper way for a model to ask that something is sent.

A model may ask; only a person can approve. Whatever a model hands over becomes a request, what it made
up included, so that every attempt is decided and recorded in one place.
"""

from typing import Final, override

from homeassistant.components.llm import LLMTools
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now
import probatio

from .const import DOMAIN
from .core.contacts import AddressBook, Contact
from .core.request import Content, Json, Origin, Request, Route, as_json
from .core.text import speakable
from .interception.tools import result_of
from .runtime import Components, loaded_components

ARG_CONTACTS: Final = "contacts"
ARG_MESSAGE: Final = "message"

MOST_RECIPIENTS: Final = 10
"""Of one call. One question names them all, and nobody remembers more."""

PROMPT: Final = (
    f"To send somebody a message call {DOMAIN}__SendMessage, once, with every recipient. "
    "It only asks: a person decides, and the message is not sent when the call returns."
)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tool, as long as there is a guard and somebody to write to."""
    components = loaded_components(hass)
    if (
        api_id != LLM_API_ASSIST
        or components is None
        or not len(components.guard.household.contacts)
    ):
        return None
    return LLMTools(tools=[SendMessageTool(components.guard.household.contacts)], prompt=PROMPT)


class SendMessageTool(Tool):
    """Asks a person to let a message out."""

    name = f"{DOMAIN}__SendMessage"
    title = "Send message"
    description = (
        "Ask that a short message is sent to one or more contacts. A person has to confirm it "
        "afterwards; you cannot. Words only, as the recipient should read them."
    )
    integration = DOMAIN
    # What has been sent cannot be taken back, it leaves the house, and it can be sent again.
    annotations = ToolAnnotations(
        read_only=False, destructive=True, idempotent=False, open_world=True
    )

    def __init__(self, contacts: AddressBook) -> None:
        """Offer these contacts and nobody else."""
        self.parameters = probatio.Schema(
            {
                probatio.Required(ARG_CONTACTS, description=_who(contacts)): [
                    probatio.In(list(dict.fromkeys(contact.name for contact in contacts)))
                ],
                probatio.Required(ARG_MESSAGE, description="The words of the message"): str,
            }
        )

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Submit what the model asks for, and tell it what became of it."""
        components = loaded_components(hass)
        if components is None:
            return ToolResult(data={"error": "Message Guard is not running"}, error=True)
        turn = components.turns.current()
        origin = _origin(hass, components, llm_context) if turn is None else turn.origin
        answer = await components.guard.submit(*_requests(tool_input.tool_args, origin))
        if turn is not None:
            components.actions.tell(answer, turn)
        return result_of(answer)


def _requests(arguments: dict[str, Json], origin: Origin) -> list[Request]:
    """Return one request for each recipient; whatever is not as it should be is refused as content."""
    content = _content(arguments)
    now = dt_util.utcnow().timestamp()
    return [
        Request(
            id=ulid_now(),
            route=Route.LLM_TOOL,
            origin=origin,
            recipient=name,
            content=content,
            created_at=now,
            by_model=True,
        )
        for name in _names(arguments.get(ARG_CONTACTS))
    ]


def _names(value: Json) -> list[str]:
    """Return the recipients, each once; a name that nobody has where there is none to be read."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or len(names) > MOST_RECIPIENTS:
        return [""]
    return list(dict.fromkeys(name if isinstance(name, str) else "" for name in names))


def _content(arguments: dict[str, Json]) -> Content:
    """Return the words as they can be read aloud, and all arguments that the tool does not have.

    What is read to the person is what is sent: control characters, invisible characters and markup are
    gone from both. Unknown arguments (a title, data, "confirmed") make the guard refuse.
    """
    message = arguments.get(ARG_MESSAGE)
    words = message if isinstance(message, str) else ""
    extras = {
        str(key): as_json(value)
        for key, value in arguments.items()
        if key != ARG_CONTACTS and not (key == ARG_MESSAGE and isinstance(value, str))
    }
    return Content(body=speakable(words), extras=extras)


def _origin(hass: HomeAssistant, components: Components, llm_context: LLMContext) -> Origin:
    """Return the origin of a call outside of any turn, such as an automation's or an MCP client's.

    An MCP client speaks every language, or none: then it is Home Assistant's, or English.
    """
    context, language = llm_context.context, llm_context.language
    if language in {None, MATCH_ALL}:
        own = hass.config.language
        language = own if components.languages.get(own) is not None else "en"
    return Origin(
        device_id=llm_context.device_id,
        user_id=context.user_id if context is not None else None,
        language=str(language),
    )


def _who(contacts: AddressBook) -> str:
    return "Who gets it: " + ", ".join(_with_aliases(contact) for contact in contacts)


def _with_aliases(contact: Contact) -> str:
    if not contact.aliases:
        return contact.name
    return f"{contact.name} (also called {', '.join(contact.aliases)})"
