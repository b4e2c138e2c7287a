"""Status: what became of the last request of each place and of each person, and what is still open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import json

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation, Recipient
from ..core.contacts import Contact
from ..core.question import join_all, join_names, read_aloud
from ..core.recent import Recent
from ..core.request import Content, Origin, Request
from ..ledger.format.entries import FINAL, LATER, Kind
from .answers import Answers, Asked
from .ports import Surroundings
from .records import Notice

PLACE_SECONDS = 24 * 3600.0
"""How long it is remembered what became of the last request of a place."""

MOST_PLACES = 2000
"""A conversation in an app is a place, too. Of more, what is forgotten is not told; it lets nothing through."""

MOST_OPEN = 1000
"""Of more in `REPEAT_SECONDS`, whatever is sent is asked back: it may be there already."""

REPEAT_SECONDS = 900.0
"""How long the same words to the same person are asked back, when nobody knows what became of the first."""

LATELY_SECONDS = 3600.0
"""After that, "did it arrive?" is hardly about a message."""

REACTS = "reaction"
"""Reason of what was let through because it reacts to a state."""

LATE_SECONDS = 300.0
"""How long a proof that is said once more is answered with what became of the message."""

_STATES = {
    Kind.ARRIVED: "status_arrived",
    Kind.DELIVERED: "status_sent",
    Kind.HANDED_OVER: "status_handed_over",
    Kind.AUTHORISED: "status_on_its_way",
    Kind.UNKNOWN: "status_unknown",
    Kind.INTERRUPTED: "status_unknown",
    Kind.OBSERVED: "status_unknown",
    Kind.FAILED_LATER: "failed_later",
}
"""What is said of the last step of a request, the best news first. Of every other step: that it was not sent.

