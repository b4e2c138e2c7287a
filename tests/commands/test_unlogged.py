"""What comes over the WebSocket, and what is answered, is not written into Home Assistant's log."""

from typing import Any

from homeassistant.components.websocket_api.const import (
    ERR_HOME_ASSISTANT_ERROR,
    ERR_INVALID_FORMAT,
)
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.commands.now import LONGEST_BODY
from custom_components.message_guard.commands.requests import LONGEST_TEXT
from tests.screen import TABLET_PIN, Screen, request, seen

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat

WORDS = "meet me where the apples are "


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("pending/edit", {"confirmation_id": "x", "bound": "x", "body": WORDS * LONGEST_BODY}),
        ("pending/edit", {"confirmation_id": "x", "bound": "x", "body": [WORDS]}),
        ("requests/page", {"text": WORDS * LONGEST_TEXT}),
        ("requests/page", {"outcomes": [WORDS]}),
        ("pending/approve", {"confirmation_id": "x", "bound": "x", "pin": TABLET_PIN}),
        ("sending/set", {"allowed": TABLET_PIN}),
        ("rules/try", {"sentence": {"said": WORDS}}),
        ("names/make_alias", {"contact_id": "x", "alias": WORDS * 20}),
        ("names/dismiss", {"name": {"name": WORDS}}),
        ("ledger/erase", {"scope": WORDS}),
        ("ledger/verify", {"words": WORDS}),
        ("now/subscribe", {"pin": TABLET_PIN}),
        ("overview/subscribe", {"words": WORDS}),
    ],
)
async def test_what_is_not_taken(
    assist: HomeAssistant,
    client: Any,
    name: str,
    sent: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is refused without a word of what it was."""
    caplog.set_level("INFO")
    error = (await Screen(client).ask(name, **sent))["error"]
    assert error["code"] == ERR_INVALID_FORMAT
    for told in (caplog.text, str(error)):
        assert WORDS not in told
        assert TABLET_PIN not in told


async def test_what_is_refused(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The person is told why, with the names that it is about; the log is not."""
    caplog.set_level("INFO")
    screen = Screen(client)
    first = seen(assist, await request(assist, body="hello"))
    too_long = await screen.ask("pending/edit", **first, body=WORDS * 50)
    assert too_long["error"]["code"] == ERR_HOME_ASSISTANT_ERROR
    assert too_long["error"]["translation_key"] == "refused"
    assert too_long["error"]["translation_placeholders"]["answer"]
    (contact_id,) = guard.subentries
    taken = await screen.ask("names/make_alias", contact_id=contact_id, alias="Stop")
    assert taken["error"]["translation_placeholders"]["name"] == "Stop"
    day = await screen.ask("requests/page", since="yesterday at Mallory's")
    assert day["error"]["translation_key"] == "no_day"
    answers = [answer["error"]["translation_placeholders"] for answer in (too_long, taken, day)]
    for placeholders in answers[:2]:
        assert any(placeholders.values())
    for placeholders in answers:
        for value in placeholders.values():
            assert not value or value not in caplog.text
    assert WORDS not in caplog.text


async def test_a_delivery_that_failed(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Whom it did not reach is told to whoever has approved it."""
    waiting = seen(assist, await request(assist, body="hello"))

    assist.services.async_remove("notify", "anna")
    answer = await Screen(client).ask("pending/approve", **waiting)
    assert answer["error"]["translation_key"] == "delivery_failed"
    assert answer["error"]["translation_placeholders"]["answer"] not in caplog.text


async def test_what_it_takes_is_told(client: Any) -> None:
    """Whoever writes a tool is told what the command takes."""
    error = (await Screen(client).ask("pending/decline", words=WORDS))["error"]
    assert "confirmation_id" in error["message"]
