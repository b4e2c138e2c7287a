#!/usr/bin/env bash
# Half a degree below zero is "minus", one and a half are "minus one", and in Polish and Russian every half is a nought.
#
# Seen with unicode-rbnf 2.4.1, which writes numbers in words by Unicode's own rules (Home Assistant's hassil takes it to understand spoken numbers). Of a negative
# number with decimals it writes the whole part, and nothing at all where that is zero, in each of two dozen languages. With the rules for Polish and Russian 21.5 is
# "twenty-one point zero". Nothing is raised, and its page shows whole numbers without saying that others are not meant. Positive decimals are right in English, German
# and most others. Whoever has a temperature said should write the sign and both parts apart.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check unicode-rbnf==2.4.1
"$work/venv/bin/python" - <<'PYTHON'
from unicode_rbnf import RbnfEngine

SEEN = {
    "en": {-1: "minus one", 1.5: "one point five", -1.5: "minus one", -0.5: "minus"},
    "de": {-1: "minus eins", 1.5: "eins Komma fünf", -1.5: "minus eins", -0.5: "minus"},
    "pl": {21: "dwadzieścia jeden", 21.5: "dwadzieścia jeden przecinek zero", -0.5: "minus"},
    "ru": {21: "двадцать один", 21.5: "двадцать одна  целыхноль десятых", -0.5: "минус"},
}

for language, numbers in SEEN.items():
    engine = RbnfEngine.for_language(language)
    for number, expected in numbers.items():
        words = engine.format_number(number).text
        print(f"{language}: {number} is {words!r}")
        assert words == expected, "this has changed"
PYTHON
