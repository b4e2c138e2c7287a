"""A household with Message Guard: set up through its dialogues, and spoken to."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import re

from . import ledger
from .client import Client, CommandError, Json
from .configuration import REPOSITORY
from .house import HouseError
from .household import PHONE_ACTION, Household
from .turn import Turn

DOMAIN = "message_guard"
INTEGRATION = REPOSITORY / "custom_components" / DOMAIN
PHRASE = "yes, send the message"

# Home Assistant writes its log in a thread of its own.
_LOG_SECONDS = 1.0

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def numbers() -> dict[str, int]:
    """Return the English numbers from 0 to 99 by their words, as a person would read them."""
    units = _UNITS.split()
    words = {word: value for value, word in enumerate(units)}
    for ten, word in enumerate(_TENS.split(), start=2):
        words[word] = ten * 10
        words |= {f"{word}-{unit}": ten * 10 + value for value, unit in enumerate(units[1:10], 1)}
    return words


def answer_to_code(question: str) -> str:
    """Do what a spoken code asks for: "… the sum of three and four … say the answer is …" → "the answer is seven".

    Raises:
        ValueError: If the question asks for no sum.
    """
    found = re.search(r"sum of ([a-z-]+) and ([a-z-]+)", question)
    if found is None:
        raise ValueError(f"no code in {question!r}")
    words = numbers()
    total = words[found[1]] + words[found[2]]
    return "the answer is " + next(word for word, value in words.items() if value == total)


@dataclass(slots=True)
class GuardedHousehold:
    """Message Guard at work in a household.

    Attributes:
        household: The house and its receivers.
        entry_id: Id of Message Guard's config entry.
    """

    household: Household
    entry_id: str = ""
    _opened: str | None = None

    @classmethod
    def make(cls, folder: Path, *, port: int = 0, extra: tuple[Path, ...] = ()) -> GuardedHousehold:
        """Return a household, not yet started, with Message Guard and other integrations installed."""
        return cls(Household(folder=folder, integrations=(INTEGRATION, *extra), port=port))

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.household.house.client

    @property
    def ledger_path(self) -> Path:
        """The ledger's file."""
        return self.household.house.folder / f"{DOMAIN}.ledger.db"

    async def start(self) -> None:
        """Start the household, add Message Guard and its contacts through their dialogues.

        Raises:
            HouseError: If a dialogue fails; the text ends with the tail of Home Assistant's log.
        """
        await self.household.start()
        try:
            await self.add_guard()
            await self.add_contacts()
        except CommandError as error:
            await asyncio.sleep(_LOG_SECONDS)
            raise HouseError(f"{error}\n{self.household.house.tail}") from error

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        await self.household.stop()

    async def add_guard(self) -> None:
        """Add the integration, guarding the preferred pipeline; it opens the dialogue for a contact."""
        flow = await self.client.config_flow(DOMAIN)
        entry = await flow.walk(
            {
                "pipelines": [self.household.pipeline],
                "default_level": "phrase",
                "phrase": PHRASE,
                # Proposed where things send by voice already; then nothing would be held.
                "observe": False,
            }
        )
        self.entry_id = entry["result"]["entry_id"]
        self._opened = entry["next_flow"][1]
        state = (await self.client.entries(DOMAIN))[0]["state"]
        if state != "loaded":
            raise CommandError("entry", state)

    async def let_programs_approve(self) -> None:
        """Allow what the owner's session does here: it is a program's, with a long-lived token."""
        flow = await self.client.options_flow(self.entry_id)
        await flow.choose("screens")
        await flow.finish({"tokens_approve": True})

    async def add_contacts(self) -> None:
        """Add one contact for each kind of receiver."""
        home = self.household
        await self.add_contact("Mum", "notify_entity", home.notify_entity, aliases=["Mother"])
        await self.add_contact("Dad", "notify_action", PHONE_ACTION, aliases=["Sam"], level="code")
        await self.add_contact("Everyone at home", "announcement", home.satellite_entity)

    async def add_contact(
        self,
        name: str,
        channel: str,
        target: str,
        *,
        aliases: list[str] | None = None,
        level: str = "inherit",
    ) -> None:
        """Add one contact through the dialogue that a person uses.

        Raises:
            CommandError: If the dialogue finds something wrong.
        """
        opened, self._opened = self._opened, None
        flow = await self.client.subentry_flow(self.entry_id, "contact", opened=opened)
        await flow.walk(
            {
                "user": "details",
                "name": name,
                "aliases": aliases or [],
                "reach": [f"{channel}|{target}"],
                "level": level,
            }
        )

    def share_alias(self, alias: str, *names: str) -> None:
        """Give several contacts the same alias, which the dialogue would refuse.

        Stored settings can hold it all the same: an older version, or a backup from elsewhere.
        """

        def change(data: Json) -> None:
            entry = next(item for item in data["entries"] if item["entry_id"] == self.entry_id)
            for subentry in entry["subentries"]:
                if subentry["title"] in names:
                    subentry["data"]["aliases"] = [alias]

        self.household.house.edit_storage("core.config_entries", change)

    async def say(self, text: str, after: Turn | None = None) -> Turn:
        """Say one sentence, in the conversation of an earlier turn if there is one."""
        return await self.client.say(
            text, conversation_id=after.conversation_id if after is not None else None
        )

    def stories(self) -> list[list[str]]:
        """Return, for each request, the kinds of its ledger entries."""
        return ledger.stories(self.ledger_path)
