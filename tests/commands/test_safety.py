"""What is guarded and how safe that is, on an administrator's screen."""

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.lockout import PIN_LOCK_SECONDS, PIN_TRIES
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.panel.numbers import DAY, guesses, numbers
from custom_components.message_guard.recognition.sentences import load_languages
from tests.forwarding.forwarding_home import entered, forwarded, ledger, outboxes, receiver
from tests.forwarding.receiver import Receiver
from tests.ledger.witness_server import WitnessServer
from tests.ledger.witnessed_home import named, settled, witness
from tests.screen import Ask, ask, choose, client

__all__ = ["ask", "client", "ledger", "receiver", "witness"]


async def test_what_is_guarded(assist: HomeAssistant, ask: Ask, guard: MockConfigEntry) -> None:
    """And what can still pass, ignored or not."""
    await choose(
        assist,
        guard,
        guarded_actions=["rest_command.sms"],
        checkpoint_notify=["notify.anna"],
        checkpoint_sequence=[{"action": "notify.anna"}],
        checkpoint_file="/config/checkpoints.txt",
        ignored_gaps={"gap_x": "y"},
    )
    for issue_id in ("gap_one", "gap_two", "other"):
        ir.async_create_issue(
            assist,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="gap_pipeline",
            translation_placeholders={"assistant": "Other"},
        )
    ir.async_ignore_issue(assist, DOMAIN, "gap_two", True)
    found = await ask("safety/state")
    assert found["running_since"]
    assert all(pipeline["guarded"] for pipeline in found["pipelines"])
    assert "notify.anna" in found["actions"]
    assert "notify.persistent_notification" not in found["actions"]
    passing = {item["id"]: item["ignored"] for item in found["can_pass"]}
    assert passing == {"gap_one": False, "gap_two": True}
    assert found["ignored"] == 1
    assert [copy["kind"] for copy in found["copies"]] == ["notify", "actions", "file"]
    assert not any(copy["failed"] for copy in found["copies"])
    assert found["ledger"]["verifier_key"] == guard.runtime_data.components.ledger.verifier_key
    await ask("ledger/verify", anew=True)
    found = await ask("safety/state")
    assert found["ledger"]["sound"] is True
    assert found["ledger"]["checked_at"]
    assert found["gaps"] == []
    assert found["numbers"]["device"]["approvers"] >= 1


async def test_witnesses(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry, witness: WitnessServer
) -> None:
    """Who cosigns, and what came of asking them last."""
    await choose(assist, guard, witnesses=[named(witness)])
    (before,) = (await ask("safety/state"))["witnesses"]
    assert (before["url"], before["name"]) == (named(witness)["url"].rstrip("/"), before["name"])
    await ask("ledger/checkpoint")
    await settled(assist)
    (after,) = (await ask("safety/state"))["witnesses"]
    assert after["verdict"] == "cosigned"
    assert after["entries"] > 0


async def test_where_the_log_is_forwarded_to(
    assist: HomeAssistant,
    ask: Ask,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
) -> None:
    """By host alone: an address may hold a secret. What of it goes out, and whether anybody takes it."""
    await forwarded(assist, guard, entered(receiver))
    (found,) = (await ask("safety/state"))["forwarding"]
    assert found == {
        "host": "127.0.0.1",
        "fields": "events",
        "verdict": "accepted",
        "failing_since": None,
    }

    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=401)

    receiver.answer = refuse
    (box,) = outboxes(guard)
    box.try_now()
    await settled(assist)
    (found,) = (await ask("safety/state"))["forwarding"]
    assert found["verdict"] == "not_accepted"
    assert found["failing_since"]


def test_numbers_are_those_of_the_rules() -> None:
    """What somebody can guess in a day is what the lock-out lets them."""
    english = load_languages().get("en")
    found = numbers(Household(contacts=AddressBook(()), phrase="yes, send it"), english)
    assert found["phrase"] == {"set": True, "words": 3}
    assert found["code"]["one_in"] >= 30
    assert found["code"]["lucky_in_a_day"] == pytest.approx(
        1 - (1 - 1 / found["code"]["one_in"]) ** 72
    )
    assert found["pin"]["set"] is False
    assert found["pin"]["locks_minutes"] == [5, 30, 120, 1440]
    assert numbers(Household(contacts=AddressBook(())), None)["code"] is None
    assert guesses(PIN_LOCK_SECONDS[0]) == PIN_TRIES
    assert guesses(DAY) == 4 * PIN_TRIES
    assert found["pin"]["guesses_in_a_year"] == PIN_TRIES * (4 + 364)
