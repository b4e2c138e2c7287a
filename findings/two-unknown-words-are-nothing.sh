#!/usr/bin/env bash
# "Don't", "except", "did you" and "tomorrow" are nothing to Home Assistant's second recogniser: it does the rest of the sentence, at once.
#
# Seen with gazetteer-matcher 1.1.0, which Home Assistant 2026.10 asks in English when its sentence grammar (hassil 3.12.1 with home-assistant-intents
# 2026.10.27) knows nothing that fits. Its description speaks of conservative validation; two words that are in no list of its own count as unimportant,
# whichever they are. "Do not turn on the kitchen lamp" turns it on, "all lights except the kitchen lamp" turns off that lamp and no other, and whoever asks
# whether the lamp was turned off has it turned off. With three such words it refuses.
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

NAMES = {"light.kitchen": "kitchen lamp", "light.hall": "hall lamp"}

intents = Intents.from_dict({**get_intents("en"), "language": "en"})
lists = {name: TextSlotList.from_strings(NAMES.values(), name=name) for name in ("name", "area", "floor")}
entities = {entity: {"name": name, "domain": "light"} for entity, name in NAMES.items()}
matcher = GazetteerMatcher(home={"areas": {}, "floors": {}, "entities": entities})
expected = {
    "do not turn on the kitchen lamp": [("HassTurnOn", "light.kitchen")],
    "turn off all lights except the kitchen lamp": [("HassTurnOff", "light.kitchen")],
    "did you turn off the kitchen lamp": [("HassTurnOff", "light.kitchen")],
    "don't turn off the kitchen lamp tomorrow": [("HassTurnOff", "light.kitchen")],
    "nobody should ever turn on the kitchen lamp": [],
}
seen = {}
for said in expected:
    first = recognize_best(said, intents, slot_lists=lists)
    assert first is None, f"the grammar knows {said!r} itself"
    found = matcher.interpret(said)
    seen[said] = [(frame.intent, frame.slots.get("name")) for frame in found.frames] if found.accepted else []
    print(f"{said!r}: {seen[said] or 'refused'}")
assert seen == expected, "this has changed"
PYTHON
