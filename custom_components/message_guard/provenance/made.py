"""What speech has made: automations, scripts and scenes that came into being, or changed, because of it.

A model with the right tool writes an automation and reloads automations, and everything that the automation does later
has a cause of its own: a time, a state. So whatever a reload brings that speech has asked for stays
spoken, until a person has looked at it in Repairs or saves it in Home Assistant's editor. It is known by its id
and the hash of its configuration, and remembered over restarts, without what was said. What was remembered is read
while Home Assistant starts, without anybody's waiting; only a call that would send waits for it.

Whoever writes with a token of its own acts for itself and is only told of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextvars import Context as ContextVars
from dataclasses import asdict, dataclass
import logging
from typing import Any, Final

from homeassistant.auth.models import TOKEN_TYPE_NORMAL
from homeassistant.components.http.const import KEY_HASS_REFRESH_TOKEN_ID
from homeassistant.const import CONF_ID
from homeassistant.core import Context, CoreState, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.http import current_request
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..core.request import Origin
from ..hooks.entities import entities
from .loaded import (
    AUTOMATION,
    SCENE,
    SCRIPT,
    Item,
    Thing,
    Things,
    described,
    key_of,
    loaded,
)
from .turn import Turn
from .written import Written

_LOGGER = logging.getLogger(__name__)

MAKERS: Final = frozenset(
    {(AUTOMATION, "reload"), (SCRIPT, "reload"), (SCENE, "reload"), (SCENE, "create")}
)
"""Actions by which what is written down comes into being."""

ISSUE_MADE: Final = "made_by_speech"
ISSUE_WRITER: Final = "made_by_program"
STORE_VERSION: Final = 1
SAVE_SECONDS: Final = 1.0
MOST_RECORDS: Final = 500
"""Beyond which what is no longer there is forgotten."""
MOST_HASHES: Final = 50
"""Of one automation; one that is written anew so often is spoken whatever it says."""

EDITOR: Final = "/api/config/"

_DATA: HassKey[MadeBySpeech] = HassKey("message_guard_made_by_speech")

type Make = Callable[[], Awaitable[Any]]


@dataclass(slots=True)
class _Record:
    """One thing that speech has made.

    Attributes:
        hashes: Of its configurations that nobody has looked at.
        origin: Where it was said, without the words.
        by_model: A language model has spoken in the turn.
        turn: Stands for that turn from now on.
    """

    hashes: list[str]
    origin: Origin
    by_model: bool
    turn: Turn

    def means(self, thing: Thing) -> bool:
        """Return whether it is what speech has made, and not what has become of it since."""
        return not set(self.hashes).isdisjoint(thing.hashes)


class MadeBySpeech:
    """Remembers what speech has made."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the record of what speech has made; `load` reads it."""
        self._hass = hass
        self._store: Store[dict[str, Any]] = Store(hass, STORE_VERSION, f"{DOMAIN}.made_by_speech")
        self._records: dict[str, _Record] = {}
        self._reading: asyncio.Task[None] | None = None
        self._began: list[tuple[Context, str]] = []
        self._on_known: Callable[[Context, Turn], None] | None = None
        self._written = Written(hass, self._found)
        self.loaded = False

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self._records)

    @callback
    def read(self, on_known: Callable[[Context, Turn], None]) -> None:
        """Begin to read what earlier runs remembered.

        Args:
            on_known: Called with the context of each run that has begun meanwhile of what speech had made.
        """
        if self.loaded:
            return
        self._on_known = on_known
        if self._reading is None:
            # A context of its own: nothing that is begun here belongs to a turn.
            self._reading = ContextVars().run(
                self._hass.async_create_background_task,
                self._read(),
                "message_guard made by speech",
            )

    async def load(self) -> None:
        """Wait until it is known what earlier runs remembered; what cannot be read makes no start fail."""
        if self._reading is None:
            await self._read()
        else:
            await asyncio.shield(self._reading)

    async def _read(self) -> None:
        if self.loaded:
            return
        try:
            stored = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError, OSError) as error:
            _LOGGER.error("What speech has made could not be read: %s", type(error).__name__)
            stored = None
        for key, item in (stored or {}).items():
            try:
                origin = Origin(**item["origin"])
                turn = self._turn(origin, item["by_model"])
                record = _Record(list(item["hashes"]), origin, bool(item["by_model"]), turn)
            except KeyError, TypeError:
                _LOGGER.error("What speech has made could not be read for one of them")
                continue
            self._records.setdefault(key, record)
        self.loaded = True
        began, self._began = self._began, []
        for context, entity_id in began:
            if (turn_of := self.turn_of(entity_id)) is not None and self._on_known is not None:
                self._on_known(context, turn_of)

    @callback
    def run_began(self, context: Context, entity_id: str) -> Turn | None:
        """Note that an automation or a script runs; return the turn that has made it, if that is known now."""
        if not self.loaded:
            self._began.append((context, entity_id))
        return self.turn_of(entity_id)

    # --- asking ---------------------------------------------------------------------------------

    @callback
    def turn_of(self, entity_id: str) -> Turn | None:
        """Return the turn that has made this automation, script or scene; None for a person's own."""
        if not self._records:
            return None
        domain = entity_id.partition(".")[0]
        for entity in entities(self._hass, domain):
            if entity.entity_id == entity_id and (thing := described(domain, entity)) is not None:
                key = self._known_as(key_of(domain, entity), thing)
                return None if key is None else self._records[key].turn
        return None

    def _known_as(self, key: str, thing: Thing) -> str | None:
        """Return what something that is loaded was remembered by, None where speech has not made it.

        What was written without an id is called by Home Assistant as it likes: its configuration tells.
        """
        if (record := self._records.get(key)) is not None and record.means(thing):
            return key
        domain = f"{key.partition('.')[0]}."
        same = (it for it, record in self._records.items() if record.means(thing))
        return next((it for it in same if it.startswith(domain)), None)

    # --- watching -------------------------------------------------------------------------------

    async def watch(
        self, call: ServiceCall, turn: Turn | None, make: Make, sends: Callable[[Any], bool]
    ) -> Any:
        """Let something be made, and remember it if speech has asked for it.

        Args:
            call: One of `MAKERS`.
            turn: The turn that has led to the call, None for a person's own.
            make: Makes it.
            sends: Tells whether a configuration holds an action that sends words.
        """
        await self.load()  # what is stored would be written over
        edited, by_token = self._editor(call)
        if turn is None:
            await self._written.look()
            # A program that writes at the very moment in which somebody speaks: most likely the model's tool.
            turn = self._written.speaking() if by_token else None
        before = loaded(self._hass, call.domain)
        self._written.loading[call.domain] += 1
        try:
            return await make()
        finally:
            self._written.loading[call.domain] -= 1
            self._turn_ended()
            after = loaded(self._hass, call.domain)
            changed = {
                key: thing
                for key, thing in after.items()
                if key not in before or before[key].hashes != thing.hashes
            }
            if turn is not None and edited is None:
                self._remember(changed.items(), turn)
            else:
                self._forget(changed, edited)
                if by_token:
                    others = {
                        key: it for key, it in changed.items() if self._known_as(key, it) is None
                    }
                    self._tell([item.name for item in others.values() if sends(item.config)])
            self._save()
            self.report()

    @callback
    def turn_began(self, turn: Turn) -> None:
        """Look, when a turn is over that begins in the caller's task, whether anything was written meanwhile."""
        self._written.began(turn)
        turn.tell_if_it_wrote(self._may_have_written)

    def _may_have_written(self, _turn: Turn) -> None:
        loop = self._hass.loop
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._turn_ended)

    @callback
    def _turn_ended(self) -> None:
        if self._written.may_hold() and not self._hass.is_stopping:
            # A context of its own: it belongs to no turn.
            ContextVars().run(
                self._hass.async_create_task, self._look(), "message_guard written by speech"
            )

    async def _look(self) -> None:
        await self.load()
        await self._written.look()

    @callback
    def _found(self, turn: Turn, written: list[Item]) -> None:
        """Remember what was written while somebody spoke, and that somebody else may load."""
        self._remember(written, turn)
        self._save()

    @callback
    def trust(self, key: str) -> None:
        """A person has looked at it: it is their own from now on."""
        self._drop(key)
        self._save()
        self.report()

    @callback
    def report(self) -> None:
        """Bring Repairs up to date with what waits for somebody to look."""
        wanted: dict[str, tuple[str, str]] = {}
        domains = {key.partition(".")[0] for key in self._records}
        for domain in domains:
            for key, thing in loaded(self._hass, domain).items():
                if self._known_as(key, thing) is not None:
                    wanted[f"{ISSUE_MADE}_{key}"] = key, thing.name
        entries = self._hass.config_entries.async_entries(DOMAIN)
        for issue_id, (key, name) in wanted.items() if entries else ():
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                data={
                    "kind": ISSUE_MADE,
                    "entry_id": entries[0].entry_id,
                    "key": key,
                    "name": name,
                },
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_MADE,
                translation_placeholders={"name": name},
            )
        for domain, issue_id in list(ir.async_get(self._hass).issues):
            if domain == DOMAIN and issue_id.startswith(ISSUE_MADE) and issue_id not in wanted:
                ir.async_delete_issue(self._hass, DOMAIN, issue_id)

    # --- remembering ----------------------------------------------------------------------------

    def _remember(self, changed: Collection[Item], turn: Turn) -> None:
        for key, thing in changed:
            record = self._records.get(key)
            if record is None:
                said = turn.origin
                origin = Origin(
                    satellite_id=said.satellite_id,
                    device_id=said.device_id,
                    area_id=said.area_id,
                    user_id=said.user_id,
                    language=said.language,
                )
                by_model = turn.by_model
                record = _Record([], origin, by_model, self._turn(origin, by_model))
                self._records[key] = record
            hashed = thing.hashes[0]
            if hashed not in record.hashes:
                record.hashes = [*record.hashes, hashed][-MOST_HASHES:]
            _LOGGER.warning("%s was made or changed because somebody spoke", thing.name)
        self._forget_gone({key for key, _ in changed})

    def _forget_gone(self, new: set[str]) -> None:
        """Forget the oldest of too many, as far as it is gone: what is there or new stays spoken, however much it is."""
        too_many = len(self._records) - MOST_RECORDS
        if too_many > 0 and self._hass.state is CoreState.running:  # before, not all is there yet
            there = {
                self._known_as(key, thing)
                for domain in (AUTOMATION, SCRIPT, SCENE)
                for key, thing in loaded(self._hass, domain).items()
            }
            gone = [key for key in self._records if key not in there | new]
            for key in gone[:too_many]:
                del self._records[key]

    def _forget(self, changed: Things, edited: str | None) -> None:
        """Forget what a person has written anew, or has saved in the editor."""
        for key, thing in changed.items():
            record = self._records.get(key)
            if record is not None and not record.means(thing):
                del self._records[key]
        if edited is not None:
            self._drop(edited)

    def _drop(self, key: str) -> None:
        """Forget what is loaded under this key, whatever it was remembered by."""
        self._records.pop(key, None)
        thing = loaded(self._hass, key.partition(".")[0]).get(key)
        while thing is not None and (known := self._known_as(key, thing)) is not None:
            del self._records[known]

    def _turn(self, origin: Origin, by_model: bool) -> Turn:
        turn = Turn(self._hass, origin, by_model=by_model)
        turn.finish()
        return turn

    def _save(self) -> None:
        self._store.async_delay_save(
            lambda: {
                key: {
                    "hashes": record.hashes,
                    "origin": asdict(record.origin),
                    "by_model": record.by_model,
                }
                for key, record in self._records.items()
            },
            SAVE_SECONDS,
        )

    # --- whose hand -----------------------------------------------------------------------------

    def _editor(self, call: ServiceCall) -> tuple[str | None, bool]:
        """Return what a person has just saved in the editor, and whether a token of its own has written.

        The editor's view reloads in the task of its request, which says whose it is.
        """
        request = current_request.get()
        if request is None or KEY_HASS_REFRESH_TOKEN_ID not in request:
            return None, False
        token = self._hass.auth.async_get_refresh_token(request[KEY_HASS_REFRESH_TOKEN_ID])
        if token is None or token.token_type != TOKEN_TYPE_NORMAL:
            return None, True
        saved = call.data.get(CONF_ID) or request.match_info.get("config_key")
        if not request.path.startswith(EDITOR) or not isinstance(saved, str):
            return None, False
        return f"{call.domain}.{saved}", False

    def _tell(self, names: list[str]) -> None:
        if not names:
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            ISSUE_WRITER,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_WRITER,
            translation_placeholders={"names": ", ".join(sorted(set(names)))},
        )


@callback
def made_by_speech(hass: HomeAssistant) -> MadeBySpeech:
    """Return the one memory of this home, which outlives a reload."""
    found = hass.data.get(_DATA)
    if found is None:
        found = hass.data[_DATA] = MadeBySpeech(hass)
    return found
