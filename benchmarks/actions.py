"""Every action of every integration, read off an installed Home Assistant without running it.

    scripts/actions-table [SITE_PACKAGES...]

An action is named by its description (services.yaml, and what strings.json and icons.json say of it), or by the
call that registers it, wherever its name can be read off the source. What a household names itself
(`rest_command.*`, `script.*`) is one action with a star.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
import json
from pathlib import Path
import sys
from typing import Any, Final

import yaml

from custom_components.message_guard.core.senders import Shape

from .action_sources import Action, Source

NAMED_BY_THE_HOUSEHOLD: Final = (
    "esphome.*",
    "notify.*",
    "python_script.*",
    "rest_command.*",
    "script.*",
    "shell_command.*",
    "tts.*_say",
)
"""Registered under names that stand in the configuration or on a device."""


class _Loader(yaml.CSafeLoader):
    """Passes over what only Home Assistant understands."""


_Loader.add_multi_constructor("!", lambda *_: None)


def read_actions(homeassistant: Path) -> dict[str, Action]:
    """Return every action of the integrations in this `homeassistant` package, by its name."""
    found = {name: Action(name) for name in NAMED_BY_THE_HOUSEHOLD}
    for folder in sorted((homeassistant / "components").iterdir()):
        if (folder / "manifest.json").exists():
            for action in _described(folder):
                found[action.name] = action
    source = Source(homeassistant)
    for folder in sorted((homeassistant / "components").iterdir()):
        if (folder / "manifest.json").exists():
            for action in source.registered(folder):
                known = found.setdefault(action.name, action)
                known.entities |= action.entities
                if not known.described:
                    known.fields |= action.fields
    return found


def _described(folder: Path) -> Iterator[Action]:
    about = _yaml(folder / "services.yaml")
    for name in {*about, *_services(folder / "strings.json"), *_services(folder / "icons.json")}:
        given = about.get(name)
        if name in about and not isinstance(given, Mapping) and given is not None:
            continue
        if name.startswith("."):
            continue  # something that descriptions share
        action = Action(f"{folder.name}.{name}", described=name in about)
        if isinstance(given, Mapping):
            action.fields = dict(_fields(given.get("fields")))
            action.entities = set(_entities(given.get("target")))
        if folder.name == "homeassistant" or "." not in name:
            yield action


def _fields(described: Any) -> Iterator[tuple[str, str]]:
    for name, about in (described or {}).items():
        inner = about.get("fields") if isinstance(about, Mapping) else None
        if isinstance(inner, Mapping):
            yield from _fields(inner)  # a section
            continue
        selector = about.get("selector") if isinstance(about, Mapping) else None
        yield name, next(iter(selector), "") if isinstance(selector, Mapping) else ""


def _entities(target: Any) -> Iterator[str]:
    named = target.get("entity") if isinstance(target, Mapping) else None
    for item in named if isinstance(named, list) else [named]:
        domains = item.get("domain") if isinstance(item, Mapping) else None
        yield from [domains] if isinstance(domains, str) else domains or ()


def _yaml(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    read = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    return read if isinstance(read, Mapping) else {}


def _services(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    read = json.loads(path.read_text(encoding="utf-8")).get("services")
    return read if isinstance(read, Mapping) else {}


# --- the table --------------------------------------------------------------------------------------

TABLE: Final = Path("tests/actions.tsv")
"""Every action with its sort, its fields, what it acts on, and why where that is not plain to see."""

SENDERS: Final = Path("custom_components/message_guard/actions.json")
"""The sorts alone, for the guard."""

UNSORTED: Final = "?"


@dataclass(slots=True)
class Row:
    """One row of the table; a sort of "?" waits for a person."""

    name: str
    sort: str
    fields: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        """Return the row with tabs in between."""
        cells = (self.name, self.sort, " ".join(self.fields), " ".join(self.entities), self.reason)
        return "\t".join(cells).rstrip()

    @property
    def shape(self) -> Shape:
        """What the rule sees of it."""
        fields = frozenset(self.fields) if self.fields != ("-",) else None
        return Shape(self.name, fields, frozenset(self.entities))


def read_table(path: Path = TABLE) -> dict[str, Row]:
    """Return the table as it is written down."""
    rows = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        name, sort, fields, entities, reason = (*line.split("\t"), "", "", "", "")[:5]
        rows[name] = Row(name, sort, tuple(fields.split()), tuple(entities.split()), reason)
    return rows


def merged(table: Mapping[str, Row], found: Mapping[str, Action]) -> dict[str, Row]:
    """Return the table with what these integrations have; what is new in it is not sorted yet."""
    rows = dict(table)
    for name, action in found.items():
        fields = tuple(sorted(action.fields)) or (() if action.described else ("-",))
        known = rows.get(name, Row(name, UNSORTED))
        rows[name] = replace(known, fields=fields, entities=tuple(sorted(action.entities)))
    return rows


def senders(table: Mapping[str, Row]) -> str:
    """Return the sorts as the guard reads them: sort → domain → names."""
    sorts: dict[str, dict[str, list[str]]] = {}
    for row in sorted(table.values(), key=lambda row: row.name):
        domain, _, name = row.name.partition(".")
        sorts.setdefault(row.sort, {}).setdefault(domain, []).append(name)
    joined = {
        sort: {domain: " ".join(names) for domain, names in domains.items()}
        for sort, domains in sorts.items()
    }
    return json.dumps(joined, indent=0, sort_keys=True) + "\n"


def main() -> int:
    """Bring the table up to date with the given installations; returns 1 while a row is not sorted."""
    table = read_table()
    for folder in sys.argv[1:]:
        table = merged(table, read_actions(Path(folder) / "homeassistant"))
    rows = sorted(table.values(), key=lambda row: row.name)
    TABLE.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    unsorted = [row.name for row in rows if row.sort == UNSORTED]
    if not unsorted:
        SENDERS.write_text(senders(table), encoding="utf-8")
    counts = Counter(row.sort for row in rows)
    print(
        f"{len(rows)} actions:",
        ", ".join(f"{count} {sort}" for sort, count in sorted(counts.items())),
    )
    for name in unsorted:
        print(f"not sorted: {name}")
    return 1 if unsorted else 0


if __name__ == "__main__":
    sys.exit(main())
