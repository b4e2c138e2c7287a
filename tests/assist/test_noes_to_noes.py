"""A question waits, and somebody says that it is not to be cancelled, said to a guarded pipeline."""

# ruff: noqa: RUF001 - marks as people write them

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.assist.test_named_others import speaks
from tests.assist_home import Assist, entry, home, sent

__all__ = ["entry", "home", "sent"]


@pytest.mark.parametrize(
    ("code", "first", "said"),
    [
        ("en", "tell Anna that we drive", "don't cancel the message"),
        ("en", "tell Anna that we drive", "do not delete it please"),
        ("en", "tell Anna that we drive", "no, don't cancel it"),
        ("en", "tell Anna that we drive", "don't cancel it"),
        ("en", "tell Anna that we drive", "No, no, keep it!"),
        ("en", "tell Anna that we drive", "keep the message"),
        ("de", "Sag Anna, dass wir fahren", "Nein, nicht löschen, behalte sie."),
        ("fr", "Dis à Anna que nous partons", "garde le message"),
        ("es", "Dile a Anna que salimos", "no lo canceles"),
        ("it", "Di' ad Anna che partiamo", "tieni il messaggio"),
        ("nl", "Zeg tegen Anna dat we rijden", "nee, behoud het"),
        ("pt-BR", "Diga para Anna que vamos", "mantenha a mensagem"),
        ("pl", "Powiedz Anna że jedziemy", "zachowaj to"),
        ("sv", "Säg till Anna att vi åker", "behåll det"),
        ("cs", "Řekni Anna že jedeme", "zachovej to"),
        ("ja", "Annaに出かけるって伝えて", "そのままにして"),
        ("zh-Hans", "告诉Anna我们走了", "留着吧"),
        ("fr", "Dis à Anna que nous partons", "non, n'annule pas le message"),
        ("pt-BR", "Diga para Anna que vamos", "não, não cancela a mensagem"),
        ("sv", "Säg till Anna att vi åker", "nej, avbryt inte meddelandet"),
        ("de", "Sag Anna, dass wir fahren", "nicht abbrechen"),
        ("fr", "Dis à Anna que nous partons", "n'annule pas le message"),
        ("es", "Dile a Anna que salimos", "no canceles el mensaje"),
        ("it", "Di' ad Anna che partiamo", "non cancellare il messaggio"),
        ("nl", "Zeg tegen Anna dat we rijden", "niet annuleren"),
        ("pt-BR", "Diga para Anna que vamos", "não cancela a mensagem"),
        ("pl", "Powiedz Anna że jedziemy", "nie anuluj"),
        ("sv", "Säg till Anna att vi åker", "avbryt inte meddelandet"),
        ("cs", "Řekni Anna že jedeme", "neruš to"),
        ("ja", "Annaに出かけるって伝えて", "キャンセルしないで"),
        ("zh-Hans", "告诉Anna我们走了", "不要取消消息"),
    ],
)
async def test_a_no_to_a_no(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    code: str,
    first: str,
    said: str,
) -> None:
    """It dropped the message. Nothing is sent, either; it is asked once more, and costs no try."""
    await speaks(home, code)
    assist, guard = Assist(home), entry.runtime_data.components.guard
    await assist.say(first)
    (before,) = guard.pending
    for _ in range(before.tries_left + 1):
        answer = await assist.say(said)
        assert "Anna" in answer.speech
        assert answer.listen or code not in {"en", "de"}  # a draft waits for a device
    (after,) = guard.pending
    assert (after.id, after.tries_left) == (before.id, before.tries_left)
    assert sent == []


@pytest.mark.parametrize(
    ("code", "first", "said"),
    [
        ("en", "tell Anna that we drive", "Don't. Cancel it!"),
        ("es", "Dile a Anna que salimos", "No. Cancelar."),
        ("pt-BR", "Diga para Anna que vamos", "Não, cancela!"),
        ("pt-BR", "Diga para Anna que vamos", "Não, para!"),
        ("pt-BR", "Diga para Anna que vamos", "Não, esquece a mensagem."),
        ("pl", "Powiedz Anna że jedziemy", "Nie, anuluj!"),
        ("zh-Hans", "告诉Anna我们走了", "不要，取消！"),
    ],
)
async def test_a_no_and_another_one(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    code: str,
    first: str,
    said: str,
) -> None:
    """The pause tells it from a no to a no, which has the same words."""
    await speaks(home, code)
    assist = Assist(home)
    await assist.say(first)
    assert len(entry.runtime_data.components.guard.pending) == 1
    await assist.say(said)
    assert entry.runtime_data.components.guard.pending == ()
    assert sent == []
