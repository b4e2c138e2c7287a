"""Which entities a call names: by themselves, or by a group, a device, an area, a floor, a label, or all of them."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL, ENTITY_MATCH_NONE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids


@callback
def names(hass: HomeAssistant, data: Mapping[str, Any], entity_id: str) -> bool:
    """Return whether a call with this data has the entity for a target; data that makes no sense names nothing."""
    try:
        given = cv.comp_entity_ids(data.get(ATTR_ENTITY_ID, ENTITY_MATCH_NONE))
        listed = {ENTITY_MATCH_ALL: [entity_id], ENTITY_MATCH_NONE: []}.get(str(given), given)
        selection = TargetSelection({**data, ATTR_ENTITY_ID: listed})
        selected = async_extract_referenced_entity_ids(hass, selection)
    except Exception:  # noqa: BLE001 - a call is whatever somebody has written, and its own integration refuses it
        return False
    return entity_id in selected.referenced | selected.indirectly_referenced
