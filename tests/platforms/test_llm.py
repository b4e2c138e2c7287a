"""The language-model tool: what it offers, what it takes, and what it answers."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.components.llm import async_get_tools as all_tools
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import llm
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Route
from custom_components.message_guard.guarding.records import Approver, Notice
from custom_components.message_guard.interception.tools import WAITING
from custom_components.message_guard.llm import (
    MOST_RECIPIENTS,
    SendMessageTool,
    async_get_tools,
)
from custom_components.message_guard.runtime import Components
from tests.conftest import contact_data, options

NAME = f"{DOMAIN}__SendMessage"


@pytest.fixture
async def entry(assist: HomeAssistant) -> AsyncGenerator[MockConfigEntry]:
    """Return a loaded guard with Anna and Bert on its list."""
    made = MockConfigEntry(
        domain=DOMAIN,
        options=options(assist, pipelines=[]),
        subentries_data=[
            contact_data("Anna", aliases=["my sister", "Annie"]),
            contact_data("Bert", level="device"),
        ],
    )
    made.add_to_hass(assist)
    assert await assist.config_entries.async_setup(made.entry_id)
    await assist.async_block_till_done()
    yield made
    if made.state is ConfigEntryState.LOADED:
        await assist.config_entries.async_unload(made.entry_id)
        await assist.async_block_till_done()


@pytest.fixture
def components(entry: MockConfigEntry) -> Components:
    """Return its moving parts."""
    found: Components = entry.runtime_data.components
    return found


@pytest.fixture
def notices(components: Components) -> list[Notice]:
    """Return what is written down."""
    found: list[Notice] = []
    components.guard.subscribe(found.append)
    return found


@pytest.fixture
def sent(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Anna is sent."""
    return async_mock_service(assist, "notify", "anna")


def asked_by(
    *, language: str | None = "en", context: Context | None = None, device_id: str | None = None
) -> llm.LLMContext:
    """Return who asks."""
    return llm.LLMContext("test", context, language, "conversation", device_id)


async def tool_of(hass: HomeAssistant) -> SendMessageTool:
    """Return the tool as a model finds it."""
    api = await llm.async_get_api(hass, llm.LLM_API_ASSIST, asked_by())
    (tool,) = [tool for tool in api.tools if tool.name == NAME]
    assert isinstance(tool, SendMessageTool)
    return tool


async def call(
    hass: HomeAssistant, context: llm.LLMContext | None = None, /, **arguments: Any
) -> llm.ToolResult:
    """Call the tool as a model does."""
    api = await llm.async_get_api(hass, llm.LLM_API_ASSIST, context or asked_by())
    return await api.async_call_tool(llm.ToolInput(tool_name=NAME, tool_args=arguments))


def only(components: Components) -> Confirmation:
    """Return the one thing that waits."""
    (confirmation,) = components.guard.pending
    return confirmation


# --- what it offers ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("entry")
async def test_only_the_allowlist_is_offered(assist: HomeAssistant) -> None:
    """By name, with what else they are called; the schema has room for nothing more."""
    tool = await tool_of(assist)
    offered = probatio.to_openapi(tool.parameters, openapi_version="3.1.0")
    assert offered["properties"]["contacts"]["items"] == {
        "type": "string",
        "enum": ["Anna", "Bert"],
    }
    assert (
        "Anna (also called my sister, Annie), Bert"
        in offered["properties"]["contacts"]["description"]
    )
    assert offered["required"] == ["contacts", "message"]
    assert offered["additionalProperties"] is False


@pytest.mark.usefixtures("entry")
async def test_it_says_what_it_does(assist: HomeAssistant) -> None:
    """The least safe annotations, as Home Assistant asks for."""
    tool = await tool_of(assist)
    assert tool.integration == DOMAIN
    assert tool.title
    assert tool.description
    assert tool.annotations == llm.ToolAnnotations()
    found = await all_tools(assist, asked_by(), llm.LLM_API_ASSIST)
    assert NAME in (found.prompt or "")


async def test_it_follows_the_list(assist: HomeAssistant, entry: MockConfigEntry) -> None:
    """A contact that is gone is gone from the next conversation; with the last goes the tool."""
    anna, bert = entry.subentries
    assist.config_entries.async_remove_subentry(entry, anna)
    await assist.async_block_till_done()
    offered = probatio.to_openapi((await tool_of(assist)).parameters)
    assert offered["properties"]["contacts"]["items"]["enum"] == ["Bert"]
    assist.config_entries.async_remove_subentry(entry, bert)
    await assist.async_block_till_done()
    assert async_get_tools(assist, asked_by(), llm.LLM_API_ASSIST) is None


async def test_it_is_there_only_as_long_as_the_guard_is(
    assist: HomeAssistant, entry: MockConfigEntry
) -> None:
    """And for no other API; a model that kept it is told."""
    assert async_get_tools(assist, asked_by(), "another") is None
    tool = await tool_of(assist)
    components, entry.runtime_data.components = entry.runtime_data.components, None
    assert async_get_tools(assist, asked_by(), llm.LLM_API_ASSIST) is None
    result = await tool.async_call(assist, llm.ToolInput(NAME, {}), asked_by())
    assert result.error
    entry.runtime_data.components = components
    await assist.config_entries.async_unload(entry.entry_id)
    assert async_get_tools(assist, asked_by(), llm.LLM_API_ASSIST) is None


# --- what it answers -----------------------------------------------------------------------------------


