"""Control: what a person does to the guard itself, which nothing that is spoken can do."""

from dataclasses import replace

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import service

from ..const import DOMAIN
from ..core.control import Caller, Operation, problem
from ..guarding.exemption import delivering
from ..provenance.lineage import Kinship
from ..runtime import Components, MessageGuardConfigEntry
from . import caller_of
from .looking import began_after
from .tokens import is_programs_call


@callback
def guard_entry(hass: HomeAssistant) -> MessageGuardConfigEntry:
    """Return the loaded entry.

    Raises:
        ServiceValidationError: If there is none.
    """
    entry: MessageGuardConfigEntry = service.async_get_config_entry(hass, DOMAIN, None)
    return entry


async def components_outside_a_turn(
    hass: HomeAssistant,
    context: Context,
    operation: Operation = Operation.ASK,
    since: str | None = None,
) -> Components:
    """Return the guard, unless somebody's speech made this call, directly or through a state.

    Args:
        hass: Home Assistant.
        context: That of the call.
        operation: What it wants to do.
        since: A ULID made when what it decides about came to be; None where it decides about nothing.

    Raises:
        ServiceValidationError: If it did, if that cannot be told, if whoever called may not do this, or
            if there is no guard.
    """
    components = await components_to_ask(hass)
    caller = await cause_of_call(hass, components, context)
    if since is not None:
        caller = replace(caller, looked=began_after(context, since))
    if (key := problem(operation, caller, components.guard.household)) is not None:
        raise invalid(key)
    return components


async def components_to_ask(hass: HomeAssistant) -> Components:
    """Return the guard, for what anybody may do.

    Raises:
        ServiceValidationError: If there is none.
    """
    components = guard_entry(hass).runtime_data.components
    if components is None:
        raise invalid("not_started")
    return components


async def cause_of_call(hass: HomeAssistant, components: Components, context: Context) -> Caller:
    """Return who, or what, has made the call that is being handled."""
    lineage = await components.turns.lineage_of_call(context)
    spoken = delivering() or lineage.kinship is not Kinship.NONE
    return await caller_of(hass, context, spoken=spoken, program=is_programs_call(hass))


def failed(key: str, **placeholders: str) -> HomeAssistantError:
    """Return an error of ours that tells a person what to do next; `key` is its translation key."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return one of whoever has called."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
