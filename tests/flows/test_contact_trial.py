"""The test message that the form for a contact sends."""

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.errors import LedgerWriteError
from tests.contact_forms import (
    contact_form,
    details,
    places,
)
from tests.flow_forms import ENGLISH, answer, every_text_is_there

__all__ = ["every_text_is_there"]


async def test_a_test_message(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It arrives, is recorded as what it is, and only then the contact is saved."""
    done = await answer(assist, await contact_form(assist, guard), details("Bob", test=True))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert [call.data["message"] for call in outbox] == [ENGLISH["common"]["test_message"]]
    rows = (await guard.runtime_data.components.ledger.page(limit=10)).rows
    steps = [row.entry.kind for row in rows if "test_message" in row.entry.reasons]
    assert len(steps) == 2
    assert steps[-1] == "authorised"
    assert "test" not in next(s for s in guard.subentries.values() if s.title == "Bob").data


@pytest.mark.parametrize("form", ["action", "actions"])
async def test_a_test_message_by_an_action(
    assist: HomeAssistant, guard: MockConfigEntry, form: str
) -> None:
    """For every kind; where it fails the last form comes back with what was entered."""
    sent = async_mock_service(assist, "rest_command", "sms")
    step = {"action": "rest_command.sms", "data": {"number": "+49", "text": "{{ message }}"}}
    entered = {"call": [step]} if form == "action" else {"sequence": [step]}
    page = await answer(assist, await contact_form(assist, guard), details("Bob", form, test=True))
    components = guard.runtime_data.components
    components.guard.sending_allowed = False
    again = await answer(assist, page, entered)
    assert (again["step_id"], again["errors"]) == (form, {"base": "test_not_allowed"})
    components.guard.sending_allowed = True
    done = await answer(assist, page, entered)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert [call.data for call in sent] == [
        {"number": "+49", "text": ENGLISH["common"]["test_message"]}
    ]


async def test_a_test_message_whose_channel_raises_anything(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """The form says that nobody knows, and the ledger has an outcome."""

    async def broken(_call: ServiceCall) -> None:
        raise ValueError("no such thing")

    assist.services.async_register("notify", "anna", broken)
    again = await answer(assist, await contact_form(assist, guard), details("Bob", test=True))
    assert again["errors"] == {"base": "test_unknown"}
    rows = (await guard.runtime_data.components.ledger.page(limit=10)).rows
    steps = [row.entry.kind for row in rows if "test_message" in row.entry.reasons]
    assert steps == ["unknown", "authorised"]


async def test_a_test_message_that_fails(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is saved, and the form says what to do."""
    places(assist)
    assist.states.async_set("notify.bob", "unavailable")
    form = await contact_form(assist, guard)
    trial = details("Bob", "notify_entity|notify.bob", test=True)
    again = await answer(assist, form, trial)
    assert again["errors"] == {"base": "test_failed"}
    components = guard.runtime_data.components
    components.guard.sending_allowed = False
    again = await answer(assist, form, trial)
    assert again["errors"] == {"base": "test_not_allowed"}
    components.guard.sending_allowed = True

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(components.ledger, "append", full)
    again = await answer(assist, form, trial)
    assert again["errors"] == {"base": "test_not_recorded"}
    monkeypatch.undo()
    done = await answer(assist, form, details("Bob", "notify_entity|notify.bob"))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert not outbox
