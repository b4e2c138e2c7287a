"""What an integration logs after it has taken a message."""

from contextvars import Context, copy_context
import logging
from typing import Any

import pytest

from tests.phones import PhoneHome, heard_later, phones, send_to_the_child, told_on_screen

__all__ = ["phones"]


async def test_an_error_that_is_logged_afterwards(phones: PhoneHome) -> None:
    """A phone in the house is pushed to directly, and through the cloud when it does not confirm: that may fail."""
    hass = phones.hass
    logger = logging.getLogger("homeassistant.components.mobile_app.notify")
    pushed = phones.components.delivery.ways.answer_field
    begun: list[Context] = []
    """What the call has begun, and goes on when it is over."""

    async def field(recipient: Any) -> Any:
        begun.append(copy_context())
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    for text in ("the cloud did not take it", "nor once more"):
        begun[0].run(logger.error, text)
    await phones.settle()
    assert await heard_later(phones) == [("failed_later", ("only_logged",))]
    assert len(told_on_screen(hass)) == 1


async def test_a_warning_that_is_logged_afterwards(phones: PhoneHome) -> None:
    """The integration has taken the message, and warns of whatever else it does."""
    hass = phones.hass
    logger = logging.getLogger("homeassistant.components.mobile_app.notify")
    pushed = phones.components.delivery.ways.answer_field
    begun: list[Context] = []

    async def field(recipient: Any) -> Any:
        begun.append(copy_context())
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    begun[0].run(logger.warning, "another phone is slow")
    await phones.settle()
    assert await heard_later(phones) == []
    assert told_on_screen(hass) == []


async def test_an_error_that_is_logged_while_home_assistant_stops(
    phones: PhoneHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be told any more; whoever logs does not hear of it."""
    hass = phones.hass
    logger = logging.getLogger("homeassistant.components.mobile_app.notify")
    pushed = phones.components.delivery.ways.answer_field
    begun: list[Context] = []

    def closed(*_: Any, **__: Any) -> None:
        raise RuntimeError("Event loop is closed")

    async def field(recipient: Any) -> Any:
        begun.append(copy_context())
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    with monkeypatch.context() as patch:
        patch.setattr(hass.loop, "call_soon_threadsafe", closed)
        begun[0].run(logger.error, "the cloud did not take it")
    assert await heard_later(phones) == []
