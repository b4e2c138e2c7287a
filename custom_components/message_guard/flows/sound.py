"""Names that sound alike: a warning, since a recogniser may take one for the other.

The library that knows is asked for when a name is entered and not when the guard starts: a guard that
could not start because a package could not be fetched would guard nothing.
"""

from collections.abc import Iterable
import logging
from types import ModuleType
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.importlib import async_import_module
from homeassistant.requirements import RequirementsNotFound, async_process_requirements

from ..const import DOMAIN
from ..core.contacts import Contact
from ..core.text import fold

_LOGGER = logging.getLogger(__name__)

REQUIREMENT: Final = "jellyfish==1.3.0"
"""Phonetic codes in Rust; wheels for glibc and musl, x86-64 and aarch64."""

ALIKE: Final = 0.9
"""Jaro-Winkler similarity from which names are taken to look, and mostly to sound, alike."""

LONG_ENOUGH: Final = 4
"""Letters; of shorter names the similarity says little ("bob", "rob")."""


async def sounds_like(hass: HomeAssistant, name: str, others: Iterable[Contact]) -> str | None:
    """Return the name of a contact that this name may be taken for, None if there is none.

    A name that is the same is none of ours: it is an error.
    Without the library nothing is warned of.
    """
    library = await _library(hass)
    if library is None:
        return None
    said = fold(name)
    for other in others:
        for known in (other.name, *other.aliases):
            heard = fold(known)
            if heard != said and _alike(library, said, heard):
                return known
    return None


def _alike(library: ModuleType, one: str, other: str) -> bool:
    # Phonetic codes are made for Latin letters.
    if one.isascii() and other.isascii():
        codes = [_code(library, name) for name in (one, other)]
        if codes[0] == codes[1] != "":
            return True
    shortest = min(len(one), len(other))
    similarity: float = library.jaro_winkler_similarity(one, other)
    return shortest >= LONG_ENOUGH and similarity >= ALIKE


def _code(library: ModuleType, name: str) -> str:
    """Return how a name sounds; an h that it begins with is easily lost ("Hannah", "Anna")."""
    code: str = library.metaphone(name.removeprefix("h"))
    return code.replace(" ", "")


async def _library(hass: HomeAssistant) -> ModuleType | None:
    try:
        await async_process_requirements(hass, DOMAIN, [REQUIREMENT], False)
        return await async_import_module(hass, REQUIREMENT.partition("=")[0])
    except (RequirementsNotFound, ImportError) as error:
        _LOGGER.warning("Names are not compared by their sound: %s", type(error).__name__)
        return None
