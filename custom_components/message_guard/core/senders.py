"""Which actions send words out of the house: by the table of Home Assistant's own, else by a rule.

The rule reads an action as a person would who has never heard of its integration: its name, its fields, and
the kind of entities that it acts on. `scripts/bench senders` says how often it is wrong, either way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
import re
from typing import Final


class Sort(StrEnum):
    """What an action does with words."""

    SENDS = "sends"
    """It carries them to somebody, or out of the house."""
    TOLD = "told"
    """It does if the household has made it so: a command of its own, another assistant, an address."""
    FETCHES = "fetches"
    """It opens an address that it is handed, and so carries words out if they stand in it."""
    HOUSE = "house"
    """It says, shows or keeps them in the house."""
    LIST = "list"
    """It enters them into a list or a calendar."""
    OTHER = "other"
    """It is not about words."""
    RULE = "rule"
    """A device or a household names it: the rule decides."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be seen of an action.

    Attributes:
        name: "acme.send_sms".
        fields: The names of its fields; None where nothing describes them.
        entities: Domains of the entities that it acts on.
    """

    name: str
    fields: frozenset[str] | None = None
    entities: frozenset[str] = frozenset()


class Senders:
    """The table of Home Assistant's own actions, and the rule for everybody else's."""

    def __init__(self, table: Mapping[str, Mapping[str, str]]) -> None:
        """Read a table: sort → domain → names, separated by spaces; a star stands for anything."""
        self._exact: dict[str, Sort] = {}
        self._patterns: list[tuple[str, Sort]] = []
        for sort, domains in table.items():
            for domain, names in domains.items():
                for name in names.split():
                    action = f"{domain}.{name}"
                    if "*" in action:
                        self._patterns.append((action, Sort(sort)))
                    else:
                        self._exact[action] = Sort(sort)

    def known(self, action: str) -> Sort | None:
        """Return how the table sorts an action, None if it is not Home Assistant's own."""
        found = self._exact.get(action)
        if found is None:
            matching = (sort for pattern, sort in self._patterns if fnmatchcase(action, pattern))
            found = next(matching, None)
        return None if found is Sort.RULE else found

    def sort(self, shape: Shape) -> Sort:
        """Return what an action does with words; of an integration's own action only whether it sends."""
        found = self.known(shape.name)
        if found is Sort.TOLD and shape.name not in self._exact and says_that_it_sends(shape.name):
            return Sort.SENDS  # `rest_command.send_sms`: the household has named it
        if found is not None:
            return found
        return Sort.SENDS if sends_words(shape) else Sort.OTHER


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- the rule -----------------------------------------------------------------------------------------

_MESSAGES: Final = _words("""
    dm dms email emails fax inbox mail mails message messages mms msg notification
    notifications sms text texts toot tweet whatsapp telegram skeet
""")
"""Words for what one person sends another."""

_CONTENT: Final = _words("""
    album animation attachment audio buttons card chat comment contact contacts document
    embed file files gif image invite link list location media menu note photo picture poll
    post quick reaction reply review status sticker story tasker template url video voice
""")
"""What is sent to somebody as well, and to devices, too: only a verb of `_SENDING` makes it a message."""

_SENDING: Final = _words("""
    alert answer broadcast comment compose dispatch dm edit email fax forward mail message
    msg notify page ping post publish push react reply respond send share sms submit text
    toot tweet skeet whisper
""")

_ALONE: Final = _words("""
    checkin comment dm email fax forward mail message mms msg notify post publish reply
    respond send share sms text toot tweet
""")
"""Verbs that need no object: `acme.publish` sends something to somebody."""

_MESSAGE_VERBS: Final = _words("""
    dm email fax mail message mms msg notify skeet sms text toot tweet whatsapp
""")
"""Verbs that say what they send, whoever follows: `notify_family`."""

_MAKING: Final = frozenset({"create", "make", "new", "start"})

_CALLING: Final = frozenset({"call", "dial", "phone", "ring"})
"""They reach a person; with words they are a message."""

_SHOWN_LATER: Final = _words("""
    autoreply autoresponder away bio greeting profile responder presence status vacation
    voicemail
""")
"""What is shown or sent to others later, by itself."""

_ASKING: Final = frozenset({"order", "request", "book", "report", "feedback"})
"""They reach a person where they carry a remark."""

_READING: Final = _words("""
    abort acknowledge add archive block browse cancel check clear close count delete
    describe disable dismiss download enable erase export fetch find get leave list listen
    load lookup mark mute pin poll purge query read receive refresh reload remove reset
    search set show snooze speak start stop subscribe sync toggle unblock unmute unpin
    unsubscribe update view wait
""")
"""Verbs that carry nothing to anybody, whatever else stands in the name."""

_DEVICE: Final = _words("""
    adb announce announcement blackout button button_text bus can code command commands data
    dmx gcode ir irda key keyboard keycode keypress keys knx lcd led magic modbus mqtt node
    overlay packet pck pronto raw remote rf screen serial signal speaker tts uart wol zigbee
    zwave
""")
"""What is sent to devices."""

_WORDS: Final = _words("""
    body caption comment comments content contents html line markdown message messages msg
    note notes payload prompt question questions reply shout sms status subject summary text
    texts title tweet words
""")
"""Fields that hold what is said."""

