#!/usr/bin/env bash
# A message to a notifier that is unavailable, or does not exist, is a success for whoever has sent it.
#
# Seen with Home Assistant 2026.11.0. Actions skip entities that are unavailable, which does no harm to a lamp: its switch shows what it is. A message is gone: nothing
# is handed over, nothing is sent later when the notifier is back, and notify.send_message ends as it does after a message that was delivered. The same
# with a notifier whose name is mistyped or that was renamed, whereas an action whose own name is mistyped is refused. All there is is a warning in
# the log. Whoever sends has to look at the state of the notifier before, and cannot know from the answer.
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

from homeassistant import bootstrap, loader
from homeassistant.components import notify
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceNotFound


class Anna(notify.NotifyEntity):
    _attr_should_poll = False
    entity_id = "notify.anna"

    def __init__(self):
        self.taken = []

    async def async_send_message(self, message, title=None):
        self.taken.append(message)

    def is_there(self, available):
        self._attr_available = available
        self.async_write_ha_state()


async def main() -> bool:
    hass = HomeAssistant(os.environ["FOLDER"])
    hass.config_entries = ConfigEntries(hass, {})
    loader.async_setup(hass)
    await bootstrap.async_load_base_functionality(hass)
    await notify.async_setup(hass, {})
    anna = Anna()
    await hass.data[notify.DATA_COMPONENT].async_add_entities([anna])
    outcomes = []

    async def send(message, to="notify.anna", action="send_message"):
        try:
            await hass.services.async_call("notify", action, {"entity_id": to, "message": message}, blocking=True)
            outcomes.append("success")
        except ServiceNotFound:
            outcomes.append("refused")
        print(f"{action} {message!r} to {to}: {outcomes[-1]}")

    await send("Anna is there")
    anna.is_there(False)
    await send("Anna is away")
    anna.is_there(True)
    await send("Anna is mistyped", to="notify.ana")
    await send("the action is mistyped", action="send_mesage")
    print("what Anna has got:", anna.taken)
    await hass.async_stop(force=True)
    return outcomes == ["success", "success", "success", "refused"] and anna.taken == ["Anna is there"]


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
echo "as described"
