"""The part of the form about the ledger that says where it is forwarded to.

A secret is taken and never shown again: who leaves it empty keeps the one that is stored, as long as it goes to the same
address in the same header.
"""

from collections.abc import Mapping, Sequence
import logging
from typing import Any, Final

from homeassistant.helpers.selector import (
    BooleanSelector,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..const import CONF_DESTINATIONS
from ..core.errors import LedgerError
from ..forwarding.carrier import now_us
from ..forwarding.destination import (
    Destination,
    HttpError,
    address,
    header_name,
    header_value,
    home_label,
)
from ..forwarding.format.records import Fields
from ..forwarding.outboxes import (
    CONF_FIELDS,
    CONF_HEADER,
    CONF_HOME,
    CONF_SECRET,
    CONF_SINCE,
    CONF_URL,
    chosen_destinations,
)
from ..forwarding.posting import Verdict
from ..runtime import MessageGuardConfigEntry, components_of
from . import fields

_LOGGER = logging.getLogger(__name__)

CONF_SHOWN_DESTINATIONS: Final = "destinations"
"""What the form shows of CONF_DESTINATIONS."""
CONF_EVERYTHING: Final = "everything"
"""Whether what is in the log already goes, too; stored as CONF_SINCE."""

_secret = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_fields = SelectSelector(
    SelectSelectorConfig(
        options=[each.value for each in Fields],
        translation_key="destination_fields",
        mode=SelectSelectorMode.DROPDOWN,
    )
)

DESTINATIONS: Final = ObjectSelector(
    ObjectSelectorConfig(
        fields={
            CONF_URL: ObjectSelectorField(selector=fields.one_text, required=True),
            CONF_HEADER: ObjectSelectorField(selector=fields.one_text),
            CONF_SECRET: ObjectSelectorField(selector=_secret),
            CONF_FIELDS: ObjectSelectorField(selector=_fields, default=Fields.EVENTS.value),
            CONF_HOME: ObjectSelectorField(selector=fields.one_text),
            CONF_EVERYTHING: ObjectSelectorField(selector=BooleanSelector(), default=False),
        },
        multiple=True,
        label_field=CONF_URL,
        translation_key="destination",
    )
)


class EntryError(ValueError):
    """What was entered is no destination.

    Attributes:
        error: Which error the form shows.
        name: The destination, as the error names it.
    """

    def __init__(self, error: str, name: str) -> None:
        """Name the error and the destination."""
        super().__init__(error)
        self.error = error
        self.name = name


def shown_destinations(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the destinations as the form shows them: without secrets."""
    return {
        CONF_SHOWN_DESTINATIONS: [
            {
                CONF_URL: each.url,
                CONF_HEADER: each.header,
                CONF_FIELDS: each.fields.value,
                CONF_HOME: each.home,
                CONF_EVERYTHING: not each.since,
            }
            for each in chosen_destinations(options)
        ]
    }


def entered_destinations(
    options: Mapping[str, Any], entered: Mapping[str, Any]
) -> list[Destination | EntryError]:
    """Return the destinations that were entered, or what is wrong with one, in their order."""
    known = {each.url: each for each in chosen_destinations(options)}
    found: list[Destination | EntryError] = []
    urls: set[str] = set()
    for each in entered.get(CONF_SHOWN_DESTINATIONS, []):
        try:
            destination = _entered(each, known)
        except EntryError as error:
            found.append(error)
            continue
        twice = destination.url in urls
        found.append(EntryError("destination_twice", destination.host) if twice else destination)
        urls.add(destination.url)
    return found


def _entered(each: Mapping[str, Any], known: Mapping[str, Destination]) -> Destination:
    """Return one destination; raises EntryError."""
    url = str(each[CONF_URL])
    try:
        url = address(url)
    except HttpError as error:
        raise EntryError("destination_http", url) from error
    except ValueError as error:
        raise EntryError("destination_url", url) from error
    before = known.get(url)
    secret = each.get(CONF_SECRET) or ""
    try:
        header = header_name(each.get(CONF_HEADER) or "")
    except ValueError as error:
        raise EntryError("destination_header", _host(url)) from error
    if secret and not header:
        raise EntryError("destination_header", _host(url))
    if not secret and before is not None and header == before.header:
        secret = before.secret
    try:
        value = header_value(secret) if header else ""
    except ValueError as error:
        raise EntryError("destination_secret", _host(url)) from error
    try:
        home = home_label(each.get(CONF_HOME) or "")
    except ValueError as error:
        raise EntryError("destination_home", _host(url)) from error
    since = 0 if each.get(CONF_EVERYTHING) else (before.since if before else 0) or now_us()
    return Destination(
        url=url,
        header=header,
        secret=value,
        fields=Fields(each.get(CONF_FIELDS) or Fields.EVENTS),
        home=home,
        since=since,
    )


def _host(url: str) -> str:
    return Destination(url=url).host


def destination_options(destinations: Sequence[Destination | EntryError]) -> dict[str, Any]:
    """Return the destinations as they are stored."""
    return {
        CONF_DESTINATIONS: [
            {
                CONF_URL: each.url,
                CONF_HEADER: each.header,
                CONF_SECRET: each.secret,
                CONF_FIELDS: each.fields.value,
                CONF_HOME: each.home,
                CONF_SINCE: each.since,
            }
            for each in destinations
            if isinstance(each, Destination)
        ]
    }


async def destination_problem(
    entry: MessageGuardConfigEntry,
    destinations: Sequence[Destination | EntryError],
    placeholders: dict[str, str],
) -> dict[str, str]:
    """Return the error of the destinations that were entered; says in `placeholders` which one it is.

    Each that is new has to take a sign of life first, and so has each whose address or secret was changed.
    """
    known = {(each.url, each.header, each.secret) for each in chosen_destinations(entry.options)}
    for each in destinations:
        if isinstance(each, EntryError):
            placeholders["destination"] = each.name
            return {CONF_SHOWN_DESTINATIONS: each.error}
    for each in destinations:
        if not isinstance(each, Destination) or (each.url, each.header, each.secret) in known:
            continue
        verdict = await _first(entry, each)
        if verdict is not Verdict.ACCEPTED:
            placeholders["destination"] = each.host
            error = "not_started" if verdict is None else verdict.value
            return {CONF_SHOWN_DESTINATIONS: f"destination_{error}"}
    return {}


async def _first(entry: MessageGuardConfigEntry, destination: Destination) -> Verdict | None:
    """Return what comes of a first sign of life, None if there is nothing to tell of."""
    components = components_of(entry)
    if components is None:
        return None
    try:
        return await components.forwarding.first(destination)
    except LedgerError as error:
        _LOGGER.error("No sign of life could be sent to a destination: %s", error)
        return None
