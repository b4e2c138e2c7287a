#!/usr/bin/env bash
# Home Assistant's sentences take a time at the END of any sentence for its own delayed command.
#
# Seen with hassil 3.12.1 and home-assistant-intents 2026.10.27: "tell Anna I will be home in ten minutes" is recognised, in whole and without
# any doubt, as HassStartTimer with the command "tell Anna I will be home", to be carried out in ten minutes. Whoever adds a sentence of
# their own ("tell {name} {words}") to what Home Assistant already knows loses it as soon as the words end with a time.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check hassil==3.12.1 home-assistant-intents==2026.10.27
"$work/venv/bin/python" - <<'PYTHON'
from hassil import Intents, recognize_best
from hassil.intents import TextSlotList
from home_assistant_intents import get_intents

intents = Intents.from_dict({**get_intents("en"), "language": "en"})
# What a home adds to them: the names of its things and rooms.
lists = {name: TextSlotList.from_strings(["lamp"], name=name) for name in ("name", "area", "floor")}
seen = {}
for said in (
    "tell Anna I will be home in ten minutes",
    "write to Anna that the train leaves in 2 hours",
    "tell Anna I will be home",
):
    found = recognize_best(said, intents, slot_lists=lists)
    command = found.entities.get("conversation_command") if found else None
    seen[said] = (found.intent.name if found else None, command and str(command.value).strip())
    print(f"{said!r}: {seen[said]}")
assert list(seen.values()) == [
    ("HassStartTimer", "tell Anna I will be home"),
    ("HassStartTimer", "write to Anna that the train leaves"),
    (None, None),
], "this has changed"
PYTHON
