"""Checkpoints that leave the machine: to a notify entity, an action, a file.

Whoever may write to this machine can rewrite its ledger and sign it anew. Only what left the machine
before shows it. A checkpoint says how many entries there are and what their hash is; it holds no words.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context as ContextVars
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.components.notify.const import (
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, issue_registry as ir
from homeassistant.helpers.script import Script, async_validate_actions_config

from ..const import (
    CONF_CHECKPOINT_FILE,
    CONF_CHECKPOINT_NOTIFY,
    CONF_CHECKPOINT_SEQUENCE,
    DOMAIN,
    ISSUE_CHECKPOINT_NOT_PUSHED,
    NAME,
)
from ..runtime import MessageGuardConfigEntry
from .store import LedgerStore

_LOGGER = logging.getLogger(__name__)

PUSH_SECONDS: Final = 60.0
"""A place that has not taken a checkpoint by then has not taken it."""


class CheckpointPush:
    """Passes every new checkpoint on to where the household wants it."""

    def __init__(
        self, hass: HomeAssistant, entry: MessageGuardConfigEntry, ledger: LedgerStore
    ) -> None:
        """Listen to this ledger, as long as it is there: the last checkpoint comes when it closes."""
        self._hass = hass
        self._entry = entry
        ledger.on_checkpoint(self._made)

    @callback
    def _made(self, note: str) -> None:
        """Pass a checkpoint on, in the background and outside of any spoken turn."""
        if places := self._places(self._entry.options):
            ContextVars().run(
                self._hass.async_create_task, self._push(note, places), "message_guard checkpoint"
            )

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
