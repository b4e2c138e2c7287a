"""The rooms of the package, and the walls between them, read off its imports."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from custom_components.message_guard import const
from custom_components.message_guard.core.confirmation import Confirmation

PACKAGE = Path(const.__file__).parent

ENTRANCES = (
    "conversation",
    "assist.default_agent",
    "llm",
    "services",
    "interception.actions",
    "interception.intents",
)
"""Where speech may become a message; each makes requests, and hands them to the guard."""

WALLS = {
    "core": ("core",),
    "ledger.format": ("core", "ledger.format"),
    "recognition": ("core", "recognition"),
    "guarding": ("const", "core", "channels", "guarding", "hooks", "ledger.format"),
    "hooks": ("core", "hooks"),
    "forwarding": ("const", "core", "forwarding", "ledger"),
    "forwarding.format": ("core", "forwarding.format", "ledger.format"),
}
"""What a room may know of the others, as far as it is only a few."""


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _statements(tree: ast.AST, *, typing: bool, later: bool) -> Iterator[ast.ImportFrom]:
    """Yield the relative imports of a module: those for types, and those of its functions, if they are asked for."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node
        elif (typing or not _is_type_checking(node)) and (
            later or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ):
            yield from _statements(node, typing=typing, later=later)


def _imports(name: str, *, typing: bool = False, later: bool = False) -> Iterator[str]:
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in _statements(
        ast.parse(path.read_text(encoding="utf-8")), typing=typing, later=later
    ):
        base = package[: len(package) - node.level + 1] + (node.module or "").split(".")
        module = ".".join(part for part in base if part)
        for alias in node.names:
            inner = f"{module}.{alias.name}".lstrip(".")
            yield inner if inner in MODULES else module


def _reached(start: str, imports: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in imports.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def _within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


@pytest.fixture(scope="module")
def imports() -> Mapping[str, frozenset[str]]:
    """Return what each module imports, types included."""
    return {name: frozenset(_imports(name, typing=True)) - {name} for name in MODULES}


@pytest.fixture(scope="module")
def known() -> Mapping[str, frozenset[str]]:
    """Return what each module imports, inside its functions, too."""
    return {name: frozenset(_imports(name, typing=True, later=True)) - {name} for name in MODULES}


def test_no_circles(imports: Mapping[str, frozenset[str]]) -> None:
    """Data flows one way: whoever is imported knows nothing of whoever imports it."""
    assert [name for name in MODULES if name in _reached(name, imports)] == []


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_entrances_do_not_know_each_other(
    entrance: str, known: Mapping[str, frozenset[str]]
) -> None:
    """Each goes by the guard."""
    assert known[entrance].isdisjoint(set(ENTRANCES) - {entrance})


def test_provenance_holds_nothing_back(known: Mapping[str, frozenset[str]]) -> None:
    """Whether somebody spoke is known without knowing what is held for it."""
    for name in MODULES:
        if _within(name, "provenance"):
            assert [each for each in known[name] if _within(each, "interception")] == []


@pytest.mark.parametrize("room", WALLS)
def test_walls(room: str, known: Mapping[str, frozenset[str]]) -> None:
    """A room knows what it has to, and no more."""
    found = {each for name in MODULES if _within(name, room) for each in known[name]}
    allowed = WALLS[room]
    assert [each for each in sorted(found) if not any(_within(each, one) for one in allowed)] == []


def test_only_delivery_sends(known: Mapping[str, frozenset[str]]) -> None:
    """Nobody else calls what reaches a contact."""
    driving = [name for name in MODULES if "channels.ways" in known[name]]
    assert driving == ["guarding.delivery"]


FIELDS = {field.name for field in fields(Confirmation)} - {"id", "reasons", "bound"}
"""Of a confirmation. Reasons other records have, too; `id` and `bound` nobody can set."""


def test_nobody_else_sets_a_field_of_a_confirmation() -> None:
    """All moves are in the one table of core/confirmation."""
    for name, path in MODULES.items():
        if name == "core.confirmation":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "replace",
                "dataclasses.replace",
            }:
                assert FIELDS.isdisjoint({keyword.arg for keyword in node.keywords}), name
