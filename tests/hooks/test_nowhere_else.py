"""Nothing outside of `hooks` touches a part of Home Assistant that nobody has promised to keep; there are no exceptions.

Read off the sources. What is ours is told from what is Home Assistant's by name: a private attribute is ours where the same
module sets it on `self`, or defines it in a class; what is kept in `hass.data` is ours under a key that the module makes itself. `hass.data` under another name would not be seen.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.message_guard import const

PACKAGE = Path(const.__file__).parent
MODULES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "hooks"
]

INTERNALS = frozenset(
    {
        "action_script",
        "async_add_change_set_listener",
        "async_call_tool",
        "async_interpret",
        "continue_conversation_agent",
        "get_agent_manager",
        "job",
        "pipeline_debug",
        "pipeline_runs",
        "pipeline_store",
        "raw_config",
        "registered_targets",
        "scene_config",
        "timer_tasks",
        "trace_cv",
    }
)
"""What the hooks rely on that has no underscore; nobody else names it."""

FRAMES = frozenset(
    {
        "_getframe",
        "co_qualname",
        "cr_code",
        "cr_frame",
        "f_back",
        "f_code",
        "f_generator",
        "f_globals",
        "f_locals",
        "get_coro",
        "gi_code",
        "gi_frame",
    }
)
"""How one looks into what runs."""

BY_NAME = frozenset({"getattr", "setattr", "hasattr", "delattr"})
READS = frozenset({"get", "setdefault", "pop"})


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _ours(tree: ast.AST) -> set[str]:
    """Return the private attributes and the keys of `hass.data` that a module makes."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.AnnAssign(
                target=ast.Name(id=name), value=ast.Call(func=ast.Name(id="HassKey"))
            ):
                found.add(name)
            case ast.ClassDef(body=body):
                found |= {
                    line.target.id
                    for line in body
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
                }
    return found


def _is_data(node: ast.AST) -> bool:
    """Return whether this is `hass.data`, whatever holds `hass`."""
    match node:
        case ast.Attribute(value=ast.Name(id="hass"), attr="data"):
            return True
        case ast.Attribute(value=ast.Attribute(attr="hass" | "_hass"), attr="data"):
            return True
    return False


def _attribute(node: ast.AST, ours: set[str]) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return
        case ast.Attribute(attr=name):
            if (
                name in FRAMES | INTERNALS
                or name == "__dict__"
                or (_is_private(name) and name not in ours)
            ):
                yield f".{name}"


def _by_name(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id="vars")):
            yield "vars()"
        case ast.Call(func=ast.Name(id=called), args=[_, ast.Constant(value=str(name)), *_]):
            if called in BY_NAME and (_is_private(name) or name in INTERNALS | FRAMES):
                yield f"{called}(…, {name!r})"
        case ast.Call(func=ast.Attribute(attr="__setattr__" | "__delattr__" as name), args=given):
            if not (given and isinstance(given[0], ast.Name) and given[0].id == "self"):
                yield f".{name}"


def _imported(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.ImportFrom) or node.level:
        return
    if (node.module or "").partition(".")[0] == "homeassistant":
        for alias in node.names:
            if _is_private(alias.name) or alias.name in INTERNALS:
                yield f"import {alias.name}"


def _kept(node: ast.AST, ours: set[str]) -> Iterator[str]:
    match node:
        case ast.Subscript(value=data, slice=key):
            read = _is_data(data)
        case ast.Compare(left=key, comparators=[data]):
            read = _is_data(data)
        case ast.Call(func=ast.Attribute(value=data, attr=name), args=[key, *_]):
            read = _is_data(data) and name in READS
        case _:
            return
    if read and not (isinstance(key, ast.Name) and key.id in ours):
        yield f"hass.data: {ast.unparse(key)}"


def touched(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what a module touches of Home Assistant that is not promised, with its line."""
    ours = _ours(tree)
    for node in ast.walk(tree):
        line: int = getattr(node, "lineno", 0)
        for what in (
            *_attribute(node, ours),
            *_by_name(node),
            *_imported(node),
            *_kept(node, ours),
        ):
            yield line, what


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_touched(path: Path) -> None:
    """What is needed of it is asked of a hook."""
    assert list(touched(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "source",
    [
        "run._variables",
        "getattr(entity, '_trigger_config', ())",
        "hasattr(trace, '_trace')",
        "hass.data['template']",
        "hass.data.get(DATA_SCRIPTS, {})",
        "self._hass.data[TIMER_DATA]",
        "KEY_ASSIST_PIPELINE in hass.data",
        "from homeassistant.core import _private",
        "from homeassistant.helpers.trace import trace_cv",
        "service.job = ours",
        "vars(handler)",
        "entity.__dict__",
        "object.__setattr__(agent, name, method)",
        "sys._getframe(1)",
        "frame.f_locals['self']",
        "block.gi_frame",
    ],
)
def test_the_check_can_fail(source: str) -> None:
    """Each of these is found."""
    assert list(touched(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "self._run",
        "KEY: HassKey[int] = HassKey('message_guard')\nhass.data[KEY]",
        "class A:\n    def _go(self): ...\n    def went(self, other): other._go()",
        "getattr(error, 'errno', None)",
        "entry.runtime_data",
    ],
)
def test_what_is_ours_is_not_found(source: str) -> None:
    """Nor what is promised."""
    assert list(touched(ast.parse(source))) == []


def test_every_hook_is_tested_and_says_what_it_relies_on() -> None:
    """By a module of its own, and in its docstring: which file, since when, and what happens without it."""
    for path in sorted((PACKAGE / "hooks").glob("*.py")):
        if path.stem == "__init__":
            continue
        assert (Path(__file__).parent / f"test_{path.stem}.py").exists(), path.stem
        said = " ".join(
            (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split()
        )
        assert "Relies on:" in said, path.stem
        assert "2026.1" in said, path.stem
        assert "is gone" in said or "has none" in said, path.stem
