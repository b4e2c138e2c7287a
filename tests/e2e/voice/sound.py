"""Sound: speaking, mixing and measuring 16 kHz mono speech.

Samples are 16-bit integers at 16,000 Hz in one-dimensional numpy arrays. Levels are decibels
relative to full scale; the ratio of speech to noise is between their root mean squares, the
speech's taken where somebody speaks.
"""

from collections.abc import Iterable
from functools import lru_cache
import hashlib
from pathlib import Path
import subprocess
import sys
import tempfile
from typing import Final
import wave

import numpy as np
from numpy.typing import NDArray

from . import engines

type Samples = NDArray[np.int16]

RATE: Final = 16000
"""Samples per second of everything here: what recognisers and satellites expect."""

ROOT: Final = engines.ROOT
PROGRAMS: Final = ROOT / ".toolchain" / "voices" / "bin"
CACHE: Final = ROOT / ".toolchain" / "voices" / "speech"

VOICES: Final = tuple(
    voice.name for voice in engines.voices().values() if voice.program in {"flite", "festival"}
)
"""Who speaks to pocketsphinx. `slt` is the house's own voice in the scenarios, the others are people."""

HOUSE: Final = "slt"
PEOPLE: Final = ("rms", "awb", "kal16", "slt_hts")
"""The four people of the scenarios."""


class SpeakingError(Exception):
    """A voice could not be made to speak."""


@lru_cache(maxsize=4096)
def speak(text: str, voice: str) -> Samples:
    """Return `text` spoken by `voice`, at its own pace and level.

    Raises:
        SpeakingError: If the voice does not exist or its program fails.
    """
    name = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()[:32]
    kept = CACHE / f"{name}.wav"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            fresh = Path(folder) / "speech.wav"
            _run(text, voice, fresh)
            fresh.replace(kept)
    return read(kept)


def prepare(said: Iterable[tuple[str, str]]) -> None:
    """Have texts spoken, each a voice and its words, before somebody waits for them.

    Raises:
        SpeakingError: If a voice does not exist or its program fails.
    """
    lines = []
    for name, text in dict.fromkeys(said):
        if engines.voices()[name].program in {"flite", "festival"}:
            speak(text, name)
        else:
            lines.append(f"{name}\t{text}\n")
    if lines:
        command = [engines.PYTHONS["piper"], "-m", f"{__package__}.neural"]
        done = subprocess.run(
            command, input="".join(lines), capture_output=True, text=True, check=False, cwd=ROOT
        )
        if done.returncode:
            raise SpeakingError(done.stderr.strip())


def _run(text: str, name: str, target: Path) -> None:
    voice = engines.voices().get(name)
    if voice is None:
        raise SpeakingError(f"no voice is called {name!r}; there are {', '.join(engines.voices())}")
    command: list[str | Path]
    if voice.program == "flite":
        command = [PROGRAMS / "flite", "-voice", name, "-t", text, "-o", target]
    elif voice.program == "festival":
        quoted = text.replace("\\", " ").replace('"', " ")
        program = (
            f"(begin (voice_{voice.facts['name']}) (utt.save.wave"
            f' (utt.synth (Utterance Text "{quoted}")) "{target}" (quote riff)))'
        )
        command = [PROGRAMS / "festival", "-b", program]
    elif Path(sys.prefix).resolve() == engines.ENVIRONMENT.resolve():
        from .neural import speak as speak_here  # other environments have no Piper

        write(target, speak_here(text, voice))
        return
    else:
        command = [voice.python, "-m", f"{__package__}.neural", name, target, text]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode or not target.exists():
        raise SpeakingError(f"{command[0]}: {done.stderr.strip() or 'said nothing'}")


def read(path: Path) -> Samples:
    """Return a mono WAV file's samples at 16,000 Hz."""
    with wave.open(str(path)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
        if file.getnchannels() > 1:
            raw = raw[:: file.getnchannels()]
        return resample(raw, file.getframerate() / RATE)


def write(path: Path, samples: Samples) -> None:
    """Write samples as a WAV file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def resample(samples: Samples, speed: float) -> Samples:
    """Return the samples played `speed` times as fast, pitch included."""
    if abs(speed - 1.0) < 1e-6 or not samples.size:
        return samples
    # A length that factors well keeps the transform fast; the padding is silence.
    padded = np.pad(samples.astype(np.float64), (0, -samples.size % 1024))
    spectrum = np.fft.rfft(padded)
    length = round(padded.size / speed / 2) * 2
    kept = np.zeros(length // 2 + 1, dtype=complex)
    shared = min(kept.size, spectrum.size)
    kept[:shared] = spectrum[:shared]
    return _clip(np.fft.irfft(kept, length) * (length / padded.size))


def silence(seconds: float) -> Samples:
    """Return nothing, for so long."""
    return np.zeros(round(seconds * RATE), dtype=np.int16)


def join(*parts: Samples) -> Samples:
    """Return one clip after the other."""
    return np.concatenate(parts) if parts else silence(0)


def level(samples: Samples) -> float:
    """Return the level in dB of the parts in which somebody speaks; -120 for silence."""
    frames = _frame_levels(samples)
    loud = frames[frames > frames.max(initial=-120.0) - 30.0]
    return float(10 * np.log10(np.mean(10 ** (loud / 10)))) if loud.size else -120.0


def at_level(samples: Samples, decibels: float) -> Samples:
    """Return the clip scaled so that its speech has this level."""
    return _clip(samples * 10 ** ((decibels - level(samples)) / 20))


def mix(base: Samples, other: Samples, start: float = 0.0) -> Samples:
    """Return `base` with `other` added from `start` seconds on; longer if need be."""
    offset = round(start * RATE)
    total = np.zeros(max(base.size, offset + other.size), dtype=np.float64)
    total[: base.size] += base
    total[offset : offset + other.size] += other
    return _clip(total)


def noise(seconds: float, decibels: float, random: np.random.Generator) -> Samples:
    """Return room noise: half of its power flat, half falling towards the high tones."""
    size = round(seconds * RATE)
    flat = random.standard_normal(size)
    spectrum = np.fft.rfft(random.standard_normal(size))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 20.0))
    falling = np.fft.irfft(spectrum, size)
    falling /= max(float(np.std(falling)), 1e-9)
    return _clip((flat + falling) / np.sqrt(2) * 32768 * 10 ** (decibels / 20))


def foreground(samples: Samples, margin: float = 0.25) -> Samples:
    """Return the clip from the first to the last loud moment, with `margin` seconds around.

    What lies more than 24 dB below the loudest tenth is the room, not the speaker.
    """
    frames = _frame_levels(samples)
    if not frames.size:
        return samples
    loud = np.flatnonzero(frames > np.percentile(frames, 95) - 24.0)
    edge = round(margin * RATE)
    first = max(0, int(loud[0]) * _FRAME - edge)
    last = min(samples.size, (int(loud[-1]) + 1) * _FRAME + edge)
    return samples[first:last]


_FRAME: Final = RATE // 50


def _frame_levels(samples: Samples) -> NDArray[np.float64]:
    frames = samples[: samples.size // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    power = np.mean(frames**2, axis=1) / 32768**2
    return 10 * np.log10(np.maximum(power, 1e-12))


def _clip(samples: NDArray[np.float64]) -> Samples:
    return np.clip(np.round(samples), -32768, 32767).astype(np.int16)
