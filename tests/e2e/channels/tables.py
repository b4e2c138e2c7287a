"""The tables of docs/channels.md."""

from collections.abc import Mapping
from typing import Final

from .playing import Row
from .troubles import Trouble

CHANNELS: Final[Mapping[str, str]] = {
    "telegram": "Telegram (a bot's chat)",
    "matrix": "Matrix (`matrix.send_message` to a room)",
    "smtp": "Mail (smtp)",
    "mqtt": "MQTT (a notify entity)",
    "rest": "A web address (`notify` by rest)",
    "rest_command": "A web address (`rest_command`)",
    "file": "A file",
    "phone": "A phone with the Home Assistant app",
    "group": "A group of two (`notify.both`)",
}
"""Each channel by its name, as its heading says it."""

HEAD: Final = (
    '| the other side | heard (after seconds) | "Did it arrive?" | log | arrived |\n'
    "| --- | --- | --- | --- | --- |"
)

TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.NONE: "works",
    Trouble.DOWN: "is down",
    Trouble.SLOW: "takes it, answers after 20 s",
    Trouble.SLOWER: "takes it, answers after 90 s",
    Trouble.CUT: "takes it, hangs up without an answer",
    Trouble.UNAUTHORIZED: "401, sign-in refused",
    Trouble.FORBIDDEN: "403, recipient has blocked it",
    Trouble.TOO_MANY: "429, too many messages",
    Trouble.BROKEN: "500, server error",
    Trouble.RESTART: "takes it; Home Assistant is restarted",
}

_BEFORE: Final = ("asked", "authorised")


def line(row: Row) -> str:
    """Return one line of a table."""
    heard = " … ".join(f"“{said}”" for said in row.heard) or "nothing"
    # In the seconds until then, a restart is most of it.
    after = "" if row.trouble is Trouble.RESTART else f" ({row.seconds:.0f} s)"
    cells = (
        TROUBLES[row.trouble],
        f"{heard}{after}",
        f"“{row.asked}”",
        _recorded(row),
        _arrived(row),
    )
    return f"| {' | '.join(cells)} |"


def _recorded(row: Row) -> str:
    """Return the outcome, after the question and the proof; all steps where they were other ones."""
    kinds = tuple(step.partition(" ")[0] for step in row.recorded)
    steps = row.recorded[2:] if kinds[:2] == _BEFORE else row.recorded
    return ", ".join(
        f"`{step.replace(' ', '`: ', 1)}" + ("" if " " in step else "`") for step in steps
    )


def _arrived(row: Row) -> str:
    times = {0: "no", 1: "once", 2: "twice"}.get(row.arrived, f"{row.arrived} times")
    if row.other:
        times = f"{times}, and other words: {row.other}"
    if row.late:
        times = f"{times}, once the trouble was over"
    return times
