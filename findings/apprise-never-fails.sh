#!/usr/bin/env bash
# A message through Home Assistant's Apprise is a success when the service turns it away, and when nobody has the name it was sent to.
#
# Seen with Home Assistant 2026.11.0 and Apprise 2.1.0, which stands for more than a hundred messengers. Apprise answers what has become of a message (sent, failed,
# or that no service has this tag); Home Assistant's integration does not look at the answer. A service that says 500 is written in the log and no more.
# A `target` with a mistyped name, which in a file of Apprise's is the tag of a person, sends to nobody, and not even the log has a word of it.
#
# uv takes a Python of 3.14 or newer, or fetches it; PYTHON=/path/to/python names one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:-3.14}" "$work/venv"
"$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" homeassistant==2026.11.0 apprise==2.1.0
FOLDER=$work "$work/venv/bin/python" - <<'PYTHON'
import asyncio
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
import logging
import os
from pathlib import Path
import sys
from threading import Thread

from homeassistant.components.apprise.notify import get_service
from homeassistant.core import HomeAssistant

status = 200
arrived, logged = [], []


class Messenger(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if status == 200:
            arrived.append(json.loads(content)["message"])
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing of requests."""


class Log(logging.Handler):
    def emit(self, record):
        logged.append(record.getMessage())


async def main() -> bool:
    global status
    logging.getLogger().addHandler(Log())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Messenger)
    Thread(target=server.serve_forever, daemon=True).start()
    people = Path(os.environ["FOLDER"]) / "people.cfg"
    people.write_text(f"anna=json://127.0.0.1:{server.server_port}/\n")
    hass = HomeAssistant(os.environ["FOLDER"])
    service = await hass.async_add_executor_job(get_service, hass, {"config": str(people)})
    service.hass = hass
    seen = []
    for what, target, status in (("works", "anna", 200), ("is mistyped", "ana", 200), ("says 500", "anna", 500)):
        logged.clear()
        await service.async_send_message(f"this one {what}", target=[target])
        seen.append(sum("500" in each or "error" in each.lower() for each in logged))
        print(f"{what}: told of nothing; in the log: {logged}")
    print("arrived:", arrived)
    server.shutdown()
    await hass.async_stop(force=True)
    return arrived == ["this one works"] and seen[:2] == [0, 0] and seen[2] > 0


sys.exit(0 if asyncio.run(main()) else 1)
PYTHON
echo "as described"