async def test_what_waits_is_no_success(
    assist: HomeAssistant, components: Components, sent: list[ServiceCall]
) -> None:
    """The model is told what to say and what not to do."""
    result = await call(assist, contacts=["Anna"], message="I am late")
    assert result.data == {"status": "waiting for a person", "instructions": WAITING}
    assert sent == []
    await components.guard.approve(only(components).id, Approver("somebody", "phone"))
    assert [made.data["message"] for made in sent] == ["I am late"]


async def test_a_refusal_is_an_error_with_its_reasons(
    assist: HomeAssistant, components: Components, notices: list[Notice]
) -> None:
    """So that a model can ask for another name."""
    result = await call(assist, contacts=["Zoe"], message="hi")
    assert result.error
    assert "unknown_recipient" in result.data["reasons"]
    assert "Zoe is not one of your contacts" in str(result.data["error_text"])
    assert [notice.kind for notice in notices] == ["refused"]


async def test_sent_at_once_where_no_proof_is_needed(
    assist: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """If the household wants that of models."""
    more = {"default_level": "none", "model_steps": 0}
    assist.config_entries.async_update_entry(entry, options={**entry.options, **more})
    await assist.async_block_till_done()
    result = await call(assist, contacts=["Anna"], message="I am late")
    assert result.data == {"status": "sent"}
    assert len(sent) == 1


# --- what it takes ----------------------------------------------------------------------------------------


async def test_the_request_says_that_a_model_asked(
    assist: HomeAssistant, components: Components
) -> None:
    """One level up from the same sentence spoken, and bound to the device."""
    user = Context(user_id="somebody")
    await call(assist, asked_by(context=user, device_id="speaker"), contacts="Annie", message="hi")
    request = only(components).recipients[0].request
    assert request.route is Route.LLM_TOOL
    assert request.by_model
    assert request.origin.device_id == "speaker"
    assert request.origin.user_id == "somebody"
    assert only(components).recipients[0].contact.name == "Anna"
    assert only(components).level is Level.CODE


async def test_several_recipients_share_one_question(
    assist: HomeAssistant, components: Components
) -> None:
    """At the level of the strictest of them, each once."""
    await call(assist, contacts=["Anna", "Bert", "Anna"], message="hi")
    assert [item.contact.name for item in only(components).recipients] == ["Anna", "Bert"]
    assert only(components).level is Level.DEVICE


async def test_home_assistants_language_where_none_is_known(
    assist: HomeAssistant, components: Components
) -> None:
    """A tool call outside of a conversation may have none; one without a file is refused."""
    for number, language in enumerate((None, "*")):  # "*" is what an MCP client speaks
        await call(assist, asked_by(language=language), contacts=["Anna"], message=f"hi {number}")
        *_, asked = components.guard.pending
        assert asked.origin.language == assist.config.language
    result = await call(assist, asked_by(language="tlh"), contacts=["Anna"], message="hi")
    assert "unknown_language" in result.data["reasons"]
    assert "language" in str(result.data["error_text"])
    assert "Anna" not in str(result.data["error_text"])  # who is a contact all the same
    assist.config.language = "tlh"
    await call(assist, asked_by(language="*"), contacts=["Bert"], message="hi")
    assert components.guard.pending[-1].origin.language == "en"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "empty_body"),
        ({"contacts": ["Anna"]}, "empty_body"),
        ({"contacts": ["Anna"], "message": ""}, "empty_body"),
        ({"contacts": ["Anna"], "message": "\u200b\x00<b></b>"}, "empty_body"),
        ({"contacts": ["Anna"], "message": "word " * 200}, "too_long"),
        ({"contacts": ["Anna"], "message": {"text": "hi"}}, "empty_body"),
        ({"contacts": ["Anna"], "message": ["hi"]}, "empty_body"),
        ({"contacts": ["Anna"], "message": "hi", "title": "x"}, "unreadable_content"),
        ({"contacts": ["Anna"], "message": "hi", "confirmed": True}, "unreadable_content"),
        ({"contacts": ["Anna"], "message": "hi", "data": float("nan")}, "unreadable_content"),
        ({"contacts": ["Anna"], "message": "hi", "data": object()}, "unreadable_content"),
        ({"message": "hi"}, "unknown_recipient"),
        ({"contacts": [], "message": "hi"}, "unknown_recipient"),
        ({"contacts": None, "message": "hi"}, "unknown_recipient"),
        ({"contacts": {"name": "Anna"}, "message": "hi"}, "unknown_recipient"),
        ({"contacts": [7], "message": "hi"}, "unknown_recipient"),
        ({"contacts": ["Anna", "Zoe"], "message": "hi"}, "unknown_recipient"),
        ({"contacts": ["Anna"] + ["Bert"] * MOST_RECIPIENTS, "message": "hi"}, "unknown_recipient"),
    ],
)
async def test_whatever_is_not_as_it_should_be_is_refused_and_recorded(
    assist: HomeAssistant,
    components: Components,
    notices: list[Notice],
    sent: list[ServiceCall],
    arguments: dict[str, Any],
    reason: str,
) -> None:
    """A model that gets it wrong, or tries, is decided about like any other."""
    result = await call(assist, **arguments)
    assert result.error
    assert reason in result.data["reasons"]
    assert "  " not in str(result.data["error_text"])  # no name is missing in what is said
    assert components.guard.pending == ()
    assert {notice.kind for notice in notices} == {"refused"}
    assert sent == []
