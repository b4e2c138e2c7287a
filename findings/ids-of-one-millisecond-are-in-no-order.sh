#!/usr/bin/env bash
# Ids that Home Assistant makes within one millisecond are in no order, although ids of that kind sort by time.
#
# Seen with ulid-transform 2.2.9, which makes the ids of Home Assistant's contexts and of many an integration's records. An ULID is a time in
# milliseconds and eighty random bits; its specification also describes a monotonic way, in which the second id of a millisecond is greater than
# the first. This library draws anew, so that about half of all neighbours of one millisecond stand the wrong way round. Whoever sorts what has
# come in by its id reads a burst of messages in no order; a number that counts, kept beside the id, does not have that fault.
#
# uv takes a Python of 3.12 or newer, or fetches it; PYTHON=/path/to/python names one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:-3.14}" "$work/venv"
"$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" ulid-transform==2.2.9
"$work/venv/bin/python" - <<'PYTHON'
import sys

from ulid_transform import ulid_now

TIME = 10  # characters of an id that are its time

ids = [ulid_now() for _ in range(20_000)]
neighbours = [pair for pair in zip(ids, ids[1:]) if pair[0][:TIME] == pair[1][:TIME]]
backwards = sum(first > second for first, second in neighbours)
times_backwards = sum(first[:TIME] > second[:TIME] for first, second in zip(ids, ids[1:]))
print(f"of {len(neighbours)} neighbours of one millisecond {backwards} stand the wrong way round")
print(f"of milliseconds that follow each other {times_backwards} do")
share = backwards / len(neighbours)
sys.exit(0 if len(neighbours) > 1000 and 0.4 < share < 0.6 and times_backwards == 0 else 1)
PYTHON
echo "as described"
