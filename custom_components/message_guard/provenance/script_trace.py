"""Script traces: what a running sequence has waited for.

A sequence that nobody spoke for can wait for a sentence, or for an event or a state that speech leads to.
Nothing tells when it goes on. But Home Assistant traces every step, whether the trace is kept or not, in
a context variable of the run, and a step that has waited keeps there what has ended the wait
(homeassistant/helpers/trace.py, `_async_step_wait_for_trigger` in homeassistant/helpers/script.py). So
whoever is called by the run can read there what it has waited for, however long ago.

What is scheduled inside of a run carries the trace as well, as it carries a turn's variable. So a trace
counts only together with the context that its steps run in.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.components.conversation.const import DOMAIN as CONVERSATION
from homeassistant.const import CONF_PLATFORM
from homeassistant.core import Context, Event, State, callback

from ..core.request import Origin
from ..hooks.trace_variables import steps

STATE_SOURCES = ("state of ", "numeric state of ")
TEMPLATE_SOURCE = " via template"
"""How an automation's trigger describes itself when a state changed and nothing was called.

(homeassistant/components/homeassistant/triggers/, components/template/trigger.py, helpers/trigger/.)
What describes itself in any other way counts as called: a doubt is a refusal.
"""

type Trigger = Mapping[str, Any]
"""The variable `trigger` of a run, or of a wait in it."""


@callback
def triggers_of(context: Context) -> Iterator[tuple[str, Trigger]]:
    """Yield what the sequences with this context, and with its parent, were begun by or have waited for.

    Each with the id of the sequence's context. An automation's own trigger is not among them.
    """
    wanted = context.id, context.parent_id
    running: str | None = None
    for changed, result in steps():
        if "context" in changed and isinstance(begun := changed["context"], Context):
            running = begun.id
        if running is None or running not in wanted:
            continue
        if "trigger" in changed and isinstance(changed["trigger"], Mapping):
            yield running, changed["trigger"]
        if result is not None and "wait" in result:
            wait = result["wait"]
            if isinstance(wait, Mapping) and isinstance(wait.get("trigger"), Mapping):
                yield running, wait["trigger"]


@callback
def runs_of(context: Context) -> Iterator[tuple[str, str]]:
    """Yield the context's id and the entity id of each automation or script that runs with it."""
    wanted = context.id, context.parent_id
    this: object = None
    for changed, _ in steps():
        this = changed.get("this", this)
        begun = changed.get("context")
        if not isinstance(begun, Context) or begun.id not in wanted:
            continue
        if isinstance(this, Mapping) and isinstance(entity_id := this.get("entity_id"), str):
            yield begun.id, entity_id


@callback
def caller_of(trigger: Trigger) -> Context | None:
    """Return the context of the event, or of the state, that has ended a wait; None for a clock, say."""
    if isinstance(event := trigger.get("event"), Event):
        return event.context
    return state.context if isinstance(state := trigger.get("to_state"), State) else None


@callback
def is_state(trigger: Trigger) -> bool:
    """Return whether a state has ended the wait, and nothing was called."""
    return "event" not in trigger


@callback
def describes_state(source: str | None) -> bool:
    """Return whether this is how an automation's trigger describes itself when a state has changed."""
    return source is not None and (
        source.startswith(STATE_SOURCES) or source.endswith(TEMPLATE_SOURCE)
    )


@callback
def sentence_of(trigger: Trigger) -> tuple[str | None, Origin] | None:
    """Return the context id and the origin of the sentence that has ended a wait, None for any other."""
    if trigger.get(CONF_PLATFORM) != CONVERSATION:
        return None
    said = trigger.get("user_input")
    said = said if isinstance(said, Mapping) else {}
    context = said.get("context")
    context = context if isinstance(context, Mapping) else {}
    return context.get("id"), Origin(
        satellite_id=trigger.get("satellite_id"),
        device_id=trigger.get("device_id"),
        user_id=context.get("user_id"),
        conversation_id=said.get("conversation_id"),
        agent_id=said.get("agent_id"),
        language=said.get("language") or "en",
        utterance=str(trigger.get("sentence", "")),
    )
