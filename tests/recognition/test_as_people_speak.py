"""As people speak: by which way, with hesitation, taken back half-way, with the words in front of the name, and with a no."""

# ruff: noqa: RUF001 - marks as people write them

import time

import pytest

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.recognition.recognised import Recognised, Strength
from custom_components.message_guard.recognition.sentences import Languages
from tests.recognition.conftest import book_of


def found(
    languages: Languages, book: AddressBook, code: str, utterance: str, *, asked: bool = False
) -> Recognised | None:
    recogniser = languages.recogniser(code, book)
    assert recogniser is not None
    return recogniser.recognise(utterance, asked=asked)


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("en", "tell Anna via WhatsApp that we are late", "we are late"),
        ("en", "text Anna on Telegram saying we are late", "we are late"),
        ("en", "send a message on Signal to Anna saying we are late", "we are late"),
        ("en", "send Anna a message over WhatsApp: we are late", "we are late"),
        ("en", "on WhatsApp, tell Anna that we are late", "we are late"),
        ("en", "send a message to Anna on WhatsApp", None),
        ("en", "ask Anna by text if she is coming", "if she is coming"),
        ("de", "Sag Anna per WhatsApp, dass wir später kommen", "dass wir später kommen"),
        ("de", "Schick per SMS eine Nachricht an Anna, dass ich komme", "dass ich komme"),
        ("de", "Schick eine Nachricht über Signal an Anna, dass ich komme", "dass ich komme"),
        ("fr", "Dis à Anna sur WhatsApp que nous arrivons", "nous arrivons"),
        ("es", "Dile a Anna por WhatsApp que llegamos tarde", "llegamos tarde"),
        ("it", "Di' ad Anna su WhatsApp che arriviamo", "arriviamo"),
        ("nl", "Zeg tegen Anna via WhatsApp dat we laat zijn", "dat we laat zijn"),
        ("pl", "Powiedz Annie przez WhatsApp że się spóźnimy", "się spóźnimy"),
        ("pt-BR", "Diga para Anna pelo WhatsApp que vamos nos atrasar", "vamos nos atrasar"),
        ("sv", "Säg till Anna på WhatsApp att vi är sena", "vi är sena"),
        ("cs", "Řekni Anně přes WhatsApp že přijdeme pozdě", "přijdeme pozdě"),
        ("ja", "LINEでアンナに遅れるって送って", "遅れる"),
        ("ja", "アンナに遅れるってLINEで送って", "遅れる"),
        ("zh-Hans", "用微信告诉安娜我迟到了", "我迟到了"),
        # Where they say what happened there, they are words.
        ("en", "tell Anna I saw it on WhatsApp", "I saw it on WhatsApp"),
        ("en", "tell Anna to call me on Telegram", "call me on Telegram"),
        ("zh-Hans", "告诉安娜用微信给我发照片", "用微信给我发照片"),
    ],
)
def test_by_which_way(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str | None
) -> None:
    """It belongs neither to the name nor to the words."""
    request = found(languages, book, code, utterance)
    assert request is not None
    assert request.recipients[0] in {"Anna", "Anně", "Annie", "anna", "アンナ", "安娜"}
    assert (request.body, request.strength) == (body, Strength.STRONG)


def test_by_which_way_to_a_stranger(languages: Languages, book: AddressBook) -> None:
    """Who is refused is named without it."""
    for utterance in (
        "text Zelda on Telegram saying hi",
        "send a message to Zelda via WhatsApp saying hi",
        "send a message to um Zelda saying hi",
    ):
        assert found(languages, book, "en", utterance) == Recognised(("Zelda",), "hi")


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("en", "uh tell Anna um that we're late", "we're late"),
        ("en", "um tell uh Anna that we're late", "we're late"),
        ("en", "tell Anna um we're late", "we're late"),
        ("de", "Äh, sag Anna ähm, dass ich komme", "dass ich komme"),
        ("fr", "Euh dis à Anna euh que j'arrive", "j'arrive"),
        ("sv", "Säg till Anna eh att vi är sena", "vi är sena"),
        ("zh-Hans", "告诉嗯安娜我到了", "我到了"),
        ("en", "could you possibly just tell Anna we're late", "we're late"),
        ("en", "tell Anna so we can go", "so we can go"),
        ("en", "tell Anna well done", "well done"),
        ("es", "dile a Anna este fin de semana vamos", "este fin de semana vamos"),
        ("zh-Hans", "告诉安娜额度用完了", "额度用完了"),
    ],
)
def test_while_somebody_thinks(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str
) -> None:
    """What means nothing is left out beside a name; what may mean something is not."""
    request = found(languages, book, code, utterance)
    assert request is not None
    assert request.recipients[0] in {"Anna", "安娜"}
    assert request.body == body


