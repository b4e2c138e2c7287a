"""A small part of what `scripts/channels` shows, in every run of the tests: words arrive to the letter, and nobody is told what is not so."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from .home import ChannelsHome
from .playing import Sender
from .troubles import Trouble

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

CHANNELS = ("telegram", "smtp", "mqtt", "rest", "rest_command", "file", "phone", "group")
ONE_LINE = (
    'it costs 2.50, call +491511234567 "before" noon: <b>5<6</b> & 2*3, *now*, _then_, #7, 100 %, {{ 1 }} '
    + "and so on and so forth " * 17
).strip()
"""Five hundred characters with everything in it that somebody on the way could take for their own."""
MARKED = ONE_LINE.replace("{{ 1 }}", "* _ `")
"""The same, as an automation can hold it: without what Home Assistant would take for a template."""
TEXTS = ("2.50", ONE_LINE)
TWO_LINES = "first the milk\nthen the bread"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChannelsHome]:
    """Return a home with these channels, running."""
    home = ChannelsHome(tmp_path_factory.mktemp("channels"), frozenset(CHANNELS))
    try:
        await home.start()
        yield home
    finally:
        await home.stop()


@pytest.mark.parametrize("channel", CHANNELS)
async def test_words_arrive_once_and_to_the_letter(home: ChannelsHome, channel: str) -> None:
    """What was read back and proved is what arrives, whatever is in it."""
    texts = TEXTS if channel in {"file", "group"} else (*TEXTS, TWO_LINES)
    for text in texts:
        row = await Sender(home).send(home.channels[channel], Trouble.NONE, text, typed=True)
        assert (row.arrived, row.other, row.untrue) == (1, (), ""), row


async def test_a_chat_gets_what_an_automation_says_to_the_letter(home: ChannelsHome) -> None:
    """Home Assistant's notify entity of a chat would take it for Markdown."""
    chat = home.channels["telegram"]
    step = {"action": "notify.send_message", "target": {"entity_id": chat.reached["entity"]}}
    for said, words in (("the club is on", MARKED), ("the shop is open", TWO_LINES)):
        await home.automate(said, {**step, "data": {"message": words}})
        row = await Sender(home).send(chat, Trouble.NONE, words, said=said)
        assert (row.arrived, row.other, row.untrue) == (1, (), ""), row


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.BROKEN, Trouble.CUT])
@pytest.mark.parametrize("channel", CHANNELS)
async def test_nothing_is_said_that_is_not_so(
    home: ChannelsHome, channel: str, trouble: Trouble
) -> None:
    """Neither "sent" nor "no" where it is not known."""
    if trouble not in home.channels[channel].troubles:
        trouble = Trouble.DOWN
    row = await Sender(home).send(home.channels[channel], trouble, "the blue bag is in the hall")
    assert row.untrue == "", row
