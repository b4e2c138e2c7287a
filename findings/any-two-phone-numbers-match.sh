#!/usr/bin/env bash
# `if is_number_match(a, b)` is true for any two phone numbers.
#
# Seen with phonenumbers 9.0.43 (libphonenumber for Python). It returns one of five kinds of match, and they are plain integers here: NOT_A_NUMBER is 0 and NO_MATCH
# is 1, so of a number in Berlin and one in Paris the function whose name begins with "is_" says something that is true. The other way round `==` is false
# for the same telephone where one of the two remembers how it was written. What a list of allowed numbers wants is
# `is_number_match(a, b) == MatchType.EXACT_MATCH`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$work/venv/bin/python" - <<'PYTHON'
from phonenumbers import MatchType, is_number_match, parse

KINDS = {value: name for name, value in vars(MatchType).items() if name.isupper()}

berlin, paris = parse("+49 30 123456"), parse("+33 1 42 68 53 00")
pairs = {
    "Berlin and Paris": (berlin, paris),
    "Berlin and Berlin": (berlin, parse("030 123456", "DE")),
    "Berlin and Berlin as it was written": (berlin, parse("030 123456", "DE", keep_raw_input=True)),
}
seen = {}
for what, (one, other) in pairs.items():
    match = is_number_match(one, other)
    seen[what] = (KINDS[match], bool(match), one == other)
    print(f"{what}: {KINDS[match]}, which is {bool(match)}; == is {one == other}")
assert list(seen.values()) == [
    ("NO_MATCH", True, False),
    ("EXACT_MATCH", True, True),
    ("EXACT_MATCH", True, False),
], "this has changed"
PYTHON
