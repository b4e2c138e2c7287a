#!/usr/bin/env bash
# A stereo microphone reaches a Wyoming service twice as loud, and one at 48 kHz with its whistles turned into tones in the middle of speech.
#
# Seen with wyoming 1.10.2. AudioChunkConverter is what Home Assistant makes 16 kHz mono with of whatever a Wyoming satellite sends. It adds the two channels instead
# of taking their mean: somebody in the middle is 6 dB louder, and what was at half the range or more is clipped. For the rate it takes samples out without a filter
# before: a tone of 15 kHz, as old screens and a sharp s have, is one of 1 kHz, as loud as it was. Its documentation is silent on both. Whoever has the choice records
# at 16 kHz mono, where it changes nothing, or has sox or ffmpeg do it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check wyoming==1.10.2 "audioop-lts==0.2.2; python_version >= '3.13'"
"$work/venv/bin/python" -W ignore - <<'PYTHON'
from array import array
from math import cos, hypot, pi, sin

from wyoming.audio import AudioChunk, AudioChunkConverter


def second(tone, loudness, rate, channels=1):
    """Return a second of a tone (Hz), with the same on each channel."""
    samples = (round(loudness * sin(2 * pi * tone * at / rate)) for at in range(rate))
    return AudioChunk(rate, 2, channels, array("h", (each for each in samples for _ in range(channels))).tobytes())


def converted(chunk):
    """Return the samples as a service takes them: 16 kHz, 16 bit, mono."""
    return array("h", AudioChunkConverter(rate=16000, width=2, channels=1).convert(chunk).audio)


def loudness_at(tone, samples):
    """Return how loud a tone (Hz) is among samples at 16 kHz."""
    turns = [2 * pi * tone * at / 16000 for at in range(len(samples))]
    parts = [sum(sample * wave(turn) for sample, turn in zip(samples, turns)) for wave in (cos, sin)]
    return 2 * hypot(*parts) / len(samples)


seen = {}
for loudness in (10_000, 20_000):
    seen[loudness] = max(converted(second(440, loudness, 16000, channels=2)))
    print(f"stereo, {loudness} on each channel: {seen[loudness]} in mono")
whistle = converted(second(15_000, 10_000, 48_000))
seen["whistle"] = round(loudness_at(1000, whistle), -2)
print(f"a tone of 15 kHz, {10_000}: a tone of 1 kHz, {seen['whistle']:g}")
assert seen == {10_000: 20_000, 20_000: 32_767, "whistle": 10_000}, "this has changed"
PYTHON
