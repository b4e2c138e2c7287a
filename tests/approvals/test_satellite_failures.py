"""Satellites that cannot ask: nothing is stopped by that, and nothing counts as heard."""

from itertools import count

from homeassistant.components.assist_satellite import AssistSatelliteAnnouncement
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.message_guard.core.request import Origin
from tests.approvals.test_satellite_question import kitchen, quick, settled
from tests.conftest import PHRASE
from tests.speaker import Speaker
from tests.spoken_home import SpokenHome, home

__all__ = ["home", "kitchen", "quick"]


async def test_a_satellite_that_is_gone_stops_nothing(home: SpokenHome, kitchen: Speaker) -> None:
    """The confirmation waits for another approval."""
    await kitchen.turn("dinner is ready")
    home.hass.states.async_set(kitchen.entity_id, "unavailable")
    await settled(home)
    assert len(home.pending) == 1
    assert kitchen.said == ["Done"]


async def test_a_satellite_that_fails_stops_nothing(
    home: SpokenHome, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Injected at the loudspeaker."""

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(kitchen, "async_start_conversation", broken)
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert len(home.pending) == 1
    assert home.sent == []


async def test_an_announcement_that_fails_stops_nothing(
    home: SpokenHome, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Injected: another announcement is in the way."""
    monkeypatch.setattr(kitchen, "_is_announcing", True)
    await kitchen.turn("tell the stranger")
    await settled(home)
    assert kitchen.said == ["Done"]
    assert home.sent == []


@pytest.mark.parametrize("failure", [HomeAssistantError("no voice"), RuntimeError("broken")])
@pytest.mark.parametrize("heard", [0, 1])
async def test_a_question_that_was_never_spoken_was_not_heard(
    home: SpokenHome,
    kitchen: Speaker,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    heard: int,
) -> None:
    """Neither the end of the failure nor that of what the satellite says next is its end."""
    rounds, speak = count(), kitchen.async_start_conversation

    async def mute(announcement: AssistSatelliteAnnouncement) -> None:
        if next(rounds) >= heard:
            raise failure
        await speak(announcement)

    monkeypatch.setattr(kitchen, "async_start_conversation", mute)
    kitchen.replies.append("well I never")
    await kitchen.turn("dinner is ready")
    await settled(home)
    await kitchen.turn("what is the weather")
    assert home.kinds == ["asked", "wrong_reply"][: heard + 1]
    (waiting,) = home.pending
    answer = await home.components.guard.reply(
        PHRASE, Origin(satellite_id=kitchen.entity_id, language="en")
    )
    assert answer is not None
    assert answer.text == waiting.question  # asked now
    assert home.sent == []
