"""Breaking a household's Message Guard from outside, in the running process."""

from pathlib import Path

from .guarded import DOMAIN, PHRASE, GuardedHousehold
from .household import KITCHEN_LIGHT
from .turn import Turn

_SOURCE = Path(__file__).parent / "fault_injection"
_DOMAIN = _SOURCE.name

# What is asked of a household that may be broken.
ASK = "tell mum the key is under the mat"
BODY = "the key is under the mat"

# Where the faults are injected, by what is there.
RECOGNITION = f"custom_components.{DOMAIN}.recognition.recogniser:Recogniser.recognise"
ENTRANCE = f"custom_components.{DOMAIN}.assist.dialogue:Dialogue.act"
POLICY = f"custom_components.{DOMAIN}.core.policy:decide"
PROOF = f"custom_components.{DOMAIN}.core.proof:interpret"
LEDGER = f"custom_components.{DOMAIN}.ledger.store:LedgerStore.append_many"
DELIVERY = f"custom_components.{DOMAIN}.guarding.delivery:Delivery.send"
LANGUAGE = f"custom_components.{DOMAIN}.core.language:Language.say"
START = f"custom_components.{DOMAIN}.components:async_start"
SET_UP = f"custom_components.{DOMAIN}:async_setup_entry"


def breakable(folder: Path) -> GuardedHousehold:
    """Return a household, not yet started, whose Message Guard can be broken."""
    home = GuardedHousehold.make(folder, extra=(_SOURCE,))
    home.household.house.configuration.extra[_DOMAIN] = {"at_start": []}
    return home


async def inject(home: GuardedHousehold, fault: str) -> None:
    """Break one function of the running Home Assistant."""
    await home.client.call(f"{_DOMAIN}.inject", {"fault": fault})


async def repair(home: GuardedHousehold) -> None:
    """Put everything back that was broken."""
    await home.client.call(f"{_DOMAIN}.repair")


def break_at_start(home: GuardedHousehold, *faults: str) -> None:
    """Let functions be broken from the next start on, before Message Guard is set up."""
    configuration = home.household.house.configuration
    configuration.extra[_DOMAIN] = {"at_start": list(faults)}
    configuration.write_yaml()
    configuration.depend(DOMAIN, _DOMAIN)


async def light_works(home: GuardedHousehold, after: Turn | None = None) -> None:
    """Turn the light on, in the conversation of an earlier turn and in a new one."""
    client = home.client
    for conversation in ([after] if after is not None else []) + [None]:
        await client.call("light.turn_off", target={"entity_id": KITCHEN_LIGHT})
        turn = await home.say("turn on the kitchen light", conversation)
        assert turn.error is None
        assert turn.response_type == "action_done"
        assert await client.state(KITCHEN_LIGHT) == "on"


async def ask_and_prove(home: GuardedHousehold) -> tuple[Turn, Turn]:
    """Ask to send `BODY` to Mum and give the proof; return both answers."""
    asked = await home.say(ASK)
    return asked, await home.say(PHRASE, asked)


def arrived(home: GuardedHousehold) -> int:
    """Return how many messages have arrived anywhere."""
    return sum(len(texts) for texts in home.household.delivered().values())
