"""Actions as an integration's source registers them, read without running it.

An action is named by the call that registers it, wherever its name can be read off the source.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
import re
from typing import Any, Final, override

_MOST_DEPTH: Final = 8

type Loops = Mapping[str, ast.expr]
"""Names of loops in the source, and what they run through."""

_REGISTERS: Final = re.compile(
    r"(?:services\.(?:async_)?register|register_admin_service|_entity_service)\("
)


@dataclass(slots=True)
class Action:
    """One action.

    Attributes:
        name: "smtp.send_message".
        fields: Its fields, and the kind of selector of each; "" where none is described.
        entities: Domains of the entities that it acts on, of its target or its platform.
        described: It has a services.yaml entry.
    """

    name: str
    fields: dict[str, str] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)
    described: bool = False


class Source:
    """Reads calls that register actions off the source of integrations."""

    def __init__(self, homeassistant: Path) -> None:
        """Read nothing yet of this `homeassistant` package."""
        self._root = homeassistant
        self.unread: list[str] = []
        """Calls whose action cannot be read: "integration/module.py:12"."""

    def registered(self, folder: Path) -> Iterator[Action]:
        """Yield the actions that the modules of an integration register."""
        for path in sorted(folder.rglob("*.py")):
            if not _REGISTERS.search(path.read_text(encoding="utf-8")):
                continue
            for call, loops in _module(path).calls:
                yield from self._action(folder, path, call, loops)

    def _action(self, folder: Path, path: Path, call: ast.Call, loops: Loops) -> Iterator[Action]:
        form = _form(call)
        if form is None:
            return
        names = list(self._values(path, form.name, loops))
        domains = (
            [folder.name] if form.domain is None else list(self._values(path, form.domain, loops))
        )
        if not names or not domains:
            self.unread.append(f"{path.relative_to(self._root / 'components')}:{call.lineno}")
        for domain in domains:
            for name in names:
                yield Action(
                    f"{domain}.{name}",
                    fields=dict.fromkeys(self._keys(path, form.schema), ""),
                    entities=set(self._values(path, form.entities, loops))
                    if form.entities
                    else set(),
                )

    def _values(
        self, path: Path, node: ast.expr | None, loops: Loops, depth: int = 0
    ) -> Iterator[str]:
        """Yield what an expression can be, as far as it is a fixed text; a star stands for the rest."""
        if depth > _MOST_DEPTH:
            return
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts
                )
            case ast.Name(id=name) if name in loops:
                yield from self._values(path, loops[name], {}, depth + 1)
            case ast.Name(id=name):
                found = self._constant(path, name)
                if found is not None:
                    yield from self._values(found[0], found[1], {}, depth + 1)
            case ast.Attribute():
                yield from self._attribute(path, node, loops, depth + 1)
            case ast.Tuple() | ast.List() | ast.Set() | ast.Dict() | ast.Call():
                for item in _items(node):
                    yield from self._values(path, item, loops, depth + 1)

    def _attribute(
        self, path: Path, node: ast.Attribute, loops: Loops, depth: int
    ) -> Iterator[str]:
        """Yield a member of an enumeration, or a constant of a module."""
        owner = node.value
        if not isinstance(owner, ast.Name):
            yield from self._values(path, owner, loops, depth)
            return
        found = self._constant(path, owner.id)
        if found is not None and isinstance(found[1], ast.ClassDef):
            yield from self._member(found[0], found[1], node.attr)
        elif node.attr in {"value", "name"}:
            yield from self._values(path, owner, loops, depth)
        elif (module := self._imported_module(path, owner.id)) is not None:
            yield from self._values(module, ast.Name(id=node.attr), {}, depth)

    def _member(self, path: Path, owner: ast.ClassDef, attribute: str) -> Iterator[str]:
        for statement in owner.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == attribute:
                    yield from self._values(path, value, {})

    def _constant(self, path: Path, name: str, depth: int = 0) -> tuple[Path, Any] | None:
        """Return where a name of a module is defined, and as what."""
        module = _module(path)
        if depth > 6:
            return None
        if name in module.constants:
            return path, module.constants[name]
        if name in module.imports:
            where, original = module.imports[name]
            for target in self._paths(path, where):
                if (found := self._constant(target, original, depth + 1)) is not None:
                    return found
        return None

    def _imported_module(self, path: Path, name: str) -> Path | None:
        module = _module(path)
        if name not in module.imports:
            return None
        where, original = module.imports[name]
        joined = f"{where}{'' if where.endswith('.') else '.'}{original}"
        return next(iter(self._paths(path, joined)), None)

    def _paths(self, path: Path, where: str) -> Iterator[Path]:
        dots = len(where) - len(where.lstrip("."))
        if dots:
            base = path.parent
            for _ in range(dots - 1):
                base = base.parent
        elif where.startswith("homeassistant"):
            base = self._root.parent
        else:
            return
        target = base.joinpath(*[part for part in where.lstrip(".").split(".") if part])
        for candidate in (target.with_suffix(".py"), target / "__init__.py"):
            if candidate.exists():
                yield candidate

    def _keys(self, path: Path, schema: ast.expr | None, depth: int = 0) -> Iterator[str]:
        """Yield the keys of a schema, as far as they can be read."""
        if schema is None or depth > 6:
            return
        for node in ast.walk(schema):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="Required" | "Optional" | "Exclusive" | "Inclusive"),
                    args=[key, *_],
                ):
                    yield from self._values(path, key, {})
                case ast.Name(id=name) if (
                    depth < 4 and (found := self._constant(path, name)) is not None
                ) and isinstance(found[1], ast.Call | ast.Dict):
                    yield from self._keys(found[0], found[1], depth + 1)


def _items(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what a collection holds; rows of a table begin with the name, and so do calls that make one."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            for item in items:
                yield item.elts[0] if isinstance(item, ast.Tuple) and item.elts else item
        case ast.Dict(keys=keys):
            yield from (key for key in keys if key is not None)
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys" | "lower")):
            yield inner
        case (
            ast.Call(func=ast.Name(), args=[first, *_])
            | ast.Call(func=ast.Name(), keywords=[ast.keyword(value=first), *_])
        ):
            yield first


@dataclass(slots=True)
class _Form:
    """Where in a call an action's parts stand; without a domain it is the integration's own."""

    name: ast.expr
    domain: ast.expr | None = None
    schema: ast.expr | None = None
    entities: ast.expr | None = None


def _form(call: ast.Call) -> _Form | None:
    """Return the parts of a call that registers an action, None for any other call."""
    named = {item.arg: item.value for item in call.keywords if item.arg}
    args = call.args
    match call.func:
        case ast.Attribute(value=owner, attr=attribute):
            owner_name = _last(owner) or "component"
        case ast.Name(id=attribute):
            owner_name = ""
        case _:
            return None

    def part(index: int, name: str) -> ast.expr | None:
        return args[index] if len(args) > index else named.get(name)

    form: tuple[ast.expr | None, ast.expr | None, ast.expr | None, ast.expr | None]
    if attribute == "async_register_admin_service":
        form = part(2, "service"), part(1, "domain"), part(4, "schema"), None
    elif "platform_entity_service" in attribute:
        domain, entities = part(1, "service_domain"), named.get("entity_domain")
        form = part(2, "service_name"), domain, named.get("schema"), entities
    elif attribute in {"async_register_entity_service", "async_register_batched_entity_service"}:
        if owner_name in {"", "service"}:
            form = part(2, "name"), part(1, "domain"), part(4, "schema"), None
        else:
            form = part(0, "name"), None, part(1, "schema"), None
    elif attribute in {"async_register", "register"} and owner_name in {"services", "_services"}:
        form = part(1, "service"), part(0, "domain"), part(3, "schema"), None
    else:
        return None
    return None if form[0] is None else _Form(form[0], *form[1:])


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@dataclass(slots=True)
class _Module:
    constants: dict[str, Any] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: list[tuple[ast.Call, dict[str, ast.expr]]] = field(default_factory=list)


@cache
def _module(path: Path) -> _Module:
    text = path.read_text(encoding="utf-8")
    tree, module = ast.parse(text), _Module()
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                module.constants[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                module.constants[name] = value
            case ast.ClassDef(name=name):
                module.constants[name] = statement
            case ast.ImportFrom(module=where, names=names, level=level):
                for alias in names:
                    module.imports[alias.asname or alias.name] = (
                        "." * level + (where or ""),
                        alias.name,
                    )
    if _REGISTERS.search(text):
        _Calls(module).visit(tree)
    return module


class _Calls(ast.NodeVisitor):
    """Collects calls, and what the loops around them run through."""

    def __init__(self, module: _Module) -> None:
        self._module = module
        self._loops: dict[str, ast.expr] = {}

    @override
    def visit_For(self, node: ast.For) -> None:
        before = dict(self._loops)
        for target in ast.walk(node.target):
            if isinstance(target, ast.Name):
                self._loops[target.id] = node.iter
        self.generic_visit(node)
        self._loops = before

    @override
    def visit_Call(self, node: ast.Call) -> None:
        if _form(node) is not None:
            self._module.calls.append((node, dict(self._loops)))
        self.generic_visit(node)
