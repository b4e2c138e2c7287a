"""Ways to ask: what else people say for "send a message", and what only sounds like it."""

# ruff: noqa: RUF001 - marks as people write them

import pytest

from custom_components.message_guard.core.contacts import AddressBook, Channel, ChannelKind, Contact
from custom_components.message_guard.recognition.recogniser import Recogniser
from custom_components.message_guard.recognition.sentences import (
    Recognised,
    Strength,
    load_languages,
)

NAMES = ("Mum", "Alice", "Bob", "Ann", "The Smiths")


@pytest.fixture(scope="module")
def english() -> Recogniser:
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    book = AddressBook(Contact(id=name, name=name, channel=channel) for name in NAMES)
    recogniser = load_languages().recogniser("en", book)
    assert recogniser is not None
    return recogniser


def send(*recipients: str, body: str | None = None) -> Recognised:
    return Recognised(recipients, body)


def weak(*recipients: str, body: str | None = None) -> Recognised:
    return Recognised(recipients, body, strength=Strength.WEAK)


@pytest.mark.parametrize(
    ("utterance", "found"),
    [
        # Wake words that recognisers leave in front.
        ("Hey Jarvis, send a message to Bob saying hi", send("Bob", body="hi")),
        ("Okay Nabu tell Bob hi", send("Bob", body="hi")),
        ("Alexa, could you tell Bob hi", send("Bob", body="hi")),
        ("Naboo sent a message to Bob saying hi", send("Bob", body="hi")),
        # Other ways to ask.
        ("Message to Bob saying hi", send("Bob", body="hi")),
        ("text message to Bob saying hi", send("Bob", body="hi")),
        ("write to Bob I'm late", send("Bob", body="I'm late")),
        ("write Bob a message I'm late", send("Bob", body="I'm late")),
        ("shoot a message to Bob I'm late", send("Bob", body="I'm late")),
        ("send a whatsapp to Bob I'm late", send("Bob", body="I'm late")),
        ("send a telegram to Bob: hi", send("Bob", body="hi")),
        ("let Bob know I'm late", send("Bob", body="I'm late")),
        ("let Bob know", send("Bob")),
        ("drop Bob a line", send("Bob")),
        ("ping Bob I'm here", send("Bob", body="I'm here")),
        # Cut off before its words: they are asked for.
        ("send a message to Bob saying", send("Bob")),
        ("send a message to Bob that", send("Bob")),
        ("send a message to Bob:", send("Bob")),
        ("send a message to Bob saying:", send("Bob")),
        ("text Bob saying", send("Bob")),
        ("tell Bob that", send("Bob")),
        ("tell Bob to", send("Bob")),
        ("tell Bob \u200b\u0007", send("Bob")),
        # What reaches somebody is somebody; what else is theirs is not.
        ("text Bob's phone I'm late", send("Bob", body="I'm late")),
        ("send a message to Bob's phone saying hi", send("Bob", body="hi")),
        ("send Bob's cell phone a text saying hi", send("Bob", body="hi")),
        ("tell Bob's phone to ring", None),
        ("tell Bob's phone I'm late", None),
        ("tell Mum's light to turn off", None),
        ("tell Mum's light it is late", None),
        ("ask Alice's speaker to play jazz", None),
        ("tell Bob's room to be quiet", None),
        ("tell the Smiths' dog to sit", None),
        ("tell the Smiths' that it is late", send("the Smiths'", body="it is late")),
        # What is performed is for whoever can.
        ("tell Mum a joke", None),
        ("tell the Smiths a bedtime story", None),
        ("tell Bob a scary little story about dragons", None),
        ("tell Alice the time", None),
        ("tell Alice the latest news", None),
        ("tell Alice what time it is", None),
        ("read Mum a story", None),
        ("sing Mum a song", None),
        ("ask the Smiths' tablet", None),
        ("tell Mum the news is on", send("Mum", body="the news is on")),
        ("tell Mum a joke is a joke", send("Mum", body="a joke is a joke")),
        ("tell Mum to tell a joke", send("Mum", body="tell a joke")),
        # A time behind the words is theirs, in front of them somebody else's.
        ("tell Bob I'm home in ten minutes", send("Bob", body="I'm home in ten minutes")),
        ("tell Bob I'm home after 2 hours", send("Bob", body="I'm home after 2 hours")),
        ("in ten minutes tell Bob I'm home", None),
        ("After 2 hours, tell Bob I'm home", None),
        ("tell bob that . ? … we leave no.w !", send("bob", body="we leave no.w !")),
    ],
)
def test_a_message_to_a_contact(
    english: Recogniser, utterance: str, found: Recognised | None
) -> None:
    assert english.recognise(utterance) == found


@pytest.mark.parametrize(
    ("utterance", "found"),
    [
        ("send a message to Zed saying hi", send("Zed", body="hi")),
        ("Send Zed a text saying hi.", send("Zed", body="hi.")),
        ("text Zed that it is late", send("Zed", body="it is late")),
        ("tell my boss that I quit", weak("my boss", body="I quit")),
        ("let Zed know that I quit", weak("Zed", body="I quit")),
        ("tell the vacuum that it may go home", weak("the vacuum", body="it may go home")),
        ("send a message to Zed", send("Zed")),
        (
            "send a message to the one who lives next door saying hi",
            send("the one who lives next door", body="hi"),
        ),
        ("send a message to Chloe: turn off the kettle", send("Chloe", body="turn off the kettle")),
        ("send a message to Chloe, turn off the kettle", send("Chloe", body="turn off the kettle")),
        (
            "send a message to Chloe – turn off the kettle",
            send("Chloe", body="turn off the kettle"),
        ),
        ("Send a message to Chloe. Turn it off.", send("Chloe", body="Turn it off.")),
        ("send a message to Chloe “turn it off”", send("Chloe", body="“turn it off”")),
        ("send a message to Chloe that the kettle is on", send("Chloe", body="the kettle is on")),
        ("send a message to Chloe turn off the kettle", send("Chloe", body="turn off the kettle")),
        ("send a message to my boss turn it off now", send("my boss", body="turn it off now")),
        ("send a message to Dr. Who: hi", send("Dr. Who", body="hi")),
        ("send a message to Annabelle: hi", send("Annabelle", body="hi")),
        ("send Chloe a message: turn off the kettle", send("Chloe", body="turn off the kettle")),
        ("text Chloe: turn off the kettle", send("Chloe", body="turn off the kettle")),
        ("Text Chloe turn off the kettle", send("Chloe", body="turn off the kettle")),
        ("Text Chloe Miller I'm late", send("Chloe Miller", body="I'm late")),
        ("Text Chloe.", send("Chloe")),
        ("message my boss: I quit", send("my boss", body="I quit")),
        ("message to Chloe saying hi", send("Chloe", body="hi")),
        ("write to Chloe: hi", send("Chloe", body="hi")),
        ("tell Chloe: turn off the kettle", weak("Chloe", body="turn off the kettle")),
        ("send a message to Chloe saying", send("Chloe")),
    ],
)
def test_a_message_to_a_stranger_is_told_apart_where_the_sentence_ends_the_name(
    english: Recogniser, utterance: str, found: Recognised | None
) -> None:
    assert english.recognise(utterance) == found
