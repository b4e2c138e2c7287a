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
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
    EVENT_STATE_CHANGED,
    SERVICE_TOGGLE,
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
from .borrowed import Borrowed, read, written
from .surroundings import Home, logged
from .targets import names

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
STORAGE_KEY: Final = f"{DOMAIN}.lamp"

CALL_SECONDS: Final = 10.0
"""How long a light may take to do what it is asked for."""

LATE_SECONDS: Final = 300.0
"""How long after it was asked a light may tell for the first time that it has done it: some are asked in turn."""

STOP_SECONDS: Final = 3.0
"""How long the guard's end waits for a lamp."""

MOST_CONTEXTS: Final = 16

_LIGHTING: Final = frozenset({LIGHT_DOMAIN, HOMEASSISTANT_DOMAIN})
"""Whose actions switch a light that is their target."""

_SWITCHING: Final = frozenset({SERVICE_TURN_ON, SERVICE_TURN_OFF, SERVICE_TOGGLE})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown, None for nothing, and the ids of what waits."""

    shows: Shows | None
    ids: frozenset[str]


class Lamp:
    """Shows what waits, on the light that the household has chosen."""

    def __init__(
        self,
        hass: HomeAssistant,
        home: Home,
        chosen: Callable[[], str],
        wanted: Callable[[], Wanted],
    ) -> None:
        """Create it; `start` begins to show.

        Args:
            hass: Home Assistant.
            home: Runs what takes long.
            chosen: Returns the light's entity id, "" for none.
            wanted: Returns what is to be shown now.
        """
        self._hass = hass
        self._home = home
        self._chosen = chosen
        self._wanted = wanted
        self._store: Store[dict[str, Any]] = Store(hass, STORAGE_VERSION, STORAGE_KEY)
        self._borrowed: Borrowed | None = None
        self._saved: tuple[Borrowed | None, frozenset[str]] = (None, frozenset())
        self._asking = self._restoring = False
        self._theirs: frozenset[str] = frozenset()
        self._ours = deque[str](maxlen=MOST_CONTEXTS)
        self._loaded = self._started = self._again = False
        self._work: asyncio.Task[None] | None = None
        self._end_calls: CALLBACK_TYPE | None = None

    async def load(self) -> None:
        """Read what an earlier run has borrowed and not put back; what cannot be read is nobody's."""
        try:
            stored = await self._store.async_load()
            self._theirs = (
                frozenset(stored["theirs"]) if stored and "theirs" in stored else frozenset()
            )
            self._borrowed = read(stored)
            self._saved = (self._borrowed, self._theirs)
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
        self._theirs &= wanted.ids
        if self._saved != (self._borrowed, self._theirs):
            await self._save()
        # Somebody may have wanted the lamp for something else since all of it waits.
        shows = None if wanted.ids <= self._theirs else wanted.shows
        borrowed = self._borrowed
        if borrowed is not None and (shows is None or borrowed.entity_id != entity_id):
            await self._put_back()
            borrowed = self._borrowed
            if borrowed is not None:
                return  # it is not there now, or does not do it: we look again
        if shows is None or not entity_id:
            return
        state = self._hass.states.get(entity_id)
        if state is None or state.state not in {STATE_ON, STATE_OFF}:
            return
        if (
            borrowed is not None
            and borrowed.has_not_changed(state)
            and (borrowed.found or not borrowed.is_like(state))
        ):
            borrowed = None  # it was put back, by an earlier run or by somebody
        if borrowed is not None and not borrowed.is_like(state):
            await self._let_go()  # changed while we were not there
            return
        if borrowed is not None:
            if borrowed.shows is not shows or borrowed.ended:
                await self._show(replace(borrowed, shows=shows), state)
        else:
            before = State(entity_id, state.state, kept(state.attributes))
            look = Look.of(state.state, state.attributes)
            await self._show(Borrowed(before, shows, look, look), state)

    # --- borrowing --------------------------------------------------------------------------------

    async def _show(self, borrowed: Borrowed, state: State) -> None:
        data, look = wish(borrowed.shows, state.attributes)
        looks = Look.of(state.state, state.attributes)
        borrowed = self._borrowed = replace(
            borrowed, asked=look, looks=looks, at=self._home.now(), found=False, ended=False
        )
        await self._save()
        if self._borrowed is not borrowed:
            return  # somebody has it since
        self._follow_calls(follow=True)
        context = self._context()
        self._asking = True
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
        finally:
            self._asking = False
        if self._saved != (self._borrowed, self._theirs):
            await self._save()

    async def _save(self) -> None:
        """Write down what is borrowed, and what somebody has taken it from."""
        borrowed, theirs = self._saved = (self._borrowed, self._theirs)
        if borrowed is None and not theirs:
            await self._store.async_remove()
        else:
            await self._store.async_save(written(borrowed, theirs))

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
        same = borrowed.has_not_changed(state)
        changed = borrowed.is_like(state) and not same
        if changed or (same and not borrowed.found and not borrowed.ended):
            try:
                self._restoring = True
                async with asyncio.timeout(seconds):
                    await self._restore(borrowed.before)
            except Exception as error:  # noqa: BLE001 - whatever an integration raises
                _LOGGER.warning("%s was not put back yet: %s", state.name, type(error).__name__)
                if changed:
                    return
            finally:
                self._restoring = False
            if for_now:
                return
        late = self._home.now() - borrowed.at <= LATE_SECONDS
        if same and late and not borrowed.found and self._chosen() == borrowed.entity_id:
            if self._borrowed is not None:
                self._borrowed = replace(self._borrowed, ended=True)
            return  # it may do only now what it was asked for
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
        await self._save()

    @callback
    def _theirs_now(self) -> None:
        self._theirs = self._wanted().ids

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
        else:
            ours, look = event.context.id in self._ours, Look.of(new.state, new.attributes)
            if (ours and self._restoring) or borrowed.follows(look, ours=ours, asking=self._asking):
                self._borrowed = replace(borrowed, looks=look)
                self.changed()  # it may not have been there when it should have been put back
            elif look.is_like(borrowed.first):
                self._theirs_now()  # put back by somebody, or told of late: it is to look like that
                self.changed()
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
        action = (event.data[ATTR_DOMAIN], event.data[ATTR_SERVICE])
        if self._borrowed is None or event.context.id in self._ours:
            return
        if action[0] in _LIGHTING and action[1] in _SWITCHING:
            data = event.data.get(ATTR_SERVICE_DATA) or {}
            if names(self._hass, data, self._borrowed.entity_id):
                self._taken()

    @callback
    def _taken(self) -> None:
        self._theirs_now()
        self._borrowed = None
        self._follow_calls(follow=False)
        self._home.run(logged("Letting go of a lamp", self._save()))


async def async_forget(hass: HomeAssistant) -> None:
    """Remove what is on disk of a lamp."""
    await Store[dict[str, Any]](hass, STORAGE_VERSION, STORAGE_KEY).async_remove()
