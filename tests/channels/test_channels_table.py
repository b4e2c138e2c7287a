"""docs/channels.md: every channel with every trouble, and no line in which something untrue is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

_TABLES = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
_COMPLETE = 10
_FEWER = {"MQTT (a notify entity)": 6, "A file": 2}
"""Nobody answers a message over MQTT with an error; a file can be written to, or not."""


def _rows() -> Iterator[tuple[str, list[str]]]:
    channel = ""
    for line in _TABLES.splitlines():
        if line.startswith("## "):
            channel = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith(("| the other side", "| ---")):
            yield channel, [cell.strip() for cell in line.strip("| ").split(" | ")]


_ROWS = list(_rows())


def test_every_trouble_of_every_channel_is_there() -> None:
    """Nine channels, each with all that can go wrong with it, once."""
    channels = dict.fromkeys(channel for channel, _ in _ROWS)
    assert len(channels) == 9
    for channel in channels:
        troubles = [cells[0] for name, cells in _ROWS if name == channel]
        assert len(set(troubles)) == len(troubles) == _FEWER.get(channel, _COMPLETE), channel


@pytest.mark.parametrize(("channel", "cells"), _ROWS)
def test_nothing_untrue_is_said(channel: str, cells: list[str]) -> None:
    """Neither "sent" of what has not arrived, nor "no" of what has; and nobody is left without an answer."""
    _, heard, asked, log, arrived = cells
    said = f"{heard} {asked}".lower()
    assert heard.startswith("“")
    assert asked.startswith(
        ("“Yes, ", "“No, ", "“Your last message was handed over", "“I don't know")
    )
    assert log.startswith("`")
    if arrived == "no":
        assert "sent to anna.”" not in said
        assert "“yes" not in said
    else:
        assert "“no," not in said
        assert "could not reach" not in said
        assert "did not get through" not in said
    at_most_once = {"no", "once", "once, once the trouble was over"}
    assert arrived in at_most_once or (arrived == "twice" and channel.startswith("Mail"))
