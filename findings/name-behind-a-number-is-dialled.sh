#!/usr/bin/env bash
# A name written behind a phone number becomes part of the number, and the number is valid.
#
# Seen with phonenumbers 9.0.43 (libphonenumber for Python). Letters are turned into the digits of a telephone's keys, which is meant for "1-800-FLOWERS", but in
# any number with three letters or more, brackets or not: "030 123456 (home)", as people have it in their address books, is +49 30 123456 4663. German
# and Austrian numbers are of no fixed length, so is_valid_number finds nothing wrong with it, and somebody else's telephone rings. A name
# before the number is left out as it should be, and so is one in brackets where the text is searched for numbers.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$work/venv/bin/python" - <<'PYTHON'
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher

expected = {
    ("030 123456", "DE"): ("+4930123456", True),
    ("030 123456 (home)", "DE"): ("+49301234564663", True),
    ("030 123456 Anna", "DE"): ("+49301234562662", True),
    ("+43 664 1234567 (Oma)", None): ("+436641234567662", True),
    ("020 7946 0958 (home)", "GB"): ("+4420794609584663", False),
    ("Anna: 030 123456", "DE"): ("+4930123456", True),
}
seen = {}
for text, country in expected:
    number = phonenumbers.parse(text, country)
    seen[text, country] = (phonenumbers.format_number(number, PhoneNumberFormat.E164), phonenumbers.is_valid_number(number))
    print(f"{text!r}: {seen[text, country][0]}, valid: {seen[text, country][1]}")
searched = [match.raw_string for match in PhoneNumberMatcher("030 123456 (home)", "DE")]
print(f"searched for numbers: {searched}")
assert seen == expected and searched == ["030 123456"], "this has changed"
PYTHON