@pytest.mark.parametrize(
    ("code", "utterance", "recipient", "body"),
    [
        ("en", "tell Anna no tell Ben that we're late", "Ben", "we're late"),
        ("en", "tell Anna, no wait, text Ben saying we're late", "Ben", "we're late"),
        ("en", "tell Anna I mean Ben that we're late", "Ben", "we're late"),
        ("de", "Sag Anna, nein, sag Ben, dass ich komme", "Ben", "dass ich komme"),
        ("de", "Sag Anna, ich meine Ben, dass ich komme", "Ben", "dass ich komme"),
        ("nl", "Zeg tegen Anna nee wacht zeg tegen Ben dat we laat zijn", "Ben", "dat we laat zijn"),
        ("cs", "Řekni Anně ne počkej řekni Benovi že jedu", "Benovi", "jedu"),
        ("zh-Hans", "告诉安娜，不对，告诉小明我到了", "小明", "我到了"),
        ("en", "send a message to Anna, I mean to Ben, saying we're late", "Ben", "we're late"),
        # No other request: these are words.
        ("fr", "Dis à Anna enfin Ben arrive", "Anna", "enfin Ben arrive"),
        ("en", "tell Anna no way", "Anna", "no way"),
        ("en", "tell Anna no Ben is here", "Anna", "no Ben is here"),
        ("en", "tell Anna I mean it", "Anna", "I mean it"),
        ("en", "tell Anna wait for Ben", "Anna", "wait for Ben"),
        ("en", "tell Anna that no, tell Ben is no message", "Anna", "no, tell Ben is no message"),
    ],
)  # fmt: skip
def test_taken_back_half_way(
    languages: Languages, book: AddressBook, code: str, utterance: str, recipient: str, body: str
) -> None:
    """What somebody begins again counts as they end it."""
    assert found(languages, book, code, utterance) == Recognised((recipient,), body)


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("en", "send I'm late to Anna", "I'm late"),
        ("en", "send 'I'm late' to Anna", "'I'm late'"),
        ("en", "text I'm on my way to Anna", "I'm on my way"),
        ("en", "send happy birthday to Anna", "happy birthday"),
        ("en", "send Anna I'm late", "I'm late"),
        ("de", "Schick ich komme später an Anna", "ich komme später"),
        ("de", "Schick Anna ich komme später", "ich komme später"),
        ("fr", "Envoie j'arrive à Anna", "j'arrive"),
        ("es", "Manda llego tarde a Anna", "llego tarde"),
        ("it", "Manda sto arrivando ad Anna", "sto arrivando"),
        ("nl", "Stuur ik ben er bijna naar Anna", "ik ben er bijna"),
        ("pl", "Wyślij już jadę do Anny", "już jadę"),
        ("pt-BR", "Mande estou chegando para Anna", "estou chegando"),
        ("sv", "Skicka jag är på väg till Anna", "jag är på väg"),
        ("cs", "Pošli už jedu Anně", "už jedu"),
        ("ja", "遅れるってアンナに伝えて", "遅れる"),
        # Home Assistant's own sentence would read it out in every room.
        ("cs", "Řekni ahoj Benovi", "ahoj"),
        ("zh-Hans", "发“我到了”给安娜", "“我到了”"),
    ],
)
def test_the_words_in_front_of_the_name(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str
) -> None:
    """Where they are surely words."""
    request = found(languages, book, code, utterance)
    assert request is not None
    assert (request.body, request.strength) == (body, Strength.STRONG)


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("en", "say hi to Ben", "hi"),
        ("en", "say good night to the kids from me", "good night"),
        ("de", "Sag hallo zu Ben", "hallo"),
        ("fr", "Dis bonjour à Ben de ma part", "bonjour"),
        ("es", "Dile hola a Ben", "hola"),
        ("it", "Di' ciao a Ben", "ciao"),
        ("nl", "Zeg hallo tegen Ben", "hallo"),
        ("pl", "Powiedz cześć Benowi", "cześć"),
        ("pt-BR", "Diga oi para Ben", "oi"),
        ("sv", "Säg hej till Ben", "hej"),
        ("en", "tell mum her schedule", "her schedule"),
        ("de", "Sag Anna ihre Termine", "ihre Termine"),
    ],
)
def test_an_assistant_may_be_meant(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str
) -> None:
    """Whoever greets, or looks something up, is asked first."""
    request = found(languages, book, code, utterance)
    assert request is not None
    assert (request.body, request.strength) == (body, Strength.WEAK)


