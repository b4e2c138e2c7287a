"""An action with whom it goes to filled in, as a contact's channel: checked against what exists."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.const import CONF_ACTION, CONF_SERVICE, CONF_TARGET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.service import async_get_all_descriptions
import probatio

from ..const import DOMAIN
from ..core.fixed_call import WORD_FIELDS
from ..runtime import MessageGuardConfigEntry
from ..settings.channels import is_template, words_field
from .imports import words_of
from .sequences_in_use import calls_in_use
from .suggestions import Stored, by_call

CONF_CALL: Final = "call"
CONF_WORDS_FIELD: Final = "words"
_PROBE: Final = "x"
_DATA: Final = ("data", "data_template")


class FixedCallError(Exception):
    """What was entered is no channel.

    Attributes:
        field: The field of the form.
        key: Key of the error's text.
        about: What the text names.
    """

    def __init__(self, field: str, key: str, about: str = "") -> None:
        """Say what is wrong with which field."""
        super().__init__(key)
        self.field = field
        self.key = key
        self.about = about


async def fixed_channel(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, entered: object, words: str | None
) -> Stored:
    """Return the channel that an entered action is.

    Args:
        hass: Home Assistant.
        entry: The household.
        entered: What the action editor handed over: one action, or a list with one.
        words: The field that holds the words, None to find it.

    Raises:
        FixedCallError: If it is none.
    """
    action, data = _one_action(entered)
    domain, _, service = action.partition(".")
    if domain == DOMAIN:
        raise FixedCallError(CONF_CALL, "action_own", action)
    if not hass.services.has_service(domain, service):
        raise FixedCallError(CONF_CALL, "action_missing", action)
    fields = await known_fields(hass, action)
    words = words or words_field(data) or await _guess(hass, action, fields, data)
    if words is None:
        raise FixedCallError(CONF_WORDS_FIELD, "words_unknown", ", ".join(fields))
    if fields and words not in fields and not _takes(hass, action, {**data, words: _PROBE}):
        raise FixedCallError(CONF_WORDS_FIELD, "words_not_taken", ", ".join(fields))
    fixed = {name: value for name, value in data.items() if name != words and value is not None}
    if is_template(fixed):
        raise FixedCallError(CONF_CALL, "action_template", action)
    if (problem := _problem(hass, action, {**fixed, words: _PROBE})) is not None:
        raise FixedCallError(CONF_CALL, "action_refused", problem)
    return by_call(action, fixed, words)


def _one_action(entered: object) -> tuple[str, dict[str, Any]]:
    steps = entered if isinstance(entered, list) else [entered]
    step = steps[0] if len(steps) == 1 else None
    if not isinstance(step, Mapping):
        raise FixedCallError(CONF_CALL, "one_action")
    action = step.get(CONF_ACTION, step.get(CONF_SERVICE))
    if not isinstance(action, str) or not all(action.partition(".")):
        raise FixedCallError(CONF_CALL, "one_action")
    if is_template(action):
        raise FixedCallError(CONF_CALL, "action_template", action)
    data: dict[str, Any] = {}
    for key in (*_DATA, CONF_TARGET):
        part = step.get(key)
        if isinstance(part, Mapping):
            data.update(part)
    return action, data


async def known_fields(hass: HomeAssistant, action: str) -> tuple[str, ...]:
    """Return the fields that an action describes, those in folded parts too; none where it describes none."""
    domain, _, service = action.partition(".")
    described = (await async_get_all_descriptions(hass)).get(domain, {}).get(service, {})
    found: list[str] = []
    for name, about in (described.get("fields") or {}).items():
        inner = about.get("fields") if isinstance(about, Mapping) else None
        found.extend(inner if isinstance(inner, Mapping) else [name])
    return tuple(found)


async def _guess(
    hass: HomeAssistant, action: str, fields: Iterable[str], data: Mapping[str, Any]
) -> str | None:
    """Return the field that takes the words: as it is described, as it is used, or as the schema has it."""
    offered = tuple(fields)
    for name in WORD_FIELDS:
        if name in offered:
            return name
    for call, _ in await calls_in_use(hass):
        if call.action == action and (used := words_of(call.data)) is not None:
            return used
    if (empty := [name for name, value in data.items() if value in ("", None)]) and len(empty) == 1:
        return empty[0]
    taken = [name for name in WORD_FIELDS if _takes(hass, action, {**data, name: _PROBE})]
    return taken[0] if taken else None


@callback
def _takes(hass: HomeAssistant, action: str, data: Mapping[str, Any]) -> bool:
    return _problem(hass, action, data) is None


@callback
def _problem(hass: HomeAssistant, action: str, data: Mapping[str, Any]) -> str | None:
    """Return what the action's own schema finds wrong, None if it takes it."""
    domain, _, service = action.partition(".")
    registered = hass.services.async_services_for_domain(domain).get(service)
    schema = None if registered is None else registered.schema
    if schema is None:
        return None
    try:
        schema(dict(data))
    except probatio.Invalid as error:
        return str(error)
    return None
