#!/usr/bin/env bash
# Whoever calls a webhook of Home Assistant that does not exist, or whose work has failed, is told 200 OK.
#
# Seen with Home Assistant 2026.11.0. It gives nothing away about which addresses exist, so a doorbell, a form or a messenger that posts to an address with a
# mistyped letter, or to one whose automation was turned off or deleted, gets the very answer of one that has worked, and so does one whose handler
# ends with an error. Services that try again after a failure, as those who send webhooks do, have nothing to go by. Only the wrong method is told.
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
import logging
import os
import sys

from aiohttp import ClientSession, web
from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import KEY_HASS

logging.disable()


async def main() -> bool:
    hass = HomeAssistant(os.environ["FOLDER"])
    taken = []

    async def take(hass, webhook_id, request):
        taken.append((await request.json())["message"])

    async def serve(request):
        return await webhook.async_handle_webhook(hass, request.match_info["id"], request)

    app = web.Application()
    app[KEY_HASS] = hass
    app.router.add_route("*", "/api/webhook/{id}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/webhook/"
    answers = []

    async def post(client, what, name, content, method="POST"):
        async with client.request(method, address + name, json=content) as answer:
            answers.append((answer.status, await answer.text()))
        print(f"{what}: {answers[-1]}")

    webhook.async_register(hass, "automation", "Doorbell", "doorbell", take, allowed_methods=["POST"])
    async with ClientSession() as client:
        await post(client, "one that works", "doorbell", {"message": "Somebody is at the door"})
        await post(client, "one that is mistyped", "dorbell", {"message": "Somebody is at the door"})
        await post(client, "one whose handler fails", "doorbell", {"text": "Somebody is at the door"})
        await post(client, "the wrong method", "doorbell", {"message": "Somebody is at the door"}, "PUT")
        webhook.async_unregister(hass, "doorbell")
        await post(client, "one that was turned off", "doorbell", {"message": "Somebody is at the door"})
    print("taken:", taken)
    await runner.cleanup()
    await hass.async_stop(force=True)
    return answers == [(200, "")] * 3 + [(405, ""), (200, "")] and len(taken) == 1


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
echo "as described"
