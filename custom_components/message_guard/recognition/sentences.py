"""Sentences: the language files in `sentences/`, each read once and kept. They decide nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
import logging
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.yaml import load_yaml_dict

from ..core.contacts import AddressBook
from ..core.errors import LanguageDataError
from ..core.language import Language
from .number_words import number_words
from .recogniser import Recognised, Recogniser, Strength
from .templates import Templates

__all__ = [
    "Languages",
    "Recognised",
    "Recogniser",
    "Strength",
    "async_load_languages",
    "load_languages",
    "read_data",
]

_LOGGER = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "sentences"


@dataclass(frozen=True, slots=True)
class Languages:
    """All languages that there is a file for."""

    _by_code: Mapping[str, tuple[Language, Templates]]
    _by_tag: Mapping[str, str]
    _recognisers: dict[str, Recogniser] = field(default_factory=dict, compare=False)

    def get(self, tag: str) -> Language | None:
        """Return the language of a BCP 47 tag: its own file, else that of the bare language."""
        code = self._code(tag)
        return self._by_code[code][0] if code is not None else None

    def get_or_english(self, tag: str) -> Language | None:
        """Return the language of a tag, English where there is no file for it; None where there is not even that."""
        return self.get(tag) or self.get("en")

    def recogniser(self, tag: str, contacts: AddressBook) -> Recogniser | None:
        """Return what recognises sentences in the language of a tag, for these contacts."""
        code = self._code(tag)
        if code is None:
            return None
        recogniser = self._recognisers.get(code)
        if recogniser is None or recogniser.contacts is not contacts:
            language, templates = self._by_code[code]
            self._recognisers[code] = recogniser = Recogniser(language, templates, contacts)
        return recogniser

    def is_nobody(self, name: str, language: Language) -> bool:
        """Return whether a name begins with a word that is nobody's, unless a contact is called so ("me", "everyone")."""
        key = language.name_key(name)
        _, templates = self._by_code[language.code]
        return not templates.nobody.isdisjoint({key, *key.split(" ")[:1]})

    def __iter__(self) -> Iterator[Language]:
        """Iterate over the languages by code."""
        return (self._by_code[code][0] for code in sorted(self._by_code))

    def prompts(self) -> tuple[str, ...]:
        """Return everything that we can say, in every language, with its placeholders."""
        return tuple(text for language in self for text in language.prompts.values())

    def _code(self, tag: str) -> str | None:
        if (code := self._by_tag.get(tag)) is not None:
            return code
        wanted = tag.replace("_", "-").casefold()
        if wanted in self._by_tag:
            return self._by_tag[wanted]
        # A region falls back to its language, but not to the file of another region or script.
        while "-" in wanted:
            wanted = wanted.rpartition("-")[0]
            code = self._by_tag.get(wanted)
            if code is not None and code.casefold() == wanted:
                return code
        return None


def load_languages(folder: Path = FOLDER) -> Languages:
    """Read all files of a folder; blocks. One that cannot be read is logged and left out."""
    found: dict[str, tuple[Language, Templates]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.stem] = load_language(path)
        except (LanguageDataError, HomeAssistantError, OSError) as error:
            _LOGGER.error("The language file %s cannot be used: %s", path.name, error)
    tags = {
        tag.casefold(): code
        for code, (language, _) in found.items()
        for tag in (*language.tags, code)
    }
    return Languages(found, tags)


def load_language(path: Path) -> tuple[Language, Templates]:
    """Read one file, unless it has been read and has not changed since; blocks.

    Raises:
        LanguageDataError: If something in it is missing, unknown or of the wrong kind.
        HomeAssistantError: If it is not YAML.
        OSError: If it cannot be read.
    """
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_size)


# Each reload of the entry, and each form that lists languages, would take a fifth of a second on a PC.
@lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int, _size: int) -> tuple[Language, Templates]:
    data = read_data(path)
    language = Language.from_data(path.stem, data)
    sentences = data["sentences"]
    if not isinstance(sentences, Mapping):
        raise LanguageDataError(f"{path.stem}: sentences must be a table")
    return language, Templates.read(language, sentences)


def read_data(path: Path) -> dict[str, Any]:
    """Return what a file holds, with its number words written out; blocks.

    Raises:
        LanguageDataError: If the numbers cannot be read.
        HomeAssistantError: If it is not YAML.
        OSError: If it cannot be read.
    """
    data: dict[str, Any] = dict(load_yaml_dict(str(path)))
    return data | {"numbers": number_words(path.stem, data.get("numbers"))}


async def async_load_languages(hass: HomeAssistant) -> Languages:
    """Read the language files without blocking Home Assistant."""
    return await hass.async_add_executor_job(load_languages)
