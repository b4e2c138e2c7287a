"""A guarded home with a kitchen satellite, in which people write to the house."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.incoming import Through
from custom_components.message_guard.core.incoming_rules import Treatment
from custom_components.message_guard.incoming.records import KINDS, IncomingNotice
from custom_components.message_guard.ledger.reading import Filter, Row
from custom_components.message_guard.runtime import Components
from tests.conftest import contact_data, options
from tests.speaker import Speaker, add_speaker

PHRASE = "yes, send the message"
ANNA, BEN = 4711, 81500


@dataclass
class MessagesHome:
    """A home that takes messages in.

    Attributes:
        hass: Home Assistant.
        entry: The entry.
        kitchen: Its satellite, whose turns go through the pipeline.
        sent: What has left for Anna.
        to_ben: What has left for Ben.
        notices: What has become of messages.
    """

    hass: HomeAssistant
    entry: MockConfigEntry
    kitchen: Speaker
    sent: list[ServiceCall]
    to_ben: list[ServiceCall]
    notices: list[IncomingNotice] = field(default_factory=list)
    count: int = 0

    @property
    def components(self) -> Components:
        """The moving parts."""
        components: Components | None = self.entry.runtime_data.components
        assert components is not None
        return components

    @property
    def kinds(self) -> list[str]:
        """What has become of messages, in order."""
        return [notice.kind.value for notice in self.notices]

    def contact(self, name: str) -> str:
        """Return the id of a contact."""
        return next(one.id for one in self.components.guard.household.contacts if one.name == name)

    async def settle(self) -> None:
        """Let everything be done that needs no clock."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def say(self, text: str) -> str:
        """Say something in the kitchen; return what is answered."""
        answer = await self.kitchen.turn(text)
        await self.settle()
        return answer

    async def ask_anna(self, body: str = "are you coming") -> None:
        """Write to Anna from the kitchen, with its proof."""
        await self.say(f"tell Anna that {body}")
        await self.say(PHRASE)

    async def write(self, body: str, contact: str = "Anna", **more: Any) -> Treatment | None:
        """Let a contact write to the house."""
        inbox = self.components.messages.inbox
        found = await inbox.take_in(self.contact(contact), body, Through.ACTION, **more)
        await self.settle()
        return found

    async def telegram(
        self,
        text: str | None,
        *,
        user: int = ANNA,
        chat: int = ANNA,
        context: Context | None = None,
        settle: bool = True,
        **more: Any,
    ) -> None:
        """Fire what Home Assistant's Telegram bot fires."""
        self.count += 1
        data = {
            "id": self.count,
            "chat_id": chat,
            "user_id": user,
            "date": dt_util.utcnow(),
            "message_thread_id": None,
            "text": text,
            "bot": {"id": 1, "config_entry_id": "bot"},
            **more,
        }
        self.hass.bus.async_fire("telegram_text", data, context=context or Context())
        if settle:
            await self.settle()

    async def choose(self, **incoming: Any) -> None:
        """Change what the household has chosen."""
        self.hass.config_entries.async_update_entry(
            self.entry, options={**self.entry.options, "incoming": incoming}
        )
        await self.settle()

    async def switch(self, state: str) -> None:
        """Let people's messages come in, or not any more, as an administrator does."""
        target = {"entity_id": "switch.message_guard_messages_come_in"}
        owner = await self.hass.auth.async_create_user("Owner", group_ids=[GROUP_ID_ADMIN])
        await self.hass.services.async_call(
            "switch", f"turn_{state}", target, blocking=True, context=Context(user_id=owner.id)
        )
        await self.settle()

    async def rows(self) -> list[Row]:
        """Return what is written down about messages, oldest first."""
        page = await self.components.ledger.page(Filter(kinds=KINDS), limit=200)
        return list(reversed(page.rows))

    async def reload(self) -> None:
        """Reload the entry."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.settle()


def people(**anna: Any) -> list[Any]:
    """Return Anna and Ben, who are known by their Telegram users."""
    return [
        contact_data("Anna", incoming={"reading": "tell", "senders": [str(ANNA)], **anna}),
        contact_data(
            "Ben", incoming={"reading": "read", "senders": [str(BEN), "@ben:example.org"]}
        ),
    ]


@pytest.fixture
async def messages(
    assist: HomeAssistant, request: pytest.FixtureRequest
) -> AsyncGenerator[MessagesHome]:
    """Return the home, with its switch turned on."""
    sent = async_mock_service(assist, "notify", "anna")
    to_ben = async_mock_service(assist, "notify", "ben")
    kitchen = await add_speaker(assist, piped=True)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(assist, incoming_allowed=True, phrase=PHRASE),
        subentries_data=people(),
    )
    entry.add_to_hass(assist)
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    made = MessagesHome(assist, entry, kitchen, sent, to_ben)
    made.components.messages.inbox.subscribe(made.notices.append)
    yield made
    if entry.state is ConfigEntryState.LOADED:
        await assist.config_entries.async_unload(entry.entry_id)
        await assist.async_block_till_done()
