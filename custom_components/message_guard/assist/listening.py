"""Which utterances come through a microphone that a question of ours has left open."""

from collections.abc import Iterable

from ..core.confirmation import Confirmation
from ..core.request import Origin
from ..home.satellites import SatelliteWatch
from .drafts import REOPEN_SECONDS


def expects_reply(
    pending: Iterable[Confirmation], origin: Origin, satellites: SatelliteWatch
) -> bool:
    """Return whether what is said there now comes through one that one of these has left open."""
    for confirmation in pending:
        if confirmation.place != origin.place or not confirmation.reopens:
            continue
        if confirmation.origin.conversation_id != origin.conversation_id:
            return False
        since = satellites.listening_since(origin.satellite_id)
        if since is None or confirmation.heard_at is None:
            return True
        return since - confirmation.heard_at <= REOPEN_SECONDS
    return False
