"""The forms for risks, quiet hours, PINs and satellites."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.policy import Level
from custom_components.message_guard.guarding import pins

KITCHEN = "assist_satellite.kitchen"
NIGHT = {"quiet_level": "device", "quiet_start": "21:30:00", "quiet_end": "06:00:00"}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with bcrypt's least cost."""
    monkeypatch.setattr(pins, "ROUNDS", 4)


async def set_options(
    hass: HomeAssistant, entry: MockConfigEntry, step: str, values: dict[str, Any]
) -> dict[str, Any]:
    """Open one form of the options and submit it."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    form = await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": step}
    )
    assert form["type"] is FlowResultType.FORM
    done = await hass.config_entries.options.async_configure(form["flow_id"], values)
    await hass.async_block_till_done()
    return dict(done)


async def test_a_pin_is_set_kept_and_taken_away(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Only its hash is stored; an empty field keeps what there is."""
    household = lambda: guard.runtime_data.works.guard.household  # noqa: E731
    assert Level.PIN not in household().satisfiable
    wrong = await set_options(assist, guard, "pin", {"pin": "12a4"})
    assert wrong["errors"] == {"pin": "pin_invalid"}
    weak = await set_options(assist, guard, "pin", {"pin": "1234"})
    assert weak["errors"] == {"pin": "pin_weak"}
    await set_options(assist, guard, "pin", {"pin": "4917"})
    hashed = guard.options["pin_hash"]
    assert "4917" not in str(dict(guard.options))
    assert await pins.async_matches(assist, "4917", hashed)
    assert Level.PIN in household().satisfiable
    await set_options(assist, guard, "pin", {})
    assert guard.options["pin_hash"] == hashed
    await set_options(assist, guard, "pin", {"pin_clear": True})
    assert Level.PIN not in household().satisfiable


async def test_risks_and_quiet_hours(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Each signal has its level; what was set is shown again."""
    chosen = {
        "media_playing": "off",
        "nobody_home": "block",
        "repeated_wakes": "pin",
        "long_utterance": "code",
        "several_speakers": "device",
    }
    await set_options(assist, guard, "risks", {**chosen, "quiet_hours": NIGHT})
    assert guard.options["signals"] == chosen
    assert {key: guard.options[key] for key in NIGHT} == NIGHT
    menu = await assist.config_entries.options.async_init(guard.entry_id)
    form = await assist.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "risks"}
    )
    shown = {str(key): key.description for key in form["data_schema"].schema}
    assert shown["repeated_wakes"] == {"suggested_value": "pin"}


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Open the form for a satellite."""
    return dict(
        await hass.config_entries.subentries.async_init(
            (entry.entry_id, "satellite"), context={"source": SOURCE_USER}
        )
    )


async def submit(hass: HomeAssistant, form: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Submit it."""
    entered = {"satellite": KITCHEN, "allowed": True, "level": "code", **values}
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], entered)
    await hass.async_block_till_done()
    return dict(done)


async def test_satellites_are_added_and_changed(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """The rules count at once; a satellite has them once."""
    assist.states.async_set(KITCHEN, "idle", {"friendly_name": "Kitchen speaker"})
    anna = next(iter(guard.runtime_data.works.guard.household.contacts)).id
    done = await submit(
        assist,
        await start(assist, guard),
        contacts=[anna],
        heard_in=["study"],
        quiet_hours=NIGHT,
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    added = next(s for s in guard.subentries.values() if s.subentry_type == "satellite")
    assert added.title == "Kitchen speaker"
    assert added.unique_id == f"satellite:{KITCHEN}"
    assert added.data["contacts"] == [anna]
    assert added.data["heard_in"] == ["study"]
    assert added.data["quiet_level"] == "device"
    here, desk = (KITCHEN, "kitchen"), ("assist_satellite.desk", "study")
    assert guard.runtime_data.works.guard.household.earshot.joins(here, desk)
    again = await submit(assist, await start(assist, guard))
    assert again["errors"] == {"satellite": "satellite_taken"}
    form = dict(
        await assist.config_entries.subentries.async_init(
            (guard.entry_id, "satellite"),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": added.subentry_id},
        )
    )
    shown = {str(key): key.description for key in form["data_schema"].schema}
    assert shown["heard_in"] == {"suggested_value": ["study"]}
    changed = await submit(assist, form, allowed=False)
    assert changed["type"] is FlowResultType.ABORT
    assert changed["reason"] == "reconfigure_successful"
    (stored,) = [s for s in guard.subentries.values() if s.subentry_type == "satellite"]
    assert stored.data["allowed"] is False
    assert stored.data["heard_in"] == []
    assert not guard.runtime_data.works.guard.household.earshot.joins(here, desk)


async def test_a_contact_has_a_pin_and_hours_of_its_own(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Changing something else keeps them."""
    anna = next(s for s in guard.subentries.values() if s.subentry_type == "contact")

    async def change(**values: Any) -> dict[str, Any]:
        form = await assist.config_entries.subentries.async_init(
            (guard.entry_id, "contact"),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": anna.subentry_id},
        )
        entered = {"name": "Anna", "channel": "notify_action", "level": "pin", "observe": False}
        channel = await assist.config_entries.subentries.async_configure(
            form["flow_id"], {**entered, **values}
        )
        if channel.get("errors"):
            return dict(channel)
        done = await assist.config_entries.subentries.async_configure(
            form["flow_id"], {"targets": ["notify.anna"]}
        )
        await assist.async_block_till_done()
        return dict(done)

    assert (await change(pin="short"))["errors"] == {"pin": "pin_invalid"}
    await change(pin="808080", quiet_hours=NIGHT)
    hashes = guard.runtime_data.works.guard.household.contact_pins
    assert await pins.async_matches(assist, "808080", hashes[anna.subentry_id])
    await change(level="code", quiet_hours=NIGHT)
    assert guard.runtime_data.works.guard.household.contact_pins == hashes
    assert guard.subentries[anna.subentry_id].data["quiet_start"] == "21:30:00"
    await change(pin_clear=True)
    assert guard.runtime_data.works.guard.household.contact_pins == {}
