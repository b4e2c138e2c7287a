"""The form about the ledger: how long words are kept, and where checkpoints go."""

from collections.abc import Mapping
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import probatio

from ..const import (
    CONF_CHECKPOINT_FILE,
    CONF_CHECKPOINT_NOTIFY,
    CONF_CHECKPOINT_SEQUENCE,
    CONF_RETENTION_DAYS,
)
from ..ledger.store import RETENTION_DAYS
from ..runtime import MessageGuardConfigEntry
from . import fields

_LOGGER = logging.getLogger(__name__)

MOST_DAYS: Final = 3650
NO_KEY: Final = "?"

LEDGER = probatio.Schema(
    {
        probatio.Required(CONF_RETENTION_DAYS, default=RETENTION_DAYS): NumberSelector(
            NumberSelectorConfig(min=0, max=MOST_DAYS, step=1, mode=NumberSelectorMode.BOX)
        ),
        probatio.Optional(CONF_CHECKPOINT_NOTIFY): fields.notify_entities,
        probatio.Optional(CONF_CHECKPOINT_SEQUENCE): fields.action_sequence,
        probatio.Optional(CONF_CHECKPOINT_FILE): fields.one_text,
    }
)


def ledger_options(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered as it is stored."""
    return {
        CONF_RETENTION_DAYS: int(entered[CONF_RETENTION_DAYS]),
        CONF_CHECKPOINT_NOTIFY: entered.get(CONF_CHECKPOINT_NOTIFY, []),
        CONF_CHECKPOINT_SEQUENCE: entered.get(CONF_CHECKPOINT_SEQUENCE, []),
        CONF_CHECKPOINT_FILE: entered.get(CONF_CHECKPOINT_FILE, "").strip(),
    }


async def ledger_problem(hass: HomeAssistant, entered: Mapping[str, Any]) -> dict[str, str]:
    """Return the errors of the form."""
    name = entered.get(CONF_CHECKPOINT_FILE, "").strip()
    if not name:
        return {}
    path = Path(name)
    if not path.is_absolute() or not hass.config.is_allowed_path(name):
        return {CONF_CHECKPOINT_FILE: "file_not_allowed"}
    if not await hass.async_add_executor_job(path.parent.is_dir):
        return {CONF_CHECKPOINT_FILE: "no_folder"}
    return {}


def current_key(entry: MessageGuardConfigEntry) -> str:
    """Return the verifier key of the household's ledger, a question mark if it cannot be told."""
    data = getattr(entry, "runtime_data", None)
    components = None if data is None else data.components
    return (None if components is None else components.ledger.verifier_key) or NO_KEY
