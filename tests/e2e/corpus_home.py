"""The household of the corpus, as tests/corpus/README.md describes it, in a real Home Assistant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus.play import CAREFUL_LEVEL, GARAGE, HALL, KITCHEN, PHRASE, PIN, STRANGER

from . import deeds
from .client import Client, Json
from .contacts import Contacts
from .deliveries import Deliveries
from .guarded import DOMAIN, GuardedHousehold
from .local_model import LocalModel, add_model
from .phone import Phone, PushServer, log_in
from .receivers import HttpReceiver
from .rooms import Rooms
from .satellite import Satellite
from .webhooks import post

MODEL = "Model"
"""The pipeline that asks a language model."""
PREFERRED = "preferred"
"""The pipeline that asks Home Assistant's own agent, as satellites call it."""

_SECONDS_PER_WORD = 0.3
_PEOPLE = {"Anna": "anna", "Ben": "ben", "Chris": "chris", STRANGER: "zoe"}
_SHARED = ("Christine", "Chris")
# Addresses of whoever else a case needs.
_SPARE = tuple(f"spare_{number}" for number in range(8))
_GUEST = "guest"


@dataclass(slots=True)
class CorpusHome:
    """The household, its receivers, its rooms, and everybody who has a user.

    Attributes:
        guarded: The household, and the guard in it.
        contacts: Whom it writes to.
        rooms: Its rooms.
        model: The language model that one of its pipelines asks.
        deliveries: What is on its way to its receivers.
        more_rooms: Rooms to begin with beside the kitchen, and their areas, "" where nothing tells.
        room_levels: What every message from a room needs at least; nothing of its own for any that is not here.
        phone: The phone of the administrator.
        guest_phone: The phone of somebody who may not approve.
    """

    guarded: GuardedHousehold
    contacts: Contacts = field(init=False)
    rooms: Rooms = field(default_factory=Rooms)
    model: LocalModel = field(default_factory=LocalModel)
    pushes: PushServer = field(default_factory=PushServer)
    deliveries: Deliveries = field(default_factory=Deliveries)
    more_rooms: dict[str, str] = field(default_factory=lambda: {HALL: "", GARAGE: "Garage"})
    room_levels: dict[str, str] = field(default_factory=lambda: {GARAGE: CAREFUL_LEVEL})
    phone: Phone = field(init=False)
    guest_phone: Phone = field(init=False)
    _guest_token: str = ""
    _guest: Client | None = None
    _before: list[tuple[str, str]] = field(default_factory=list)
    _takes_in: bool = False
    _lasting: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Lay out what is not yet there."""
        self.contacts = Contacts(self.guarded)
        self.phone = Phone("owner", self.pushes)
        self.guest_phone = Phone(_GUEST, self.pushes)
        home = self.guarded.household
        home.others = {target: HttpReceiver() for target in (*_PEOPLE.values(), *_SPARE)}
        home.speech.seconds_per_word = _SECONDS_PER_WORD
        home.satellite = Satellite("Kitchen", home.speech, area="Kitchen", at_once=False)
        configuration = home.house.configuration
        configuration.extra["mobile_app"] = None
        configuration.packages = deeds.packages()
        configuration.files = deeds.sentences()

    @classmethod
    def make(cls, folder: Path) -> CorpusHome:
        """Return the household, not yet started."""
        return cls(GuardedHousehold.make(folder, extra=(deeds.WALL_BUTTON_FOLDER,)))

    @property
    def client(self) -> Client:
        """The administrator's session."""
        return self.guarded.client

    @property
    def guest(self) -> Client:
        """The session of somebody who may not approve."""
        assert self._guest is not None
        return self._guest

    def target(self, name: str) -> str:
        """Return the end of the name of somebody's notify action."""
        known = self.contacts.all.get(name)
        return known.target if known is not None else _PEOPLE.get(name, "nobody")

    @property
    def arrived(self) -> list[tuple[str, str]]:
        """What has arrived anywhere since the last `reset`, as name and words."""
        names = {contact.target: name for name, contact in self.contacts.all.items()}
        names |= {target: name for name, target in _PEOPLE.items()}
        return [
            (names.get(target, target), words)
            for target, receiver in self.guarded.household.others.items()
            for words in receiver.messages
        ]

    @property
    def everything(self) -> list[tuple[str, str]]:
        """What has arrived anywhere since the start, as name and words."""
        return [*self._before, *self.arrived]

    # --- starting and stopping --------------------------------------------------------------

    async def start(self, names: Iterable[str] = (), *, same_name: bool = True) -> None:
        """Start everything, and set it up through Home Assistant's own dialogues.

        Args:
            names: Of contacts that stay if the dialogue refuses them: an older version had them.
            same_name: Two people are called Chris. No dialogue allows that, so it takes a restart.
        """
        await self.pushes.start()
        await self.model.start()
        home = self.guarded.household
        await home.start()
        await self.rooms.find(self.client, KITCHEN, home.satellite)
        for name, area in self.more_rooms.items():
            await self.rooms.add(home, name, area)
        await self._invite()
        await self._add_model_pipeline()
        await self.guarded.add_guard()
        await self.guarded.let_programs_approve()
        for name in ("Anna", "Ben", "Chris"):
            await self.contacts.add(name, _PEOPLE[name])
        await self._set_options()
        for name, level in self.room_levels.items():
            flow = await self.client.subentry_flow(self.guarded.entry_id, "satellite")
            await flow.walk({"satellite": self.rooms.all[name].entity_id, "level": level})
        for entity_id in deeds.EXPOSED:
            await self._expose(entity_id)
        await self.client.command(
            "config/entity_registry/update",
            entity_id=deeds.SENDING,
            aliases=[deeds.SENDING_ALIAS],
        )
        if same_name:
            await self.contacts.add(_SHARED[0], _PEOPLE[_SHARED[1]])
            refused = [name for name in names if not await self._accepts(name)]
            self._lasting = {*self.contacts.all, *refused}
            await self.restart(refused, same_name=True)
        else:
            self._lasting = {*self.contacts.all}
            await self._call_up()

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        await self._hang_up()
        await self.guarded.stop()
        await self.rooms.stop()
        await self.model.stop()
        await self.pushes.stop()

    async def restart(self, names: Iterable[str] = (), *, same_name: bool = False) -> None:
        """Restart Home Assistant, and wait until every satellite is there again.

        Args:
            names: Of contacts that are put into what is stored meanwhile.
            same_name: Two contacts are given the same name meanwhile, which no dialogue allows.
        """
        house = self.guarded.household.house
        await self._hang_up()
        await house.stop()
        if same_name:
            self.guarded.share_alias(_SHARED[1], _SHARED[0])
        for name in names:
            self.contacts.store([(name, self._spare())])
        await house.start()
        await self._call_up()

    async def press(self) -> None:
        """Press the button on the wall, when it is ready to be pressed."""
        await self.client.wait_for_state(deeds.WALL_BUTTON, "off")
        await post(self.client.url, deeds.WALL_BUTTON_WEBHOOK, {})

    async def _call_up(self) -> None:
        """Let everybody be there who has a session or a satellite."""
        await self.rooms.follow(self.client)
        await self.deliveries.follow(self.client)
        url = self.guarded.household.house.url
        self._guest = Client(url, self._guest_token)
        await self._guest.connect()
        if await self.client.state(deeds.WALL_BUTTON) == "unknown":
            # What it was before its first press is unknown, so that one counts for nothing.
            await post(url, deeds.WALL_BUTTON_WEBHOOK, {})
            await self.client.wait_for_state(deeds.WALL_BUTTON, "off")

    async def _hang_up(self) -> None:
        await self.rooms.states.stop()
        await self.deliveries.stop()
        guest, self._guest = self._guest, None
        if guest is not None:
            await guest.close()

    async def reset(self, level: str, names: Iterable[str]) -> None:
        """Make the household what a case begins with.

        Args:
            level: What Anna needs.
            names: Of further contacts.
        """
        await self.rooms.begin_anew(self.client)
        for name in {*self.contacts.all} - self._lasting - {*names}:
            await self.contacts.remove(name)
        new = [name for name in names if name not in self.contacts.all]
        refused = [name for name in new if not await self.contacts.add(name, self._spare())]
        if refused:
            await self.restart(refused)
        await self.contacts.set_level("Anna", level)
        await self.client.call("switch.turn_on", target={"entity_id": deeds.SENDING})
        await self.client.call("input_boolean.turn_off", target={"entity_id": "all"})
        if self._takes_in:
            self._takes_in = False
            await self._switch("off")
        # Rates, echoes and what waits are in memory only.
        await self.reload()
        await self.client.call(f"{DOMAIN}.unlock")
        self._before += self.arrived
        for receiver in self.guarded.household.others.values():
            receiver.received.clear()
        self.pushes.received.clear()
        self.model.asked.clear()
        self.model.will_say()

    async def take_in(self) -> None:
        """Let messages come in, until the next `reset`."""
        if not self._takes_in:
            self._takes_in = True
            await self._switch("on")

    async def _switch(self, state: str) -> None:
        await self.client.call(f"switch.turn_{state}", target={"entity_id": deeds.TAKES_IN})
        await self.client.wait_for_state(deeds.TAKES_IN, state)

    async def reload(self) -> None:
        """Let the guard begin anew."""
        await self.client.reload(self.guarded.entry_id)

    async def _accepts(self, name: str) -> bool:
        """Return whether the dialogue takes a name; it is not kept."""
        accepted = await self.contacts.add(name, self._spare())
        if accepted:
            await self.contacts.remove(name)
        return accepted

    def _spare(self) -> str:
        used = {contact.target for contact in self.contacts.all.values()}
        return next(target for target in _SPARE if target not in used)

    # --- pipelines --------------------------------------------------------------------------------

    async def agent(self, pipeline: str) -> str:
        """Return the conversation agent of a pipeline, by its name."""
        return str((await self._pipeline(pipeline))["conversation_engine"])

    async def pipeline_id(self, pipeline: str) -> str:
        """Return the id of a pipeline, by its name."""
        return str((await self._pipeline(pipeline))["id"])

    async def _pipeline(self, name: str) -> Json:
        preferred = self.guarded.household.pipeline
        return next(
            item
            for known, item in (await self._pipelines()).items()
            if known == name or (name == PREFERRED and item["id"] == preferred)
        )

    # --- setting up -----------------------------------------------------------------------------

    async def _invite(self) -> None:
        """Register the administrator's phone, and let a guest in with theirs."""
        url = self.guarded.household.house.url
        await self.phone.register(url, self.client)
        user = await self.client.command(
            "config/auth/create", name=_GUEST, group_ids=["system-users"]
        )
        await self.client.command(
            "config/auth_provider/homeassistant/create",
            user_id=user["user"]["id"],
            username=_GUEST,
            password=_GUEST,
        )
        first = Client(url, await log_in(url, _GUEST, _GUEST))
        try:
            await first.connect()
            self._guest_token = await first.command(
                "auth/long_lived_access_token", client_name="End-to-end", lifespan=1
            )
            await self.guest_phone.register(url, first)
        finally:
            await first.close()

    async def _set_options(self) -> None:
        """Fill in the forms of the household."""
        client, preferred = self.client, self.guarded.household.pipeline
        owner = (await client.command("auth/current_user"))["id"]
        phones = {item["title"]: item["entry_id"] for item in await client.entries("mobile_app")}
        forms: dict[str, dict[str, Json]] = {
            "routes": {
                "pipelines": [preferred, (await self._pipelines())[MODEL]["id"]],
                "guarded_intents": [deeds.LETTER],
            },
            "proof": {
                "default_level": "phrase",
                "phrase": PHRASE,
                "model_steps": "0",
                "approvers": [owner],
            },
            "pin": {"pin": PIN},
            "devices": {
                "phones": [phones["owner"]],
                "phones_always": False,
                "buttons": [deeds.WALL_BUTTON],
            },
        }
        for form, answers in forms.items():
            flow = await client.options_flow(self.guarded.entry_id)
            await flow.walk({"init": form, **answers})
            await self.reload()  # a change of pipelines begins anew anyway, but later

    async def _expose(self, entity_id: str) -> None:
        await self.client.command(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=[entity_id],
            should_expose=True,
        )

    async def _add_model_pipeline(self) -> None:
        agent = await add_model(self.client, self.model)
        settings = next(
            dict(item)
            for item in (await self._pipelines()).values()
            if item["id"] == self.guarded.household.pipeline
        )
        del settings["id"]
        settings |= {"name": MODEL, "conversation_engine": agent, "conversation_language": "en"}
        await self.client.command("assist_pipeline/pipeline/create", **settings)

    async def _pipelines(self) -> dict[str, Json]:
        listed = await self.client.command("assist_pipeline/pipeline/list")
        return {item["name"]: item for item in listed["pipelines"]}
