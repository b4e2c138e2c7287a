"""What is there already and could be a contact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant, callback

from ..approvals.registrations import phones
from ..const import CONF_CHANNEL, CONF_CONTACT_NAME, CONF_TARGETS
from ..core.contacts import Channel, ChannelKind, Contact
from .fields import FREE_NOTIFY_ACTIONS, NOTIFY_DOMAIN, SATELLITE_DOMAIN

MOBILE_APP_PREFIX = "mobile_app_"
PERSON_DOMAIN = "person"
ATTR_USER_ID = "user_id"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A channel that is there, with the name it goes by.

    Attributes:
        kind: Which way it is reached.
        target: The entity or action.
        name: What it is called.
    """

    kind: ChannelKind
    target: str
    name: str

    @property
    def key(self) -> str:
        """Identify it in a form."""
        return f"{self.kind}|{self.target}"

    @property
    def label(self) -> str:
        """Show it in a form."""
        return f"{self.name} ({self.target})"

    @property
    def channel(self) -> Channel:
        """Return it as a channel."""
        return Channel(kind=self.kind, targets=(self.target,))

    @property
    def stored(self) -> dict[str, Any]:
        """Return where it leads, as a contact stores it."""
        return {CONF_TARGETS: [self.target]}

    @property
    def data(self) -> dict[str, Any]:
        """Return it as the beginning of a contact's data."""
        return {
            CONF_CONTACT_NAME: self.name,
            CONF_CHANNEL: self.kind.value,
            **self.stored,
        }


@callback
def suggestions(hass: HomeAssistant, contacts: Iterable[Contact]) -> list[Suggestion]:
    """Return the channels that no contact uses yet, in the order of their names."""
    used = {target for contact in contacts for target in contact.channel.targets}
    found = (*_actions(hass), *_entities(hass))
    return sorted(
        (item for item in found if item.target not in used), key=lambda item: item.name.casefold()
    )


def _entities(hass: HomeAssistant) -> Iterator[Suggestion]:
    kinds = {
        NOTIFY_DOMAIN: ChannelKind.NOTIFY_ENTITY,
        SATELLITE_DOMAIN: ChannelKind.ANNOUNCEMENT,
    }
    for state in hass.states.async_all(tuple(kinds)):
        yield Suggestion(kinds[state.domain], state.entity_id, state.name)


def _owners(hass: HomeAssistant) -> dict[str, str]:
    """Return the names of the persons whose phones have the app, by the action that reaches the phone."""
    persons = {
        state.attributes.get(ATTR_USER_ID): state.name
        for state in hass.states.async_all(PERSON_DOMAIN)
    }
    return {
        f"{NOTIFY_DOMAIN}.{phone.service}": persons[phone.user_id]
        for phone in phones(hass)
        if phone.user_id in persons
    }


def _actions(hass: HomeAssistant) -> Iterator[Suggestion]:
    owners = _owners(hass)
    for name in hass.services.async_services_for_domain(NOTIFY_DOMAIN):
        if name in FREE_NOTIFY_ACTIONS or name == NOTIFY_DOMAIN:
            continue
        target = f"{NOTIFY_DOMAIN}.{name}"
        readable = name.removeprefix(MOBILE_APP_PREFIX).replace("_", " ").capitalize()
        yield Suggestion(ChannelKind.NOTIFY_ACTION, target, owners.get(target, readable))
