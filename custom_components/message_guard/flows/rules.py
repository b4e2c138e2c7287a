"""What asks for more than usual: risk signals, quiet hours, a PIN."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
    TimeSelector,
)
import probatio

from ..const import CONF_PIN_HASH, CONF_QUIET_END, CONF_QUIET_LEVEL, CONF_QUIET_START, CONF_SIGNALS
from ..core.level import Level
from ..core.pin import is_pin, is_weak
from ..core.rules import nearest
from ..guarding.pins import hash_pin
from ..home.signals import SIGNALS
from ..settings.rules import DEFAULT_SIGNALS, SIGNAL_OFF

CONF_PIN = "pin"
"""A PIN as it is typed; only its hash is kept."""
CONF_PIN_CLEAR = "pin_clear"
SECTION_QUIET = "quiet_hours"

RISK_LEVELS = (Level.PHRASE, Level.CODE, Level.PIN, Level.DEVICE, Level.BLOCK)

secret = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))


def _levels_or_off() -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=[SIGNAL_OFF, *(level.label for level in RISK_LEVELS)],
            translation_key="risk_level",
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


QUIET = probatio.Schema(
    {
        probatio.Required(CONF_QUIET_LEVEL, default=SIGNAL_OFF): _levels_or_off(),
        probatio.Required(CONF_QUIET_START, default="22:00:00"): TimeSelector(),
        probatio.Required(CONF_QUIET_END, default="07:00:00"): TimeSelector(),
    }
)


def quiet_section() -> section:
    """Return the folded-up part of a form that asks for quiet hours."""
    return section(QUIET, {"collapsed": True})


RISKS = probatio.Schema(
    {
        **{
            probatio.Required(name, default=DEFAULT_SIGNALS[name].label): _levels_or_off()
            for name in SIGNALS
        },
        probatio.Optional(SECTION_QUIET): quiet_section(),
    }
)


def risk_values(options: Mapping[str, Any], *, can_tap: bool) -> dict[str, Any]:
    """Return what is set, as the form shows it; what was never set, as it would count in this household.

    Args:
        options: Of the household.
        can_tap: Somebody who may approve has something to tap on.
    """
    signals = options.get(CONF_SIGNALS)
    known = signals if isinstance(signals, Mapping) else {}
    provable = {Level.CODE}
    provable |= {Level.PIN} if options.get(CONF_PIN_HASH) else set()
    provable |= {Level.DEVICE} if can_tap else set()
    counting = {
        name: nearest(frozenset(provable), level).label for name, level in DEFAULT_SIGNALS.items()
    }
    return {name: known.get(name, counting[name]) for name in SIGNALS} | quiet_values(options)


def quiet_values(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored quiet hours, as the form shows them."""
    keys = (CONF_QUIET_LEVEL, CONF_QUIET_START, CONF_QUIET_END)
    return {SECTION_QUIET: {key: stored[key] for key in keys if key in stored}}


def risk_options(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered, as it is stored."""
    return {
        CONF_SIGNALS: {name: entered[name] for name in SIGNALS},
        **entered.get(SECTION_QUIET, {}),
    }


PIN_FIELDS: dict[Any, Any] = {
    probatio.Optional(CONF_PIN): secret,
    probatio.Required(CONF_PIN_CLEAR, default=False): BooleanSelector(),
}
"""A new PIN, or none any more; what is left empty stays as it is."""


def pin_problem(entered: Mapping[str, Any]) -> dict[str, str]:
    """Return the error of a typed PIN."""
    pin = entered.get(CONF_PIN, "")
    if not pin:
        return {}
    if not is_pin(pin):
        return {CONF_PIN: "pin_invalid"}
    return {CONF_PIN: "pin_weak"} if is_weak(pin) else {}


async def pin_options(
    hass: HomeAssistant, entered: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, str]:
    """Return the hash to keep: of a new PIN, else the one before, unless it was taken away."""
    if pin := entered.get(CONF_PIN, ""):
        return {CONF_PIN_HASH: await hass.async_add_executor_job(hash_pin, pin)}
    if entered.get(CONF_PIN_CLEAR) or not before.get(CONF_PIN_HASH):
        return {}
    return {CONF_PIN_HASH: str(before[CONF_PIN_HASH])}
