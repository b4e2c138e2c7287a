"""Who judges, and what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import subprocess

from tests.judges.cases import Case

ROOT = Path(__file__).resolve().parents[2]
PYTHON_JUDGE = (
    str(ROOT / ".venv-judges/bin/python"),
    str(Path(__file__).with_name("aics_judge.py")),
)
GO_JUDGE = (str(ROOT / ".toolchain/judges/judge"),)
SECONDS = 300


@dataclass(frozen=True)
class Finding:
    """What one judge says of one case.

    Attributes:
        case: The case.
        judge: Who judges.
        why: Why it does not accept, "" if it does.
    """

    case: Case
    judge: str
    why: str

    @property
    def right(self) -> bool:
        """Whether it accepts what is honest, or refuses what is not."""
        return self.case.accept is not bool(self.why)


def findings(command: Sequence[str], cases: Sequence[Case]) -> Iterator[Finding]:
    """Let a program judge the cases, and yield what each of its judges says."""
    if not Path(command[0]).exists():
        raise FileNotFoundError(
            f"{command[0]} is missing: run scripts/judges, or scripts/setup judges"
        )
    done = subprocess.run(
        command,
        input="".join(f"{json.dumps(case.asked)}\n" for case in cases),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")
    answers = done.stdout.splitlines()
    for case, answer in zip(cases, answers, strict=True):
        for judge, why in json.loads(answer).items():
            yield Finding(case, judge, why)
