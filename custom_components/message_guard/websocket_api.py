"""The WebSocket API of the panel and the card; docs/websocket-api.md tells who may use which of its commands."""

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback

from .commands import conversation, ears, now, overview, records, requests, rules, safety
from .commands.command import COMMANDS
from .commands.pin import PinView
from .ledger.export import LedgerExportView, LedgerProofView

MODULES = (now, conversation, ears, overview, records, requests, rules, safety)
"""What has filled the list of commands by being imported."""


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register all commands, and the download that one of them links to."""
    for handler in COMMANDS:
        websocket_api.async_register_command(hass, handler)
    if hass.http is not None:
        hass.http.register_view(LedgerExportView)
        hass.http.register_view(LedgerProofView)
        hass.http.register_view(PinView)
