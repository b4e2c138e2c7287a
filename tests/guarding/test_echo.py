"""What the house says, heard again, is not a reply: from the same room and from the next satellite."""

from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
from yarl import URL

from custom_components.message_guard.core.answer import Answer, AnswerKind
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.core.satellites import Earshot
from custom_components.message_guard.guarding.echo_memory import MOST_TEXTS, EchoMemory
from custom_components.message_guard.home.loudspeakers import Loudspeakers
from tests.guard_bench import KITCHEN, PHRASE, Bench, bench

__all__ = ["bench"]

LURE = PHRASE


@pytest.fixture
async def rooms(hass: HomeAssistant) -> dict[str, Origin]:
    """Return two satellites in the kitchen, and one upstairs."""
    areas, entities = ar.async_get(hass), er.async_get(hass)
    found = {}
    for name, room in (("stove", "kitchen"), ("table", "kitchen"), ("bed", "upstairs")):
        area = areas.async_get_or_create(room)
        entity = entities.async_get_or_create(
            "assist_satellite", "test", name, suggested_object_id=name
        )
        entities.async_update_entity(entity.entity_id, area_id=area.id)
        hass.states.async_set(entity.entity_id, "idle", {"supported_features": 3})
        found[name] = replace(KITCHEN, satellite_id=entity.entity_id, area_id=area.id)
    for action in ("announce", "start_conversation", "ask_question"):
        async_mock_service(hass, "assist_satellite", action)
    async_mock_service(hass, "tts", "speak")
    return found


async def lured(hass: HomeAssistant, bench: Bench, speaker: Origin, hearer: Origin) -> Answer:
    """Ask at one satellite, let the other announce the proof, and return what comes of hearing it."""
    stop = Loudspeakers(hass, bench.guard.spoke).start()
    await bench.guard.submit(bench.request(origin=hearer))
    bench.guard.question_heard(hearer.place)
    announced = {"entity_id": speaker.satellite_id, "message": LURE}
    await hass.services.async_call("assist_satellite", "announce", announced)
    answer = await bench.say(LURE, hearer)
    assert answer is not None
    stop()
    return answer


@pytest.mark.parametrize(
    ("speaker", "hearer", "echo"),
    [("stove", "stove", True), ("stove", "table", True), ("bed", "stove", False)],
)
async def test_an_announcement_is_an_echo_where_it_can_be_heard(
    hass: HomeAssistant,
    bench: Bench,
    rooms: dict[str, Origin],
    speaker: str,
    hearer: str,
    echo: bool,
) -> None:
    """A lure that is announced proves nothing in the same area, and does not use up a try."""
    answer = await lured(hass, bench, rooms[speaker], rooms[hearer])
    assert answer.kind is (AnswerKind.NOT_HEARD if echo else AnswerKind.SENT)
    if echo:
        assert bench.guard.pending[0].tries_left == 3
        assert bench.outbox.sent == []


@pytest.mark.parametrize(
    ("beyond", "echo"),
    [
        ({"bed": {"kitchen"}}, True),
        ({"stove": {"upstairs"}}, True),
        ({"stove": {"garden"}, "bed": {"garden"}}, False),
        ({"table": {"upstairs"}}, False),
        ({"bed": None}, True),
    ],
)
@pytest.mark.parametrize(("speaker", "hearer"), [("bed", "stove"), ("stove", "bed")])
async def test_a_satellite_is_heard_where_the_household_says_it_is(
    hass: HomeAssistant,
    bench: Bench,
    rooms: dict[str, Origin],
    speaker: str,
    hearer: str,
    beyond: dict[str, set[str] | None],
    echo: bool,
) -> None:
    """In both directions, whichever of the two has the rule; and no other of its room."""
    known = {
        str(rooms[name].satellite_id): None if areas is None else frozenset(areas)
        for name, areas in beyond.items()
    }
    bench.guard.household = replace(bench.guard.household, earshot=Earshot(known))
    answer = await lured(hass, bench, rooms[speaker], rooms[hearer])
    assert answer.kind is (AnswerKind.NOT_HEARD if echo else AnswerKind.SENT)


def speech_media(words: str) -> str:
    """Return speech as something to play, as Home Assistant names it."""
    return str(
        URL.build(scheme="media-source", host="tts", path="/engine", query={"message": words})
    )


