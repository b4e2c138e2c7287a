"""The zip of a release: what is in it, and that it is the same every time."""

import json
from pathlib import Path
import subprocess
import sys
import zipfile

from homeassistant.util.yaml import load_yaml_dict
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
INTEGRATION = REPOSITORY / "custom_components" / "message_guard"


def release(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a person or a workflow does."""
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "scripts" / "release"), *arguments, "--output", folder],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_zip_is_the_integration(tmp_path: Path) -> None:
    """All of its files, and nothing else: no package around it, no caches."""
    done = release("--dry-run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    name = json.loads((REPOSITORY / "hacs.json").read_text(encoding="utf-8"))["filename"]
    with zipfile.ZipFile(tmp_path / name) as archive:
        packed = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    present = {
        path.relative_to(INTEGRATION).as_posix()
        for path in INTEGRATION.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert packed == present
    assert {"__init__.py", "brand/icon.png", "translations/en.json", "sentences/en.yaml"} <= packed
    ours = json.loads((INTEGRATION / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == ours


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    """Anybody can build it again and compare."""
    for name in ("one", "two"):
        assert release("--dry-run", folder=tmp_path / name).returncode == 0
    one, two = [(tmp_path / name / "message_guard.zip").read_bytes() for name in ("one", "two")]
    assert one == two


def test_the_version_is_stamped(tmp_path: Path) -> None:
    """The tag says which version it is, and nothing in the repository has to be edited."""
    before = (INTEGRATION / "manifest.json").read_bytes()
    assert release("v9.8.7", "--dry-run", folder=tmp_path).returncode == 0
    with zipfile.ZipFile(tmp_path / "message_guard.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["version"] == "9.8.7"
    assert list(manifest)[:2] == ["domain", "name"]
    assert (INTEGRATION / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("version", ["v9.8.7", "nine", "1.2"])
def test_what_is_not_in_the_changelog_is_not_released(tmp_path: Path, version: str) -> None:
    """And what is no version is not either."""
    done = release(version, folder=tmp_path)
    assert done.returncode == 1
    assert version.removeprefix("v") in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_version_is_asked_for(tmp_path: Path) -> None:
    """A release without a name is a slip."""
    assert release(folder=tmp_path).returncode == 2


@pytest.mark.parametrize("name", ["test", "release"])
def test_workflows_call_the_scripts_that_people_call(name: str) -> None:
    """Pinned actions, least permissions, and no step of its own that a person could not take."""
    workflow = load_yaml_dict(str(REPOSITORY / ".github" / "workflows" / f"{name}.yaml"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            if "uses" in step:
                action, _, commit = step["uses"].partition("@")
                assert action == "actions/checkout"
                assert len(commit) == 40
                continue
            command = step["run"].split()[0]
            assert command == "gh" or (REPOSITORY / command).exists()
