"""The household in which the panel is looked at, and a door by which a test has things said and done in it.

The tests run in Node.js, beside the browser; the household is driven from here. Between them stands HTTP on loopback:
a post of `{"do": …}` to the door is answered with JSON.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
import time
from typing import Any

from aiohttp import web

from tests.e2e.client import Client, CommandError, Json
from tests.e2e.guarded import DOMAIN, INTEGRATION, PHRASE
from tests.e2e.house import OWNER, PASSWORD
from tests.e2e.household import Household
from tests.e2e.lived_in import COMPONENTS, PEOPLE, PIN, TABLET, LivedInHousehold
from tests.e2e.phone import log_in

_FILLER = Path(__file__).with_name("ledger_filler")
_MODEL_STEPS, _LEVEL = "1", "phrase"
_COME_IN = "switch.message_guard_messages_come_in"
_AT_ONCE = 5_000
"""Requests that are written in one call, which has to answer in time."""
_READY_SECONDS = 30.0
_POLL_SECONDS = 0.1

LOG_INS = {"owner": (OWNER, PASSWORD)} | {login: (login, login) for login in PEOPLE.values()}
"""Everybody who may look, and what they log in with."""


class PanelHome:
    """A household with people at their screens.

    Attributes:
        home: The household.
        address: Where the door is, once it is open.
    """

    def __init__(self, folder: Path, *, days: int, behind: float = 0.0) -> None:
        """Lay out its files below this folder.

        Args:
            folder: Made if it is not there.
            days: How many lie behind it.
            behind: So many seconds ago its past ended: `later` has that much time.
        """
        integrations = (INTEGRATION, *COMPONENTS, _FILLER)
        self.home = LivedInHousehold(
            Household(folder=folder, integrations=integrations), days=days, behind=behind
        )
        self._clock = time.time() - behind
        self.home.household.house.configuration.extra["ledger_filler"] = None
        self.address = ""
        self._runner: web.AppRunner | None = None
        self._deeds: dict[str, Callable[..., Awaitable[Json]]] = {
            "ask": self.ask,
            "happen": self.happen,
            "later": self.later,
            "write": self.write,
            "waiting": self.waiting,
            "decline": self.decline,
            "arrived": self.arrived,
            "approvers": self.let_approve,
            "reload": self.reload,
            "restart": self.restart,
            "dashboard": self.dashboard,
            "fill": self.fill,
        }

    async def start(self) -> None:
        """Start the household, let the tablet be shared, and open the door."""
        await self.home.start()
        await self._let_messages_in()
        await self._configure("screens", shared_accounts=[self.home.users[TABLET]])
        application = web.Application()
        application.router.add_post("/", self._answer)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def _let_messages_in(self) -> None:
        """Turn the switch on, as a person does: no program can. At the true time, or what is handed out is too old."""
        url = self.home.household.house.url
        owner = Client(url, await log_in(url, OWNER, PASSWORD))
        await owner.connect()
        await owner.call("switch.turn_on", target={"entity_id": _COME_IN})
        await owner.wait_for_state(_COME_IN, "on")
        await owner.close()

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self.home.stop()

    def given(self) -> dict[str, Json]:
        """Return what a test has to know."""
        return {
            "url": self.home.household.house.url,
            "door": self.address,
            "people": {
                who: {"name": name, "password": word} for who, (name, word) in LOG_INS.items()
            },
            "phrase": PHRASE,
            "pin": PIN,
        }

    async def _answer(self, request: web.Request) -> web.Response:
        asked = await request.json()
        try:
            return web.json_response(await self._deeds[asked.pop("do")](**asked))
        except CommandError as error:
            return web.json_response({"error": str(error)}, status=400)

    # --- what can be done -------------------------------------------------------------------------

    async def ask(self, room: str, text: str) -> Json:
        """Say something in a room; return what is answered."""
        return {"answer": await self.home.speak(room, text)}

    async def happen(self, event: str, data: dict[str, Json]) -> Json:
        """Let something happen that an automation waits for, and what it does be there."""
        before = await self.waiting()
        await self.home.client.command("fire_event", event_type=event, event_data=data)
        async with asyncio.timeout(_READY_SECONDS):
            while await self.waiting() == before:
                await asyncio.sleep(_POLL_SECONDS)
        return {}

    async def write(self, contact: str, words: str) -> Json:
        """Let somebody write to the house, by an automation of the household's that hands it in."""
        await self.home.client.command(
            "fire_event", event_type="has_written", event_data={"contact": contact, "words": words}
        )
        return {}

    async def later(self, seconds: float) -> Json:
        """Put the clock on the wall forward, so that nobody asks too often.

        It stands where the past ended when this is first done: whoever has logged in until then did so at the true time.
        """
        self._clock += seconds
        assert self._clock <= time.time(), (
            "as far as it goes: the household was not far enough behind"
        )
        await self.home.set_clock(self._clock)
        return {}

    async def waiting(self) -> Json:
        """Return what waits."""
        answer = await self.home.client.call(f"{DOMAIN}.list_pending", return_response=True)
        return answer["response"]["pending"]

    async def decline(self) -> Json:
        """Decline all that waits, from elsewhere."""
        waiting = await self.waiting()
        for item in waiting:
            wanted = {"confirmation_id": item["confirmation_id"]}
            await self.home.client.call(f"{DOMAIN}.decline", wanted)
        return len(waiting)

    async def arrived(self, words: str) -> Json:
        """Return where a message with these words has arrived, once for each time."""
        home = self.home.household
        received = home.delivered() | {
            name: receiver.messages for name, receiver in home.others.items()
        }
        return [name for name, texts in received.items() for text in texts if words in text]

    async def let_approve(self, *names: str, who: list[str] | None = None) -> Json:
        """Choose who may approve."""
        chosen = [self.home.users[name] for name in (who or names)]
        await self._configure(
            "proof",
            default_level=_LEVEL,
            phrase=PHRASE,
            model_steps=_MODEL_STEPS,
            approvers=chosen,
        )
        return len(chosen)

    async def reload(self) -> Json:
        """Load the guard anew."""
        await self.home.client.reload(self.home.entry_id)
        return {}

    async def restart(self) -> Json:
        """Restart Home Assistant."""
        await self.home.household.house.restart()
        await self.home.listen()
        async with asyncio.timeout(_READY_SECONDS):
            while await self.home.client.state("switch.message_guard_sending_allowed") != "on":
                await asyncio.sleep(_POLL_SECONDS)
        return {"seconds": self.home.household.house.started_in}

    async def dashboard(self, cards: list[dict[str, Any]], name: str = "wall") -> Json:
        """Make a dashboard with these cards; return its path."""
        command, path = self.home.client.command, f"{name}-tablet"
        await command(
            "lovelace/dashboards/create", url_path=path, title=name.title(), mode="storage"
        )
        view = {"title": "Home", "path": "home", "cards": cards}
        await command("lovelace/config/save", url_path=path, config={"views": [view]})
        return {"path": f"/{path}/home"}

    async def fill(self, requests: int, days: int) -> Json:
        """Let so many requests be written by the ledger's own writer, as if they were made in so many days."""
        seconds = 0.0
        for first in range(0, requests, _AT_ONCE):
            wanted = {
                "requests": min(_AT_ONCE, requests - first),
                "first": first,
                "total": requests,
                "days": days,
            }
            answer = await self.home.client.call("ledger_filler.fill", wanted, return_response=True)
            seconds += answer["response"]["seconds"]
        return {"requests": requests, "seconds": seconds}

    async def _configure(self, form: str, **answers: Json) -> None:
        flow = await self.home.client.options_flow(self.home.entry_id)
        await flow.walk({"init": form, **answers})
