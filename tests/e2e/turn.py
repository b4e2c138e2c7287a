"""What comes back from an utterance that is given to an Assist pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance given to an Assist pipeline, and everything that came back.

    Attributes:
        text: What was said.
        answer: What Home Assistant answers, as plain text.
        streamed: The parts of the answer in the order in which they were streamed.
        conversation_id: The conversation that this turn belongs to.
        listening: Home Assistant wants to hear a reply.
        response_type: "action_done", "query_answer" or "error"; "" when the pipeline itself failed.
        processed_locally: Home Assistant's own agent answered before the pipeline's agent was asked.
        error: Code of the pipeline's error, None when there was none.
        events: Every event of the pipeline, as received.
    """

    text: str
    answer: str
    streamed: tuple[str, ...] = ()
    conversation_id: str = ""
    listening: bool = False
    response_type: str = ""
    processed_locally: bool = False
    error: str | None = None
    events: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_events(cls, text: str, events: list[Mapping[str, Any]]) -> Self:
        """Read a turn off the events of a finished pipeline run."""
        streamed: list[str] = []
        output: Any = {}
        local = False
        error: str | None = None
        for event in events:
            data = event.get("data") or {}
            match event["type"]:
                case "intent-progress":
                    streamed.append((data.get("chat_log_delta") or {}).get("content") or "")
                case "intent-end":
                    output = data["intent_output"]
                    local = data.get("processed_locally", False)
                case "error":
                    error = data["code"]
        response = output.get("response", {})
        speech = response.get("speech", {}).get("plain", {}).get("speech", "")
        return cls(
            text=text,
            answer=speech,
            streamed=tuple(part for part in streamed if part),
            conversation_id=output.get("conversation_id") or "",
            listening=output.get("continue_conversation", False),
            response_type=response.get("response_type", ""),
            processed_locally=local,
            error=error,
            events=tuple(events),
        )
