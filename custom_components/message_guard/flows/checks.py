"""What a household may not choose, and which error says so."""

from collections.abc import Iterable, Sequence
import re

from homeassistant.core import valid_entity_id

from ..const import DOMAIN
from ..core.contacts import Contact
from ..core.language import Language
from ..core.proof import phrase_problems

LONGEST_NAME_WORDS = 6
"""A name with more words is not looked for inside a sentence (`sentences`)."""

_SAID = re.compile("[&+]")
"""Signs in a name that are said."""

_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d]) (?=[^\W\d])")

BUILT_IN_DOMAINS = frozenset({"notify", "telegram_bot"})
"""Every action of these is guarded anyway."""


def name_problem(
    name: str,
    languages: Iterable[Language],
    phrase: str,
    others: Sequence[Contact],
) -> tuple[str, str] | None:
    """Return what is wrong with a contact's name or alias, in any language that may be spoken.

    Every name is one contact's alone, in every way in which it may be heard ("Jo Ann", "Joann"): a sentence to a name
    of two would be refused as ambiguous.

    Args:
        name: The name or alias.
        languages: All languages that are understood.
        phrase: The household's phrase, empty when it has none.
        others: The other contacts.

    Returns:
        The error's translation key, and the other contact's name where there is one; None if it will do.
    """
    for language in languages:
        key = language.name_key(name)
        if problem := _word_problem(name, key, phrase, language):
            return problem, ""
        heard = {in_one_word(key) for key in language.name_keys(name)}
        for other in others:
            if any(heard & _heard_as(known, language) for known in (other.name, *other.aliases)):
                return "name_taken", other.name
    return None


def _heard_as(name: str, language: Language) -> frozenset[str]:
    # All ways to write a name take three times as long as its key, and only what is said between names adds words.
    keys = language.name_keys(name) if _SAID.search(name) else {language.name_key(name)}
    return frozenset(map(in_one_word, keys))


def in_one_word(key: str) -> str:
    """Return a name's key as it is where a recogniser sets no spaces between its words; numbers stay apart."""
    return _BETWEEN_WORDS.sub("", key)


def _word_problem(name: str, key: str, phrase: str, language: Language) -> str | None:
    words = language.words(name)
    if not key:
        return "name_empty"
    if len(words) > LONGEST_NAME_WORDS and language.spaced:
        return "name_too_long"
    if phrase and contains_words(words, language.words(phrase)):
        return "name_has_phrase"
    if language.is_decline(name):
        return "name_is_decline"
    if language.is_affirmation(name):
        return "name_is_affirmation"
    return None


def contains_words(words: Sequence[str], part: Sequence[str]) -> bool:
    """Return whether `part` stands in `words`, in a row; nothing stands nowhere."""
    return bool(part) and f" {' '.join(part)} " in f" {' '.join(words)} "


def phrase_problem(
    phrase: str, languages: Iterable[Language], contacts: Iterable[Contact]
) -> tuple[str, dict[str, str]] | None:
    """Return what is wrong with a household phrase in any of these languages; computes, for an executor.

    Args:
        phrase: What the household wants to say.
        languages: The languages it will be said in.
        contacts: Their names are read back, so none may hold the phrase.

    Returns:
        The error's translation key, and what its text names; None if it will do.
    """
    spoken = tuple(languages)
    for language in spoken:
        others = [
            text for other in spoken if other is not language for text in other.prompts.values()
        ]
        problems = phrase_problems(phrase, language, others)
        if problems:
            # Articles are easily misheard and do not count: without this, three words would be too few of three.
            counted = language.proof_words(phrase)
            named = {"counted": " ".join(counted), "needed": str(language.phrase_words)}
            return problems[0], named
    for contact in contacts:
        for language in spoken:
            if contains_words(language.words(contact.name), language.words(phrase)):
                return "phrase_in_name", {"other": contact.name}
    return None


def action_problem(actions: Iterable[str]) -> tuple[str, str] | None:
    """Return what is wrong with the actions to guard: the error's key and the action."""
    for action in actions:
        if not valid_entity_id(action):
            return "action_invalid", action
        domain = action.partition(".")[0]
        if domain == DOMAIN:
            return "action_own", action
        if domain in BUILT_IN_DOMAINS:
            return "action_built_in", action
    return None
