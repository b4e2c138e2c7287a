"""What Message Guard remembers: every container that its loaded parts hold, found by walking through them."""

from collections import deque
from collections.abc import Callable, Iterator, MutableMapping, MutableSequence, MutableSet
from dataclasses import dataclass
from functools import partial
from itertools import islice
import sys
from types import FunctionType, MethodType
from typing import Any, Final
from weakref import ReferenceType

from homeassistant.core import HomeAssistant

GUARD: Final = "message_guard"

_PACKAGE: Final = f"custom_components.{GUARD}"

_LOOKED_INTO: Final = 64
"""Items of one container that are looked into: the rest are of their kind."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One memory.

    Attributes:
        name: "Class.attribute", or "module.name" of a module's own.
        entries: What all of this name hold together.
        owners: How many there are of this name.
        seconds: How long an entry stays, None where the memory does not say so itself.
        most: How many entries there may be, None where the memory does not say so itself.
    """

    name: str
    entries: int
    owners: int
    seconds: float | None = None
    most: int | None = None


class _Walk:
    """Goes from what is loaded to everything of ours that it holds."""

    def __init__(self) -> None:
        self.owners: dict[str, list[object]] = {}
        self.ours: list[object] = []
        self._seen: set[int] = set()
        self._kept: list[object] = []

    def into(self, name: str, value: Any) -> None:
        """Look at a value, and at what it holds."""
        waiting: deque[tuple[str, Any]] = deque([(name, value)])
        while waiting:
            name, value = waiting.popleft()
            if id(value) in self._seen:
                continue
            self._seen.add(id(value))
            self._kept.append(value)  # an id is not given to another while we look
            waiting.extend(self._parts(name, value))

    def _parts(self, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        if _is_container(value):
            self.owners.setdefault(name, []).append(value)
            yield from ((name, item) for item in _items(value))
        elif isinstance(value, tuple | frozenset):
            yield from ((name, item) for item in tuple(value)[:_LOOKED_INTO])
        elif isinstance(value, MethodType):
            yield name, value.__self__
        elif isinstance(value, partial):
            yield from ((name, item) for item in (value.func, *value.args))
        elif isinstance(value, FunctionType):
            yield from _of_function(name, value)
        elif type(value).__module__.startswith(_PACKAGE):
            self.ours.append(value)
            if _says_its_bounds(value):
                self.owners.setdefault(name, []).append(value)
                yield from ((name, item) for _, item in islice(value.items(), _LOOKED_INTO))
            else:
                yield from _attributes(value)


def _says_its_bounds(value: Any) -> bool:
    """Return whether it is a memory that is bounded by time, and says so."""
    return all(hasattr(value, name) for name in ("seconds", "most", "items", "__len__"))


def _is_container(value: Any) -> bool:
    return isinstance(value, MutableMapping | MutableSequence | MutableSet | deque)


def _items(container: Any) -> list[Any]:
    found: list[Any] = []
    for item in container:
        if len(found) >= 2 * _LOOKED_INTO:
            break
        found.append(item)
        if isinstance(container, MutableMapping):
            found.append(container[item])
    return found


def _of_function(name: str, function: FunctionType) -> Iterator[tuple[str, Any]]:
    if not function.__module__.startswith(_PACKAGE):
        return
    for cell in function.__closure__ or ():
        try:
            yield name, cell.cell_contents
        except ValueError:  # not set yet
            continue


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value)
    names = dict.fromkeys(getattr(value, "__dict__", ()))
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        names |= dict.fromkeys((slots,) if isinstance(slots, str) else slots)
    for name in names:
        try:
            held = object.__getattribute__(value, _mangled(kind, name))
        except AttributeError:
            continue
        if not isinstance(held, ReferenceType):
            yield f"{kind.__name__}.{name}", held


def _mangled(kind: type, name: str) -> str:
    return f"_{kind.__name__}{name}" if name.startswith("__") and not name.endswith("__") else name


def _walk(hass: HomeAssistant) -> _Walk:
    walk = _Walk()
    for entry in hass.config_entries.async_entries(GUARD):
        walk.into("Entry.runtime_data", getattr(entry, "runtime_data", None))
    for key, value in hass.data.items():
        if str(key).startswith(GUARD):
            walk.into(f"hass.data[{key}]", value)
    for module_name, module in tuple(sys.modules.items()):
        if module_name.startswith(_PACKAGE):
            short = module_name.removeprefix(f"{_PACKAGE}.")
            for name, value in tuple(vars(module).items()):
                if _is_container(value) and not name.startswith("__"):
                    walk.into(f"{short}.{name}", value)
    return walk


def _caches() -> Iterator[Memory]:
    """Yield the caches of our functions."""
    seen: set[int] = set()
    modules = [module for name, module in tuple(sys.modules.items()) if name.startswith(_PACKAGE)]
    for name, value in [item for module in modules for item in tuple(vars(module).items())]:
        info: Callable[[], Any] | None = getattr(value, "cache_info", None)
        own = getattr(value, "__module__", "").startswith(_PACKAGE)
        if info is not None and own and id(value) not in seen:
            seen.add(id(value))
            yield Memory(f"cache of {name}", info().currsize, 1, most=info().maxsize)


def found_in(hass: HomeAssistant) -> list[Memory]:
    """Return everything that Message Guard remembers in this home, by name."""
    memories = list(_caches())
    for name, owners in _walk(hass).owners.items():
        first: Any = owners[0]
        memories.append(
            Memory(
                name,
                sum(len(owner) for owner in owners),  # type: ignore[arg-type, misc]  # all of them have one
                len(owners),
                getattr(first, "seconds", None),
                getattr(first, "most", getattr(first, "maxlen", None)),
            )
        )
    return sorted(memories, key=lambda memory: memory.name)


def rates_of(hass: HomeAssistant) -> list[Any]:
    """Return what counts how often something may happen: a soak says more in a minute than a household in a day."""
    return [item for item in _walk(hass).ours if type(item).__name__ == "Rate"]
