#!/usr/bin/env bash
# "Ten percent brighter" sets a lamp to ten percent, and "two degrees warmer" a heating to two degrees.
#
# Seen with gazetteer-matcher 1.1.0, which Home Assistant 2026.10 asks in English when its sentence grammar (hassil 3.12.1 with home-assistant-intents
# 2026.10.27) knows nothing that fits. For the volume it has a relative intent and "down ten percent" is a step; for brightness, temperature and the position
# of a cover there is none, and instead of refusing it takes the step for the value: a lamp at sixty percent gets darker when it is to be made brighter,
# and a room at twenty degrees is left to cool down.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check gazetteer-matcher==1.1.0 hassil==3.12.1 home-assistant-intents==2026.10.27
"$work/venv/bin/python" - <<'PYTHON'
from gazetteer_matcher import GazetteerMatcher
from hassil import Intents, recognize_best
from hassil.intents import TextSlotList
from home_assistant_intents import get_intents

NAMES = {"light": "kitchen lamp", "climate": "heating", "cover": "garage door", "media_player": "TV"}

intents = Intents.from_dict({**get_intents("en"), "language": "en"})
lists = {name: TextSlotList.from_strings(NAMES.values(), name=name) for name in ("name", "area", "floor")}
entities = {f"{domain}.one": {"name": name, "domain": domain} for domain, name in NAMES.items()}
matcher = GazetteerMatcher(home={"areas": {}, "floors": {}, "entities": entities})
expected = {
    "make the kitchen lamp ten percent brighter": ("HassLightSet", {"brightness": 10}),
    "dim the kitchen lamp by ten percent": ("HassLightSet", {"brightness": 10}),
    "make the heating two degrees warmer": ("HassClimateSetTemperature", {"temperature": 2}),
    "open the garage door another ten percent": ("HassSetPosition", {"position": 10}),
    "turn the TV down ten percent": ("HassSetVolumeRelative", {"volume_step": -10}),
}
seen = {}
for said in expected:
    first = recognize_best(said, intents, slot_lists=lists)
    (frame,) = matcher.interpret(said).frames
    seen[said] = (frame.intent, {slot: value for slot, value in frame.slots.items() if slot != "name"})
    print(f"{said!r}: the grammar: {first and first.intent.name}, then: {seen[said]}")
assert seen == expected, "this has changed"
PYTHON
