"""Play voice scenarios on a real Home Assistant and report how they went.

    scripts/voice [--engine NAME] [--voice NAME]... [--scenario NAME]... [--quick] [--report FILE]

Sound goes in at the satellites' microphones and comes out of their loudspeakers; receivers and ledger
say what was sent. Nothing is mocked, nothing leaves this machine.
"""

import argparse
import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
import itertools
import json
from pathlib import Path
import signal
import statistics
import sys
import tempfile
import time
from typing import Any, Final

from tests.e2e import ledger
from tests.e2e.guarded import numbers

from . import engines, room, sound
from .actors import ActorError, Satellite
from .network import enclose
from .person import SAID_PIN, WAKE_WORD, GaveUpError, Person
from .product import answers, forms
from .scenario import Case, Scenario, load
from .stage import CODE_CONTACT, PHRASE, PIN_CONTACT, Stage

RECORDINGS: Final = sound.ROOT / "recordings"
"""Where failures are kept for listening; git does not see it."""

GOALS: Final = {"Alice": 0.95, "Grandma": 0.90, "Mom": 0.90}
"""Share of genuine messages that have to be completed within two tries: by phrase, by code, by PIN."""

_CASE_SECONDS = 25.0
"""About so long a case takes."""

_ROOMS = {"esphome": "Kitchen", "wyoming": "Hall"}


_TOLD = frozenset({"wake", "listening", "heard", "says", "said", "error"})


@dataclass(slots=True)
class Outcome:
    """How one case went.

    Attributes:
        case: What was played.
        done: It went as the person wanted.
        false_sends: Messages that should not have been sent.
        problem: What went wrong, "" if nothing.
        sent: To whom, and the words that arrived.
        tries: How often each step was said.
        missed_wakes: Wake words that were not heard.
        seconds: How long it took.
        confirmation: Seconds from the end of the request to "Sent", None where nothing was sent.
        story: What the satellite reported.
    """

    case: Case
    done: bool
    false_sends: int
    problem: str
    sent: list[tuple[str, str]]
    tries: dict[str, int]
    missed_wakes: int
    seconds: float
    confirmation: float | None = None
    story: list[dict[str, Any]] = field(default_factory=list)

    @property
    def first_try(self) -> bool:
        """Nothing had to be said twice."""
        return self.done and all(tries == 1 for tries in self.tries.values())

    def heard(self) -> list[str]:
        """Return what was understood and said, in order."""
        told = [event for event in self.story if event["event"] in _TOLD]
        begun = self.story[0]["at"] if self.story else 0.0
        return [
            f"{event['at'] - begun:5.1f} s  {event['event']}: {event.get('text', event.get('code', ''))}"
            for event in told
        ]


async def play(stage: Stage, scenario: Scenario, case: Case, satellite: Satellite) -> Outcome:
    """Play one case and look at what came of it."""
    await stage.rest()
    authorised = stage.authorised()
    satellite.story.clear()
    satellite.catch_up()
    person = Person(case, scenario, satellite)
    begun, problem = time.monotonic(), ""
    try:
        await person.play()
    except (GaveUpError, ActorError) as error:
        problem = str(error)
    await asyncio.sleep(0.5)
    sent = stage.new_deliveries()
    false_sends, complaint = judge(scenario, sent)
    if stage.authorised() - authorised != len(sent):
        complaint = "the ledger and the receivers disagree"
    outcome = Outcome(
        case=case,
        done=not problem and not complaint,
        false_sends=false_sends,
        problem="; ".join(filter(None, (complaint, problem))),
        sent=sent,
        tries=person.tries,
        missed_wakes=person.missed_wakes,
        seconds=time.monotonic() - begun,
        confirmation=confirmation_seconds(satellite.story),
        story=list(satellite.story),
    )
    await _keep(outcome, satellite)
    return outcome


