"""Held calls to a chat whose integration would read marks in the words as markup: they arrive as they were read back."""

from typing import Any

from homeassistant.components.notify.legacy import NOTIFY_SERVICES
from homeassistant.components.telegram.notify import TelegramNotificationService
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from tests.flows.test_contact_calls import add, asked, keep
from tests.spoken_home import SpokenHome, home, sentence

__all__ = ["home"]

WORDS = '*now* _or_ 2*3 <b>5<6</b>, "2.50" at +4915\nand a lone `'
PLAIN = {"message": WORDS, "parse_mode": "plain_text"}


@pytest.fixture
def chats(home: SpokenHome) -> list[str]:
    """Return the notify entities of two chats of one bot."""
    hass = home.hass
    found = []
    for chat, name in ((11, "anna"), (22, "club")):
        entry = er.async_get(hass).async_get_or_create(
            "notify", "telegram_bot", f"99_{chat}", suggested_object_id=f"bot_{name}"
        )
        hass.states.async_set(entry.entity_id, "unknown", {"friendly_name": f"Bot {name}"})
        found.append(entry.entity_id)
    return found


async def send(home: SpokenHome, action: str, data: dict[str, Any]) -> None:
    """Let an automation send, and prove it."""
    await home.automate(sentence({"action": action, "data": data}))
    await home.say("dinner is ready")
    assert asked(home) == ["Zoe"]
    await home.approve()


@pytest.mark.parametrize("title", [{}, {"title": "*From* home"}], ids=["", "with a title"])
async def test_by_the_entity_of_a_chat(
    home: SpokenHome, chats: list[str], title: dict[str, Any]
) -> None:
    """The entity takes no mode, so that the bot's own action sends to the same chat."""
    entity, bot = (keep(home.hass, f"{name}.send_message") for name in ("notify", "telegram_bot"))
    await add(home, "Zoe", f"notify_entity|{chats[0]}")
    data = {"entity_id": [chats[0]], "message": WORDS, **title}
    await send(home, "notify.send_message", data)
    assert (entity, bot) == ([], [{"entity_id": [chats[0]], **PLAIN, **title}])


async def test_by_a_chat_and_something_else(home: SpokenHome, chats: list[str]) -> None:
    """Each is called by itself, and only the chat by the bot's action."""
    entity, bot = (keep(home.hass, f"{name}.send_message") for name in ("notify", "telegram_bot"))
    home.hass.states.async_set("notify.pager", "unknown", {"friendly_name": "Pager"})
    await add(home, "Zoe", f"notify_entity|{chats[0]}", "notify_entity|notify.pager")
    data = {"entity_id": [chats[0], "notify.pager"], "message": WORDS}
    await send(home, "notify.send_message", data)
    assert entity == [{"entity_id": ["notify.pager"], "message": WORDS}]
    assert bot == [{"entity_id": [chats[0]], **PLAIN}]


@pytest.mark.parametrize("mode", [None, "html"])
async def test_by_the_bots_action(home: SpokenHome, chats: list[str], mode: str | None) -> None:
    """A mode that the household has written stays."""
    bot = keep(home.hass, "telegram_bot.send_message")
    await add(home, "Zoe", f"notify_entity|{chats[0]}")
    data = {"entity_id": [chats[0]], "message": WORDS, **({"parse_mode": mode} if mode else {})}
    await send(home, "telegram_bot.send_message", data)
    assert bot == [{**data, "parse_mode": mode or "plain_text"}]


async def test_a_poll_takes_no_mode(home: SpokenHome, chats: list[str]) -> None:
    """What would be refused by the integration is not added."""
    polls = keep(home.hass, "telegram_bot.send_poll")
    await add(home, "Zoe", f"notify_entity|{chats[0]}")
    data = {"entity_id": [chats[0]], "question": "*now*?", "options": ["yes", "no"]}
    await send(home, "telegram_bot.send_poll", data)
    assert polls == [data]


async def test_by_an_older_notify_action(home: SpokenHome, hass: HomeAssistant) -> None:
    """Of Home Assistant's `telegram` platform: held, and by our own sentence."""
    chat = TelegramNotificationService(hass, 11)
    await chat.async_setup(hass, "chat", "chat")
    await chat.async_register_services()
    hass.data.setdefault(NOTIFY_SERVICES, {})["telegram"] = [chat]
    bot = keep(hass, "telegram_bot.send_message")
    await add(home, "Zoe", "notify_action|notify.chat")
    await send(home, "notify.chat", {"message": WORDS})
    await hass.services.async_call(
        "message_guard", "send", {"contact": "Zoe", "message": "_more_"}, blocking=True
    )
    await home.approve()
    await hass.async_block_till_done()
    assert bot == [
        {"chat_id": 11, "message": WORDS, "parse_mode": "plain_text"},
        {"chat_id": 11, "message": "_more_", "parse_mode": "plain_text"},
    ]
