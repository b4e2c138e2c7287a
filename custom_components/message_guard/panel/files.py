"""The built files of the page and the card, and the names under which they are served."""

import json
from pathlib import Path
import re
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

FOLDER: Final = Path(__file__).parent.parent / "frontend"
MANIFEST: Final = "built.json"

_MODULE: HassKey[str | None] = HassKey("message_guard_module")
_NAME: Final = re.compile(r"message-guard-[A-Za-z0-9_-]{4,64}\.js")
"""A changed file has another name: whatever a browser keeps of the old one is never taken for it."""


async def async_load_module(hass: HomeAssistant) -> str | None:
    """Return the name of the module that is there to be served, None if there is none."""
    hass.data[_MODULE] = await hass.async_add_executor_job(_built)
    return hass.data[_MODULE]


@callback
def module_name(hass: HomeAssistant) -> str | None:
    """Return the name of the module that is served, None if none is."""
    return hass.data.get(_MODULE)


def _built() -> str | None:
    try:
        module = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))["module"]
    except OSError, ValueError, KeyError, TypeError:
        return None
    good = isinstance(module, str) and _NAME.fullmatch(module) is not None
    return module if good and (FOLDER / module).is_file() else None
