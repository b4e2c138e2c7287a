"""What is said of a delivery, through the pipeline: no more than is known of it, and where it was asked."""

import asyncio
from collections.abc import AsyncGenerator
import logging
from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.notify.legacy import NOTIFY_SERVICES, BaseNotificationService
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.guarding import (
    delivery as delivery_module,
    sending as sending_module,
)
from tests.arriving import LOG, Channel, channel, hurried, kinds, send, shown
from tests.assist_home import PHRASE, Assist, contact, entry, home

__all__ = ["channel", "entry", "home", "hurried"]

SAID = "tell Anna that I am late"


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return what Repairs says about sign-ins."""
    found = ir.async_get(hass).issues.values()
    return [
        item for item in found if (item.domain, item.translation_key) == (DOMAIN, "credentials")
    ]


@pytest.mark.parametrize(
    ("does", "said", "recorded", "asked_again"),
    [
        ("take", "Sent to Anna.", "delivered", "Yes, your last message was sent"),
        ("block", "Anna can't be written to", "failed", "No, your last message"),
        ("turn_away", "I could not reach Anna: that service no longer accepts", "failed", "No, "),
        ("raise_anything", "I don't know whether it reached Anna", "unknown", "I don't know"),
        ("log", "I don't know whether it reached Anna", "unknown", "I don't know"),
        ("log_in_a_thread", "I don't know whether it reached Anna", "unknown", "I don't know"),
        ("be_cancelled", "I don't know whether it reached Anna", "unknown", "I don't know"),
    ],
)
async def test_no_more_is_said_than_is_known(
    home: HomeAssistant,
    entry: MockConfigEntry,
    channel: Channel,
    does: str,
    said: str,
    recorded: str,
    asked_again: str,
) -> None:
    """When it is sent, in the ledger, and when somebody asks."""
    channel.does = does
    assist = Assist(home)
    assert (await send(assist)).speech.startswith(said)
    assert channel.taken == ["I am late"]
    assert await kinds(entry) == ["asked", "authorised", recorded]
    later = await assist.say("did it arrive", fresh=True)
    assert later.speech.startswith(asked_again)


@pytest.mark.parametrize(
    ("does", "said", "recorded"),
    [
        ("take", "Sent to Anna.", "delivered"),
        ("block", "Sent to Anna. But not to Anna watch.", "unknown"),
        (
            "raise_anything",
            "Sent to Anna. I don't know whether it reached Anna watch.",
            "unknown",
        ),
    ],
)
async def test_each_of_several_ways_is_told_of(
    home: HomeAssistant,
    entry: MockConfigEntry,
    channel: Channel,
    does: str,
    said: str,
    recorded: str,
) -> None:
    """Whoever hears "sent" hears at once where it did not arrive; the ledger calls it no delivery."""

    async def watch(_call: ServiceCall) -> None:
        await getattr(channel, does)()

    home.services.async_register("notify", "anna_watch", watch)
    (anna,) = entry.subentries.values()
    both = {**anna.data, "targets": ["notify.anna", "notify.anna_watch"]}
    home.config_entries.async_update_subentry(entry, anna, data=both)
    await home.async_block_till_done()
    assert (await send(Assist(home))).speech == said
    assert channel.taken == ["I am late"]
    assert (await kinds(entry))[-1] == recorded


async def test_an_outcome_that_cannot_be_written_down(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """It went, and that is said; the next start tells that nobody has written down its end."""
    ledger = entry.runtime_data.components.ledger
    append = ledger.append_many

    async def fill_the_disk() -> None:
        async def full(*_: Any) -> Any:
            raise LedgerWriteError("disk full")

        ledger.append_many = full

    channel.take = fill_the_disk  # type: ignore[method-assign]
    assert (await send(Assist(home))).speech == "Sent to Anna."
    assert channel.taken == ["I am late"]
    ledger.append_many = append
    assert await kinds(entry) == ["asked", "authorised"]
    assert await home.config_entries.async_reload(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    assert await kinds(entry) == ["asked", "authorised", "interrupted"]


async def test_a_no_that_cannot_be_written_down(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """It is a no all the same."""
    components = entry.runtime_data.components

    async def full(*_: Any) -> Any:
        raise LedgerWriteError("disk full")

    assist = Assist(home)
    await assist.say("tell Anna that I am late", fresh=True)
    append, components.ledger.append_many = components.ledger.append_many, full
    assert (await assist.say("never mind")).speech == "Okay, I won't send it."
    components.ledger.append_many = append
    assert components.guard.pending == ()
    await assist.say(PHRASE)
    assert channel.taken == []


async def test_what_others_log_meanwhile_is_not_said_about_it(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """Neither another integration's log in our task, nor the channel's own in somebody else's."""

    async def other() -> None:
        logging.getLogger("homeassistant.components.light").error("A bulb is gone")

    channel.take = other  # type: ignore[method-assign]
    LOG.error("Before it")
    assert (await send(Assist(home))).speech == "Sent to Anna."


