#!/usr/bin/env bash
# Of two nicknames in a vCard only the first is left when it is written again.
#
# Seen with vobject 0.9.9, which Home Assistant's CalDAV and most address book tools for Python read contacts with. RFC 2426 and RFC 6350 make NICKNAME a list
# with commas, like CATEGORIES. vobject reads and writes all categories, and of the nicknames the first: reading a contact and writing it back unchanged
# has lost what else the person is called, without a word. An escaped comma is part of a name, as it should be, and a second NICKNAME line is kept.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check vobject==0.9.9
"$work/venv/bin/python" - <<'PYTHON'
import vobject

LINES = ("NICKNAME:Annie,Mum", "CATEGORIES:Family,Friends", r"NICKNAME:Annie\, the tall", "NICKNAME:Annie\r\nNICKNAME:Mum")

seen = []
for lines in LINES:
    card = vobject.readOne(f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Muster;Anna;;;\r\nFN:Anna Muster\r\n{lines}\r\nEND:VCARD\r\n")
    kind = lines.partition(":")[0]
    seen.append("\r\n".join(line for line in card.serialize().splitlines() if line.startswith(kind)))
    print(f"{lines!r} is written again as {seen[-1]!r}")
assert seen == ["NICKNAME:Annie", *LINES[1:]], "this has changed"
PYTHON
