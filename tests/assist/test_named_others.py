"""A question waits, and somebody names others for the same words, said to a guarded pipeline."""

# ruff: noqa: RUF001 - marks as people write them

from homeassistant.components import assist_pipeline
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.level import Level
from custom_components.message_guard.ledger.reading import Filter
from tests.assist_home import PHRASE, Assist, add, entry, home, sent
from tests.spoken_home import sentence

__all__ = ["entry", "home", "sent"]


@pytest.fixture
async def to_ben(home: HomeAssistant, entry: MockConfigEntry) -> list[ServiceCall]:
    """Return what is sent to Ben, who is a contact beside Anna."""
    calls = async_mock_service(home, "notify", "ben")
    aliases = ["Benovi", "Benowi", "ベン", "小明"]
    await add(home, entry, "Ben", targets=["notify.ben"], aliases=aliases)
    return calls


async def speaks(home: HomeAssistant, code: str) -> None:
    """Let the pipeline be in a language."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    await assist_pipeline.async_update_pipeline(
        home, pipeline, language=code, conversation_language=code
    )


@pytest.mark.parametrize(
    "said",
    [
        "sorry, to Ben",
        "I meant Ben",
        "no, I meant Ben",
        "not Anna, Ben",
        "not to Anna, to Ben",
        "no, not my sister, Ben",
        "make that Ben",
        "no, to Ben",
        "no, Ben",
        "to Ben",
        "Ben, not Anna",
        "to Ben instead please",
        "send it to Ben instead",
        "tell Ben instead",
        "sorry, that was for Ben",
        "oh wait, change it to Ben",
    ],
)
async def test_somebody_else_was_meant(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    said: str,
) -> None:
    """The same words are asked about anew; the first message is never sent."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    asked = await assist.say(said)
    assert "To Ben: we drive" in asked.speech
    assert asked.listen
    await assist.say(PHRASE)
    assert [call.data["message"] for call in to_ben] == ["we drive"]
    assert sent == []
    assert entry.runtime_data.components.guard.pending == ()


@pytest.mark.parametrize(
    "said",
    ["and tell Ben too", "and Ben", "also Ben", "to Ben as well", "tell Ben too", "Ben too", "both Anna and Ben", "and let Ben know too"],
)  # fmt: skip
async def test_somebody_else_as_well(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    said: str,
) -> None:
    """One question for both. "Tell Ben too" was a message to Ben that said "too"."""
    assist = Assist(home)
    await assist.say("tell my sister that we drive")
    asked = await assist.say(said)
    assert "we drive" in asked.speech
    assert "Ben" in asked.speech
    assert sent == to_ben == []
    await assist.say(PHRASE)
    assert [call.data["message"] for call in (*sent, *to_ben)] == ["we drive", "we drive"]


@pytest.mark.parametrize("said", ["not Anna, Zelda", "no, to Zelda", "I meant Zelda", "not Anna"])
async def test_somebody_on_no_list(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    said: str,
) -> None:
    """Nobody can be written to, and what was asked for is not wanted."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    answer = await assist.say(said)
    assert "Zelda is not one of your contacts" in answer.speech or "won't send" in answer.speech
    assert entry.runtime_data.components.guard.pending == ()
    await assist.say(PHRASE, fresh=True)
    assert sent == []


@pytest.mark.parametrize(
    "said",
    ["Ben", "Ben, please!", "hey Ben", "wait, Ben", "not now Ben", "to Anna", "Ben's not here", "sorry Ben", "Ben not again", "I meant it", "for ever"],
)  # fmt: skip
async def test_somebody_is_called(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    said: str,
) -> None:
    """Nobody is named for it, and nothing is asked about Ben."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    answer = await assist.say(said)
    assert "To Ben" not in answer.speech
    waiting = entry.runtime_data.components.guard.pending
    assert [item.contact.name for one in waiting for item in one.recipients] in ([], ["Anna"])
    await assist.say(PHRASE)
    assert to_ben == []


async def test_two_others_as_well(
    home: HomeAssistant, entry: MockConfigEntry, to_ben: list[ServiceCall]
) -> None:
    """Both of them are asked about."""
    await add(home, entry, "Carl")
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    await assist.say("both Carl and Ben")
    (waiting,) = entry.runtime_data.components.guard.pending
    assert [item.contact.name for item in waiting.recipients] == ["Anna", "Carl", "Ben"]


