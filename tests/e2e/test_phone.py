"""Approval on a phone: a real registration, the push received by a server, the tap through the webhook."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
import json
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e import ledger
from tests.e2e.client import Client
from tests.e2e.guarded import PHRASE, GuardedHousehold
from tests.e2e.phone import APPROVE, DECLINE, TAPPED, Phone, PushServer, actions, button, log_in
from tests.e2e.turn import Turn

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

_QUIET_SECONDS = 1.0


@dataclass(slots=True)
class Scene:
    """A guarded household with the owner's phone and a child's."""

    home: GuardedHousehold
    owner: Phone
    child: Phone
    count: int = 0

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.home.client

    @property
    def sent(self) -> list[str]:
        """What left the house."""
        return self.home.household.file.messages

    async def ask(self) -> tuple[str, Turn]:
        """Say a message that nobody has said before, and return its words and the turn."""
        self.count += 1
        body = f"this is message number {self.count}"
        return body, await self.home.say(f"send a message to Mum saying {body}")

    async def nothing_sent(self, body: str) -> None:
        """Check that these words do not leave the house, not even a moment later."""
        await asyncio.sleep(_QUIET_SECONDS)
        assert body not in self.sent

    async def until_sent(self, body: str) -> None:
        """Wait until these words have left the house."""
        async with asyncio.timeout(10):
            while body not in self.sent:
                await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Return the scene; both phones are chosen, and are asked about every message."""
    folder: Path = tmp_path_factory.mktemp("phones") / "household"
    home = GuardedHousehold.make(folder)
    home.household.house.configuration.extra["mobile_app"] = None
    pushes = PushServer()
    await pushes.start()
    try:
        await home.start()
        made = Scene(home, Phone("owner", pushes), Phone("child", pushes))
        url = home.household.house.url
        await made.owner.register(url, home.client)
        child = await home.client.command(
            "config/auth/create", name="Child", group_ids=["system-users"]
        )
        await home.client.command(
            "config/auth_provider/homeassistant/create",
            user_id=child["user"]["id"],
            username="child",
            password="child",
        )
        session = Client(url, await log_in(url, "child", "child"))
        try:
            await made.child.register(url, session)
        finally:
            await session.close()
        entries = {
            item["title"]: item["entry_id"] for item in await home.client.entries("mobile_app")
        }
        made.owner.entry_id, made.child.entry_id = entries["owner"], entries["child"]
        flow = await home.client.options_flow(home.entry_id)
        await flow.choose("devices")
        await flow.finish({"phones": list(entries.values()), "phones_always": True, "buttons": []})
        yield made
    finally:
        await home.stop()
        await pushes.stop()


async def test_a_tap_sends(scene: Scene) -> None:
    """Who, what, where to; and the ledger says who approved, how and on which phone."""
    body, turn = await scene.ask()
    assert turn.listening
    push = await scene.owner.question(body)
    assert "Mum" in push["title"]
    await scene.nothing_sent(body)
    await scene.owner.tap(button(push, APPROVE))
    await scene.until_sent(body)
    told = await scene.owner.wait_for(lambda item: "approved" in item["message"])
    assert told["data"]["tag"] == push["data"]["tag"]
    recorded = [json.loads(line) for line in ledger.lines(scene.home.ledger_path)]
    facts = [item["facts"] for item in recorded if item["kind"] == "authorised"]
    assert facts[-1]["via"] == "phone"
    assert facts[-1]["source"] == scene.owner.entry_id
    assert facts[-1]["approver"]


async def test_a_replayed_tap_sends_nothing_more(scene: Scene) -> None:
    body, _ = await scene.ask()
    push = await scene.owner.question(body)
    for _ in range(3):
        await scene.owner.tap(button(push, APPROVE))
    await scene.until_sent(body)
    await scene.owner.tap(button(push, APPROVE))
    await asyncio.sleep(_QUIET_SECONDS)
    assert scene.sent.count(body) == 1


async def test_the_wrong_users_tap(scene: Scene) -> None:
    """The child's phone knows the nonce, and is not even asked."""
    body, _ = await scene.ask()
    push = await scene.owner.question(body)
    assert not any(actions(item) for item in scene.child.received)
    await scene.child.tap(button(push, APPROVE))
    await scene.child.fire(TAPPED, {"action": button(push, APPROVE), "device_id": "device-owner"})
    await scene.nothing_sent(body)
    await scene.owner.tap(button(push, DECLINE))


async def test_a_tap_after_a_decline(scene: Scene) -> None:
    body, _ = await scene.ask()
    push = await scene.owner.question(body)
    await scene.owner.tap(button(push, DECLINE))
    await scene.owner.wait_for(
        lambda item: item["data"]["tag"] == push["data"]["tag"] and "declined" in item["message"]
    )
    await scene.owner.tap(button(push, APPROVE))
    await scene.nothing_sent(body)


async def test_a_forged_event_on_the_bus(scene: Scene) -> None:
    """A script fires what the app would fire: as itself, and on behalf of the owner who runs it."""
    body, _ = await scene.ask()
    push = await scene.owner.question(body)
    forge = [{"event": TAPPED, "event_data": {"action": button(push, APPROVE)}}]
    await scene.client.command("execute_script", sequence=forge)
    await scene.nothing_sent(body)
    await scene.owner.tap(button(push, DECLINE))


async def test_the_voice_was_first(scene: Scene) -> None:
    """The phone is told, and its buttons are worthless."""
    body, turn = await scene.ask()
    push = await scene.owner.question(body)
    await scene.home.say(PHRASE, after=turn)
    await scene.until_sent(body)
    await scene.owner.wait_for(
        lambda item: item["data"]["tag"] == push["data"]["tag"] and "approved" in item["message"]
    )
    await scene.owner.tap(button(push, APPROVE))
    await asyncio.sleep(_QUIET_SECONDS)
    assert scene.sent.count(body) == 1


async def test_a_late_tap(scene: Scene) -> None:
    """The question is taken back from the phone when its time is over."""
    body, _ = await scene.ask()
    push = await scene.owner.question(body)
    await scene.owner.wait_for(
        lambda item: (
            item["message"] == "clear_notification" and item["data"]["tag"] == push["data"]["tag"]
        )
    )
    seen = len(scene.owner.received)
    await scene.owner.tap(button(push, APPROVE))
    await scene.owner.wait_for(lambda item: "sent nothing" in item["message"], after=seen)
    await scene.nothing_sent(body)


async def test_a_tap_after_a_restart(scene: Scene) -> None:
    """What waited is gone, whatever the phone still shows."""
    body, _ = await scene.ask()
    push = await scene.owner.question(body)
    await scene.home.household.house.restart()
    await scene.owner.tap(button(push, APPROVE))
    await scene.nothing_sent(body)
