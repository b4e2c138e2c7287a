"""The lamp that shows what waits: a light of Home Assistant's, as its integrations make them."""

import asyncio
from datetime import timedelta
from typing import Any, override

from homeassistant.components.light import DATA_COMPONENT, LightEntity
from homeassistant.components.light.const import DOMAIN as LIGHT, ColorMode, LightEntityFeature
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.messages_home import PHRASE, MessagesHome, messages

__all__ = ["messages"]

LAMP = "light.hall"
ORANGE, BLUE = (255, 90, 0), (0, 80, 255)


class Light(LightEntity):
    """A light with colours, white tones and an effect, that looks as it was asked to."""

    _attr_should_poll = False
    _attr_name = "Hall"

    def __init__(self, *, on: bool = False, **looks: Any) -> None:
        """Create it as it looks at first."""
        self._attr_supported_color_modes = {ColorMode.RGB, ColorMode.COLOR_TEMP}
        self._attr_supported_features = LightEntityFeature.EFFECT
        self._attr_effect_list = ["None", "Candle"]
        self._attr_is_on = on
        self._attr_color_mode = ColorMode.RGB
        self._attr_brightness = 255
        self._attr_rgb_color = (255, 255, 255)
        self.calls: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.look(**looks)

    def look(self, **looks: Any) -> None:
        """Look like that."""
        for name, value in looks.items():
            setattr(self, f"_attr_{name}", value)

    def changes(self, **looks: Any) -> None:
        """Look like that by itself, or by somebody's hand: nothing of Home Assistant's has caused it."""
        self.look(**looks)
        self.async_set_context(Context())
        self.async_write_ha_state()

    @override
    async def async_turn_on(self, **asked: Any) -> None:
        """Turn on, as asked."""
        self.calls.append(asked)
        if self.error is not None:
            raise self.error
        if "rgb_color" in asked:
            self._attr_color_mode = ColorMode.RGB
        elif "color_temp_kelvin" in asked:
            self._attr_color_mode = ColorMode.COLOR_TEMP
        if "effect" in asked:
            asked = {**asked, "effect": None if asked["effect"] == "None" else asked["effect"]}
        self.look(is_on=True, **asked)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **asked: Any) -> None:
        """Turn off."""
        self.look(is_on=False)
        self.async_write_ha_state()


def plain(mode: ColorMode, features: LightEntityFeature, **looks: Any) -> Light:
    """Return a light without colours."""
    return Light(
        color_mode=mode, supported_color_modes={mode}, supported_features=features, **looks
    )


async def hang(messages: MessagesHome, light: Light) -> Light:
    """Hang a light, and choose it for the lamp."""
    hass = messages.hass
    assert await async_setup_component(hass, LIGHT, {})
    await hass.data[DATA_COMPONENT].async_add_entities([light])
    await choose(messages, lamp=LAMP)
    return light


async def choose(messages: MessagesHome, **entered: Any) -> None:
    """Choose the lamp in the form."""
    flows = messages.hass.config_entries.options
    flow = await flows.async_init(messages.entry.entry_id)
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "lamp"})
    flow = await flows.async_configure(flow["flow_id"], entered)
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    await messages.settle()


async def change(messages: MessagesHome, **options: Any) -> None:
    """Change options."""
    entry = messages.entry
    messages.hass.config_entries.async_update_entry(entry, options={**entry.options, **options})
    await messages.settle()


def looks(hass: HomeAssistant) -> tuple[Any, ...]:
    """Return how the lamp looks, as far as anybody sees."""
    state = hass.states.get(LAMP)
    assert state is not None
    names = ("color_mode", "brightness", "rgb_color", "color_temp_kelvin", "effect")
    return (state.state, *(state.attributes.get(name) for name in names))


def colour(hass: HomeAssistant) -> Any:
    """Return its colour, None while it is off."""
    state = hass.states.get(LAMP)
    assert state is not None
    return state.attributes.get("rgb_color")


async def wait_for_a_proof(messages: MessagesHome, body: str = "I am late") -> None:
    """Ask to send, so that it waits."""
    await messages.say(f"tell Anna that {body}")


async def a_minute_passes(messages: MessagesHome) -> None:
    """Let it be looked again."""
    async_fire_time_changed(messages.hass, dt_util.utcnow() + timedelta(seconds=61))
    await messages.settle()


