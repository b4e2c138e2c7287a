"""What an integration logs after it has taken a message."""

import asyncio
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

    async def field(recipient: Any) -> Any:
        hass.loop.call_later(0.05, logger.error, "the cloud did not take it")
        hass.loop.call_later(0.06, logger.error, "nor once more")
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    async with asyncio.timeout(5):
        while not (later := await heard_later(phones)):
            await asyncio.sleep(0.01)
    assert later == [("failed_later", ("only_logged",))]
    assert len(told_on_screen(hass)) == 1


async def test_a_warning_that_is_logged_afterwards(phones: PhoneHome) -> None:
    """The integration has taken the message, and warns of whatever else it does."""
    hass = phones.hass
    logger = logging.getLogger("homeassistant.components.mobile_app.notify")
    pushed = phones.components.delivery.ways.answer_field
    warned = asyncio.Event()

    def warn() -> None:
        logger.warning("another phone is slow")
        warned.set()

    async def field(recipient: Any) -> Any:
        hass.loop.call_later(0.05, warn)
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    await warned.wait()
    assert await heard_later(phones) == []
    assert told_on_screen(hass) == []


async def test_an_error_that_is_logged_while_home_assistant_stops(
    phones: PhoneHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be told any more; whoever logs does not hear of it."""
    hass = phones.hass
    logger = logging.getLogger("homeassistant.components.mobile_app.notify")
    pushed = phones.components.delivery.ways.answer_field
    logged: asyncio.Future[None] = hass.loop.create_future()

    def closed(*_: Any, **__: Any) -> None:
        raise RuntimeError("Event loop is closed")

    def log() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(hass.loop, "call_soon_threadsafe", closed)
            try:
                logger.error("the cloud did not take it")
            except RuntimeError as error:
                logged.set_exception(error)
            else:
                logged.set_result(None)

    async def field(recipient: Any) -> Any:
        hass.loop.call_later(0.05, log)
        return await pushed(recipient)

    phones.components.delivery.ways.answer_field = field
    await send_to_the_child(phones)
    await logged
    assert await heard_later(phones) == []
