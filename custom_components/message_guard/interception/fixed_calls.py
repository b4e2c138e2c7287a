"""Calls that always say the same, and that the household lets through: "where is my phone".

A step whose every field stands in the configuration carries no word of what was said. The household may let such a step of
an automation or a script through without a proof. It is known by a hash of all that it is handed, so the choice is void as
soon as the step changes; only what that run itself calls counts, and never what a language model has led to.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
import json
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, callback

from ..bypasses.bypass import fingerprint_of
from ..bypasses.sequences import Reading
from ..bypasses.steps import Call, calls_in, text_of
from ..core.fixed_call import same
from ..core.rate import Rate
from ..core.request import is_empty
from ..hooks.entities import entity as loaded_entity
from ..hooks.household_commands import COMMANDS, says_only
from ..hooks.sequences import script_of
from ..provenance.made import made_by_speech
from ..provenance.script_trace import runs_of
from ..provenance.turn import Turn

_LOGGER = logging.getLogger(__name__)

FIXED_CALL: Final = "fixed_call"
"""Reason in the ledger of what was let through so."""

FIXED_LIMIT, FIXED_SECONDS = 6, 3600.0
"""Calls of one step in an hour; what is more is held like any other."""

_TEMPLATE: Final = ("{{", "{%", "{#")

type Guards = Callable[[str, str], bool]
"""Tells whether an action is guarded."""


@dataclass(frozen=True, slots=True)
class FixedCall:
    """A step that always says the same.

    Attributes:
        name: Of the automation or script that it is a step of, as people call it.
        source: That automation or script: domain and unique id.
        call: What is called, with all that it is handed.
        hash: Of the call.
    """

    name: str
    source: str
    call: Call
    hash: str

    @property
    def id(self) -> str:
        """What it is chosen by: another one as soon as the step is another one."""
        return f"{self.source} {self.hash}"


class FixedCalls:
    """Knows which calls the household lets through, and how many it has."""

    def __init__(
        self, hass: HomeAssistant, clock: Callable[[], float], chosen: Collection[str] = ()
    ) -> None:
        """Let through what is chosen; `clock` returns seconds."""
        self._hass = hass
        self._clock = clock
        self._chosen = frozenset(chosen)
        self._rate = Rate(FIXED_LIMIT, FIXED_SECONDS)

    @callback
    def choose(self, chosen: Collection[str]) -> None:
        """Let through something else; what was counted stays."""
        self._chosen = frozenset(chosen)

    @callback
    def take(self, call: ServiceCall, turn: Turn) -> bool:
        """Return whether this call is one that is let through, and count it."""
        if turn.by_model or not self._chosen:
            return False
        now = self._clock()
        for _, entity_id in runs_of(call.context):
            for item in _steps_of(self._hass, entity_id):
                chosen = item.id in self._chosen and _says_all_itself(self._hass, item.call)
                if not chosen or not _is(self._hass, item.call, call):
                    continue
                if self._rate.used_up(item.id, now):
                    return False
                self._rate.add(item.id, now)
                return True
        return False


async def fixed_calls(hass: HomeAssistant, guards: Guards) -> tuple[FixedCall, ...]:
    """Return what always says the same of all that speech can start today, each once."""
    found: dict[str, FixedCall] = {}
    for entity_id in await _spoken(hass):
        for item in _steps_of(hass, entity_id):
            if guards(*str(item.call.action).split(".", 1)) and _says_all_itself(hass, item.call):
                found.setdefault(item.id, item)
    return tuple(found.values())


async def _spoken(hass: HomeAssistant) -> Iterable[str]:
    """Return the automations and scripts that speech starts, or that follow from these."""
    reading = await Reading.of(hass)
    return await reading.run_by_speech()


def _steps_of(hass: HomeAssistant, entity_id: str) -> Iterator[FixedCall]:
    """Yield the steps of an automation or a script that are fixed; none where speech has made it."""
    entity = loaded_entity(hass, entity_id)
    running = script_of(entity)
    if entity is None or running is None or made_by_speech(hass).turn_of(entity_id) is not None:
        return
    source = f"{entity_id.partition('.')[0]}.{entity.unique_id or entity_id}"
    name = str(entity.name or entity_id)
    for call in calls_in(running.sequence):
        if call.action is not None and _is_literal(call.data):
            told = json.dumps([call.action, call.data], default=text_of, sort_keys=True)
            yield FixedCall(name, source, call, fingerprint_of(told))


def _says_all_itself(hass: HomeAssistant, call: Call) -> bool:
    """Return whether the step alone says what is sent; what is handed nothing may have its words from elsewhere."""
    action = str(call.action)
    if action.partition(".")[0] in COMMANDS:
        return says_only(hass, action, call.data)
    return not is_empty(call.data)


def _is_literal(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_is_literal(part) for item in value.items() for part in item)
    if isinstance(value, list | tuple):
        return all(_is_literal(item) for item in value)
    text = text_of(value)
    return not any(mark in text for mark in _TEMPLATE)


def _is(hass: HomeAssistant, step: Call, call: ServiceCall) -> bool:
    """Return whether a call is handed exactly what a step hands over, as its action understands it."""
    if step.action != f"{call.domain}.{call.service}":
        return False
    registered = hass.services.async_services_for_domain(call.domain).get(call.service)
    schema = None if registered is None else registered.schema
    try:
        handed = dict(step.data) if schema is None else schema(dict(step.data))
    except Exception as error:  # noqa: BLE001 - a schema may raise anything; a doubt is a question
        _LOGGER.debug("A step cannot be compared: %s", type(error).__name__)
        return False
    return same(_plain(handed), _plain(call.data))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else text_of(value)
