#!/usr/bin/env bash
# "Set a timer for an hour" is understood by Home Assistant in German and Spanish, and not in English, French, Italian, Polish and Czech.
#
# Seen with hassil 3.12.1, home-assistant-intents 2026.10.27 and gazetteer-matcher 1.1.0, which English is tried with next. A duration is a number and a unit, and
# where a language says one hour without a number ("an hour", "d'une heure", "un'ora", "godzinę", "hodinu") there is none. "Two hours" is understood in all of
# them, in English "one hour" and "half an hour", too: it is the commonest length of all that is missing, and "a minute" with it.
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

SAID = {
    "de": ("Stelle einen Timer auf eine Stunde", "Stelle einen Timer auf zwei Stunden"),
    "es": ("Pon un temporizador de una hora", "Pon un temporizador de dos horas"),
    "en": ("set a timer for an hour", "set a timer for two hours"),
    "fr": ("Mets un minuteur d'une heure", "Mets un minuteur de deux heures"),
    "it": ("Imposta un timer di un'ora", "Imposta un timer di due ore"),
    "pl": ("Ustaw minutnik na godzinę", "Ustaw minutnik na dwie godziny"),
    "cs": ("Nastav časovač na hodinu", "Nastav časovač na dvě hodiny"),
}

lists = {name: TextSlotList.from_strings(["lamp"], name=name) for name in ("name", "area", "floor")}
understood = []
for language, sentences in SAID.items():
    intents = Intents.from_dict({**get_intents(language), "language": language})
    for said in sentences:
        found = recognize_best(said, intents, slot_lists=lists, language=language)
        hours = found and found.entities["hours"].value
        print(f"{language}: {said!r}: {f'{found.intent.name}, {hours:g} hour(s)' if found else 'not understood'}")
        if found:
            understood.append((language, hours))
next_try = GazetteerMatcher(home={"areas": {}, "floors": {}, "entities": {}}).interpret(SAID["en"][0])
print(f"en, tried next: {'understood' if next_try.accepted else 'not understood'}")
assert [language for language, hours in understood if hours == 1] == ["de", "es"], "this has changed"
assert [language for language, hours in understood if hours == 2] == list(SAID) and not next_try.accepted, "this has changed"
PYTHON
