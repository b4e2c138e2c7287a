"""Names that sound alike, and their other spellings, in the form for a contact."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from tests.assist_home import Assist
from tests.contact_forms import (
    as_written,
    contact_called,
    contact_form,
    details,
    folded,
    places,
    reconfigure,
)
from tests.flow_forms import Result, answer, every_text_is_there

__all__ = ["every_text_is_there"]


@pytest.mark.parametrize("name", ["Hannah", "Ana", "Anna B"])
async def test_a_name_that_sounds_alike_is_kept_when_meant(
    assist: HomeAssistant, guard: MockConfigEntry, name: str
) -> None:
    """The form warns once, and submitting again is an answer."""
    form = await contact_form(assist, guard)
    warned = await answer(assist, form, details(name))
    assert warned["errors"] == {"name": "name_sounds_like"}
    assert warned["description_placeholders"] == {"name": name, "other": "Anna"}
    done = await as_written(assist, await answer(assist, warned, details(name)))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_what_sounds_alike_already_is_not_warned_of_again(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Somebody who changes the level of a contact has heard it before."""
    form = await contact_form(assist, guard)
    form = await answer(assist, form, details("Bob", aliases=["my blister"]))
    if form["type"] is not FlowResultType.CREATE_ENTRY:
        await answer(assist, form, details("Bob", aliases=["my blister"]))
    same = details("Bob", aliases=["my blister"], level="code")
    done = await answer(assist, await reconfigure(assist, guard), same)
    assert done["reason"] == "reconfigure_successful"


def spellings(form: Result) -> list[str]:
    """Return the spellings that a form offers; none of them is ticked."""
    assert form["step_id"] == "spellings"
    assert form["data_schema"]({}) == {"spellings": []}
    options = form["data_schema"].schema["spellings"].config["options"]
    return [option["value"] for option in options]


@pytest.mark.parametrize(
    ("name", "spelling", "ticked"),
    [("Jon", "John", True), ("Jon", "John", False), ("Zoë", "Zoey", True), ("Mum", "Mom", True)],
)
async def test_other_spellings_are_other_names_when_ticked(
    assist: HomeAssistant, guard: MockConfigEntry, name: str, spelling: str, ticked: bool
) -> None:
    """What recognisers write reaches the person who ticked it, and nobody who did not."""
    form = await answer(assist, await contact_form(assist, guard), details(name, aliases=["Boss"]))
    assert spelling in spellings(form)
    done = await answer(assist, form, {"spellings": [spelling] if ticked else []})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == name
    await assist.async_block_till_done()
    assert set(contact_called(guard, name).aliases) == {"Boss", *([spelling] if ticked else [])}
    said = (await Assist(assist).say(f"send a message to {spelling}: I'm late")).speech
    assert said.startswith(f"To {name}: I'm late") is ticked
    assert ("not one of your contacts" in said) is not ticked


async def test_what_means_somebody_else_is_no_other_spelling(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Not the name of another contact, nor one that sounds like it; what is listed is offered no more."""
    form = await answer(
        assist, await contact_form(assist, guard), details("Sara", aliases=["Sarah"])
    )
    assert form["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    form = await answer(assist, await contact_form(assist, guard), details("John"))
    form = await answer(assist, form, {"spellings": []})
    await assist.async_block_till_done()
    warned = await answer(assist, await contact_form(assist, guard), details("Jon"))
    assert warned["errors"] == {"name": "name_sounds_like"}
    done = await answer(assist, warned, details("Jon"))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_another_name_of_a_contact_has_other_spellings_too(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """They are offered with a name that is new, and not again with each change."""
    form = await answer(assist, await reconfigure(assist, guard), details("Geoff"))
    assert spellings(form) == ["Jeff"]
    done = await answer(assist, form, {"spellings": ["Jeff"]})
    assert done["reason"] == "reconfigure_successful"
    form = await reconfigure(assist, guard)
    done = await answer(assist, form, details("Geoff", aliases=["Jeff"], level="code"))
    assert done["reason"] == "reconfigure_successful"


async def test_other_spellings_go_with_the_forms_that_follow(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """A form more for the action; a test that fails shows what was ticked, and asks no second time."""
    form = await answer(assist, await contact_form(assist, guard), details("Jon", "actions"))
    form = await answer(assist, form, {"spellings": ["John"]})
    assert form["step_id"] == "actions"
    done = await answer(assist, form, {"sequence": [{"action": "rest_command.sms"}]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    places(assist)
    assist.states.async_set("notify.bob", "unavailable")
    form = await contact_form(assist, guard)
    form = await answer(assist, form, details("Karl", "notify_entity|notify.bob", test=True))
    form = await answer(assist, form, {"spellings": ["Carl"]})
    assert form["errors"] == {"base": "test_failed"}
    assert folded(form, "more")["aliases"] == ["Carl"]
    again = details("Karl", "notify_entity|notify.bob", aliases=["Carl"])
    done = await answer(assist, form, again)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert contact_called(guard, "Jon").aliases == ("John",)
    assert contact_called(guard, "Karl").aliases == ("Carl",)


async def test_without_the_library_nothing_is_warned_of(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that cannot be fetched keeps nobody from adding a contact."""
    from homeassistant.requirements import RequirementsNotFound

    from custom_components.message_guard.flows import sound

    async def offline(*_: object) -> None:
        raise RequirementsNotFound(DOMAIN, [sound.REQUIREMENT])

    monkeypatch.setattr(sound, "async_process_requirements", offline)
    form = await answer(assist, await contact_form(assist, guard), details("Hannah"))
    done = await as_written(assist, form)
    assert done["type"] is FlowResultType.CREATE_ENTRY
