"""Reading the ledger by an action, erasing words, replacing the key: for administrators only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.ledger.store import LedgerStore
from tests.ledger.stores import sent, verify


@pytest.fixture
async def ledger(guard: MockConfigEntry, outbox: list[ServiceCall]) -> LedgerStore:
    """Return a ledger with messages to Anna and to somebody who is a contact no more."""
    store: LedgerStore = guard.runtime_data.components.ledger
    anna = next(iter(guard.subentries))
    for number in range(3):
        await store.append_many(sent(f"a{number}", body="bury the hatchet", contact_id=anna))
        await store.append_many(sent(f"m{number}", body="water the plants"))
    return store


async def call(
    hass: HomeAssistant, action: str, user: MockUser | None, **data: Any
) -> dict[str, Any]:
    """Call an action and return what it answers."""
    answer = await hass.services.async_call(
        DOMAIN,
        action,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id if user else None),
    )
    assert isinstance(answer, dict)
    return answer


async def test_pages_and_filters(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser
) -> None:
    """By contact (name, alias, id), outcome, satellite, request and time; one page after the other."""

    async def get(**data: Any) -> list[dict[str, Any]]:
        return (await call(assist, "get_ledger", hass_admin_user, **data))["entries"]

    everything = await get(limit=200)
    assert [entry["sequence"] for entry in everything] == list(range(len(everything), 0, -1))
    to_anna = await get(contact="Anna")
    assert len(to_anna) == 9
    assert {entry["contact"] for entry in to_anna} == {"Anna"}
    assert await get(contact="my sister") == to_anna
    assert await get(contact=to_anna[0]["facts"]["contact_id"]) == to_anna
    assert len(await get(contact="mum")) == 9
    assert await get(contact="nobody") == []
    assert len(await get(outcome=["delivered", "asked"])) == 12
    assert len(await get(outcome="asked", contact="Anna")) == 3
    assert len(await get(satellite="assist_satellite.kitchen")) == 18
    assert [entry["kind"] for entry in await get(request_id="a1")] == [
        "delivered",
        "authorised",
        "asked",
    ]
    assert (await get(request_id="a1"))[-1]["words"]["body"] == "bury the hatchet"
    now = dt_util.utcnow()
    assert await get(since=now + timedelta(hours=1)) == []
    assert await get(until=now - timedelta(hours=1)) == []
    assert len(await get(since=now - timedelta(hours=1), limit=200)) == len(everything)

    page = await call(assist, "get_ledger", hass_admin_user, limit=5)
    onward = await call(assist, "get_ledger", hass_admin_user, limit=5, before=page["before"])
    assert page["entries"] + onward["entries"] == everything[:10]


async def test_automations_get_no_words(assist: HomeAssistant, ledger: LedgerStore) -> None:
    """What an automation gets ends up in its trace."""
    answer = await call(assist, "get_ledger", None, contact="Anna")
    assert len(answer["entries"]) == 9
    assert all("words" not in entry for entry in answer["entries"])
    assert "hatchet" not in str(answer)


@pytest.mark.parametrize("action", ["get_ledger", "erase_words", "rotate_ledger_key"])
async def test_only_administrators(
    assist: HomeAssistant, ledger: LedgerStore, hass_read_only_user: MockUser, action: str
) -> None:
    """Other members of the household are not to read each other's messages."""
    with pytest.raises(Unauthorized):
        await call(assist, action, hass_read_only_user)


async def test_erasing_words(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser
) -> None:
    """Of a request, then of a contact; the ledger still verifies, and tells of it."""
    assert await call(assist, "erase_words", hass_admin_user, request_id="m0") == {
        "entries": 1,
        "complete": True,
    }
    answer = await call(assist, "erase_words", hass_admin_user, contact="Anna")
    assert answer["entries"] == 3
    left = await call(assist, "get_ledger", hass_admin_user, limit=200)
    assert "hatchet" not in str(left)
    assert str(left).count("'body': 'water the plants'") == 2
    assert [entry["kind"] for entry in left["entries"][:2]] == ["shredded", "shredded"]
    assert (await ledger.verify()).sound


@pytest.mark.parametrize("data", [{}, {"contact": "Anna", "request_id": "a1"}])
async def test_erasing_needs_one_thing_to_erase(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser, data: dict[str, str]
) -> None:
    """Not nothing, and not two things at once."""
    with pytest.raises(ServiceValidationError) as error:
        await call(assist, "erase_words", hass_admin_user, **data)
    assert error.value.translation_key == "erase_what"


@pytest.mark.parametrize("action", ["erase_words", "rotate_ledger_key"])
async def test_automations_change_nothing(
    assist: HomeAssistant, ledger: LedgerStore, action: str
) -> None:
    """An automation has no user."""
    with pytest.raises(ServiceValidationError) as error:
        await call(assist, action, None)
    assert error.value.translation_key == "no_user"


