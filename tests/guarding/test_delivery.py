"""Delivery, through the real services of a Home Assistant in the test."""

import asyncio
from collections.abc import Awaitable, Callable
import errno

from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.message_guard.channels import ways
from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.contacts import Channel, ChannelKind, Contact
from custom_components.message_guard.core.fixed_call import FixedCall
from custom_components.message_guard.core.outcome import Reach, failed, unknown
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guarding import delivery as delivery_module
from custom_components.message_guard.guarding.delivery import Delivery
from custom_components.message_guard.guarding.exemption import delivering
from tests.clock import moment

KITCHEN = Origin(satellite_id="assist_satellite.kitchen", user_id="anna")


class Waiting:
    """Captured calls, by request id."""

    def __init__(self, **calls: object) -> None:
        """Hold these."""
        self.calls = calls

    def take(self, request_id: str) -> object | None:
        """Give one away."""
        return self.calls.pop(request_id, None)


def to(channel: Channel, **more: object) -> Recipient:
    """Return an authorised request for this channel."""
    request = Request(
        **{
            "id": "r1",
            "route": Route.SENTENCE,
            "origin": KITCHEN,
            "recipient": "Anna",
            "content": Content(body="I am late"),
            "created_at": 0.0,
            **more,
        }
    )
    return Recipient(request, Contact(id="anna", name="Anna", channel=channel))


def notify_entity(*targets: str) -> Channel:
    """Return a channel of notify entities."""
    return Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=targets)


async def test_notify_entities_get_the_body(hass: HomeAssistant) -> None:
    """One call, with the sender's user and no parent context."""
    calls = async_mock_service(hass, "notify", "send_message")
    hass.states.async_set("notify.anna", "unknown")
    await Delivery(hass, Waiting()).send(to(notify_entity("notify.anna")))
    (call,) = calls
    assert call.data == {"entity_id": ["notify.anna"], "message": "I am late"}
    assert call.context.user_id == "anna"
    assert call.context.parent_id is None


@pytest.mark.parametrize("state", [None, "unavailable"])
async def test_a_notify_entity_that_is_gone_fails(hass: HomeAssistant, state: str | None) -> None:
    """Home Assistant itself would only warn."""
    calls = async_mock_service(hass, "notify", "send_message")
    if state is not None:
        hass.states.async_set("notify.anna", state)
    outcome = await Delivery(hass, Waiting()).send(to(notify_entity("notify.anna")))
    assert outcome == failed("channel_missing")
    assert calls == []


async def test_a_legacy_notify_action_is_called(hass: HomeAssistant) -> None:
    """By its name; a missing one fails."""
    channel = Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.family",))
    outcome = await Delivery(hass, Waiting()).send(to(channel))
    assert outcome == failed("channel_missing")
    calls = async_mock_service(hass, "notify", "family")
    await Delivery(hass, Waiting()).send(to(channel))
    assert [call.data for call in calls] == [{"message": "I am late"}]


async def test_an_announcement_never_cuts_off_the_speaker(hass: HomeAssistant) -> None:
    """The satellite that is spoken to is left out; alone, it is a failure."""
    calls = async_mock_service(hass, "assist_satellite", "announce")
    hass.states.async_set("assist_satellite.hall", "idle")
    both = Channel(
        kind=ChannelKind.ANNOUNCEMENT,
        targets=("assist_satellite.kitchen", "assist_satellite.hall"),
    )
    await Delivery(hass, Waiting()).send(to(both))
    assert calls[0].data["entity_id"] == ["assist_satellite.hall"]
    alone = Channel(kind=ChannelKind.ANNOUNCEMENT, targets=("assist_satellite.kitchen",))
    outcome = await Delivery(hass, Waiting()).send(to(alone))
    assert outcome == failed("speaking_satellite")


