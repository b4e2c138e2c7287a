"""Forms as a person is shown them: every text of theirs is looked up."""

import json
from pathlib import Path
from string import Formatter
from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.config_entries import ConfigSubentryFlowManager, OptionsFlowManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowManager, FlowResultType, section
import pytest

from custom_components.message_guard import const

type Result = dict[str, Any]

ENGLISH: dict[str, Any] = json.loads(
    (Path(const.__file__).parent / "translations" / "en.json").read_text(encoding="utf-8")
)


def ids(hass: HomeAssistant) -> list[str]:
    """Return the ids of all pipelines."""
    return [pipeline.id for pipeline in async_get_pipelines(hass)]


def suggested(result: Result) -> dict[str, Any]:
    """Return what a form suggests, by field."""
    return {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }


def translations_of(manager: FlowManager[Any, Any, Any], flow: Any) -> dict[str, Any]:
    """Return the texts of a flow."""
    if isinstance(manager, ConfigSubentryFlowManager):
        return ENGLISH["config_subentries"][flow.handler[1]]
    return ENGLISH["options" if isinstance(manager, OptionsFlowManager) else "config"]


def check_texts(texts: dict[str, Any], result: Result) -> None:
    """Check that all that a person is shown has a text, and each text what it names."""
    given = result.get("description_placeholders") or {}
    if result["type"] is FlowResultType.ABORT and result.get("translation_domain") is None:
        assert result["reason"] in texts["abort"]
    if result["type"] is FlowResultType.MENU:
        step = texts["step"][result["step_id"]]
        assert set(result["menu_options"]) <= step["menu_options"].keys()
        assert step["menu_options"].keys() == step["menu_option_descriptions"].keys()
    if result["type"] is FlowResultType.FORM:
        step = texts["step"][result["step_id"]]
        schema = result["data_schema"].schema
        sections = {str(key): part for key, part in schema.items() if isinstance(part, section)}
        fields = {str(key) for key in schema} - sections.keys()
        # A form may leave out what this home has no use for.
        assert fields <= step["data"].keys() == step["data_description"].keys()
        assert sections.keys() <= step.get("sections", {}).keys()
        for name, part in sections.items():
            inside = {str(key) for key in part.schema.schema}
            said = step["sections"][name]
            assert inside <= said["data"].keys() == said["data_description"].keys()
        shown = [step["title"], step.get("description", "")]
        shown += [step["data"][field] for field in fields]
        shown += [step["data_description"][field] for field in fields]
        shown += [texts["error"][error] for error in (result["errors"] or {}).values()]
        for text in shown:
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= given.keys()


@pytest.fixture(autouse=True)
def every_text_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the texts of everything that any of these tests is shown."""
    handle = FlowManager._async_handle_step

    async def handle_and_check(manager: Any, flow: Any, *args: Any, **more: Any) -> Any:
        result = await handle(manager, flow, *args, **more)
        check_texts(translations_of(manager, flow), result)
        return result

    monkeypatch.setattr(FlowManager, "_async_handle_step", handle_and_check)


async def answer(hass: HomeAssistant, form: Result, values: dict[str, Any]) -> Result:
    """Submit a form of a contact."""
    return await hass.config_entries.subentries.async_configure(form["flow_id"], values)
