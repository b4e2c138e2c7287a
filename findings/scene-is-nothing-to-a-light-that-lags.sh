#!/usr/bin/env bash
# A scene does nothing to a light that already says what the scene wants, although the light was just asked for something else.
#
# Seen with Home Assistant 2026.11.0. Restoring a light (a scene, and everything else that reproduces states) compares what is wanted with what the
# light says of itself, and calls nothing where both are the same. Many lights say what they do only a while after they were asked: MQTT and Zigbee
# that are not optimistic, and lights that are polled. Turned on and put back before it has told of that, such a light is not put back: it goes on
# afterwards and stays on. A plain light.turn_off does not have that fault.
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

from homeassistant.components.light.reproduce_state import async_reproduce_states
from homeassistant.core import HomeAssistant, State

LIGHT = "light.that_tells_later"


async def main() -> bool:
    hass = HomeAssistant(os.environ["FOLDER"])
    asked = []

    async def ask(call):
        asked.append(call.service)  # the light tells of it a second later: not yet

    for service in ("turn_on", "turn_off"):
        hass.services.async_register("light", service, ask)
    hass.states.async_set(LIGHT, "off")
    before = State(LIGHT, "off")

    await hass.services.async_call("light", "turn_on", {"entity_id": LIGHT}, blocking=True)
    await async_reproduce_states(hass, [before])
    print("asked for, after it was put back:", asked)
    hass.states.async_set(LIGHT, "on")  # now it tells
    print("and it is", hass.states.get(LIGHT).state)
    await async_reproduce_states(hass, [before])
    print("put back once more, since it has told:", asked)
    await hass.async_stop(force=True)
    return asked == ["turn_on", "turn_off"]


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
echo "as described"
