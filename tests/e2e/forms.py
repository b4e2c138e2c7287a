"""Message Guard's forms, filled in as a person does."""

from collections.abc import Mapping
from typing import Any

from .client import Client, CommandError, Json

_DOMAIN = "message_guard"


class Forms:
    """Adds the guard, its contacts and its rules.

    Attributes:
        entry_id: Id of the entry that was added; empty while there is none.
    """

    def __init__(self, client: Client, pipelines: list[str]) -> None:
        """Fill in forms in this session; these pipelines are guarded."""
        self._client = client
        self._pipelines = pipelines
        self.entry_id = ""
        self._opened: str | None = None

    def go_on_with(self, client: Client) -> None:
        """Fill in forms in another session: Home Assistant has been started anew."""
        self._client = client

    async def add_guard(self, phrase: str) -> None:
        """Add the integration.

        Raises:
            CommandError: If the form finds something wrong.
        """
        flow = await self._client.config_flow(_DOMAIN)
        entry = await flow.walk(
            {
                "pipelines": self._pipelines,
                "default_level": "phrase",
                "phrase": phrase,
                "observe": False,
            }
        )
        self.entry_id = entry["result"]["entry_id"]
        self._opened = entry["next_flow"][1] if entry.get("next_flow") else None

    async def remove_guard(self) -> None:
        """Delete the integration's entry."""
        if self.entry_id:
            path = f"/api/config/config_entries/entry/{self.entry_id}"
            await self._client.rest("DELETE", path)
            self.entry_id = ""

    async def add_contact(self, name: str, reached: Any) -> None:
        """Add a contact; `reached` is what tests/e2e/situations/README.md says.

        Raises:
            CommandError: If the form finds something wrong.
        """
        opened, self._opened = self._opened, None
        flow = await self._client.subentry_flow(self.entry_id, "contact", opened=opened)
        await flow.walk({"user": "details", "name": name, **_answers(reached)})

    async def configure(self, entry: str, fields: Mapping[str, Json]) -> None:
        """Change something under *Configure*.

        Raises:
            CommandError: If the form finds something wrong.
        """
        flow = await self._client.options_flow(self.entry_id)
        await flow.walk({"init": entry, "pipelines": self._pipelines, **fields})

    async def add_rule(self, fields: Mapping[str, Json]) -> None:
        """Give a satellite rules of its own."""
        flow = await self._client.subentry_flow(self.entry_id, "satellite")
        await flow.walk(dict(fields))


def _answers(reached: Any) -> dict[str, Json]:
    """Return what is entered in the contact's forms for a way to reach somebody.

    Raises:
        CommandError: If it is none that tests/e2e/situations/README.md knows.
    """
    given = {"through": reached} if isinstance(reached, str) else dict(reached)
    answers: dict[str, Json] = {
        "aliases": given.get("also", []),
        "level": given.get("level", "inherit"),
    }
    match given:
        case {"through": str(action), "fields": dict(fixed), **rest}:
            call = [{"action": action, "data": fixed}]
            return answers | {"reach": ["action"], "call": call, "words": rest.get("words", "")}
        case {"actions": list(sequence)}:
            return answers | {"reach": ["actions"], "sequence": sequence}
        case {"announced": list(satellites)}:
            return answers | {"reach": [f"announcement|{item}" for item in satellites]}
        case {"entity": str(entity_id)}:
            return answers | {"reach": [f"notify_entity|{entity_id}"]}
        case {"phone": str(entity_id)}:
            return answers | {"reach": [f"phone|{entity_id}"]}
        case {"through": str(action)}:
            return answers | {"reach": [f"notify_action|{action}"]}
    raise CommandError("contact", f"nobody is reached by {reached!r}")
