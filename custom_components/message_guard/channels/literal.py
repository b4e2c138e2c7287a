"""Letter for letter: a message keeps its letters on its way through a household's own templates.

Home Assistant takes what a template renders for a number, a list or a yes wherever it looks like one: of
"2.50" it makes 2.5, and "+4915…" loses its plus. What was read back and proved has to arrive as it is.
"""

from collections.abc import Mapping
import re
from typing import Any, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.script_variables import ScriptVariables
from homeassistant.helpers.template import Template
from homeassistant.helpers.typing import TemplateVarsType

from ..bypasses.steps import calls_in

_ALONE: Final = re.compile(r"\{\{-?\s*message\s*-?\}\}")
_PROBE: Final = "{{ message }}"


class LiteralTemplate(Template):
    """A template that makes nothing else out of the message that stands in what it renders."""

    __slots__ = ("_body",)

    def __init__(self, template: Template, body: str) -> None:
        """Render what this template renders, with this message as it is."""
        super().__init__(template.template, template.hass)
        self._body = body

    @override
    def async_render(
        self, variables: TemplateVarsType = None, parse_result: bool = True, *args: Any, **more: Any
    ) -> Any:
        """Render it; a number with the message in it stays the text that it was."""
        if _ALONE.fullmatch(self.template) and (variables or {}).get("message") == self._body:
            return self._body
        result = super().async_render(variables, parse_result, *args, **more)
        if isinstance(result, str) or self.is_static or not parse_result:
            return result
        text = super().async_render(variables, False, *args, **more)
        body = self._body.strip()
        plain = isinstance(result, bool | int | float) or result is None
        return text if text == body or (plain and body and body in text) else result


def literal(steps: Any, body: str) -> Any:
    """Return checked steps of a script whose templates leave this message as it is."""
    if isinstance(steps, Template):
        return LiteralTemplate(steps, body)
    if isinstance(steps, ScriptVariables):
        return ScriptVariables(literal(steps.variables, body))
    if isinstance(steps, Mapping):
        return {literal(key, body): literal(value, body) for key, value in steps.items()}
    if isinstance(steps, list):
        return [literal(item, body) for item in steps]
    return steps


def alters(hass: HomeAssistant, body: str) -> bool:
    """Return whether a template that is not ours would hand on something else than this message."""
    rendered = Template(_PROBE, hass).async_render({"message": body})
    return not isinstance(rendered, str | bool | int | float) or str(rendered) != body


def starts_scripts(steps: Any) -> bool:
    """Return whether steps call a script of the household's, whose templates are its own."""
    return any(
        call.action is None
        or call.action.startswith("script.")
        or call.action == "homeassistant.turn_on"
        for call in calls_in(steps)
    )
