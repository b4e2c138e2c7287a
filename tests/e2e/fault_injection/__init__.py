"""Breaks functions of a running Home Assistant on demand. For tests only; never shipped.

A fault is named "package.module:function" or "package.module:Class.method". Whoever calls what is
broken gets an exception that no code is prepared for. With `at_start` in its configuration a fault
is there before any integration that depends on this one is set up.
"""

from collections.abc import Callable
import importlib
import inspect
import sys
from types import ModuleType
from typing import Any, NoReturn

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import probatio

DOMAIN = "fault_injection"

CONFIG_SCHEMA = probatio.Schema(
    {DOMAIN: probatio.Schema({probatio.Optional("at_start", default=list): [cv.string]})},
    extra=probatio.ALLOW_EXTRA,
)

_BREAK_SCHEMA = probatio.Schema({probatio.Required("fault"): cv.string})


class InjectedError(Exception):
    """What a broken function raises."""


class Faults:
    """What is broken, and how to repair it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Break nothing yet."""
        self._hass = hass
        self._broken: list[tuple[Any, str, Any]] = []

    async def inject(self, fault: str) -> None:
        """Break one function.

        Raises:
            AttributeError: If there is no such function: a test that breaks nothing shows nothing.
        """
        module_name, _, path = fault.partition(":")
        owner: Any = await self._hass.async_add_executor_job(importlib.import_module, module_name)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        original = getattr(owner, name)
        failing = _failing(original)
        for holder in [owner, *_importers(module_name, name, original)]:
            self._broken.append((holder, name, original))
            setattr(holder, name, failing)

    def repair(self) -> None:
        """Put everything back."""
        while self._broken:
            owner, name, original = self._broken.pop()
            setattr(owner, name, original)


def _importers(module_name: str, name: str, original: Any) -> list[ModuleType]:
    """Return the modules of the same integration that have imported a function by its name."""
    package = ".".join(module_name.split(".")[:2])
    # A copy, made at once: other threads import meanwhile.
    return [
        module
        for found, module in list(sys.modules.items())
        if f"{found}.".startswith(f"{package}.")
        and found != module_name
        and vars(module).get(name) is original
    ]


def _failing(original: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(original):

        async def fail_later(*_: Any, **__: Any) -> NoReturn:
            raise InjectedError

        return fail_later

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise InjectedError

    return fail


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Break what is to be broken from the start, and offer the actions."""
    faults = Faults(hass)

    async def inject(call: ServiceCall) -> None:
        await faults.inject(call.data["fault"])

    async def repair(call: ServiceCall) -> None:
        faults.repair()

    for fault in config[DOMAIN]["at_start"]:
        await faults.inject(fault)
    hass.services.async_register(DOMAIN, "inject", inject, schema=_BREAK_SCHEMA)
    hass.services.async_register(DOMAIN, "repair", repair)
    return True
