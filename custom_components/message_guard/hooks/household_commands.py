"""Commands that a household has written itself, and what they draw on when they are called.

Relies on: components/rest_command and components/shell_command, where what handles such an action keeps in scope what
stands in the configuration: `template_url`, `template_payload` and `template_headers`, or `cmd`; since 2026.10. When that
is gone: nothing is known of what a command holds. Repairs tells of every one that can be spoken, and none always says the same.
"""

from collections.abc import Iterable, Iterator, Mapping
import inspect
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.template import is_template_string
from jinja2 import Environment, TemplateError, meta, nodes

from .service_job import job_of, own_handler

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "rest_command": ("template_url", "template_payload", "template_headers"),
    "shell_command": ("cmd",),
}
"""Domain → what its handlers keep in scope."""

_HARMLESS: Final = frozenset(
    {"default", "d", "lower", "replace", "to_json", "trim", "upper", "urlencode"}
)
"""Filters that draw on nothing; Home Assistant has others that look up states."""

_ANYTHING: Final = frozenset({""})
"""Stands for what a template draws on where that cannot be told; no field is called so."""

_ELSEWHERE: Final = (nodes.FromImport, nodes.Import, nodes.Include, nodes.Test)
"""Parts of a template that may draw on what another file holds, or on a state."""

_PARSER: Final = Environment(autoescape=False)  # noqa: S701 - it only parses
_PARSER.filters |= dict.fromkeys(_HARMLESS - _PARSER.filters.keys(), str)


@callback
def says_only(hass: HomeAssistant, action: str, handed: Iterable[str] = ()) -> bool:
    """Return whether a command says nothing but what stands in its configuration, and what it is handed.

    Args:
        hass: Home Assistant.
        action: The command, "rest_command.gate".
        handed: Names of the fields that it is handed.

    Returns:
        False where that is not known, and for every action that is no such command.
    """
    domain, _, name = action.partition(".")
    parts = COMMANDS.get(domain)
    job = None if parts is None else job_of(hass, domain, name)
    handler = None if job is None else own_handler(job)
    if parts is None or not inspect.isfunction(handler):
        return False
    kept = inspect.getclosurevars(handler).nonlocals
    allowed = frozenset(handed)
    return all(
        part in kept and all(_draws_on(text) <= allowed for text in _texts(kept[part]))
        for part in parts
    )


def _texts(part: object) -> Iterator[str]:
    """Yield the texts in a part of a configuration; that of a template is its source."""
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _texts(value)
    else:
        yield str(getattr(part, "template", part))


def _draws_on(text: str) -> frozenset[str]:
    """Return the names that a text is worked out from when the command is called; none where it is fixed."""
    if not is_template_string(text):
        return frozenset()
    try:
        parsed = _PARSER.parse(text)
        filters = {found.name for found in parsed.find_all(nodes.Filter)}
        if filters - _HARMLESS or any(parsed.find_all(_ELSEWHERE)):
            return _ANYTHING
        return frozenset(meta.find_undeclared_variables(parsed))
    except TemplateError:
        return _ANYTHING
