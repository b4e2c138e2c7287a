"""Intents that send: held when the household chose them, and handled once on approval."""

from typing import Any, override

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import intent
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.guarding.holds import HoldsFullError
from custom_components.message_guard.guarding.records import Notice
from custom_components.message_guard.interception.intents import looks_like_message
from custom_components.message_guard.runtime import Components
from tests.conftest import PHRASE
from tests.posting import (
    BROADCAST,
    POST,
    PostNote,
    anna,
    choose,
    components,
    entry,
    hall,
    kitchen,
    note,
    notices,
    only,
)
from tests.speaker import Speaker, add_speaker

__all__ = ["anna", "components", "entry", "hall", "kitchen", "note", "notices"]


# --- the broadcast ------------------------------------------------------------------------------------


async def test_a_broadcast_is_free_unless_it_was_chosen(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    kitchen: Speaker,
    hall: Speaker,
    components: Components,
) -> None:
    """It stays in the house."""
    await choose(assist, entry, guarded_intents=[])
    await kitchen.turn("broadcast dinner is ready")
    assert hall.said == ["dinner is ready"]
    assert components.guard.pending == ()


async def test_a_chosen_broadcast_asks_and_is_made_once(
    components: Components, kitchen: Speaker, hall: Speaker, notices: list[Notice]
) -> None:
    """Its speech is our question; the phrase, after a second wake, lets it go as it was captured."""
    question = await kitchen.turn("broadcast dinner is ready")
    assert question == only(components).question
    assert "To Everyone at home: dinner is ready." in question
    assert hall.said == []
    answer = await kitchen.turn(PHRASE)
    assert answer == "Sent to Everyone at home."
    assert hall.said == ["dinner is ready"]
    assert await kitchen.turn(PHRASE) != answer
    assert hall.said == ["dinner is ready"]
    assert [notice.kind for notice in notices] == ["asked", "authorised", "delivered"]
    assert notices[0].request.held_call == f"intent:{BROADCAST}"


async def test_a_broadcast_goes_to_nobody_on_the_list(
    assist: HomeAssistant, components: Components, kitchen: Speaker, hall: Speaker
) -> None:
    """A satellite that no contact covers: the refusal names who would have heard it."""
    cellar = await add_speaker(assist, "cellar")
    answer = await kitchen.turn("broadcast dinner is ready")
    assert answer.startswith(
        "I can't send that: cellar, hall, kitchen is not one of your contacts."
    )
    assert components.guard.pending == ()
    assert hall.said == cellar.said == []


# --- any intent -----------------------------------------------------------------------------------------


async def test_any_chosen_intent_is_held_with_its_slots(
    components: Components, kitchen: Speaker, note: PostNote
) -> None:
    """The recipient comes from a slot, the words from another, and both are handled unchanged."""
    question = await kitchen.turn("post out of milk to anna")
    assert "To Anna: out of milk." in question
    assert note.posted == []
    assert await kitchen.turn(PHRASE) == "Handed over to Anna."
    assert note.posted == [("anna", "out of milk")]


async def test_a_stranger_is_refused(
    components: Components, kitchen: Speaker, note: PostNote
) -> None:
    """With what to do, and as an answer of Home Assistant's own."""
    assert "zoe is not one of your contacts" in await kitchen.turn("post hello to zoe")
    assert components.guard.pending == ()
    assert len(components.holds) == 0


@pytest.mark.parametrize("no", ["never mind", "cancel that", "no"])
async def test_declined_it_is_never_handled(
    components: Components, kitchen: Speaker, note: PostNote, no: str
) -> None:
    """And nothing is kept of it."""
    await kitchen.turn("post out of milk to anna")
    assert await kitchen.turn(no) == "Okay, I won't send it."
    await kitchen.turn(PHRASE)
    assert note.posted == []
    assert len(components.holds) == 0


async def test_an_intent_without_words_is_refused(
    assist: HomeAssistant, components: Components, anna: list[ServiceCall]
) -> None:
    """Nobody could be told what it would send; the name of the intent stands for the recipient."""
    response = await intent.async_handle(
        assist, "test", POST, {"recipient": {"value": "Anna"}}, "post it", language="en"
    )
    assert response.error_code is intent.IntentResponseErrorCode.FAILED_TO_HANDLE
    assert "no words" in response.speech["plain"]["speech"]
    slots = {"note": {"value": "hi"}}
    response = await intent.async_handle(assist, "test", POST, slots, "post it", language="en")
    assert POST in response.speech["plain"]["speech"]


