"""How things stand: what became of the last request of each place."""

from collections import OrderedDict

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation
from ..core.ledger import Kind
from ..core.question import join_names, read_aloud
from ..core.request import Origin
from .answers import Answers
from .records import Notice

MOST_PLACES = 200


class Standing:
    """Answers "did it send?" and "what's waiting?", for the place that asks and for no other."""

    def __init__(self, answers: Answers) -> None:
        """Remember nothing yet."""
        self._answers = answers
        self._last: OrderedDict[str, Notice] = OrderedDict()

    def seen(self, notice: Notice) -> None:
        """Remember the last step at its place."""
        place = notice.request.origin.place
        if place is None:
            return
        self._last[place] = notice
        self._last.move_to_end(place)
        while len(self._last) > MOST_PLACES:
            self._last.popitem(last=False)

    def answer(self, origin: Origin, waiting: Confirmation | None) -> Answer:
        """Return what waits at the place, else what became of the last request there."""
        words = self._answers.words(origin)
        if waiting is not None:
            names = join_names(waiting.recipients, words)
            body = read_aloud(waiting.recipients, words)
            text = words.say("status_waiting", recipient=names, body=body)
            return self._answers.about(AnswerKind.INFORMED, text, waiting)
        last = self._last.get(origin.place or "")
        if last is None:
            return self._answers.say(AnswerKind.INFORMED, "status_none", origin)
        key = "status_sent" if last.kind is Kind.DELIVERED else "status_not_sent"
        name = words.speakable(last.request.recipient)
        return self._answers.say(AnswerKind.INFORMED, key, origin, recipient=name)
