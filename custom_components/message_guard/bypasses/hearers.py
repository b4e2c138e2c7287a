"""Programs beside Home Assistant that hear sentences, such as a flow engine.

What they call comes back over the interfaces with their own token, like any other call of theirs: nothing of the turn is in
it. So it is not held, and Repairs tells of whoever hears. A person's own session, such as the automation editor's, is none.
"""

from collections.abc import Iterator
from typing import Final

from homeassistant.auth.models import TOKEN_TYPE_NORMAL
from homeassistant.core import HomeAssistant, callback

from ..hooks.sentence_hearers import connections_that_hear
from .bypass import Bypass, fingerprint_of

BYPASS_HEARER: Final = "gap_hearer"


@callback
def hearer_bypasses(hass: HomeAssistant) -> Iterator[Bypass]:
    """Yield the programs that are told of sentences, each once."""
    told: set[str] = set()
    for connection in connections_that_hear(hass):
        token_id = connection.refresh_token_id
        token = None if token_id is None else hass.auth.async_get_refresh_token(token_id)
        if token is None or token.token_type == TOKEN_TYPE_NORMAL or token.id in told:
            continue
        told.add(token.id)
        name = token.client_name or token.user.name or token.user.id
        yield Bypass(BYPASS_HEARER, token.id, {"name": name}, fingerprint=fingerprint_of(token.id))