def confirmation_seconds(story: list[dict[str, Any]]) -> float | None:
    """Return the seconds from the end of the request to "Sent" in what a satellite reported.

    The request is what was said last before the first question; a clip ends in half a second of silence.
    """
    asked = next((at for at, event in enumerate(story) if is_question(event)), None)
    sent = next((event for event in story if is_success(event)), None)
    if asked is None or sent is None:
        return None
    said = [event["at"] for event in story[:asked] if event["event"] == "silent"]
    return round(float(sent["at"]) - float(said[-1]) + room.AFTER, 2) if said else None


def is_question(event: dict[str, Any]) -> bool:
    """Return whether a satellite begins to ask for a proof."""
    return event["event"] == "says" and "goes out when you say" in str(event["text"])


def is_success(event: dict[str, Any]) -> bool:
    """Return whether a satellite begins to say that it has sent the message."""
    return event["event"] == "says" and str(event["text"]).startswith(("Sent to", "Handed over to"))


def judge(scenario: Scenario, sent: list[tuple[str, str]]) -> tuple[int, str]:
    """Return how many messages should not have been sent, and what is wrong."""
    match scenario.expect:
        case "sent":
            wrong = [name for name, _ in sent if name != scenario.contact]
            false_sends = len(wrong) + max(0, len(sent) - len(wrong) - 1)
            if false_sends:
                return false_sends, f"sent {sent}"
            return 0, "" if sent else "nothing was sent"
        case "nothing":
            return len(sent), f"sent {sent}" if sent else ""
        case "sometimes":
            return 0, "" if sent else "the control did not send"
        case _:
            raise ValueError(f"{scenario.name}: expect {scenario.expect!r}")


async def _keep(outcome: Outcome, satellite: Satellite) -> None:
    """Keep the sound of a failure; throw any other away."""
    if outcome.done:
        await satellite.order("forget")
        return
    RECORDINGS.mkdir(exist_ok=True)
    path = RECORDINGS / f"{outcome.case.name}.wav"
    await satellite.order("save", file=str(path))
    story = [*outcome.heard(), f"problem: {outcome.problem}"]
    path.with_suffix(".txt").write_text("\n".join(story) + "\n", encoding="utf-8")


# --- running all of them ----------------------------------------------------------------------------


@dataclass(slots=True)
class Run:
    """A whole run.

    Attributes:
        python: Interpreter of Home Assistant's environment.
        engine: Who listens.
        voice: Who speaks for the house.
        outcomes: Of every case so far.
        ledger_problems: What the verifier found in the houses' ledgers.
    """

    python: Path
    engine: str = "pocketsphinx"
    voice: str = sound.HOUSE
    outcomes: list[Outcome] = field(default_factory=list)
    ledger_problems: list[str] = field(default_factory=list)

    async def all(self, scenarios: Iterable[Scenario], cases: list[Case]) -> None:
        """Play the cases, house by house."""
        named = {scenario.name: scenario for scenario in scenarios}
        number = itertools.count(1)

        def house(case: Case) -> tuple[bool, str]:
            return named[case.scenario].guarded, named[case.scenario].wake

        for (guarded, wake), group in itertools.groupby(sorted(cases, key=house), key=house):
            with tempfile.TemporaryDirectory(prefix="message-guard-voice-") as folder:
                await self._house(
                    Path(folder), guarded, wake, named, list(group), number, len(cases)
                )

    async def _house(
        self,
        folder: Path,
        guarded: bool,
        wake: str,
        named: dict[str, Scenario],
        cases: list[Case],
        number: Iterable[int],
        total: int,
    ) -> None:
        kinds = {case.satellite for case in cases}
        satellites = {
            kind: Satellite(_ROOMS[kind], kind, folder / f"{kind}.log", wake) for kind in kinds
        }
        stage = Stage(
            folder=folder / "stage",
            satellites={satellite.name: satellite for satellite in satellites.values()},
            guarded=guarded,
            python=self.python,
            engine=self.engine,
            voice=self.voice,
        )
        say(f"Starting a house {'with Message Guard' if guarded else 'with the agent of 2018'} …")
        try:
            await stage.start()
            for case, count in zip(cases, number, strict=False):
                outcome = await play(stage, named[case.scenario], case, satellites[case.satellite])
                self.outcomes.append(outcome)
                mark = "ok  " if outcome.done else "FAIL" if outcome.false_sends else "miss"
                say(
                    f"{count:4}/{total} {mark} {outcome.seconds:5.1f} s  {case.name}  {outcome.problem}"
                )
            if guarded:
                verdict = await ledger.verify(stage.ledger_path)
                if verdict.status:
                    self.ledger_problems.append(str(verdict))
        except Exception:
            say(stage.house.log[-4000:])
            raise
        finally:
            await stage.stop()


