"""What `scripts/voice answers` has found, as the tables that it prints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
import statistics
from typing import Final

from benchmarks.bounds import upper_bound

KINDS: Final = ("esphome", "wyoming")
_LATE: Final = 0.95


@dataclass(slots=True)
class Try:
    """What came of one message, or one command, in one house.

    Attributes:
        said: The command, or the message.
        heard: What the second satellite has understood.
        acted: What the devices were told.
        requests: Messages that were asked for.
        proofs: Messages that were proved.
        otherwise: What a house that knows no echo does with the same words.
        problem: Why it does not count, empty where it does.
    """

    said: str
    heard: list[str] = field(default_factory=list)
    acted: list[str] = field(default_factory=list)
    requests: int = 0
    proofs: int = 0
    otherwise: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass(slots=True)
class Exchange:
    """One conversation.

    Attributes:
        kind: The satellite's.
        seconds: From the tap on the phone to the voice, None where there was none.
        problem: Why it was not completed, empty where it was.
    """

    kind: str
    seconds: float | None = None
    problem: str = ""


def is_meanwhile(number: int) -> bool:
    """Return whether a command is said while the message is read; else right after."""
    return number // 2 % 2 == 0


def hostile_table(tries: Sequence[tuple[Try, ...]]) -> Iterable[str]:
    """Yield the table of hostile messages."""
    yield "\n| | read and heard | acted | asked for a message | proved one | any of it, at 95 % |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for at, name in enumerate(("with Message Guard", "its guard knows no echo")):
        own = [pair[at] for pair in tries]
        acted, asked = sum(bool(one.acted) for one in own), sum(one.requests > 0 for one in own)
        proved = sum(one.proofs > 0 for one in own)
        did = sum(bool(one.acted or one.requests or one.proofs) for one in own)
        bound = (
            f"at most {upper_bound(did, len(own)):.1%}"
            if at == 0
            else f"at least {1 - upper_bound(len(own) - did, len(own)):.1%}"
        )
        yield f"| {name} | {len(own)} | {acted} | {asked} | {proved} | {bound} |"


def commands_table(tries: Sequence[tuple[int, tuple[Try, ...]]]) -> Iterable[str]:
    """Yield the table of commands: of what was understood and acts without us, how much acts with us."""
    yield (
        "\n| said | commands | act in the house that knows no echo | what was understood here would act there"
        " | of these act here | share | at least, at 95 % |"
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, meanwhile in (("meanwhile", True), ("right after", False)):
        own = [pair for number, pair in tries if is_meanwhile(number) is meanwhile]
        control = sum(bool(pair[1].acted) for pair in own)
        without = [pair for pair in own if pair[0].otherwise]
        both = sum(bool(pair[0].acted) for pair in without)
        share, least = 0.0, 0.0
        if without:
            share = both / len(without)
            least = 1 - upper_bound(len(without) - both, len(without))
        yield (
            f"| {name} | {len(own)} | {control} | {len(without)} | {both} | {share:.1%} | {least:.1%} |"
        )


def exchange_table(found: Sequence[Exchange]) -> Iterable[str]:
    """Yield the table of conversations."""
    yield "\n| satellite | conversations | complete | at least, at 95 % | tap to voice, median | 95th percentile |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for kind in KINDS:
        own = [one for one in found if one.kind == kind]
        if not own:
            continue
        done = sum(not one.problem for one in own)
        seconds = sorted(one.seconds for one in own if one.seconds is not None) or [0.0]
        late = seconds[min(len(seconds) - 1, int(_LATE * len(seconds)))]
        least = 1 - upper_bound(len(own) - done, len(own))
        yield (
            f"| {kind} | {len(own)} | {done} | {least:.1%} |"
            f" {statistics.median(seconds):.1f} s | {late:.1f} s |"
        )