@pytest.mark.parametrize(
    "before",
    [
        {"on": False},
        {"on": True, "rgb_color": (10, 200, 30), "brightness": 17},
        {
            "on": True,
            "color_mode": ColorMode.COLOR_TEMP,
            "color_temp_kelvin": 2700,
            "brightness": 99,
        },
        {"on": True, "effect": "Candle", "brightness": 40},
    ],
    ids=["off", "colour", "white", "effect"],
)
async def test_it_shows_what_waits_and_looks_as_before(
    messages: MessagesHome, before: dict[str, Any]
) -> None:
    light = await hang(messages, Light(**before))
    was = looks(messages.hass)
    await wait_for_a_proof(messages)
    assert colour(messages.hass) == ORANGE
    assert looks(messages.hass)[-1] in {None, "off"}
    await messages.say(PHRASE)
    assert len(messages.sent) == 1
    assert looks(messages.hass) == was
    await messages.write("on my way")
    assert colour(messages.hass) == BLUE
    await wait_for_a_proof(messages, "dinner is ready")
    assert colour(messages.hass) == ORANGE
    await messages.say("no")
    assert colour(messages.hass) == BLUE
    await messages.say("read my messages")
    assert looks(messages.hass) == was
    assert light.calls


async def test_nothing_is_shown_where_none_is_chosen(messages: MessagesHome) -> None:
    light = await hang(messages, Light())
    await choose(messages)
    await wait_for_a_proof(messages)
    assert light.calls == []
    await choose(messages, lamp="light.none_there")
    assert await messages.say(PHRASE)
    assert len(messages.sent) == 1


async def test_another_lamp_is_chosen_meanwhile(messages: MessagesHome) -> None:
    await hang(messages, Light())
    await wait_for_a_proof(messages)
    assert colour(messages.hass) == ORANGE
    await choose(messages)
    assert looks(messages.hass)[0] == "off"


async def test_whoever_changes_it_has_it(messages: MessagesHome) -> None:
    """It is left as it is then, and taken again only for something new."""
    light = await hang(messages, Light())
    await messages.write("on my way")
    await wait_for_a_proof(messages)
    light.changes(rgb_color=(0, 255, 0))
    await messages.settle()
    await messages.say(PHRASE)
    await a_minute_passes(messages)
    assert colour(messages.hass) == (0, 255, 0), "not even for what waited already"
    await wait_for_a_proof(messages, "once more")
    assert colour(messages.hass) == ORANGE
    await messages.say("no")
    assert colour(messages.hass) == (0, 255, 0)


async def test_a_scene_has_it(messages: MessagesHome) -> None:
    """Also one that changes nothing of how it looks."""
    light = await hang(messages, Light())
    await wait_for_a_proof(messages)
    for action, data in (
        ("turn_on", {"entity_id": "light.another"}),
        ("turn_on", {"entity_id": [LAMP], "rgb_color": ORANGE, "brightness": 204}),
    ):
        await messages.hass.services.async_call("homeassistant", action, {}, blocking=False)
        if data["entity_id"] != "light.another":
            await messages.hass.services.async_call(
                LIGHT, action, data, blocking=True, context=Context()
            )
    await messages.settle()
    calls = len(light.calls)
    await messages.say(PHRASE)
    assert colour(messages.hass) == ORANGE
    assert len(light.calls) == calls


async def test_a_light_that_rounds_and_tells_late(messages: MessagesHome) -> None:
    """A lamp that reports by itself what it made of what it was asked for is nobody else's."""
    light = await hang(messages, Light())
    await wait_for_a_proof(messages)
    light.changes(rgb_color=(255, 96, 4), brightness=201)
    light.changes(available=False)
    await messages.settle()
    await messages.say(PHRASE)
    assert len(messages.sent) == 1
    light.changes(available=True)
    await messages.settle()
    assert looks(messages.hass)[0] == "off"


async def test_never_in_quiet_hours(messages: MessagesHome) -> None:
    light = await hang(messages, Light())
    await messages.write("on my way")
    assert colour(messages.hass) == BLUE
    await messages.choose(quiet=True, quiet_start="00:00:00", quiet_end="00:00:00")
    await a_minute_passes(messages)
    assert looks(messages.hass)[0] == "off"
    await messages.choose()
    await a_minute_passes(messages)
    assert colour(messages.hass) == BLUE
    night = {"quiet_level": "code", "quiet_start": "00:00:00", "quiet_end": "00:00:00"}
    await change(messages, **night)
    assert colour(messages.hass) == BLUE, "more proof is not quiet"
    assert light.calls


async def test_a_light_that_fails_stops_no_message(
    messages: MessagesHome, caplog: pytest.LogCaptureFixture
) -> None:
    light = await hang(messages, Light())
    light.error = HomeAssistantError("secret")
    await wait_for_a_proof(messages)
    await messages.say(PHRASE)
    assert len(messages.sent) == 1
    assert "Hall could not show what waits: HomeAssistantError" in caplog.text
    assert "secret" not in [record.getMessage() for record in caplog.records]
    light.error = None
    light.changes(available=False)
    calls = len(light.calls)
    await wait_for_a_proof(messages, "once more")
    assert len(light.calls) == calls
    light.changes(available=True)
    await messages.settle()
    assert colour(messages.hass) == ORANGE


