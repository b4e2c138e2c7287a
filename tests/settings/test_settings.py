"""Stored settings are read as they are, and what cannot be read is never read as something looser."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.contacts import Channel, ChannelKind
from custom_components.message_guard.core.fixed_call import FixedCall
from custom_components.message_guard.core.household import Reactions
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.settings.household import (
    UnreadableError,
    contact_from_subentry,
    guarded_actions,
    guarded_intents,
    guarded_pipelines,
    household_from_entry,
)
from tests.conftest import contact_data


def entry_with(options: dict[str, Any], *contacts: Any) -> MockConfigEntry:
    """Return an entry with these options and contacts."""
    return MockConfigEntry(domain=DOMAIN, options=options, subentries_data=list(contacts))


def issues(hass: HomeAssistant) -> dict[str, str | None]:
    """Return the translation key of each of our issues in Repairs."""
    found = ir.async_get(hass).issues
    return {
        key: issue.translation_key for (domain, key), issue in found.items() if domain == DOMAIN
    }


async def test_reads_every_option(hass: HomeAssistant) -> None:
    """What was chosen is what the household has."""
    entry = entry_with(
        {
            "pipelines": ["one"],
            "default_level": "code",
            "phrase": "let it go now",
            "model_steps": 2.0,
            "observe": True,
            "reactions": "hold",
            "approvers": ["anna"],
            "guarded_actions": ["rest_command.sms"],
            "guarded_intents": ["HassBroadcast"],
        }
    )
    household = household_from_entry(hass, entry)
    assert household.default_level is Level.CODE
    assert household.phrase == "let it go now"
    assert household.model_steps == 2
    assert household.observe is True
    assert household.reactions is Reactions.HOLD
    assert household.approvers == {"anna"}
    assert guarded_pipelines(entry) == ["one"]
    assert guarded_actions(entry) == ["rest_command.sms"]
    assert guarded_intents(entry) == ["HassBroadcast"]
    assert not issues(hass)


async def test_an_empty_entry_asks_for_a_phrase_that_nobody_can_give(hass: HomeAssistant) -> None:
    """Without any option everything is refused: there is no phrase to say."""
    household = household_from_entry(hass, entry_with({}))
    assert household.default_level is Level.PHRASE
    assert Level.PHRASE not in household.satisfiable
    assert not household.observe
    assert not issues(hass)


@pytest.mark.parametrize("junk", [None, 7, -1, 1.5, True, "junk", ["x", 3], {"a": 1}, []])
@pytest.mark.parametrize(
    "key",
    ["default_level", "phrase", "model_steps", "observe", "reactions", "approvers"],
)
async def test_an_unreadable_option_is_read_strictly(
    hass: HomeAssistant, key: str, junk: object
) -> None:
    """Nothing raises, and nothing that is stored badly is looser than what is stored well."""
    household = household_from_entry(hass, entry_with({key: junk}))
    reported = issues(hass).get(f"option_unreadable_{key}") == "option_unreadable"
    strictest = {
        "default_level": household.default_level is Level.BLOCK,
        "phrase": household.phrase == "",
        "model_steps": household.model_steps == 2,
        "observe": household.observe is False,
        "reactions": household.reactions is Reactions.HOLD,
        "approvers": not household.may_approve("somebody", is_admin=True),
    }
    readable = {
        "default_level": False,
        "phrase": junk == "junk",
        "model_steps": False,
        "observe": junk is True,
        "reactions": False,
        "approvers": junk == [],
    }
    assert readable[key] or (reported and strictest[key])
    assert reported is not readable[key]


async def test_a_report_goes_away_with_its_cause(hass: HomeAssistant) -> None:
    """Repairs lists what is wrong now."""
    household_from_entry(hass, entry_with({"observe": "maybe"}, contact_data("Anna", targets=[])))
    assert len(issues(hass)) == 2
    household_from_entry(hass, entry_with({"observe": False}))
    assert "option_unreadable_observe" not in issues(hass)


async def test_reads_every_kind_of_channel(hass: HomeAssistant) -> None:
    """Contacts are what their subentries say."""
    sequence = [{"action": "rest_command.sms", "data": {"text": "{{ message }}"}}]
    entry = entry_with(
        {},
        contact_data("Anna", aliases=["my sister"], level="device", observe=True),
        contact_data("Bob", channel="notify_entity", targets=["notify.bob", "notify.bob_2"]),
        contact_data("Kitchen", channel="announcement", targets=["assist_satellite.kitchen"]),
        contact_data("Carer", channel="actions", sequence=sequence),
    )
    anna, bob, kitchen, carer = household_from_entry(hass, entry).contacts
    assert anna.id in entry.subentries
    assert (anna.name, anna.aliases, anna.level, anna.observe) == (
        "Anna",
        ("my sister",),
        Level.DEVICE,
        True,
    )
    assert anna.channel == Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.anna",))
    assert bob.level is None
    assert bob.channel.targets == ("notify.bob", "notify.bob_2")
    assert kitchen.channel.kind is ChannelKind.ANNOUNCEMENT
    runs = (FixedCall("rest_command.sms", {}, "text"),)
    assert carer.channel == Channel(kind=ChannelKind.ACTIONS, sequence=tuple(sequence), runs=runs)


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "pigeon"},
        {"channel": None},
        {"targets": []},
        {"targets": "notify.anna"},
        {"targets": [""]},
        {"targets": None},
        {"channel": "actions"},
        {"channel": "actions", "sequence": []},
        {"channel": "action"},
        {"channel": "action", "action": "sms"},
        {"channel": "action", "action": "rest_command.sms", "data": "+49"},
        {"channels": []},
        {"channels": "notify.anna"},
        {"channels": ["notify.anna"]},
        {"several": "whichever"},
        {"level": "whatever"},
        {"level": 3},
        {"observe": "yes"},
        {"aliases": "my sister"},
        {"aliases": [None]},
    ],
)
async def test_a_contact_without_a_usable_channel_is_blocked(
    hass: HomeAssistant, change: dict[str, Any]
) -> None:
    """It keeps its name, so that nobody else can answer to it, and gets nothing."""
    entry = entry_with({}, contact_data("Anna", **change))
    (anna,) = household_from_entry(hass, entry).contacts
    assert anna.name == "Anna"
    assert anna.level is Level.BLOCK
    assert not anna.observe
    assert issues(hass) == {f"contact_{anna.id}": "contact_blocked"}


@pytest.mark.parametrize("name", [None, "", "  ", 5])
async def test_a_contact_without_a_name_is_on_no_list(hass: HomeAssistant, name: object) -> None:
    """It is reported by the title that its subentry has."""
    entry = entry_with({}, contact_data("Anna", name=name), contact_data("Bob"))
    assert [contact.name for contact in household_from_entry(hass, entry).contacts] == ["Bob"]
    assert list(issues(hass).values()) == ["contact_absent"]


def test_other_subentries_are_not_contacts() -> None:
    """A contact has a name; other kinds of subentries are not asked."""
    subentry = ConfigSubentry(
        data=MappingProxyType({}), subentry_type="satellite", title="Kitchen", unique_id=None
    )
    with pytest.raises(UnreadableError):
        contact_from_subentry(subentry)


async def test_only_contacts_are_read(hass: HomeAssistant) -> None:
    """Subentries of another type are left alone."""
    other = {**contact_data("Kitchen"), "subentry_type": "satellite"}
    household = household_from_entry(hass, entry_with({}, other))
    assert len(household.contacts) == 0
    assert not issues(hass)


@pytest.mark.parametrize("junk", [None, "x", 3, {"a": 1}])
def test_lists_that_cannot_be_read_are_empty(junk: object) -> None:
    """They only ever add to what is guarded."""
    entry = entry_with({"pipelines": junk, "guarded_actions": junk, "guarded_intents": ["a", 3]})
    assert guarded_pipelines(entry) == []
    assert guarded_actions(entry) == []
    assert guarded_intents(entry) == ["a"]
