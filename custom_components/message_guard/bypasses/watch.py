"""Repairs for ways round: they come when a way opens and go when it is closed."""

from collections.abc import Mapping
from datetime import timedelta
import logging
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.automation import EVENT_AUTOMATION_RELOADED
from homeassistant.components.homeassistant.exposed_entities import async_listen_entity_updates
from homeassistant.const import (
    EVENT_COMPONENT_LOADED,
    EVENT_SERVICE_REGISTERED,
    EVENT_SERVICE_REMOVED,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started

from ..const import DOMAIN
from ..hooks.pipeline_changes import on_change
from ..hooks.sentence_hearers import on_sentences_changed
from ..settings.household import ignored_bypasses
from .bypass import Bypass
from .finding import find_bypasses

if TYPE_CHECKING:
    from ..runtime import Components, MessageGuardConfigEntry

_LOGGER = logging.getLogger(__name__)

ISSUE_PREFIX: Final = "gap_"

LOOK_SECONDS: Final = 3.0
"""How long after a change is looked again: a reload changes many things at once."""

LOOK_AGAIN: Final = timedelta(minutes=10)
"""For what changes without telling, such as which assistant is the preferred one."""

_CHANGES: Final = (
    EVENT_AUTOMATION_RELOADED,
    EVENT_COMPONENT_LOADED,
    EVENT_SERVICE_REGISTERED,
    EVENT_SERVICE_REMOVED,
)


class BypassWatch:
    """Keeps Repairs up to date with the ways round."""

    def __init__(
        self, hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components
    ) -> None:
        """Create the watch over bypasses; `start` begins to look."""
        self._hass = hass
        self._entry = entry
        self._components = components
        self._debouncer = Debouncer(
            hass, _LOGGER, cooldown=LOOK_SECONDS, immediate=False, function=self.look
        )
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Look once Home Assistant has started, and after every change; returns what ends it."""
        self._unsubscribe.append(async_at_started(self._hass, self._started))
        return self._stop

    async def look(self, *_: Any) -> None:
        """Look now."""
        try:
            bypasses = await find_bypasses(self._hass, self._entry, self._components)
        except Exception as error:  # noqa: BLE001 - only a report; it must not end with the first surprise
            _LOGGER.error("Looking for ways round failed with %s", type(error).__name__)
            return
        ignored = ignored_bypasses(self._entry)
        told = [
            bypass
            for bypass in bypasses
            if bypass.fingerprint is None or ignored.get(bypass.id) != bypass.fingerprint
        ]
        for bypass in told:
            self._report(bypass)
        self._clear(keep={bypass.id for bypass in told})

    @callback
    def changed(self, *_: Any) -> None:
        """Look soon."""
        self._debouncer.async_schedule_call()

    async def _started(self, hass: HomeAssistant) -> None:
        self._unsubscribe += [hass.bus.async_listen(kind, self._noticed) for kind in _CHANGES]
        self._unsubscribe += [
            hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self.changed),
            async_listen_entity_updates(hass, "conversation", self.changed),
            async_track_time_interval(hass, self.look, LOOK_AGAIN),
        ]
        self._unsubscribe += [
            on_change(hass, self.changed),
            on_sentences_changed(hass, self.changed),
        ]
        await self.look()

    @callback
    def _noticed(self, _event: Event[Mapping[str, Any]]) -> None:
        self.changed()

    @callback
    def _stop(self) -> None:
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._debouncer.async_shutdown()
        self._clear(keep=set())

    def _report(self, bypass: Bypass) -> None:
        data: dict[str, str | int | float | None] = {
            "kind": bypass.kind,
            "entry_id": self._entry.entry_id,
            **bypass.placeholders,
        }
        if bypass.option is not None:
            data |= {"option": bypass.option, "value": bypass.value}
        if bypass.fingerprint is not None:
            data |= {"gap": bypass.id, "fingerprint": bypass.fingerprint}
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            bypass.id,
            data=data,
            is_fixable=bypass.fingerprint is not None,
            severity=ir.IssueSeverity.WARNING,
            translation_key=bypass.kind,
            translation_placeholders=dict(bypass.placeholders),
        )

    def _clear(self, keep: set[str]) -> None:
        for domain, issue_id in list(ir.async_get(self._hass).issues):
            if domain == DOMAIN and issue_id.startswith(ISSUE_PREFIX) and issue_id not in keep:
                ir.async_delete_issue(self._hass, DOMAIN, issue_id)