async def test_what_is_not_put_back_is_tried_again(messages: MessagesHome) -> None:
    light = await hang(messages, Light(on=True, rgb_color=(1, 2, 200), brightness=9))
    was = looks(messages.hass)
    await wait_for_a_proof(messages)
    light.error = HomeAssistantError()
    await messages.say(PHRASE)
    assert colour(messages.hass) == ORANGE
    light.error = None
    await a_minute_passes(messages)
    assert looks(messages.hass) == was


async def test_a_restart_in_between(messages: MessagesHome, hass_storage: dict[str, Any]) -> None:
    """What an earlier run has borrowed is put back, unless somebody else has changed it since."""
    light = await hang(messages, Light(on=True, rgb_color=(10, 200, 30), brightness=17))
    was = looks(messages.hass)
    await messages.write("on my way")
    kept = dict(hass_storage["message_guard.lamp"])
    await messages.reload()
    assert colour(messages.hass) == BLUE, "it waits still"
    await messages.say("read my messages")
    assert looks(messages.hass) == was
    assert "message_guard.lamp" not in hass_storage
    await messages.reload()
    assert looks(messages.hass) == was

    await messages.hass.config_entries.async_unload(messages.entry.entry_id)
    light.changes(rgb_color=BLUE, brightness=204)  # as a run that was cut off has left it
    hass_storage["message_guard.lamp"] = kept
    await messages.hass.config_entries.async_setup(messages.entry.entry_id)
    await messages.settle()
    assert looks(messages.hass) == was

    await messages.hass.config_entries.async_unload(messages.entry.entry_id)
    light.changes(rgb_color=(200, 200, 200))
    hass_storage["message_guard.lamp"] = kept
    await messages.hass.config_entries.async_setup(messages.entry.entry_id)
    await messages.settle()
    assert colour(messages.hass) == (200, 200, 200)

    await messages.hass.config_entries.async_unload(messages.entry.entry_id)
    hass_storage["message_guard.lamp"] = {**kept, "data": {"entity_id": LAMP}}
    await messages.hass.config_entries.async_setup(messages.entry.entry_id)
    await messages.settle()
    assert colour(messages.hass) == (200, 200, 200)


async def test_at_the_end_it_is_put_back(messages: MessagesHome) -> None:
    await hang(messages, Light())
    await wait_for_a_proof(messages)
    await messages.hass.config_entries.async_unload(messages.entry.entry_id)
    assert looks(messages.hass)[0] == "off"


async def test_a_light_without_colours(messages: MessagesHome) -> None:
    await hang(messages, plain(ColorMode.BRIGHTNESS, LightEntityFeature(0), on=True, brightness=20))
    await wait_for_a_proof(messages)
    assert looks(messages.hass)[2] == 255
    await messages.say(PHRASE)
    await messages.write("on my way")
    assert looks(messages.hass)[2] == 76
    await messages.say("read my messages")
    assert looks(messages.hass)[:3] == ("on", "brightness", 20)


async def test_a_light_that_can_only_be_switched(messages: MessagesHome) -> None:
    light = await hang(messages, plain(ColorMode.ONOFF, LightEntityFeature.FLASH))
    await wait_for_a_proof(messages)
    assert light.calls == [{"flash": "long"}]
    assert looks(messages.hass)[0] == "on"
    await messages.say(PHRASE)
    assert looks(messages.hass)[0] == "off"
    await messages.write("on my way")
    assert light.calls[1:] == [{}]


async def test_it_is_nobodys_speech(messages: MessagesHome) -> None:
    """Not even a household that guards lights is asked about its own lamp."""
    await change(messages, guarded_actions=["light.turn_on"])
    light = await hang(messages, Light())
    states: list[State] = []
    messages.hass.bus.async_listen(
        "state_changed", lambda event: states.append(event.data["new_state"])
    )
    await wait_for_a_proof(messages)
    assert len(light.calls) == 1
    assert len(messages.components.guard.pending) == 1
    (shown,) = [state for state in states if state is not None and state.entity_id == LAMP]
    assert (shown.context.user_id, shown.context.parent_id) == (None, None)
    await messages.say(PHRASE)
    assert len(messages.sent) == 1


async def test_a_light_that_takes_for_ever_keeps_nobody_waiting(messages: MessagesHome) -> None:
    light = await hang(messages, Light())
    stuck = asyncio.Event()

    async def never(**_asked: Any) -> None:
        await stuck.wait()

    light.async_turn_on = never  # type: ignore[method-assign]
    turn = messages.kitchen.turn
    await turn("tell Anna that I am late")
    await turn(PHRASE)
    assert len(messages.sent) == 1
    stuck.set()
    await messages.settle()
