"""The fields of the forms, with what Home Assistant knows to choose from."""

from collections.abc import Iterable, Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.helpers.selector import (
    ActionSelector,
    AreaSelector,
    AreaSelectorConfig,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from ..approvals.button import BUTTON_DOMAINS
from ..approvals.registrations import phones as registered_phones
from ..const import LEVEL_INHERIT, MOST_MODEL_STEPS, SEVERAL_ALL, SEVERAL_IN_TURN
from ..core.household import Reactions
from ..core.language import Language
from ..core.level import Level
from ..home.assistants import async_assistants
from ..interception.intents import looks_like_message
from .checks import BUILT_IN_DOMAINS

NOTIFY_DOMAIN = "notify"
SATELLITE_DOMAIN = "assist_satellite"

FREE_NOTIFY_ACTIONS = frozenset({"persistent_notification", "send_message"})
"""What is no channel: the first stays in the house, the second needs an entity."""

SENDING_DOMAINS = ("rest_command", "shell_command", "script", "mqtt", "tts")
"""Where actions live that may send something without being called notify."""

SET_UP_LEVELS = (Level.PHRASE, Level.CODE, Level.DEVICE)
HOUSEHOLD_LEVELS = tuple(Level)
CONTACT_LEVELS = tuple(level for level in Level if level is not Level.NONE)

yes_or_no = BooleanSelector()
one_text = TextSelector()
several_texts = TextSelector(TextSelectorConfig(multiple=True))
action_sequence = ActionSelector()
model_steps = NumberSelector(
    NumberSelectorConfig(min=0, max=MOST_MODEL_STEPS, step=1, mode=NumberSelectorMode.SLIDER)
)
notify_entities = EntitySelector(EntitySelectorConfig(domain=NOTIFY_DOMAIN, multiple=True))
buttons = EntitySelector(EntitySelectorConfig(domain=list(BUTTON_DOMAINS), multiple=True))
light = EntitySelector(EntitySelectorConfig(domain="light"))
areas = AreaSelector(AreaSelectorConfig(multiple=True))


def levels(offered: Iterable[Level], *, inherit: bool = False) -> SelectSelector:
    """Return a choice of levels; a contact may also have none of its own."""
    labels = [level.label for level in offered]
    return _choice([LEVEL_INHERIT, *labels] if inherit else labels, "level")


several_channels = SelectSelector(
    SelectSelectorConfig(
        options=[SEVERAL_ALL, SEVERAL_IN_TURN],
        translation_key="several",
        mode=SelectSelectorMode.LIST,
    )
)
reactions = SelectSelector(
    SelectSelectorConfig(
        options=[reaction.value for reaction in Reactions],
        translation_key="reactions",
        mode=SelectSelectorMode.LIST,
    )
)


@callback
def pipelines(hass: HomeAssistant) -> tuple[SelectSelector, list[str]]:
    """Return a choice of the assistants that there are, and the ids of all of them."""
    found = async_assistants(hass)
    options = [SelectOptionDict(value=item.id, label=item.name) for item in found]
    return _several(options), [item.id for item in found]


def drafts(languages: Iterable[Language]) -> tuple[SelectSelector, list[str]]:
    """Return a choice of the languages whose files are drafts, and the codes of all of them."""
    found = [language for language in languages if language.draft]
    options = [SelectOptionDict(value=one.code, label=one.name) for one in found]
    return _several(options), [one.code for one in found]


@callback
def further_actions(hass: HomeAssistant) -> SelectSelector:
    """Return a choice of actions that may send; any other can be typed in."""
    found = [
        f"{domain}.{name}"
        for domain in SENDING_DOMAINS
        for name in hass.services.async_services_for_domain(domain)
        if domain not in BUILT_IN_DOMAINS
    ]
    return _several(sorted(found), custom=True)


free_actions = SelectSelector(SelectSelectorConfig(options=[], multiple=True, custom_value=True))
"""Actions that a person has let through for good; any can be typed in."""


@callback
def intents(hass: HomeAssistant) -> SelectSelector:
    """Return a choice of the intents that are handled, those that may send first; any can be typed in."""
    found = {handler.intent_type: handler for handler in intent.async_get(hass)}
    return _several(
        sorted(found, key=lambda name: (not looks_like_message(found[name]), name)), custom=True
    )


async def users(hass: HomeAssistant) -> tuple[SelectSelector, list[str]]:
    """Return a choice of the people who can log in, and the ids of all of them."""
    found = [
        user
        for user in await hass.auth.async_get_users()
        if user.is_active and not user.system_generated
    ]
    options = [SelectOptionDict(value=user.id, label=user.name or user.id) for user in found]
    return _several(options), [user.id for user in found]


async def phones(hass: HomeAssistant) -> tuple[SelectSelector, list[str]]:
    """Return a choice of the phones with the app, with whom they belong to, and the ids of all of them."""
    found = registered_phones(hass)
    options = []
    for phone in found:
        owner = await hass.auth.async_get_user(phone.user_id)
        label = phone.name if owner is None or not owner.name else f"{phone.name} ({owner.name})"
        options.append(SelectOptionDict(value=phone.id, label=label))
    return _several(options), [phone.id for phone in found]


def labelled(labels: Mapping[str, str], *, several: bool = False) -> SelectSelector:
    """Return a choice of one value, or of several, by their labels."""
    options = [SelectOptionDict(value=value, label=label) for value, label in labels.items()]
    mode = SelectSelectorMode.LIST if several else SelectSelectorMode.DROPDOWN
    return SelectSelector(SelectSelectorConfig(options=options, multiple=several, mode=mode))


def reach(labels: Mapping[str, str], further: Iterable[str]) -> SelectSelector:
    """Return a choice of who or what receives messages, in the order in which they are picked.

    Args:
        labels: What is there, by its key.
        further: Entries that lead to a form of their own; their texts are translated.
    """
    options = [SelectOptionDict(value=value, label=label) for value, label in labels.items()]
    options += [SelectOptionDict(value=value, label=value) for value in further]
    return SelectSelector(
        SelectSelectorConfig(
            options=options,
            multiple=True,
            translation_key="reach",
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def person(names: Mapping[str, str]) -> SelectSelector:
    """Return a choice of a contact by its id; a new name can be typed in."""
    options = [SelectOptionDict(value=value, label=label) for value, label in names.items()]
    return SelectSelector(
        SelectSelectorConfig(options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    )


def word_fields(known: Iterable[str]) -> SelectSelector:
    """Return a choice of a field; any other can be typed in."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(known), custom_value=True, mode=SelectSelectorMode.DROPDOWN
        )
    )


def _choice(options: list[str], translation_key: str) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options, translation_key=translation_key, mode=SelectSelectorMode.DROPDOWN
        )
    )


def _several(
    options: list[SelectOptionDict] | list[str], *, custom: bool = False
) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options, multiple=True, custom_value=custom, mode=SelectSelectorMode.DROPDOWN
        )
    )
