"""The ledger as a file to download, for administrators."""

from typing import Final, Literal

from aiohttp import web
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView

from ..approvals.control import guard_entry
from ..core.errors import LedgerError
from ..runtime import loaded_components
from .proving import NoEntryError, prove

MOST_DIGITS: Final = 16
"""Of an entry's number."""

CONTENT_TYPES: Final = {"jsonl": "application/jsonl", "csv": "text/csv"}


class LedgerExportView(HomeAssistantView):
    """Streams the whole ledger; `words=0` leaves the private values out."""

    url = "/api/message_guard/ledger/{form}"
    name = "api:message_guard:ledger"

    async def get(self, request: web.Request, form: str) -> web.StreamResponse:
        """Send the ledger in pieces.

        Raises:
            Unauthorized: If somebody else than an administrator asks.
        """
        if not request[KEY_HASS_USER].is_admin:
            raise Unauthorized
        if form not in CONTENT_TYPES:
            return self.json_message("There is no such form: use jsonl or csv", 404)
        try:
            components = guard_entry(request.app[KEY_HASS]).runtime_data.components
        except ServiceValidationError:
            components = None
        if components is None:
            return self.json_message("Message Guard is not loaded", 503)
        chosen: Literal["jsonl", "csv"] = "csv" if form == "csv" else "jsonl"
        pieces = components.ledger.export(chosen, words=request.query.get("words") != "0")
        try:
            first = await anext(pieces, "")
        except LedgerError:
            return self.json_message("The ledger cannot be read", 503)
        response = web.StreamResponse(
            headers={
                "Content-Type": f"{CONTENT_TYPES[form]}; charset=utf-8",
                "Content-Disposition": f'attachment; filename="message_guard.{form}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            }
        )
        await response.prepare(request)
        await response.write(first.encode())
        async for piece in pieces:
            await response.write(piece.encode())
        await response.write_eof()
        return response


class LedgerProofView(HomeAssistantView):
    """The proof of one entry as a file, which discloses no words."""

    url = "/api/message_guard/ledger/proof/{sequence}"
    name = "api:message_guard:ledger:proof"

    async def get(self, request: web.Request, sequence: str) -> web.Response:
        """Send the proof.

        Raises:
            Unauthorized: If somebody else than an administrator asks.
        """
        if not request[KEY_HASS_USER].is_admin:
            raise Unauthorized
        components = loaded_components(request.app[KEY_HASS])
        if components is None:
            return self.json_message("Message Guard is not loaded", 503)
        if not sequence.isascii() or not sequence.isdecimal() or len(sequence) > MOST_DIGITS:
            return self.json_message("There is no such entry", 404)
        try:
            proof = await prove(
                components.ledger, int(sequence), cosigned=components.checkpoints.cosigned
            )
        except NoEntryError:
            return self.json_message("There is no such entry", 404)
        except LedgerError:
            return self.json_message("The ledger cannot be read", 503)
        return web.Response(
            text=proof.text,
            headers={
                "Content-Type": "text/plain; charset=utf-8",
                "Content-Disposition": f'attachment; filename="{proof.name}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )
