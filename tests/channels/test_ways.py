"""The ways to a contact: letter for letter, one after the other, each member of a group by itself."""

from typing import Any

from homeassistant.components.notify.legacy import async_setup_legacy
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.message_guard.channels.ways import Ways
from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.contacts import Channel, ChannelKind, Contact
from custom_components.message_guard.core.fixed_call import FixedCall
from custom_components.message_guard.core.outcome import Outcome, Reach
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.settings.channels import fixed_calls

LETTERS = [
    "2.50",
    "+4915112345678",
    ".5",
    "0012",
    "007",
    "on",
    "True",
    "None",
    "1e3",
    "0x10",
    "[1,2]",
    "[1, 2]",
    "(1,)",
    "{1: 2}",
    "'hi'",
    '"hi"',
    "57",
    "-0",
    "1_000",
    "first line\nsecond line",
    "{{ 7 * 7 }}",
    "x" * 500,
]


def own_actions(*sequence: dict[str, Any]) -> Channel:
    """Return a channel of own actions."""
    return Channel(
        kind=ChannelKind.ACTIONS, sequence=sequence, runs=tuple(fixed_calls(list(sequence)))
    )


async def use(
    hass: HomeAssistant, *channels: Channel, body: str = "I am late", in_turn: bool = False
) -> Outcome:
    """Send by these channels, and return what is known."""
    request = Request(
        id="r1",
        route=Route.SENTENCE,
        origin=Origin(satellite_id="assist_satellite.kitchen"),
        recipient="Anna",
        content=Content(body=body),
        created_at=0.0,
    )
    contact = Contact(
        id="anna", name="Anna", channel=channels[0], further=channels[1:], in_turn=in_turn
    )
    return await Ways(hass).use(Recipient(request, contact), Context())


# --- letter for letter --------------------------------------------------------------------------------


@pytest.mark.parametrize("body", LETTERS)
@pytest.mark.parametrize(
    "steps",
    [
        [{"action": "test.post", "data": {"text": "{{ message }}"}}],
        [{"action": "test.post", "data": {"text": "{{message}}"}}],
        [{"action": "test.post", "data": {"text": "{{- message | trim -}}"}}],
        [
            {"variables": {"words": "{{ message }}"}},
            {"action": "test.post", "data": {"text": "{{ words }}"}},
        ],
        [
            {
                "choose": [
                    {
                        "conditions": "{{ message != '' }}",
                        "sequence": [{"action": "test.post", "data": {"text": "{{ message }}"}}],
                    }
                ]
            }
        ],
        [
            {
                "repeat": {
                    "for_each": ["one"],
                    "sequence": [
                        {"parallel": [{"action": "test.post", "data": {"text": "{{ message }}"}}]}
                    ],
                }
            }
        ],
    ],
    ids=["alone", "no spaces", "trimmed", "variable", "choose", "repeat"],
)
async def test_a_message_keeps_its_letters(
    hass: HomeAssistant, steps: list[dict[str, Any]], body: str
) -> None:
    """Whatever Home Assistant would make of it in a template: what was proved is what arrives."""
    calls = async_mock_service(hass, "test", "post")
    outcome = await use(hass, own_actions(*steps), body=body)
    assert outcome.taken
    (call,) = calls
    assert (type(call.data["text"]), call.data["text"]) == (str, body)


async def test_what_else_stands_in_a_template_is_what_it_was(hass: HomeAssistant) -> None:
    """Words around the message, numbers that are none of its, and lists made of it."""
    calls = async_mock_service(hass, "test", "post")
    data = {
        "text": "1{{ message }}",
        "volume": "{{ 30 / 100 }}",
        "parts": "{{ message.split('.') }}",
        "to": "{{ contact }}",
        "fixed": 7,
    }
    assert (await use(hass, own_actions({"action": "test.post", "data": data}), body="2.50")).taken
    assert calls[0].data == {
        "text": "12.50",
        "volume": 0.3,
        "parts": ["2", "50"],
        "to": "Anna",
        "fixed": 7,
    }


