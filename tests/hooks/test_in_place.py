"""A method of one object is replaced, and put back unless somebody has wrapped it meanwhile."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.hooks.default_agent import HANDLE, checked_agent
from custom_components.message_guard.hooks.in_place import Replaced


async def test_what_the_class_does_comes_back(talking: HomeAssistant) -> None:
    """On Home Assistant's own agent, an entity."""
    agent = checked_agent(talking)
    replaced = Replaced(agent, HANDLE, print)
    assert replaced.stands
    assert getattr(agent, HANDLE) is print
    replaced.put_back()
    assert not replaced.stands
    assert HANDLE not in vars(agent)
    replaced.put_back()
    assert HANDLE not in vars(agent)


async def test_what_somebody_had_put_there_comes_back(talking: HomeAssistant) -> None:
    """And what somebody has put there since stays."""
    agent = checked_agent(talking)
    Replaced(agent, HANDLE, repr)
    ours = Replaced(agent, HANDLE, print)
    theirs = Replaced(agent, HANDLE, str)
    ours.put_back()
    assert getattr(agent, HANDLE) is str
    theirs.put_back()
    ours.put_back()
    assert getattr(agent, HANDLE) is repr


def test_what_has_no_place_for_it_says_so() -> None:
    """Whoever asks for it knows that it stays open."""
    with pytest.raises(TypeError):
        Replaced(object(), "method", print)
