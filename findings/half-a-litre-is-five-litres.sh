#!/usr/bin/env bash
# What Home Assistant broadcasts or writes on a list has lost the punctuation that it was said with: ".5 litres" are "5 litres".
#
# Seen with hassil 3.12.1 and home-assistant-intents 2026.10.27. Commas, colons and the like are taken out of a sentence before it is recognised, so that they
# do not get in the way of a template; what stands for free words (a message, an item) is then taken from what is left, not from what was said. A point
# before a digit is lost, too, so that a number is ten times what it was, also a temperature. "No, wait for me" becomes "no wait for me", and three things
# for the shopping list become one. "1,234.50" and "-5" are kept.
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
lists = {name: TextSlotList.from_strings(["kitchen"], name=name) for name in ("name", "area", "floor")}
expected = {
    "add .5 litres of milk to my shopping list": "5 litres of milk",
    "set the temperature in the kitchen to .5 degrees": 5,
    "announce no, wait for me": "no wait for me",
    "announce come home – 5 of us are waiting": "come home 5 of us are waiting",
    "announce are you there? come down": "are you there come down",
    "add milk, eggs, bread to my shopping list": "milk eggs bread",
    "announce it is -5 degrees and costs 1,234.50": "it is -5 degrees and costs 1,234.50",
}
seen = {}
for said in expected:
    found = recognize_best(said, intents, slot_lists=lists)
    (seen[said],) = (slot.value for name, slot in found.entities.items() if name in ("message", "item", "temperature"))
    print(f"{said!r}: {found.intent.name} {seen[said]!r}")
assert seen == expected, "this has changed"
PYTHON
