"""Whose the lamp is: slow lights, hands at the wall, calls that change nothing, and what stays on disk."""

from datetime import timedelta
from typing import Any, override

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components import conversation
from homeassistant.components.light.const import DOMAIN as LIGHT
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context
from homeassistant.helpers import (
    area_registry as ar,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from tests.home.test_lamp import (
    BLUE,
    LAMP,
    ORANGE,
    Light,
    a_minute_passes,
    choose,
    colour,
    hang,
    looks,
    wait_for_a_proof,
)
from tests.messages_home import PHRASE, MessagesHome, messages

__all__ = ["messages"]

KEY = "message_guard.lamp"


class Slow(Light):
    """A light that takes what it is asked for, and does and tells it later."""

    waits: dict[str, Any] | None = None

    @override
    async def async_turn_on(self, **asked: Any) -> None:
        self.calls.append(asked)
        self.waits = {"is_on": True, **asked}

    @override
    async def async_turn_off(self, **asked: Any) -> None:
        self.waits = {"is_on": False}

    def does_it(self) -> None:
        """Do what it was asked for last."""
        assert self.waits is not None
        self.changes(**self.waits)


def context_of_ours(light: Light) -> None:
    """Tell how it looks, within five seconds of what it was asked for."""
    light.async_write_ha_state()


@pytest.mark.parametrize("before", [{"on": False}, {"on": True, "rgb_color": (9, 200, 30)}])
async def test_a_slow_light_is_put_back(
    messages: MessagesHome, before: dict[str, Any], hass_storage: dict[str, Any]
) -> None:
    light = await hang(messages, Slow(**before))
    was = looks(messages.hass)
    await wait_for_a_proof(messages)
    await a_minute_passes(messages)
    context_of_ours(light)
    light.changes()
    await messages.write("on my way")
    await a_minute_passes(messages)
    assert looks(messages.hass) == was
    assert len(light.calls) == 1
    assert KEY in hass_storage
    light.does_it()
    await messages.settle()
    assert colour(messages.hass) == ORANGE
    await messages.say("no")
    await messages.say("read my messages")
    light.does_it()
    await messages.settle()
    assert looks(messages.hass)[0] == was[0]
    assert looks(messages.hass)[2] == was[2]
    await a_minute_passes(messages)


async def test_a_slow_light_does_it_when_nothing_waits_any_more(messages: MessagesHome) -> None:
    """What it was asked for comes after what it was put back by."""
    light = await hang(messages, Slow(on=True, rgb_color=(9, 200, 30)))
    await wait_for_a_proof(messages)
    await messages.say("no")
    light.does_it()
    await messages.settle()
    light.does_it()
    await messages.settle()
    assert colour(messages.hass) == (9, 200, 30)


async def test_a_slow_light_is_asked_again(
    messages: MessagesHome, hass_storage: dict[str, Any], freezer: Any
) -> None:
    light = await hang(messages, Slow())
    await wait_for_a_proof(messages)
    await messages.say("no")
    assert KEY in hass_storage
    await wait_for_a_proof(messages, "once more")
    assert len(light.calls) == 2
    await messages.say("no")
    freezer.tick(timedelta(seconds=301))
    await a_minute_passes(messages)
    assert KEY not in hass_storage


@pytest.mark.parametrize(
    ("before", "hand"),
    [
        ({"on": True}, {"is_on": False}),
        ({"on": True}, {"rgb_color": (0, 255, 0)}),
        ({"on": True}, {"brightness": 9}),
        ({"on": True}, {"effect": "Candle"}),
        ({"on": False}, {"is_on": False}),
        ({"on": False}, {"rgb_color": (0, 255, 0)}),
    ],
)
async def test_a_hand_at_the_wall_within_five_seconds(
    messages: MessagesHome, before: dict[str, Any], hand: dict[str, Any]
) -> None:
    light = await hang(messages, Light(**before))
    await messages.write("on my way")
    await wait_for_a_proof(messages)
    light.look(**hand)
    context_of_ours(light)
    await messages.settle()
    now = looks(messages.hass)
    await messages.say("no")
    await a_minute_passes(messages)
    assert looks(messages.hass) == now
    await wait_for_a_proof(messages, "once more")
    assert colour(messages.hass) == ORANGE


async def test_a_light_that_fades(messages: MessagesHome) -> None:
    """What lies between what it looked like and what it was asked for is no hand's."""
    light = await hang(messages, Slow(on=True, rgb_color=(9, 200, 30)))
    await wait_for_a_proof(messages)
    for step in ({"rgb_color": (200, 200, 30), "brightness": 230}, light.waits or {}):
        light.look(**step)
        context_of_ours(light)
        await messages.settle()
    light.look(rgb_color=(255, 40, 0), brightness=190)  # it rounds
    context_of_ours(light)
    await messages.settle()
    await messages.say("no")
    light.does_it()
    assert colour(messages.hass) == (9, 200, 30)


async def name_all(messages: MessagesHome) -> None:
    """Give the lamp an area with a floor, a label and a group."""
    hass = messages.hass
    floor = fr.async_get(hass).async_create("Ground")
    area = ar.async_get(hass).async_create("Hallway", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Evening")
    er.async_get(hass).async_update_entity(LAMP, area_id=area.id, labels={label.label_id})
    assert await async_setup_component(hass, "group", {"group": {"ups": {"entities": [LAMP]}}})


@pytest.mark.parametrize(
    ("target", "names_it"),
    [
        ({"entity_id": "all"}, True),
        ({"area_id": "hallway"}, True),
        ({"floor_id": ["ground"]}, True),
        ({"label_id": "evening"}, True),
        ({"entity_id": "group.ups"}, True),
        ({"entity_id": f"light.other, {LAMP}"}, True),
        ({"entity_id": "none"}, False),
        ({"entity_id": "light.other"}, False),
        ({"area_id": "cellar"}, False),
        ({"entity_id": "no entity"}, False),
    ],
)
async def test_a_call_that_changes_nothing(
    messages: MessagesHome, target: dict[str, Any], names_it: bool
) -> None:
    light = Light()
    light._attr_unique_id = "hall"
    await hang(messages, light)
    await name_all(messages)
    await wait_for_a_proof(messages)
    assert colour(messages.hass) == ORANGE
    messages.hass.bus.async_fire(
        EVENT_CALL_SERVICE,
        {"domain": LIGHT, "service": "turn_on", "service_data": target},
        context=Context(),
    )
    await messages.settle()
    await messages.say("no")
    assert (colour(messages.hass) == ORANGE) is names_it


async def test_it_is_not_borrowed_again_after_a_restart(
    messages: MessagesHome, hass_storage: dict[str, Any]
) -> None:
    light = await hang(messages, Light())
    await messages.write("on my way")
    light.changes(rgb_color=(0, 255, 0))
    await messages.settle()
    await messages.reload()
    await a_minute_passes(messages)
    assert colour(messages.hass) == (0, 255, 0)
    await messages.say("read my messages")
    await a_minute_passes(messages)
    assert KEY not in hass_storage
    await messages.write("almost there")
    assert colour(messages.hass) == BLUE


async def test_nothing_stays_when_it_is_removed(
    messages: MessagesHome, hass_storage: dict[str, Any]
) -> None:
    light = await hang(messages, Light())
    await messages.write("on my way")
    assert KEY in hass_storage
    light.changes(available=False)
    await messages.hass.config_entries.async_remove(messages.entry.entry_id)
    await messages.settle()
    assert [key for key in hass_storage if key == KEY or "lamp" in key] == []


async def test_of_a_contact_who_is_no_more(messages: MessagesHome) -> None:
    """Nobody can ask for what they have written."""
    hass = messages.hass
    await hang(messages, Light())
    await messages.write("on my way")
    assert colour(hass) == BLUE
    hass.config_entries.async_remove_subentry(messages.entry, messages.contact("Anna"))
    await messages.settle()
    assert looks(hass)[0] == "off"


async def test_for_the_screen_of_somebody_who_is_no_more(messages: MessagesHome) -> None:
    hass = messages.hass
    await hang(messages, Light())
    await hass.auth.async_create_user("Owner", group_ids=[GROUP_ID_ADMIN])
    user = await hass.auth.async_create_user("Ben", group_ids=[GROUP_ID_ADMIN])
    talk = None
    for text in ("tell Anna that dinner is ready", PHRASE):
        result = await conversation.async_converse(
            hass, text, talk, Context(user_id=user.id), language="en"
        )
        talk = result.conversation_id
    await messages.settle()
    page = await messages.components.ledger.page(Filter(kinds=(Kind.AUTHORISED,)), limit=1)
    await messages.write("on my way", reply_to=page.rows[0].entry.request_id)
    assert colour(hass) == BLUE
    await hass.auth.async_remove_user(user)
    await messages.settle()
    assert looks(hass)[0] == "off"


async def test_quiet_hours_of_the_contact_who_has_written(messages: MessagesHome) -> None:
    """As for what is said; what waits for a proof is not theirs."""
    hass = messages.hass
    await hang(messages, Light())
    subentry = messages.entry.subentries[messages.contact("Anna")]
    quiet = {"quiet": True, "quiet_start": "00:00:00", "quiet_end": "00:00:00"}
    incoming = {**subentry.data["incoming"], **quiet}
    hass.config_entries.async_update_subentry(
        messages.entry, subentry, data={**subentry.data, "incoming": incoming}
    )
    await messages.settle()
    await messages.write("on my way")
    assert looks(hass)[0] == "off"
    await messages.write("what time", "Ben")
    assert colour(hass) == BLUE
    await wait_for_a_proof(messages)
    assert colour(hass) == ORANGE


async def test_changed_while_we_were_not_there(
    messages: MessagesHome, hass_storage: dict[str, Any]
) -> None:
    """It is whoever's has changed it, though something waits still."""
    light = await hang(messages, Light())
    await messages.write("on my way")
    kept = dict(hass_storage[KEY])
    await messages.hass.config_entries.async_unload(messages.entry.entry_id)
    light.changes(is_on=True, rgb_color=(200, 10, 200))
    hass_storage[KEY] = kept
    await messages.hass.config_entries.async_setup(messages.entry.entry_id)
    await messages.settle()
    assert colour(messages.hass) == (200, 10, 200)
    await messages.write("almost there")
    assert colour(messages.hass) == BLUE


async def test_another_is_chosen_while_it_is_not_there(
    messages: MessagesHome, hass_storage: dict[str, Any]
) -> None:
    light = await hang(messages, Light())
    await messages.write("on my way")
    light.changes(available=False)
    await choose(messages)
    assert KEY not in hass_storage
