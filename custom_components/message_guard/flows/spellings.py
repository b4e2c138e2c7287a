"""Other spellings of a contact's name, for whoever adds it to tick: recognisers write one name for another."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import probatio

from ..const import CONF_ALIASES, CONF_CONTACT_NAME, CONF_PHRASE, CONF_PIPELINES
from ..core.contacts import Contact
from ..core.spellings import MOST_SPELLINGS, other_spellings
from ..home.ears_names import names_as_written
from . import fields
from .checks import name_problem
from .contact_data import SECTION_MORE, kept
from .languages import all_languages, household_languages
from .sound import sounds_like

CONF_SPELLINGS: Final = "spellings"


async def spellings_to_offer(
    hass: HomeAssistant,
    entry: ConfigEntry,
    details: Mapping[str, Any],
    others: Iterable[Contact],
) -> list[str]:
    """Return what may be ticked as another name of a contact; nothing that means, or sounds like, somebody else.

    Args:
        hass: Home Assistant.
        entry: The household's entry.
        details: The contact as it will be stored, with its name and the other names that it has already.
        others: The other contacts.
    """
    languages = await all_languages(hass)
    phrase = str(entry.options.get(CONF_PHRASE, ""))
    known, name = list(others), details[CONF_CONTACT_NAME]
    pipelines = entry.options.get(CONF_PIPELINES, ())
    heard = await names_as_written(hass, pipelines, name, languages)
    found: dict[str, None] = {}
    for language in await household_languages(hass, pipelines):
        has = {language.name_key(one) for one in (*details[CONF_ALIASES], *found)}
        # What the household's own engines write comes first.
        for one in (*heard, *other_spellings(name, language)):
            free = name_problem(one, languages, phrase, known) is None
            key = language.name_key(one)
            if free and key not in has and not await sounds_like(hass, one, known):
                has.add(key)
                found[one] = None
    return list(found)[:MOST_SPELLINGS]


def spellings_schema(offered: Iterable[str]) -> probatio.Schema:
    """Return the form that offers them; none is ticked."""
    labels = {one: one for one in offered}
    field = probatio.Required(CONF_SPELLINGS, default=list)
    return probatio.Schema({field: fields.labelled(labels, several=True)})


def with_spellings(
    entered: Mapping[str, Any], stored: Mapping[str, Any], ticked: Iterable[str]
) -> dict[str, Any]:
    """Return what was entered in a contact's form with these among its other names.

    Args:
        entered: The form's answers.
        stored: The contact as it was before, for a form whose folded part was not opened.
        ticked: The spellings.
    """
    more = entered.get(SECTION_MORE, kept(stored))
    aliases = [*more.get(CONF_ALIASES, []), *ticked]
    return {**entered, SECTION_MORE: {**more, CONF_ALIASES: aliases}}
