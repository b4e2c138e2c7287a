"""The core and the formats import the standard library and themselves, and nothing else."""

import ast
from pathlib import Path
import sys

import pytest

PACKAGE = Path(__file__).parents[2] / "custom_components" / "message_guard"
PURE = (PACKAGE / "core", PACKAGE / "ledger" / "format", PACKAGE / "forwarding" / "format")
"""The rules, the ledger's format, and that of what is forwarded; a format may ask the core what it records, and what is
forwarded the ledger's format, never the other way round."""
ASKED = {"ledger": ("core.",), "forwarding": ("core.", "ledger.format.")}
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
    asked = ASKED.get(path.parent.parent.name, ()) if path.parent.name == "format" else ()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            may_ask = node.level == 3 and (node.module or "").startswith(asked)
            assert node.level <= 1 or may_ask, f"{path.name} reaches out of the core"
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