async def test_more_than_one_message_may_be_for(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """A fifth is refused, and what waits for four waits on."""
    for name in ("Ben", "Carl", "Dora", "Emil"):
        await add(home, entry, name)
    assist, guard = Assist(home), entry.runtime_data.components.guard
    await assist.say("tell Anna that we drive")
    for name in ("Ben", "Carl", "Dora"):
        await assist.say(f"and tell {name} too")
    for said in ("and tell Emil too", "Emil too"):
        answer = await assist.say(said)
        assert "for four people at most" in answer.speech
        assert "To Anna, Ben, Carl and Dora: we drive" in answer.speech
        assert answer.listen
        (waiting,) = guard.pending
        assert [item.contact.name for item in waiting.recipients] == ["Anna", "Ben", "Carl", "Dora"]
    page = await entry.runtime_data.components.ledger.page(Filter(), limit=20)
    assert "too_many_people" in {reason for row in page.rows for reason in row.entry.reasons}
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["we drive"] * 4


@pytest.mark.parametrize(
    "said",
    [
        "tell Anna, Ben, Carl, Dora and Emil that we drive",
        "tell Anna and Ben and Carl and Dora and Emil that we drive",
        "send a message to Emil, Anna, Ben, Carl and Dora saying we drive",
    ],
)
async def test_more_in_one_sentence(home: HomeAssistant, entry: MockConfigEntry, said: str) -> None:
    """None of them is taken for words to the others."""
    for name in ("Ben", "Carl", "Dora", "Emil"):
        await add(home, entry, name)
    answer = await Assist(home).say(said)
    assert "for four people at most" in answer.speech
    assert entry.runtime_data.components.guard.pending == ()


@pytest.mark.parametrize("said", ["and tell Carl too", "wait, Zelda too"])
async def test_who_may_not_be_written_to_takes_nothing_from_who_may(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall], said: str
) -> None:
    """Nobody has said no to the first message: it waits on."""
    await add(home, entry, "Carl", level="block")
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    answer = await assist.say(said)
    assert not answer.listen
    page = await entry.runtime_data.components.ledger.page(Filter(), limit=20)
    assert "refused" in {row.entry.kind for row in page.rows}
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["we drive"]


async def test_words_that_a_model_may_have_made_up_stay_so(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
) -> None:
    """More is asked for what nobody has said: also once somebody has named others for it."""
    guarded = next(e for e in home.states.async_entity_ids("conversation") if "guard" in e)
    data = {"text": "tell Anna that dinner is ready", "agent_id": guarded}
    asks = sentence({"action": "conversation.process", "data": data}, said="the usual")
    assert await async_setup_component(home, "automation", {"automation": [asks]})
    await home.async_block_till_done()
    assist, guard = Assist(home), entry.runtime_data.components.guard
    await assist.say("the usual")
    (waiting,) = guard.pending
    assert (waiting.recipients[0].request.by_model, waiting.level) == (True, Level.CODE)
    await assist.say("and tell Ben too")
    (waiting,) = guard.pending
    assert len(waiting.recipients) == 2
    assert all(item.request.by_model for item in waiting.recipients)
    assert waiting.level is Level.CODE
    await assist.say(min(waiting.challenge.expected))
    assert [call.data["message"] for call in (*sent, *to_ben)] == ["dinner is ready"] * 2


async def test_where_nothing_waits(
    home: HomeAssistant, entry: MockConfigEntry, to_ben: list[ServiceCall]
) -> None:
    """It is for nobody here."""
    for said in ("I meant Ben", "and tell Ben too", "not Anna, Ben", "to Ben"):
        answer = await Assist(home).say(said)
        assert "To Ben: we" not in answer.speech
        waiting = entry.runtime_data.components.guard.pending
        assert [item.request.content.body for one in waiting for item in one.recipients] in (
            [],
            ["too"],
        )
    assert to_ben == []


async def test_it_is_written_down_who_was_not_meant(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
) -> None:
    """Somebody has said no to it."""
    assist = Assist(home)
    await assist.say("tell Anna that we drive")
    await assist.say("I meant Ben")
    page = await entry.runtime_data.components.ledger.page(Filter(), limit=20)
    assert [row.entry.kind for row in page.rows if row.entry.kind == "declined"] == ["declined"]


