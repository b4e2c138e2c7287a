#!/usr/bin/env bash
# Five degrees below zero are five above when Piper says them in Spanish, French, Danish and many other languages.
#
# Seen with piper-tts 1.8.0 and home-assistant-intents 2026.10.27. The minus of "-5" is said in English, German, Italian and Czech; in the other languages below it is
# left out, without so much as a pause. Home Assistant's answers on the weather in French, Polish, Russian, Slovak and Catalan write it in words, which is the way to
# do it; those in Spanish, Danish and Bulgarian hand the number over as it is, so that frost sounds like a mild day. Neither project's documentation names the
# languages. The typographic minus (U+2212) does not help: it is the English word "minus" in the middle of a Spanish sentence.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check piper-tts==1.8.0 home-assistant-intents==2026.10.27 jinja2==3.1.6
"$work/venv/bin/python" - <<'PYTHON'
from types import SimpleNamespace

from home_assistant_intents import get_intents
from jinja2 import Template
from piper.phonemize_espeak import EspeakPhonemizer

espeak = EspeakPhonemizer()


def said(language: str, text: str) -> str:
    """Return what Piper says, in phonetic letters."""
    return " | ".join("".join(each) for each in espeak.phonemize("en-us" if language == "en" else language, text))


def weather(language: str, degrees: int) -> str:
    """Return Home Assistant's answer on the weather."""
    state = SimpleNamespace(state="sunny", attributes={"temperature": degrees, "temperature_unit": "°C"})
    answers = get_intents(language)["responses"]["intents"]["HassGetWeather"]
    return " ".join(Template(answers["default"]).render(state=state).split())


number, answer = [], []
for language in ("en", "de", "it", "cs", "fr", "pl", "ru", "sk", "ca", "es", "da", "bg"):
    below, above = weather(language, -5), weather(language, 5)
    number += [language] if said(language, "-5") == said(language, "5") else []
    answer += [language] if said(language, below) == said(language, above) else []
    print(f"{language}: '-5' is {said(language, '-5')}, '5' is {said(language, '5')}; {below!r} is {said(language, below)}")
typographic = said("es", "\N{MINUS SIGN}5").split()[0]
print(f"no minus in a number: {number}; none in the answer: {answer}; U+2212 in Spanish: {typographic}")
assert number == ["fr", "pl", "ru", "sk", "ca", "es", "da", "bg"], "this has changed"
assert answer == ["es", "da", "bg"] and typographic == said("en", "minus"), "this has changed"
PYTHON