async def test_an_announcement_waits_for_a_satellite_that_talks(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would cut off whoever is speaking there."""
    calls = async_mock_service(hass, "assist_satellite", "announce")
    hass.states.async_set("assist_satellite.hall", "listening")
    channel = Channel(kind=ChannelKind.ANNOUNCEMENT, targets=("assist_satellite.hall",))
    task = hass.async_create_task(Delivery(hass, Waiting()).send(to(channel)))
    await moment()
    assert calls == []
    hass.states.async_set("assist_satellite.hall", "idle")
    await task
    assert len(calls) == 1
    monkeypatch.setattr(ways, "BUSY_SECONDS", 0.01)
    hass.states.async_set("assist_satellite.hall", "processing")
    outcome = await Delivery(hass, Waiting()).send(to(channel))
    assert outcome == failed("channel_busy")


async def test_any_action_sequence_gets_message_and_contact(hass: HomeAssistant) -> None:
    """As variables."""
    calls = async_mock_service(hass, "test", "post")
    sequence = ({"action": "test.post", "data": {"text": "{{ contact }}: {{ message }}"}},)
    await Delivery(hass, Waiting()).send(to(Channel(kind=ChannelKind.ACTIONS, sequence=sequence)))
    assert calls[0].data == {"text": "Anna: I am late"}


@pytest.mark.parametrize(
    ("sequence", "reason"),
    [
        (({"nonsense": True},), "channel_invalid"),
        (({"action": "test.gone"},), "channel_missing"),
    ],
)
async def test_a_broken_sequence_fails(
    hass: HomeAssistant, sequence: tuple[object, ...], reason: str
) -> None:
    """With a reason, whatever is wrong with it."""
    outcome = await Delivery(hass, Waiting()).send(
        to(Channel(kind=ChannelKind.ACTIONS, sequence=sequence))
    )
    assert (outcome.reach, outcome.reasons[0]) == (Reach.FAILED, reason)


def raising(error: Exception) -> Callable[[ServiceCall], Awaitable[None]]:
    """Return an action that raises this."""

    async def action(_call: ServiceCall) -> None:
        raise error

    return action


def own(*actions: str) -> Channel:
    """Return a channel of own actions."""
    return Channel(
        kind=ChannelKind.ACTIONS, sequence=tuple({"action": action} for action in actions)
    )


def calling(action: str) -> Channel:
    """Return a channel that is one action."""
    return Channel(kind=ChannelKind.ACTION, call=FixedCall(action))


ONE_STEP = (own("test.failing"), own("script.one"), calling("test.failing"), calling("script.one"))
SEVERAL_STEPS = (
    own("test.posted", "test.failing"),
    own("script.both"),
    own("script.behind"),
    calling("script.both"),
    calling("script.behind"),
)


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError("connection refused"), PermissionError(errno.EACCES, "no")],
    ids=repr,
)
@pytest.mark.parametrize(
    ("channel", "outcome"),
    [
        *((channel, (Reach.FAILED, "unreachable")) for channel in ONE_STEP),
        *((channel, (Reach.UNKNOWN, "channel_error")) for channel in SEVERAL_STEPS),
    ],
    ids=lambda value: (
        str([*value.sequence] or value.call.action) if isinstance(value, Channel) else value[0]
    ),
)
async def test_a_step_that_fails_tells_nothing_of_the_one_before(
    hass: HomeAssistant, channel: Channel, outcome: tuple[Reach, str], error: Exception
) -> None:
    """An address that is not there says that nothing has left only where it was the only one."""
    posted = async_mock_service(hass, "test", "posted")
    hass.services.async_register("test", "failing", raising(error))
    scripts = {
        "both": {"sequence": [{"action": "test.posted"}, {"action": "test.failing"}]},
        "one": {"sequence": [{"action": "test.failing"}]},
        "behind": {"sequence": [{"action": "script.both"}]},
    }
    assert await async_setup_component(hass, "script", {"script": scripts})
    found = await Delivery(hass, Waiting()).send(to(channel))
    assert (found.reach, found.reasons[0]) == outcome
    assert len(posted) == (channel in SEVERAL_STEPS)


async def test_the_token_lives_as_long_as_the_delivery(hass: HomeAssistant) -> None:
    """A task that a delivery leaves behind is no longer authorised."""
    seen: dict[str, bool] = {}
    later = asyncio.Event()

    async def left_behind() -> None:
        await later.wait()
        seen["after"] = delivering()

    async def handler(_call: ServiceCall) -> None:
        seen["during"] = delivering()
        seen["task"] = hass.async_create_task(left_behind())  # type: ignore[assignment]

    hass.services.async_register("notify", "family", handler)
    await Delivery(hass, Waiting()).send(
        to(Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.family",)))
    )
    assert not delivering()
    later.set()
    await seen["task"]  # type: ignore[misc]
    assert (seen["during"], seen["after"]) == (True, False)


async def test_nobody_knows_of_a_channel_that_does_not_answer(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a minute; here after a moment."""
    monkeypatch.setattr(delivery_module, "DELIVERY_SECONDS", 0.01)

    async def endless(_call: ServiceCall) -> None:
        await asyncio.Event().wait()

    hass.services.async_register("notify", "family", endless)
    outcome = await Delivery(hass, Waiting()).send(
        to(Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.family",)))
    )
    assert outcome == unknown("channel_timeout")


async def test_nobody_knows_of_a_channel_that_raises_anything(hass: HomeAssistant) -> None:
    """Whatever it says is not repeated: it may hold the words."""

    async def broken(_call: ServiceCall) -> None:
        raise HomeAssistantError("I am late")

    hass.services.async_register("notify", "family", broken)
    family = to(Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.family",)))
    outcome = await Delivery(hass, Waiting()).send(family)
    assert outcome == unknown("channel_error", "HomeAssistantError")


async def test_a_held_call_is_replayed_and_only_once(hass: HomeAssistant) -> None:
    """By its own channel, not by the contact's."""

    class Call:
        count = 0
        context = Context()

        async def replay(self) -> None:
            self.count += 1
            assert delivering()
            assert delivering(self.context)
            assert not delivering(Context(parent_id=self.context.id))

    call = Call()
    delivery = Delivery(hass, Waiting(r1=call))
    held = to(notify_entity("notify.anna"), held_call="notify.anna")
    await delivery.send(held)
    assert await delivery.send(held) == failed("hold_gone")
    assert call.count == 1


async def test_a_shared_call_has_one_outcome(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made once, for two contacts; neither is told anything that the other is not."""
    monkeypatch.setattr(delivery_module, "DELIVERY_SECONDS", 0.02)

    class Call:
        count = 0
        context = Context()

        async def replay(self) -> None:
            self.count += 1
            await asyncio.Event().wait()

    call = Call()
    delivery = Delivery(hass, Waiting(r1=call, r2=call))
    both = [
        to(notify_entity("notify.anna"), id=name, held_call="notify.a") for name in ("r1", "r2")
    ]
    outcomes = await asyncio.gather(*map(delivery.send, both))
    assert outcomes == [unknown("channel_timeout")] * 2
    assert call.count == 1
