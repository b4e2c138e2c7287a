"""Requests of our own sentences: one for each whom somebody has named."""

from collections.abc import Iterable
from typing import Final

from homeassistant.util import ulid as ulid_util

from ..core.request import Content, Origin, Request, Route

TOO_MANY: Final = "too_many_people"
"""Why a message to more people than one may be for is refused."""


def requests(
    recipients: Iterable[str],
    body: str,
    origin: Origin,
    now: float,
    *,
    by_model: bool,
    relayed: bool,
) -> list[Request]:
    """Return what is asked for, at `now` (seconds since the epoch), and whether a person says it now."""
    return [
        Request(
            id=ulid_util.ulid_now(),
            route=Route.SENTENCE,
            origin=origin,
            recipient=recipient,
            content=Content(body=body),
            created_at=now,
            by_model=by_model,
            relayed=relayed,
        )
        for recipient in recipients
    ]
