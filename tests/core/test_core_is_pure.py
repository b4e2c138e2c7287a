"""The core and the ledger's format import the standard library and themselves, and nothing else."""

import ast
from pathlib import Path
import sys

import pytest

PACKAGE = Path(__file__).parents[2] / "custom_components" / "message_guard"
PURE = (PACKAGE / "core", PACKAGE / "ledger" / "format")
"""The rules, and the ledger's format; a format may ask the core what it records, never the other way round."""
CLOCKS = {
    "time",
    "datetime",
    "random",
    "secrets",
    "os",
    "asyncio",
    "logging",
    "socket",
    "threading",
}
"""Standard, but they know the time, draw lots, log or wait: the core is told, and decides."""


@pytest.mark.parametrize(
    "path",
    [path for folder in PURE for path in sorted(folder.glob("*.py"))],
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_imports(path: Path) -> None:
    """Every import is standard or of the core."""
    inside = path.parent.name == "format"
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            asks_the_core = inside and node.level == 3 and (node.module or "").startswith("core.")
            assert node.level <= 1 or asks_the_core, f"{path.name} reaches out of the core"
            names = [] if node.level else [node.module or ""]
        else:
            assert not isinstance(node, ast.Await | ast.AsyncFunctionDef), f"{path.name} awaits"
            continue
        roots = {name.partition(".")[0] for name in names}
        assert roots <= set(sys.stdlib_module_names), f"{path.name} imports {roots}"
        assert not roots & CLOCKS, f"{path.name} imports {roots & CLOCKS}"


MOST_LINES = 400


@pytest.mark.parametrize(
    "path",
    sorted([*PACKAGE.rglob("*.py"), *PACKAGE.parents[1].glob("tests/**/*.py")]),
    ids=lambda path: "/".join(path.parts[-3:]),
)
def test_modules_stay_small(path: Path) -> None:
    """About four hundred lines, so that a module has one noun."""
    lines = len(path.read_text().splitlines())
    assert lines <= MOST_LINES * 1.1, f"{path.name} has {lines} lines"
