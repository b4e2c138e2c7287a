"""The contacts of the corpus's household: entered in the dialogue, or there from before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import uuid

from .client import Client, CommandError, Flow, Json
from .guarded import GuardedHousehold

_FLOWS = "/api/config/config_entries/subentries/flow"
_WARNING = "name_sounds_like"


@dataclass(slots=True)
class Contact:
    """A contact, and where its messages arrive.

    Attributes:
        name: Its name, as a case has it.
        target: End of the name of its notify action.
        level: Label of the level that it needs.
        id: Id of its subentry, empty while there is none.
    """

    name: str
    target: str
    level: str = "inherit"
    id: str = ""


@dataclass(slots=True)
class Contacts:
    """The contacts that a household has now.

    Attributes:
        guarded: The household.
        all: The contacts by their names.
    """

    guarded: GuardedHousehold
    all: dict[str, Contact] = field(default_factory=dict)

    @property
    def _client(self) -> Client:
        return self.guarded.client

    async def add(self, name: str, target: str) -> bool:
        """Enter a contact in the dialogue; return whether the dialogue takes the name."""
        flow = await self._client.subentry_flow(self.guarded.entry_id, "contact")
        contact = Contact(name, target)
        try:
            await self._walk(flow, contact)
        except CommandError as error:
            await self._client.rest("DELETE", f"{_FLOWS}/{flow.last['flow_id']}")
            if "name" not in error.message:
                raise
            return False
        known = {item.id for item in self.all.values()}
        listed = await self._client.command(
            "config_entries/subentries/list", entry_id=self.guarded.entry_id
        )
        contact.id = next(
            item["subentry_id"]
            for item in listed
            if item["subentry_type"] == "contact" and item["subentry_id"] not in known
        )
        self.all[name] = contact
        return True

    async def remove(self, name: str) -> None:
        """Take a contact off the list."""
        contact = self.all.pop(name)
        await self._client.command(
            "config_entries/subentries/delete",
            entry_id=self.guarded.entry_id,
            subentry_id=contact.id,
        )

    async def set_level(self, name: str, level: str) -> None:
        """Say in the dialogue what a contact needs."""
        contact = self.all[name]
        if contact.level == level:
            return
        flow = Flow(self._client, _FLOWS)
        await flow.begin({"handler": [self.guarded.entry_id, "contact"], "subentry_id": contact.id})
        contact.level = level
        await self._walk(flow, contact)

    def store(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Put contacts, each with its target, into what is stored, as an older version may have.

        Home Assistant must be stopped.
        """
        added = [Contact(name, target, id=uuid.uuid4().hex) for name, target in wanted]

        def change(data: Json) -> None:
            entry = next(
                item for item in data["entries"] if item["entry_id"] == self.guarded.entry_id
            )
            for contact in added:
                entry["subentries"].append(
                    {
                        "data": _stored(contact),
                        "subentry_id": contact.id,
                        "subentry_type": "contact",
                        "title": contact.name,
                        "unique_id": f"contact:{contact.id}",
                    }
                )

        self.guarded.household.house.edit_storage("core.config_entries", change)
        self.all |= {contact.name: contact for contact in added}

    @staticmethod
    async def _walk(flow: Flow, contact: Contact) -> None:
        answers = {"user": "details", **_answers(contact)}
        try:
            await flow.walk(answers)
        except CommandError as error:
            if _WARNING not in error.message:
                raise
            await flow.walk(answers)  # who has been warned may do it all the same


def _answers(contact: Contact) -> dict[str, Json]:
    return {
        "name": contact.name,
        "aliases": [],
        "reach": [f"notify_action|notify.{contact.target}"],
        "level": contact.level,
    }


def _stored(contact: Contact) -> dict[str, Json]:
    return {
        "name": contact.name,
        "aliases": [],
        "channel": "notify_action",
        "targets": [f"notify.{contact.target}"],
        "level": contact.level,
        "observe": False,
    }
