"""Every rule of Home Assistant's quality scale is done, or exempt for a reason; what the code shows is read off it."""

import ast
from collections.abc import Callable, Iterator
import json
from pathlib import Path
import re
import tomllib
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
from PIL import Image
import pytest

from custom_components.message_guard import PLATFORMS, const
from custom_components.message_guard.flows.sound import REQUIREMENT

INTEGRATION = Path(const.__file__).parent
REPOSITORY = INTEGRATION.parents[1]

BRONZE = """
    action-setup appropriate-polling brands common-modules config-flow-test-coverage config-flow
    dependency-transparency docs-actions docs-conditions docs-high-level-description
    docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup
    entity-unique-id has-entity-name runtime-data test-before-configure test-before-setup
    unique-config-entry
"""
SILVER = """
    action-exceptions config-entry-unloading docs-configuration-parameters
    docs-installation-parameters entity-unavailable integration-owner log-when-unavailable
    parallel-updates reauthentication-flow test-coverage
"""
GOLD = """
    devices diagnostics discovery-update-info discovery docs-data-update docs-examples
    docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting
    docs-use-cases dynamic-devices entity-category entity-device-class entity-disabled-by-default
    entity-translations exception-translations icon-translations reconfiguration-flow repair-issues
    stale-devices
"""
PLATINUM = "async-dependency inject-websession strict-typing"
RULES = f"{BRONZE} {SILVER} {GOLD} {PLATINUM}".split()

SCALE: dict[str, Any] = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"]
DONE = sorted(rule for rule in RULES if SCALE.get(rule) == "done")

HEADINGS = {
    "docs-actions": "Actions",
    "docs-conditions": "Triggers and conditions",
    "docs-configuration-parameters": "Configuration parameters",
    "docs-data-update": "Entities",
    "docs-examples": "Examples",
    "docs-high-level-description": "What people use it for",
    "docs-installation-instructions": "Install",
    "docs-installation-parameters": "Set-up parameters",
    "docs-known-limitations": "What it does not protect against",
    "docs-removal-instructions": "Remove it",
    "docs-supported-devices": "Satellites",
    "docs-supported-functions": "Entities",
    "docs-triggers": "Triggers and conditions",
    "docs-troubleshooting": "Troubleshooting",
    "docs-use-cases": "What people use it for",
}


def source(name: str) -> str:
    """Return the text of one module."""
    return (INTEGRATION / name).read_text(encoding="utf-8")


