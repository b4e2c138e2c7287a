"""Measures from inside of Home Assistant: how late its event loop is, and what Message Guard remembers. For tests only; never shipped."""

import asyncio
import cProfile
from dataclasses import asdict
import gc
from pathlib import Path
import pstats
import resource
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.typing import ConfigType
import probatio

from .memories import GUARD, found_in, rates_of

DOMAIN: Final = "loop_probe"

TICK_SECONDS: Final = 0.01
"""How often the loop is asked to be on time."""

_PAGE_BYTES: Final = resource.getpagesize()

_PROFILE_ROWS: Final = 40


class LoopDelay:
    """Notes how late the loop comes to what was due: what everybody else in it has to wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Note nothing yet."""
        self._loop = loop
        self._late: list[float] = []

    @callback
    def start(self) -> None:
        """Begin to look."""
        self._loop.call_later(TICK_SECONDS, self._tick, self._loop.time() + TICK_SECONDS)

    def _tick(self, due: float) -> None:
        self._late.append(self._loop.time() - due)
        self.start()

    def take(self) -> list[float]:
        """Return the seconds by which each look was late since the last time this was asked."""
        late, self._late = self._late, []
        return late


def resident_bytes() -> int:
    """Return how much memory this process holds, garbage not counted."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES


class _Profile:
    """Where the time of the event loop goes, while it is asked for."""

    running: cProfile.Profile | None = None

    def turn(self, on: bool) -> list[dict[str, Any]]:
        """Begin, or end and return the functions that took longest: name, calls, seconds without and with what they call."""
        running, self.running = self.running, None
        if running is not None:
            running.disable()
        if on:
            self.running = cProfile.Profile()
            self.running.enable()
        if running is None:
            return []
        stats: Any = pstats.Stats(running)
        ours = [
            {
                "name": f"{file.rpartition(GUARD)[2]}:{line} {name}",
                "calls": calls,
                "own": own,
                "all": whole,
            }
            for (file, line, name), (_, calls, own, whole, _) in stats.stats.items()
            if GUARD in file
        ]
        ours.sort(key=lambda row: -row["all"])
        whole = {
            "name": "everything",
            "calls": stats.total_calls,
            "own": stats.total_tt,
            "all": stats.total_tt,
        }
        together = {
            "name": "all of ours",
            "calls": sum(row["calls"] for row in ours),
            "own": sum(row["own"] for row in ours),
            "all": 0.0,
        }
        return [whole, together, *ours[:_PROFILE_ROWS]]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Look from now on, and answer over the WebSocket."""
    delay, profile = LoopDelay(hass.loop), _Profile()
    delay.start()

    @websocket_api.websocket_command({probatio.Required("type"): f"{DOMAIN}/late"})
    @callback
    def late(
        _hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        connection.send_result(message["id"], delay.take())

    @websocket_api.websocket_command({probatio.Required("type"): f"{DOMAIN}/memory"})
    @callback
    def memory(
        _hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        connection.send_result(message["id"], resident_bytes())

    @websocket_api.websocket_command({probatio.Required("type"): f"{DOMAIN}/memories"})
    @callback
    def memories(
        _hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        connection.send_result(message["id"], [asdict(item) for item in found_in(hass)])

    @websocket_api.websocket_command({probatio.Required("type"): f"{DOMAIN}/lift_limits"})
    @callback
    def lift_limits(
        _hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        rates = rates_of(hass)
        for rate in rates:
            rate.limit = 1_000_000
        connection.send_result(message["id"], len(rates))

    @websocket_api.websocket_command(
        {probatio.Required("type"): f"{DOMAIN}/profile", probatio.Required("on"): bool}
    )
    @callback
    def profiled(
        _hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        connection.send_result(message["id"], profile.turn(message["on"]))

    for command in (late, memory, memories, lift_limits, profiled):
        websocket_api.async_register_command(hass, command)
    return True
