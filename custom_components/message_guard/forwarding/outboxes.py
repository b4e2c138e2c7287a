"""All destinations: following what the household chooses, and telling in Repairs what somebody has to do."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context as ContextVars
from datetime import timedelta
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.start import async_at_started
from homeassistant.loader import async_get_integration

from ..const import (
    CONF_DESTINATIONS,
    DOMAIN,
    ISSUE_FORWARDING_AWAY,
    ISSUE_FORWARDING_CERTIFICATE,
    ISSUE_FORWARDING_NO_NAME,
    ISSUE_FORWARDING_NOT_ACCEPTED,
    ISSUE_FORWARDING_NOT_FOUND,
    ISSUE_FORWARDING_NOT_UNDERSTOOD,
    ISSUE_FORWARDING_REDIRECTS,
    ISSUE_FORWARDING_REJECTS,
    ISSUE_FORWARDING_TOO_LARGE,
)
from ..core.errors import LedgerError
from ..ledger.store import LedgerStore
from .carrier import Carrier
from .destination import Destination, address, header_name, header_value, home_label
from .format.records import Fields
from .outbox import Outbox
from .posting import Verdict

_LOGGER = logging.getLogger(__name__)

CONF_URL: Final = "url"
CONF_HEADER: Final = "header"
CONF_SECRET: Final = "secret"  # noqa: S105 - the name of a field
CONF_FIELDS: Final = "fields"
CONF_HOME: Final = "home"
CONF_SINCE: Final = "since"

NO_NAME_FOR: Final = timedelta(hours=1)
"""A router that starts says of every name that there is none."""

ISSUES: Final[Mapping[Verdict, str]] = {
    Verdict.AWAY: ISSUE_FORWARDING_AWAY,
    Verdict.NO_NAME: ISSUE_FORWARDING_NO_NAME,
    Verdict.NOT_ACCEPTED: ISSUE_FORWARDING_NOT_ACCEPTED,
    Verdict.NOT_FOUND: ISSUE_FORWARDING_NOT_FOUND,
    Verdict.REDIRECTS: ISSUE_FORWARDING_REDIRECTS,
    Verdict.CERTIFICATE: ISSUE_FORWARDING_CERTIFICATE,
    Verdict.TOO_LARGE: ISSUE_FORWARDING_TOO_LARGE,
    Verdict.REJECTS: ISSUE_FORWARDING_REJECTS,
    Verdict.NOT_UNDERSTOOD: ISSUE_FORWARDING_NOT_UNDERSTOOD,
}
"""What Repairs says of a destination that takes nothing."""


def destination_of(stored: Mapping[str, Any]) -> Destination:
    """Return a destination as the options hold it.

    Raises:
        ValueError: If it cannot be read; KeyError, TypeError and AttributeError, too.
    """
    header = header_name(stored.get(CONF_HEADER, ""))
    return Destination(
        url=address(stored[CONF_URL]),
        header=header,
        secret=header_value(stored[CONF_SECRET]) if header else "",
        fields=Fields(stored.get(CONF_FIELDS, Fields.EVENTS)),
        home=home_label(stored.get(CONF_HOME, "")),
        since=int(stored.get(CONF_SINCE, 0)),
    )


def chosen_destinations(options: Mapping[str, Any]) -> tuple[Destination, ...]:
    """Return the destinations in the options; what cannot be read is none."""
    found: dict[str, Destination] = {}
    for each in options.get(CONF_DESTINATIONS, []):
        try:
            destination = destination_of(each)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _LOGGER.error("A destination in the options cannot be read: %s", type(error).__name__)
        else:
            found[destination.url] = destination
    return tuple(found.values())


class Outboxes:
    """Forwards the ledger to where the household wants it.

    Attributes:
        outboxes: How it stands with each destination, by its id.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        ledger: LedgerStore,
        mode: Callable[[], str],
    ) -> None:
        """Forward this ledger once `start` is called; `mode` returns what the guard does, see `Carrier`."""
        self.outboxes: dict[str, Outbox] = {}
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._mode = mode
        self._carrier: Carrier | None = None
        self._following = asyncio.Lock()
        self._stopped = False

    @property
    def chosen(self) -> tuple[Destination, ...]:
        """The destinations that the household has named."""
        return chosen_destinations(self._entry.options)

    @callback
    def start(self) -> Callable[[], None]:
        """Forward what there is and what comes, once Home Assistant has started; returns what ends that."""

        @callback
        def started(_hass: HomeAssistant) -> None:
            self.changed()

        ends = (
            self._ledger.on_append(self._wake),
            self._ledger.on_checkpoint(lambda _: self._wake()),
            async_at_started(self._hass, started),
        )

        def stop() -> None:
            self._stopped = True
            for end in ends:
                end()
            for outbox in self.outboxes.values():
                outbox.stop()
            if self._carrier is not None:
                self._carrier.close()
            for issue in ISSUES.values():
                ir.async_delete_issue(self._hass, DOMAIN, issue)

        return stop

    @callback
    def changed(self) -> None:
        """Follow a change of options."""
        ContextVars().run(
            self._entry.async_create_background_task,
            self._hass,
            self._follow(),
            "message_guard destinations",
        )

    async def first(self, destination: Destination) -> Verdict:
        """Post a sign of life to what is to be a destination.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return (await (await self._carry()).sign(destination)).verdict

    @callback
    def _wake(self) -> None:
        for outbox in self.outboxes.values():
            outbox.wake()

    async def _carry(self) -> Carrier:
        if self._carrier is None:
            integration = await async_get_integration(self._hass, DOMAIN)
            self._carrier = Carrier(
                self._hass, self._ledger, str(integration.version or ""), self._mode
            )
        return self._carrier

    async def _follow(self) -> None:
        """Let destinations come and go, one change after the other."""
        async with self._following:
            carrier = await self._carry()
            chosen = {each.id: each for each in self.chosen}
            for gone in self.outboxes.keys() - chosen.keys():
                self.outboxes.pop(gone).stop()
            await self._forget(chosen)
            if self._stopped:
                return
            for name, destination in chosen.items():
                outbox = self.outboxes.get(name)
                if outbox is None:
                    self.outboxes[name] = outbox = Outbox(
                        self._hass,
                        self._entry,
                        self._ledger.forwarded,
                        carrier,
                        destination,
                        self._show,
                    )
                    outbox.try_now()
                elif outbox.destination != destination:
                    outbox.destination = destination
                    outbox.try_now()
            self._show()

    async def _forget(self, chosen: Mapping[str, Destination]) -> None:
        """Forget how far it went to whoever is no destination any more."""
        try:
            marks = await self._ledger.forwarded.marks()
            await self._ledger.forwarded.forget(sorted(marks.keys() - chosen.keys()))
        except LedgerError as error:
            _LOGGER.error("How far the ledger was forwarded cannot be read: %s", error)

    # --- telling ------------------------------------------------------------------------------

    @callback
    def _show(self) -> None:
        """Keep Repairs up to date about what a person has to do."""
        for verdict, issue in ISSUES.items():
            failing = [
                outbox.destination.host
                for outbox in self.outboxes.values()
                if outbox.verdict is verdict and _to_be_told(outbox)
            ]
            if not failing:
                ir.async_delete_issue(self._hass, DOMAIN, issue)
                continue
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=issue,
                translation_placeholders={"destination": ", ".join(dict.fromkeys(failing))},
            )


def _to_be_told(outbox: Outbox) -> bool:
    """Return whether somebody has to do something: whoever is only away for a while comes back by itself."""
    if outbox.verdict is Verdict.AWAY:
        return outbox.away_for_long
    return outbox.verdict is not Verdict.NO_NAME or outbox.failing_for(NO_NAME_FOR)
