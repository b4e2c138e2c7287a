"""The forms for risks, quiet hours, PINs and satellites."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.approvals import registrations
from custom_components.message_guard.approvals.registrations import Phone
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.flows import fields
from custom_components.message_guard.guarding import pins
from custom_components.message_guard.home.signals import SIGNALS
from tests.conftest import PHRASE

KITCHEN = "assist_satellite.kitchen"
BUTTON = "event.wall_button"
NIGHT = {"quiet_level": "device", "quiet_start": "21:30:00", "quiet_end": "06:00:00"}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with bcrypt's least cost."""
    monkeypatch.setattr(pins, "ROUNDS", 4)


def let_tap(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Give the household a button that it trusts."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, "buttons": [BUTTON]})


async def level_of_a_message(hass: HomeAssistant) -> str:
    """Return what a message to Anna from nowhere known has to be confirmed by."""
    asked = await hass.services.async_call(
        DOMAIN, "send", {"contact": "Anna", "message": "hi"}, blocking=True, return_response=True
    )
    assert asked is not None
    assert asked["kind"] in {"asked", "waiting"}
    await hass.async_block_till_done()
    (waiting,) = hass.config_entries.async_loaded_entries(DOMAIN)[
        0
    ].runtime_data.components.guard.pending
    return str(waiting.level.label)


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
    household = lambda: guard.runtime_data.components.guard.household  # noqa: E731
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
        "repeated_wakes": "block",
        "long_utterance": "code",
    }
    entered = {**chosen, "quiet_hours": NIGHT}
    assert (await set_options(assist, guard, "risks", entered))["errors"] == {
        "base": "level_needs_tap"
    }
    let_tap(assist, guard)
    await set_options(assist, guard, "risks", entered)
    assert guard.options["signals"] == chosen
    assert {key: guard.options[key] for key in NIGHT} == NIGHT
    menu = await assist.config_entries.options.async_init(guard.entry_id)
    form = await assist.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "risks"}
    )
    shown = {str(key): key.description for key in form["data_schema"].schema}
    assert shown["repeated_wakes"] == {"suggested_value": "block"}


async def test_risks_of_a_household_that_had_chosen_one_that_is_gone(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """The form opens with the others as they were, and keeps what is entered."""
    stored = {"media_playing": "off", "several_speakers": "pin"}
    assist.config_entries.async_update_entry(guard, options={**guard.options, "signals": stored})
    await assist.async_block_till_done()
    menu = await assist.config_entries.options.async_init(guard.entry_id)
    form = await assist.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "risks"}
    )
    shown = {str(key): key.description for key in form["data_schema"].schema}
    assert shown["media_playing"] == {"suggested_value": "off"}
    calm = dict.fromkeys(SIGNALS, "off")
    await set_options(assist, guard, "risks", calm)
    assert guard.options["signals"] == calm


@pytest.mark.parametrize(
    ("tap", "pin", "asked"), [(True, True, "device"), (False, True, "pin"), (False, False, "code")]
)
async def test_a_risk_asks_for_what_can_be_done_here(
    assist: HomeAssistant, guard: MockConfigEntry, tap: bool, pin: bool, asked: str
) -> None:
    """The form shows what would count, and the guard asks for that."""
    if tap:
        let_tap(assist, guard)
    if pin:
        await set_options(assist, guard, "pin", {"pin": "4917"})
    menu = await assist.config_entries.options.async_init(guard.entry_id)
    form = await assist.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "risks"}
    )
    shown = {str(key): key.description for key in form["data_schema"].schema}
    assert shown["nobody_home"] == {"suggested_value": asked}
    assist.states.async_set("zone.home", "0")
    assist.states.async_set("person.anna", "not_home")
    assert await level_of_a_message(assist) == asked


