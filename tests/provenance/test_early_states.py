"""States that speech changes before it opens a turn: what they set off is a reaction."""

from typing import Any

from homeassistant.components import conversation
from homeassistant.core import Context
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.lamp import SENT, untouched
from tests.spoken_home import KITCHEN, SpokenHome, home, moment, notify
from tests.turns_bench import add_agent, say

__all__ = ["home"]

ENGINE = "stt.whisper"


def when(entity_id: str, **more: Any) -> dict[str, Any]:
    """Return an automation that tells Anna when this state changes."""
    trigger = {"trigger": "state", "entity_id": entity_id, **more}
    return {"alias": entity_id, "triggers": [trigger], "actions": [notify()]}


async def write(home: SpokenHome, entity_id: str, state: str) -> None:
    """Write a state as an entity does that nobody has given a context."""
    home.hass.states.async_set(entity_id, state)
    await home.hass.async_block_till_done()


@pytest.mark.parametrize("state", ["listening", "processing"])
async def test_a_false_wake_is_written_down(home: SpokenHome, state: str) -> None:
    """Nobody has said anything, and no turn opens."""
    await write(home, KITCHEN, "idle")
    await home.automate(when(KITCHEN, to=state))
    await write(home, KITCHEN, state)
    assert home.sent == SENT
    assert home.kinds == ["observed"]
    assert "reaction" in home.notices[0].reasons
    assert home.notices[0].request.origin.satellite_id == KITCHEN


async def test_a_false_wake_is_held_where_reactions_are(home: SpokenHome) -> None:
    """And asked about where it was."""
    await home.update(reactions="hold")
    await write(home, KITCHEN, "idle")
    await home.automate(when(KITCHEN, to="listening"))
    await write(home, KITCHEN, "listening")
    assert home.sent == []
    (confirmation,) = home.pending
    assert confirmation.place == f"satellite:{KITCHEN}"
    await home.approve()
    assert home.sent == SENT


async def test_a_false_wake_is_ignored_where_reactions_are(home: SpokenHome) -> None:
    """Nothing is written down."""
    await home.update(reactions="ignore")
    await write(home, KITCHEN, "idle")
    await home.automate(when(KITCHEN, to="listening"))
    await write(home, KITCHEN, "listening")
    untouched(home)


@pytest.mark.parametrize("to", ["responding", "idle"])
async def test_what_follows_a_wake_is_a_reaction(home: SpokenHome, to: str) -> None:
    """Up to the end of the answer."""
    await write(home, KITCHEN, "idle")
    await home.automate(when(KITCHEN, to=to))
    for state in ("listening", "processing", "responding", "idle"):
        await write(home, KITCHEN, state)
    assert home.kinds == ["observed"]


@pytest.mark.parametrize("to", ["responding", "idle"])
async def test_an_announcement_is_no_speech(home: SpokenHome, to: str) -> None:
    """A satellite speaks that has heard nobody."""
    await write(home, KITCHEN, "idle")
    await home.automate(when(KITCHEN, to=to))
    for state in ("responding", "idle"):
        await write(home, KITCHEN, state)
    untouched(home)


async def test_a_satellite_that_comes_back_is_no_speech(home: SpokenHome) -> None:
    """It was unplugged."""
    await write(home, KITCHEN, "unavailable")
    await home.automate(when(KITCHEN, to="idle"))
    await write(home, KITCHEN, "idle")
    untouched(home)


@pytest.mark.parametrize("entity_id", [ENGINE, "wake_word.okay", "conversation.agent"])
async def test_an_engine_that_was_used_is_a_reaction(home: SpokenHome, entity_id: str) -> None:
    """It shows the time."""
    await write(home, entity_id, "unknown")
    await home.automate(when(entity_id))
    await write(home, entity_id, dt_util.utcnow().isoformat())
    assert home.sent == SENT
    assert home.kinds == ["observed"]


async def test_an_engine_that_comes_back_is_no_speech(home: SpokenHome) -> None:
    """It shows when it was last used."""
    await write(home, ENGINE, "unavailable")
    await home.automate(when(ENGINE))
    await write(home, ENGINE, "2026-01-02T03:04:05+00:00")
    untouched(home)


async def test_who_listens_is_named_where_only_one_does(home: SpokenHome) -> None:
    """Speech-to-text does not say whose it was."""
    await home.update(reactions="hold")
    await home.automate(when(ENGINE))
    await write(home, KITCHEN, "listening")
    await write(home, ENGINE, dt_util.utcnow().isoformat())
    (confirmation,) = home.pending
    assert confirmation.origin.satellite_id == KITCHEN


