"""Number words: as Unicode's rules spell them, and as people say and recognisers write them besides.

The rules are those of `unicode-rbnf`, which Home Assistant has with `hassil`, the reader of its own sentences.
What is accepted in each language is pinned by `tests/recognition/number_words.txt`: rules that change show there.
"""

from collections.abc import Mapping
import re
from typing import Any

from unicode_rbnf import RbnfEngine
from unicode_rbnf.engine import NoRuleForNumberError

from ..core.errors import LanguageDataError
from ..core.language_file import LARGEST_NUMBER


def number_words(code: str, numbers: object) -> dict[int, list[str]]:
    """Return how each number is said, from 0 to `LARGEST_NUMBER`, the form that we say first.

    Args:
        code: Of the language, for what an error says.
        numbers: What the language file says of them, see docs/languages.md.

    Raises:
        LanguageDataError: If that cannot be read, or names rules that there are not.
    """
    try:
        return _number_words(**numbers)  # type: ignore[arg-type]
    except (AttributeError, TypeError, ValueError, NoRuleForNumberError, re.PatternError) as error:
        raise LanguageDataError(f"{code}: numbers: {error}") from error


def _number_words(
    *,
    rules: Mapping[str, list[str]],
    said: Mapping[int, str] | None = None,
    respelt: Mapping[str, str] | None = None,
    also: Mapping[int, Any] | None = None,
) -> dict[int, list[str]]:
    engines = [(RbnfEngine.for_language(name), names) for name, names in rules.items()]
    found = {}
    for value in range(LARGEST_NUMBER + 1):
        forms = [said[value]] if said and value in said else []
        for engine, names in engines:
            forms += engine.format_number(value, ruleset_names=names).text_by_ruleset.values()
        for pattern, other in (respelt or {}).items():
            forms += [re.sub(pattern, other, form) for form in forms]
        more = (also or {}).get(value, [])
        found[value] = list(dict.fromkeys([*forms, *([more] if isinstance(more, str) else more)]))
    return found
