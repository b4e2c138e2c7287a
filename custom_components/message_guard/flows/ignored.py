"""What Repairs was told to say no more: shown with the same titles, and looked at again when somebody wants it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import probatio

from ..bypasses.bypass import Bypass
from ..bypasses.finding import find_bypasses
from ..channels.names import shown_entity
from ..const import CONF_IGNORED_BYPASSES, DOMAIN
from ..core.errors import LedgerError
from ..home.heard_names import heard_names
from ..runtime import Components, MessageGuardConfigEntry, components_of
from ..settings.household import ignored_bypasses
from . import fields

CONF_LOOK_AGAIN: Final = "look_again"

_EARS: Final = "ears_"
_NAMES: Final = "name_"
_BYPASSES: Final = "gap_"


class _Called(dict[str, str]):
    """Fills every place in a title with the one thing that it is about."""

    def __missing__(self, key: str) -> str:
        return self["subject"]


async def ignored_schema(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> probatio.Schema:
    """Return the form: all that is ignored for good, nothing of it ticked."""
    components = components_of(entry)
    labels = await _ways(hass, entry, components) | await _names(hass, entry, components)
    if components is not None:
        titles = await _titles(hass)
        for key, (kind, engine) in (await components.ears.ignored()).items():
            labels[f"{_EARS}{key}"] = titles[kind].format(engine=engine)
    return probatio.Schema(
        {probatio.Required(CONF_LOOK_AGAIN, default=[]): fields.labelled(labels, several=True)}
    )


async def look_again(entry: MessageGuardConfigEntry, chosen: Collection[str]) -> dict[str, Any]:
    """Return the options without what was chosen; engines are told of again at once."""
    components = components_of(entry)
    engines = {key.removeprefix(_EARS) for key in chosen if key.startswith(_EARS)}
    if components is not None and engines:
        await components.ears.tell_again(engines)
    kept = {key: value for key, value in ignored_bypasses(entry).items() if key not in chosen}
    return {CONF_IGNORED_BYPASSES: kept}


async def _titles(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the titles in Repairs, by what they are about."""
    texts = await async_get_translations(hass, hass.config.language, "issues", [DOMAIN])
    begins = f"component.{DOMAIN}.issues."
    return {
        key.removeprefix(begins).removesuffix(".title"): text
        for key, text in texts.items()
        if key.startswith(begins) and key.count(".") == begins.count(".") + 1
    }


async def _ways(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components | None
) -> dict[str, str]:
    """Return the ways round that are ignored, those that are closed today, too; not what has changed since."""
    titles = await _titles(hass)
    found = () if components is None else await find_bypasses(hass, entry, components)
    bypasses = {bypass.id: bypass for bypass in found}
    return {
        key: _title(hass, titles, key, bypasses.get(key))
        for key, fingerprint in ignored_bypasses(entry).items()
        if key.startswith(_BYPASSES)
        and (key not in bypasses or bypasses[key].fingerprint == fingerprint)
    }


def _title(hass: HomeAssistant, titles: Mapping[str, str], key: str, bypass: Bypass | None) -> str:
    if bypass is not None:
        action = bypass.placeholders.get("action")
        title = titles[bypass.kind].format(**bypass.placeholders)
        return f"{title} ({action})" if action else title
    kind = max((item for item in titles if key.startswith(f"{item}_")), key=len, default="")
    subject = shown_entity(hass, key.removeprefix(f"{kind}_"))
    return titles.get(kind, "{subject}").format_map(_Called(subject=subject))


async def _names(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components | None
) -> dict[str, str]:
    """Return the names that are nobody's and ignored, as long as the message log still has them."""
    ignored = [key for key in ignored_bypasses(entry) if key.startswith(_NAMES)]
    try:
        heard = await heard_names(components) if components is not None and ignored else []
    except LedgerError:
        heard = []
    names = {item.ignored_as: item.name for item in heard}
    texts = await async_get_translations(hass, hass.config.language, "common", [DOMAIN])
    common = f"component.{DOMAIN}.common.ignored_name"
    return {
        key: texts[common].format(name=names[key]) if key in names else texts[f"{common}_gone"]
        for key in ignored
    }
