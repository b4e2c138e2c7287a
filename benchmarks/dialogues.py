"""What people say in each language: the lists that the tests hold every language to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.recognition.recogniser import Recogniser
from custom_components.message_guard.recognition.sentences import Languages

FOLDER = Path(__file__).parents[1] / "tests/dialogues"


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, what is said in it, and what recognises it.

    Attributes:
        language: The language.
        recogniser: Knows the contacts of the list.
        said: The list, as read from its file.
    """

    language: Language
    recogniser: Recogniser
    said: dict[str, Any]

    @property
    def phrase(self) -> str:
        """The household phrase."""
        return str(self.said["phrase"])

    @property
    def unrelated(self) -> list[str]:
        """What is said that is not built around the phrase: yes, no, commands, requests."""
        return [text for text in self._other if not self._is_around_phrase(text)]

    @property
    def around_phrase(self) -> list[str]:
        """What is built around the phrase, which a dropped word or two can turn into it."""
        around = [text for text in self._other if self._is_around_phrase(text)]
        return [*map(str, self.said["replies"]["wrong"]), *around]

    @property
    def _other(self) -> list[str]:
        replies = self.said["replies"]
        said = (*replies["yes"], *replies["no"], *self.said["other"])
        return [
            str(text) for text in (*said, *(one["say"] for one in self.said["requests"].values()))
        ]

    def _is_around_phrase(self, text: str) -> bool:
        """Return whether all words of the phrase stand in the text, "envoie" in "n'envoie pas" as well."""
        apart = text.replace("'", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", " ")
        heard = {*self.language.proof_words(text), *self.language.proof_words(apart)}
        return set(self.language.proof_words(self.phrase)) <= heard


def read(languages: Languages, code: str) -> Speech:
    """Return what is said in the language with this code."""
    language = languages.get(code)
    said = load_yaml_dict(str(FOLDER / f"{code}.yaml"))
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    book = AddressBook(Contact(id=name, name=name, channel=channel) for name in said["contacts"])
    recogniser = languages.recogniser(code, book)
    if language is None or recogniser is None:
        raise ValueError(f"there is no language file for {code}")
    return Speech(language, recogniser, said)