@pytest.mark.parametrize(
    ("code", "utterance"),
    [
        # Something is sent, and no message.
        ("en", "send the vacuum to the kitchen"),
        ("en", "send the robot to Anna's room"),
        ("en", "text to speech"),
        ("en", "send heat to the bedroom"),
        ("en", "send it back to Anna"),
        ("en", "send that song to Anna"),
        ("en", "send Anna home"),
        ("en", "send my location to Anna"),
        ("en", "text I'm on my way"),
        ("en", "say something nice to Ben"),
        ("en", "say hello to the camera"),
        ("en", "say good night to the kids' phone"),
        ("de", "Schick den Sauger zu Anna"),
        ("sv", "Skicka dammsugaren till Anna"),
        ("pl", "Wyślij odkurzacz do Anny"),
        ("pt-BR", "Mande o robô para Anna"),
        ("en", "send Ben the code"),
        ("en", "send the notes to Ben"),
        ("en", "write a note: buy milk"),
        ("it", "Manda un passaggio a Ben"),
        # Somebody is called.
        ("en", "call Anna"),
        ("pt-BR", "Liga para Anna"),
        # Nothing is to be sent, to nobody of that name.
        ("en", "don't tell Ben that we are late"),
        ("en", "please don't text Anna"),
        ("en", "send no message to Anna"),
        ("de", "Schick Ben nicht die Nachricht"),
        ("de", "Schick Zelda nicht die Nachricht"),
        ("de", "Schick Anna keine Nachricht"),
        ("de", "Sag Anna bitte nicht, dass wir kommen"),
        ("de", "Schreib Anna bloß nicht"),
        ("de", "Schreib Anna keine Nachricht"),
        ("nl", "Stuur geen bericht naar Anna"),
        ("sv", "Skicka inget meddelande till Anna"),
        ("pt-BR", "Não diga para Anna que vamos"),
        ("zh-Hans", "不要告诉安娜我迟到了"),
        ("zh-Hans", "不要给安娜发消息"),
        ("ja", "アンナに遅れるって伝えないで"),
    ],
)  # fmt: skip
def test_it_is_no_request(
    languages: Languages, book: AddressBook, code: str, utterance: str
) -> None:
    """Nor does it take back what waits, and ask for something else."""
    assert found(languages, book, code, utterance) is None
    assert found(languages, book, code, utterance, asked=True) is None


@pytest.mark.parametrize(
    ("code", "utterance", "recipient", "body"),
    [
        ("ja", "健太に早く帰ってきてって言っておいて", "健太", "早く帰ってきて"),
        ("ja", "健太に早く帰るように伝えて", "健太", "早く帰るように"),
        ("ja", "健太に何時に帰るか聞いて", "健太", "何時に帰るか"),
        ("ja", "健太に電車が遅れてるってメールして", "健太", "電車が遅れてる"),
        ("ja", "健太に遅れると伝えていただけますか", "健太", "遅れる"),
        ("ja", "健太に駅に着いたことを知らせて", "健太", "駅に着いたこと"),
        ("ja", "メッセージを健太に送って", "健太", None),
        ("zh-Hans", "给妈妈发条信息，说我晚点回家", "妈妈", "我晚点回家"),
        ("zh-Hans", "跟妈妈说一声我到了", "妈妈", "我到了"),
        ("zh-Hans", "发消息告诉妈妈我到了", "妈妈", "我到了"),
        ("zh-Hans", "给妈妈留个言，我出门了", "妈妈", "我出门了"),
        ("en", "leave Mum a note", "Mum", None),
        ("en", "leave a message for Mum saying dinner is in the oven", "Mum", "dinner is in the oven"),
        ("en", "text Mum asking what she wants", "Mum", "what she wants"),
        ("en", "give Mum a heads up that we are late", "Mum", "we are late"),
        ("en", "do me a favour and text Mum I'm here", "Mum", "I'm here"),
        ("de", "Kannst du Ben mal schreiben, dass ich komme", "Ben", "dass ich komme"),
        ("en", "right, let Mum know on Signal that we're late", "Mum", "we're late"),
        ("de", "Könntest du Ben eben sagen, dass ich komme", "Ben", "dass ich komme"),
        ("ja", "健太にラインで今どこって聞いて", "健太", "今どこ"),
        ("nl", "Wil je Ben even een appje sturen dat het eten klaar is", "Ben", "dat het eten klaar is"),
    ],
)  # fmt: skip
def test_further_ways_to_ask(
    languages: Languages, code: str, utterance: str, recipient: str, body: str | None
) -> None:
    book = book_of(("健太", "妈妈", "Mum", "Ben"))
    assert found(languages, book, code, utterance) == Recognised((recipient,), body)


