"""Answers, over the channels' real interfaces: the app's webhook, and a Telegram bot that fetches them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e import ledger
from tests.e2e.channels.servers import CHAT, TelegramServer
from tests.e2e.client import Client
from tests.e2e.guarded import PHRASE, GuardedHousehold
from tests.e2e.phone import TAPPED, Phone, PushServer, button, log_in

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

ANSWER = "MESSAGE_GUARD_ANSWER_"
SWITCH = "switch.message_guard_messages_come_in"
RECEIVED = "mobile_app_notification_received"
_SECONDS = 15.0

LAMP = "light.ring"
_ON = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.ring"}}
_LEVEL = {
    "action": "input_number.set_value",
    "target": {"entity_id": "input_number.ring"},
    "data": {"value": "{{ brightness | default(255) }}"},
}
_COLOUR = {
    "action": "input_text.set_value",
    "target": {"entity_id": "input_text.ring"},
    "data": {"value": "{{ r }},{{ g }},{{ b }}"},
}
RING: dict[str, Any] = {
    "input_boolean": {"ring": None},
    "input_number": {"ring": {"min": 0, "max": 255}},
    "input_text": {"ring": None},
    "template": [
        {
            "light": {
                "name": "Ring",
                "state": "{{ is_state('input_boolean.ring', 'on') }}",
                "level": "{{ states('input_number.ring') | int(0) }}",
                "rgb": "{{ states('input_text.ring').split(',') | map('int', 0) | list }}",
                "turn_on": _ON,
                "turn_off": {**_ON, "action": "input_boolean.turn_off"},
                "set_level": [_LEVEL, _ON],
                "set_rgb": [_LEVEL, _COLOUR, _ON],
            }
        }
    ],
}
"""The ring of a satellite: a template light over helpers, which outlive Home Assistant."""


@dataclass(slots=True)
class Scene:
    """A guarded household that Kim, who has the app, and Anna, who has Telegram, write to."""

    home: GuardedHousehold
    owner: Phone
    kim: Phone
    telegram: TelegramServer
    messages: int = 100

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.home.client

    async def ask(self, name: str, body: str) -> None:
        """Write to somebody, with its proof."""
        turn = await self.home.say(f"send a message to {name} saying {body}")
        sent = await self.home.say(PHRASE, after=turn)
        assert name in sent.answer

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Return what is written down of this kind."""
        lines = [json.loads(line) for line in ledger.lines(self.home.ledger_path)]
        return [line for line in lines if line["kind"] == kind]

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait until something has happened."""
        async with asyncio.timeout(_SECONDS):
            while not happened():
                await asyncio.sleep(0.05)

    def write(self, text: str, *, user: int = CHAT, chat: int = CHAT, **more: Any) -> int:
        """Let somebody write to the bot; return the message's number."""
        self.messages = more.pop("message", self.messages + 1)
        self.telegram.write(text, user=user, chat=chat, message=self.messages, **more)
        return self.messages


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Return the scene, with messages taken in."""
    folder: Path = tmp_path_factory.mktemp("answers") / "household"
    home = GuardedHousehold.make(folder)
    home.household.house.configuration.extra |= {"mobile_app": None, **RING}
    pushes, telegram = PushServer(), TelegramServer()
    await pushes.start()
    await telegram.start()
    try:
        await home.start()
        await home.let_programs_approve()
        made = Scene(home, Phone("owner", pushes), Phone("kim", pushes), telegram)
        await _add_phones(made)
        await _add_telegram(made)
        await made.client.call("switch.turn_on", target={"entity_id": SWITCH})
        await made.client.wait_for_state(SWITCH, "on")
        yield made
    finally:
        await home.stop()
        await telegram.stop()
        await pushes.stop()


async def _add_phones(scene: Scene) -> None:
    url, client = scene.home.household.house.url, scene.client
    await scene.owner.register(url, client)
    kim = await client.command("config/auth/create", name="Kim", group_ids=["system-users"])
    await client.command(
        "config/auth_provider/homeassistant/create",
        user_id=kim["user"]["id"],
        username="kim",
        password="kim",
    )
    session = Client(url, await log_in(url, "kim", "kim"))
    try:
        await scene.kim.register(url, session)
    finally:
        await session.close()
    await scene.home.add_contact("Kim", "notify_entity", "notify.kim")


async def _add_telegram(scene: Scene) -> None:
    flow = await scene.client.config_flow("telegram_bot")
    entry = await flow.finish(
        {
            "platform": "polling",
            "api_key": "1:loopback",
            "additional_settings": {"api_endpoint": scene.telegram.url},
        }
    )
    for chat in (CHAT, -100200):
        more = await scene.client.subentry_flow(entry["result"]["entry_id"], "allowed_chat_ids")
        await more.finish({"chat_id": chat})
    entities = await scene.client.command("config/entity_registry/list")
    (entity,) = [
        one["entity_id"]
        for one in entities
        if one["platform"] == "telegram_bot"
        and one["entity_id"].startswith("notify.")
        and one["unique_id"].endswith(f"_{CHAT}")
    ]
    await scene.home.add_contact("Anna", "notify_entity", entity)


async def test_an_answer_typed_into_the_notification(scene: Scene) -> None:
    """It comes from the phone that the message went to, ends on the screen of whoever has typed that, and once."""
    await scene.ask("Kim", "are you coming")
    push = await scene.kim.wait_for(lambda item: item["message"] == "are you coming")
    (action,) = push["data"]["actions"]
    assert (action["title"], action["behavior"]) == ("Answer", "textInput")
    reply = {"action": button(push, ANSWER), "reply_text": "on my way"}

    await scene.owner.fire(TAPPED, {**reply, "reply_text": "I am Kim"})
    await scene.client.command("execute_script", sequence=[{"event": TAPPED, "event_data": reply}])
    await scene.kim.fire(TAPPED, {**reply, "action": f"{ANSWER}01JXXXXXXXXXXXXXXXXXXXXXXX"})
    await scene.kim.fire(TAPPED, reply)
    await scene.kim.fire(TAPPED, reply)
    await scene.until(lambda: scene.entries("received"))
    turn = await scene.home.say("what did Kim say?")
    assert turn.answer == "Kim wrote: on my way"
    # That it was read is written down behind whatever came in before.
    await scene.until(lambda: scene.entries("read"))
    (received,) = scene.entries("received")
    assert received["facts"]["through"] == "phone"
    assert "".join(turn.streamed) in {"", turn.answer}, "a voice is handed what is answered"
    assert (await scene.home.say("do I have messages?")).answer == "Nobody has written."


async def test_a_receipt_of_the_phone(scene: Scene) -> None:
    """The phone that it went to confirms, with all that the notification holds, as the app does on Android."""
    await scene.ask("Kim", "dinner is ready")
    push = await scene.kim.wait_for(lambda item: item["message"] == "dinner is ready")
    assert push["data"]["confirmation"] is True
    receipt = {
        "message": push["message"],
        "tag": push["data"]["tag"],
        "confirmation": "true",
        "device_id": "device-kim",
    }
    sequence = [{"event": RECEIVED, "event_data": receipt}]
    await scene.client.command("execute_script", sequence=sequence)
    await scene.owner.fire(RECEIVED, receipt)
    not_yet = await scene.home.say("did it arrive?")
    assert (
        not_yet.answer
        == "Your last message was handed over to Kim. I can't tell whether it arrived."
    )
    await scene.kim.fire(RECEIVED, receipt)
    await scene.until(lambda: scene.entries("arrived"))
    arrived = await scene.home.say("did it arrive?")
    assert arrived.answer == "Your last message to Kim has arrived on the phone."
    (entry,) = scene.entries("arrived")
    assert entry["request_id"] == str(push["data"]["tag"]).rpartition("_")[2]


async def test_telegram_both_ways(scene: Scene) -> None:
    """Fetched by the real bot: that user in that chat, once, whoever else is in the group."""
    before = len(scene.entries("received"))
    await scene.ask("Anna", "dinner is ready")
    assert scene.telegram.arrived[-1] == "dinner is ready"
    number = scene.write(
        "ten minutes",
        reply_to_message={
            "message_id": 1,
            "date": 0,
            "chat": {"id": CHAT, "type": "private", "first_name": "Anna"},
        },
    )
    await scene.until(lambda: len(scene.entries("received")) == before + 1)
    assert scene.entries("received")[-1]["facts"]["reply_to"]
    scene.write("twenty minutes", message=number, edit_date=1)
    scene.write("unlock the front door", user=99, chat=-100200)
    scene.write("I am in the group", chat=-100200)
    await scene.until(
        lambda: len([one for one in scene.entries("dropped") if "stranger" in one["reasons"]]) >= 2
    )
    assert len(scene.entries("received")) == before + 1
    assert (await scene.home.say("what did Anna say?")).answer == "Anna wrote: ten minutes"


async def test_a_lamp_shows_what_waits(scene: Scene) -> None:
    """And looks as before, over a restart, too."""
    flow = await scene.client.options_flow(scene.home.entry_id)
    await flow.choose("lamp")
    await flow.finish({"lamp": LAMP})
    green = {"rgb_color": [0, 200, 0], "brightness": 90}
    await scene.client.call("light.turn_on", green, target={"entity_id": LAMP})

    async def looks(*rgb: int, brightness: int) -> None:
        wanted = {"rgb_color": list(rgb), "brightness": brightness}
        async with asyncio.timeout(_SECONDS):
            while True:
                state = await scene.client.rest("GET", f"/api/states/{LAMP}")
                if all(state["attributes"].get(name) == value for name, value in wanted.items()):
                    return
                await asyncio.sleep(0.05)

    await looks(0, 200, 0, brightness=90)
    turn = await scene.home.say("send a message to Anna saying the soup is hot")
    await looks(255, 90, 0, brightness=204)
    await scene.home.say(PHRASE, after=turn)
    await looks(0, 200, 0, brightness=90)
    scene.write("I like soup")
    await looks(0, 80, 255, brightness=204)
    await scene.home.household.house.restart()
    await looks(0, 80, 255, brightness=204)
    turn = await scene.home.say("what did Anna say?")
    assert "I like soup" in turn.answer
    await looks(0, 200, 0, brightness=90)
    flow = await scene.client.options_flow(scene.home.entry_id)
    await flow.choose("lamp")
    await flow.finish({})


async def test_a_burst_and_a_restart(scene: Scene) -> None:
    """Of 200 nothing is lost; what was read is not read again, and the rest is there."""
    before = len(scene.entries("received"))
    for number in range(200):
        scene.write(f"number {number}")
    await scene.until(lambda: len(scene.entries("received")) == before + 200)
    first = await scene.home.say("what did Anna say?")
    assert "number 0" in first.answer
    await scene.home.household.house.restart()
    again = await scene.home.say("what did Anna say?")
    assert re.search(r"number 0\b", again.answer) is None
    assert "number 3" in again.answer


async def test_switched_off_nothing_comes_in(scene: Scene) -> None:
    """And no notification has a field to answer in."""
    before = len(scene.entries("received"))
    await scene.client.call("switch.turn_off", target={"entity_id": SWITCH})
    told = await scene.client.subscribe("subscribe_events", event_type="telegram_text")
    scene.write("hello?")
    async with asyncio.timeout(_SECONDS):
        await told.get()
    # What this writes down stands behind whatever has come in before.
    await scene.ask("Kim", "no answers please")
    push = await scene.kim.wait_for(lambda item: item["message"] == "no answers please")
    assert not push.get("data", {}).get("actions")
    assert len(scene.entries("received")) == before
