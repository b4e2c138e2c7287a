"""What happens to what people write to the house: for everybody, and for one contact."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TimeSelector,
)
import probatio

from ..const import (
    CONF_INCOMING,
    CONF_INCOMING_MEDIA,
    CONF_INCOMING_MICROPHONE,
    CONF_INCOMING_MOST,
    CONF_INCOMING_NOBODY_HOME,
    CONF_INCOMING_PLACES,
    CONF_INCOMING_QUIET,
    CONF_INCOMING_READING,
    CONF_INCOMING_SENDERS,
    CONF_QUIET_END,
    CONF_QUIET_START,
)
from ..core.incoming import is_sender
from ..core.incoming_rules import MOST_IN_AN_HOUR, Handling, Media
from ..settings.incoming import READINGS

SECTION_INCOMING: Final = CONF_INCOMING

_satellites = EntitySelector(EntitySelectorConfig(domain="assist_satellite", multiple=True))
_most = NumberSelector(NumberSelectorConfig(min=1, max=200, step=1, mode=NumberSelectorMode.BOX))

_QUIET: Final[dict[Any, Any]] = {
    probatio.Required(CONF_INCOMING_QUIET, default=False): BooleanSelector(),
    probatio.Required(CONF_QUIET_START, default="22:00:00"): TimeSelector(),
    probatio.Required(CONF_QUIET_END, default="07:00:00"): TimeSelector(),
}

INCOMING: Final = probatio.Schema(
    {
        probatio.Optional(CONF_INCOMING_PLACES, default=list): _satellites,
        probatio.Required(CONF_INCOMING_NOBODY_HOME, default=True): BooleanSelector(),
        probatio.Required(CONF_INCOMING_MEDIA, default=Media.WAIT): SelectSelector(
            SelectSelectorConfig(
                options=list(Media.ALL),
                translation_key="incoming_media",
                mode=SelectSelectorMode.LIST,
            )
        ),
        probatio.Required(CONF_INCOMING_MICROPHONE, default=False): BooleanSelector(),
        **_QUIET,
    }
)
"""For everybody."""

_CONTACT: Final = probatio.Schema(
    {
        probatio.Required(CONF_INCOMING_READING, default=Handling.TELL.label): SelectSelector(
            SelectSelectorConfig(
                options=list(READINGS),
                translation_key="incoming_reading",
                mode=SelectSelectorMode.LIST,
            )
        ),
        probatio.Optional(CONF_INCOMING_SENDERS, default=list): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
        probatio.Optional(CONF_INCOMING_PLACES, default=list): _satellites,
        probatio.Required(CONF_INCOMING_MOST, default=MOST_IN_AN_HOUR): _most,
        **_QUIET,
    }
)


def incoming_section() -> section:
    """Return the folded-up part of a contact's form."""
    return section(_CONTACT, {"collapsed": True})


def incoming_of(entered: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered about a contact's messages, as it is stored; nothing where nobody has opened it."""
    found = entered.get(SECTION_INCOMING, before.get(CONF_INCOMING))
    if not isinstance(found, Mapping):
        return {}
    senders = [str(sender).strip() for sender in found.get(CONF_INCOMING_SENDERS, [])]
    stored = {
        **found,
        CONF_INCOMING_SENDERS: list(dict.fromkeys(filter(None, senders))),
        CONF_INCOMING_MOST: int(found.get(CONF_INCOMING_MOST, MOST_IN_AN_HOUR)),
    }
    return {CONF_INCOMING: stored}


def sender_problem(entered: Mapping[str, Any]) -> str | None:
    """Return what is wrong with who was named, as the key of an error; None where it will do."""
    found = entered.get(SECTION_INCOMING, {})
    senders = found.get(CONF_INCOMING_SENDERS, []) if isinstance(found, Mapping) else []
    return None if all(is_sender(str(one).strip()) for one in senders if one) else "sender_invalid"
