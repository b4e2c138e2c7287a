"""How often the rule about custom integrations' actions is wrong, on Home Assistant's own, which it is not used for."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
import json
from random import Random
import sys
from typing import Final

from benchmarks.actions import Row, read_table
from custom_components.message_guard.core.senders import Sort, sends_words

SEED: Final = 20261127
MOST_MISSED_PERCENT: Final = 2.0
"""Of the actions that send, on the half that the rule was not made on."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Both kinds of error of the rule.

    Attributes:
        senders: How many actions send.
        missed: Those of them that the rule takes for something else.
        others: How many do not.
        taken: Those of them that the rule takes for senders.
    """

    senders: int
    missed: tuple[str, ...]
    others: int
    taken: tuple[str, ...]

    @property
    def missed_percent(self) -> float:
        """Share of the senders that are missed."""
        return 100 * len(self.missed) / self.senders if self.senders else 0.0

    @property
    def taken_percent(self) -> float:
        """Share of the others that are taken for senders."""
        return 100 * len(self.taken) / self.others if self.others else 0.0


def halves(table: Iterable[Row], seed: int = SEED) -> tuple[list[Row], list[Row]]:
    """Return the half that the rule was made on, and the other; what sends is in both alike.

    What a household or a device names (`rest_command.*`) has no name to judge by, and is in neither.
    """
    made: list[Row] = []
    unseen: list[Row] = []
    rows = sorted((row for row in table if not row.name.endswith(".*")), key=lambda row: row.name)
    for sends in (True, False):
        part = [row for row in rows if (row.sort == Sort.SENDS) is sends]
        Random(seed).shuffle(part)
        made += part[::2]
        unseen += part[1::2]
    return made, unseen


def judge(rows: Iterable[Row]) -> Errors:
    """Return how often the rule is wrong about these."""
    senders, missed, others, taken = 0, [], 0, []
    for row in rows:
        found = sends_words(row.shape)
        if row.sort == Sort.SENDS:
            senders += 1
            missed += [] if found else [row.name]
        elif row.sort != Sort.TOLD:
            others += 1
            taken += [row.name] if found else []
    return Errors(senders, tuple(missed), others, tuple(taken))


def main() -> int:
    """Print both kinds of error; returns 1 if more senders are missed than may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    made, unseen = map(judge, halves(read_table().values(), options.seed))
    found = {"made on": made, "unseen": unseen}
    for name, errors in () if options.json else found.items():
        print(
            f"{name}: {len(errors.missed)} of {errors.senders} senders missed"
            f" ({errors.missed_percent:.1f} %), {len(errors.taken)} of {errors.others} others"
            f" taken for senders ({errors.taken_percent:.1f} %)"
        )
        for kind, names in (("missed", errors.missed), ("taken", errors.taken)):
            print("".join(f"  {kind}: {item}\n" for item in names), end="")
    if options.json:
        print(json.dumps({name: [e.missed_percent, e.taken_percent] for name, e in found.items()}))
    return 0 if unseen.missed_percent <= MOST_MISSED_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
