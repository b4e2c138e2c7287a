"""What stands behind a name: words for somebody, or something to do, in every language that tells them apart."""

import pytest

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.recognition.recognised import Recognised, Strength
from custom_components.message_guard.recognition.sentences import Languages
from tests.recognition.conftest import book_of

NAMES = ("Anna", "Ben", "Kids|Kinder|Enfants|Niños|Bambini|Kinderen|Barnen")


@pytest.fixture(scope="module")
def book() -> AddressBook:
    return book_of(NAMES)


def found(languages: Languages, book: AddressBook, code: str, utterance: str) -> Recognised | None:
    recogniser = languages.recogniser(code, book)
    assert recogniser is not None
    return recogniser.recognise(utterance)


@pytest.mark.parametrize(
    ("code", "utterance"),
    [
        # Something is to be told when something happens.
        ("en", "notify Ben when the washer is done"),
        ("en", "tell Anna if Ben gets home"),
        ("en", "text Ben as soon as the dryer stops"),
        ("en", "send Ben a message when Anna leaves work"),
        ("en", "let Ben know when dinner is ready"),
        ("de", "sag Anna Bescheid, wenn die Waschmaschine fertig ist"),
        ("de", "schick Ben eine Nachricht, sobald ich losfahre"),
        ("fr", "préviens Ben quand la machine est finie"),
        ("fr", "dis à Ben quand la machine est finie"),
        ("es", "dile a Ben cuando termine la lavadora"),
        ("it", "di' a Ben quando la lavatrice ha finito"),
        ("nl", "laat Ben weten wanneer de was klaar is"),
        ("nl", "stuur Ben een bericht als de was klaar is"),
        ("pl", "daj znać Ben gdy pranie się skończy"),
        ("pt-BR", "diga ao Ben quando a máquina terminar"),
        ("sv", "säg till Ben när tvätten är klar"),
        ("cs", "dej Ben vědět až bude prádlo hotové"),
        # Something is to be explained, looked up or said that nobody has said yet.
        ("en", "tell the kids about dinosaurs"),
        ("en", "tell the kids a bit about Rome"),
        ("en", "tell Anna why the sky is blue"),
        ("en", "tell the kids what sound a cow makes"),
        ("en", "tell Ben how long the timer has left"),
        ("en", "tell the kids something funny"),
        ("en", "text Ben the weather for tomorrow"),
        ("en", "text Ben a joke"),
        ("de", "sag den Kinder, warum der Himmel blau ist"),
        ("de", "sag Anna wie lange der Timer noch läuft"),
        ("fr", "dis aux enfants pourquoi le ciel est bleu"),
        ("es", "dile a los niños por qué el cielo es azul"),
        ("it", "di' ai bambini perché il cielo è blu"),
        ("nl", "zeg tegen de kinderen waarom de lucht blauw is"),
        ("sv", "säg till barnen varför himlen är blå"),
        # It is to be put on a list.
        ("de", "schreib Ben anrufen auf meine To-do-Liste"),
        ("de", "schreib Anna auf die Einkaufsliste"),
        ("en", "write Anna on the shopping list"),
        ("en", "add message to Anna to my to-do list"),
        ("en", "add text to Ben to my list"),
        ("en", "put message to Anna on the shopping list"),
        ("de", "schreib Milch auf die Einkaufsliste"),
        ("de", "Schreib Milch, Eier und Brot auf die Baumarktliste"),
        ("nl", "schrijf melk, eieren en brood op het lijstje"),
        ("sv", "skriv upp mjölk, ägg och bröd på listan"),
    ],
)
def test_others_are_asked_first(
    languages: Languages, book: AddressBook, code: str, utterance: str
) -> None:
    """It may be a message all the same: where nobody else understands it, it is asked about."""
    request = found(languages, book, code, utterance)
    assert request is None or request.strength is Strength.WEAK


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("en", "text Ben when are you coming home", "when are you coming home"),
        ("en", "text Ben if you want pizza come down", "if you want pizza come down"),
        ("en", "text Ben what's up", "what's up"),
        ("en", "text Ben the weather is fine", "the weather is fine"),
        ("en", "tell Ben that when the bus is late we walk", "when the bus is late we walk"),
        ("en", "tell Ben that, if it rains, we stay home", "if it rains, we stay home"),
        ("en", "tell Ben: when the bus is late we walk", "when the bus is late we walk"),
        ("en", "send Ben a message saying when the bus is late we walk", "when the bus is late we walk"),
        ("en", "ask Ben if the bus is late", "if the bus is late"),
        ("en", "ask Ben when the bus is there", "when the bus is there"),
        ("en", "ask Ben is he coming", "is he coming"),
        ("en", "Ask Ben: are you coming?", "are you coming?"),
        ("en", "text Ben to put milk on the shopping list", "put milk on the shopping list"),
        ("en", "tell Ben to bring the list", "bring the list"),
        ("de", "sag Ben, dass wir laufen, wenn der Bus nicht kommt", "dass wir laufen, wenn der Bus nicht kommt"),
        ("de", "sag Ben, er soll Milch auf die Liste setzen", "er soll Milch auf die Liste setzen"),
        ("de", "frag Ben, wann der Bus kommt", "wann der Bus kommt"),
        ("de", "frag mal Ben wie lange es noch dauert", "wie lange es noch dauert"),
        ("de", "schreib Ben nicht vergessen, Milch zu kaufen", "nicht vergessen, Milch zu kaufen"),
        # A question stays a question: "elle a les clés" would be a claim.
        ("fr", "demande à Anna si elle a les clés", "si elle a les clés"),
        ("fr", "demande à Ben s'il vient", "s'il vient"),
        ("fr", "demande à Ben où il est", "où il est"),
        ("es", "pregúntale a Anna si tiene las llaves", "si tiene las llaves"),
        ("es", "pregúntale a Anna cuándo llega", "cuándo llega"),
        ("it", "chiedi ad Anna se ha le chiavi", "se ha le chiavi"),
        ("it", "chiedi ad Anna quando arriva", "quando arriva"),
        ("nl", "vraag aan Anna wanneer ze komt", "wanneer ze komt"),
        ("pl", "zapytaj Anna czy ma klucze", "czy ma klucze"),
        ("pt-BR", "pergunte para a Anna se ela tem as chaves", "se ela tem as chaves"),
        ("sv", "fråga Anna om hon har nycklarna", "om hon har nycklarna"),
        ("sv", "fråga Anna när hon kommer", "när hon kommer"),
        ("cs", "zeptej se Anna jestli má klíče", "jestli má klíče"),
    ],
)  # fmt: skip
def test_it_is_for_the_contact_word_for_word(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str
) -> None:
    """And nobody else is asked."""
    request = found(languages, book, code, utterance)
    assert request is not None
    assert (request.kind, request.body) == ("send", body)
    assert request.strength is Strength.STRONG


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("en", "I'd like to send a message to Ben saying hi", "hi"),
        ("en", "I want to text Ben that I'm stuck", "I'm stuck"),
        ("en", "Can I send a text to Ben", None),
        ("en", "Um, so text Ben I'm here", "I'm here"),
        ("en", "send a notification to Ben that the pizza is here", "the pizza is here"),
        ("en", "Send a message to Ben telling him dinner's at 8", "dinner's at 8"),
        ("en", "send Ben a text letting him know that I'm out", "I'm out"),
        ("en", "Text to Ben: I'm outside", "I'm outside"),
        ("en", "New message to Ben: lunch at 12", "lunch at 12"),
        ("en", "SMS Ben I'm outside", "I'm outside"),
        ("en", "text Ben and tell him I'm late", "I'm late"),
        ("en", "text Ben and ask him if he is coming", "if he is coming"),
        ("en", "send the following message to Ben: I'm late", "I'm late"),
        ("en", "tell Ben for me that we won", "we won"),
        ("de", "schreib Ben und sag ihm, dass ich komme", "dass ich komme"),
        ("de", "sag Ben von mir, dass ich komme", "dass ich komme"),
        ("de", "Ich möchte Ben eine Nachricht schicken", None),
        ("de", "Ich würde gern eine Nachricht an Ben schicken", None),
        ("de", "Kann ich Ben eine Nachricht schicken, dass ich komme", "dass ich komme"),
        ("de", "Ähm, schreib bitte mal Ben, dass ich da bin", "dass ich da bin"),
        ("de", "Benachrichtige Ben, dass der Strom weg ist", "dass der Strom weg ist"),
        ("de", "Neue Nachricht an Ben: Mittagessen um 12", "Mittagessen um 12"),
        ("fr", "Je voudrais envoyer un message à Ben", None),
        ("es", "Quiero mandar un mensaje a Ben", None),
        ("it", "Vorrei mandare un messaggio a Ben", None),
        ("pl", "Chcę wysłać wiadomość do Ben", None),
        ("pt-BR", "Quero mandar uma mensagem para Ben", None),
        ("sv", "Jag vill skicka ett meddelande till Ben", None),
        ("cs", "Chci poslat zprávu pro Ben", None),
    ],
)
def test_further_ways_to_ask(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str | None
) -> None:
    """As people put it who have not read anything."""
    request = found(languages, book, code, utterance)
    assert request == Recognised(("Ben",), body)


