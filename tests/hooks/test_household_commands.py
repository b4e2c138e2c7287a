"""What a household's own commands hold is found where their handlers keep it."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.hooks.household_commands import always_the_same
from tests.hooks.house import look, set_up

URL = {"url": "http://127.0.0.1/open"}


@pytest.mark.parametrize(
    ("config", "same"),
    [
        (URL, True),
        ({**URL, "method": "post", "payload": '{"on": true}', "headers": {"x": "y"}}, True),
        ({"url": "http://127.0.0.1/{{ what }}"}, False),
        ({**URL, "method": "post", "payload": "{{ states('input_text.note') }}"}, False),
        ({**URL, "headers": {"title": "{% if a %}b{% endif %}"}}, False),
    ],
)
async def test_rest_commands(house: HomeAssistant, config: dict[str, Any], same: bool) -> None:
    """In the address, the payload and the headers."""
    await set_up(house, "rest_command", {"gate": config})
    assert always_the_same(house, "rest_command.gate") is same


@pytest.mark.parametrize(
    ("command", "same"), [("touch /tmp/x", True), ("reboot", True), ("echo {{ what }}", False)]
)
async def test_shell_commands(house: HomeAssistant, command: str, same: bool) -> None:
    """In the command."""
    await set_up(house, "shell_command", {"do": command})
    assert always_the_same(house, "shell_command.do") is same


async def test_what_is_not_known_is_not_the_same(house: HomeAssistant) -> None:
    """What is not there, what is no such command, and what somebody else has registered."""
    look(house, lambda call: call)
    for action in ("rest_command.gone", "test.look", "rest_command", ""):
        assert not always_the_same(house, action)
    house.services.async_register("rest_command", "other", lambda call: None)
    assert not always_the_same(house, "rest_command.other")
