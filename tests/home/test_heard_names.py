"""Names that were asked for and are nobody's: Repairs says how many, and lets one become a contact's other name."""

from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerError
from custom_components.message_guard.home.heard_names import ISSUE_NAMES, OFTEN, heard_names
from tests.flow_forms import ENGLISH
from tests.screen import refused
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]


@pytest.fixture(autouse=True)
async def repairs(assist: HomeAssistant) -> None:
    """Let Home Assistant's repairs be there."""
    assert await async_setup_component(assist, "repairs", {})


async def told(home: SpokenHome) -> ir.IssueEntry | None:
    """Return what Repairs says of names, once they were counted."""
    watch = home.entry.runtime_data.names
    assert watch is not None
    await watch.look()
    return ir.async_get(home.hass).async_get_issue(DOMAIN, ISSUE_NAMES)


async def ask_for(home: SpokenHome, name: str, times: int = OFTEN) -> None:
    """Ask for somebody again and again."""
    for _ in range(times):
        await refused(home.hass, name)


async def opened(home: SpokenHome) -> dict[str, Any]:
    """Open the repair."""
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    return checked(await manager.async_init(DOMAIN, data={"issue_id": ISSUE_NAMES}))


async def answer(home: SpokenHome, form: dict[str, Any], **values: str) -> dict[str, Any]:
    """Submit the repair's form."""
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    result = await manager.async_configure(form["flow_id"], values)
    await home.hass.async_block_till_done()
    return checked(result)


def checked(result: Any) -> dict[str, Any]:
    """Check that what is shown has its texts."""
    texts = ENGLISH["issues"][ISSUE_NAMES]["fix_flow"]
    if result["type"] is FlowResultType.FORM:
        step = texts["step"][result["step_id"]]
        step["title"].format(**result["description_placeholders"])
        step["description"].format(**result["description_placeholders"])
        for error in (result["errors"] or {}).values():
            texts["error"][error].format(**result["description_placeholders"])
    return dict(result)


def contact(home: SpokenHome, name: str) -> str:
    """Return the id of a contact's subentry."""
    return next(key for key, item in home.entry.subentries.items() if item.title == name)


async def test_a_name_that_is_asked_for_often_becomes_another_name(home: SpokenHome) -> None:
    """Repairs, which everybody may read, tells how many there are; the form tells which."""
    await ask_for(home, "Ana", OFTEN - 1)
    assert await told(home) is None
    await ask_for(home, "Ana", 1)
    issue = await told(home)
    assert issue is not None
    assert issue.translation_placeholders == {"count": "1"}
    assert "Ana" not in str((issue.data, issue.translation_placeholders))
    form = await opened(home)
    assert form["description_placeholders"] == {"name": "Ana", "times": "3", "other": ""}
    done = await answer(home, form, person=contact(home, "Anna"))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.subentries[contact(home, "Anna")].data["aliases"] == ["Ana"]
    assert await told(home) is None
    await home.hass.services.async_call(
        DOMAIN, "send", {"contact": "Ana", "message": "hi"}, blocking=True
    )
    await home.approve()
    assert home.sent == [("notify.anna", "hi")]


async def test_what_is_nobodys_is_ignored_for_good_without_its_name(home: SpokenHome) -> None:
    """Each name is asked about; a name that cannot be is said, and what is kept of another is its hash."""
    await ask_for(home, "stop")
    await ask_for(home, "Mallory", OFTEN + 1)
    issue = await told(home)
    assert issue is not None
    assert issue.translation_placeholders == {"count": "2"}
    form = await opened(home)
    assert form["description_placeholders"]["name"] == "Mallory"
    second = await answer(home, form)
    assert second["description_placeholders"]["name"] == "stop"
    again = await answer(home, second, person=contact(home, "Anna"))
    assert again["errors"] == {"person": "name_is_decline"}
    done = await answer(home, again)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert "mallory" not in str(dict(home.entry.options)).casefold()
    await ask_for(home, "Mallory")
    assert await told(home) is None


async def test_an_id_is_no_name(home: SpokenHome) -> None:
    """What an automation would have reached stands in no list of names."""
    await home.automate(sentence(notify("stranger")))
    for _ in range(OFTEN):
        await home.say("dinner is ready")
    assert home.kinds.count("refused") == OFTEN
    assert await told(home) is None
    await refused(home.hass, "Ana")
    names = await heard_names(home.entry.runtime_data.components)
    assert [heard.name for heard in names] == ["Ana"]


async def test_it_is_told_by_itself_and_goes_with_the_guard(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few seconds after the refusal; a log that cannot be read is told elsewhere."""
    watch = home.entry.runtime_data.names
    assert watch is not None
    counted: list[bool] = []
    monkeypatch.setattr(watch._debouncer, "async_schedule_call", lambda: counted.append(True))
    await ask_for(home, "Ana")
    assert len(counted) == OFTEN
    assert await told(home) is not None
    form = await opened(home)

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerError("gone")

    monkeypatch.setattr(home.components.ledger, "page", unreadable)
    assert await told(home) is not None
    monkeypatch.undo()
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert ir.async_get(home.hass).async_get_issue(DOMAIN, ISSUE_NAMES) is None
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    gone = await answer(home, form)
    assert (gone["type"], gone["reason"]) == (FlowResultType.ABORT, "gone")
