#!/usr/bin/env bash
# What is not to go on the shopping list goes there, with the "not", and the answer says that it was not added.
#
# Seen with hassil 3.12.1 and home-assistant-intents 2026.10.27. What stands between "put" and "on the list" is free words, and in German, Dutch and Swedish that is
# where a "not" stands: "Setz Milch nicht auf die Einkaufsliste" puts "Milch nicht" on it, answered by "Milch nicht hinzugefügt", which is German for "milk not added".
# "Keine Milch", "geen melk" and "no milk" are items, too. In English "don't put milk on the list" is not understood, as it should be. Whoever takes free words from a
# sentence should look for a "not" in them.
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

SAID = {
    "de": ("Setz Milch nicht auf die Einkaufsliste", "Setz keine Milch auf die Einkaufsliste"),
    "nl": ("Zet melk niet op de boodschappenlijst", "Zet geen melk op de boodschappenlijst"),
    "sv": ("Lägg inte till mjölk på inköpslistan",),
    "en": ("put no milk on the shopping list", "don't put milk on the shopping list"),
}

lists = {name: TextSlotList.from_strings(["lamp"], name=name) for name in ("name", "area", "floor")}
seen = []
for language, sentences in SAID.items():
    data = get_intents(language)
    intents = Intents.from_dict({**data, "language": language})
    for said in sentences:
        found = recognize_best(said, intents, slot_lists=lists, language=language)
        if found is None:
            seen.append(None)
            print(f"{language}: {said!r}: not understood")
            continue
        item = str(found.entities["item"].value).strip()
        answer = Template(data["responses"]["intents"][found.intent.name][found.response]).render(slots={"item": item})
        seen.append((found.intent.name, item, answer))
        print(f"{language}: {said!r}: {found.intent.name}, {item!r}; answered by {answer!r}")
added = "HassShoppingListAddItem"
assert seen == [
    (added, "Milch nicht", "Milch nicht hinzugefügt"),
    (added, "keine Milch", "keine Milch hinzugefügt"),
    (added, "melk niet", "melk niet toegevoegd"),
    (added, "geen melk", "geen melk toegevoegd"),
    (added, "inte till mjölk", "Inte Till Mjölk tillagt"),
    (added, "no milk", "Added no milk"),
    None,
], "this has changed"
PYTHON
