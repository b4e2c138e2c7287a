"""What of a message is said aloud. It is hostile until it has been said: whoever wrote it may want the house to act.

Shape, invisible and reordering characters go. Links, telephone numbers and codes are said as what they are, since
nobody can do anything with them by ear, and a microphone or a neighbour could; times, dates and amounts are read.
Wake words are never pronounced. A long message ends at a sentence, and the rest stays on the screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import re
import unicodedata

from .code import holds_code
from .errors import MessageGuardError
from .language import Language
from .phrase import Phrase
from .pin import digit_runs
from .proof import body_contains_proof, phrase_challenge
from .text import is_blank
from .wake_words import WakeWords

READ_CHARACTERS = 500
"""What is longer is cut: about 35 s of speech, as much as a question reads back."""

_ENDS = r"(?<![\w])"
_TOP_LEVEL = (
    "com|net|org|info|biz|io|co|me|app|dev|xyz|top|site|online|shop|store|link|click|live|news|page|ly|gl|gg|tv|eu|de|at|ch"
    "|fr|it|es|nl|be|pl|pt|br|se|no|dk|fi|cz|sk|jp|cn|kr|in|uk|us|ca|au|ru|ua|zip|mov|ai|to|cc|lan|local|onion"
)
_UNITS = (
    "€|\\$|£|¥|₹|₽|₩|zł|zl|kr|kč|eur|usd|gbp|chf|pln|sek|nok|dkk|czk|jpy|cny|brl|euros?|cents?|dollars?|dólares|dollari|pounds?"
    "|pesos?|reais|real|francs?|franken|złot\\w*|kron\\w*|korun\\w*|yen|円|元|块|%|percent|prozent|°\\s?[cf]?|k?m|cm|mm|km/h|mph"
    "|kg|g|mg|l|ml|h|min|s|sec|kwh|kw|w|v|[kmgt]b|minut\\w*|hours?|stunden?|uur|timmar|godzin\\w*|hodin\\w*|meters?|metres?"
    "|liters?|litres?|grams?|gramm|steps|schritte|calories|kcal|people|personen|o'clock|uhr"
)
_NUMBER = r"\d{1,3}(?:[.,'\u2019 ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"

_STOPS = (",", ".", ";", ":", "!", "?", ")")

_PIECES = re.compile(
    rf"""
    (?P<link> [a-z][a-z0-9+.-]{{1,20}}://\S+ | www\.\S+ | [\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+
        | {_ENDS}(?:[\w-]{{1,63}}\.)+(?:{_TOP_LEVEL})(?![\w])(?:[/?\#:]\S*)? )
    | (?P<read>
        {_ENDS}\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?![\w-])
        | {_ENDS}\d{{1,2}}[./]\s?\d{{1,2}}[./](?:\s?\d{{4}}|\d{{2}})?(?![./-]?\d)
        | {_ENDS}\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?(?![./:-]?\d)
        | [€$£¥₹₽₩]\s?(?:{_NUMBER})(?![\d])
        | {_ENDS}(?:{_NUMBER})\s?(?:{_UNITS})(?![\w])
        | {_ENDS}(?:19|20)\d\d(?:/\d\d)?(?![\w.,/-]*\d)
        | {_ENDS}(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|1[0-2])-(?:\d\d){{1,2}}(?![\w-]) )
    | (?P<telephone>
        {_ENDS}(?:\+|00)\s?\d(?:[ \-/.()]{{0,2}}\d){{5,}} | {_ENDS}\(?0\d(?:[ \-/.()]{{0,2}}\d){{5,}}
        | {_ENDS}\d(?:[ \-/.()]{{0,2}}\d){{8,14}}(?!\d) )
    | (?P<code>
        {_ENDS}(?:[a-z]{{1,4}}-)?\d{{3,4}}[ \-]\d{{3,4}}(?![\w]) | {_ENDS}(?:[a-z]{{1,4}}-)?\d{{4,}}(?![\w])
        | {_ENDS}\d(?:[ .\-]\d){{3,}}(?![\w]) | {_ENDS}\d\d(?:[ \-]\d\d){{2,3}}(?![\w])
        | {_ENDS}(?=[a-z0-9-]*[a-z])(?=(?:[a-z]*\d){{3}})[a-z0-9]{{6,}}(?![\w])
        | {_ENDS}(?=[a-z0-9-]*\d)[a-z0-9]{{3,}}(?:-[a-z0-9]{{3,}})+(?![\w]) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What is said as what it is, or read although it looks like that; whatever begins first."""

_SENTENCE = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(?=\s|$)|[。！？]")  # noqa: RUF001 - quotation marks, full width


@dataclass(frozen=True, slots=True)
class ReadOut:
    """What is said of a message, and whether that is not all of it."""

    text: str
    cut: bool


def read_out(body: str, language: Language, wake_words: WakeWords) -> ReadOut:
    """Return what is said of a message in a language."""
    text = unicodedata.normalize("NFKC", without_hidden(body))
    stand_ins = {
        "link": language.say("said_link"),
        "telephone": language.say("said_telephone"),
        "code": language.say("said_code"),
    }

    def said(found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        if kind not in stand_ins:
            return found[0]
        behind = "" if found.string[found.end() :].startswith(_STOPS) else " "
        return f" {stand_ins[kind]}{behind}"

    spoken = language.speakable(_PIECES.sub(said, text))
    spoken = wake_words.unsaid(spoken, language.say("said_wake_word"))
    if is_blank(spoken):
        return ReadOut(language.say("said_nothing"), cut=False)
    return _cut(spoken)


def without_hidden(text: str) -> str:
    """Return a text without characters that nobody sees: of no width, or that turn the order round."""
    return "".join(
        character
        for character in text
        if character in "\n\t"
        or unicodedata.category(character) not in {"Cf", "Cc", "Cs", "Co", "Cn"}
    )


def _cut(text: str) -> ReadOut:
    if len(text) <= READ_CHARACTERS:
        return ReadOut(text, cut=False)
    head = text[:READ_CHARACTERS]
    ends = [found.end() for found in _SENTENCE.finditer(head)]
    if ends:
        return ReadOut(head[: ends[-1]].strip(), cut=True)
    words, space, _ = head.rpartition(" ")
    return ReadOut((words if space else head).strip(), cut=True)


def may_prove(body: str, languages: Iterable[Language], phrase: str) -> bool:
    """Return whether somebody who hears this message hears a proof: the phrase, a PIN's form or a code's.

    Such a message is not read while anything waits. A doubt counts as yes.

    Args:
        body: The message.
        languages: Those in which something waits, and the one in which it would be read.
        phrase: The household's phrase, empty when it has none.
    """
    text = without_hidden(body)
    return any(_may_prove(text, language, phrase) for language in languages)


def _may_prove(text: str, language: Language, phrase: str) -> bool:
    if digit_runs(text, language) or holds_code(text, language):
        return True
    if not phrase:
        return False
    try:
        challenge = phrase_challenge(phrase, language)
    except MessageGuardError:
        return True
    return Phrase(phrase, language).is_said(text) or body_contains_proof(text, challenge, language)
