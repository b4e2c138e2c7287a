"""What can be spoken and ends in something that nobody is asked about, by configuration."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from homeassistant.components.media_player.const import DOMAIN as MEDIA_PLAYER
from homeassistant.components.notify.const import ATTR_MESSAGE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..assist.pipelines import uses_default_agent
from ..channels.names import shown_call
from ..const import CONF_ACTIONS, CONF_FREE_ACTIONS, CONF_REACTIONS, DOMAIN
from ..core.household import Reactions
from ..core.senders import Sort
from ..hooks.household_commands import says_only
from ..interception.action_table import SENDERS
from .bypass import Bypass
from .causes import Slices
from .sequences import Spoken, Start
from .steps import Call, templated, text_of

if TYPE_CHECKING:
    from ..runtime import Components

BYPASS_AGENT: Final = "gap_agent"
BYPASS_ACTION: Final = "gap_action"
BYPASS_LOOKS: Final = "gap_looks"
BYPASS_REACTION: Final = "gap_reaction"
BYPASS_TEMPLATE: Final = "gap_template"
BYPASS_VOICES: Final = "gap_voices"

_TEXT_COMMAND: Final = "custom"
"""Media type of a text command to another assistant (alexa_media, and others that follow it)."""


async def ways_of(
    spoken: Collection[Spoken], hass: HomeAssistant, components: Components
) -> tuple[Bypass, ...]:
    """Return what to tell about what can be spoken: once for each thing and each action."""
    slices = Slices()
    found: dict[str, Bypass] = {}
    for item in spoken:
        for call in item.calls:
            bypass = _way(item, call, hass, components)
            if bypass is not None:
                found.setdefault(bypass.id, bypass)
            await slices.rest()
    return tuple(found.values())


def _way(item: Spoken, call: Call, hass: HomeAssistant, components: Components) -> Bypass | None:
    if call.reaction and components.guard.household.reactions is Reactions.IGNORE:
        return None
    if call.action is None:
        return _worked_out(item, call, hass, components)
    domain, _, name = call.action.partition(".")
    guarded = components.actions.guards(domain, name)
    if item.start is Start.OTHER_VOICES:
        return _of_other_voices(item, call, hass) if guarded or carries_words(hass, call) else None
    if guarded:
        return _about_guarded(item, call, components)
    if call.action not in components.actions.free and carries_words(hass, call):
        return _about(BYPASS_ACTION, item, call, CONF_ACTIONS)
    return _nameless(BYPASS_AGENT, item) if _asks_agent(call, hass, components) else None


def _about_guarded(item: Spoken, call: Call, components: Components) -> Bypass | None:
    """Return what to tell about a call that is guarded: that it is not held here, or only on a guess."""
    if _passes_on(call, components):
        return _about(BYPASS_REACTION, item, call, CONF_REACTIONS, Reactions.HOLD.value)
    action = str(call.action)
    guessed = components.actions.guesses(*action.split(".", 1))
    if guessed and not _is_somebodys(action, components):
        return _about(BYPASS_LOOKS, item, call, CONF_FREE_ACTIONS)
    return None


def _is_somebodys(action: str, components: Components) -> bool:
    """Return whether a contact is reached through it: then the household has said that it sends."""
    return any(
        item.action == action
        for contact in components.guard.household.contacts
        for channel in contact.channels
        for item in channel.calls
    )


def _worked_out(
    item: Spoken, call: Call, hass: HomeAssistant, components: Components
) -> Bypass | None:
    """Return what to tell about a template for an action: nothing where whatever it can come to is closed."""
    meant = [
        way
        for action in call.may_be
        if (way := _way(item, replace(call, action=action), hass, components)) is not None
    ]
    if call.may_be and not meant:
        return None
    if meant and {way.kind for way in meant} == {BYPASS_REACTION}:
        return meant[0]
    if item.start is Start.OTHER_VOICES and call.may_be:
        return _of_other_voices(item, call, hass)
    return _nameless(BYPASS_TEMPLATE, item)


def _nameless(kind: str, item: Spoken) -> Bypass:
    return Bypass(kind, item.id, {"name": item.name}, fingerprint=item.fingerprint)


def _passes_on(call: Call, components: Components) -> bool:
    """Return whether words that were said go out by way of a helper, since what reacts to a state is let through."""
    household = components.guard.household
    # While the household only watches it lets everything through, and has been told so.
    lets_through = household.reactions is Reactions.RECORD and not household.observe
    return lets_through and call.reaction and call.carried and templated(call.data)


def _about(kind: str, item: Spoken, call: Call, option: str, value: str = "") -> Bypass:
    action = str(call.action)
    return Bypass(
        kind,
        f"{item.id}_{action}",
        {"name": item.name, "action": action, "way": " → ".join((*call.way, action))},
        value=value or action,
        option=option,
        fingerprint=item.fingerprint,
    )


def _of_other_voices(item: Spoken, call: Call, hass: HomeAssistant) -> Bypass:
    way = " → ".join((*call.way, shown_call(hass, call)))
    return Bypass(
        BYPASS_VOICES, item.id, {"name": item.name, "way": way}, fingerprint=item.fingerprint
    )


def carries_words(hass: HomeAssistant, call: Call) -> bool:
    """Return whether a call that is not guarded can carry words out of the house or to another room."""
    if call.action is None:
        return ATTR_MESSAGE in call.data  # whatever it is worked out to be, it is handed words
    sort = SENDERS.known(call.action)
    if call.action == f"{MEDIA_PLAYER}.play_media":
        return text_of(call.data.get("media_content_type")) == _TEXT_COMMAND
    if sort is Sort.FETCHES:
        # An address that stands in the configuration says nothing of what was said.
        return templated(call.data)
    if sort is not None:
        # A gate's address takes no words, whatever it is handed.
        told = sort is Sort.TOLD and not says_only(hass, call.action)
        return told or sort is Sort.SENDS
    domain = call.action.partition(".")[0]
    if domain == "pyscript":
        return not call.action.endswith(".reload")
    return domain != DOMAIN and ATTR_MESSAGE in call.data


def _asks_agent(call: Call, hass: HomeAssistant, components: Components) -> bool:
    """Return whether it hands words to an agent that is not guarded."""
    if call.action != "conversation.process":
        return False
    agent = call.data.get("agent_id")
    if uses_default_agent(agent):
        return not components.default_agent.guards_who_asks_directly
    found = er.async_get(hass).async_get(agent) if isinstance(agent, str) else None
    return found is None or found.platform != DOMAIN
