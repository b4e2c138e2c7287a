"""Holes that PIN gates in front of language models are known for, each shown to be closed here.

Such a gate sits in the model's own tool loop, and whatever does not pass through the loop passes the gate.
"""

from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipelines, async_update_pipeline
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context
from homeassistant.helpers import llm
import pytest

from custom_components.message_guard.const import CONF_PIN_HASH
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guarding import pins
from tests.spoken_home import KITCHEN, SpokenHome, home, notify, sentence

__all__ = ["home"]

PIN, SPOKEN_PIN, WRONG = "4917", "four nine one seven", "one two three four"
PLACE = Origin(satellite_id=KITCHEN, language="en")
HALL = Origin(satellite_id="assist_satellite.hall", language="en")


@pytest.fixture
async def armed(home: SpokenHome, monkeypatch: pytest.MonkeyPatch) -> SpokenHome:
    """Return a home whose messages need a PIN, with a sentence and a script that send."""
    monkeypatch.setattr(pins, "ROUNDS", 4)
    await home.automate(sentence(notify()))
    await home.script(tell={"alias": "Tell", "sequence": [notify()]})
    async_expose_entity(home.hass, "conversation", "script.tell", True)
    hashed = await home.hass.async_add_executor_job(pins.hash_pin, PIN)
    await home.update(**{"default_level": "pin", CONF_PIN_HASH: hashed})
    return home


async def ask(home: SpokenHome, origin: Origin = PLACE, **more: Any) -> None:
    """Ask to send, and let the question be heard."""
    request = Request(
        id=f"r{len(home.notices)}",
        route=Route.SENTENCE,
        origin=origin,
        recipient=more.pop("recipient", "Anna"),
        content=Content(body=more.pop("body", "I am late")),
        created_at=0.0,
        **more,
    )
    await home.components.guard.submit(request)
    home.components.guard.question_heard(origin.place)


async def say(home: SpokenHome, text: str, origin: Origin = PLACE) -> None:
    """Reply, and let what is asked then be heard."""
    await home.components.guard.reply(text, origin)
    home.components.guard.question_heard(origin.place)


async def test_the_gate_opens_for_the_right_pin(armed: SpokenHome) -> None:
    """Or the others would prove nothing."""
    await ask(armed)
    await say(armed, SPOKEN_PIN)
    assert armed.sent == [("notify.anna", "I am late")]


@pytest.mark.parametrize("body", [f"my pin is {PIN}", f"hello {SPOKEN_PIN}", PIN])
async def test_the_proof_inside_the_request(armed: SpokenHome, body: str) -> None:
    """A PIN that comes with the message is refused, and so is the message."""
    await ask(armed, body=body)
    assert armed.pending == ()
    assert armed.sent == []
    assert armed.kinds == ["refused"]


async def test_the_proof_by_the_model(armed: SpokenHome) -> None:
    """The tool has no argument for a proof, and no tool of ours approves."""
    turn = armed.components.turns.begin(PLACE)
    context = llm.LLMContext("test", Context(), "en", "conversation", None)
    api = await llm.async_get_api(armed.hass, llm.LLM_API_ASSIST, context)
    ours = [tool.name for tool in api.tools if tool.name.startswith("message_guard")]
    assert ours == ["message_guard__SendMessage"]
    asked = {"contacts": ["Anna"], "message": "I am late"}
    for extra in ({}, {"pin": PIN}, {"confirmed": True}, {"code": PIN}):
        given = llm.ToolInput(tool_name=ours[0], tool_args={**asked, **extra})
        await api.async_call_tool(given)
    for service in ("approve", "decline"):
        with pytest.raises(Exception, match="spoken"):
            await armed.hass.services.async_call("message_guard", service, {}, blocking=True)
    armed.components.turns.end(turn)
    assert armed.sent == []
    assert len(armed.pending) == 1


async def test_the_proof_from_another_satellite(armed: SpokenHome) -> None:
    """A question belongs to the place where it was asked."""
    await ask(armed)
    await say(armed, SPOKEN_PIN, HALL)
    assert armed.sent == []
    assert len(armed.pending) == 1


async def test_a_second_request_swapped_in(armed: SpokenHome) -> None:
    """The PIN that was meant for the first does not send the second before its question was heard."""
    await ask(armed)
    second = Request(
        id="second",
        route=Route.LLM_TOOL,
        origin=PLACE,
        recipient="Ben",
        content=Content(body="transfer the money"),
        created_at=0.0,
        by_model=True,
    )
    await armed.components.guard.submit(second)
    await armed.components.guard.reply(SPOKEN_PIN, PLACE)
    assert armed.sent == []


@pytest.mark.parametrize("prefer_local", [True, False])
@pytest.mark.parametrize("guarded", [True, False])
async def test_local_intents_and_sentence_triggers_are_no_way_round(
    armed: SpokenHome, prefer_local: bool, guarded: bool
) -> None:
    """Neither passes a model, so a gate in the model's loop never sees them."""
    (pipeline,) = async_get_pipelines(armed.hass)
    await armed.update(pipelines=[pipeline.id] if guarded else [])
    (pipeline,) = async_get_pipelines(armed.hass)
    await async_update_pipeline(armed.hass, pipeline, prefer_local_intents=prefer_local)
    await armed.say("dinner is ready")
    assert armed.sent == []
    (waiting,) = armed.pending
    assert waiting.level is Level.PIN
    await armed.decline()
    await armed.say("run tell")
    assert armed.sent == []
    assert len(armed.pending) == 1


async def test_the_lock_out_is_not_reset_by_a_restart(armed: SpokenHome) -> None:
    """Nor by a new request, nor elsewhere."""
    await ask(armed)
    for _ in range(3):
        await say(armed, WRONG)
    assert await armed.hass.config_entries.async_reload(armed.entry.entry_id)
    await armed.hass.async_block_till_done()
    armed.watch()
    for origin in (PLACE, HALL):
        await ask(armed, origin)
        await say(armed, SPOKEN_PIN, origin)
    assert armed.sent == []
    assert armed.pending == ()


@pytest.mark.parametrize("stored", [None, "", 1234, "no hash at all", ["x"]])
async def test_a_setting_does_not_silently_disarm_it(armed: SpokenHome, stored: object) -> None:
    """Without a PIN that can be compared, what needs a PIN is refused, not sent with less."""
    options = {**armed.entry.options, CONF_PIN_HASH: stored}
    if stored is None:
        del options[CONF_PIN_HASH]
    armed.hass.config_entries.async_update_entry(armed.entry, options=options)
    await armed.hass.async_block_till_done()
    await ask(armed)
    for said in ("yes, send the message", SPOKEN_PIN, "yes", ""):
        await say(armed, said)
    assert armed.sent == []


async def test_a_level_that_cannot_be_read_is_the_strictest(armed: SpokenHome) -> None:
    """And it is told in Repairs."""
    await armed.update(default_level="whatever")
    await ask(armed)
    assert armed.sent == []
    assert armed.pending == ()
    assert armed.components.guard.household.default_level is Level.BLOCK
