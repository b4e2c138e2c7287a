#!/usr/bin/env bash
# In Czech and Slovak, what Home Assistant does not understand of a timer's length becomes its name, and the timer rings early.
#
# Seen with hassil 3.12.1 and home-assistant-intents 2026.10.27. A timer may have any words for a name, right before its length and in Slovak also behind it.
# "Pětadvacet minut", as people say for 25 minutes, is a timer called "na pěta" of 20 minutes; "hodinu a dvacet minut" (an hour and twenty minutes) is one called "na
# hodinu a" of 20 minutes; in Slovak "hodinu a pol" (an hour and a half) is one called "a pol" of an hour. A language whose sentences have no such place for a name
# does not understand these, which is the lesser evil. "Dvacet pět minut" and figures are taken as they should be.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check hassil==3.12.1 home-assistant-intents==2026.10.27
"$work/venv/bin/python" - <<'PYTHON'
from hassil import Intents, recognize_best
from hassil.intents import TextSlotList
from home_assistant_intents import get_intents

SAID = {
    "cs": (
        "nastav časovač na pětadvacet minut",
        "nastav časovač na hodinu a dvacet minut",
        "nastav časovač na dvacet pět minut",
        "nastav časovač na 25 minut",
    ),
    "sk": ("nastav časovač na hodinu a pol", "nastav časovač na jeden a pol hodiny"),
    "pl": ("ustaw minutnik na godzinę i dwadzieścia minut",),
}

lists = {name: TextSlotList.from_strings(["lamp"], name=name) for name in ("name", "area", "floor")}
seen = []
for language, sentences in SAID.items():
    intents = Intents.from_dict({**get_intents(language), "language": language})
    for said in sentences:
        found = recognize_best(said, intents, slot_lists=lists, language=language)
        parts = {part: entity.value for part, entity in found.entities.items()} if found else {}
        name = str(parts.get("name", "")).strip()
        seen.append((name, 60 * parts.get("hours", 0) + parts.get("minutes", 0)) if found else None)
        print(f"{language}: {said!r}: {f'{seen[-1][1]:g} minutes, called {name!r}' if found else 'not understood'}")
assert seen == [("na pěta", 20), ("na hodinu a", 20), ("", 25), ("", 25), ("a pol", 60), ("", 90), None], "this has changed"
PYTHON