@pytest.mark.parametrize(
    ("code", "utterance"),
    [
        # People say this to each other.
        ("en", "I want to tell Ben that I'm stuck"),
        ("en", "can I tell Ben that we won"),
        ("de", "ich muss Ben sagen, dass ich komme"),
        # Nothing is to be sent.
        ("de", "schreib Ben nicht"),
        ("de", "sag Ben nichts"),
        ("nl", "app Ben niet"),
        ("en", "don't text Ben"),
        # Something else is to be sent.
        ("en", "send a photo to Ben"),
        ("en", "send Ben a link"),
        ("en", "send a video of the front door to Ben"),
        ("en", "send a taxi to Ben"),
        ("de", "schick Ben eine Pizza"),
        ("de", "schick ein Taxi an Ben"),
        # It is to be kept for somebody's memory, not sent.
        ("en", "remind me to text Ben that we won"),
        ("en", "add text Ben to my to-do list"),
        ("en", "note to self: buy milk"),
        ("de", "erinnere mich daran, Ben zu schreiben"),
    ],
)
def test_it_is_no_request(
    languages: Languages, book: AddressBook, code: str, utterance: str
) -> None:
    """It goes where it would go without us."""
    assert found(languages, book, code, utterance) is None


@pytest.mark.parametrize(
    ("code", "utterance", "kind"),
    [
        ("en", "no, tell Ben that we are late", "send"),
        ("en", "Wait, no, text Ben I'm here", "send"),
        ("en", "no, change it to we meet at six", "change"),
        ("de", "Nein, sag Ben, dass wir spät sind", "send"),
        ("de", "Halt, schreib Ben dass wir spät sind", "send"),
        ("fr", "non, dis à Ben que je suis en retard", "send"),
        ("es", "no, dile a Ben que llego tarde", "send"),
        ("it", "no, di' a Ben che sono in ritardo", "send"),
        ("nl", "nee, zeg tegen Ben dat we laat zijn", "send"),
        ("sv", "nej, säg till Ben att vi är sena", "send"),
        ("zh-Hans", "不，告诉Ben我迟到了", "send"),  # noqa: RUF001 - as it is written
    ],
)
def test_what_takes_something_back(
    languages: Languages, book: AddressBook, code: str, utterance: str, kind: str
) -> None:
    """A no in front belongs to what was asked before, and is nothing by itself."""
    recogniser = languages.recogniser(code, book)
    assert recogniser is not None
    assert recogniser.recognise(utterance) is None
    again = recogniser.recognise(utterance, asked=True)
    assert again is not None
    assert again.kind == kind
    assert again.after_no


