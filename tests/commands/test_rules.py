"""What a message would need, for whom and from where, and what would become of a sentence."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.commands import rules
from custom_components.message_guard.core.errors import MessageGuardError
from custom_components.message_guard.core.level import Level
from tests.screen import BODY, Ask, ask

__all__ = ["ask"]


async def test_levels(assist: HomeAssistant, ask: Ask, guard: MockConfigEntry) -> None:
    """For every contact and place, with the rules that gave them."""
    area = ar.async_get(assist).async_create("Kitchen")
    entity = er.async_get(assist).async_get_or_create("assist_satellite", "test", "1")
    er.async_get(assist).async_update_entity(entity.entity_id, area_id=area.id)
    assist.states.async_set(entity.entity_id, "idle")
    found = await ask("rules/levels")
    assert found["places"] == [
        {"satellite_id": entity.entity_id, "name": "Kitchen"},
        {"satellite_id": None, "name": None},
    ]
    (anna,) = found["contacts"]
    assert (anna["name"], anna["aliases"]) == ("Anna", ["my sister"])
    assert len(anna["levels"]) == 2
    for level in anna["levels"]:
        assert Level.from_label(level["level"]) >= Level.PHRASE
        assert level["reasons"]
    guard.runtime_data.components.guard.sending_allowed = False
    (anna,) = (await ask("rules/levels"))["contacts"]
    assert {level["outcome"] for level in anna["levels"]} == {"refuse"}


async def newest(guard: MockConfigEntry) -> int:
    """Return how much is written down."""
    return int((await guard.runtime_data.components.ledger.page(limit=1)).rows[0].entry.sequence)


async def test_trying_a_sentence(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """What would happen, and nothing happens."""
    before = await newest(guard)
    known = await ask("rules/try", sentence=f"send a message to my sister: {BODY}", language="en")
    assert known["understood"] == "send"
    assert known["body"] == BODY
    (recipient,) = known["recipients"]
    assert recipient["contact_id"] in guard.subentries
    assert (recipient["contact"], recipient["outcome"]) == ("Anna", "confirm")
    assert BODY in recipient["question"]
    assert guard.options["phrase"] not in recipient["question"]
    stranger = await ask("rules/try", sentence="send a message to Mallory: hello", language="en")
    assert stranger["recipients"][0]["outcome"] == "refuse"
    assert stranger["recipients"][0]["question"] is None
    assert "unknown_recipient" in stranger["recipients"][0]["reasons"]
    nothing = await ask("rules/try", sentence="turn on the light", language="en")
    assert nothing["understood"] is None
    foreign = await ask("rules/try", sentence="qapla'", language="tlh")
    assert foreign["language"] is None
    assert await newest(guard) == before
    assert not guard.runtime_data.components.guard.pending
    assert not outbox


async def test_a_proof_proves_nothing_here(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry
) -> None:
    """Neither the phrase nor anything else that is tried is one."""
    found = await ask("rules/try", sentence=guard.options["phrase"], language="en")
    assert found["recipients"] == []
    assert not guard.runtime_data.components.guard.pending


async def test_a_question_that_cannot_be_asked(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left out."""

    def nothing(*_: Any, **__: Any) -> None:
        raise MessageGuardError("no question")

    monkeypatch.setattr(rules, "compose", nothing)
    found = await ask("rules/try", sentence="send a message to Anna: hello", language="en")
    assert found["recipients"][0]["outcome"] == "confirm"
    assert found["recipients"][0]["question"] is None
