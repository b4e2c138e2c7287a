#!/usr/bin/env bash
# A collector of OpenTelemetry from PyPI installs where it cannot start.
#
# Seen with rotel 0.0.1a10, which pip chooses for Python 3.14 (older Pythons have a newer one, which starts): its wheel says manylinux_2_34, so it is
# installed on Debian 12 (glibc 2.36) without a word, and its program asks for glibc 2.38 and ends at once: "version `GLIBC_2.38' not found". What a
# manylinux tag promises is the word of whoever built the wheel; neither index nor installer looks. auditwheel does.
set -euo pipefail

work=$(mktemp -d)
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check auditwheel==6.4.2 pyelftools==0.32
"$work/tools/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.14 --dest "$work" rotel==0.0.1a10
wheel=$(echo "$work"/rotel-*.whl)
echo "it says: $(basename "$wheel")"
"$work/tools/bin/python" - "$wheel" <<'PYTHON'
import io
import re
import sys
import zipfile

from elftools.elf.elffile import ELFFile

with zipfile.ZipFile(sys.argv[1]) as wheel:
    (name,) = (each for each in wheel.namelist() if each.endswith("/rotel-agent"))
    program = ELFFile(io.BytesIO(wheel.read(name)))
asked = {
    version.name
    for _, versions in program.get_section_by_name(".gnu.version_r").iter_versions()
    for version in versions
}
newest = max(tuple(map(int, each.split("_")[1].split("."))) for each in asked if re.fullmatch(r"GLIBC_[0-9.]+", each))
said = tuple(map(int, re.search(r"manylinux_(\d+)_(\d+)", sys.argv[1]).groups()))
print(f"it promises glibc {said[0]}.{said[1]}, its program asks for {'.'.join(map(str, newest))}")
assert newest > said, "this has changed"
PYTHON
"$work/tools/bin/auditwheel" show "$wheel" 2>&1 | grep -A 1 "consistent with"
