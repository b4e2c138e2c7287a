"""Makes the ledgers of earlier layouts that are kept with the tests, each with the code of its time.

    python -m tests.ledger.made_before COMMIT TARGET

Those of before the tree, and of before entries were filed some time after they were appended, were made by

    python -m tests.ledger.made_before f3566de tests/ledger/layout-1.tar.xz
    python -m tests.ledger.made_before 51c1e57 tests/ledger/layout-2.tar.xz

The package of that commit is taken out of the repository into a temporary folder, and writes a ledger there:
messages, wrong replies, a key that was changed, erased words, a backup, something that still waits. Its database,
key and last checkpoint, and the checkpoints that left the machine, make the archive.
"""

import io
from pathlib import Path
import subprocess
import sys
import tarfile
import tempfile

REPOSITORY = Path(__file__).parents[2]
SENT = 120
"""So many messages, three entries each: a whole tile of the tree, and a part of one."""

PROGRAM = """
import asyncio
from pathlib import Path
import sys
import types

PACKAGE = "custom_components.message_guard"
package = types.ModuleType(PACKAGE)
package.__path__ = [str(Path(sys.argv[1], *PACKAGE.split(".")))]
sys.modules[PACKAGE] = package
sys.path.insert(0, sys.argv[1])

try:
    from custom_components.message_guard.ledger.format.entries import Kind, Step
except ModuleNotFoundError:
    from custom_components.message_guard.core.ledger import Kind, Step
from custom_components.message_guard.ledger.store import Erasure, LedgerStore


class Clock:
    now = 1_800_000_000_000_000

    def __call__(self):
        self.now += 1_000_000
        return self.now


async def write(folder):
    notes = []
    store = LedgerStore(folder / "ledger.db", clock_us=Clock(), retention_days=None)
    store.on_checkpoint(notes.append)
    await store.open()
    await store.append(Step(kind=Kind.GUARD_ON))
    for number in range(int(sys.argv[3])):
        request = f"r{number}"
        facts = {"contact_id": f"c{number % 5}", "satellite_id": "assist_satellite.kitchen"}
        words = {"recipient": "Mum", "body": f"dinner {number}"}
        steps = [Step(kind=Kind.ASKED, request_id=request, facts=facts, private=words)]
        if number % 7 == 3:
            steps.append(Step(kind=Kind.WRONG_REPLY, request_id=request, facts=facts))
        steps.append(Step(kind=Kind.AUTHORISED, request_id=request, reasons=("phrase",), facts=facts))
        steps.append(Step(kind=Kind.DELIVERED, request_id=request, facts=facts))
        await store.append_many(steps)
        if number % 60 == 30:
            await store.checkpoint()
    await store.rotate_key()
    await store.shred(Erasure.of_contact("c1"))
    await store.begin_backup()
    await store.end_backup()
    await store.append(Step(kind=Kind.ASKED, request_id="waits", private={"body": "later"}))
    await store.close()
    (folder / "notes").write_text("\\0".join(notes))


asyncio.run(write(Path(sys.argv[2])))
"""


def make(commit: str, target: Path) -> None:
    """Write the archive."""
    with tempfile.TemporaryDirectory() as name:
        old, made = Path(name) / "old", Path(name) / "made"
        old.mkdir()
        made.mkdir()
        archive = subprocess.run(
            ["git", "archive", commit, "custom_components"],  # noqa: S607
            cwd=REPOSITORY,
            capture_output=True,
            check=True,
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as package:
            package.extractall(old, filter="data")
        subprocess.run([sys.executable, "-c", PROGRAM, old, made, str(SENT)], check=True)
        with tarfile.open(target, "w:xz") as result:
            for file in sorted(made.iterdir()):
                if not file.name.endswith(".lock"):
                    result.add(file, file.name, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