class Mute(BaseNotificationService):
    """A platform of the kind that logs, or says nothing."""

    async def async_send_message(self, message: str, **kwargs: Any) -> None:
        """Take it."""


@pytest.mark.parametrize(
    ("platform", "said"), [("rest", "Handed over to Anna."), ("pushbullet", "Sent to Anna.")]
)
async def test_a_channel_that_tells_of_nothing_was_handed_it(
    home: HomeAssistant, entry: MockConfigEntry, platform: str, said: str
) -> None:
    """Nobody says "sent" of it."""
    mute = Mute()
    await mute.async_setup(home, "anna", "anna")
    await mute.async_register_services()
    home.data.setdefault(NOTIFY_SERVICES, {})[platform] = [mute]
    assist = Assist(home)
    assert (await send(assist)).speech == said
    later = await assist.say("did it arrive", fresh=True)
    assert ("I can't tell" in later.speech) == (platform == "rest")


@pytest.mark.usefixtures("hurried")
async def test_no_answer_waits_for_a_channel(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """It says that it takes long, asks back who repeats it, and tells what came of it where it was asked."""
    channel.does = "hang"
    assist = Assist(home)
    assert "on its way to Anna" in (await send(assist)).speech
    later = await assist.say("did it arrive", fresh=True)
    assert later.speech == "It is still on its way to Anna."
    again = await assist.say("tell Anna that I am late", fresh=True)
    assert again.speech.startswith("That is still on its way, so I ask once more.")
    await assist.say("never mind")
    assert channel.taken == ["I am late"]
    channel.go_on.set()
    await home.async_block_till_done(wait_background_tasks=True)
    assert shown(home) == ["Sent to Anna."]
    assert (await kinds(entry))[:3] == ["asked", "authorised", "asked"]
    assert "delivered" in await kinds(entry)


@pytest.fixture
async def unasked(home: HomeAssistant) -> AsyncGenerator[MockConfigEntry]:
    """Return a household that has no phrase, and wants no proof for Anna."""
    made = MockConfigEntry(
        domain=DOMAIN,
        options={
            "pipelines": [async_get_pipeline(home).id],
            "default_level": "none",
            "phrase": "",
        },
        subentries_data=[contact("Anna")],
    )
    made.add_to_hass(home)
    assert await home.config_entries.async_setup(made.entry_id)
    await home.async_block_till_done()
    yield made
    assert await home.config_entries.async_unload(made.entry_id)


async def on_its_way(home: HomeAssistant, channel: Channel) -> Assist:
    """Return an assistant that has been told `SAID`, which is still on its way."""
    channel.does = "hang"
    assist = Assist(home)
    assert "on its way" in (await assist.say(SAID, fresh=True)).speech
    return assist


@pytest.mark.usefixtures("hurried", "unasked")
async def test_a_repetition_is_asked_about_where_nothing_else_is(
    home: HomeAssistant, channel: Channel
) -> None:
    """As long as the first is on its way, also when nobody wanted the second; not when it has arrived."""
    assist = await on_its_way(home, channel)
    for _ in range(2):
        again = await assist.say(SAID, fresh=True)
        assert again.speech.startswith("That is still on its way, so I ask once more.")
        await assist.say("never mind")
    assert channel.taken == ["I am late"]
    channel.go_on.set()
    await home.async_block_till_done(wait_background_tasks=True)
    await assist.say(SAID, fresh=True)
    await home.async_block_till_done(wait_background_tasks=True)
    assert channel.taken == ["I am late"] * 2


@pytest.mark.usefixtures("hurried", "unasked")
async def test_a_repetition_while_every_proof_is_locked(
    home: HomeAssistant, channel: Channel
) -> None:
    """It is refused, with what to do: nobody can be asked."""
    assist = await on_its_way(home, channel)
    for _ in range(3):
        assert "Take the sum of" in (await assist.say(SAID, fresh=True)).speech
        await assist.say("send 11")
    locked = await assist.say(SAID, fresh=True)
    assert locked.speech.startswith("Sending is locked after too many wrong tries. Wait,")
    assert channel.taken == ["I am late"]


@pytest.mark.usefixtures("hurried")
async def test_a_channel_that_will_not_be_cancelled(
    home: HomeAssistant,
    entry: MockConfigEntry,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Holds up neither the answer nor the outcome, and what it does afterwards gets through no more."""
    monkeypatch.setattr(delivery_module, "DELIVERY_SECONDS", 0.05)
    channel.does = "cling"
    assert "on its way" in (await send(Assist(home))).speech
    while "unknown" not in await kinds(entry):
        await asyncio.sleep(0)
    channel.go_on.set()
    await home.async_block_till_done(wait_background_tasks=True)
    assert (await kinds(entry))[-1] == "unknown"
    assert shown(home) == [
        "I don't know whether it reached Anna. Check before you ask for it again."
    ]


async def test_a_sign_in_that_is_no_longer_valid_is_told_in_repairs(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """Once, until a message gets through."""
    channel.does = "turn_away"
    await send(Assist(home))
    (issue,) = issues(home)
    assert issue.translation_placeholders == {"contact": "Anna"}
    await send(Assist(home))
    assert len(issues(home)) == 1
    channel.does = "take"
    await send(Assist(home))
    assert not issues(home)


async def test_a_proof_that_is_said_once_more_is_answered_with_what_is_true(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """It was sent, so it is not said that it was not."""
    assist = Assist(home)
    await send(assist)
    again = await assist.say(PHRASE)
    assert again.speech == "Yes, your last message was sent to Anna."
    assert channel.taken == ["I am late"]


async def test_an_alias_is_the_same_person(
    home: HomeAssistant, entry: MockConfigEntry, channel: Channel
) -> None:
    """Who is named twice is written to once."""
    assist = Assist(home)
    question = await assist.say("tell Anna and my sister that dinner is ready", fresh=True)
    assert question.speech.startswith("To Anna: dinner is ready")
    assert (await assist.say(PHRASE)).speech == "Sent to Anna."
    assert channel.taken == ["dinner is ready"]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("news_for", "told"), [(60.0, ["Sent to Anna."]), (0.0, [])])
async def test_own_actions_that_wait_are_not_cut_off(
    home: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    news_for: float,
    told: list[str],
) -> None:
    """The answer to such a message says that it runs; its end is written down, and told while it is news."""
    monkeypatch.setattr(sending_module, "TELL_SECONDS", news_for)
    monkeypatch.setattr(delivery_module, "DELIVERY_SECONDS", 0.01)
    spoken = async_mock_service(home, "notify", "anna")
    home.states.async_set("person.anna", "not_home")
    steps = [
        {"wait_template": "{{ is_state('person.anna', 'home') }}"},
        {"action": "notify.anna", "data": {"message": "{{ message }}"}},
    ]
    made = MockConfigEntry(
        domain=DOMAIN,
        options={
            "pipelines": [async_get_pipeline(home).id],
            "default_level": "phrase",
            "phrase": PHRASE,
        },
        subentries_data=[contact("Anna", channel="actions", targets=[], sequence=steps)],
    )
    made.add_to_hass(home)
    assert await home.config_entries.async_setup(made.entry_id)
    await home.async_block_till_done()
    assert (await send(Assist(home))).speech == "It is running, for Anna."
    assert await kinds(made) == ["asked", "authorised"]
    home.states.async_set("person.anna", "home")
    await home.async_block_till_done(wait_background_tasks=True)
    assert shown(home) == told
    assert [call.data["message"] for call in spoken] == ["I am late"]
    assert await kinds(made) == ["asked", "authorised", "delivered"]
    assert await home.config_entries.async_unload(made.entry_id)
