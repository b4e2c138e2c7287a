#!/usr/bin/env bash
# A phone number that an automation takes from a template loses its plus, "12.50" is 12.5, and "..." is "Ellipsis".
#
# Seen with Home Assistant 2026.11.0. What a template gives is made a number, a list and the like if it looks like one, and an action that wants a text gets
# it made a text again. On the way "+4930123456" becomes 4930123456, which no gateway for SMS sends to Germany, a price or a time with a point loses
# its last nought, and a message of three dots says "Ellipsis", as Python calls them. "0301234567", "8:30" and the same number within a sentence
# stay as they are. `| string` in the template makes no difference, nor does a blank beside it; `| to_json` keeps the plus and adds quotes.
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

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_call_from_config
from homeassistant.helpers.template import Template
import probatio

TEXTS = {
    "+4930123456": "4930123456",
    "12.50": "12.5",
    "...": "Ellipsis",
    "0301234567": "0301234567",
    "8:30": "8:30",
    "Call +4930123456": "Call +4930123456",
}


async def main() -> bool:
    hass = HomeAssistant(os.environ["FOLDER"])
    arrived = []

    async def send(call):
        arrived.append(call.data["message"])

    hass.services.async_register("notify", "sms", send, probatio.Schema({"message": cv.string}))
    message = Template("{{ words }}", hass)
    for text in TEXTS:
        await async_call_from_config(
            hass, {"action": "notify.sms", "data": {"message": message}}, variables={"words": text}, blocking=True
        )
        print(f"{text!r} arrives as {arrived[-1]!r}")
    await hass.async_stop(force=True)
    return arrived == list(TEXTS.values())


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
echo "as described"
