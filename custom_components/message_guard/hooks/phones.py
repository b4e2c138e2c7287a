"""How Home Assistant pushes to the phones with its app.

Relies on: components/mobile_app, which keeps its notify platform under "notify" and the phones that are pushed to directly
under "push_channel" in its own data; the platform names the webhook of each of its actions in `registered_targets`; since
2026.10. The names are repeated here because importing that integration needs packages which are only installed where it is
used. When that is gone: no phone is offered as an approver, and one that was chosen is not asked, so that nothing is sent.
"""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback

MOBILE_APP_DOMAIN: Final = "mobile_app"
DATA_NOTIFY: Final = "notify"
DATA_PUSH_CHANNEL: Final = "push_channel"


@callback
def actions_by_webhook(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the name of the notify action of each webhook id, such as "mobile_app_pixel"."""
    platform = hass.data.get(MOBILE_APP_DOMAIN, {}).get(DATA_NOTIFY)
    registered: Mapping[str, str] = getattr(platform, "registered_targets", {})
    return {webhook_id: action for action, webhook_id in registered.items()}


@callback
def pushes_directly(hass: HomeAssistant) -> bool:
    """Return whether a phone in the house is pushed to directly, which is not awaited."""
    return bool(hass.data.get(MOBILE_APP_DOMAIN, {}).get(DATA_PUSH_CHANNEL))