async def test_what_no_slot_explains_is_named(
    assist: HomeAssistant, components: Components, note: PostNote
) -> None:
    """A person's own sentence may carry more; the question says so."""
    slots = {"recipient": "Anna", "note": "hi", "colour": "red", "preferred_area_id": "kitchen"}
    await intent.async_handle(
        assist,
        "test",
        POST,
        {name: {"value": value} for name, value in slots.items()},
        "post it",
        language="en",
        device_id="speaker",
    )
    assert "more that I can't read aloud" in only(components).question
    assert only(components).recipients[0].request.content.extras == {"colour": "red"}
    assert only(components).place == "device:speaker:"


@pytest.mark.parametrize("person", [True, False])
async def test_a_second_slot_for_a_recipient_is_more_than_words(
    assist: HomeAssistant,
    components: Components,
    note: PostNote,
    notices: list[Notice],
    person: bool,
) -> None:
    """The handler is handed both: a person's question says so, a model's request is refused."""
    slots = {"recipient": "Anna", "to": "+1 stranger", "name": None, "note": "hi"}
    handled = intent.async_handle(
        assist,
        "test",
        POST,
        {name: {"value": value} for name, value in slots.items()},
        "post it" if person else None,
        language="en",
    )
    if person:
        await handled
        assert "more that I can't read aloud" in only(components).question
        extras = only(components).recipients[0].request.content.extras
        assert extras == {"to": "+1 stranger", "name": None}
    else:
        with pytest.raises(intent.IntentHandleError):
            await handled
        assert components.guard.pending == ()
        assert "unreadable_content" in notices[-1].reasons
    assert note.posted == []


@pytest.mark.parametrize("error", [True, False])
async def test_a_handler_that_fails_is_said(
    components: Components, kitchen: Speaker, note: PostNote, notices: list[Notice], error: bool
) -> None:
    """Whether it raises or answers with an error."""
    note.fails = RuntimeError("no paper") if error else None
    note.answers_with_error = not error
    await kitchen.turn("post out of milk to anna")
    assert (await kitchen.turn(PHRASE)).startswith("I don't know whether it reached Anna.")
    assert notices[-1].kind == "unknown"


async def test_where_no_proof_is_needed_the_handler_answers(
    assist: HomeAssistant, entry: MockConfigEntry, kitchen: Speaker, note: PostNote
) -> None:
    """In its own words."""
    await choose(assist, entry, default_level="none")
    assert await kitchen.turn("post out of milk to anna") == "Posted."
    assert note.posted == [("anna", "out of milk")]


async def test_observed_it_goes_through_and_is_written_down(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    kitchen: Speaker,
    note: PostNote,
    notices: list[Notice],
) -> None:
    """Observe mode holds nothing."""
    await choose(assist, entry, observe=True)
    assert await kitchen.turn("post out of milk to anna") == "Posted."
    assert note.posted == [("anna", "out of milk")]
    await assist.async_block_till_done()
    assert [notice.kind for notice in notices] == ["observed"]


async def test_too_much_waits(
    components: Components, kitchen: Speaker, note: PostNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be kept is refused."""

    def full(*_: object) -> None:
        raise HoldsFullError("full")

    monkeypatch.setattr(components.holds, "put", full)
    assert "too many messages" in await kitchen.turn("post out of milk to anna")
    assert note.posted == []


async def test_a_guard_that_is_broken_posts_nothing(
    components: Components, kitchen: Speaker, note: PostNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant says that it failed."""

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(components.guard, "submit", broken)
    await kitchen.turn("post out of milk to anna")
    assert note.posted == []


# --- suggesting ------------------------------------------------------------------------------------------------


class Named(intent.IntentHandler):
    """An intent by name, with or without slots."""

    def __init__(self, name: str, slots: dict[Any, Any] | None = None) -> None:
        """Be called so."""
        self.intent_type = name
        self._slots = slots

    @property
    @override
    def slot_schema(self) -> dict[Any, Any] | None:
        if self.intent_type == "Broken":
            raise RuntimeError
        return self._slots


@pytest.mark.parametrize(
    ("handler", "suggested"),
    [
        (Named("SendSms"), True),
        (Named(BROADCAST), True),
        (Named("Whisper", {probatio.Required("message"): str}), True),
        (Named("TurnOn", {probatio.Required("name"): str}), False),
        (Named("Nothing"), False),
        (Named("Broken"), False),
    ],
)
def test_what_looks_like_a_message(handler: Named, suggested: bool) -> None:
    """By its name or by its slots; a suggestion only."""
    assert looks_like_message(handler) is suggested