async def test_an_agent_that_is_asked_is_a_reaction(home: SpokenHome) -> None:
    """Its own state changes before the chat log opens."""

    async def act(*_: Any) -> None:
        """Do nothing."""

    await home.update(reactions="hold")
    await add_agent(home.hass, act)
    await home.automate(when("conversation.agent"))
    await say(home.hass, "hello")
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds == ["asked"]


async def test_a_helper_that_follows_a_satellite_is_a_reaction(home: SpokenHome) -> None:
    """A template takes over the context of what it follows."""
    hass = home.hass
    await write(home, KITCHEN, "idle")
    template = {"name": "ears", "state": f"{{{{ is_state('{KITCHEN}', 'listening') }}}}"}
    assert await async_setup_component(hass, "template", {"template": {"binary_sensor": template}})
    await hass.async_block_till_done()
    await home.automate(when("binary_sensor.ears", to="on"))
    await write(home, KITCHEN, "listening")
    assert home.sent == SENT
    assert home.kinds == ["observed"]


async def test_an_automation_that_waits_for_a_wake_is_a_reaction(home: SpokenHome) -> None:
    """It was begun by something else."""
    await home.update(reactions="hold")
    await write(home, KITCHEN, "idle")
    wait = {"wait_for_trigger": [{"trigger": "state", "entity_id": KITCHEN, "to": "listening"}]}
    on_event = {"trigger": "event", "event_type": "night"}
    await home.automate({"alias": "night", "triggers": [on_event], "actions": [wait, notify()]})
    home.hass.bus.async_fire("night")
    await moment(home.hass)
    await write(home, KITCHEN, "listening")
    assert home.sent == []
    assert home.kinds == ["asked"]


async def test_what_a_wake_sets_off_is_followed(home: SpokenHome) -> None:
    """Through an event, to another automation."""
    await home.update(reactions="hold")
    await write(home, KITCHEN, "idle")
    first = {**when(KITCHEN, to="listening"), "actions": [{"event": "woken"}]}
    on_event = {"trigger": "event", "event_type": "woken"}
    await home.automate(first, {"alias": "event", "triggers": [on_event], "actions": [notify()]})
    await write(home, KITCHEN, "listening")
    assert home.sent == []
    assert home.kinds == ["asked"]


async def test_a_satellites_utterance_is_a_persons_all_the_same(home: SpokenHome) -> None:
    """Its states carry the context that the turn has later."""
    hass, context = home.hass, Context()
    await write(home, KITCHEN, "idle")
    await home.automate(
        {
            "alias": "said",
            "triggers": [{"trigger": "conversation", "command": "dinner is ready"}],
            "actions": [notify()],
        }
    )
    hass.states.async_set(KITCHEN, "listening", context=context)
    hass.states.async_set(KITCHEN, "processing", context=context)
    await conversation.async_converse(
        hass, "dinner is ready", None, context, language="en", satellite_id=KITCHEN
    )
    await hass.async_block_till_done()
    (confirmation,) = home.pending
    assert confirmation.origin.utterance == "dinner is ready"
    assert not confirmation.recipients[0].request.by_model


async def test_what_belongs_to_a_satellites_device_is_a_reaction(home: SpokenHome) -> None:
    """A sensor that tells of its run, and its loudspeaker while it answers; not its other sensors."""
    hass = home.hass
    owner = MockConfigEntry(domain="wyoming")
    owner.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("wyoming", "kitchen")}
    )
    registry = er.async_get(hass)
    made = {
        domain: registry.async_get_or_create(
            domain, "wyoming", f"kitchen-{key}", config_entry=owner, device_id=device.id
        ).entity_id
        for domain, key in (
            ("assist_satellite", "assist_satellite"),
            ("binary_sensor", "assist_in_progress"),
            ("media_player", "loudspeaker"),
            ("sensor", "temperature"),
        )
    }
    await hass.async_block_till_done()
    for entity_id in made.values():
        await write(home, entity_id, "idle")
    await home.automate(*(when(entity_id) for domain, entity_id in made.items()))
    home.notices.clear()
    await write(home, made["media_player"], "playing")
    await write(home, made["sensor"], "21")
    assert home.kinds == []
    await write(home, made["binary_sensor"], "on")
    assert home.kinds == ["observed"]
    await write(home, made["assist_satellite"], "listening")
    await write(home, made["media_player"], "paused")
    assert home.kinds == ["observed"] * 3
    places = {notice.request.origin.satellite_id for notice in home.notices}
    assert places == {made["assist_satellite"]}
