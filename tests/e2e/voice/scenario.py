"""Scenarios as data, and the cases that they stand for.

A scenario of `scenarios.yaml` is played once for each of its satellites, voices, rooms, echoes and
seeds. Its keys:

    name, about   what it is called and what happens in it
    contact       who the message is for
    satellites    "esphome" reopens its microphone after a question, "wyoming" does not
    wake          "micro" or "open": which engine listens for the wake word
    voices        who speaks (sound.VOICES)
    rooms         how it sounds (room.ROOMS)
    echoes        how the microphone hears the loudspeaker (device.Echo)
    seeds         how many times
    bodies        what is sent; one of them for each case
    guarded       false: without Message Guard, with the stand-in agent of 2018
    model         "whisper" or "pocketsphinx": played only where such an engine listens
    steps         what a person does:
                    request TEXT   wake it and say this, twice if need be, until it asks
                    body           say the body when asked for it
                    prove          give the proof that is asked for, twice if need be
                    decline TEXT   say this instead
                    refused TEXT   as request, but it must refuse
                    nobody N       say nothing for N seconds
    talk          instead of steps: what the room says, one of each line's variants by seed; the
                  first two in one breath, again and again until something wakes it; each other one
                  begins when the microphone is open
    expect        "sent": exactly this message, once, to this contact; "nothing"; "sometimes": the
                  control, of which some cases must send
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
import zlib

import yaml

from . import room, sound

FILE: Final = Path(__file__).with_name("scenarios.yaml")


_QUICK: Final = frozenset(
    {
        ("through-the-echo", "esphome", "rms", "clean", 0),
        ("phrase-ask-body", "wyoming", "slt_hts", "clean", 0),
        ("code", "wyoming", "kal16", "clean", 0),
        ("code-ask-body", "esphome", "rms", "babble 30 dB", 0),
        ("decline", "esphome", "slt_hts", "clean", 0),
        ("stranger-ask-body", "wyoming", "rms", "clean", 0),
        ("portland-command", "esphome", "kal16", "clean", 0),
    }
)
"""Scenario, satellite, voice, room and seed."""


@dataclass(frozen=True, slots=True)
class Case:
    """One play of a scenario."""

    scenario: str
    satellite: str
    voice: str
    room: room.Room
    seed: int
    echo: dict[str, float] = field(default_factory=dict)
    body: str = ""

    @property
    def quick(self) -> bool:
        """It belongs to the set that runs with every test run."""
        return (self.scenario, self.satellite, self.voice, self.room.name, self.seed) in _QUICK

    @property
    def name(self) -> str:
        """A name that can be a file's."""
        parts = [self.scenario, self.satellite, self.voice, self.room.name, f"seed {self.seed}"]
        if self.echo:
            parts.append(f"echo {self.echo['level']} {self.echo['delay']} {self.echo['early']}")
        return " ".join(parts).replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What `scenarios.yaml` says, see above."""

    name: str
    about: str
    expect: str
    contact: str = ""
    satellites: tuple[str, ...] = ("esphome", "wyoming")
    wake: str = "micro"
    voices: tuple[str, ...] = sound.PEOPLE
    rooms: tuple[str, ...] = (room.CLEAN.name, room.BABBLE_30.name)
    echoes: tuple[dict[str, float], ...] = ({},)
    seeds: int = 1
    bodies: tuple[str, ...] = ()
    guarded: bool = True
    model: str = ""
    steps: tuple[tuple[str, Any], ...] = ()
    talk: tuple[tuple[str, ...], ...] = ()

    def cases(self) -> Iterator[Case]:
        """Return every play of this scenario."""
        for satellite in self.satellites:
            for name in self.rooms:
                for seed in range(self.seeds):
                    for voice in self.voices:
                        for echo in self.echoes:
                            key = f"{voice} {satellite} {name} {seed} {echo}".encode()
                            body = self.bodies[zlib.crc32(key) % len(self.bodies)]
                            yield Case(
                                self.name, satellite, voice, room.ROOMS[name], seed, echo, body
                            )


def load() -> dict[str, Scenario]:
    """Return every scenario by its name.

    Raises:
        ValueError: If the file holds something that nobody would play.
    """
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    scenarios = [_scenario(item, data["bodies"]) for item in data["scenarios"]]
    return {scenario.name: scenario for scenario in scenarios}


def _scenario(item: dict[str, Any], bodies: list[str]) -> Scenario:
    for key in ("satellites", "voices", "rooms", "echoes", "bodies"):
        if key in item:
            item[key] = tuple(item[key])
    item["bodies"] = item.get("bodies") or tuple(bodies)
    item["steps"] = tuple(
        (step, None) if isinstance(step, str) else next(iter(step.items()))
        for step in item.get("steps", ())
    )
    item["talk"] = tuple(tuple(line) for lines in item.get("talk", ()) for line in lines)
    scenario = Scenario(**item)
    if bool(scenario.steps) == bool(scenario.talk):
        raise ValueError(f"{scenario.name}: either steps or talk")
    return scenario
