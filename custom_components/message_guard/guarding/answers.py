"""What the guard says, in the speaker's language."""

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation
from ..core.errors import MessageGuardError
from ..core.language import Language
from ..core.policy import REASON_AMBIGUOUS_RECIPIENT, REASON_UNKNOWN_RECIPIENT
from ..core.request import Origin, Request
from .ports import Surroundings

LAST_WORDS = "Not sent: Message Guard itself has failed. Look at Home Assistant's log."
"""Said when even the language files cannot be asked."""

_ABOUT_WHOM = frozenset({REASON_UNKNOWN_RECIPIENT, REASON_AMBIGUOUS_RECIPIENT})


class Answers:
    """Puts what happened into words."""

    def __init__(self, home: Surroundings) -> None:
        """Speak the languages of this home."""
        self._home = home

    def words(self, origin: Origin) -> Language:
        """Return the speaker's language, English where there is no file for it.

        Raises:
            MessageGuardError: If there is no file at all.
        """
        words = self._home.language(origin.language) or self._home.language("en")
        if words is None:
            raise MessageGuardError("no language file could be read")
        return words

    def say(self, kind: AnswerKind, key: str, origin: Origin, **placeholders: str) -> Answer:
        """Return an answer that leaves nothing open."""
        return Answer(kind=kind, text=self.words(origin).say(key, **placeholders))

    def question(self, confirmation: Confirmation) -> Answer:
        """Return the question of a confirmation."""
        kind = AnswerKind.WAITING if confirmation.challenge is None else AnswerKind.ASKED
        return self.about(kind, confirmation.question, confirmation)

    def about(self, kind: AnswerKind, text: str, confirmation: Confirmation) -> Answer:
        """Return an answer after which the confirmation still waits."""
        return Answer(
            kind=kind,
            text=text,
            listen=confirmation.reopens and confirmation.challenge is not None,
            confirmation_id=confirmation.id,
            reasons=confirmation.reasons,
        )

    def refusal(self, reasons: tuple[str, ...], requests: tuple[Request, ...]) -> Answer:
        """Return why nothing is sent, and what to do: in the words of the first reason that has some.

        Whom it is for comes first: words for somebody who is on no list would be asked for in vain.
        """
        words = self.words(requests[0].origin)
        ranked = sorted(reasons, key=lambda reason: reason not in _ABOUT_WHOM)
        key = next((k for r in ranked if words.has(k := f"refused_{r}")), "refused_block")
        text = words.say(key, recipient=words.speakable(requests[0].recipient))
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=reasons)

    def last(self, reason: str, origin: Origin) -> Answer:
        """Return a refusal, whatever is broken; never raises."""
        try:
            text = self.words(origin).say(f"refused_{reason}")
        except Exception:  # noqa: BLE001 - the language files themselves are what is broken
            text = LAST_WORDS
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=(reason,))
