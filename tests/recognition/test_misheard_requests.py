"""Requests that are heard almost right: what is still one, what is none, and what it costs to tell."""

from collections.abc import Iterable
import time
import unicodedata

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from benchmarks.dialogues import read
from custom_components.message_guard.recognition.recogniser import Recogniser
from custom_components.message_guard.recognition.sentences import (
    Languages,
    Recognised,
    Strength,
)
from tests.home_sentences import home_sentences
from tests.recognition.conftest import book_of

CODES = ("cs", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt-BR", "sv", "zh-Hans")

NAMES = ("Mum", "Alice", "Bob", "Ann", "Anna", "Ann Smith", "Uncle Bob", "Jo", "Kitchen")


@pytest.fixture(scope="module")
def english(languages: Languages) -> Recogniser:
    return recogniser(languages, "en", NAMES)


def recogniser(languages: Languages, code: str, names: Iterable[str]) -> Recogniser:
    found = languages.recogniser(code, book_of(names))
    assert found is not None
    return found


def send(*recipients: str, body: str | None = None) -> Recognised:
    return Recognised(recipients, body)


# --- what is still a request --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utterance", "found"),
    [
        # Words said twice.
        ("Send send a message to Mum saying I'm late", send("Mum", body="I'm late")),
        ("send a a message to Mum", send("Mum")),
        ("Send a message to to Mum saying hi.", send("Mum", body="hi.")),
        ("Tell tell Alice that dinner is ready", send("Alice", body="dinner is ready")),
        ("can can you please please tell Alice dinner", send("Alice", body="dinner")),
        ("send a message to Mum Mum saying hi", send("Mum", body="hi")),
        ("text uncle Uncle Bob happy birthday", send("uncle Bob", body="happy birthday")),
        ("tell Alice and and Mum that we go", send("Alice", "Mum", body="we go")),
        ("tell Alice Alice and Mum that we go", send("Alice", "Mum", body="we go")),
        ("Text Bob Bob.", send("Bob")),
        # One word that sounds a little different.
        ("sent a message to Alice", send("Alice")),
        ("Send a massage to Mum saying I'm late", send("Mum", body="I'm late")),
        ("Send a message too Mum, saying: I'm late", send("Mum", body="I'm late")),
        ("send Mum a massage saying hi", send("Mum", body="hi")),
        ("let Bob now that it's over", send("Bob", body="it's over")),
        ("can go please tell Alice that it's over", send("Alice", body="it's over")),
        ("send and message to Alice", send("Alice")),
        ("send dix message to Alice", send("Alice")),
        # … in front of the name, where what follows says that it is a message.
        ("Tex Alice, saying the soup is on", send("Alice", body="the soup is on")),
        ("Sin Bob, a message saying it's over", send("Bob", body="it's over")),
        ("sent Mum a message saying hi", send("Mum", body="hi")),
        # One word that is missing.
        ("send a message Mum saying hi", send("Mum", body="hi")),
        ("a message to Alice", send("Alice")),
        ("A message to Mum saying I'm late.", send("Mum", body="I'm late.")),
        ("can please tell Alice that it's over", send("Alice", body="it's over")),
        ("you please tell Alice that it's over", send("Alice", body="it's over")),
        # One word more around the polite ones.
        ("could you quickly tell Alice that it's over", send("Alice", body="it's over")),
        ("and could you tell Alice that it's over", send("Alice", body="it's over")),
    ],
)
def test_a_request_heard_almost_right(
    english: Recogniser, utterance: str, found: Recognised
) -> None:
    assert english.recognise(utterance) == found


@pytest.mark.parametrize(
    ("code", "utterance", "found"),
    [
        ("de", "Senden eine Nachricht an Mama: Bis gleich!", send("Mama", body="Bis gleich!")),
        ("de", "Sende deine Nachricht an Mama", send("Mama")),
        ("de", "Kannst bitte Anna sagen, dass wir da sind", send("Anna", body="dass wir da sind")),
        ("fr", "Envoie dix message à Maman", send("Maman")),
        ("fr", "Dis Alice que le dîner est prêt", send("Alice", body="le dîner est prêt")),
        ("es", "Envía un mensajes a Alicia", send("Alicia")),
        ("pt-BR", "Diga bara Alice que eu vou", send("Alice", body="eu vou")),
        ("sv", "Skicka ett meddelande till till Mamma", send("Mamma")),
        ("zh-Hans", "给妈妈发上一条消息说我会晚到", send("妈妈", body="我会晚到")),
        ("zh-Hans", "给小丽发小息", send("小丽")),
        ("zh-Hans", "告诉告诉小丽饭好了", send("小丽", body="饭好了")),
        ("zh-Hans", "给小丽小丽发消息", send("小丽")),
        ("ja", "由美にメッセージメッセージを送って", send("由美")),
        ("ja", "田中田中太郎に今から出ると伝えて", send("田中太郎", body="今から出る")),
        ("ja", "由美にメッヘージを送って", send("由美")),
    ],
)
def test_in_other_languages(
    languages: Languages, code: str, utterance: str, found: Recognised
) -> None:
    assert read(languages, code).recogniser.recognise(utterance) == found


