#!/usr/bin/env bash
# "Set a timer for half an hour" is an hour and a half in Dutch, and half a minute is a minute and a half.
#
# Seen with hassil 3.12.1 and home-assistant-intents 2026.10.27. "Een half uur" is how Dutch says half an hour; "een" is "a" and "one" alike, and the sentences for
# "one and a half" (which Dutch says as "anderhalf") take it before those for half an hour: one hour, thirty minutes. The request that brought these sentences in names
# "zet timer voor een half uur" as half an hour. Without the article it is, and "30 minuten" always. The answer names the length, so whoever listens to it can hear
# that it is wrong.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check hassil==3.12.1 home-assistant-intents==2026.10.27 jinja2==3.1.6
"$work/venv/bin/python" - <<'PYTHON'
from hassil import Intents, recognize_best
from hassil.intents import TextSlotList
from home_assistant_intents import get_intents
from jinja2 import Template

SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}

data = get_intents("nl")
intents = Intents.from_dict({**data, "language": "nl"})
answer = Template(data["responses"]["intents"]["HassStartTimer"]["default"])
# What a home adds to them: the names of its things and rooms.
lists = {name: TextSlotList.from_strings(["lamp"], name=name) for name in ("name", "area", "floor")}
seen = {}
for said in (
    "zet een timer voor een half uur",
    "zet een timer op een half uur",
    "timer van een half uur",
    "zet een timer voor een halve minuut",
    "zet een timer voor half uur",
    "zet een timer voor anderhalf uur",
    "zet een timer voor 30 minuten",
):
    found = recognize_best(said, intents, slot_lists=lists, language="nl")
    seen[said] = sum(found.entities[unit].value * SECONDS[unit] for unit in SECONDS if unit in found.entities)
    told = " ".join(answer.render(slots={name: entity.text.strip() for name, entity in found.entities.items()}).split())
    print(f"{said!r}: {found.intent.name}, {seen[said]:g} s; answered by {told!r}")
assert list(seen.values()) == [5400, 5400, 5400, 90, 1800, 5400, 1800], "this has changed"
PYTHON
