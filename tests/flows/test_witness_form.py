"""A witness is added by its first cosignature, or the form says what to do."""

from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.store import LedgerStore
from tests.ledger.witness_server import Answer, WitnessServer
from tests.ledger.witnessed_home import ledger, named, settled, status, witness
from tests.ledger.witnessing import Cosigner

__all__ = ["ledger", "witness"]


async def submit(hass: HomeAssistant, entry: MockConfigEntry, *chosen: dict[str, str]) -> Any:
    """Enter witnesses in the form, and return what it answers."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    form = await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "ledger"}
    )
    done = await hass.config_entries.options.async_configure(
        form["flow_id"], {"retention_days": 30, "witnesses": list(chosen)}
    )
    await settled(hass)
    return done


async def test_a_witness_is_added_by_its_first_cosignature(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, witness: WitnessServer
) -> None:
    """It is asked while the form is looked at; who runs it hears neither of Home Assistant nor of anything else."""
    typed = {"url": f" {witness.url}/add-checkpoint/ ", "key": f" {witness.cosigner.key}\n"}
    done = await submit(assist, guard, typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert guard.options["witnesses"] == [named(witness)]
    assert guard.options["checkpoint_every"] == "soon"
    (request,) = witness.requests
    assert request.startswith("old 0\n\nmessage-guard/")
    assert witness.headers["User-Agent"] == "message-guard"
    assert "Cookie" not in witness.headers
    done = await submit(assist, guard, named(witness))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert len(witness.requests) == 1, "who is a witness already is not asked by the form"


async def endless(request: web.Request) -> web.StreamResponse:
    """Answer without an end."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(100):
        await response.write(b"x" * 4096)
    return response


ANSWERS: list[tuple[Answer, str]] = [
    (status(200, "thank you\n"), "witness_other_key"),
    (status(301, Location="/elsewhere"), "witness_redirects"),
    (status(308, Location="/elsewhere"), "witness_redirects"),
    (status(403), "witness_unknown_key"),
    (status(404), "witness_unknown_ledger"),
    (status(405), "witness_no_witness"),
    (status(400), "witness_no_witness"),
    (status(409, "many\n"), "witness_no_witness"),
    (status(409, "100000\n"), "witness_disagrees"),
    (status(422), "witness_disagrees"),
    (status(429), "witness_away"),
    (status(503), "witness_away"),
    (endless, "witness_no_witness"),
]


async def test_no_first_cosignature(
    assist: HomeAssistant, guard: MockConfigEntry, witness: WitnessServer
) -> None:
    """The form says what to do, keeps what was entered, and names witness and key."""
    for number, (answer, error) in enumerate(ANSWERS, start=1):
        witness.answer = answer
        done = await submit(assist, guard, named(witness))
        assert done["errors"] == {"witnesses": error}, number
        placeholders = done["description_placeholders"]
        assert placeholders["witness"] == witness.url
        assert Key.parse(placeholders["key"])
        assert "witnesses" not in guard.options
        assert len(witness.requests) == number


async def test_what_is_no_witness_is_not_asked(
    assist: HomeAssistant, guard: MockConfigEntry, witness: WitnessServer
) -> None:
    """Addresses that are none, keys that are none, the same witness twice, and nobody there."""
    good, ledger_key = named(witness), guard.runtime_data.components.ledger.verifier_key
    for url in (
        "",
        "witness.example",
        "ftp://witness.example",
        "http://",
        "http://me:secret@127.0.0.1:1",
        "http://127.0.0.1:1/?token=x",
        "http://127.0.0.1:1/#x",
        "http://127.0.0.1:0",
        "http://127.0.0.1:port",
    ):
        done = await submit(assist, guard, {**good, "url": url})
        assert done["errors"] == {"witnesses": "witness_url"}, url
    for key in ("", "x", ledger_key, good["key"].replace("w1", "w2")):
        done = await submit(assist, guard, {**good, "key": key})
        assert done["errors"] == {"witnesses": "witness_key"}, key
    assert witness.requests == []
    twice = Cosigner(21, "witness.example/also")
    done = await submit(assist, guard, good, {**good, "key": str(twice.key)})
    assert done["errors"] == {"witnesses": "witness_twice"}
    done = await submit(assist, guard, {**good, "url": "http://127.0.0.1:9"})
    assert done["errors"] == {"witnesses": "witness_away"}


async def test_a_witness_while_the_guard_does_not_run(
    assist: HomeAssistant, guard: MockConfigEntry, witness: WitnessServer
) -> None:
    """There is no ledger to be cosigned then."""
    await assist.config_entries.async_unload(guard.entry_id)
    done = await submit(assist, guard, named(witness))
    assert done["errors"] == {"witnesses": "witness_not_started"}
