#!/usr/bin/env bash
# "Come at 10-12" is "come at ten minus twelve" when Piper says it in Portuguese, Ukrainian, Hungarian and Greek, and "ten twelve" in most other languages.
#
# Seen with piper-tts 1.8.0. In English and German the hyphen between two numbers is "dash"; in the other languages below it is left out. So is the en dash, with
# which ranges are printed, in every one of them, the hyphen with spaces around it, and the minus of "5 - 3 = 2". A date like 2026-11-29 is a subtraction, too, where
# a range is. Nothing in the documentation tells. Whoever has a time, a score or a range read out before it is confirmed should write a word between the numbers.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check piper-tts==1.8.0
"$work/venv/bin/python" - <<'PYTHON'
from piper.phonemize_espeak import EspeakPhonemizer

espeak = EspeakPhonemizer()


def said(language: str, text: str) -> str:
    """Return what Piper says, in phonetic letters."""
    return "".join("".join(each) for each in espeak.phonemize(language, text))


MINUS = {"pt-br": "menos", "uk": "мінус", "hu": "minusz", "el": "μείον"}
DASH = {"en-us": "dash", "de": "Strich"}
NOTHING = ("fr", "es", "it", "nl", "pl", "sv", "cs", "ca", "ru", "tr", "da", "ro", "sk", "fi")


def letters(text: str) -> str:
    """Return phonetic letters without stress and spaces."""
    return "".join(letter for letter in text if letter not in "ˈˌ ")


for language, word in (MINUS | DASH).items():
    print(f"{language}: '10-12' is {said(language, '10-12')}, '10 {word} 12' is {said(language, f'10 {word} 12')}")
    assert letters(said(language, "10-12")) == letters(said(language, f"10 {word} 12")), "this has changed"
for language in NOTHING:
    print(f"{language}: '10-12' is {said(language, '10-12')}, '10 12' is {said(language, '10 12')}")
    assert said(language, "10-12") == said(language, "10 12"), "this has changed"
for language in (*MINUS, *DASH, *NOTHING):
    assert said(language, "10–12") == said(language, "10 12"), "this has changed"
    assert said(language, "5 - 3") == said(language, "5 3"), "this has changed"
PYTHON
