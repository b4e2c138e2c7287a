"""A situation: a home, what is said in it, what must arrive and what must be heard. Read from YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent

_KEYS = frozenset(
    {
        "name",
        "why",
        "home",
        "services",
        "contacts",
        "household",
        "model",
        "talk",
        "arrives",
        "ledger",
    }
)
SPEAKERS = ("kitchen", "nursery", "app")
_STEP_KEYS = frozenset(
    {
        *SPEAKERS,
        "do",
        "fire",
        "hear",
        "never",
        "told",
        "state",
        "waiting",
        "assistant",
        "go_on",
        "rule",
    }
)


class SituationError(ValueError):
    """A situation is not written as README.md says; the text names it and what is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and what has to follow.

    Attributes:
        speaker: Who speaks, "kitchen", "nursery" or "app"; None where nobody does.
        text: What is said, "PROOF" for the household's phrase, "CODE" for the sum that was asked for.
        go_on: It is typed in the same conversation (always so for a proof).
        assistant: "model" for the pipeline that asks a language model.
        do: An action that the owner performs in the app, with data and target.
        fire: An event that is fired.
        hear: Each is part of what the house says to it, or shows to whoever typed.
        never: None of these is.
        told: Each is part of a notification that Home Assistant shows.
        state: Entity ids and what they have to be then.
        waiting: How many messages have to wait then.
        rule: A satellite's rules, entered in the form: {"satellite": …, …}.
    """

    speaker: str | None = None
    text: str = ""
    go_on: bool = False
    assistant: str = "own"
    do: Mapping[str, Any] | None = None
    fire: str | None = None
    hear: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)
    waiting: int | None = None
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """One home and one conversation in it.

    Attributes:
        name: Short and unique.
        why: Whose home it is, or what went wrong in it.
        home: Home Assistant's configuration, as a package.
        services: Actions of integrations that Home Assistant does not have, and the fields of each.
        contacts: Name → how it is reached, see README.md.
        household: What is chosen under *Configure*, menu entry → fields.
        model: What the language model answers, oldest first.
        talk: What happens.
        arrives: What has to arrive, and nothing else, as (where, what).
        ledger: The kinds of steps that the log has to hold for the last request, None if anything may stand there.
    """

    name: str
    why: str
    home: Mapping[str, Any]
    services: Mapping[str, tuple[str, ...]]
    contacts: Mapping[str, Any]
    household: Mapping[str, Mapping[str, Any]]
    model: tuple[Mapping[str, Any], ...]
    talk: tuple[Step, ...]
    arrives: tuple[tuple[str, Any], ...]
    ledger: tuple[str, ...] | None


def all_situations() -> list[Situation]:
    """Return every situation of this folder.

    Raises:
        SituationError: If one of them cannot be read, or two have the same name.
    """
    found: dict[str, Situation] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")):
            situation = _read(item)
            if situation.name in found:
                raise SituationError(f"{situation.name}: there are two of that name")
            found[situation.name] = situation
    return list(found.values())


def _read(item: Any) -> Situation:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise SituationError(f"a situation without a name: {str(item)[:80]}")
    name = item["name"]
    if unknown := set(item) - _KEYS:
        raise SituationError(f"{name}: nothing reads {', '.join(sorted(unknown))}")
    if not item.get("talk") or "arrives" not in item:
        raise SituationError(f"{name}: it needs talk, and arrives (empty if nothing may arrive)")
    ledger = item.get("ledger")
    return Situation(
        name=name,
        why=item.get("why", ""),
        home=item.get("home") or {},
        services={key: tuple(value) for key, value in (item.get("services") or {}).items()},
        contacts=item.get("contacts") or {},
        household=item.get("household") or {},
        model=tuple(item.get("model") or ()),
        talk=tuple(_step(name, step) for step in item["talk"]),
        arrives=tuple(_arrival(name, entry) for entry in item["arrives"] or ()),
        ledger=None if ledger is None else tuple(ledger),
    )


def _step(name: str, step: Any) -> Step:
    if not isinstance(step, dict):
        raise SituationError(f"{name}: {step!r} is no step")
    if unknown := set(step) - _STEP_KEYS:
        raise SituationError(f"{name}: no step has {', '.join(sorted(unknown))}")
    speaker = next((key for key in SPEAKERS if key in step), None)
    text = str(step[speaker]) if speaker is not None else ""
    return Step(
        speaker=speaker,
        text=text,
        go_on=step.get("go_on", text in {"PROOF", "CODE"}),
        assistant=step.get("assistant", "own"),
        do=step.get("do"),
        fire=step.get("fire"),
        hear=_texts(step.get("hear")),
        never=_texts(step.get("never")),
        told=_texts(step.get("told")),
        state=step.get("state") or {},
        waiting=step.get("waiting"),
        rule=step.get("rule"),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _arrival(name: str, entry: Any) -> tuple[str, Any]:
    if not isinstance(entry, dict) or len(entry) != 1:
        raise SituationError(f"{name}: {entry!r} arrives nowhere")
    return next(iter(entry.items()))