What was let through is made by whoever called it: nobody tells us what became of it.
"""

_GOOD_NEWS = frozenset({Kind.ARRIVED, Kind.DELIVERED, Kind.HANDED_OVER})

_OPEN = {
    Kind.AUTHORISED: "on_its_way",
    Kind.UNKNOWN: "arrival_unknown",
    Kind.INTERRUPTED: "arrival_unknown",
}
"""Reasons to ask back, by the last step."""


@dataclass(slots=True)
class _Said:
    """The requests of one utterance with the id of their contact, and the last step of each."""

    utterance: object
    at: float
    requests: dict[str, tuple[Request, str | None]] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Open:
    """The last request with these words of which nobody knows that it has come to an end."""

    request_id: str
    kind: Kind


class Status:
    """Answers "did it arrive?" and "what's waiting?", for the place or the person that asks and for no other."""

    def __init__(
        self,
        answers: Answers,
        home: Surroundings,
        contact: Callable[[str | None], Contact | None],
    ) -> None:
        """Create the memory of what became of requests; `contact` returns whom an id means now."""
        self._contact = contact
        self._answers = answers
        self._home = home
        self._last = Recent[str, _Said](PLACE_SECONDS, MOST_PLACES)
        self._open = Recent[tuple[str, str], _Open](REPEAT_SECONDS, MOST_OPEN)

    def seen(self, notice: Notice) -> None:
        """Remember a step. What is heard later changes what is remembered of a request, and brings none back.

        What only reacts to a state that somebody has changed by voice is no message that they have asked for.
        """
        if REACTS in notice.reasons:
            return
        if notice.kind in LATER:
            self._hear(notice.request, notice.kind)
            self._close(notice.request, notice.contact_id, self._home.now())
        else:
            self.recall(notice.request, notice.kind, notice.contact_id, self._home.now())

    def recall(self, request: Request, kind: Kind, contact_id: str | None, at: float) -> None:
        """Remember a request whose last step is this one, and was taken at this time, by an earlier run as well."""
        self.note(request, kind, contact_id, at)
        if contact_id is not None and kind in _OPEN:
            self._open.put(_words(contact_id, request.content), _Open(request.id, kind), at)
        elif kind in FINAL | LATER:
            self._close(request, contact_id, at)

    def _close(self, request: Request, contact_id: str | None, at: float) -> None:
        """Take note that it is known what became of a request.

        That somebody does not want the same words once more says nothing of the first.
        """
        if contact_id is None:
            return
        key = _words(contact_id, request.content)
        first = self._open.get(key, at)
        if first is not None and first.request_id == request.id:
            self._open.pop(key)

    def _hear(self, request: Request, kind: Kind) -> None:
        """Take note of what is heard later of a request; when somebody last asked for one stays as it is."""
        for key in _keys(request.origin):
            said = self._last.get(key, self._home.now())
            if said is not None and request.id in said.kinds:
                said.kinds[request.id] = kind

    def note(
        self, request: Request, kind: Kind, contact_id: str | None, at: float | None = None
    ) -> None:
        """Remember the last step of a request, at its place and for its person, taken now or at this time."""
        origin = request.origin
        utterance = (origin, request.created_at)
        at = self._home.now() if at is None else at
        for key in _keys(origin):
            said = self._last.get(key, at)
            if said is None or (request.id not in said.kinds and said.utterance != utterance):
                said = _Said(utterance, at)
            said.at = at
            said.requests[request.id] = (request, contact_id)
            said.kinds[request.id] = kind
            self._last.put(key, said, at)

    def still_open(self, recipients: Iterable[Recipient]) -> str | None:
        """Return why these words should not be sent once more unasked: they may be there already, or soon."""
        now = self._home.now()
        for item in recipients:
            found = self._open.get(_words(item.contact.id, item.request.content), now)
            if found is not None:
                return _OPEN[found.kind]
        return _OPEN[Kind.UNKNOWN] if self._open.in_doubt(now) else None

    def answer(
        self, origin: Origin, waiting: Confirmation | None, *, what_waits: bool = False
    ) -> Answer:
        """Return what waits at the place, else what became of the last requests there.

        To whoever asks `what_waits` it is said that nothing does, and of the last ones what is no good news.
        """
        words = self._answers.words(origin)
        if waiting is not None:
            names = join_names(waiting.recipients, words)
            body = read_aloud(waiting.recipients, words)
            text = words.say("status_waiting", recipient=names, body=body)
            return self._answers.about(AnswerKind.INFORMED, text, waiting)
        last = self._latest(origin)
        if last is None:
            return self._answers.say(AnswerKind.INFORMED, "status_none", origin)
        if not what_waits:
            return Answer(kind=AnswerKind.INFORMED, text=self._told(last, origin))
        news = () if _GOOD_NEWS.issuperset(last.kinds.values()) else (self._told(last, origin),)
        text = " ".join((words.say("status_nothing_waits"), *news))
        return Answer(kind=AnswerKind.INFORMED, text=text)

    def lately(self, origin: Origin) -> bool:
        """Return whether somebody has lately asked for a message here, or this person in an app."""
        last = self._latest(origin)
        return last is not None and self._home.now() - last.at <= LATELY_SECONDS

    def late(self, origin: Origin) -> Answer:
        """Return what is true for somebody who gives a proof for which nothing waits (any more)."""
        last = self._latest(origin)
        if last is None or self._home.now() - last.at > LATE_SECONDS:
            return self._answers.say(AnswerKind.INFORMED, "nothing_pending", origin)
        if set(last.kinds.values()) == {Kind.EXPIRED}:
            return self._answers.say(AnswerKind.INFORMED, "expired", origin)
        return Answer(kind=AnswerKind.INFORMED, text=self._told(last, origin))

    def _latest(self, origin: Origin) -> _Said | None:
        now = self._home.now()
        found = [said for key in _keys(origin) if (said := self._last.get(key, now)) is not None]
        return max(found, key=lambda said: said.at, default=None)

    def _told(self, last: _Said, origin: Origin) -> str:
        """Return what is said of each of the last requests, one sentence for those of which the same is said."""
        words = self._answers.words(origin)
        names: dict[str, list[str]] = {}
        for request_id, kind in last.kinds.items():
            key = _STATES.get(kind, "status_not_sent")
            request, contact_id = last.requests[request_id]
            called = Asked(request, self._contact(contact_id)).called(words)
            names.setdefault(key, []).append(called)
        order = (*dict.fromkeys(_STATES.values()), "status_not_sent")
        return " ".join(
            words.say(key, recipient=join_all(names[key], words)) for key in order if key in names
        )


def _keys(origin: Origin) -> tuple[str, ...]:
    """Return by what a request is found again: its place, and who has asked in an app."""
    place = () if origin.place is None else (origin.place,)
    if origin.satellite_id is not None or origin.user_id is None:
        return place
    return (*place, f"user:{origin.user_id}")


def _words(contact_id: str, content: Content) -> tuple[str, str]:
    extras = json.dumps(dict(content.extras), sort_keys=True, default=str)
    return contact_id, f"{content.body}\n{extras}"
