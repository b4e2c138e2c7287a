#!/usr/bin/env bash
# In Swedish and Czech, Home Assistant's sentence for a broadcast is what people say to write to one person.
#
# Seen with hassil 3.12.1 and home-assistant-intents 2026.10.27: "Skicka ett meddelande till Anna att jag är sen" (send a message to Anna that I am late) and
# "Řekni Anně, že přijdu pozdě" (tell Anna that I will be late) are recognised as HassBroadcast, which says the words aloud on every voice satellite; the
# name is part of what is said. In English and German the same request is recognised as nothing.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check hassil==3.12.1 home-assistant-intents==2026.10.27
"$work/venv/bin/python" - <<'PYTHON'
from hassil import Intents, recognize_best
from hassil.intents import TextSlotList
from home_assistant_intents import get_intents

lists = {name: TextSlotList.from_strings(["lampa"], name=name) for name in ("name", "area", "floor")}
seen = []
for language, said in (
    ("sv", "Skicka ett meddelande till Anna att jag är sen"),
    ("cs", "Řekni Anně, že přijdu pozdě"),
    ("de", "Schick Anna eine Nachricht dass ich spät komme"),
    ("en", "send a message to Anna that I am late"),
):
    intents = Intents.from_dict({**get_intents(language), "language": language})
    found = recognize_best(said, intents, slot_lists=lists, language=language)
    seen.append(found and found.intent.name)
    words = found and {name: str(value.value) for name, value in found.entities.items()}
    print(f"{language}: {said!r}: {seen[-1]} {words or ''}")
assert seen == ["HassBroadcast", "HassBroadcast", None, None], "this has changed"
PYTHON
