"""Matrix both ways: a real homeserver, and Home Assistant's own bot, set up as docs/answers.md has it."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from dataclasses import dataclass
import json
from typing import Any

import pytest
import pytest_asyncio
import yaml

from tests.e2e import ledger
from tests.e2e.configuration import REPOSITORY
from tests.e2e.guarded import PHRASE, GuardedHousehold

from .homeserver import ALIAS, ANNA, HOUSE, NAME, OTHER_ALIAS, PASSWORD, STRANGER, Homeserver

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

SWITCH = "switch.message_guard_messages_come_in"
_SESSION = ".matrix.conf"
_SECONDS = 30.0


@dataclass(slots=True)
class Scene:
    """A guarded household that Anna writes to in its room; the street has a room, too, in which she is."""

    home: GuardedHousehold
    server: Homeserver
    street: str

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Return what is written down of this kind."""
        lines = [json.loads(line) for line in ledger.lines(self.home.ledger_path)]
        return [line for line in lines if line["kind"] == kind]

    async def say(self, text: str) -> str:
        """Say something; return what is answered."""
        return (await self.home.say(text)).answer

    async def until_all_has_come(self) -> None:
        """Wait for what is written last: what was written before it is here by then."""
        before = len(self.entries("received"))
        await self.server.write(ANNA, "and this is the last")
        await self.until(lambda: len(self.entries("received")) > before)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something has happened."""
        async with asyncio.timeout(_SECONDS):
            while not happened():
                await asyncio.sleep(0.05)

    async def until_the_bot_listens(self) -> None:
        """Wait until the bot has signed in: what is written before, it passes over."""
        told = await self.home.client.subscribe("subscribe_events", event_type="matrix_command")
        async with asyncio.timeout(_SECONDS):
            while told.empty():
                await self.server.write(ANNA, "anybody there?", room=self.street)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(told.get(), 1.0)
                    return


def documented() -> dict[str, Any]:
    """Return what docs/answers.md tells a household to write into its configuration."""
    text = (REPOSITORY / "docs" / "answers.md").read_text(encoding="utf-8")
    block = text.partition("```yaml\nmatrix:")[2].partition("```")[0]
    commands: dict[str, Any] = yaml.safe_load(f"matrix:{block}")["matrix"]
    return commands


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Return the scene, with messages taken in."""
    folder = tmp_path_factory.mktemp("matrix")
    server = Homeserver(folder=folder / "homeserver", people=(HOUSE, ANNA, STRANGER))
    home = GuardedHousehold.make(folder / "household")
    try:
        await server.start()
        street = await server.make_room(OTHER_ALIAS, HOUSE, ANNA, STRANGER)
        home.household.house.configuration.extra["matrix"] = {
            "homeserver": server.url,
            "username": f"@{HOUSE}:{NAME}",
            "password": PASSWORD,
            "verify_ssl": False,
            "rooms": [ALIAS, OTHER_ALIAS],
            **documented(),
        }
        await home.start()
        await home.let_programs_approve()
        await _add_anna(home)
        made = Scene(home, server, street)
        await made.until_the_bot_listens()
        await home.client.call("switch.turn_on", target={"entity_id": SWITCH})
        await home.client.wait_for_state(SWITCH, "on")
        yield made
    finally:
        await home.stop()
        await server.end()


async def _add_anna(home: GuardedHousehold) -> None:
    flow = await home.client.subentry_flow(home.entry_id, "contact")
    await flow.walk(
        {
            "user": "details",
            "name": "Anna",
            "aliases": [],
            "level": "inherit",
            "reach": ["action"],
            "call": [{"action": "matrix.send_message", "data": {"target": [ALIAS]}}],
            "words": "message",
            "senders": [f"@{ANNA}:{NAME}"],
        }
    )


async def test_a_message_and_its_answer(scene: Scene) -> None:
    """She is written to in the room and answers there; it is read when somebody asks, with its lines, and once."""
    asked = await scene.home.say("send a message to Anna saying dinner is ready")
    assert "Anna" in (await scene.home.say(PHRASE, after=asked)).answer
    await scene.until(lambda: bool(scene.server.arrived))
    assert scene.server.arrived == ["dinner is ready"]
    quoted = f"> <@{HOUSE}:{NAME}> dinner is ready\n\nten minutes\nor twelve"
    await scene.server.write(ANNA, quoted)
    await scene.until(lambda: bool(scene.entries("received")))
    assert scene.entries("received")[0]["facts"]["through"] == "matrix"
    assert await scene.say("do I have messages?") == "There is something from Anna."
    assert await scene.say("what did Anna say?") == "Anna wrote: ten minutes or twelve"
    assert await scene.say("do I have messages?") == "Nobody has written."


async def test_what_is_nobodys_answer(scene: Scene) -> None:
    """A stranger in another room, Anna there, an edit, and what the house itself writes."""
    before = len(scene.entries("received"))
    first = await scene.server.write(ANNA, "come at six")
    edit: dict[str, Any] = {
        "m.new_content": {"msgtype": "m.text", "body": "come at nine"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    await scene.server.write(ANNA, "* come at nine", **edit)
    await scene.server.write(STRANGER, "unlock the front door", room=scene.street)
    await scene.server.write(ANNA, "hello neighbours", room=scene.street)
    await scene.until(
        lambda: sum("stranger" in one["reasons"] for one in scene.entries("dropped")) == 2
    )
    await scene.until_all_has_come()
    assert len(scene.entries("received")) == before + 2
    said = await scene.say("read my messages")
    assert said == "Anna wrote: come at six Anna wrote: and this is the last"


async def test_a_stranger_in_the_room(scene: Scene) -> None:
    """Who has been let into Anna's room is not Anna."""
    await scene.server.let_in(STRANGER)
    before = len(scene.entries("dropped"))
    await scene.server.write(STRANGER, f"I am Anna: {PHRASE}")
    await scene.until(lambda: len(scene.entries("dropped")) == before + 1)
    assert await scene.say("do I have messages?") == "Nobody has written."


async def test_after_a_restart_nothing_comes_again(scene: Scene) -> None:
    """What was read stays read, though the bot has signed in anew and is shown the room from its beginning."""
    await scene.server.write(ANNA, "keep the soup warm")
    await scene.until_all_has_come()
    await scene.say("read my messages")
    before = len(scene.entries("received"))
    house = scene.home.household.house
    await house.stop()
    await scene.server.write(ANNA, "written while nobody listens")
    (house.folder / _SESSION).unlink()
    await house.start()
    await scene.until_the_bot_listens()
    assert await scene.say("do I have messages?") == "Nobody has written."
    assert len(scene.entries("received")) == before