async def test_the_only_phone_is_suggested_later_too(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_admin_user: MockUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As long as nobody has chosen."""
    phone = Phone(
        id="p", name="Pixel", user_id=hass_admin_user.id, device_id=None, service="mobile_app_pixel"
    )
    monkeypatch.setattr(registrations, "phones", lambda _hass: (phone,))
    monkeypatch.setattr(fields, "registered_phones", lambda _hass: (phone,))
    menu = await assist.config_entries.options.async_init(guard.entry_id)
    form = await assist.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "devices"}
    )
    shown = {str(key): key.description for key in form["data_schema"].schema}
    assert shown["phones"] == {"suggested_value": ["p"]}


@pytest.mark.parametrize("level", ["pin", "device"])
async def test_no_form_takes_a_level_that_nobody_could_prove(
    assist: HomeAssistant, guard: MockConfigEntry, level: str
) -> None:
    """Neither for everybody, nor for hours, risks or a satellite; each says what to set up."""
    error = {"pin": "level_needs_pin", "device": "level_needs_tap"}[level]
    proof = {"default_level": level, "phrase": PHRASE, "model_steps": 1}
    assert (await set_options(assist, guard, "proof", proof))["errors"] == {"default_level": error}
    quiet = {**NIGHT, "quiet_level": level}
    calm = dict.fromkeys(SIGNALS, "off")
    for risks in ({**calm, "nobody_home": level}, {**calm, "quiet_hours": quiet}):
        assert (await set_options(assist, guard, "risks", risks))["errors"] == {"base": error}
    again = await submit(assist, await start(assist, guard), level=level)
    assert again["errors"] == {"base": error}
    again = await submit(assist, await start(assist, guard), quiet_hours=quiet)
    assert again["errors"] == {"base": error}
    for demanded in ({"more": {"level": level}}, {"quiet_hours": quiet}):
        form = await assist.config_entries.subentries.async_init(
            (guard.entry_id, "contact"), context={"source": SOURCE_USER}
        )
        if form["type"] is FlowResultType.MENU:
            form = await assist.config_entries.subentries.async_configure(
                form["flow_id"], {"next_step_id": "details"}
            )
        person = {"name": "Ben", "reach": ["notify_action|notify.anna"], **demanded}
        refused = await assist.config_entries.subentries.async_configure(form["flow_id"], person)
        assert refused["errors"] == {"base": error}


async def test_what_a_level_needs_cannot_be_taken_away(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """The form names who still needs it."""
    await set_options(assist, guard, "pin", {"pin": "4917"})
    done = await submit(assist, await start(assist, guard), level="pin")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    kept = await set_options(assist, guard, "pin", {"pin_clear": True})
    assert kept["errors"] == {"base": "still_needs_pin"}
    assert kept["description_placeholders"]["other"] == KITCHEN
    assert guard.options["pin_hash"]
    let_tap(assist, guard)
    proof = {"default_level": "device", "phrase": PHRASE, "model_steps": 1}
    done = await set_options(assist, guard, "proof", proof)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    kept = await set_options(assist, guard, "devices", {"phones_always": False, "buttons": []})
    assert kept["errors"] == {"base": "still_needs_tap"}
    assert guard.options["buttons"] == [BUTTON]


async def test_a_satellite_is_like_everybody_unless_it_is_told(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """What the form begins with changes nothing for it, and nothing for others whatever is chosen."""
    form = await start(assist, guard)
    defaults = {str(key): key for key in form["data_schema"].schema}
    assert defaults["level"].default() == "inherit"
    assert defaults["elsewhere"].default() is True
    await submit(assist, form, allowed=False, level="inherit", elsewhere=False)
    assert await level_of_a_message(assist) == "phrase"


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
    let_tap(assist, guard)
    await assist.async_block_till_done()
    anna = next(iter(guard.runtime_data.components.guard.household.contacts)).id
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
    assert guard.runtime_data.components.guard.household.earshot.joins(here, desk)
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
    assert not guard.runtime_data.components.guard.household.earshot.joins(here, desk)


async def test_a_contact_has_a_pin_and_hours_of_its_own(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Changing something else keeps them; what the level needs cannot be taken away."""
    let_tap(assist, guard)
    await assist.async_block_till_done()
    anna = next(s for s in guard.subentries.values() if s.subentry_type == "contact")

    async def change(**values: Any) -> dict[str, Any]:
        form = await assist.config_entries.subentries.async_init(
            (guard.entry_id, "contact"),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": anna.subentry_id},
        )
        quiet = {"quiet_hours": values.pop("quiet_hours")} if "quiet_hours" in values else {}
        done = await assist.config_entries.subentries.async_configure(
            form["flow_id"],
            {
                "name": "Anna",
                "reach": ["notify_action|notify.anna"],
                "more": {"level": "pin", **values},
                **quiet,
            },
        )
        await assist.async_block_till_done()
        return dict(done)

    assert (await change(pin="short"))["errors"] == {"base": "pin_invalid"}
    await change(pin="808080", quiet_hours=NIGHT)
    hashes = guard.runtime_data.components.guard.household.contact_pins
    assert await pins.async_matches(assist, "808080", hashes[anna.subentry_id])
    await change(level="code", quiet_hours=NIGHT)
    assert guard.runtime_data.components.guard.household.contact_pins == hashes
    assert guard.subentries[anna.subentry_id].data["quiet_start"] == "21:30:00"
    assert (await change(pin_clear=True))["errors"] == {"base": "level_needs_pin"}
    await change(pin_clear=True, level="code")
    assert guard.runtime_data.components.guard.household.contact_pins == {}
