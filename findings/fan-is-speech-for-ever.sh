#!/usr/bin/env bash
# A fan, a hum or a beep is speech to WebRTC's voice detector, in its strictest mode and for as long as it lasts.
#
# Seen with webrtcvad-wheels 2.0.14.post1. It is what home-made satellites find the end of an utterance with, and its mode 3 is described as the most aggressive one in
# filtering out what is no speech. A minute of an even noise, a mains hum or one tone, none of it too loud (-20 dBFS), is speech from beginning to end: the detector does
# not get used to what does not change. The same sounds at -40 dBFS are none, nor is silence. So a recording next to a running extractor hood never
# ends by itself; it takes a limit of its own.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check webrtcvad-wheels==2.0.14.post1
"$work/venv/bin/python" - <<'PYTHON'
from array import array
from math import pi, sin, sqrt
from random import Random

import webrtcvad

RATE, SECONDS = 16000, 60
FRAME = 2 * RATE * 30 // 1000  # bytes of thirty milliseconds

random = Random(1)
moments = [each / RATE for each in range(RATE * SECONDS)]
noise = [random.gauss(0, 1) for _ in moments]
fan, low = [], 0.0
for each in noise:
    low += 0.1 * (each - low)
    fan.append(low)
sounds = {
    "fan": fan,
    "mains hum": [sum(sin(2 * pi * 50 * part * moment) / part for part in range(1, 8)) for moment in moments],
    "beep": [sin(2 * pi * 1000 * moment) for moment in moments],
}


def speech(wave: list[float], level: float, mode: int) -> float:
    """Return which share of the frames of a sound is speech, played at a level in dBFS."""
    factor = 32767 * 10 ** (level / 20) / sqrt(sum(each * each for each in wave) / len(wave))
    sound = array("h", (round(factor * each) for each in wave)).tobytes()
    detector = webrtcvad.Vad(mode)
    frames = [sound[start : start + FRAME] for start in range(0, len(sound) - FRAME + 1, FRAME)]
    return sum(detector.is_speech(frame, RATE) for frame in frames) / len(frames)


for name, wave in sounds.items():
    loud, faint = speech(wave, -20, 3), speech(wave, -40, 3)
    print(f"{name}, a minute, mode 3: {loud:.0%} of it is speech at -20 dBFS, {faint:.0%} at -40")
    assert loud > 0.99 and faint < 0.05, "this has changed"
PYTHON
