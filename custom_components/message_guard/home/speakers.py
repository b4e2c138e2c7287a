"""How many people spoke in one utterance, where the speech-to-text engine can tell."""

from collections import OrderedDict
from collections.abc import Callable

from ..core.request import Origin

REMEMBERED_SECONDS = 60.0
"""An utterance is decided within seconds of being heard."""

MOST_UTTERANCES = 32


class Speakers:
    """Counts the speakers of recent utterances, known by their words."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Have heard nobody yet; `now` returns seconds since the epoch."""
        self._now = now
        self._heard: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def heard(self, text: str, speakers: int) -> None:
        """Remember how many people spoke an utterance."""
        self._heard[text] = (self._now(), speakers)
        self._heard.move_to_end(text)
        while len(self._heard) > MOST_UTTERANCES:
            self._heard.popitem(last=False)

    def several(self, origin: Origin) -> bool:
        """Return whether more than one person spoke this utterance, as far as anybody can tell."""
        at, speakers = self._heard.get(origin.utterance, (0.0, 0))
        return speakers > 1 and self._now() - at <= REMEMBERED_SECONDS
