"""What a release ships, installed into a fresh Home Assistant as its store would."""

from pathlib import Path
import subprocess
import sys
import zipfile

import pytest

from tests.e2e.configuration import REPOSITORY
from tests.e2e.guarded import DOMAIN, PHRASE, GuardedHousehold
from tests.e2e.household import Household

VERSION = "0.0.7"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Return what a store puts below custom_components."""
    script = REPOSITORY / "scripts" / "release"
    command = [sys.executable, str(script), f"v{VERSION}", "--dry-run", "--output", str(tmp_path)]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(tmp_path / "message_guard.zip") as archive:
        archive.extractall(tmp_path / DOMAIN)
    return tmp_path / DOMAIN


@pytest.mark.timeout(120)
async def test_the_zip_can_be_installed(folder: Path, shipped: Path) -> None:
    home = GuardedHousehold(Household(folder=folder, integrations=(shipped,)))
    home.household.house.alone = True
    try:
        await home.start()
        question = await home.say("send a message to Mum: the zip has arrived")
        assert "the zip has arrived" in question.answer
        await home.say(PHRASE, question)
        delivered = home.household.delivered()
        manifest = await home.client.command("manifest/get", integration=DOMAIN)
    finally:
        await home.stop()

    assert delivered["file"] == ["the zip has arrived"]
    assert manifest["version"] == VERSION
    assert manifest["is_built_in"] is False