@pytest.mark.parametrize(
    "utterance",
    ["no", "no, don't tell Ben that we are late", "no, I meant it"],
)
def test_what_takes_nothing_back(languages: Languages, book: AddressBook, utterance: str) -> None:
    """A no without a sentence, and what is to be left."""
    recogniser = languages.recogniser("en", book)
    assert recogniser is not None
    assert recogniser.recognise(utterance, asked=True) is None


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("en", "Mum & Dad", "Mum and Dad"),
        ("en", "Tom + Lisa", "Tom and Lisa"),
        ("en", "Mr. & Mrs. Jones", "mister and missus Jones"),
        ("de", "Mama & Papa", "Mama und Papa"),
        ("fr", "Papi & Mamie", "Papi et Mamie"),
        ("en", "J.P.", "JP"),
        ("en", "J. R. O'Neil", "JR O'Neil"),
        ("en", "Mary Ann", "Maryann"),
        ("de", "Anna Lena", "Annalena"),
    ],
)
def test_a_name_as_it_is_heard(languages: Languages, code: str, name: str, said: str) -> None:
    """What is written between or behind letters is said otherwise, and written otherwise by a recogniser."""
    book = book_of([name])
    told = {
        "en": "tell {} that we won",
        "de": "sag {}, dass wir da sind",
        "fr": "dis à {} que c'est bon",
    }
    request = found(languages, book, code, told[code].format(said))
    assert request is not None
    assert request.recipients == (said,)
    assert request.strength is Strength.STRONG


