"""Fills the ledger with requests, by its own writer and in its own order. For benchmarks and tests of size.

Nothing is decided, asked or sent: what 100,000 requests of years would have left behind is written down as the guard
writes it, in steps of one second of the clock that `household_clock` puts forward.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
import time
import uuid

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers.typing import ConfigType
import probatio

from custom_components.message_guard.ledger.format.entries import Kind, Step

DOMAIN = "ledger_filler"

_BATCH = 250
"""Requests that are written in one go, at one time of day."""
_ROOMS = ("kitchen", "living_room", "hall", "nursery")
_BODIES = ("dinner is ready", "the bus is late", "please call me back", "I'll be home by eight")
_ENDS: tuple[tuple[tuple[Kind, ...], int], ...] = (
    ((Kind.ASKED, Kind.AUTHORISED, Kind.DELIVERED), 60),
    ((Kind.ASKED, Kind.AUTHORISED, Kind.HANDED_OVER), 15),
    ((Kind.ASKED, Kind.DECLINED), 12),
    ((Kind.ASKED, Kind.EXPIRED), 8),
    ((Kind.REFUSED,), 5),
)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Offer the action."""

    async def fill(call: ServiceCall) -> ServiceResponse:
        (entry,) = hass.config_entries.async_entries("message_guard")
        ledger = entry.runtime_data.components.ledger
        contacts = [
            subentry.subentry_id
            for subentry in entry.subentries.values()
            if subentry.subentry_type == "contact"
        ]
        requests, first, total = (call.data[name] for name in ("requests", "first", "total"))
        drawn = Random(first)
        now, spread = time.time(), timedelta(days=call.data["days"]).total_seconds()
        begun, written = time.monotonic(), 0
        while written < requests:
            count = min(_BATCH, requests - written)
            await _set(hass, now - spread * (1 - (first + written) / total))
            steps = [
                step
                for number in range(count)
                for step in _steps(first + written + number, contacts, drawn)
            ]
            await ledger.append_many(steps)
            written += count
        await _set(hass, None)
        return {"requests": written, "seconds": time.monotonic() - begun}

    hass.services.async_register(
        DOMAIN,
        "fill",
        fill,
        probatio.Schema(
            {probatio.Required(name): int for name in ("requests", "first", "total", "days")}
        ),
        supports_response=SupportsResponse.ONLY,
    )
    return True


async def _set(hass: HomeAssistant, seconds: float | None) -> None:
    data = {} if seconds is None else {"to": seconds}
    await hass.services.async_call("household_clock", "set", data, blocking=True)


def _steps(number: int, contacts: list[str], drawn: Random) -> Iterator[Step]:
    """Yield the steps of one request."""
    kinds = drawn.choices([end for end, _ in _ENDS], [weight for _, weight in _ENDS])[0]
    request_id = uuid.UUID(int=drawn.getrandbits(128)).hex
    facts = {
        "route": "sentence",
        "level": "phrase",
        "contact_id": drawn.choice(contacts),
        "satellite_id": f"assist_satellite.{drawn.choice(_ROOMS)}",
        "device_id": None,
        "user_id": None,
        "language": "en",
        "by_model": False,
    }
    words = {
        "recipient": "mum",
        "body": f"{drawn.choice(_BODIES)}, {number}",
        "utterance": "tell mum",
    }
    for place, kind in enumerate(kinds):
        yield Step(
            kind=kind,
            request_id=request_id,
            reasons=("default_level",) if place == 0 else (),
            facts=facts,
            private=words if place == 0 else {},
        )
