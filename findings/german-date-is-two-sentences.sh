#!/usr/bin/env bash
# Home Assistant's own answer to "what day is it" is two sentences in German when Piper says it: "der drei. Mai".
#
# Seen with home-assistant-intents 2026.10.27 and piper-tts 1.8.0. The answer is written "der 3. Mai 2026", as German writes dates; Piper, which Home Assistant
# speaks with, takes the point for the end of a sentence: a pause, and "drei" (three) where "dritte" (third) is said. Slovak has the same, Danish
# and Norwegian, which write dates alike, are read as they should be. And "8:30 Uhr" is read as "acht Uhr dreißig Uhr". Whoever has a date or a time read
# out before it is confirmed should write it in words.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check piper-tts==1.8.0 home-assistant-intents==2026.10.27 jinja2==3.1.6
"$work/venv/bin/python" - <<'PYTHON'
from datetime import date

from home_assistant_intents import get_intents
from jinja2 import Template
from piper.phonemize_espeak import EspeakPhonemizer

espeak = EspeakPhonemizer()


def sentences(language: str, text: str) -> list[str]:
    """Return what Piper says, a sentence each, in phonetic letters."""
    return ["".join(each) for each in espeak.phonemize(language, text)]


seen = {}
for language in ("de", "sk", "da", "nb"):
    answers = get_intents(language)["responses"]["intents"]["HassGetCurrentDate"]
    text = " ".join(Template(answers["default"]).render(slots={"date": date(2026, 5, 3)}).split())
    said = sentences(language, text)
    seen[language] = len(said)
    print(f"{language}: {text!r} in {len(said)} sentence(s): {' | '.join(said)}")
three, third = sentences("de", "drei") + sentences("de", "dritte")
(half_past,) = sentences("de", "8:30 Uhr")
print(f"'drei' is {three}, 'dritte' is {third}; '8:30 Uhr' is {half_past}")
assert seen == {"de": 2, "sk": 2, "da": 1, "nb": 1}, "this has changed"
assert three in sentences("de", "der 3. Mai")[0] and half_past.count("uː") == 2, "this has changed"
PYTHON