def scripts(**sequences: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the configuration of the household's scripts."""
    return {"script": {name: {"sequence": steps} for name, steps in sequences.items()}}


POST = {"action": "test.post", "data": {"text": "{{ message }}"}}
OTHERWISE = [
    {"variables": {"what": "{{ said }}"}},
    {
        "choose": [
            {
                "conditions": "{{ said != '' }}",
                "sequence": [POST | {"data": {"text": "{{ what }}"}}],
            }
        ]
    },
    {"stop": "done"},
]


@pytest.mark.parametrize("body", LETTERS)
@pytest.mark.parametrize("by", ["sequence", "call"])
async def test_a_script_of_the_households_keeps_the_letters(
    hass: HomeAssistant, body: str, by: str
) -> None:
    """Its templates are its own, and leave the message as it is all the same."""
    calls = async_mock_service(hass, "test", "post")
    assert await async_setup_component(hass, "script", scripts(post=[POST]))
    channel = (
        own_actions({"action": "script.post", "data": {"message": "{{ message }}"}})
        if by == "sequence"
        else Channel(kind=ChannelKind.ACTION, call=FixedCall("script.post"))
    )
    outcome = await use(hass, channel, body=body)
    assert outcome.taken
    (call,) = calls
    assert str(call.data["text"]) == body


async def test_a_script_with_steps_of_all_kinds(hass: HomeAssistant) -> None:
    """Its own variables, by another name, under a condition, and up to where it stops."""
    calls = async_mock_service(hass, "test", "post")
    steps = scripts(post=OTHERWISE)
    steps["script"]["post"]["variables"] = {"said": "nothing", "times": "{{ 2 * 2 }}"}
    assert await async_setup_component(hass, "script", steps)
    channel = own_actions(
        {"alias": "Post it", "action": "script.post", "data": {"said": "{{ message }}"}}
    )
    assert (await use(hass, channel, body="2.50")).taken
    assert [call.data["text"] for call in calls] == ["2.50"]


@pytest.mark.parametrize(("body", "refused"), [("2.50", True), ("57", False), ("I am late", False)])
@pytest.mark.parametrize(
    "steps",
    [
        [{"action": "script.on", "data": {"message": "{{ message }}"}}],
        [{"action": "script.post", "data": {"message": "{{ message }}"}}, {"delay": 0}],
        [
            {
                "action": "script.turn_on",
                "target": {"entity_id": "script.post"},
                "data": {"variables": {"message": "{{ message }}"}},
            }
        ],
    ],
    ids=["another script behind it", "one step of several", "started"],
)
async def test_what_would_be_changed_out_of_reach_is_refused(
    hass: HomeAssistant, steps: list[dict[str, Any]], body: str, refused: bool
) -> None:
    """And that is said; everything else goes the way it always does."""
    calls = async_mock_service(hass, "test", "post")
    on = {"action": "script.post", "data": {"message": "{{ message }}"}}
    assert await async_setup_component(hass, "script", scripts(post=[POST], on=[on]))
    outcome = await use(hass, own_actions(*steps), body=body)
    await hass.async_block_till_done()
    assert outcome.taken != refused
    assert outcome.reasons == (("channel_alters",) if refused else ())
    assert [str(call.data["text"]) for call in calls] == ([] if refused else [body])


async def test_a_script_that_is_gone(hass: HomeAssistant) -> None:
    """Nothing is run in its place."""
    channel = Channel(kind=ChannelKind.ACTION, call=FixedCall("script.gone"))
    for body in ("2.50", "I am late"):
        assert not (await use(hass, channel, body=body)).taken


# --- several channels ---------------------------------------------------------------------------------


def broken(hass: HomeAssistant, action: str, error: Exception) -> None:
    """Register an action that raises."""

    async def fail(_call: ServiceCall) -> None:
        raise error

    hass.services.async_register(*action.split("."), fail)


def by_action(*actions: str) -> Channel:
    """Return a channel of notify actions."""
    return Channel(kind=ChannelKind.NOTIFY_ACTION, targets=actions)


ALOUD = Channel(kind=ChannelKind.ANNOUNCEMENT, targets=("assist_satellite.hall",))


async def test_all_channels_are_used(hass: HomeAssistant) -> None:
    """Each of them, whatever becomes of the others; who was missed is named."""
    calls = async_mock_service(hass, "sms", "send")
    channel = Channel(
        kind=ChannelKind.ACTION, call=FixedCall("sms.send", {"number": "+49"}, "text")
    )
    outcome = await use(hass, by_action("notify.gone"), channel)
    assert calls[0].data == {"number": "+49", "text": "I am late"}
    assert (outcome.taken, outcome.missed, outcome.parts) == (True, ("Gone",), 2)


async def test_the_next_channel_only_if_nothing_was_handed_over(hass: HomeAssistant) -> None:
    """One that is not there makes room for the next; one that took it ends the row."""
    first, second = (async_mock_service(hass, "notify", name) for name in ("first", "second"))
    channels = by_action("notify.gone"), by_action("notify.first"), by_action("notify.second")
    outcome = await use(hass, *channels, in_turn=True)
    assert outcome.whole
    assert (len(first), len(second)) == (1, 0)


async def test_never_after_i_do_not_know(hass: HomeAssistant) -> None:
    """It may have been sent: a second way would send it twice."""
    broken(hass, "notify.first", TimeoutError())
    second = async_mock_service(hass, "notify", "second")
    outcome = await use(hass, by_action("notify.first"), by_action("notify.second"), in_turn=True)
    assert outcome.reach is Reach.UNKNOWN
    assert second == []


async def test_what_is_for_one_person_is_never_announced_instead(hass: HomeAssistant) -> None:
    """The room would hear it. The other way round is no secret."""
    said = async_mock_service(hass, "assist_satellite", "announce")
    kept = async_mock_service(hass, "notify", "kept")
    outcome = await use(hass, by_action("notify.gone"), ALOUD, in_turn=True)
    assert (outcome.reach, outcome.reasons) == (Reach.FAILED, ("channel_missing",))
    assert said == []
    assert (await use(hass, ALOUD, by_action("notify.kept"), in_turn=True)).taken
    assert (len(said), len(kept)) == (0, 1)


# --- groups -------------------------------------------------------------------------------------------


async def legacy_group(hass: HomeAssistant, name: str, *members: dict[str, Any]) -> None:
    """Set up a notify group of the older kind."""
    config = {"notify": [{"platform": "group", "name": name, "services": list(members)}]}
    assert await async_setup_component(hass, "group", {})
    for setup in async_setup_legacy(hass, config):
        await setup


async def test_members_of_a_legacy_group_are_asked_one_by_one(hass: HomeAssistant) -> None:
    """Home Assistant's group would say that all is well."""
    anna = async_mock_service(hass, "notify", "anna")
    broken(hass, "notify.ben", HomeAssistantError("down"))
    data = {"data": {"sound": "chime"}, "target": ["+49"]}
    await legacy_group(hass, "inner", {"action": "anna", "data": data}, {"action": "bens_phone"})
    await legacy_group(hass, "family", {"action": "inner"}, {"action": "ben"})
    outcome = await use(hass, by_action("notify.family"))
    assert [call.data for call in anna] == [{"message": "I am late", **data}]
    assert outcome.taken
    assert outcome.parts == 3
    assert outcome.missed + outcome.unsure == ("Bens phone", "Ben")


async def test_a_group_of_which_nobody_is_there(hass: HomeAssistant) -> None:
    """Nothing was sent, and that is known."""
    await legacy_group(hass, "family", {"action": "anna"}, {"action": "ben"})
    outcome = await use(hass, by_action("notify.family"))
    assert (outcome.reach, outcome.reasons) == (Reach.FAILED, ("channel_missing",))


async def test_members_of_a_group_entity_are_asked_one_by_one(hass: HomeAssistant) -> None:
    """One that is unavailable is named."""
    calls = async_mock_service(hass, "notify", "send_message")
    hass.states.async_set("notify.anna", "unknown", {"friendly_name": "Anna's phone"})
    hass.states.async_set("notify.ben", "unavailable", {"friendly_name": "Ben's phone"})
    hass.states.async_set(
        "notify.family", "unknown", {"entity_id": ["notify.anna", "notify.ben", "notify.family"]}
    )
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.family", "notify.anna"))
    outcome = await use(hass, channel)
    assert calls[0].data["entity_id"] == ["notify.anna"]
    assert "Ben's phone" in outcome.missed
    assert "Anna's phone" not in outcome.missed


@pytest.mark.parametrize("error", [RuntimeError("words"), ValueError(), TimeoutError()])
async def test_a_channel_may_raise_anything(hass: HomeAssistant, error: Exception) -> None:
    """It is an outcome like others."""
    broken(hass, "sms.send", error)
    channel = Channel(kind=ChannelKind.ACTION, call=FixedCall("sms.send"))
    assert not (await use(hass, channel)).taken


# --- telegram -----------------------------------------------------------------------------------------


async def test_a_telegram_chat_gets_the_words_as_they_are(hass: HomeAssistant) -> None:
    """By its entity or by its number: the bot's own option would read "*now*" as Markdown."""
    calls = async_mock_service(hass, "telegram_bot", "send_message")
    chat = er.async_get(hass).async_get_or_create(
        "notify", "telegram_bot", "99_11", suggested_object_id="anna"
    )
    hass.states.async_set(chat.entity_id, "unknown")
    body = "*now* _or_ * never"
    entity = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=(chat.entity_id,))
    number = FixedCall("telegram_bot.send_message", {"chat_id": 11})
    html = FixedCall("telegram_bot.send_message", {"chat_id": 11, "parse_mode": "html"})
    for channel in (entity, *(Channel(kind=ChannelKind.ACTION, call=it) for it in (number, html))):
        assert (await use(hass, channel, body=body)).taken
    assert [call.data for call in calls] == [
        {"entity_id": [chat.entity_id], "message": body, "parse_mode": "plain_text"},
        {"chat_id": 11, "message": body, "parse_mode": "plain_text"},
        {"chat_id": 11, "message": body, "parse_mode": "html"},
    ]
