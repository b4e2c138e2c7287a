"""Names as people say them, out of what devices, chats and actions are called."""

from collections.abc import Sequence
import re
from typing import Final

from .inflected import INFLECTING, owner_of

_APOSTROPHE: Final = "['\u2019`\u00b4]"
_POSSESSIVE: Final = re.compile(rf"{_APOSTROPHE}s\b|{_APOSTROPHE}(?=\s|$)", re.IGNORECASE)
_ELIDED: Final = re.compile(rf"\b(?:[dl]|dell|all){_APOSTROPHE}", re.IGNORECASE)
_OWNED: Final = re.compile(r"^(?P<owner>.+?)(?:的|の)")
_BRACKETS: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_WORD: Final = re.compile(r"[^\s_\-\u2013\u2014:,/|.+#@!]+")

MOST_WORDS: Final = 3

_DEVICES: Final = frozenset(
    {
        *("alert", "alerts", "android", "app", "apple", "asus", "cell", "celular", "cellphone"),
        *(
            "cellulare",
            "chat",
            "command",
            "desktop",
            "device",
            "email",
            "fairphone",
            "flip",
            "fold",
        ),
        *("galaxy", "gerät", "google", "gsm", "handy", "honor", "htc", "huawei", "ipad", "iphone"),
        *("komórka", "laptop", "lenovo", "lg", "lite", "mac", "macbook", "mail", "matrix", "max"),
        *("message", "messages", "messenger", "mini", "mobiel", "mobil", "mobile", "mobiltelefon"),
        *("mobitel", "moto", "motorola", "mqtt", "msg", "móvil", "nachricht", "nokia", "note"),
        *("notification", "notifications", "notify", "notifier", "oneplus", "oppo", "pc", "phone"),
        *("pixel", "plus", "poco", "portable", "pro", "publish", "push", "realme", "redmi", "rest"),
        *("samsung", "script", "se", "send", "signal", "sm", "smartphone", "sms", "sony", "tab"),
        *("tablet", "telefon", "telefone", "telefono", "telefoon", "telegram", "teléfono", "text"),
        *("telefón", "téléphone", "ultra", "watch", "whatsapp", "xiaomi", "xl", "xmpp", "xperia"),
        *("手机", "スマホ", "携帯", "电话"),
    }
)
"""What a thing is called and nobody's name: kinds of devices, makers, models, services."""

_SERVICES: Final = frozenset(
    {
        *("alert", "alerts", "app", "chat", "command", "email", "mail", "matrix", "message"),
        *("messages", "messenger", "mqtt", "msg", "nachricht", "notification", "notifications"),
        *("notify", "notifier", "publish", "push", "rest", "script", "send", "signal", "sms"),
        *("telegram", "text", "whatsapp", "xmpp"),
    }
)
"""Those of them that nobody carries along."""

_OWNING_S: Final = frozenset({"da", "de", "en", "nb", "nl", "sv"})
"""Languages in which "Annas Handy" is Anna's; in others a name may end so, and nobody is named."""

_JOINING: Final = frozenset(
    {
        *("a", "an", "da", "das", "de", "dei", "del", "della", "der", "des", "di", "die", "do"),
        *(
            "du",
            "el",
            "für",
            "for",
            "het",
            "i",
            "il",
            "la",
            "le",
            "les",
            "lo",
            "my",
            "mein",
            "meine",
        ),
        *("mi", "mio", "mon", "od", "of", "o", "os", "para", "per", "pour", "the", "till", "to"),
        *("van", "via", "voor", "von", "with", "y"),
    }
)

_ENDS_IN_S: Final = frozenset(
    {
        *("agnes", "alexis", "amos", "andreas", "andres", "andrés", "angus", "atlas", "boris"),
        *(
            "carlos",
            "charles",
            "chris",
            "claus",
            "columbus",
            "curtis",
            "cyrus",
            "dennis",
            "dolores",
        ),
        *("doris", "douglas", "elias", "ellis", "enes", "francis", "frans", "giles", "gladys"),
        *(
            "gus",
            "hans",
            "harris",
            "ines",
            "inès",
            "inés",
            "iris",
            "isis",
            "james",
            "jarvis",
            "jens",
        ),
        *("jess", "jesus", "jesús", "joris", "jonas", "josias", "jules", "julius", "kids", "klaus"),
        *("lars", "lewis", "linus", "lois", "louis", "lucas", "luis", "lukas", "magnus", "marcos"),
        *("marcus", "markus", "mathias", "mathis", "matias", "matthias", "mavis", "mercedes"),
        *("miles", "moses", "myles", "nicholas", "nicolas", "niels", "nikolas", "nils", "noris"),
        *("otis", "parents", "paris", "phyllis", "rasmus", "rhys", "ross", "russ", "silas"),
        *("tess", "theiss", "thomas", "titus", "tobias", "tomas", "tomás", "travis", "us"),
    }
)
"""Names whose last letter is their own, before "phone" as well."""


def proposed_name(called: str, people: frozenset[str] = frozenset(), language: str = "en") -> str:
    """Return the name of whom something belongs to, as one would say it; empty where nobody is named.

    Args:
        called: What a device, an entity, a chat or an action is called, such as "Anna's iPhone".
        people: Names of people in the home: with one of them nothing has to be guessed.
        language: The home's language, such as "de".
    """
    if (owned := _OWNED.match(called)) is not None:
        return owned["owner"].strip()
    text = _POSSESSIVE.sub(" ", _ELIDED.sub(" ", _BRACKETS.sub(" ", called)))
    words = _WORD.findall(text)
    known = {_key(_WORD.findall(name)): name for name in people}
    if (whole := _key(words)) in known:
        return known[whole]
    plain = not (_POSSESSIVE.search(called) or _ELIDED.search(called))
    if plain and language in INFLECTING and any(map(_is_carried, words)):
        return owner_of([word for word in words if not _is_thing(word)], people)
    kept = _kept(words, known, language)
    if not kept or len(kept) > MOST_WORDS or not all(kept):
        return ""
    if (whole := _key(kept)) in known:
        return known[whole]
    return " ".join(word if word[:1].isupper() else word.capitalize() for word in kept)


def _kept(words: list[str], known: dict[str, str], language: str) -> list[str]:
    """Return what is left of the words without what names a thing; empty ones of which it is not sure."""
    return [
        _own(word, words[index + 1 : index + 2], known, language)
        for index, word in enumerate(words)
        if not _is_thing(word)
    ]


def _key(words: Sequence[str]) -> str:
    """Return words as they are compared: a name is the same with a hyphen in it, and in any case."""
    return " ".join(words).casefold()


def _is_carried(word: str) -> bool:
    """Return whether it is a phone, and not a service: "Telefon Anny" is somebody's, "Telegram Anna" is Anna."""
    lower = word.casefold()
    return lower in _DEVICES and lower not in _SERVICES


def _is_thing(word: str) -> bool:
    lower = word.casefold()
    return (
        lower in _DEVICES
        or lower in _JOINING
        or any(letter.isdigit() for letter in word)
        or not any(letter.isalpha() for letter in word)
        or (len(word) == 1 and word.isascii())
    )


def _own(word: str, after: list[str], known: dict[str, str], language: str) -> str:
    """Return a name without the s that says that something is its; nothing where that is not sure."""
    lower = word.casefold()
    if lower in known:
        return known[lower]
    owns = bool(after) and _is_thing(after[0]) and lower.endswith("s")
    if owns and lower[:-1] in known:
        return known[lower[:-1]]
    if owns and lower not in _ENDS_IN_S and len(lower) > len("abs"):
        return word[:-1] if language in _OWNING_S else ""
    return word
