"""Actions whose names a template works out: what can be told beforehand of what they come to."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.spoken_home import SpokenHome, home, sentence

from .test_finding import ignore, look, repairs

__all__ = ["home", "repairs"]

SLY = {"gap_template_automation.sly"}


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("notify.{{ trigger.slots.who }}", set()),
        ("\n notify.mobile_app_{{ trigger.slots.who }}", set()),
        ("light.turn_{{ trigger.slots.state }}", set()),
        ("rest_command.{{ trigger.slots.who }}", SLY),
        ("rest_command.blinds_{{ trigger.slots.who }}", SLY),
        ("conversation.{{ trigger.slots.who }}", SLY),
        ("not_there.{{ trigger.slots.who }}", SLY),
        ("notify.not_there_{{ trigger.slots.who }}", SLY),
        ("{{ trigger.slots.who }}", SLY),
        ("{{ trigger.slots.who }}.turn_on", SLY),
    ],
)
async def test_how_an_action_begins(home: SpokenHome, action: str, told: set[str]) -> None:
    """One that can only come to what is guarded, or to what carries no words, opens nothing."""
    for domain, name in (
        ("notify", "mobile_app_ben"),
        ("light", "turn_on"),
        ("light", "turn_off"),
        ("rest_command", "blinds_up"),
        ("conversation", "process"),
    ):
        async_mock_service(home.hass, domain, name)
    step: dict[str, Any] = {"action": action, "data": {"entity_id": "light.a"}}
    await home.automate(sentence(step, alias="Sly"))
    assert await look(home) == told


async def test_it_is_followed_to_its_end(home: SpokenHome) -> None:
    """A script that can be meant is read like one that is named."""
    await home.script(
        text_ben={"sequence": [{"action": "rest_command.sms", "data": {"message": "x"}}]},
        bell={"sequence": []},
    )
    await home.automate(sentence({"action": "script.{{ trigger.slots.who }}"}, alias="Sly"))
    assert await look(home) == {"gap_action_automation.sly_rest_command.sms"}


async def test_it_is_ignored_whatever_is_there_later(home: SpokenHome) -> None:
    """What was ignored is what stands in the configuration."""
    await home.automate(sentence({"action": "rest_command.{{ trigger.slots.who }}"}, alias="Sly"))
    assert await look(home) == SLY
    await ignore(home, "gap_template_automation.sly")
    async_mock_service(home.hass, "rest_command", "one_more")
    assert await look(home) == set()


async def test_another_voice_system_is_told_of(home: SpokenHome) -> None:
    """That it is guarded helps nothing there: nobody knows that somebody spoke."""
    await home.automate(
        {
            "alias": "Sly",
            "triggers": [{"trigger": "event", "event_type": "rhasspy_say"}],
            "actions": [
                {"action": "notify.{{ trigger.event.data.who }}", "data": {"message": "x"}}
            ],
        }
    )
    assert await look(home) == {"gap_voices_automation.sly"}