def functions(name: str) -> set[str]:
    """Return the names of the functions of one module."""
    return {
        node.name
        for node in ast.walk(ast.parse(source(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def platform_modules() -> Iterator[Path]:
    """Yield the modules that add entities."""
    for path in sorted(INTEGRATION.glob("*.py")):
        if path.name != "__init__.py" and "async_setup_entry" in functions(path.name):
            yield path


def manifest() -> dict[str, Any]:
    """Return the manifest."""
    found: dict[str, Any] = json.loads(source("manifest.json"))
    return found


def headings() -> set[str]:
    """Return the headings of README and docs."""
    files = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
    return {
        match.group(1).strip()
        for file in files
        for match in re.finditer(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    }


# --- the list ---------------------------------------------------------------------------------------


def test_every_rule_is_decided() -> None:
    """All 54, and no others."""
    assert len(RULES) == len(set(RULES)) == 54
    assert set(SCALE) == set(RULES)
    assert manifest()["quality_scale"] == "platinum"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_done_or_exempt_for_a_reason(rule: str) -> None:
    """There is nothing in between."""
    decided = SCALE[rule]
    if decided != "done":
        assert decided["status"] == "exempt"
        assert len(decided["comment"].split()) >= 4


# --- what can be read off the code --------------------------------------------------------------------


def check_action_setup() -> None:
    """Actions are registered once, when the integration is set up."""

    def body(module: str, name: str) -> str:
        tree = ast.parse(source(module))
        (found,) = [node for node in tree.body if getattr(node, "name", "") == name]
        return ast.unparse(found)

    assert "_async_load_parts(" in body("__init__.py", "async_setup")
    assert "async_register(" in body("__init__.py", "_async_load_parts")
    assert "async_setup_services(" in body("loading.py", "async_register")


def check_brands() -> None:
    """The pictures have the sizes that Home Assistant asks for."""
    for prefix in ("", "dark_"):
        for suffix, factor in (("", 1), ("@2x", 2)):
            with Image.open(INTEGRATION / "brand" / f"{prefix}icon{suffix}.png") as icon:
                assert icon.size == (256 * factor, 256 * factor)
            with Image.open(INTEGRATION / "brand" / f"{prefix}logo{suffix}.png") as logo:
                assert 128 * factor <= min(logo.size) <= 256 * factor


def check_common_modules() -> None:
    """What all entities share is in one place."""
    assert "class MessageGuardEntity" in source("entity.py")


def check_config_flow() -> None:
    """It is set up in the UI, and every field is described."""
    assert manifest()["config_flow"] is True
    assert (INTEGRATION / "config_flow.py").exists()


def check_config_flow_test_coverage() -> None:
    """Flows have their own tests."""
    assert (REPOSITORY / "tests" / "flows" / "test_config_flow.py").exists()


def check_dependency_transparency() -> None:
    """What is fetched is pinned, and locked for the tests; it is fetched by a form and not at a start."""
    assert manifest()["requirements"] == []
    name, _, version = REQUIREMENT.partition("==")
    assert version
    lock = (REPOSITORY / "requirements" / "test.txt").read_text(encoding="utf-8")
    assert f"\n{name}=={version} " in lock


def check_entity_event_setup() -> None:
    """Entities subscribe when they are added and not before."""
    for path in platform_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                assert "subscribe(" not in ast.unparse(node), path.name


def check_has_entity_name() -> None:
    """Names come from the device and the translation."""
    assert "_attr_has_entity_name = True" in source("entity.py")


def check_runtime_data() -> None:
    """What belongs to an entry is kept in the entry, and typed."""
    assert "ConfigEntry[MessageGuardData]" in source("runtime.py")
    for path in INTEGRATION.rglob("*.py"):
        assert "hass.data[DOMAIN]" not in path.read_text(encoding="utf-8"), path.name


def check_unique_config_entry() -> None:
    """One home, one guard."""
    assert manifest()["single_config_entry"] is True


def check_config_entry_unloading() -> None:
    """It can be switched off without a restart."""
    assert "async_unload_entry" in functions("__init__.py")


def check_integration_owner() -> None:
    """Somebody answers for it."""
    assert manifest()["codeowners"]


def check_parallel_updates() -> None:
    """Every platform says how many calls it takes at once."""
    modules = list(platform_modules())
    assert {path.stem for path in modules} >= {str(platform) for platform in PLATFORMS}
    for path in modules:
        assert re.search(
            r"^PARALLEL_UPDATES = \d+$", path.read_text(encoding="utf-8"), re.MULTILINE
        ), path


def check_diagnostics() -> None:
    """There are some, and they are snapshotted."""
    assert "async_get_config_entry_diagnostics" in functions("diagnostics.py")
    assert (REPOSITORY / "tests" / "platforms" / "__snapshots__" / "test_diagnostics.ambr").exists()


def check_exception_translations() -> None:
    """No error of Home Assistant's kind is raised with a text in the code."""
    for path in sorted(INTEGRATION.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            name = ast.unparse(node.exc.func)
            if name in {"HomeAssistantError", "ServiceValidationError", "ConfigEntryError"}:
                keys = {keyword.arg for keyword in node.exc.keywords}
                assert {"translation_domain", "translation_key"} <= keys, path
                assert not node.exc.args, path


def check_repair_issues() -> None:
    """What a person should look at stands in Repairs, with a way to repair it where there is one."""
    assert "async_create_fix_flow" in functions("repairs.py")


def check_strict_typing() -> None:
    """Mypy checks everything strictly."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["mypy"]["strict"] is True
    for path in sorted(INTEGRATION.rglob("*.py")):
        assert "type: ignore\n" not in path.read_text(encoding="utf-8"), path.name


def check_test_coverage() -> None:
    """The tests are told to measure."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["coverage"]["run"]["branch"] is True


CHECKS: dict[str, Callable[[], None]] = {
    name.removeprefix("check_").replace("_", "-"): check
    for name, check in list(globals().items())
    if name.startswith("check_")
}


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_what_is_done_shows_in_the_code(rule: str) -> None:
    """A rule that says done is one that the code keeps."""
    assert rule in RULES
    assert rule in DONE
    CHECKS[rule]()


@pytest.mark.parametrize("rule", [rule for rule in DONE if rule.startswith("docs-")])
def test_what_is_done_shows_in_the_docs(rule: str) -> None:
    """Each has its heading."""
    assert HEADINGS[rule] in headings()


def test_every_action_trigger_and_condition_is_documented() -> None:
    """On the front page, by the name that people write."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for file in ("services", "triggers", "conditions"):
        for name in load_yaml_dict(str(INTEGRATION / f"{file}.yaml")):
            assert f"`{const.DOMAIN}.{name}`" in text, name


# --- manifest and hacs.json ---------------------------------------------------------------------------


def test_the_manifest_is_in_order() -> None:
    """As the official validator asks."""
    found = manifest()
    keys = list(found)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])
    for key in ("codeowners", "documentation", "issue_tracker", "version", "integration_type"):
        assert found[key]
    assert all("==" in requirement for requirement in found["requirements"])
    # What is named there delays us, and keeps us out when it fails: docs/architecture.md.
    assert found["dependencies"] == []
    assert "after_dependencies" not in found


def test_hacs_json_is_in_order() -> None:
    """A closed schema: names what a release is called, and what it needs."""
    found = json.loads((REPOSITORY / "hacs.json").read_text(encoding="utf-8"))
    allowed = {
        "content_in_root",
        "country",
        "filename",
        "hacs",
        "hide_default_branch",
        "homeassistant",
        "name",
        "persistent_directory",
        "render_readme",
        "zip_release",
    }
    assert found.keys() <= allowed
    assert found["name"] == manifest()["name"]
    assert found["zip_release"] is True
    assert found["filename"].endswith(".zip")
    assert found["homeassistant"] == "2026.10.0"


def test_one_integration_in_the_repository() -> None:
    """The store installs one folder."""
    folders = [path.name for path in (REPOSITORY / "custom_components").iterdir() if path.is_dir()]
    assert [name for name in folders if name != "__pycache__"] == ["message_guard"]


DOCUMENTS = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for path in (*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"))
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """Within the repository, to files that are there and headings that they have."""
    path = REPOSITORY / document
    for target in re.findall(r"\]\(([^)#]*(?:#[^)]*)?)\)", path.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        linked = path if not file else (path.parent / file)
        assert linked.exists(), target
        if anchor:
            text = linked.read_text(encoding="utf-8")
            anchors = {
                re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-").lower()
                for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            }
            assert anchor in anchors, target


def test_every_document_can_be_found() -> None:
    """Each is linked from the front page, or from one that is."""
    seen, front = set[str](), ["README.md"]
    while front:
        document = front.pop()
        if document in seen:
            continue
        seen.add(document)
        text = (REPOSITORY / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+\.md)", text):
            linked = ((REPOSITORY / document).parent / target).resolve()
            if linked.is_relative_to(REPOSITORY) and linked.exists():
                front.append(linked.relative_to(REPOSITORY).as_posix())
    assert set(DOCUMENTS) - seen == set()
