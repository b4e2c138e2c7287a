"""A local model that Home Assistant ships an integration for, through its real client."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.guarded import DOMAIN, GuardedHousehold, answer_to_code
from tests.e2e.local_model import SEND, LocalModel, calls, use_model, words

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

TALK = "Of course, I will gladly let your mother know about that right away. "
CLAIM = words("Done! ", "I have sent it.")
ASK = "the key is under the mat and I would like my mother to hear of it"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[LocalModel]:
    """Return a scripted model, listening."""
    made = LocalModel()
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(
    model: LocalModel, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[GuardedHousehold]:
    """Return a household that guards a pipeline with that model."""
    made = GuardedHousehold.make(tmp_path_factory.mktemp("model") / "household")
    try:
        await made.household.start()
        await use_model(made.household, model)
        await made.add_guard()
        await made.let_programs_approve()
        await made.add_contacts()
        yield made
    finally:
        await made.stop()


def _arrived(home: GuardedHousehold) -> list[str]:
    return home.household.delivered()["file"]


async def test_its_claim_is_replaced_by_our_question(
    home: GuardedHousehold, model: LocalModel
) -> None:
    before = len(_arrived(home))
    model.will_say(
        [*words(TALK), *calls(SEND, contacts=["Mum"], message="The key is under the mat")], CLAIM
    )
    asked = await home.say(ASK)
    assert asked.error is None
    assert asked.answer.startswith("Not sent yet. ")
    assert "To Mum: The key is under the mat" in asked.answer
    assert "".join(asked.streamed) == TALK + asked.answer
    assert asked.listening
    assert len(_arrived(home)) == before
    assert model.last_tool_results[-1]["data"]["status"] == "waiting for a person"
    offered = {tool["function"]["name"]: tool for tool in model.asked[-1]["tools"]}
    who = offered[SEND]["function"]["parameters"]["properties"]["contacts"]["items"]["enum"]
    assert who == ["Mum", "Dad", "Everyone at home"]

    said = answer_to_code(asked.answer)
    times_asked = len(model.asked)
    proved = await home.say(said, asked)
    assert proved.answer == "Sent to Mum."
    assert _arrived(home)[before:] == ["The key is under the mat"]
    assert len(model.asked) == times_asked

    model.will_say(words("You are welcome."))
    thanked = await home.say("that is very kind of you indeed", proved)
    assert thanked.answer == "You are welcome."
    assert model.last_user_words == [
        ASK,
        "(answered Message Guard)",
        "that is very kind of you indeed",
    ]
    everything = str(model.asked)
    assert said not in everything
    assert "I have sent it" not in everything
    assert home.stories()[-1] == ["asked", "authorised", "delivered"]


async def test_a_satellite_is_told_the_question_and_not_the_claim(
    home: GuardedHousehold, model: LocalModel
) -> None:
    """In sound: what comes out of the loudspeaker; the proof comes after a second wake."""
    before = len(_arrived(home))
    model.will_say(calls(SEND, contacts=["Mother"], message="Dinner is late"), CLAIM)
    heard = await home.household.satellite.say(ASK)
    assert "To Mum: Dinner is late" in heard
    assert "Done" not in heard
    answer = await home.household.satellite.say(answer_to_code(heard))
    assert answer == "Sent to Mum."
    assert _arrived(home)[before:] == ["Dinner is late"]


async def test_what_it_makes_up_is_refused(home: GuardedHousehold, model: LocalModel) -> None:
    before = home.household.delivered()
    for arguments in (
        {"contacts": ["Zoe"], "message": "hi"},
        {"contacts": ["Mum"], "message": "hi", "confirmed": True},
        {"contacts": ["Mum"]},
    ):
        model.will_say(calls(SEND, **arguments), CLAIM)
        turn = await home.say(ASK)
        assert "Done" not in turn.answer
        assert not turn.listening
        assert model.last_tool_results[-1]["error"] is True
    assert home.household.delivered() == before


async def test_unguarded_it_is_held_and_approved_elsewhere(
    home: GuardedHousehold, model: LocalModel
) -> None:
    """The model alone in its pipeline says what it likes; nothing is sent until a person approves."""
    client = home.client
    listed = await client.command("assist_pipeline/pipeline/list")
    (mine,) = [item for item in listed["pipelines"] if item["id"] == home.household.pipeline]
    settings = {key: value for key, value in mine.items() if key != "id"}
    guarded = settings["conversation_engine"]
    settings["conversation_engine"] = await client.entity_id("ollama", "conversation")
    created = await client.command(
        "assist_pipeline/pipeline/create", **{**settings, "name": "Unguarded"}
    )
    assert guarded != settings["conversation_engine"]

    before = len(_arrived(home))
    model.will_say(calls(SEND, contacts=["Mum"], message="Bring bread"), CLAIM)
    turn = await client.say(ASK, pipeline=created["id"])
    assert turn.answer == "Done! I have sent it."
    assert len(_arrived(home)) == before
    answer = await client.call(f"{DOMAIN}.list_pending", return_response=True)
    (pending,) = answer["response"]["pending"]
    assert (pending["contacts"], pending["route"]) == (["Mum"], "llm_tool")
    await client.call(f"{DOMAIN}.approve", {"confirmation_id": pending["confirmation_id"]})
    assert _arrived(home)[before:] == ["Bring bread"]


async def test_nothing_is_logged_that_somebody_said(
    home: GuardedHousehold, model: LocalModel
) -> None:
    log = home.household.house.log
    for said in ("under the mat", "Dinner is late", "Bring bread"):
        assert said not in log
