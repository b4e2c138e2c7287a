"""What a household's own commands hold is found where their handlers keep it."""

import inspect
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from custom_components.message_guard.hooks.household_commands import says_only
from custom_components.message_guard.hooks.service_job import Job, Swaps, dispatch
from tests.hooks.house import look, set_up

URL = {"url": "http://127.0.0.1/open"}


async def with_rest(house: HomeAssistant, commands: dict[str, Any]) -> None:
    """Set up REST commands; their sessions look for the network's adapters."""
    await set_up(house, "network")
    await set_up(house, "rest_command", commands)


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
    await with_rest(house, {"gate": config})
    assert says_only(house, "rest_command.gate") is same


@pytest.mark.parametrize(
    ("payload", "same"),
    [
        ("{{ message }}", True),
        ("{{ message | default('hi') | to_json }} {{ message }}", True),
        ("{% set x = message %}{{ x }}", True),
        ("{{ message }} {{ title }}", False),
        ("{{ states('input_text.note') }}", False),
        ("{{ 'input_text.note' | states }}", False),
        ("{{ message if message is is_state('on') }}", False),
        ("{% from 'tools.jinja' import note %}{{ note() }}", False),
        ("{{ message", False),
    ],
)
async def test_what_is_handed_over(house: HomeAssistant, payload: str, same: bool) -> None:
    """What draws on nothing else says nothing else."""
    service = {"url": "http://127.0.0.1/open", "method": "post", "payload": "x"}
    await with_rest(house, {"sms": service})
    kept = inspect.getclosurevars(house.services.async_services()["rest_command"]["sms"].job.target)
    kept.nonlocals["template_payload"].template = payload
    assert says_only(house, "rest_command.sms", ["message", "to"]) is same


async def test_a_handler_that_was_swapped(house: HomeAssistant) -> None:
    """It is read all the same."""
    await with_rest(house, {"gate": URL})
    swaps = Swaps(house)

    async def handle(job: Job, call: ServiceCall) -> None:
        await dispatch(job, call)

    swaps.swap("rest_command", "gate", handle)
    assert says_only(house, "rest_command.gate")
    swaps.restore_all()


@pytest.mark.parametrize(
    ("command", "same"), [("touch /tmp/x", True), ("reboot", True), ("echo {{ what }}", False)]
)
async def test_shell_commands(house: HomeAssistant, command: str, same: bool) -> None:
    """In the command."""
    await set_up(house, "shell_command", {"do": command})
    assert says_only(house, "shell_command.do") is same


async def test_what_is_not_known_is_not_the_same(house: HomeAssistant) -> None:
    """What is not there, what is no such command, and what somebody else has registered."""
    look(house, lambda call: call)
    for action in ("rest_command.gone", "test.look", "rest_command", ""):
        assert not says_only(house, action)
    house.services.async_register("rest_command", "other", lambda call: None)
    assert not says_only(house, "rest_command.other")
