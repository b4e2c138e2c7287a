"""Commands of the household's own that do the same whatever they are handed carry no word out of the house."""

from typing import Any

from homeassistant.setup import async_setup_component
import pytest

from tests.spoken_home import SpokenHome, home, sentence

from .test_finding import look, repairs

__all__ = ["home", "repairs"]

URL = "http://127.0.0.1/open"


@pytest.mark.parametrize(
    ("domain", "command", "told"),
    [
        ("rest_command", {"url": URL}, False),
        ("rest_command", {"url": URL, "method": "post", "payload": "open"}, False),
        ("rest_command", {"url": URL, "method": "post", "payload": "{{ what }}"}, True),
        ("shell_command", "touch /tmp/open", False),
        ("shell_command", "say {{ what }}", True),
    ],
)
@pytest.mark.parametrize("action", ["{domain}.gate", "{domain}.{{{{ 'gate' }}}}"])
async def test_what_is_fixed_carries_nothing(
    home: SpokenHome, action: str, domain: str, command: Any, told: bool
) -> None:
    """Named, or worked out by a template: Repairs tells of it where words could go out with it."""
    assert await async_setup_component(home.hass, domain, {domain: {"gate": command}})
    step = {"action": action.format(domain=domain), "data": {"what": "{{ trigger.sentence }}"}}
    await home.automate(sentence(step, alias="Gate"))
    assert bool(await look(home)) is told
