#!/usr/bin/env bash
# "12 * 4 = 48" loses its "times" when a language model's answer is read aloud, and each number of a list stands behind the line before.
#
# Seen with sentence-stream 1.3.0, with which Wyoming's Piper and Home Assistant's ElevenLabs cut an answer into sentences while it is still being written. It takes
# two asterisks for emphasis, whatever is between them: of two multiplications no sign is left ("12 4 = 48 and 48 2 = 96"), of a code to dial no star, while one
# multiplication alone keeps its sign. "1." followed by a capital letter is a sentence to it, so a list without full stops, as models write them, is read as "one. Milk
# two. Bread three. Eggs", with the pause between a number and its line. "1)" and "-" are left as they are. Its page says nothing of either. Whoever has a model answer
# aloud should ask it for sentences, and for "times" in words.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sentence-stream==1.3.0
"$work/venv/bin/python" - <<'PYTHON'
from sentence_stream import stream_to_sentences

SEEN = {
    "That is 12 * 4 = 48 and 48 * 2 = 96.": ["That is 12  4 = 48 and 48  2 = 96."],
    "That is 12 * 4 = 48.": ["That is 12 * 4 = 48."],
    "Dial *21*030123456# for that.": ["Dial 21030123456# for that."],
    "1. Milk\n2. Bread\n3. Eggs": ["1.", "Milk\n2.", "Bread\n3.", "Eggs"],
    "1) Milk\n2) Bread\n3) Eggs": ["1) Milk\n2) Bread\n3) Eggs"],
}

for text, expected in SEEN.items():
    sentences = list(stream_to_sentences([text]))
    print(f"{text!r} is read as {' | '.join(map(repr, sentences))}")
    assert sentences == list(stream_to_sentences(text)) == expected, "this has changed"
PYTHON
