"""A real Home Assistant and a real witness of other people's making, over HTTP on loopback."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import sys
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e import ledger
from tests.e2e.configuration import REPOSITORY
from tests.e2e.faults import arrived, ask_and_prove
from tests.e2e.forms import Forms
from tests.e2e.guarded import GuardedHousehold
from tests.e2e.processes import run
from tests.judges.forging import forge
from tests.judges.witnesses import Running, start_aics

pytestmark = pytest.mark.timeout(300)

SOUND = "binary_sensor.message_guard_ledger_sound"
PATIENCE_SECONDS = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household."""
    made = GuardedHousehold.make(tmp_path_factory.mktemp("witnessed") / "household")
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


async def prove(home: GuardedHousehold, kind: str, **data: Any) -> dict[str, Any]:
    """Return the proof of the newest entry of a kind."""
    kinds = [entry.kind for entry in ledger.entries(home.ledger_path)]
    sequence = len(kinds) - kinds[::-1].index(kind)
    answer = await home.client.call(
        "message_guard.prove_entry", {"sequence": sequence, **data}, return_response=True
    )
    found: dict[str, Any] = answer["response"]
    return found


async def verified(file: Path, *arguments: str) -> tuple[int, str]:
    """Run the verifier as a stranger would."""
    tool = REPOSITORY / "scripts" / "verify-ledger"
    return await run(sys.executable, tool, file, *arguments)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_witness_through_the_life_of_a_home(home: GuardedHousehold, tmp_path: Path) -> None:
    """Added in Configure, cosigns, is away, and raises the alarm after the ledger was rewritten with its own key."""
    forms = Forms(home.client, [home.household.pipeline])
    forms.entry_id = home.entry_id
    witness = await asyncio.to_thread(start_aics, tmp_path / "witness")
    try:
        key = str((await prove(home, "guard_on"))["key"])
        await asyncio.to_thread(witness.trust, key.partition("+")[0], key)
        await forms.configure(
            "ledger",
            {"retention_days": 30, "witnesses": [{"url": witness.url, "key": witness.key}]},
        )
        await _sends_and_proves(home, witness, key, tmp_path)
    finally:
        await asyncio.to_thread(witness.stop)

    # Away: the message goes all the same, and nobody is alarmed.
    before = arrived(home)
    _, proved = await ask_and_prove(home)
    assert proved.answer.startswith("Sent to Mum")
    assert arrived(home) == before + 1
    alone = await prove(home, "delivered")
    assert alone["signed_by"] == [key.partition("+")[0]]
    assert await home.client.state(SOUND) == "on"

    # Rewritten while Home Assistant is off, by somebody who has its key: nothing on this machine shows it.
    await home.household.house.stop()
    kinds = [entry.kind for entry in ledger.entries(home.ledger_path)]
    await asyncio.to_thread(forge, home.ledger_path, kinds.index("authorised") + 1)
    assert (await ledger.verify(home.ledger_path)).status == 0
    port = int(witness.url.rpartition(":")[2])
    witness = await asyncio.to_thread(start_aics, tmp_path / "witness", port)
    try:
        await home.household.house.start()
        await prove(home, "guard_on")
        await home.client.wait_for_state(SOUND, "off", within=PATIENCE_SECONDS)
        listed = await home.client.command("repairs/list_issues")
        (issue,) = [each for each in listed["issues"] if each["issue_id"] == "ledger_forked"]
        assert issue["translation_placeholders"]["witness"] == "witness.example/aics"
        before = arrived(home)
        _, proved = await ask_and_prove(home)
        assert proved.answer.startswith("Sent to Mum")
        assert arrived(home) == before + 1
    finally:
        await asyncio.to_thread(witness.stop)


async def _sends_and_proves(
    home: GuardedHousehold, witness: Running, key: str, folder: Path
) -> None:
    """Send a message, and show that it was delivered to somebody who has nothing but two keys and the file."""
    _, proved = await ask_and_prove(home)
    assert proved.answer.startswith("Sent to Mum")
    proof = await prove(home, "delivered")
    assert proof["signed_by"] == [key.partition("+")[0], "witness.example/aics"]
    file = folder / str(proof["file_name"])
    file.write_text(str(proof["proof"]), "utf-8")
    status, said = await verified(file, "--key", key, "--witness", witness.key)
    assert status == 0, said
    assert "seen by witness.example/aics" in said
    status, said = await verified(home.ledger_path, "--key", key, "--witness", witness.key)
    assert status == 0, said
    assert "by witness.example/aics" in said
