"""Contexts: what is known of the Home Assistant context that a call, an event or a state carries.

It has been tagged, it follows from one that has been, the sequence that carries it has waited for speech,
or it runs what speech has made.
"""

from collections.abc import Callable

from homeassistant.core import Context, HomeAssistant

from ..core.request import Origin
from ..hooks.trace_variables import in_run
from .early_states import EarlyStates
from .lineage import Kinship, Lineage, Memory
from .made import MadeBySpeech
from .script_trace import Trigger, caller_of, is_state, runs_of, sentence_of, triggers_of
from .turn import Turn


class Contexts:
    """Knows where contexts come from, and tags those of which it finds that out."""

    def __init__(
        self,
        hass: HomeAssistant,
        memory: Memory,
        early: EarlyStates,
        made: MadeBySpeech,
        inside: Callable[[], Turn | None],
    ) -> None:
        """Know what these know; `inside` returns the turn that has begun the caller's task, over or not."""
        self._hass = hass
        self._memory = memory
        self._early = early
        self._made = made
        self._inside = inside

    def remember(self, origin: Origin, context_id: str, kinship: Kinship = Kinship.DIRECT) -> Turn:
        """Remember that everything with this context comes from now on from what was just said."""
        turn = Turn(self._hass, origin)
        turn.finish()
        self._memory.put(context_id, kinship, turn)
        return turn

    def of_either(self, context: Context) -> Lineage | None:
        """Return what is known of a context, else of its parent."""
        if (known := self.known(context)) is not None or context.parent_id is None:
            return known
        return self._set_off_by(context.parent_id)

    def known(self, context: Context) -> Lineage | None:
        """Return what is known of a context, and of what the sequence with this context has waited for.

        A context that may have been forgotten counts as spoken, by nobody knows whom. That says nothing of its
        parent's: a state that has lasted for days, say.
        """
        known = self.remembered(context.id)
        if known is not None and known.kinship is Kinship.DIRECT:
            return known
        if in_run():
            for context_id, trigger in triggers_of(context):
                self._ended_wait(context_id, trigger)
            # What its own event says may not have arrived yet.
            for context_id, entity_id in runs_of(context) if self._made else ():
                if (made_in := self._made.turn_of(entity_id)) is not None:
                    self._memory.put(context_id, Kinship.DIRECT, made_in)
            known = self.remembered(context.id)
        if known is None and self._memory.may_be_forgotten(context.id):
            unknown = Origin(user_id=context.user_id, language=self._hass.config.language)
            return Lineage(Kinship.DIRECT, self.remember(unknown, context.id))
        return known

    def remembered(self, context_id: str | None) -> Lineage | None:
        """Return what is remembered of a context; what a turn has started may run in a borrowed one."""
        if (known := self._memory.get(context_id)) is not None:
            return known
        turn = self._inside()
        if turn is None or turn.borrowed_context_id is None:
            return None
        return Lineage(Kinship.DIRECT, turn) if turn.borrowed_context_id == context_id else None

    def _set_off_by(self, context_id: str | None) -> Lineage | None:
        """Return what is known of that which follows from a context."""
        if context_id is None:
            return None
        known = self.remembered(context_id) or self._memory.set_off_by(context_id)
        if known is not None or (early := self._early.turn_of(context_id)) is None:
            return known
        return Lineage(Kinship.REACTION, early)

    def _ended_wait(self, context_id: str, trigger: Trigger) -> None:
        """Tag a sequence that has gone on because somebody spoke."""
        if (sentence := sentence_of(trigger)) is not None:
            said_in, origin = sentence
            if (said := self.remembered(said_in)) is not None and said.turn is not None:
                self._memory.put(context_id, Kinship.DIRECT, said.turn)
            else:
                self.remember(origin, context_id)
            return
        cause = caller_of(trigger)
        if cause is None:
            return
        known = self._set_off_by(cause.id) or self._set_off_by(cause.parent_id)
        if known is not None and known.turn is not None:
            kinship = Kinship.REACTION if is_state(trigger) else known.kinship
            self._memory.put(context_id, kinship, known.turn)