@pytest.mark.parametrize(
    ("code", "first", "said"),
    [
        ("de", "Sag Anna, dass wir fahren", "nein, an Ben"),
        ("de", "Sag Anna, dass wir fahren", "ich meinte Ben"),
        ("de", "Sag Anna, dass wir fahren", "nicht Anna, sondern Ben"),
        ("de", "Sag Anna, dass wir fahren", "Entschuldigung, an Ben"),
        ("fr", "Dis à Anna que nous partons", "non, à Ben"),
        ("fr", "Dis à Anna que nous partons", "je voulais dire Ben"),
        ("fr", "Dis à Anna que nous partons", "pas à Anna, à Ben"),
        ("es", "Dile a Anna que salimos", "perdón, a Ben"),
        ("es", "Dile a Anna que salimos", "no a Anna, a Ben"),
        ("es", "Dile a Anna que salimos", "quería decir Ben"),
        ("it", "Di' ad Anna che partiamo", "scusa, a Ben"),
        ("it", "Di' ad Anna che partiamo", "non ad Anna, a Ben"),
        ("it", "Di' ad Anna che partiamo", "intendevo Ben"),
        ("nl", "Zeg tegen Anna dat we rijden", "sorry, naar Ben"),
        ("nl", "Zeg tegen Anna dat we rijden", "ik bedoelde Ben"),
        ("nl", "Zeg tegen Anna dat we rijden", "niet Anna, Ben"),
        ("pt-BR", "Diga para Anna que vamos", "não, para Ben"),
        ("pt-BR", "Diga para Anna que vamos", "quero dizer Ben"),
        ("pl", "Powiedz Anna że jedziemy", "nie, do Ben"),
        ("pl", "Powiedz Anna że jedziemy", "przepraszam, do Ben"),
        ("sv", "Säg till Anna att vi åker", "förlåt, till Ben"),
        ("sv", "Säg till Anna att vi åker", "inte Anna, Ben"),
        ("cs", "Řekni Anna že jedeme", "promiň, pro Ben"),
        ("cs", "Řekni Anna že jedeme", "ne Anna, Ben"),
        ("ja", "Annaに出かけるって伝えて", "Annaじゃなくてベン"),
        ("zh-Hans", "告诉Anna我们走了", "不是Anna，是小明"),
    ],
)
async def test_in_every_language(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    code: str,
    first: str,
    said: str,
) -> None:
    """What was asked about Anna is asked about Ben, or about nobody: never sent to Anna."""
    await speaks(home, code)
    assist = Assist(home)
    await assist.say(first)
    waiting = entry.runtime_data.components.guard.pending
    assert [item.contact.name for item in waiting[0].recipients] == ["Anna"]
    await assist.say(said)
    waiting = entry.runtime_data.components.guard.pending
    assert [item.contact.name for item in waiting[0].recipients] == ["Ben"]


@pytest.mark.parametrize(
    ("code", "first", "said"),
    [
        ("en", "tell Anna that we drive", "Wait for Ben."),
        ("en", "tell Anna that we drive", "no, wait for Ben"),
        ("en", "tell Anna that we drive", "hang on for Ben"),
        ("es", "Dile a Anna que salimos", "Espera a Ben."),
        ("pt-BR", "Diga para Anna que vamos", "Espera o Ben."),
        ("pt-BR", "Diga para Anna que vamos", "Para, Ben!"),
        ("pt-BR", "Diga para Anna que vamos", "não, para, Ben"),
    ],
)
async def test_somebody_is_waited_for_or_told_to_stop(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    to_ben: list[ServiceCall],
    code: str,
    first: str,
    said: str,
) -> None:
    """What begins like "wait, for Ben" names nobody for the message."""
    await speaks(home, code)
    assist = Assist(home)
    await assist.say(first)
    await assist.say(said)
    for waiting in entry.runtime_data.components.guard.pending:
        assert [item.contact.name for item in waiting.recipients] == ["Anna"]
    assert to_ben == sent == []


@pytest.mark.parametrize(
    ("code", "first", "said"),
    [
        ("en", "tell Anna that we drive", "wait, for Ben"),
        ("es", "Dile a Anna que salimos", "espera, a Ben"),
        ("pt-BR", "Diga para Anna que vamos", "espera, para o Ben"),
        ("pt-BR", "Diga para Anna que vamos", "para Ben"),
        ("pt-BR", "Diga para Anna que vamos", "não, para Ben"),
    ],
)
async def test_a_pause_sets_them_apart(
    home: HomeAssistant,
    entry: MockConfigEntry,
    to_ben: list[ServiceCall],
    code: str,
    first: str,
    said: str,
) -> None:
    """Then it is for Ben."""
    await speaks(home, code)
    assist = Assist(home)
    await assist.say(first)
    await assist.say(said)
    (waiting,) = entry.runtime_data.components.guard.pending
    assert [item.contact.name for item in waiting.recipients] == ["Ben"]
