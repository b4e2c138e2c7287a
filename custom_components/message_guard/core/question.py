"""A question: the one well-made sentence that asks for a proof.

It reads back recipients and body and never contains the proof. Where the household phrase, or the
answer of a code, stands in what has to be read back, the level rises instead.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from .confirmation import Recipient
from .errors import MessageGuardError
from .household import Household
from .language import Language
from .level import Level
from .pin import pin_challenge
from .policy import Decision
from .proof import Challenge, body_contains_proof, code_challenge, phrase_challenge

type Draw = Callable[[int], int]
"""Returns an even random integer from 0 to n - 1."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask.

    Attributes:
        level: The proof that is asked for, at least the one that was decided.
        challenge: What a spoken reply must be; None where a voice cannot prove it.
        text: What to say.
    """

    level: Level
    challenge: Challenge | None
    text: str


def compose(
    recipients: tuple[Recipient, ...],
    decision: Decision,
    household: Household,
    language: Language,
    draw: Draw,
    spent: Collection[int] = (),
    *,
    on_phone: bool = True,
) -> Question:
    """Return the question for these requests.

    Args:
        recipients: The requests, each with its contact.
        decision: What was decided about them.
        household: What the household has chosen.
        language: The language of the question.
        draw: Returns an even random integer from 0 to n - 1.
        spent: The answers of the last codes, the newest last; they are not asked for again soon.
        on_phone: There is a phone to approve it on.

    Raises:
        MessageGuardError: If no level that this household can prove fits the content.
    """
    read_back = {
        "recipient": join_names(recipients, language),
        "body": read_aloud(recipients, language),
    }
    levels = sorted(level for level in household.satisfiable if level >= decision.level)
    for level in levels:
        challenge = _challenge(level, recipients, household, language, draw, read_back, spent)
        if challenge is None and level is not Level.DEVICE:
            continue
        text = _text(challenge, language, read_back, on_phone=on_phone)
        if challenge is not None and body_contains_proof(text, challenge, language):
            continue
        return Question(level, challenge, _with_reason(text, decision, language))
    raise MessageGuardError("no proof that this household can give fits this content")


def asked_again(
    recipients: tuple[Recipient, ...],
    challenge: Challenge | None,
    language: Language,
    *,
    on_phone: bool = True,
) -> str:
    """Return the question once more, with the proof that is awaited now and not why it asks for more.

    Without a challenge it is approved on a phone, or where nobody has one (`on_phone`) on a screen.
    """
    read_back = {
        "recipient": join_names(recipients, language),
        "body": read_aloud(recipients, language),
    }
    return _text(challenge, language, read_back, on_phone=on_phone)


def join_names(recipients: tuple[Recipient, ...], language: Language) -> str:
    """Return the recipients' names as one would say them."""
    return join_all([item.contact.name for item in recipients], language)


def join_all(spoken: Iterable[str], language: Language) -> str:
    """Return several names as one would say them; at least one."""
    return _joined(spoken, "list_and", language)


def join_any(spoken: Iterable[str], language: Language) -> str:
    """Return several names to choose from as one would say them; at least one."""
    return _joined(spoken, "list_or", language)


def _joined(spoken: Iterable[str], key: str, language: Language) -> str:
    names = [language.speakable(name) for name in spoken]
    if len(names) == 1:
        return names[0]
    return language.say(key, first=", ".join(names[:-1]), last=names[-1])


def read_aloud(recipients: tuple[Recipient, ...], language: Language) -> str:
    """Return everything that would be sent, as far as a voice can say it, and a name for the rest."""
    content = recipients[0].request.content
    parts = [language.speakable(content.body)]
    if title := language.speakable(content.title):
        parts.append(language.say("with_title", title=title))
    if content.unread:
        parts.append(language.say("with_extras"))
    return ". ".join(part for part in parts if part)


def _challenge(
    level: Level,
    recipients: tuple[Recipient, ...],
    household: Household,
    language: Language,
    draw: Draw,
    read_back: dict[str, str],
    spent: Collection[int],
) -> Challenge | None:
    """Return what a voice can prove this level with, None where it cannot."""
    try:
        if level is Level.PHRASE:
            return phrase_challenge(household.phrase, language)
        if level is Level.CODE:
            return code_challenge(language, draw, " ".join(read_back.values()), spent)
    except MessageGuardError:
        return None
    # One reply is one PIN: whoever needs two of them is asked on a device.
    several = len(household.pins(tuple(item.contact.id for item in recipients))) > 1
    return pin_challenge() if level is Level.PIN and not several else None


def _text(
    challenge: Challenge | None, language: Language, read_back: dict[str, str], *, on_phone: bool
) -> str:
    if challenge is None:
        return language.say("question_device" if on_phone else "question_screen", **read_back)
    return language.say(challenge.prompt_key, **read_back, **challenge.placeholders)


def _with_reason(text: str, decision: Decision, language: Language) -> str:
    """Say in few words why it asks for more than usual, where there is something to say."""
    for reason in decision.reasons:
        key = f"reason_{reason}"
        if language.has(key):
            return f"{language.say(key)} {text}"
    return text
