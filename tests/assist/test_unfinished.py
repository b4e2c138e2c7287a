"""Deliveries that a run of the guard has left unfinished, told after the next start."""

from contextlib import closing
import sqlite3

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.guarding import delivery as delivery_module
from tests.arriving import Channel, channel, hurried, kinds, send, shown
from tests.assist_home import Assist, entry, home

__all__ = ["channel", "entry", "home", "hurried"]


@pytest.fixture
def hanging(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no delivery come to an end, and a guard that ends not wait long for it."""
    monkeypatch.setattr(delivery_module, "STOP_SECONDS", 0.01)
    channel.does = "hang"


@pytest.mark.usefixtures("hurried", "hanging")
async def test_the_guard_ends_in_the_middle_of_a_delivery(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The ledger has an outcome, and the person is told after the restart."""
    await send(Assist(home))
    assert await home.config_entries.async_reload(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    assert await kinds(entry) == ["asked", "authorised", "interrupted"]
    assert shown(home) == [
        "I don't know whether it reached Anna. Check before you ask for it again."
    ]
    later = await Assist(home).say("did it arrive", fresh=True)
    assert later.speech.startswith("I don't know")
    assert await home.config_entries.async_reload(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    assert len(shown(home)) == 1  # told once


@pytest.mark.usefixtures("hurried", "hanging")
async def test_a_delivery_whose_entries_somebody_has_removed(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Of what the file no longer tells nothing is told; the guard starts, and says that the file was changed."""
    await send(Assist(home))
    path = entry.runtime_data.components.ledger.path
    assert await home.config_entries.async_unload(entry.entry_id)

    def remove() -> None:
        with closing(sqlite3.connect(path)) as db, db:
            triggers = db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
            for (name,) in triggers:
                db.execute(f"DROP TRIGGER {name}")
            db.execute("DELETE FROM entries WHERE kind = 'authorised'")

    await home.async_add_executor_job(remove)
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    assert shown(home) == []
    components = entry.runtime_data.components
    assert components is not None
    await components.ledger_watch.check(anew=True)
    assert (DOMAIN, "ledger_not_sound") in ir.async_get(home).issues


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("take", "Yes, your last message was sent to Anna."),
        ("block", "No, your last message to Anna was not sent."),
        ("log", "I don't know whether your last message reached Anna."),
    ],
)
async def test_what_has_come_to_an_end_is_known_after_a_restart(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel, does: str, told: str
) -> None:
    """The question names no message, and is ours all the same; nobody is told a second time unasked."""
    channel.does = does
    await send(Assist(home))
    assert await home.config_entries.async_reload(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    later = await Assist(home).say("did it arrive", fresh=True)
    assert later.speech.startswith(told)
    assert shown(home) == []


async def test_the_same_words_are_asked_back_after_a_restart(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """Nobody knows whether they are there already."""
    channel.does = "log"
    await send(Assist(home))
    channel.does = "take"
    before = await Assist(home).say("send a message to Anna: I am late", fresh=True)
    assert await home.config_entries.async_reload(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    after = await Assist(home).say("send a message to Anna: I am late", fresh=True)
    assert after.speech == before.speech
    assert after.speech.startswith("That may have arrived already, so I ask once more.")
