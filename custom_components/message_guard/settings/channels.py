"""Channels, as a contact stores them.

A contact used to have one channel, stored beside its other settings; its channels stand in a list now.
Both are read, and only the list is written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID

from ..bypasses.steps import calls_in
from ..const import (
    CONF_CALL_ACTION,
    CONF_CALL_DATA,
    CONF_CHANNEL,
    CONF_CHANNELS,
    CONF_SEQUENCE,
    CONF_SEVERAL,
    CONF_TARGETS,
    CONF_WORDS,
    SEVERAL_ALL,
    SEVERAL_IN_TURN,
)
from ..core.contacts import Channel, ChannelKind
from ..core.fixed_call import DEFAULT_WORDS, FixedCall

MOBILE_APP_NOTIFY: Final = "mobile_app.notify"
"""How the action of a phone's device is called here."""


class UnreadableError(ValueError):
    """Something stored is not what it must be; the text names the setting and never its value."""


def channels_from_data(data: Mapping[str, Any]) -> tuple[Channel, ...]:
    """Return the channels in a contact's data, at least one.

    Raises:
        UnreadableError: If one of them cannot be read, or there is none.
    """
    stored = data.get(CONF_CHANNELS)
    if stored is None:
        return (channel_from_data(data),)
    if not isinstance(stored, list) or not stored:
        raise UnreadableError(CONF_CHANNELS)
    return tuple(channel_from_data(_mapping(item, CONF_CHANNELS)) for item in stored)


def in_turn_from_data(data: Mapping[str, Any]) -> bool:
    """Return whether a contact's channels are used one after the other.

    Raises:
        UnreadableError: If it says neither this nor that.
    """
    several = data.get(CONF_SEVERAL, SEVERAL_ALL)
    if several not in (SEVERAL_ALL, SEVERAL_IN_TURN):
        raise UnreadableError(CONF_SEVERAL)
    return bool(several == SEVERAL_IN_TURN)


def stored_channels(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the channels in a contact's data as a list, whichever version has stored them."""
    stored = data.get(CONF_CHANNELS)
    if isinstance(stored, list):
        return [dict(item) for item in stored if isinstance(item, Mapping)]
    keys = (CONF_CHANNEL, CONF_TARGETS, CONF_SEQUENCE)
    return [{key: data[key] for key in keys if key in data}] if CONF_CHANNEL in data else []


def channel_from_data(data: Mapping[str, Any]) -> Channel:
    """Return one channel.

    Raises:
        UnreadableError: If the kind is unknown, or it reaches nothing.
    """
    try:
        kind = ChannelKind(_text(data.get(CONF_CHANNEL), CONF_CHANNEL))
    except ValueError as error:
        raise UnreadableError(CONF_CHANNEL) from error
    if kind is ChannelKind.ACTIONS:
        sequence = data.get(CONF_SEQUENCE)
        if not isinstance(sequence, list) or not sequence:
            raise UnreadableError(CONF_SEQUENCE)
        return Channel(kind=kind, sequence=tuple(sequence), runs=tuple(fixed_calls(sequence)))
    if kind is ChannelKind.ACTION:
        return Channel(kind=kind, call=_fixed_call(data))
    targets = data.get(CONF_TARGETS)
    if not isinstance(targets, list) or not targets or not all(targets):
        raise UnreadableError(CONF_TARGETS)
    return Channel(kind=kind, targets=tuple(_text(item, CONF_TARGETS) for item in targets))


def _fixed_call(data: Mapping[str, Any]) -> FixedCall:
    action = _text(data.get(CONF_CALL_ACTION), CONF_CALL_ACTION)
    if not all(action.partition(".")):
        raise UnreadableError(CONF_CALL_ACTION)
    fields = _mapping(data.get(CONF_CALL_DATA, {}), CONF_CALL_DATA)
    words = _text(data.get(CONF_WORDS, DEFAULT_WORDS), CONF_WORDS)
    return FixedCall(action, dict(fields), words)


def fixed_calls(sequence: Any) -> Iterator[FixedCall]:
    """Yield what of a sequence is fixed. A call that works out whom it reaches is nobody's."""
    for call in calls_in(sequence):
        if call.action is None:
            continue
        if call.action == MOBILE_APP_NOTIFY:
            yield FixedCall(MOBILE_APP_NOTIFY, {ATTR_DEVICE_ID: call.data.get(ATTR_DEVICE_ID)})
            continue
        words = words_field(call.data)
        fields = {name: value for name, value in call.data.items() if name != words}
        if not any(is_template(value) for value in fields.values()):
            yield FixedCall(call.action, fields, words or DEFAULT_WORDS)


def words_field(data: Mapping[str, Any]) -> str | None:
    """Return the field that is handed the message, None if none is or several are."""
    found = [name for name, value in data.items() if isinstance(value, str) and _holds(value)]
    return found[0] if len(found) == 1 else None


def _holds(text: str) -> bool:
    return is_template(text) and "message" in text


def is_template(value: object) -> bool:
    """Return whether a template stands in a value, or in anything in it."""
    if isinstance(value, str):
        return any(mark in value for mark in ("{{", "{%", "{#"))
    if isinstance(value, Mapping):
        return any(is_template(part) for item in value.items() for part in item)
    return isinstance(value, list | tuple) and any(is_template(item) for item in value)


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UnreadableError(name)
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise UnreadableError(name)
    return value
