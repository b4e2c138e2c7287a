"""The form about the ledger: how long words are kept, where checkpoints go, and who cosigns them."""

from collections.abc import Mapping
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..const import (
    CONF_CHECKPOINT_EVERY,
    CONF_CHECKPOINT_FILE,
    CONF_CHECKPOINT_NOTIFY,
    CONF_CHECKPOINT_SEQUENCE,
    CONF_RETENTION_DAYS,
    CONF_WITNESSES,
)
from ..core.errors import LedgerError
from ..ledger.format.cosignature import WitnessKey
from ..ledger.push import EVERY_HOURS, SOON
from ..ledger.store import RETENTION_DAYS
from ..ledger.witness import Verdict, Witness, prefix
from ..ledger.witnesses import CONF_KEY, CONF_URL, chosen_witnesses
from ..runtime import Components, MessageGuardConfigEntry, components_of
from . import fields
from .destinations import CONF_SHOWN_DESTINATIONS, DESTINATIONS

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
        probatio.Optional(CONF_WITNESSES): ObjectSelector(
            ObjectSelectorConfig(
                fields={
                    name: ObjectSelectorField(selector=fields.one_text, required=True)
                    for name in (CONF_URL, CONF_KEY)
                },
                multiple=True,
                label_field=CONF_URL,
                translation_key="witness",
            )
        ),
        probatio.Optional(CONF_SHOWN_DESTINATIONS): DESTINATIONS,
        probatio.Required(CONF_CHECKPOINT_EVERY, default=SOON): SelectSelector(
            SelectSelectorConfig(
                options=[SOON, *EVERY_HOURS],
                translation_key="checkpoint_every",
                mode=SelectSelectorMode.DROPDOWN,
            )
        ),
    }
)


def ledger_options(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered as it is stored."""
    return {
        CONF_RETENTION_DAYS: int(entered[CONF_RETENTION_DAYS]),
        CONF_CHECKPOINT_NOTIFY: entered.get(CONF_CHECKPOINT_NOTIFY, []),
        CONF_CHECKPOINT_SEQUENCE: entered.get(CONF_CHECKPOINT_SEQUENCE, []),
        CONF_CHECKPOINT_FILE: entered.get(CONF_CHECKPOINT_FILE, "").strip(),
        CONF_CHECKPOINT_EVERY: entered[CONF_CHECKPOINT_EVERY],
        CONF_WITNESSES: [
            {CONF_URL: one.url, CONF_KEY: str(one.key)} for one in chosen_witnesses(entered)
        ],
    }


async def witness_problem(
    entry: MessageGuardConfigEntry, entered: Mapping[str, Any], placeholders: dict[str, str]
) -> dict[str, str]:
    """Return the error of the witnesses that were entered; says in `placeholders` which one it is.

    Each new one has to cosign a checkpoint first: a witness that never answers, or with another key, would be
    taken for one that is only away.
    """
    known = chosen_witnesses(entry.options)
    names: set[str] = set()
    for each in entered.get(CONF_WITNESSES, []):
        placeholders["witness"] = str(each[CONF_URL])
        try:
            prefix(each[CONF_URL])
        except ValueError:
            return {CONF_WITNESSES: "witness_url"}
        try:
            key = WitnessKey.parse(each[CONF_KEY])
        except ValueError:
            return {CONF_WITNESSES: "witness_key"}
        witness = Witness.parse(each[CONF_URL], each[CONF_KEY])
        if key.public.hex() in names:
            return {CONF_WITNESSES: "witness_twice"}
        names.add(key.public.hex())
        if witness not in known:
            verdict = await _first_cosignature(components_of(entry), witness)
            if verdict is not Verdict.COSIGNED:
                return {CONF_WITNESSES: _VERDICTS[verdict]}
    return {}


_VERDICTS: Final[Mapping[Verdict | None, str]] = {
    None: "witness_not_started",
    Verdict.AWAY: "witness_away",
    Verdict.BUSY: "witness_away",
    Verdict.FORKED: "witness_disagrees",
    Verdict.ROLLED_BACK: "witness_disagrees",
    Verdict.UNKNOWN_LEDGER: "witness_unknown_ledger",
    Verdict.UNKNOWN_KEY: "witness_unknown_key",
    Verdict.REDIRECTS: "witness_redirects",
    Verdict.OTHER_KEY: "witness_other_key",
    Verdict.NO_WITNESS: "witness_no_witness",
}


async def _first_cosignature(components: Components | None, witness: Witness) -> Verdict | None:
    """Return what comes of asking a witness for the first time, None if there is nothing to ask about."""
    if components is None:
        return None
    try:
        return await components.witnesses.first(witness)
    except LedgerError as error:
        _LOGGER.error("No checkpoint could be offered to a witness: %s", error)
        return None


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
