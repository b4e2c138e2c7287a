"""A lamp of the home, borrowed for a while: it shows what waits, and looks afterwards as it did before.

What it looked like is on disk before it is changed, so that a restart in between leaves it in no colour of ours. Whoever
else changes it meanwhile has it: it is let go as it is then, and borrowed again only for something new. Nothing waits
for a lamp, and no error of one is anybody else's.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
import logging
from typing import Any, Final

from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.components.light.reproduce_state import async_reproduce_states
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
    EVENT_STATE_CHANGED,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_OFF,
    STATE_ON,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    DOMAIN as HOMEASSISTANT_DOMAIN,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..core.lamp import Look, Shows, kept, wish
from .surroundings import Home, logged

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
STORAGE_KEY: Final = f"{DOMAIN}.lamp"

CALL_SECONDS: Final = 10.0
"""How long a light may take to do what it is asked for."""

STOP_SECONDS: Final = 3.0
"""How long the guard's end waits for a lamp."""

MOST_CONTEXTS: Final = 16

_LIGHTING: Final = frozenset({LIGHT_DOMAIN, HOMEASSISTANT_DOMAIN})
"""Whose actions switch a light by its name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown, and the ids of what waits."""

    shows: Shows
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """A lamp that shows something of ours.

    Attributes:
        before: What it is put back to.
        shows: What it shows.
        asked: How it should look.
        looks: How it has looked since it was asked.
        found: An earlier run has borrowed it, and has perhaps put it back.
    """

    before: State
    shows: Shows
    asked: Look
    looks: Look
    found: bool = False

    @property
    def entity_id(self) -> str:
        return self.before.entity_id

    def is_like(self, state: State) -> bool:
        """Return whether it looks as we have made it look."""
        look = Look.of(state.state, state.attributes)
        return look.is_like(self.looks) or look.is_like(self.asked)

    def has_not_changed(self, state: State) -> bool:
        """Return whether it looks as it did before: it may be slow, or have failed."""
        before = Look.of(self.before.state, self.before.attributes)
        return Look.of(state.state, state.attributes).is_like(before)


