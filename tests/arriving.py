"""A contact's channel that does what a test wants, and what is said of a delivery by it."""

import asyncio
from collections.abc import AsyncGenerator
import logging

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.guarding import sending as sending_module
from custom_components.message_guard.ledger.reading import Filter
from tests.assist_home import PHRASE, Assist, Spoken

LOG = logging.getLogger("homeassistant.components.notify")


class ForbiddenError(Exception):
    """What a library raises."""


class Channel:
    """Anna's channel, which does what a test wants."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take every message."""
        self.hass = hass
        self.taken: list[str] = []
        self.go_on = asyncio.Event()
        self.does = "take"
        hass.services.async_register("notify", "anna", self.handle)

    async def handle(self, call: ServiceCall) -> None:
        """Be called."""
        self.taken.append(call.data["message"])
        await getattr(self, self.does)()

    async def take(self) -> None:
        """Take it without a word."""

    async def block(self) -> None:
        """Be told by a server that the person has blocked us."""
        raise HomeAssistantError("Sending failed") from ForbiddenError("Bot was blocked")

    async def turn_away(self) -> None:
        """Be told that the token is wrong."""
        raise HomeAssistantError("401 Unauthorized")

    async def raise_anything(self) -> None:
        """Raise what says nothing."""
        raise RuntimeError("I am late")

    async def log(self) -> None:
        """Log an error, and return as if all was well."""
        LOG.error("Could not send")

    async def log_in_a_thread(self) -> None:
        """Do that where no task runs."""
        await self.hass.async_add_executor_job(LOG.warning, "Could not send")

    async def be_cancelled(self) -> None:
        """Be cancelled from outside, as a script that starts anew is."""
        raise asyncio.CancelledError

    async def hang(self) -> None:
        """Take its time."""
        await self.go_on.wait()

    async def cling(self) -> None:
        """Take its time, and let nobody cancel that."""
        while not self.go_on.is_set():
            try:
                await self.go_on.wait()
            except asyncio.CancelledError:
                continue


@pytest.fixture
async def channel(home: HomeAssistant) -> AsyncGenerator[Channel]:
    """Return Anna's channel."""
    made = Channel(home)
    yield made
    made.go_on.set()
    await home.async_block_till_done()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no answer wait for long; here for a moment."""
    monkeypatch.setattr(sending_module, "ANSWER_SECONDS", 0.02)


async def send(assist: Assist) -> Spoken:
    """Ask for a message, and prove it."""
    await assist.say("tell Anna that I am late", fresh=True)
    return await assist.say(PHRASE)


async def kinds(entry: MockConfigEntry, request_kind: str = "authorised") -> list[str]:
    """Return the kinds of all steps of requests, oldest first."""
    page = await entry.runtime_data.components.ledger.page(Filter(), limit=200)
    return [str(row.entry.kind) for row in reversed(page.rows) if row.entry.request_id]


def shown(hass: HomeAssistant) -> list[str]:
    """Return what stands on the screen."""
    found = persistent_notification._async_get_or_create_notifications(hass)
    return [item["message"] for item in found.values()]
