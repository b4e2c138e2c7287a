"""What is fuzzed: everything that reads what a stranger's voice, or a hostile device, has put in."""

from random import Random

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.pin import digit_runs, pins_said
from custom_components.message_guard.core.proof import (
    Verdict,
    code_challenge,
    interpret,
    phrase_challenge,
)
from custom_components.message_guard.recognition.sentences import load_languages
from tests.fuzz.oracle import PHRASE, may_be_code, may_be_phrase

LANGUAGES = load_languages()
ENGLISH = LANGUAGES.get("en")
assert ENGLISH is not None

PHRASE_ASKED = phrase_challenge(PHRASE, ENGLISH)
CODE_ASKED = code_challenge(ENGLISH, Random(7).randrange, "")
(ANSWER,) = {word for proof in CODE_ASKED.expected for word in proof.split() if word.isdecimal()}
FORMS = (ANSWER, *ENGLISH.number_words[int(ANSWER)])

QUESTION = "To Anna: I am late. To send it, say your phrase."
CONTACTS = AddressBook(
    Contact(
        id=name,
        name=name,
        channel=Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",)),
    )
    for name in ("Anna", "Grandma Rose", "Jürgen", "everyone", "阿明")
)
RECOGNISER = LANGUAGES.recogniser("en", CONTACTS)
assert RECOGNISER is not None


def reply(text: str) -> None:
    """Read a reply: never an exception, never a proof that the oracle does not know."""
    if interpret(text, PHRASE_ASKED, ENGLISH, [QUESTION]) is Verdict.PROOF:
        assert may_be_phrase(text), text
    if interpret(text, CODE_ASKED, ENGLISH, [QUESTION]) is Verdict.PROOF:
        assert may_be_code(text, FORMS), text


def sentence(text: str) -> None:
    """Recognise a sentence: a body stands word for word at the end of what was said."""
    found = RECOGNISER.recognise(text)
    if found is None:
        return
    assert len(found.recipients) <= 4
    if found.body is not None:
        said, body = "".join(text.split()), "".join(found.body.split())
        assert body
        assert body[-20:] in said or not said.isascii(), text


def digits(text: str) -> None:
    """Read a PIN: digits and nothing else, and of a PIN's length."""
    found = pins_said(text, ENGLISH)
    assert len({len(pin) for pin in found}) == len(found) <= 2
    assert all(pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 10 for pin in found)
    for run in digit_runs(text, ENGLISH):
        assert run.isdecimal()


def everything(text: str) -> None:
    """Run every target on one text, in every language where the language matters."""
    reply(text)
    sentence(text)
    digits(text)
    for language in LANGUAGES:
        language.is_decline(text)
        language.is_affirmation(text)
        language.name_key(text)
        language.speakable(text)
