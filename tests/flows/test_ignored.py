"""What was ignored for good is listed in Configure, and can be looked at again: through the forms that do either."""

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.errors import LedgerError
from tests.bypasses.test_finding import SMS, bypasses, ignore, look
from tests.flow_forms import ENGLISH, Result, check_texts
from tests.hearing import Engine, nothing, prompted
from tests.home.test_ears import engine, guarded, iot_class, issues, level, repair, settle
from tests.home.test_heard_names import answer, ask_for, opened, told
from tests.spoken_home import SpokenHome, home, sentence

__all__ = ["engine", "home", "iot_class"]


@pytest.fixture(autouse=True)
async def repairs(assist: HomeAssistant) -> None:
    """Let Repairs run."""
    assert await async_setup_component(assist, "repairs", {})


async def ignored_form(
    hass: HomeAssistant, entry: MockConfigEntry
) -> tuple[Result, dict[str, str]]:
    """Open the form; return it, and the keys of what it lists, by their labels."""
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    form = await options.async_configure(menu["flow_id"], {"next_step_id": "ignored"})
    for step in (menu, form):
        check_texts(ENGLISH["options"], step)
    (field,) = form["data_schema"].schema.values()
    return form, {option["label"]: option["value"] for option in field.config["options"]}


async def look_again(hass: HomeAssistant, entry: MockConfigEntry, *labels: str) -> None:
    """Tick these in the form, and submit it."""
    form, listed = await ignored_form(hass, entry)
    done = await hass.config_entries.options.async_configure(
        form["flow_id"], {"look_again": [listed[label] for label in labels]}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


# --- ways round ---------------------------------------------------------------------------------------


async def test_a_way_round_is_looked_at_again(home: SpokenHome) -> None:
    """What is ticked is told again, what is not ticked stays ignored; no other option changes."""
    for name in ("sms", "mail"):
        async_mock_service(home.hass, "rest_command", name)
    mail = {"action": "rest_command.mail", "data": {"text": "hello"}}
    await home.automate(sentence(SMS, mail, alias="Text the neighbour"))
    found = await look(home)
    assert len(found) == 2
    before = dict(home.entry.options)
    for bypass in found:
        await ignore(home, bypass)
    assert await look(home) == set()
    _, listed = await ignored_form(home.hass, home.entry)
    labels = [
        f"“Text the neighbour” can send unasked (rest_command.{name})" for name in ("mail", "sms")
    ]
    assert sorted(listed) == labels
    await look_again(home.hass, home.entry)
    assert await look(home) == set()
    await look_again(home.hass, home.entry, labels[1])
    assert await look(home) == {"gap_action_automation.text_the_neighbour_rest_command.sms"}
    assert list((await ignored_form(home.hass, home.entry))[1]) == labels[:1]
    await look_again(home.hass, home.entry, labels[0])
    assert await look(home) == found
    assert (await ignored_form(home.hass, home.entry))[1] == {}
    assert dict(home.entry.options) == {**before, "ignored_gaps": {}}


async def test_what_was_told_again_by_itself_is_not_listed(home: SpokenHome) -> None:
    """It can do something else now, and stands in Repairs; once it is closed, it is listed by what it was."""
    async_mock_service(home.hass, "rest_command", "sms")
    await home.script(tell={"alias": "Tell", "sequence": [SMS]})
    async_expose_entity(home.hass, "conversation", "script.tell", True)
    (bypass,) = await look(home)
    await ignore(home, bypass)
    assert list((await ignored_form(home.hass, home.entry))[1].values()) == [bypass]
    component = home.hass.data["script"]
    script = component.get_entity("script.tell")
    sequence = script.script.sequence
    script.script.sequence = [*sequence, {"action": "rest_command.sms", "data": {"text": "more"}}]
    assert await look(home) == {bypass}
    assert (await ignored_form(home.hass, home.entry))[1] == {}
    script.script.sequence = sequence
    async_expose_entity(home.hass, "conversation", "script.tell", False)
    assert await look(home) == set()
    closed = "“script.tell_rest_command.sms” can send unasked"
    assert (await ignored_form(home.hass, home.entry))[1] == {closed: bypass}


async def test_while_the_guard_is_not_loaded(home: SpokenHome) -> None:
    """The list is there, by what is known without it, and what is ticked is told at the next start."""
    await home.automate(sentence({"action": "{{ 'light.turn_on' }}"}, alias="Anything"))
    (bypass,) = await look(home)
    await ignore(home, bypass)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await look_again(home.hass, home.entry, "Anything may call anything")
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.hass.async_block_till_done()
    assert await look(home) == {bypass}
    assert bypass in bypasses(home)


# --- names --------------------------------------------------------------------------------------------


async def test_a_name_is_looked_at_again(home: SpokenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown as long as the message log has it, and told of again."""
    await ask_for(home, "Mallory")
    await told(home)
    await answer(home, await opened(home))
    assert await told(home) is None
    named = "The name “Mallory”, which is nobody's"
    assert list((await ignored_form(home.hass, home.entry))[1]) == [named]

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(home.components.ledger, "page", unreadable)
        _, listed = await ignored_form(home.hass, home.entry)
    assert list(listed) == ["A name that is nobody's and no longer in the message log"]
    await look_again(home.hass, home.entry, named)
    assert await told(home) is not None
    assert (await ignored_form(home.hass, home.entry))[1] == {}


# --- engines ------------------------------------------------------------------------------------------


async def test_an_engine_that_invents_is_told_again(assist: HomeAssistant, engine: Engine) -> None:
    """At no moment does the phrase prove anything there; one that has become better is found so."""
    engine.writes = prompted
    entry = await guarded(assist)
    await repair(assist, "ears_invent", "ignore")
    assert issues(assist) == set()
    (label,) = (await ignored_form(assist, entry))[1]
    assert label.endswith(" makes up your phrase")
    await look_again(assist, entry, label)
    assert (await level(assist))[0] == "code"
    await settle(assist)
    assert issues(assist) == {"ears_invent"}
    assert (await level(assist))[0] == "code"
    assert (await ignored_form(assist, entry))[1] == {}
    engine.writes = nothing
    await repair(assist, "ears_invent")
    assert issues(assist) == set()
    assert (await level(assist))[0] == "phrase"


@pytest.mark.parametrize("iot_class", ["cloud_polling"])
async def test_an_engine_outside_of_the_house_is_asked_about_again(
    assist: HomeAssistant, engine: Engine
) -> None:
    """It is not tried by that: it costs."""
    entry = await guarded(assist)
    await repair(assist, "ears_untried", "ignore")
    assert issues(assist) == set()
    (label,) = (await ignored_form(assist, entry))[1]
    assert label.endswith(" has not been tried")
    await look_again(assist, entry, label)
    await settle(assist)
    assert issues(assist) == {"ears_untried"}
    assert engine.heard == []
