"""The rooms of a household: in each a satellite, and what Home Assistant calls it."""

from dataclasses import dataclass, field

from .client import Client, Json
from .household import Household
from .satellite import Satellite
from .states import States


@dataclass(frozen=True, slots=True)
class Room:
    """A satellite, and what Home Assistant calls it.

    Attributes:
        satellite: The satellite.
        entity_id: Its entity.
        entry_id: Id of its config entry.
        device_id: Registry id of its device.
        assistant: The entity that chooses its pipeline.
    """

    satellite: Satellite
    entity_id: str
    entry_id: str
    device_id: str
    assistant: str


@dataclass(slots=True)
class Rooms:
    """The rooms, found as they are added.

    Attributes:
        all: The rooms by their names.
        states: What their satellites do.
    """

    all: dict[str, Room] = field(default_factory=dict)
    states: States = field(default_factory=States)
    _added: list[Satellite] = field(default_factory=list)

    async def add(self, household: Household, name: str, area: str) -> None:
        """Add a room with a satellite, which tells where it is if `area` is not empty."""
        satellite = Satellite(name.title(), household.speech, area=area or None, at_once=False)
        await satellite.start()
        self._added.append(satellite)
        await household.add_wyoming(satellite.port)
        await self.find(household.house.client, name, satellite)

    async def find(self, client: Client, name: str, satellite: Satellite) -> None:
        """Remember what Home Assistant calls the satellite that was added last."""
        known = {room.device_id for room in self.all.values()}
        mine: dict[str, Json] = {}
        for entity in await client.command("config/entity_registry/list"):
            if entity["platform"] == "wyoming" and entity["device_id"] not in {None, *known}:
                mine[entity["entity_id"].partition(".")[0]] = entity
                if entity["entity_id"].endswith("_assistant"):
                    mine["assistant"] = entity
        self.all[name] = Room(
            satellite,
            mine["assist_satellite"]["entity_id"],
            mine["assist_satellite"]["config_entry_id"],
            mine["assist_satellite"]["device_id"],
            mine["assistant"]["entity_id"],
        )
        await satellite.wait_until_ready()

    async def follow(self, client: Client) -> None:
        """Wait until every satellite is there, and follow what it does."""
        for room in self.all.values():
            await room.satellite.wait_until_ready()
        entities = [(room.entity_id, room.assistant) for room in self.all.values()]
        await self.states.follow(client, *(entity_id for pair in entities for entity_id in pair))

    async def begin_anew(self, client: Client) -> None:
        """Let Home Assistant forget what any satellite plays."""
        for room in self.all.values():
            if not room.satellite.disturbed:
                continue
            since = self.states.count(room.entity_id)
            async with room.satellite.called_up_again():
                await client.reload(room.entry_id)
            await self.states.until(
                room.entity_id, lambda seen: "unavailable" in seen and seen[-1] == "idle", since
            )

    async def use_pipeline(self, client: Client, name: str, pipeline: str) -> None:
        """Let a satellite use another pipeline, by its name; "preferred" for the preferred one."""
        chooser = self.all[name].assistant
        if self.states.now(chooser) != pipeline:
            target = {"entity_id": chooser}
            await client.call("select.select_option", {"option": pipeline}, target=target)

    async def stop(self) -> None:
        """Stop the satellites that were added here."""
        for satellite in self._added:
            await satellite.stop()