@pytest.mark.parametrize(
    ("domain", "action", "data"),
    [
        ("assist_satellite", "start_conversation", {"start_message": LURE}),
        ("assist_satellite", "ask_question", {"question": LURE}),
        ("assist_satellite", "announce", {"message": LURE, "entity_id": "all"}),
        (
            "assist_satellite",
            "announce",
            {"message": LURE, "entity_id": ["assist_satellite.bed"], "area_id": "kitchen"},
        ),
        ("assist_satellite", "announce", {"media_id": speech_media(LURE)}),
        ("tts", "speak", {"message": LURE, "media_player_entity_id": "media_player.x"}),
        ("tts", "cloud_say", {"message": LURE, "entity_id": "media_player.x"}),
        ("media_player", "play_media", {"media_content_id": speech_media(LURE)}),
        ("media_player", "play_media", {"media": {"media_content_id": speech_media(LURE)}}),
        ("music_assistant", "play_announcement", {"message": LURE}),
        ("music_assistant", "play_media", {"media_id": [speech_media(LURE)]}),
        ("notify", "send_message", {"message": LURE, "entity_id": "notify.speaker"}),
        ("google_assistant_sdk", "send_text_command", {"command": [f"broadcast {LURE}"]}),
        ("alexa_devices", "send_text_command", {"text_command": f"announce {LURE}"}),
    ],
)
async def test_every_way_to_make_a_loudspeaker_talk(
    hass: HomeAssistant,
    bench: Bench,
    rooms: dict[str, Origin],
    domain: str,
    action: str,
    data: dict[str, Any],
) -> None:
    """Where it cannot be told which one, any of them may have been heard."""
    async_mock_service(hass, domain, action)
    stop = Loudspeakers(hass, bench.guard.spoke).start()
    origin = rooms["stove"]
    await bench.guard.submit(bench.request(origin=origin))
    bench.guard.question_heard(origin.place)
    await hass.services.async_call(domain, action, data)
    answer = await bench.say(LURE, origin)
    assert answer is not None
    assert answer.kind is AnswerKind.NOT_HEARD
    stop()


async def test_other_words_do_not_push_it_out(
    hass: HomeAssistant, bench: Bench, rooms: dict[str, Origin]
) -> None:
    """What was said is remembered for a minute, however much is said after it."""
    stop = Loudspeakers(hass, bench.guard.spoke).start()
    origin = rooms["stove"]
    await bench.guard.submit(bench.request(origin=origin))
    bench.guard.question_heard(origin.place)
    for words in (LURE, *(f"word {number}" for number in range(500))):
        await hass.services.async_call("tts", "speak", {"message": words})
    answer = await bench.say(LURE, origin)
    assert answer is not None
    assert answer.kind is AnswerKind.NOT_HEARD
    stop()


def test_what_is_long_past_is_forgotten() -> None:
    """A minute; what is said again is remembered anew; and there is an end to it."""
    spoken = EchoMemory()
    for now, text in ((0.0, "first"), (0.0, "second"), (50.0, "first"), (50.0, "")):
        spoken.add(now, "kitchen", text)
    spoken.add(50.0, "hall", "elsewhere")
    assert spoken.heard_at(50.0, ["kitchen"]) == ("second", "first")
    assert spoken.heard_at(61.0, ["kitchen"]) == ("first",)
    spoken.add(70.0, "kitchen", "third")
    assert len(spoken) == 3
    for number in range(MOST_TEXTS):
        spoken.add(70.0, "kitchen", str(number))
    assert len(spoken) == MOST_TEXTS


async def test_what_holds_no_words_is_passed_over(hass: HomeAssistant, rooms: object) -> None:
    """An announcement of a sound."""
    heard: list[tuple[str | None, str]] = []
    stop = Loudspeakers(hass, lambda place, words: heard.append((place, words))).start()
    await hass.services.async_call(
        "assist_satellite",
        "announce",
        {"entity_id": ["assist_satellite.stove"], "media_id": "ding"},
    )
    for media in ("media-source://tts/engine", "media-source://tts/[", "media-source://radio/x"):
        await hass.services.async_call("assist_satellite", "announce", {"media_id": media})
    assert [words for _, words in heard if words] == []
    heard.clear()
    await hass.services.async_call("assist_satellite", "announce", {"message": "to all"})
    assert len(heard) == 3
    stop()
