"""A real Home Assistant with Message Guard that forwards its ledger to the centre, and what may happen to it."""

import asyncio
import json
from pathlib import Path
import sqlite3
import tarfile

from tests.e2e import ledger
from tests.e2e.faults import ask_and_prove
from tests.e2e.forms import Forms
from tests.e2e.guarded import DOMAIN, GuardedHousehold
from tests.judges.forging import forge

_BACKUP_SECONDS = 60
_POLL_SECONDS = 0.2


class FleetHome:
    """A home.

    Attributes:
        label: What the household calls itself.
        url: Where it sends to.
        home: The household.
    """

    def __init__(self, label: str, folder: Path, url: str, token: str) -> None:
        """Prepare it; `start` starts it."""
        self.label = label
        self.url = url
        self.home = GuardedHousehold.make(folder)
        self._token = token

    async def start(self) -> None:
        """Start it for the first time, and let its household fill in where the ledger goes."""
        await self.home.start()
        forms = Forms(self.home.client, [self.home.household.pipeline])
        forms.entry_id = self.home.entry_id
        destination = {
            "url": self.url,
            "header": "Authorization",
            "secret": f"Bearer {self._token}",
            "home": self.label,
            "everything": True,
        }
        await forms.configure("ledger", {"retention_days": 30, "destinations": [destination]})
        await self.home.household.house.settle()

    async def stop(self) -> None:
        """Stop it; harmless when it is stopped."""
        await self.home.stop()

    async def writes(self, messages: int = 1) -> None:
        """Let somebody send messages.

        Raises:
            RuntimeError: If one was not sent.
        """
        for _ in range(messages):
            _, proved = await ask_and_prove(self.home)
            if not proved.answer.startswith("Sent to Mum"):
                raise RuntimeError(f"{self.label}: {proved.answer}")

    @property
    def last(self) -> int:
        """The number of its last entry."""
        return len(ledger.lines(self.home.ledger_path))

    @property
    def name(self) -> str:
        """What its ledger is called now."""
        named = [
            str(entry["facts"]["ledger"])
            for entry in map(json.loads, ledger.lines(self.home.ledger_path))
            if entry["kind"] in {"started", "restored"} and "ledger" in entry["facts"]
        ]
        return named[-1]

    @property
    def key(self) -> str:
        """The verifier key that its household wrote down first."""
        return str(json.loads(ledger.lines(self.home.ledger_path)[0])["facts"]["key"])

    # --- what may happen to it ----------------------------------------------------------------

    async def killed(self) -> None:
        """The power goes, and comes back."""
        await self.home.household.house.kill()
        await self.home.household.house.start()

    async def rewritten(self) -> None:
        """Somebody who holds the machine rewrites what was delivered, with the ledger's own key."""
        house = self.home.household.house
        await house.stop()
        kinds = [entry.kind for entry in ledger.entries(self.home.ledger_path)]
        await asyncio.to_thread(forge, self.home.ledger_path, kinds.index("delivered") + 1)
        await house.start()

    async def backed_up(self) -> Path:
        """Let Home Assistant make a backup; return it."""
        client = self.home.client
        made = await client.command(
            "backup/generate",
            agent_ids=["backup.local"],
            include_homeassistant=True,
            include_database=False,
            name="a backup",
        )
        async with asyncio.timeout(_BACKUP_SECONDS):
            while True:
                info = await client.command("backup/info")
                if info["state"] == "idle" and info["backups"]:
                    break
                await asyncio.sleep(_POLL_SECONDS)
        assert made["backup_job_id"]
        (file,) = (self.home.household.house.folder / "backups").glob("*.tar")
        return file

    async def restored(self, backup: Path) -> None:
        """Put the ledger's files back from a backup, in place of those that are there."""
        house = self.home.household.house
        await house.stop()
        for file in house.folder.glob(f"{DOMAIN}.ledger.*"):
            file.unlink()
        await asyncio.to_thread(_unpack, backup, house.folder)
        await house.start()


def _unpack(backup: Path, folder: Path) -> None:
    with tarfile.open(backup) as outer:
        inner = next(each for each in outer.getmembers() if "homeassistant.tar" in each.name)
        with tarfile.open(fileobj=outer.extractfile(inner)) as files:
            for member in files.getmembers():
                path = Path(member.name)
                if path.name.startswith(f"{DOMAIN}.ledger.") and path.parent.name == "data":
                    member.name = path.name
                    files.extract(member, folder, filter="data")
    # What was in the write-ahead log is in no backup.
    with sqlite3.connect(folder / f"{DOMAIN}.ledger.db") as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
