"""The table of routes: every row is proved by a test that exists, or says why it is out of scope."""

import ast
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
import re
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest

from tests.clock import pass_time, until
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "routes.md"
FEWEST_ROWS = 24
SHORTEST_REASON = 40
OUT_OF_SCOPE = "out of scope: "

_PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

type Clients = Callable[..., Awaitable[TestClient[Any, Any]]]


def rows(text: str) -> Iterator[tuple[str, str]]:
    """Yield the way and the proof of each row of each table whose last column is the proof."""
    proving = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            proving = False
        elif cells[-1] == "proof":
            proving = True
        elif proving and not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            yield cells[0], cells[-1]


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )


def problem(proof: str) -> str | None:
    """Return what is wrong with the proof of a row."""
    if proof.startswith(OUT_OF_SCOPE):
        return None if len(proof) >= SHORTEST_REASON else "gives no reason"
    named = _PROOF.findall(proof)
    if not named or _PROOF.sub("", proof).strip():
        return "names neither tests nor a reason"
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(path)]
    return f"names tests that do not exist: {missing}" if missing else None


def test_every_row_is_proved() -> None:
    """Or says why not."""
    found = list(rows(TABLE.read_text(encoding="utf-8")))
    problems = [f"{way}: {wrong}" for way, proof in found if (wrong := problem(proof))]
    assert problems == []
    assert len({way for way, _ in found}) >= FEWEST_ROWS
    assert sum(proof.startswith(OUT_OF_SCOPE) for _, proof in found) < len(found) // 2


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        ("", True),
        ("trust us", True),
        ("`tests/project/test_routes_table.py::test_no_such_test`", True),
        ("`tests/no_such_file.py::test_every_row_is_proved`", True),
        ("out of scope: no", True),
        ("`tests/project/test_routes_table.py::test_every_row_is_proved`", False),
        ("out of scope: a reason that is long enough to be one", False),
    ],
)
def test_the_check_can_fail(proof: str, wrong: bool) -> None:
    """A row without proof is found, and no other."""
    table = f"| way | proof |\n| --- | --- |\n| by pigeon | {proof} |\n"
    ((way, found),) = rows(table)
    assert way == "by pigeon"
    assert (problem(found) is not None) is wrong


async def test_a_delayed_command_is_a_turn(home: SpokenHome) -> None:
    """An Assist timer says its words to the agent when it is due."""
    await home.automate(sentence(notify()))
    assert await async_setup_component(home.hass, "intent", {})
    await intent.async_handle(
        home.hass,
        "test",
        intent.INTENT_START_TIMER,
        {"seconds": {"value": 20}, "conversation_command": {"value": "dinner is ready"}},
        device_id="speaker",
        language="en",
    )
    await pass_time(20)
    await until(lambda: home.pending)
    assert home.sent == []
    await home.approve()
    assert home.sent == [("notify.anna", "Dinner is ready")]


async def test_text_over_the_interfaces_is_a_turn(home: SpokenHome, hass_client: Clients) -> None:
    """The REST interface, and what the app's webhook passes on."""
    for domain in ("conversation", "mobile_app"):
        assert await async_setup_component(home.hass, domain, {})
    await home.automate(sentence(notify()))
    client = await hass_client()
    answer = await client.post("/api/conversation/process", json={"text": "dinner is ready"})
    assert answer.status == HTTPStatus.OK
    await home.decline()

    registered = await client.post(
        "/api/mobile_app/registrations",
        json={
            "app_id": "io.example.app",
            "app_name": "App",
            "app_version": "1",
            "device_id": "phone",
            "device_name": "phone",
            "manufacturer": "Example",
            "model": "Phone",
            "os_name": "Android",
            "os_version": "17",
            "supports_encryption": False,
        },
    )
    webhook = (await registered.json())["webhook_id"]
    await home.hass.async_block_till_done()
    said = {"type": "conversation_process", "data": {"text": "dinner is ready"}}
    answer = await client.post(f"/api/webhook/{webhook}", json=said)
    assert answer.status == HTTPStatus.OK
    await home.hass.async_block_till_done()
    assert len(home.pending) == 1
    assert home.sent == []