def table(outcomes: list[Outcome], scenarios: Iterable[Scenario]) -> list[str]:
    """Return a Markdown table, one row for each scenario, satellite and room."""
    lines = [
        "| scenario | satellite | room | cases | first try | within two tries | false sends |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for scenario in scenarios:
        own = [outcome for outcome in outcomes if outcome.case.scenario == scenario.name]
        keys = dict.fromkeys((outcome.case.satellite, outcome.case.room.name) for outcome in own)
        for satellite, place in keys:
            part = [o for o in own if (o.case.satellite, o.case.room.name) == (satellite, place)]
            first, done = sum(o.first_try for o in part), sum(o.done for o in part)
            false = sum(o.false_sends for o in part)
            lines.append(
                f"| {scenario.name} | {satellite} | {place} | {len(part)} |"
                f" {first / len(part):.0%} | {done / len(part):.0%} | {false} |"
            )
    return lines


def costs(outcomes: list[Outcome], scenarios: Iterable[Scenario]) -> list[str]:
    """Return a Markdown table: seconds from the end of a request to "Sent", for what was sent."""
    lines = [
        "| scenario | satellite | sent | median | 95th percentile |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for scenario in scenarios:
        for satellite in scenario.satellites:
            seconds = sorted(
                outcome.confirmation
                for outcome in outcomes
                if (outcome.case.scenario, outcome.case.satellite) == (scenario.name, satellite)
                and outcome.confirmation is not None
            )
            if seconds:
                late = seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
                lines.append(
                    f"| {scenario.name} | {satellite} | {len(seconds)} |"
                    f" {statistics.median(seconds):.1f} s | {late:.1f} s |"
                )
    return lines if len(lines) > 2 else []


def problems_of(run: Run, scenarios: Iterable[Scenario]) -> list[str]:
    """Return what is not as it has to be; empty when all is well."""
    problems = [f"ledger: {problem}" for problem in run.ledger_problems]
    for scenario in scenarios:
        own = [outcome for outcome in run.outcomes if outcome.case.scenario == scenario.name]
        if not own:
            continue
        if false := sum(outcome.false_sends for outcome in own):
            problems.append(f"{scenario.name}: {false} false sends")
        done = sum(outcome.done for outcome in own)
        if scenario.expect == "sometimes" and not done:
            problems.append(f"{scenario.name}: the control never sent, so nothing is shown")
        clean = [o for o in own if not o.case.room.babble and not o.case.echo]
        completed = sum(outcome.done for outcome in clean)
        if clean and scenario.expect == "sent" and completed < GOALS[scenario.contact] * len(clean):
            problems.append(
                f"{scenario.name}: {completed} of {len(clean)} completed on clean sound"
            )
    return problems


def save(path: Path, run: Run, problems: list[str]) -> None:
    """Write everything as JSON."""
    cases = [asdict(outcome) | {"heard": outcome.heard()} for outcome in run.outcomes]
    for case in cases:
        del case["story"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"problems": problems, "cases": cases}, indent=1), encoding="utf-8")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Play what the arguments name; the exit status is 0 if all is as it has to be."""
    options = _arguments()
    everything = load()
    chosen = [everything[name] for name in options.scenario or everything]
    if options.seeds:
        chosen = [replace(scenario, seeds=options.seeds) for scenario in chosen]
    engine = engines.engines()[options.engine]
    chosen = [scenario for scenario in chosen if scenario.model in {"", engine.model}]
    cases = [case for scenario in chosen for case in scenario.cases()]
    if options.satellite:
        cases = [case for case in cases if case.satellite == options.satellite]
    if options.quick:
        cases = [case for case in cases if case.quick]
    if options.voice:
        cases = cast(cases, options.voice)
    house = options.house or (sound.HOUSE if engine.model == "pocketsphinx" else "piper-joe")
    run = Run(options.home_assistant, engine.name, house)
    say(f"{len(cases)} cases, about {len(cases) * _CASE_SECONDS / 60:.0f} minutes")
    sound.prepare(line for case in cases for line in lines(everything[case.scenario], case))
    try:
        enclose()
    except OSError as error:
        say(f"No network of its own ({error.strerror}): discovery may be seen outside this machine")
    begun = time.monotonic()
    asyncio.run(_until_told(run.all(chosen, cases)))
    say("")
    for line in table(run.outcomes, chosen):
        say(line)
    say('\nFrom the end of the request to "Sent":')
    for line in costs(run.outcomes, chosen):
        say(line)
    problems = problems_of(run, chosen)
    for problem in problems:
        say(f"NOT AS IT HAS TO BE: {problem}")
    say(f"\n{len(run.outcomes)} cases in {time.monotonic() - begun:.0f} s")
    if options.report is not None:
        save(options.report, run, problems)
    return 1 if problems else 0


def cast(cases: list[Case], voices: list[str]) -> list[Case]:
    """Return the cases played by these people instead; a case whose part somebody else has goes away."""
    people: dict[str, str] = {}
    for case in cases:
        people.setdefault(case.voice, voices[len(people) % len(voices)])
    played = [replace(case, voice=people[case.voice]) for case in cases]
    return list({case.name: case for case in played}.values())


def lines(scenario: Scenario, case: Case) -> Iterator[tuple[str, str]]:
    """Yield who says what in a case, as far as it is known before."""
    said = [WAKE_WORD, PHRASE, "cancel that", case.body]
    said += [value for _, value in scenario.steps if isinstance(value, str)]
    said += [text for variants in scenario.talk for text in variants]
    if scenario.contact == PIN_CONTACT:
        said.append(SAID_PIN)
    if scenario.contact == CODE_CONTACT:
        said += [
            forms()[0].replace("#", word.replace("-", " "))
            for word, value in numbers().items()
            if value in answers()
        ]
    for text in said:
        yield case.voice, text.format(contact=scenario.contact, body=case.body)


async def _until_told(playing: Coroutine[Any, Any, None]) -> None:
    """Play, and stop everything properly when told to end."""
    task = asyncio.ensure_future(playing)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/voice", description=__doc__)
    parser.add_argument("--scenario", action="append", choices=list(load()), help="only this one")
    parser.add_argument("--satellite", choices=_ROOMS, help="only on this kind of satellite")
    parser.add_argument("--seeds", type=int, help="how often each case, under other seeds")
    parser.add_argument("--quick", action="store_true", help="one case of each kind, five minutes")
    parser.add_argument(
        "--engine", default="pocketsphinx", choices=engines.engines(), help="who listens"
    )
    parser.add_argument(
        "--voice",
        action="append",
        choices=engines.voices(),
        help="who speaks instead of the scenarios' people",
    )
    parser.add_argument("--house", choices=engines.voices(), help="who speaks for the house")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write everything as JSON")
    parser.add_argument(
        "--home-assistant",
        type=Path,
        default=Path(sys.executable),
        metavar="PYTHON",
        help="interpreter of the environment that Home Assistant is installed in",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
