"""The traces that Home Assistant keeps of the last conversations.

Relies on: components/conversation/trace.py, whose `ConversationTrace` holds its events in `_events`, each with `data`;
since 2026.10. When that is gone: reading raises, and it is logged that a copy of a reply could not be redacted.
"""

from collections.abc import Iterator
from typing import Any

from homeassistant.components.conversation.trace import async_get_traces
from homeassistant.core import callback


@callback
def kept() -> Iterator[dict[str, Any]]:
    """Yield what each event of each trace holds; what is changed in it is changed in the trace."""
    for trace in async_get_traces():
        for event in trace._events:  # noqa: SLF001 - there is no other way to what a trace holds
            if event.data is not None:
                yield event.data
