"""Text to speech with Piper, the voices that homes use, and with Kokoro.

    python -m tests.e2e.voice.neural [VOICE TARGET TEXT]

Their environment is `.venv-engines`; from any other, `sound.speak` runs this module there.
"""

from functools import cache
import io
import json
from pathlib import Path
import sys
from typing import Any, Final
import unicodedata
import wave

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from piper import PiperVoice
from piper.phonemize_espeak import EspeakPhonemizer

from . import engines, sound


def speak(text: str, voice: engines.Voice) -> sound.Samples:
    """Return `text` spoken by a voice of the table, at 16,000 Hz."""
    samples, rate = _PROGRAMS[voice.program](text, voice)
    return sound.resample(samples, rate / sound.RATE)


@cache
def _piper(file: str) -> Any:
    return PiperVoice.load(engines.carried(file))


def _speak_piper(text: str, voice: engines.Voice) -> tuple[sound.Samples, int]:
    with io.BytesIO() as buffer:
        with wave.open(buffer, "wb") as file:
            _piper(voice.facts["file"]).synthesize_wav(text, file)
        buffer.seek(0)
        with wave.open(buffer) as file:
            raw = file.readframes(file.getnframes())
            return np.frombuffer(raw, dtype=np.int16), file.getframerate()


# --- Kokoro -------------------------------------------------------------------------------------

_KOKORO_RATE: Final = 24000


@cache
def _kokoro() -> tuple[Any, dict[str, int]]:
    made = engines.kokoro()
    model = made["model"]
    ((name, parts),) = model["join"].items()
    path = engines.join(
        engines.MODELS / name, [engines.carried(part) for part in parts], model["sha256"]
    )
    options = SessionOptions()
    options.intra_op_num_threads = 1
    symbols = json.loads(engines.carried(made["symbols"]).read_text(encoding="utf-8"))["vocab"]
    return InferenceSession(path, options, providers=["CPUExecutionProvider"]), symbols


@cache
def _phonemizer() -> EspeakPhonemizer:
    return EspeakPhonemizer()


def _speak_kokoro(text: str, voice: engines.Voice) -> tuple[sound.Samples, int]:
    session, symbols = _kokoro()
    style = np.fromfile(engines.STYLES / f"{voice.facts['style']}.bin", dtype=np.float32)
    style = style.reshape(-1, 1, 256)
    spoken: list[sound.Samples] = []
    for sentence in _phonemizer().phonemize(voice.facts["espeak"], text):
        sounds = unicodedata.normalize("NFC", "".join(sentence))
        for theirs, ours in engines.kokoro()["sounds"][voice.facts.get("sounds", "others")].items():
            sounds = sounds.replace(theirs, ours)
        tokens = [symbols[sign] for sign in sounds if sign in symbols][:500]
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[min(len(tokens), len(style)) - 1],
            "speed": np.ones(1, dtype=np.float32),
        }
        wave_form = np.clip(session.run(None, given)[0].ravel(), -1.0, 1.0)
        spoken.append((wave_form * 32767).astype(np.int16))
    return sound.join(*spoken), _KOKORO_RATE


_PROGRAMS: Final = {"piper": _speak_piper, "kokoro": _speak_kokoro}


def main() -> None:
    """Speak one text into a file; without arguments, keep what standard input says (`sound.prepare`)."""
    if len(sys.argv) > 1:
        name, target, text = sys.argv[1:]
        sound.write(Path(target), speak(text, engines.voices()[name]))
        return
    for line in sys.stdin:
        name, _, text = line.rstrip("\n").partition("\t")
        sound.speak(text, name)


if __name__ == "__main__":
    main()