_SAID: Final = _words("""
    body caption comment content html message msg shout sms status subject text tweet
""")
"""Of these, those that hold hardly anything else."""

_PEOPLE: Final = _words("""
    account bcc cc channel channel_id chat chat_id chat_ids contact contact_id conversation
    conversation_id email group group_id guild_id handle jid mention mentions msisdn number
    numbers phone phone_number phone_numbers phonenumber receiver recipient recipients
    reply_to room room_id target targets thread_id to user user_id user_ids username users
""")
"""Fields that say to whom."""

_PERSON: Final = _words("""
    chat jid mention mentions msisdn phone phonenumber receiver recipient recipients
""")
"""Words that say so wherever they stand in a field's name."""

_REACTION: Final = frozenset({"react", "reaction", "reactions"})

_HOUSE: Final = _words("""
    alarm_control_panel assist_satellite button camera climate cover fan humidifier
    lawn_mower light lock media_player number remote select siren switch text tts update
    vacuum valve water_heater
""")
"""Entities of the house: what acts on them stays with them."""

_JOINED: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_ABOUT: Final = _words("""
    count expiry format hash id ids index key language length limit size tag template type
    uuid
""")
"""Last words of fields that say something about a message, and hold none."""


def sends_words(shape: Shape) -> bool:
    """Return whether an action that nobody has sorted looks as if it sent words to somebody."""
    name = _split(shape.name.partition(".")[2])
    if not name:
        return False
    fields = None if shape.fields is None else _Fields(shape.fields)
    if _answers_later(name, fields) or _reacts(name, fields):
        return True
    if name[0] in _READING:
        return False
    if "notify" in shape.entities:
        return fields is None or fields.words or not _SENDING.isdisjoint(name)
    if not _HOUSE.isdisjoint(shape.entities) and not _unmistakable(name):
        return False
    return (
        _sends_a_message(name)
        or _sends_something(name, fields)
        or _reaches_somebody(name, fields)
        or (fields is not None and fields.people and fields.said and not _for_a_device(name))
    )


def says_that_it_sends(action: str) -> bool:
    """Return whether a name alone leaves no doubt: a verb of sending, and a message."""
    name = _split(action.partition(".")[2])
    return len(name) > 1 and _sends_a_message(name)


class _Fields:
    """What the names of an action's fields tell."""

    def __init__(self, names: Iterable[str]) -> None:
        split = [(name.lower(), _split(name)) for name in names]
        holding = [words for _, words in split if words and words[-1] not in _ABOUT]
        self.words = any(not _WORDS.isdisjoint(words) for words in holding)
        self.said = any(not _SAID.isdisjoint(words) for words in holding)
        self.people = any(name in _PEOPLE or not _PERSON.isdisjoint(words) for name, words in split)
        self.address = any(not {"url", "file", "media"}.isdisjoint(words) for words in holding)
        self.remark = any(
            words[-1] in {"bio", "comment", "comments", "description", "message", "note", "text"}
            for words in holding
        )


def _split(name: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[^a-z0-9]+", _JOINED.sub("_", name).lower()) if word)


def _for_a_device(name: Iterable[str]) -> bool:
    return not _DEVICE.isdisjoint(name)


def _unmistakable(name: tuple[str, ...]) -> bool:
    return name[0] in _SENDING and not (_MESSAGES - {"text", "texts"}).isdisjoint(name)


def _sends_a_message(name: tuple[str, ...]) -> bool:
    """`send_sms`, `sms_send`, `tweet`, `push_notification`, `create_message`."""
    if _for_a_device(name) and not _unmistakable(name):
        return False
    if name[0] in _MESSAGE_VERBS:
        return True
    verbs = {place for place, word in enumerate(name) if word in _SENDING | _MAKING}
    nouns = {place for place, word in enumerate(name) if word in _MESSAGES}
    return bool(nouns) and bool(verbs - nouns)


def _sends_something(name: tuple[str, ...], fields: _Fields | None) -> bool:
    """`post`, `publish`, `send_photo`, `reply_to_comment`, `edit_buttons` of somebody's chat."""
    if _for_a_device(name) or name[0] not in _SENDING | _ALONE:
        return False
    if fields is None:
        return len(name) == 1 or not _CONTENT.isdisjoint(name)
    if name[0] in {"answer", "reply", "respond"} and fields.words:
        return True
    if fields.people:
        return fields.words or fields.address or not _CONTENT.isdisjoint(name) or len(name) > 1
    return (fields.words or fields.address) and (
        (len(name) == 1 and name[0] in _ALONE) or not _CONTENT.isdisjoint(name[1:])
    )


def _reaches_somebody(name: tuple[str, ...], fields: _Fields | None) -> bool:
    """A call or an order that carries words."""
    if fields is None:
        return False
    if not _CALLING.isdisjoint(name):
        return fields.people and fields.words
    return name[0] in _ASKING and fields.remark


def _reacts(name: tuple[str, ...], fields: _Fields | None) -> bool:
    """A sign that is put under somebody's message."""
    if _REACTION.isdisjoint(name) or name[0] in {"get", "delete", "remove"}:
        return False
    return fields is not None and fields.people


def _answers_later(name: tuple[str, ...], fields: _Fields | None) -> bool:
    """An autoreply, or what others read of somebody: `set_vacation`, `update_profile`."""
    return fields is not None and not _SHOWN_LATER.isdisjoint(name) and fields.remark
