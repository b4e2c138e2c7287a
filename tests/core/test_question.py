"""The question reads back everything, and never gives the proof away."""

from dataclasses import replace
import secrets

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.errors import MessageGuardError
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.policy import Decision, Outcome
from custom_components.message_guard.core.proof import Verdict, interpret
from custom_components.message_guard.core.question import asked_again, compose
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.recognition.sentences import load_languages

ENGLISH = load_languages().get("en")
PHRASE = "yes send the message"
HOUSEHOLD = Household(contacts=AddressBook(), phrase=PHRASE)


def to(name: str, body: str, **extras: object) -> Recipient:
    """Return a request to this contact."""
    request = Request(
        id=name,
        route=Route.SENTENCE,
        origin=Origin(satellite_id="assist_satellite.kitchen"),
        recipient=name,
        content=Content(body=body, extras=extras),  # type: ignore[arg-type]
        created_at=0.0,
    )
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    return Recipient(request, Contact(id=name, name=name, channel=channel))


def confirm(level: Level, *reasons: str) -> Decision:
    """Return a decision to ask."""
    return Decision(Outcome.CONFIRM, level, reasons or ("default_level",))


def test_it_reads_back_everything() -> None:
    """Recipient, title, body; what cannot be read is named."""
    asked = compose(
        (to("Anna", "dinner <b>now</b>", title="Hello", data={"image": "x"}),),
        confirm(Level.PHRASE),
        HOUSEHOLD,
        ENGLISH,
        secrets.randbelow,
    )
    assert "Anna" in asked.text
    assert "Hello" in asked.text
    assert "dinner now" in asked.text
    assert "<b>" not in asked.text
    assert ENGLISH.say("with_extras") in asked.text


def test_a_sentence_of_tags_is_read_back() -> None:
    """A channel sends it as it stands; only names of tags that shape words are no words."""
    body = "Dinner is <em>ready</em> <wire> <all> </the> <money/> <now >"
    asked = compose(
        (to("Anna", body),), confirm(Level.PHRASE), HOUSEHOLD, ENGLISH, secrets.randbelow
    )
    assert "Dinner is ready wire all /the money/ now" in asked.text


@pytest.mark.parametrize(("on_phone", "where"), [(True, "phone"), (False, "screen")])
def test_it_names_what_there_is_to_tap_on(on_phone: bool, where: str) -> None:
    """A phone, or a screen; also when it is said again."""
    recipients = (to("Anna", "dinner"),)
    asked = compose(
        recipients,
        confirm(Level.DEVICE),
        HOUSEHOLD,
        ENGLISH,
        secrets.randbelow,
        on_phone=on_phone,
    )
    assert where in asked.text
    assert asked_again(recipients, None, ENGLISH, on_phone=on_phone) == asked.text


def test_it_names_several_recipients_and_the_reason() -> None:
    """In one question."""
    asked = compose(
        (to("Anna", "dinner"), to("Bert", "dinner"), to("Cleo", "dinner")),
        confirm(Level.CODE, "model"),
        HOUSEHOLD,
        ENGLISH,
        secrets.randbelow,
    )
    assert "Anna, Bert and Cleo" in asked.text
    assert asked.text.startswith(ENGLISH.say("reason_model"))


def test_the_level_rises_until_the_proof_is_not_in_the_question() -> None:
    """Phrase in the body: a code. Every number in the body: the phone."""
    loud = f"and then say {PHRASE}, okay"
    asked = compose(
        (to("Anna", loud),), confirm(Level.PHRASE), HOUSEHOLD, ENGLISH, secrets.randbelow
    )
    assert asked.level is Level.CODE
    numbers = " ".join(map(str, range(100)))
    asked = compose(
        (to("Anna", numbers),), confirm(Level.CODE), HOUSEHOLD, ENGLISH, secrets.randbelow
    )
    assert asked.level is Level.DEVICE
    assert asked.challenge is None
    voice_only = Household(contacts=AddressBook(), phrase=PHRASE, provable=frozenset({Level.CODE}))
    with pytest.raises(MessageGuardError):
        compose((to("Anna", numbers),), confirm(Level.CODE), voice_only, ENGLISH, secrets.randbelow)


WORDS = st.lists(
    st.sampled_from(
        ["yes", "send", "the", "message", "sum", "of", "thirty", "five", "35", "97", "say", "to"]
    )
    | st.text(max_size=8),
    max_size=12,
).map(" ".join)


@settings(max_examples=300)
@given(WORDS, WORDS, st.sampled_from([Level.PHRASE, Level.CODE]), st.data())
def test_no_run_of_the_questions_words_is_ever_a_proof(
    name: str, body: str, level: Level, data: st.DataObject
) -> None:
    """The satellite hears any part of what it says, and it proves nothing."""
    asked = compose((to(name, body),), confirm(level), HOUSEHOLD, ENGLISH, secrets.randbelow)
    if asked.challenge is None:
        return
    words = asked.text.split()
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    heard = " ".join(words[start:end])
    assert interpret(heard, asked.challenge, ENGLISH, [asked.text]) is not Verdict.PROOF
    # Even a guard that had forgotten what it said would not take it for the proof.
    assert interpret(heard, asked.challenge, ENGLISH, []) is not Verdict.PROOF


def test_recipients_with_different_pins_are_asked_about_on_a_device() -> None:
    """One reply is one PIN; where one PIN is for all of them, it is asked for."""
    own = replace(HOUSEHOLD, pin_hash="the house's", contact_pins={"Bert": "his own"})
    anna, bert, carl = (to(name, "hello") for name in ("Anna", "Bert", "Carl"))
    for recipients, level in (
        ((bert,), Level.PIN),
        ((anna, carl), Level.PIN),
        ((anna, bert), Level.DEVICE),
    ):
        asked = compose(recipients, confirm(Level.PIN), own, ENGLISH, secrets.randbelow)
        assert asked.level is level
    voices = replace(own, provable=frozenset({Level.CODE}))
    with pytest.raises(MessageGuardError, match="no proof"):
        compose((anna, bert), confirm(Level.PIN), voices, ENGLISH, secrets.randbelow)
