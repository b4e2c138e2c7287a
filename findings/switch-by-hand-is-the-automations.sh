#!/usr/bin/env bash
# A hand on the switch is the automation's, for five seconds after the automation has switched it.
#
# Seen with Home Assistant 2026.11.0. Whatever an entity reports carries a context: which automation or person is behind it, as the logbook says and
# automations ask for ("only if nobody's automation has done it"). An action leaves its context with the entity, and for five seconds whatever the
# entity reports gets it, also what has nothing to do with that action: somebody switches the lamp off at the wall two seconds after an automation has
# switched it on, and the logbook says that the automation has switched it off. After six seconds it is nobody's, as it should be.
#
# uv takes a Python of 3.14 or newer, or fetches it; PYTHON=/path/to/python names one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:-3.14}" "$work/venv"
"$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" homeassistant==2026.11.0
FOLDER=$work "$work/venv/bin/python" - <<'PYTHON'
import asyncio
import os
import sys

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity import ToggleEntity


class Lamp(ToggleEntity):
    _attr_should_poll = False
    _attr_is_on = False
    entity_id = "light.lamp"

    def reports(self, is_on):
        self._attr_is_on = is_on
        self.async_write_ha_state()
        return self.hass.states.get(self.entity_id).context.id


async def main() -> bool:
    hass = HomeAssistant(os.environ["FOLDER"])
    lamp = Lamp()
    lamp.hass = hass
    automation = Context()
    lamp.async_set_context(automation)  # as Home Assistant does for every action on it
    seen = [lamp.reports(True) == automation.id]
    await asyncio.sleep(2)
    seen.append(lamp.reports(False) == automation.id)
    await asyncio.sleep(4)
    seen.append(lamp.reports(True) == automation.id)
    for what, whose in zip(("on, by the automation", "off by hand, two seconds later", "on by hand, after six"), seen, strict=True):
        print(f"{what}: {'the automation' if whose else 'nobody'}'s")
    await hass.async_stop(force=True)
    return seen == [True, True, False]


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
echo "as described"
