#!/usr/bin/env bash
# With automatic gain a microphone is silent.
#
# Seen with pyspeex-noise 2.0.1, which cleans a satellite's sound before it is listened to; Home Assistant itself is still at 1.0.2, which does not have that fault.
# Called as its page shows it, with a gain of 4000, it returns nothing but noughts after the first moment, whatever is said and however loud, and so with every whole
# number but 0. The gain is handed on as 64 bits and read as 32, those that are zero for a whole number: with 4000.000530064106, whose lower half happens to be a 4000,
# speech is there. Nothing is raised: a wake word is never heard, and a transcript is empty. With a gain of 0 it suppresses noise as it should. Whoever moves to 2 does
# the gain elsewhere, or measures what comes out.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyspeex-noise==2.0.1
"$work/venv/bin/python" - <<'PYTHON'
from array import array
from math import pi, sin, sqrt

from pyspeex_noise import AudioProcessor

RATE, CHUNK = 16000, 160


def voice():
    """Return four seconds like speech: a hum of 120 Hz with its overtones, four syllables a second."""
    for at in range(4 * RATE):
        syllable = max(0.0, sin(2 * pi * 4 * at / RATE))
        yield round(2000 * syllable * sum(sin(2 * pi * 120 * tone * at / RATE) / tone for tone in range(1, 9)))


def loudness(samples):
    """Return the root of the mean square."""
    return round(sqrt(sum(sample * sample for sample in samples) / len(samples)))


samples = array("h", voice())
print(f"what goes in: {loudness(samples)}")
seen = {}
for gain, noise in ((0, -30), (4000.000530064106, -30), (4000, -30), (4000, 0), (1000, 0), (16000, 0)):
    processor = AudioProcessor(gain, noise)
    cleaned = array("h")
    for at in range(0, len(samples), CHUNK):
        cleaned.frombytes(processor.process_10ms(samples[at : at + CHUNK].tobytes()))
    seen[gain, noise] = loudness(cleaned[RATE:])  # of all but the first second
    print(f"gain {gain}, noise suppression {noise}: {seen[gain, noise]}")
assert [loud > 300 for loud in seen.values()] == [True, True, False, False, False, False], "this has changed"
assert not any(list(seen.values())[2:]), "this has changed"
PYTHON