@pytest.mark.parametrize("asked", [False, True])
def test_however_often_they_are_said(languages: Languages, book: AddressBook, asked: bool) -> None:
    """Words that may stand in front in any number, and may be read in more ways than one, are read once."""
    for code, said in (("ja", "ねえ"), ("zh-Hans", "请帮"), ("en", "no wait "), ("en", "okay so ")):
        recogniser = languages.recogniser(code, book)
        assert recogniser is not None
        assert recogniser.recognise(said * 500, asked=asked) is None
        assert recogniser.recognise(f"{said * 500}x", asked=asked) is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "cancel the message to Ben"),
        ("en", "don't send the text to Ben, please"),
        ("de", "schick die Nachricht an Ben nicht"),
        ("de", "brich die Nachricht an Ben ab"),
        ("de", "lösche die Nachricht an Ben"),
        ("fr", "oublie le message à Ben"),
        ("es", "olvida el mensaje para Ben"),
        ("it", "ignora il messaggio a Ben"),
        ("nl", "vergeet het bericht aan Ben"),
        ("sv", "glöm meddelandet till Ben"),
        # Whatever it is that is not to be said.
        ("en", "don't tell Ben"),
        ("en", "no, don't tell Ben that we are late"),
        ("en", "please don't text Ben"),
        ("de", "sag Ben nicht, dass wir spät sind"),
        ("de", "nein, schick Ben keine Nachricht"),
        ("fr", "ne dis pas à Ben que nous sommes en retard"),
        ("es", "no le mandes un mensaje a Ben"),
        ("it", "non dire a Ben che siamo in ritardo"),
        ("nl", "zeg niet tegen Ben dat we laat zijn"),
        ("pl", "nie mów Ben że się spóźnimy"),
        ("pt-BR", "não diga para o Ben que vamos nos atrasar"),
        ("sv", "säg inte till Ben att vi är sena"),
        ("cs", "neříkej Ben že přijdeme pozdě"),
        ("ja", "Benに伝えないで"),
        ("zh-Hans", "不要告诉Ben我迟到了"),
    ],
)
def test_a_no_with_a_name(languages: Languages, code: str, said: str) -> None:
    """The name is that of somebody who is asked about, and of nobody else."""
    language = languages.get(code)
    assert language is not None
    assert language.declines_to(said, ["Anna", "Ben"])
    assert not language.declines_to(said, ["Anna"])


@pytest.mark.parametrize(
    "said",
    [
        "no, tell Ben that we are late",
        "tell Ben not to come",
        "tell Anna that you don't tell Ben",
        "we don't tell Ben",
    ],
)
def test_a_no_to_something_else(languages: Languages, said: str) -> None:
    """Or somebody's words."""
    language = languages.get("en")
    assert language is not None
    assert not language.declines_to(said, ["Ben"])


@pytest.mark.parametrize("said", ["yes ", "no to Anna ", "to Anna ", "no don't tell "])
def test_no_no_is_that_long(languages: Languages, said: str) -> None:
    """What nobody says to take something back is not looked through at every word."""
    language = languages.get("en")
    assert language is not None
    assert not language.declines_to(said * (100_000 // len(said)), ["Anna"])
    assert not language.is_decline(said)
