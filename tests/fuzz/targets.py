"""What is fuzzed: everything that reads what a stranger's voice, or a hostile device, has put in."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from custom_components.message_guard.core.code import code_answers
from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.pin import digit_runs, pins_said
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    code_challenge,
    interpret,
    phrase_challenge,
)
from custom_components.message_guard.recognition.recogniser import Recogniser
from custom_components.message_guard.recognition.sentences import FOLDER, load_languages, read_data
from tests.fuzz.oracle import Digits, Replies
from tests.fuzz.oracle_sentences import Sentences

DIALOGUES = Path(__file__).parents[1] / "dialogues"
LANGUAGES = load_languages()
CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
NAMES = ("Anna", "Grandma Rose", "Jürgen", "everyone", "阿明")
BODY = "…"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language, what is asked for in it, and what tells a second time what was answered.

    Attributes:
        language: The language.
        recogniser: Knows a few contacts.
        said: Everything that the language's dialogues say.
        phrase: The household phrase.
        phrase_asked: What the phrase answers.
        answer: The number that answers the code.
        code_asked: What the code answers.
        questions: What was said to ask for either.
        replies: Tells which replies may be right.
        digits: Tells which texts may spell digits.
        sentences: Tells which texts may be requests.
    """

    language: Language
    recogniser: Recogniser
    said: tuple[str, ...]
    phrase: str
    phrase_asked: Challenge
    answer: int
    code_asked: Challenge
    questions: tuple[str, str]
    replies: Replies
    digits: Digits
    sentences: Sentences


@cache
def tongue(code: str) -> Tongue:
    """Return what is fuzzed in the language with this code."""
    language = LANGUAGES.get(code)
    assert language is not None
    data = read_data(FOLDER / f"{code}.yaml")
    dialogues = yaml.safe_load((DIALOGUES / f"{code}.yaml").read_text(encoding="utf-8"))
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    recogniser = LANGUAGES.recogniser(
        code,
        AddressBook(
            Contact(id=name, name=name, channel=channel)
            for name in dict.fromkeys((*NAMES, *dialogues["contacts"]))
        ),
    )
    assert recogniser is not None
    phrase = str(dialogues["phrase"])
    code_asked = code_challenge(language, Random(7).randrange, "")
    answer = next(
        number
        for number in code_answers(language)
        if " ".join(language.proof_words(language.code_forms[0].format(number=number)))
        in code_asked.expected
    )
    return Tongue(
        language=language,
        recogniser=recogniser,
        said=tuple(text.replace("{number}", str(answer)) for text in _texts(dialogues)),
        phrase=phrase,
        phrase_asked=phrase_challenge(phrase, language),
        answer=answer,
        code_asked=code_asked,
        questions=(
            language.say("question_phrase", recipient=NAMES[0], body=BODY),
            language.say("question_code", recipient=NAMES[0], body=BODY, **code_asked.placeholders),
        ),
        replies=Replies(data, phrase),
        digits=Digits(data),
        sentences=Sentences(data),
    )


@cache
def words(code: str) -> tuple[str, ...]:
    """Return words that mean something in a language: of its dialogues, its numbers, and the contacts."""
    known = tongue(code)
    numbers = (form for forms in known.language.number_words for form in forms)
    said = [word for text in (*known.said, *NAMES) for word in text.split()]
    if not known.language.spaced:
        said += "".join(known.said)
    return tuple(dict.fromkeys((*said, *numbers)))


def _texts(value: Any) -> list[str]:
    """Return every text that dialogues hold, whatever it stands for."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value]


def reply(text: str, code: str = "en") -> None:
    """Read a reply: never an exception, never a proof that the oracle does not know."""
    known = tongue(code)
    asked_phrase, asked_code = known.questions
    for spoken in ([asked_phrase], []):
        if interpret(text, known.phrase_asked, known.language, spoken) is Verdict.PROOF:
            assert known.replies.may_be_phrase(text), text
    for spoken in ([asked_code], []):
        if interpret(text, known.code_asked, known.language, spoken) is Verdict.PROOF:
            assert known.replies.may_be_code(text, known.answer), text


def sentence(text: str, code: str = "en") -> None:
    """Recognise a sentence: never a recipient or a word that was not said, never a request that was not made."""
    known = tongue(code)
    found = known.recogniser.recognise(text)
    if found is None:
        return
    assert len(found.recipients) <= 4
    assert known.sentences.may_be(text, found.kind, found.recipients, found.body), (text, found)


def digits(text: str, code: str = "en") -> None:
    """Read a PIN: digits that were said and nothing else, and of a PIN's length."""
    known = tongue(code)
    found = pins_said(text, known.language)
    assert len({len(pin) for pin in found}) == len(found) <= 3
    for pin in found:
        assert pin.isascii()
        assert pin.isdecimal()
        assert 4 <= len(pin) <= 10
        assert known.digits.may_be_pin(text, pin), (text, pin)
    for run in digit_runs(text, known.language):
        assert run.isdecimal()
        assert known.digits.may_hold(text, run), (text, run)


def everything(text: str, code: str = "en") -> None:
    """Run every target on one text in one language."""
    for target in (reply, sentence, digits):
        target(text, code)
    language = tongue(code).language
    language.is_decline(text)
    language.is_affirmation(text)
    language.name_key(text)
    language.speakable(text)