def test_a_body_is_never_shortened_by_what_is_forgiven(english: Recogniser) -> None:
    """What may belong to the body does: a doubled name, a doubled or misheard last word before it."""
    for utterance, body in (
        ("tell Anna Anna is here", "Anna is here"),
        ("send a massage to Anna Anna is here", "Anna is here"),
        ("tell Bob that that is that", "that is that"),
        ("send a massage to Bob seying hi", "seying hi"),
        ("send send a message to Bob say hi", "say hi"),
        ("tell tell Bob two hi", "two hi"),
    ):
        found = english.recognise(utterance)
        assert found is not None
        assert found.body == body


properties = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)


@properties
@given(
    body=st.text(max_size=400),
    lead=st.sampled_from(
        ["send a massage to mum saying ", "tell tell mum that ", "send message too Bob saying "]
    ),
)
def test_the_body_is_the_tail_of_the_utterance_word_for_word(
    english: Recogniser, lead: str, body: str
) -> None:
    utterance = unicodedata.normalize("NFC", f"{lead}well {body} end.")
    found = english.recognise(utterance)
    assert found is not None
    assert found.body is not None
    assert utterance.endswith(found.body)
    assert found.body.startswith("well")


# --- what is none ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "utterance",
    [
        # Nobody whose name was heard exactly.
        "send a massage to Mom saying hi",
        "sent a message to Annabel",
        "sent a message to Zed saying hi",
        "send send a massage to nobody",
        # Too little of the sentence is left.
        "well Alice that is fine",
        "okay well Alice that is fine",
        "ten Alice that dinner is ready",
        "Alice that dinner is ready",
        "Alice dinner is ready",
        "next Uncle Bob happy birthday",
        "Bob, where are you doing your computations?",
        "as Bob where he is",
        "send a to Alice",
        "send a picture to Alice",
        "send a package to Alice",
        "send it to Alice saying this is it",
        "send email to Alice that somebody has done it",
        "show Alice the picture",
        "can you call Alice tonight",
        "can you see Alice tonight",
        # People among themselves.
        "did you tell Alice that we are leaving",
        "could we tell Alice that we are leaving",
        "should you tell Alice that we are leaving",
        "I will tell Alice that we are leaving",
        "you tell Alice that we are leaving",
        "what did you tell Alice that for",
        "Mum a message is here",
        "send Anna message Mum I am late",  # "send a message to Mum …"
        # No is no.
        "don't send a message to Alice",
        "can you not tell Alice that we are leaving",
        "never tell Alice that we are leaving",
        "send no message to Alice",
        # Two words are wrong.
        "sent a massage to Alice",
        "send massage Alice",
        "massage Mum saying hi",
        # Nothing but "that" says that it is a message.
        "till Alice that we are leaving",
        "next Alice that we are leaving",
        "10 Alice a message saying hi",
        # Home commands to and about a place that is called as a contact.
        "set Kitchen a timer",
        "send Kitchen the vacuum",
        "turn on Kitchen",
        "play a message in the Kitchen",
    ],
)
def test_it_is_not_a_request(english: Recogniser, utterance: str) -> None:
    found = english.recognise(utterance)
    assert found is None or found.recipients not in {(name,) for name in NAMES}


@pytest.mark.parametrize(
    ("code", "utterance"),
    [
        ("de", "Sag deiner Mama, dass ich da bin"),
        ("de", "Mama, dass ich da bin"),
        ("es", "dale a Alicia el regalo"),
        ("pt-BR", "liga para Alice"),
        ("de", "Sende Anna Nachricht Mama ich komme später"),  # "Sende eine Nachricht an Mama …"
        ("cs", "poslat Strýci Karlovi domů"),
        ("nl", "stuur Anna het huis terug"),
        ("zh-Hans", "妈妈发一条消息说我会晚到"),  # it is Mum who sends one
        ("zh-Hans", "替妈妈发一条消息说我会晚到"),  # in her name
        ("zh-Hans", "给小丽看消息"),  # show her the message
        ("zh-Hans", "告别小丽"),
        ("ja", "由美、ご飯ができたと伝えて"),  # "Yumi, tell them …"
        ("ja", "由美に薬を送って"),  # send her the medicine
        ("ja", "由美に薬送って"),
        ("ja", "由美のご飯ができたと伝えて"),  # Yumi's dinner
    ],
)
def test_it_is_none_in_other_languages(languages: Languages, code: str, utterance: str) -> None:
    speech = read(languages, code)
    found = speech.recogniser.recognise(utterance)
    assert found is None or not set(found.recipients) & set(speech.said["contacts"])


