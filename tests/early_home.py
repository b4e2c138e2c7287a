"""A home that is starting: what waits in it, what is asked of it, and what it has written down."""

import asyncio
from collections.abc import Callable
from contextlib import closing
import json
import sqlite3
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.message_guard.components import LEDGER_FILE
from custom_components.message_guard.const import DOMAIN


class Gate:
    """Something that others wait for until the test opens it."""

    def __init__(self, after: Callable[..., Any]) -> None:
        """Go on with `after`."""
        self.open = asyncio.Event()
        self._after = after

    async def __call__(self, *arguments: Any) -> Any:
        """Wait."""
        await self.open.wait()
        return await self._after(*arguments)


async def until(hass: HomeAssistant, there: Callable[[], bool]) -> None:
    """Let the others go on until something is there."""
    for _ in range(10_000):
        if there():
            return
        await hass.async_add_executor_job(int)
        await asyncio.sleep(0)
    raise AssertionError("it did not come")


def written(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the entries of the ledger, as they are on disk."""
    with closing(sqlite3.connect(hass.config.path(LEDGER_FILE))) as database:
        found = database.execute("SELECT line FROM entries ORDER BY sequence").fetchall()
    return [json.loads(line) for (line,) in found]


def refused(hass: HomeAssistant) -> list[tuple[str, ...]]:
    """Return the reasons of what the ledger says was refused."""
    return [tuple(entry["reasons"]) for entry in written(hass) if entry["kind"] == "refused"]


def issues(hass: HomeAssistant) -> set[tuple[str, str]]:
    """Return what stands in Repairs of ours."""
    return {key for key in ir.async_get(hass).issues if key[0] == DOMAIN}
