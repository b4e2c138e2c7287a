"""What to know about the channels of a contact that has just been made."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from homeassistant.components.notify.const import (
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from ..channels.groups import member_calls, member_entities
from ..channels.phones import phone_of_action
from ..channels.reporting import integrations_of, reports
from ..channels.scripts import may_alter
from ..const import DOMAIN
from ..core.contacts import ChannelKind
from ..settings.channels import channel_from_data
from .suggestions import Stored

ADDS_WORDS: Final = frozenset(
    {
        *("apprise", "aws", "file", "google_mail", "html5", "joaoapps_join", "kodi", "mailgun"),
        *("nfandroidtv", "prowl", "pushbullet", "pushover", "pushsafer", "rest", "sendgrid"),
        *("simplepush", "smtp", "syslog", "system_bridge", "xmpp"),
    }
)
"""Integrations that put "Home Assistant" before a message without a title, or above it.

Those whose notify platform uses `ATTR_TITLE_DEFAULT`, but for the phone's app, which drops it.
"""

NOTE_UNREPORTED: Final = "note_unreported"
NOTE_ADDS_WORDS: Final = "note_adds_words"
NOTE_ALTERS: Final = "note_alters"


async def notes_about(hass: HomeAssistant, channels: Iterable[Stored]) -> str:
    """Return what to know: a channel that would not tell of a failure, adds words of its own or refuses some; or nothing."""
    known = list(channels)
    calls = [call for stored in known for call in _calls(hass, stored)]
    keys = []
    if any(not reports(hass, *call) for call in calls):
        keys.append(NOTE_UNREPORTED)
    if any(
        ADDS_WORDS & integrations_of(hass, *call) and not call[2].get(ATTR_TITLE) for call in calls
    ):
        keys.append(NOTE_ADDS_WORDS)
    if any(may_alter(hass, channel_from_data(stored)) for stored in known):
        keys.append(NOTE_ALTERS)
    if not keys:
        return ""
    texts = await async_get_translations(hass, hass.config.language, "common", [DOMAIN])
    return " ".join(texts[f"component.{DOMAIN}.common.{key}"] for key in keys)


@callback
def _calls(hass: HomeAssistant, stored: Stored) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what is called to use a channel, as far as that can be told beforehand."""
    channel = channel_from_data(stored)
    if channel.kind is ChannelKind.NOTIFY_ENTITY:
        for entity_id in channel.entities:
            for member in member_entities(hass, entity_id):
                yield NOTIFY_DOMAIN, SERVICE_SEND_MESSAGE, {ATTR_ENTITY_ID: [member]}
    for call in channel.calls:
        for action, data in member_calls(hass, call.action, call.fields):
            phone = phone_of_action(hass, action)
            if phone is not None and phone.entity_id is not None and not data:
                entity = {ATTR_ENTITY_ID: [phone.entity_id]}
                yield NOTIFY_DOMAIN, SERVICE_SEND_MESSAGE, entity
            else:
                domain, _, service = action.partition(".")
                yield domain, service, data