def test_a_doubled_character_is_another_name(languages: Languages) -> None:
    lili = recogniser(languages, "zh-Hans", ["丽"])
    assert lili.recognise("给丽丽发消息") == send("丽丽")  # a stranger, so it is refused


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_what_people_say_to_their_home_stays_theirs(languages: Languages, code: str) -> None:
    """Home Assistant's own sentences, with contacts' names for rooms, devices and people.

    Nothing of it is taken for a request because a word might have been misheard; what the sentences
    themselves match stays what it was.
    """
    speech = read(languages, code)
    names = speech.said["contacts"]
    strict = without_forgiving(speech.recogniser)
    said = list(home_sentences(code, names, each=3, seed=2))
    assert len(said) > 60
    assert any(name in text for name in names for text in said)
    for text in said:
        assert speech.recogniser.recognise(text) == strict.recognise(text), text


def without_forgiving(forgiving: Recogniser) -> Recogniser:
    """Return the recogniser as it would be if nothing were forgiven."""
    strict = object.__new__(Recogniser)
    strict.__dict__.update(forgiving.__dict__)
    strict._almost = lambda *_args, **_more: None  # type: ignore[method-assign]
    return strict


# --- what it costs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["tell ", "Mum ", "send a message to ", "send a massage to Mum and ", "that Mum ", "please "],
)
def test_time_grows_with_the_text_and_not_faster(english: Recogniser, text: str) -> None:
    def seconds(length: int) -> float:
        said = "sent a message Mum " + text * (length // len(text))
        start = time.process_time()
        english.recognise(said)
        return time.process_time() - start

    seconds(1000)
    short = min(seconds(10_000) for _ in range(3))
    assert min(seconds(100_000) for _ in range(3)) < 40 * short + 0.02


def test_what_is_misheard_costs_the_same_however_many_contacts_there_are(
    languages: Languages,
) -> None:
    def milliseconds(count: int) -> float:
        names = ["Mum", *(f"Contact {number} Name" for number in range(count))]
        heard = recogniser(languages, "en", names)
        best = 1.0
        for _ in range(20):
            start = time.process_time()
            found = heard.recognise("sent a message to Mum saying hello")
            best = min(best, time.process_time() - start)
            assert found == send("Mum", body="hello")
        return best * 1000

    few, many = milliseconds(10), milliseconds(10_000)
    assert many < 2 * few + 0.1
    assert many < 10


# --- a name that is written otherwise -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("utterance", "found"),
    [
        ("Send Luke as a message saying we are late.", send("Lukas", body="we are late.")),
        ("text Cursedy saying supper is ready", send("Kirsty", body="supper is ready")),
        ("Send a message to JRGEN, saying we are late", send("Jürgen", body="we are late")),
        ("send a message to Alice and Cursedy saying hi", send("Alice", "Kirsty", body="hi")),
        ("Send a message to Cursedy", send("Kirsty")),
        # Who is on no list, and sounds like nobody who is.
        ("Send Harry a message saying we are late", send("Harry", body="we are late")),
        ("text Lucy saying supper is ready", send("Lucy", body="supper is ready")),
    ],
)
def test_a_name_that_sounds_the_same_is_the_contacts(
    languages: Languages, utterance: str, found: Recognised
) -> None:
    heard = recogniser(languages, "en", ("Lukas", "Kirsty", "Jürgen", "Henry", "Alice"))
    assert heard.recognise(utterance) == found


def test_what_may_be_said_to_anybody_stays_somebody_elses_first(languages: Languages) -> None:
    heard = recogniser(languages, "en", ("Kirsty",))
    found = heard.recognise("tell Cursedy that dinner is ready")
    assert found is not None
    assert (found.recipients, found.strength) == (("Kirsty",), Strength.WEAK)


def test_an_exact_name_goes_before_one_that_sounds_the_same(languages: Languages) -> None:
    heard = recogniser(languages, "en", ("Kirsty", "Kursty"))
    for name in ("Kirsty", "Kursty", "Cursedy"):
        found = heard.recognise(f"text {name} saying supper is ready")
        assert found is not None
        assert found.recipients == (name,)
