"""Sounds without a word: what a recogniser may write something for. All of them are made here."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import sound

type _Wave = NDArray[np.float64]
type _Maker = Callable[[NDArray[np.float64], np.random.Generator], _Wave]


def make(kind: str, seed: int) -> sound.Samples:
    """Return one of `KINDS` as the microphone hears it: 2 to 8 s, 12 to 40 dB below full scale by seed."""
    random = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    seconds = float(random.uniform(2.0, 8.0))
    time = np.arange(round(seconds * sound.RATE)) / sound.RATE
    wave = KINDS[kind](time, random)
    peak = float(np.max(np.abs(wave)))
    level = 10 ** (random.uniform(-40.0, -12.0) / 20)
    clip = (wave / peak * 32767 * level).astype(np.int16) if peak else wave.astype(np.int16)
    return sound.mix(clip, sound.noise(seconds, -62.0 if kind != "silence" else -75.0, random))


def _hum(time: _Wave, random: np.random.Generator) -> _Wave:
    base = float(random.choice([50.0, 60.0]))
    return sum((np.sin(2 * np.pi * base * k * time) / k for k in (1, 2, 3, 5)), np.zeros_like(time))


def _fan(time: _Wave, random: np.random.Generator) -> _Wave:
    turning = 1 + 0.4 * np.sin(2 * np.pi * random.uniform(3, 9) * time)
    return np.convolve(random.standard_normal(time.size), np.ones(40) / 40, "same") * turning


def _beep(time: _Wave, random: np.random.Generator) -> _Wave:
    return np.sin(2 * np.pi * random.uniform(700, 2400) * time) * (np.mod(time, 1.0) < 0.2)


def _chords(time: _Wave, random: np.random.Generator) -> _Wave:
    wave = np.zeros_like(time)
    for start in np.arange(0.0, float(time[-1]), 0.8):
        root = 220 * 2 ** (random.integers(0, 12) / 12)
        within = np.maximum(time - start, 0) * (time >= start) * (time < start + 0.8)
        for step in (0, float(random.choice([3, 4])), 7):
            tone = 2 ** (step / 12) * root
            wave += np.sin(2 * np.pi * tone * within) * np.exp(-3 * within)
    return wave


def _drums(time: _Wave, random: np.random.Generator) -> _Wave:
    beat = np.mod(time, 60 / random.uniform(80, 150))
    kick = np.sin(2 * np.pi * 60 * beat) * np.exp(-18 * beat)
    return kick + 0.3 * random.standard_normal(time.size) * np.exp(-40 * np.mod(beat, 0.25))


def _knocks(time: _Wave, random: np.random.Generator) -> _Wave:
    wave = np.zeros_like(time)
    for start in random.uniform(0, float(time[-1]), 6):
        after = np.maximum(time - start, 0)
        wave += (time >= start) * np.sin(2 * np.pi * 180 * after) * np.exp(-45 * after)
    return wave


def _sweep(time: _Wave, random: np.random.Generator) -> _Wave:
    low, high = random.uniform(150, 400), random.uniform(900, 3000)
    swing = (1 + np.sin(2 * np.pi * 0.5 * time)) / 2
    return np.sin(2 * np.pi * np.cumsum(low + (high - low) * swing) / sound.RATE)


def _rain(time: _Wave, random: np.random.Generator) -> _Wave:
    drops = random.standard_normal(time.size) * (random.random(time.size) < 0.02) * 6
    return random.standard_normal(time.size) * 0.4 + drops


KINDS: Final[dict[str, _Maker]] = {
    "silence": lambda time, _: np.zeros_like(time),
    "hiss": lambda time, random: random.standard_normal(time.size),
    "hum": _hum,
    "fan": _fan,
    "beep": _beep,
    "chords": _chords,
    "drums": _drums,
    "knocks": _knocks,
    "sweep": _sweep,
    "rain": _rain,
}
"""Name → its wave, at any level."""