async def test_replacing_the_key(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser
) -> None:
    """The new key is returned, to be noted."""
    old = ledger.verifier_key
    answer = await call(assist, "rotate_ledger_key", hass_admin_user)
    assert answer["verifier_key"] == ledger.verifier_key != old


@pytest.mark.parametrize(
    "data", [{"limit": 0}, {"limit": 201}, {"outcome": "eaten"}, {"satellite": "x"}, {"before": 0}]
)
async def test_what_makes_no_sense(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser, data: dict[str, Any]
) -> None:
    """It is refused before the ledger is asked."""
    with pytest.raises(probatio.Invalid):
        await call(assist, "get_ledger", hass_admin_user, **data)


@pytest.mark.parametrize(
    ("action", "method", "data", "key"),
    [
        ("get_ledger", "page", {}, "ledger_unreadable"),
        ("erase_words", "shred", {"request_id": "a1"}, "ledger_unwritable"),
        ("rotate_ledger_key", "rotate_key", {}, "ledger_unwritable"),
    ],
)
async def test_a_ledger_that_fails(
    assist: HomeAssistant,
    ledger: LedgerStore,
    hass_admin_user: MockUser,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    method: str,
    data: dict[str, str],
    key: str,
) -> None:
    """The error says what to do next."""

    async def fail(*_args: object, **_more: object) -> None:
        raise LedgerWriteError("the disk is full")

    monkeypatch.setattr(LedgerStore, method, fail)
    with pytest.raises(HomeAssistantError) as error:
        await call(assist, action, hass_admin_user, **data)
    assert error.value.translation_key == key


# --- proofs -----------------------------------------------------------------------------------------


async def test_one_entry_is_proved(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser, tmp_path: Path
) -> None:
    """The answer is the file, what it tells and what not; whoever has the key checks it without the ledger."""
    size = await ledger.cosignatures.size()
    page = await ledger.page(limit=200)
    asked = next(row.entry for row in page.rows if row.entry.kind == "asked")
    answer = await call(assist, "prove_entry", None, sequence=asked.sequence)
    assert answer["file_name"] == f"message-guard-{asked.sequence}.tlog-proof"
    assert answer["key"] == ledger.verifier_key
    assert answer["size"] == size
    assert answer["signed_by"] == [str(ledger.verifier_key).split("+")[0]]
    assert "facts.contact_id" in answer["discloses"]
    assert not [each for each in answer["discloses"] if each.startswith("words.")]
    assert sorted(answer["hides"]) == ["body", "recipient", "utterance"]
    shown = await call(
        assist, "prove_entry", hass_admin_user, sequence=asked.sequence, words=["body"]
    )
    assert "words.body" in shown["discloses"]
    assert sorted(shown["hides"]) == ["recipient", "utterance"]
    assert answer["next_guessable"] is (asked.sequence % 2 == 1)
    after = await call(assist, "prove_entry", None, sequence=asked.sequence + 1)
    assert after["next_guessable"] is (asked.sequence % 2 == 0)
    assert shown["size"] == size, "a checkpoint that covers it is there already"
    for each, words in ((answer, ""), (shown, '"water the plants"')):
        file = tmp_path / each["file_name"]
        await assist.async_add_executor_job(file.write_text, each["proof"])
        code, said = verify(file, "--key", each["key"])
        assert code == 0, said
        assert words in said
        assert "hatchet" not in said


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"sequence": 100_000}, "no_entry"),
        ({"sequence": 1, "words": ["body"]}, "no_words"),
    ],
)
async def test_what_cannot_be_proved(
    assist: HomeAssistant,
    ledger: LedgerStore,
    hass_admin_user: MockUser,
    data: dict[str, Any],
    error: str,
) -> None:
    """What is not there; and words only to a person."""
    with pytest.raises(ServiceValidationError) as caught:
        await call(assist, "prove_entry", hass_admin_user, **data)
    assert caught.value.translation_key == error
    with pytest.raises(ServiceValidationError) as caught:
        await call(assist, "prove_entry", None, sequence=1, words=["body"])
    assert caught.value.translation_key == "words_need_user"


async def test_only_administrators_prove(
    assist: HomeAssistant, ledger: LedgerStore, hass_read_only_user: MockUser
) -> None:
    """An entry tells who wrote to whom."""
    with pytest.raises(Unauthorized):
        await call(assist, "prove_entry", hass_read_only_user, sequence=1)


async def test_no_proof_from_a_ledger_that_cannot_be_read(
    assist: HomeAssistant, ledger: LedgerStore, hass_admin_user: MockUser
) -> None:
    """It says so."""
    await ledger.close()
    with pytest.raises(HomeAssistantError) as caught:
        await call(assist, "prove_entry", hass_admin_user, sequence=1)
    assert caught.value.translation_key == "ledger_unreadable"
