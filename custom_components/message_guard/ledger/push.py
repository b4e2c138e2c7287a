"""Checkpoints that leave the machine: to witnesses, then to a notify entity, an action, a file.

Whoever may write to this machine can rewrite its ledger and sign it anew. Only what left the machine
before shows it. A checkpoint says how many entries there are and what their hash is; it holds no words.

When checkpoints leave shows when something is said at home. A household can let them leave at fixed times instead,
whether or not anything has happened.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context as ContextVars
from datetime import UTC, datetime
import hashlib
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.components.notify.const import (
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, issue_registry as ir
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_CHECKPOINT_EVERY,
    CONF_CHECKPOINT_FILE,
    CONF_CHECKPOINT_NOTIFY,
    CONF_CHECKPOINT_SEQUENCE,
    DOMAIN,
    ISSUE_CHECKPOINT_NOT_PUSHED,
    NAME,
)
from ..core.errors import LedgerError
from .store import LedgerStore
from .witnesses import Witnesses

_LOGGER = logging.getLogger(__name__)

PUSH_SECONDS: Final = 60.0
"""A place that has not taken a checkpoint by then has not taken it."""


FINISH_SECONDS: Final = 6.0
"""For so long the end of Home Assistant, and whoever wants a proof, wait for witnesses."""

SOON: Final = "soon"
EVERY_HOURS: Final[Mapping[str, int]] = {"1": 1, "6": 6, "24": 24}
"""The fixed times to choose from, as the option stores them."""


def next_time(now: float, hours: int, origin: str) -> float:
    """Return when a checkpoint leaves next, seconds since the epoch.

    The times depend on the ledger's name alone: they tell nothing of the household, and not all homes come at once.

    Args:
        now: Seconds since the epoch, UTC.
        hours: How far apart they are.
        origin: The ledger's name.
    """
    period = hours * 3600
    shift = int.from_bytes(hashlib.sha256(origin.encode()).digest()[:8]) % period
    return (now - shift) // period * period + period + shift


class CheckpointPush:
    """Passes checkpoints on to where the household wants them, cosigned by its witnesses."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        ledger: LedgerStore,
        witnesses: Witnesses,
    ) -> None:
        """Listen to this ledger, as long as it is there: the last checkpoint comes when it closes."""
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._witnesses = witnesses
        self._waiting: str | None = None
        self._next: CALLBACK_TYPE | None = None
        self._every: int | None = None
        self._cosigning: set[asyncio.Task[str]] = set()
        ledger.on_checkpoint(self._made)

    @property
    def _hours(self) -> int | None:
        """How many hours lie between the fixed times, None if checkpoints leave as they are made."""
        return EVERY_HOURS.get(str(self._entry.options.get(CONF_CHECKPOINT_EVERY, SOON)))

    @callback
    def start(self) -> Callable[[], None]:
        """Let checkpoints leave at the times chosen; returns what ends that."""
        self.changed()

        def stop() -> None:
            self._wait_no_more()
            self._every = None
            self._witnesses.stop()

        return stop

    @callback
    def changed(self) -> None:
        """Follow a change of options."""
        self._witnesses.changed()
        if self._hours != self._every:
            self._every = self._hours
            self._wait_no_more()
            self._wait()

    async def finish(self) -> None:
        """Let witnesses see the last checkpoint before the ledger closes; raises nothing.

        At fixed times nothing leaves out of turn: they see it at the first one after the next start.
        """
        if self._hours is not None or not self._witnesses.chosen:
            return
        try:
            await self._ledger.checkpoint()
        except LedgerError as error:
            _LOGGER.error("The ledger's last checkpoint could not be made: %s", error)
        await self.cosigned()

    async def cosigned(self) -> None:
        """Wait for what witnesses are being asked now, some seconds at most; raises nothing."""
        if self._cosigning:
            await asyncio.wait(self._cosigning, timeout=FINISH_SECONDS)

    @callback
    def _made(self, note: str) -> None:
        """Let a checkpoint leave, now or when it is time."""
        if self._hours is None:
            self._leave(note)
        else:
            self._waiting = note

    @callback
    def _wait(self) -> None:
        if self._every is not None:
            due = next_time(dt_util.utcnow().timestamp(), self._every, self._witnesses.origin)
            when = datetime.fromtimestamp(due, UTC)
            self._next = async_track_point_in_utc_time(self._hass, self._due, when)

    @callback
    def _wait_no_more(self) -> None:
        if self._next is not None:
            self._next()
            self._next = None

    async def _due(self, _now: datetime) -> None:
        self._next = None
        self._wait()
        newest = None
        try:
            await self._ledger.checkpoint()
            # If nothing has happened, the last one leaves again: that nothing has happened shows, too, when none does.
            newest = await self._ledger.cosignatures.newest()
        except LedgerError as error:
            _LOGGER.error("A checkpoint of the ledger could not be made: %s", error)
        note, self._waiting = self._waiting or newest, None
        if note is not None:
            self._leave(note)

    @callback
    def _leave(self, note: str) -> None:
        """Pass a checkpoint on, in the background and outside of any spoken turn."""
        if self._places(self._entry.options) or self._witnesses.chosen:
            ContextVars().run(
                self._hass.async_create_task, self._pass_on(note), "message_guard checkpoint"
            )

    async def _pass_on(self, note: str) -> None:
        """Have a checkpoint cosigned, if there is still a ledger to keep that in; then push it."""
        if self._ledger.is_open and self._witnesses.chosen:
            cosigning = self._hass.async_create_task(
                self._witnesses.cosign(note), "message_guard witnesses"
            )
            self._cosigning.add(cosigning)
            cosigning.add_done_callback(self._cosigning.discard)
            note = await cosigning
        if places := self._places(self._entry.options):
            await self._push(note, places)

    def _places(self, options: Mapping[str, Any]) -> dict[str, Callable[[str], Any]]:
        """Return what passes a checkpoint on, by the name of the option that asks for it."""
        places: dict[str, Callable[[str], Any]] = {}
        if options.get(CONF_CHECKPOINT_NOTIFY):
            places[CONF_CHECKPOINT_NOTIFY] = self._notify
        if options.get(CONF_CHECKPOINT_SEQUENCE):
            places[CONF_CHECKPOINT_SEQUENCE] = self._run
        if options.get(CONF_CHECKPOINT_FILE):
            places[CONF_CHECKPOINT_FILE] = self._append
        return places

    async def _push(self, note: str, places: Mapping[str, Callable[[str], Any]]) -> None:
        failed = []
        for name, push in places.items():
            try:
                async with asyncio.timeout(PUSH_SECONDS):
                    await push(note)
            except Exception as error:  # noqa: BLE001 - one place must not keep it from the others
                _LOGGER.error(
                    "A checkpoint of the ledger could not be passed on (%s): %s",
                    name,
                    type(error).__name__,
                )
                failed.append(name)
        self._show(failed)

    async def _notify(self, note: str) -> None:
        await self._hass.services.async_call(
            NOTIFY_DOMAIN,
            SERVICE_SEND_MESSAGE,
            {
                ATTR_ENTITY_ID: self._entry.options[CONF_CHECKPOINT_NOTIFY],
                ATTR_TITLE: NAME,
                ATTR_MESSAGE: note,
            },
            blocking=True,
            context=Context(),
        )

    async def _run(self, note: str) -> None:
        sequence = await async_validate_actions_config(
            self._hass, cv.SCRIPT_SCHEMA(list(self._entry.options[CONF_CHECKPOINT_SEQUENCE]))
        )
        script = Script(self._hass, sequence, f"{NAME} checkpoint", DOMAIN)
        await script.async_run({"checkpoint": note}, context=Context())

    async def _append(self, note: str) -> None:
        path = Path(self._entry.options[CONF_CHECKPOINT_FILE])
        await self._hass.async_add_executor_job(_append_to, path, note)

    @callback
    def _show(self, failed: list[str]) -> None:
        """Keep Repairs up to date."""
        if not failed:
            ir.async_delete_issue(self._hass, DOMAIN, ISSUE_CHECKPOINT_NOT_PUSHED)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            ISSUE_CHECKPOINT_NOT_PUSHED,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_CHECKPOINT_NOT_PUSHED,
        )


def _append_to(path: Path, note: str) -> None:
    """Append a checkpoint to a file; raises OSError."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{note}\n")
