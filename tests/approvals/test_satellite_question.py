"""The question on the satellite, after a turn in which nobody asked it."""

import asyncio
import math

from homeassistant.components.assist_pipeline import (
    async_get_pipelines,
)
from homeassistant.components.assist_satellite import (
    AssistSatelliteEntityFeature,
)
from homeassistant.core import Event, ServiceCall, callback
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.message_guard.approvals import satellite
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.guarding.records import Approver
from tests.clock import pass_time, until
from tests.conftest import PHRASE
from tests.speaker import Speaker, add_speaker
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

ANNOUNCE = AssistSatelliteEntityFeature.ANNOUNCE
SENT = [("notify.anna", "Dinner is ready")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for a satellite to be silent, and let it say its words as fast as a test does."""
    monkeypatch.setattr(satellite, "SETTLE_SECONDS", 0.02)
    monkeypatch.setattr(satellite, "FASTEST_CHARACTERS", math.inf)


@pytest.fixture
async def kitchen(home: SpokenHome) -> Speaker:
    """Return a satellite whose pipeline is not guarded, and a sentence that sends."""
    speaker = await add_speaker(home.hass)
    await home.automate(
        sentence(notify()),
        sentence(notify("stranger"), said="tell the stranger"),
        sentence({"action": "test.light"}, said="lights please"),
    )
    home.components.actions.on_unasked = home.components.questions.follow_up
    return speaker


async def send_later(home: SpokenHome) -> None:
    """Give the home a sentence whose message is held when its turn is over and answered."""
    later = {"action": "script.turn_on", "target": {"entity_id": "script.later"}}
    await home.script(later={"sequence": [{"delay": {"milliseconds": 20}}, notify()]})
    await home.automate(sentence(later))
    home.components.actions.on_unasked = home.components.questions.follow_up


async def settled(home: SpokenHome) -> None:
    """Wait until the satellite has nothing more to say."""
    await until(lambda: not home.components.questions._tasks)
    await home.hass.async_block_till_done()


async def test_a_wake_in_the_middle_of_the_question_is_not_its_end(
    home: SpokenHome, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No voice says it in no time: what is said then is said into the question, and it is asked anew."""
    monkeypatch.setattr(satellite, "FASTEST_CHARACTERS", 50.0)
    speaks = iter((0.01, 5.0))

    async def say(words: str) -> None:
        kitchen.said.append(words)
        await pass_time(next(speaks) if "Anna:" in words else 0.05)

    monkeypatch.setattr(kitchen, "_say", say)
    kitchen.replies.extend(["Yes, send the message!", "Yes, send the message!"])
    await kitchen.turn("dinner is ready")
    await settled(home)
    _, first, second, _ = kitchen.said
    assert first.removeprefix("Not sent yet. ") == second
    assert home.sent == SENT


async def test_after_done_it_says_not_sent_yet_and_asks(home: SpokenHome, kitchen: Speaker) -> None:
    """What Home Assistant claimed is put right, the words are read back, the phrase sends."""
    kitchen.replies.append("Yes, send the message!")
    assert await kitchen.turn("dinner is ready") == "Done"
    assert home.sent == []
    await settled(home)
    done, question, answer = kitchen.said
    assert done == "Done"
    assert question.startswith("Not sent yet.")
    assert "Anna" in question
    assert "Dinner is ready" in question
    assert PHRASE not in question.lower()
    assert "Anna" in answer
    assert home.sent == SENT
    assert home.kinds == ["asked", "authorised", "delivered"]


async def test_it_never_cuts_in(home: SpokenHome, kitchen: Speaker) -> None:
    """The turn is over, and so is the next one that began right after it."""
    await kitchen.turn("dinner is ready")
    await kitchen.turn("what is the weather")
    await until(lambda: len(kitchen.said) > 2)
    assert kitchen.cut_off == 0
    assert kitchen.said[2].startswith("Not sent yet.")


async def test_a_moment_of_silence_is_not_silence(
    home: SpokenHome, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A satellite that opens its microphone again is idle in between."""
    # A moment that no busy machine takes for as many steps: only the clock that is put forward ends it.
    monkeypatch.setattr(satellite, "SETTLE_SECONDS", 5.0)
    satellite_id = kitchen.entity_id
    states: list[str] = []
    home.hass.states.async_set(satellite_id, "idle")
    waiting = home.hass.async_create_task(home.components.questions._until_idle(satellite_id))
    for _ in range(3):
        await pass_time(satellite.SETTLE_SECONDS / 2)
        home.hass.states.async_set(satellite_id, "listening")
        await pass_time(satellite.SETTLE_SECONDS / 2)
        states.append(str(waiting.done()))
        home.hass.states.async_set(satellite_id, "idle")
    assert states == ["False"] * 3
    await pass_time(satellite.SETTLE_SECONDS * 2)
    assert await waiting


async def test_saying_the_phrase_before_it_was_asked_for_sends_nothing(
    home: SpokenHome, kitchen: Speaker
) -> None:
    """Nobody has heard what would be sent: the end of "Done" is not the end of our question."""
    home.components.actions.on_unasked = None
    await kitchen.turn("dinner is ready")
    origin = Origin(satellite_id=kitchen.entity_id, language="en")
    answer = await home.components.guard.reply(PHRASE, origin)
    assert answer is not None
    assert answer.kind == "not_heard"
    assert home.sent == []


async def test_a_no_ends_it(home: SpokenHome, kitchen: Speaker) -> None:
    """As everywhere."""
    kitchen.replies.append("no")
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert home.sent == []
    assert home.kinds == ["asked", "declined"]
    assert len(kitchen.said) == 3


@pytest.mark.parametrize("room", [["yeah", "okay", "right"], ["so he said", "no way", "really"]])
async def test_a_room_that_goes_on_talking_sends_nothing(
    home: SpokenHome, kitchen: Speaker, room: list[str]
) -> None:
    """Three wrong replies, and it is over."""
    kitchen.replies.extend(room)
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert home.sent == []
    assert home.kinds == ["asked", "wrong_reply", "wrong_reply", "proof_failed"]


async def test_an_echo_costs_no_try_and_does_not_go_on_for_ever(
    home: SpokenHome, kitchen: Speaker
) -> None:
    """It hears its own question over and over."""
    kitchen.replies.extend(["to anna dinner is ready"] * 50)
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert home.sent == []
    assert home.kinds == ["asked"]
    assert len(kitchen.said) <= 1 + satellite._MOST_ROUNDS


async def test_an_echo_and_then_the_phrase(home: SpokenHome, kitchen: Speaker) -> None:
    """The person may still answer."""
    kitchen.replies.extend(["to anna dinner is ready", PHRASE])
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert home.sent == SENT


async def test_the_light_goes_on_while_it_asks(home: SpokenHome, kitchen: Speaker) -> None:
    """What is no reply to us is a command, and costs no try."""
    lit: list[ServiceCall] = async_mock_service(home.hass, "test", "light")
    kitchen.replies.extend(["lights please", PHRASE])
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert len(lit) == 1
    assert home.sent == SENT


async def test_approved_elsewhere_meanwhile(home: SpokenHome, kitchen: Speaker) -> None:
    """The satellite stops asking, says so, and what it hears afterwards is nothing."""
    await kitchen.turn("dinner is ready")
    await until(lambda: len(kitchen.said) == 2)
    (waiting,) = home.pending
    await home.components.guard.approve(waiting.id, Approver("anna", "phone"))
    await settled(home)
    assert home.sent == SENT
    assert "Anna" in kitchen.said[-1]
    assert kitchen.state == "idle"
    kitchen.hear(PHRASE)
    await settled(home)
    assert home.sent == SENT


async def test_nobody_answers(home: SpokenHome, kitchen: Speaker) -> None:
    """Recognition ends without a word: it does not insist, and the confirmation waits its time."""
    kitchen.replies.append("")
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert len(kitchen.said) == 2
    assert len(home.pending) == 1
    assert home.sent == []


async def test_it_gives_up_when_the_time_is_over(
    home: SpokenHome, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ask_question` alone would wait for ever, and take whatever is said next."""
    monkeypatch.setattr(satellite, "PROMPT_SECONDS", 0.1)
    monkeypatch.setattr(satellite, "VOICE_SECONDS", 0.1)
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert kitchen._ask_question_future is None
    assert kitchen.state == "idle"
    assert home.sent == []


async def test_a_stranger_is_corrected(home: SpokenHome, kitchen: Speaker) -> None:
    """It said that it was done; nothing was sent, and nothing waits."""
    await kitchen.turn("tell the stranger")
    await settled(home)
    assert len(kitchen.said) == 2
    assert home.pending == ()
    assert home.sent == []
    assert home.kinds == ["refused"]


async def test_a_satellite_that_only_announces_says_how_to_approve(home: SpokenHome) -> None:
    """Its pipeline is not guarded, so a reply would reach nobody: it is approved on a device."""
    speaker = await add_speaker(home.hass, features=ANNOUNCE)
    await home.automate(sentence(notify()))
    home.components.actions.on_unasked = home.components.questions.follow_up
    await speaker.turn("dinner is ready")
    await until(lambda: home.components.questions._tasks)
    await settled(home)
    assert speaker.said[1].startswith("Not sent yet.")
    assert "on a screen" in speaker.said[1]  # nobody has a phone here
    assert len(home.pending) == 1
    assert home.pending[0].heard_at is None


async def test_a_guarded_satellite_that_only_announces_takes_the_next_wake(
    home: SpokenHome,
) -> None:
    """The guarded agent finds the confirmation by its satellite."""
    await home.update(pipelines=[item.id for item in async_get_pipelines(home.hass)])
    speaker = await add_speaker(home.hass, features=ANNOUNCE, piped=True)
    await send_later(home)
    assert await speaker.turn("dinner is ready") == "Done"
    await until(lambda: home.components.questions._tasks)
    await settled(home)
    assert speaker.said[1].startswith("Not sent yet.")
    assert "phrase" in speaker.said[1]
    assert home.pending[0].heard_at is not None
    await speaker.turn(PHRASE)
    assert home.sent == SENT


@pytest.mark.parametrize("state", ["idle", "listening"])
async def test_an_announced_question_is_heard_when_it_is_over(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Not when the satellite is said to be silent, or is woken, in the middle of it."""
    await home.update(pipelines=[item.id for item in async_get_pipelines(home.hass)])
    speaker = await add_speaker(home.hass, features=ANNOUNCE, piped=True)
    await send_later(home)
    say, answers = speaker._say, []

    async def say_and_be_cut_short(words: str) -> None:
        if words.startswith("Not sent yet."):
            home.hass.states.async_set(speaker.entity_id, state)
            await asyncio.sleep(0)
            origin = Origin(satellite_id=speaker.entity_id, language="en")
            answers.append(await home.components.guard.reply(PHRASE, origin))
        await say(words)

    monkeypatch.setattr(speaker, "_say", say_and_be_cut_short)
    await speaker.turn("dinner is ready")
    await until(lambda: home.components.questions._tasks)
    await settled(home)
    assert [answer.kind for answer in answers if answer is not None] == ["not_heard"]
    assert home.sent == []


async def test_nobody_is_woken_into_an_announced_question(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was, has not heard it to its end, even if nothing was said."""
    await home.update(pipelines=[item.id for item in async_get_pipelines(home.hass)])
    speaker = await add_speaker(home.hass, features=ANNOUNCE, piped=True)
    await send_later(home)
    say = speaker._say

    async def say_and_be_woken(words: str) -> None:
        if words.startswith("Not sent yet."):
            home.hass.states.async_set(speaker.entity_id, "listening")
        await say(words)

    monkeypatch.setattr(speaker, "_say", say_and_be_woken)
    await speaker.turn("dinner is ready")
    await until(lambda: home.components.questions._tasks)
    await settled(home)
    assert home.pending[0].heard_at is None


async def test_a_guarded_agent_asks_in_the_turn_and_nobody_asks_again(
    home: SpokenHome, kitchen: Speaker
) -> None:
    """Instead of "Done", and with an open microphone: the reply sends."""
    await home.update(pipelines=[item.id for item in async_get_pipelines(home.hass)])
    home.components.actions.on_unasked = home.components.questions.follow_up
    await kitchen.turn("dinner is ready")
    (waiting,) = home.pending
    await settled(home)
    assert kitchen.said == [waiting.question]
    await kitchen.turn(PHRASE)
    assert home.sent == SENT


async def test_unloading_ends_the_question(home: SpokenHome, kitchen: Speaker) -> None:
    """Nothing goes on listening for a guard that is gone."""
    await kitchen.turn("dinner is ready")
    await until(lambda: len(kitchen.said) == 2)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await until(lambda: kitchen._ask_question_future is None)
    assert home.sent == []


async def test_declined_words_are_told_to_the_bus(home: SpokenHome, kitchen: Speaker) -> None:
    """By the held call and by our question, as docs/ledger.md says; and by nothing else."""
    called: list[str] = []

    @callback
    def note(event: Event) -> None:
        if "Dinner is ready" in str(event.data):
            called.append(f"{event.data['domain']}.{event.data['service']}")

    home.hass.bus.async_listen("call_service", note)
    kitchen.replies.append("never mind")
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert (home.sent, home.kinds[-1]) == ([], "declined")
    assert sorted(called) == ["assist_satellite.ask_question", "notify.anna"]


async def test_without_a_satellite_nobody_is_asked(home: SpokenHome, kitchen: Speaker) -> None:
    """What was typed into an app waits for another approval."""
    await home.say("dinner is ready", satellite=None)
    await settled(home)
    assert len(home.pending) == 1
    assert kitchen.said == []


async def test_decided_before_the_satellite_was_silent(home: SpokenHome, kitchen: Speaker) -> None:
    """There is nothing left to ask."""
    await kitchen.turn("dinner is ready")
    (waiting,) = home.pending
    await home.components.guard.decline(waiting.id, Approver("anna", "phone"))
    await settled(home)
    assert kitchen.said == ["Done"]
