"""A contact's name that a recogniser spells otherwise, said to a guarded pipeline."""

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.assist_home import Assist, add, entry, home

__all__ = ["entry", "home"]


async def household(
    home: HomeAssistant, entry: MockConfigEntry, default_level: str, level: str
) -> list[ServiceCall]:
    """Let a household ask for this by default, and for this of Kirsty; returns what is sent to her."""
    calls = async_mock_service(home, "notify", "kirsty")
    await add(home, entry, "Kirsty", targets=["notify.kirsty"], level=level)
    options = {**entry.options, "default_level": default_level}
    home.config_entries.async_update_entry(entry, options=options)
    await home.async_block_till_done()
    return calls


@pytest.mark.parametrize(("default_level", "level"), [("phrase", "inherit"), ("none", "phrase")])
async def test_the_question_says_who_is_meant(
    home: HomeAssistant, entry: MockConfigEntry, default_level: str, level: str
) -> None:
    calls = await household(home, entry, default_level, level)
    asked = await Assist(home).say("text Cursedy saying dinner is ready")
    assert "To Kirsty: dinner is ready" in asked.speech
    assert calls == []


async def test_where_nobody_is_asked_a_name_is_said_as_it_is_written(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nobody would notice that somebody else was meant."""
    calls = await household(home, entry, "none", "inherit")
    answer = await Assist(home).say("text Cursedy saying dinner is ready")
    assert "not one of your contacts" in answer.speech
    assert calls == []
    await Assist(home).say("text Kirsty saying dinner is ready")
    assert [call.data["message"] for call in calls] == ["dinner is ready"]