class Lamp:
    """Shows what waits, on the light that the household has chosen."""

    def __init__(
        self,
        hass: HomeAssistant,
        home: Home,
        chosen: Callable[[], str],
        wanted: Callable[[], Wanted | None],
    ) -> None:
        """Create it; `start` begins to show.

        Args:
            hass: Home Assistant.
            home: Runs what takes long.
            chosen: Returns the light's entity id, "" for none.
            wanted: Returns what is to be shown now, None for nothing.
        """
        self._hass = hass
        self._home = home
        self._chosen = chosen
        self._wanted = wanted
        self._store: Store[dict[str, Any]] = Store(hass, STORAGE_VERSION, STORAGE_KEY)
        self._borrowed: _Borrowed | None = None
        self._theirs: frozenset[str] = frozenset()
        self._ours = deque[str](maxlen=MOST_CONTEXTS)
        self._loaded = self._started = self._again = False
        self._work: asyncio.Task[None] | None = None
        self._end_calls: CALLBACK_TYPE | None = None

    async def load(self) -> None:
        """Read what an earlier run has borrowed and not put back; what cannot be read is nobody's."""
        try:
            self._borrowed = _read(await self._store.async_load())
        except Exception as error:  # noqa: BLE001 - a lamp must not keep anything from starting
            _LOGGER.warning("What a lamp looked like was lost: %s", type(error).__name__)
        self._loaded = True
        self._begin()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Show from now on what waits, once Home Assistant has started; returns what ends that."""

        async def started(_hass: HomeAssistant) -> None:
            self._started = True
            self._begin()

        ends = (
            self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._state, event_filter=self._is_it),
            async_at_started(self._hass, started),
        )

        @callback
        def stop() -> None:
            for end in ends:
                end()
            self._follow_calls(follow=False)

        return stop

    @callback
    def _begin(self) -> None:
        """Begin once it is known what an earlier run has left, and the lights are there."""
        if self._ready:
            self._follow_calls(follow=self._borrowed is not None)
            self.changed()

    @property
    def _ready(self) -> bool:
        return self._loaded and self._started

    async def stop(self) -> None:
        """Show nothing any more, and put the lamp back; what is not there now is put back at the next start."""
        self._started = False
        if self._work is not None and not self._work.done():
            await asyncio.wait({self._work}, timeout=STOP_SECONDS)
        await logged("Putting back a lamp", self._put_back(STOP_SECONDS, for_now=True))

    @callback
    def changed(self) -> None:
        """Look again at what waits, at what is chosen, and at the lamp."""
        self._again = True
        if self._ready and (self._work is None or self._work.done()):
            self._work = self._home.run_long(logged("A lamp", self._follow()))

    async def _follow(self) -> None:
        while self._again and self._ready:
            self._again = False
            await self._step()

    async def _step(self) -> None:
        wanted, entity_id = self._wanted(), self._chosen()
        if wanted is not None and wanted.ids <= self._theirs:
            wanted = None  # somebody has wanted the lamp for something else since all of it waits
        borrowed = self._borrowed
        if borrowed is not None and (wanted is None or borrowed.entity_id != entity_id):
            await self._put_back()
            borrowed = self._borrowed
            if borrowed is not None:
                return  # it is not there now, or does not do it: we look again
        if wanted is None or not entity_id:
            return
        state = self._hass.states.get(entity_id)
        if state is None or state.state not in {STATE_ON, STATE_OFF}:
            return
        if borrowed is not None and not borrowed.is_like(state):
            if not (borrowed.found and borrowed.has_not_changed(state)):
                await self._let_go()  # changed while we were not there
                return
            borrowed = None
        if borrowed is not None:
            if borrowed.shows is not wanted.shows:
                await self._show(replace(borrowed, shows=wanted.shows), state)
        else:
            before = State(entity_id, state.state, kept(state.attributes))
            look = Look.of(state.state, state.attributes)
            await self._show(_Borrowed(before, wanted.shows, look, look), state)

    # --- borrowing --------------------------------------------------------------------------------

    async def _show(self, borrowed: _Borrowed, state: State) -> None:
        data, look = wish(borrowed.shows, state.attributes)
        borrowed = self._borrowed = replace(borrowed, asked=look, looks=look, found=False)
        await self._store.async_save(_written(borrowed))
        if self._borrowed is not borrowed:
            return  # somebody has it since
        self._follow_calls(follow=True)
        context = self._context()
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._hass.services.async_call(
                    LIGHT_DOMAIN,
                    SERVICE_TURN_ON,
                    {ATTR_ENTITY_ID: borrowed.entity_id, **data},
                    blocking=True,
                    context=context,
                )
        except Exception as error:  # noqa: BLE001 - whatever an integration raises
            _LOGGER.warning("%s could not show what waits: %s", state.name, type(error).__name__)
        current = self._borrowed
        if current is not None and current.looks != look:
            await self._store.async_save(_written(current))

    async def _put_back(self, seconds: float = CALL_SECONDS, *, for_now: bool = False) -> None:
        """Put the lamp back as it was, unless somebody else has changed it; wait where it is not there.

        Args:
            seconds: How long that may take.
            for_now: The next start looks at it once more. While Home Assistant stops, scripts do nothing and say nothing,
                and a light that is made of them tells that it looks as it was asked to.
        """
        borrowed = self._borrowed
        if borrowed is None:
            return
        state = self._hass.states.get(borrowed.entity_id)
        if state is None or state.state not in {STATE_ON, STATE_OFF}:
            if self._chosen() != borrowed.entity_id:
                await self._give_up()  # taken out of the home, or of our hands
            return
        changed = borrowed.is_like(state)
        if changed or (borrowed.has_not_changed(state) and not borrowed.found):
            try:
                async with asyncio.timeout(seconds):
                    await self._restore(borrowed.before)
            except Exception as error:  # noqa: BLE001 - whatever an integration raises
                _LOGGER.warning("%s was not put back yet: %s", state.name, type(error).__name__)
                if changed:
                    return
            if for_now:
                return
        await self._give_up()

    async def _restore(self, before: State) -> None:
        """Make it look as it did; one that was off is turned off, even if it tells only later that it was on."""
        context = self._context()
        if before.state == STATE_OFF:
            target = {ATTR_ENTITY_ID: before.entity_id}
            await self._hass.services.async_call(
                LIGHT_DOMAIN, SERVICE_TURN_OFF, target, blocking=True, context=context
            )
            return
        await async_reproduce_states(self._hass, [before], context=context)

    async def _let_go(self) -> None:
        """Leave the lamp to whoever has changed it, for as long as nothing new waits."""
        self._theirs_now()
        await self._give_up()

    async def _give_up(self) -> None:
        self._borrowed = None
        self._follow_calls(follow=False)
        await self._store.async_remove()

    @callback
    def _theirs_now(self) -> None:
        if (wanted := self._wanted()) is not None:
            self._theirs = wanted.ids

    def _context(self) -> Context:
        """Return a context of ours, with no user and no cause: it is nobody's speech."""
        context = Context()
        self._ours.append(context.id)
        return context

    # --- what others do ---------------------------------------------------------------------------

    @callback
    def _is_it(self, data: EventStateChangedData) -> bool:
        entity_id = data[ATTR_ENTITY_ID]
        return entity_id == self._chosen() or (
            self._borrowed is not None and self._borrowed.entity_id == entity_id
        )

    @callback
    def _state(self, event: Event[EventStateChangedData]) -> None:
        if not self._ready:
            return  # what is still starting may say anything
        new, borrowed = event.data["new_state"], self._borrowed
        there = new is not None and new.state in {STATE_ON, STATE_OFF}
        if new is None or not there or borrowed is None or borrowed.entity_id != new.entity_id:
            self.changed()  # it may have come back
        elif event.context.id in self._ours:
            look = Look.of(new.state, new.attributes)
            self._borrowed = replace(borrowed, looks=look)
        elif borrowed.is_like(new):
            self.changed()  # it may not have been there when it should have been put back
        else:
            self._taken()

    @callback
    def _follow_calls(self, *, follow: bool) -> None:
        """Hear of actions, while there is a lamp to lose: one that changes nothing is somebody's wish as well."""
        if self._end_calls is not None:
            self._end_calls()
            self._end_calls = None
        if follow:
            self._end_calls = self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._called)

    @callback
    def _called(self, event: Event) -> None:
        if event.data[ATTR_DOMAIN] not in _LIGHTING or event.context.id in self._ours:
            return
        named = event.data.get(ATTR_SERVICE_DATA, {}).get(ATTR_ENTITY_ID)
        listed = [named] if isinstance(named, str) else named or ()
        if self._borrowed is not None and self._borrowed.entity_id in listed:
            self._taken()

    @callback
    def _taken(self) -> None:
        self._theirs_now()
        self._borrowed = None
        self._follow_calls(follow=False)
        self._home.run(logged("Letting go of a lamp", self._store.async_remove()))


def _written(borrowed: _Borrowed) -> dict[str, Any]:
    return {
        "entity_id": borrowed.entity_id,
        "state": borrowed.before.state,
        "attributes": dict(borrowed.before.attributes),
        "shows": borrowed.shows.value,
        "asked": _look(borrowed.asked),
        "looks": _look(borrowed.looks),
    }


def _look(look: Look) -> dict[str, Any]:
    return {"on": look.on, "brightness": look.brightness, "hs": look.hs, "effect": look.effect}


def _read(stored: dict[str, Any] | None) -> _Borrowed | None:
    if stored is None:
        return None
    asked, looks = (
        Look(**{**look, "hs": None if look["hs"] is None else tuple(look["hs"])})
        for look in (stored["asked"], stored["looks"])
    )
    before = State(stored["entity_id"], stored["state"], stored["attributes"])
    return _Borrowed(before, Shows(stored["shows"]), asked, looks, found=True)
