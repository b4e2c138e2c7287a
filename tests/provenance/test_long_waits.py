"""Long waits: what waits longer than anything is remembered is held, if speech may have begun it."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.lamp import SENT
from tests.spoken_home import KITCHEN, SpokenHome, home, moment, notify, sentence

__all__ = ["home"]

GO = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
BEGIN = {"alias": "nobody", "triggers": [{"trigger": "event", "event_type": "begin"}]}


@pytest.mark.parametrize("hours", [1, 25, 24 * 20])
async def test_what_a_voice_has_begun_is_held_however_long_it_waits(
    home: SpokenHome, freezer: FrozenDateTimeFactory, hours: int
) -> None:
    """A script of its own; who has spoken is known for a day, and that somebody may have, always."""
    hass = home.hass
    await home.script(later={"sequence": [GO, notify()]})
    start = {"action": "script.turn_on", "target": {"entity_id": "script.later"}}
    await home.automate(sentence(start))
    await home.say("dinner is ready", settle=False)
    await moment(hass)
    freezer.tick(timedelta(hours=hours))
    async_fire_time_changed(hass)
    await moment(hass)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == []
    (confirmation,) = home.pending
    assert (confirmation.place == f"satellite:{KITCHEN}") == (hours < 24)
    await home.approve()
    assert home.sent == SENT


@pytest.mark.parametrize(
    ("hours", "goes"), [(1, True), (25, True), (24 * 29, True), (24 * 31, False)]
)
async def test_what_nobody_has_begun_goes_for_a_month(
    home: SpokenHome, freezer: FrozenDateTimeFactory, hours: int, goes: bool
) -> None:
    """Also after what was spoken meanwhile is forgotten; what waits longer may have been spoken, and is held."""
    hass = home.hass
    await home.automate(
        {**BEGIN, "actions": [GO, notify()]}, sentence({"event": "spoken"}, said="good night")
    )
    await home.say("good night")
    hass.bus.async_fire("begin")
    await moment(hass)
    await home.say("good night", settle=False)
    freezer.tick(timedelta(hours=hours))
    async_fire_time_changed(hass)
    await home.say("good night", settle=False)
    await moment(hass)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == (SENT if goes else [])
    assert home.kinds == ([] if goes else ["asked"])


@pytest.mark.parametrize("hours", [1, 25])
async def test_what_has_heard_somebody_meanwhile_is_held(
    home: SpokenHome, freezer: FrozenDateTimeFactory, hours: int
) -> None:
    """Nobody has begun it, and it sends what somebody has answered, however long it waits before it does."""
    hass = home.hass

    async def answer(_call: ServiceCall) -> ServiceResponse:
        return {"id": None, "sentence": "the key is under the mat", "slots": {}}

    hass.services.async_register(
        "assist_satellite", "ask_question", answer, supports_response=SupportsResponse.ONLY
    )
    await hass.async_block_till_done()
    asks = {
        "action": "assist_satellite.ask_question",
        "data": {"entity_id": KITCHEN, "question": "Anything else?"},
        "response_variable": "heard",
    }
    await home.automate({**BEGIN, "actions": [asks, GO, notify(message="{{ heard.sentence }}")]})
    hass.bus.async_fire("begin")
    await moment(hass)
    freezer.tick(timedelta(hours=hours))
    async_fire_time_changed(hass)
    await home.say("what time is it", settle=False)
    await moment(hass)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds == ["asked"]


async def test_a_flood_of_speech_frees_nothing_that_waits(home: SpokenHome) -> None:
    """What has to be forgotten early is held."""
    hass = home.hass
    home.components.turns._memory._tags.most = 3
    await home.script(later={"sequence": [GO, notify()]})
    start = {"action": "script.turn_on", "target": {"entity_id": "script.later"}}
    await home.automate(sentence(start))
    await home.say("dinner is ready", settle=False)
    await moment(hass)
    for _ in range(5):
        await home.say("what time is it", settle=False)
    assert len(home.components.turns._memory) == 3
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == []
    assert len(home.pending) == 1


async def test_a_flood_of_wakes_frees_no_reaction_that_waits(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """An automation that waits until a state has lasted knows what speech has changed, however much was said since."""
    hass = home.hass
    home.components.turns._early._contexts.most = 2
    hass.states.async_set(KITCHEN, "idle")
    trigger = {"trigger": "state", "entity_id": KITCHEN, "to": "listening", "for": 60}
    await home.automate({"alias": "long", "triggers": [trigger], "actions": [notify()]})
    hass.states.async_set(KITCHEN, "listening")
    await moment(hass)
    for number in range(3):
        for state in ("idle", "listening"):
            hass.states.async_set(f"assist_satellite.{number}", state)
        await moment(hass)
    freezer.tick(61)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert home.kinds == ["observed"]
    assert "reaction" in home.notices[0].reasons