@pytest.mark.parametrize(
    ("code", "utterance", "body"),
    [
        ("de", "Hinterlass Ben eine Nachricht, dass ich komme", "dass ich komme"),
        ("fr", "Laisse un message à Ben disant que j'arrive", "j'arrive"),
        ("es", "Déjale un mensaje a Ben diciendo que llego", "llego"),
        ("it", "Lascia un messaggio per Ben dicendo che arrivo", "arrivo"),
        ("nl", "Laat een bericht achter voor Ben", None),
        ("pl", "Zostaw wiadomość dla Ben że już jadę", "już jadę"),
        ("pt-BR", "Deixe um recado para Ben dizendo que cheguei", "cheguei"),
        ("sv", "Lämna ett meddelande till Ben att jag är sen", "jag är sen"),
        ("cs", "Nech vzkaz Ben že přijdu", "přijdu"),
        ("fr", "Demande à Ben à quelle heure il rentre", "à quelle heure il rentre"),
        ("es", "Pregúntale a Ben a qué hora llega", "a qué hora llega"),
        ("it", "Chiedi a Ben a che ora torna", "a che ora torna"),
        ("pl", "Zapytaj Ben o której wróci", "o której wróci"),
        ("pt-BR", "Pergunte ao Ben a que horas ele chega", "a que horas ele chega"),
        ("cs", "Zeptej se Ben v kolik přijde", "v kolik přijde"),
    ],
)
def test_notes_that_are_left_and_questions_by_the_hour(
    languages: Languages, book: AddressBook, code: str, utterance: str, body: str | None
) -> None:
    assert found(languages, book, code, utterance) == Recognised(("Ben",), body)


@pytest.mark.parametrize(
    ("code", "utterance", "kind"),
    [
        ("ja", "さっきのメッセージは送られた？", "status"),
        ("ja", "送信待ちのメッセージはありますか", "waiting"),
        ("ja", "新着メッセージはありますか", "messages"),
        ("zh-Hans", "我的消息发出去了吗", "status"),
        ("zh-Hans", "安娜收到消息了吗", "status"),
        ("zh-Hans", "还有消息没发吗", "waiting"),
        ("zh-Hans", "我可以给谁发消息", "who"),
        ("zh-Hans", "有人给我发消息吗", "messages"),
        ("zh-Hans", "安娜说了什么", "said"),
    ],
)
def test_questions(
    languages: Languages, book: AddressBook, code: str, utterance: str, kind: str
) -> None:
    asked = found(languages, book, code, utterance)
    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize("said", ["um ", "no tell Anna ", "via WhatsApp ", "I mean Anna ", "' "])
def test_however_long_it_is(languages: Languages, book: AddressBook, said: str) -> None:
    """Time grows with the length, and no more: a tenth of it takes no less than a fifteenth of the time."""

    def seconds(length: int) -> float:
        utterance = f"tell Anna {said * (length // len(said))} to Anna"
        begun = time.process_time()
        found(languages, book, "en", utterance)
        found(languages, book, "en", utterance, asked=True)
        return time.process_time() - begun

    assert seconds(100_000) < 15 * max(seconds(10_000), 0.02)
