"""Commands that a household has written itself, and whether anything in them is worked out when they are called.

Relies on: components/rest_command and components/shell_command, where what handles such an action keeps in scope what
stands in the configuration: `template_url`, `template_payload` and `template_headers`, or `cmd`; since 2026.10. When that
is gone: nothing is known of what a command holds, and Repairs tells of every one that can be spoken.
"""

from collections.abc import Mapping
import inspect
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.template import is_template_string

from .service_job import job_of

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "rest_command": ("template_url", "template_payload", "template_headers"),
    "shell_command": ("cmd",),
}
"""Domain → what its handlers keep in scope."""


@callback
def always_the_same(hass: HomeAssistant, action: str) -> bool:
    """Return whether a command does the same whatever it is handed: nothing in its configuration is a template.

    False where that is not known, and for every action that is no such command.
    """
    domain, _, name = action.partition(".")
    parts = _PARTS.get(domain)
    job = job_of(hass, domain, name) if parts is not None else None
    if parts is None or job is None or not inspect.isfunction(job.target):
        return False
    kept = inspect.getclosurevars(job.target).nonlocals
    return all(part in kept and not _worked_out(kept[part]) for part in parts)


def _worked_out(part: object) -> bool:
    """Return whether any text in this part of a configuration is a template."""
    if isinstance(part, Mapping):
        return any(_worked_out(value) for value in part.values())
    return is_template_string(str(getattr(part, "template", part)))
