"""The forms for a contact, and what a test fills into them."""

from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.contacts import Contact
from tests.flow_forms import Result, answer


async def contact_form(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form for a contact, past the menu where there is one."""
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    if result["type"] is FlowResultType.MENU:
        assert result["menu_options"] == ["import", "details"]
        return await answer(hass, result, {"next_step_id": "details"})
    return result


def details(name: str, *reach: str, test: bool = False, **more: Any) -> dict[str, Any]:
    """Return the answers to the form."""
    found = {"name": name, "reach": list(reach or ["notify_action|notify.anna"]), "test": test}
    return {**found, "more": more} if more else found


async def as_written(hass: HomeAssistant, form: Result) -> Result:
    """Tick no other spelling of the name, where any is offered."""
    return await answer(hass, form, {}) if form.get("step_id") == "spellings" else form


def offered(form: Result) -> dict[str, str]:
    """Return what the form offers to be reached, by its key."""
    options = form["data_schema"].schema["reach"].config["options"]
    return {option["value"]: option["label"] for option in options}


def contact_called(entry: MockConfigEntry, name: str) -> Contact:
    """Return a contact of the household."""
    found = entry.runtime_data.components.guard.household.contacts
    return next(contact for contact in found if contact.name == name)


def places(hass: HomeAssistant) -> None:
    """Let there be a mailbox and a speaker."""
    hass.states.async_set("notify.bob", "unknown", {"friendly_name": "Bob's mail"})
    hass.states.async_set("assist_satellite.kitchen", "idle", {"friendly_name": "Kitchen"})


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form that changes the last contact."""
    *_, subentry_id = entry.subentries
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )


def folded(form: Result, name: str) -> dict[str, Any]:
    """Return what the folded part of a form suggests."""
    part = form["data_schema"].schema[name].schema.schema
    return {str(key): (key.description or {}).get("suggested_value") for key in part}


async def action_form(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form for an action."""
    form = await answer(hass, await contact_form(hass, entry), details("Bob", "action"))
    assert form["step_id"] == "action"
    return form


def bobs_call(entry: MockConfigEntry) -> tuple[str, dict[str, Any], str]:
    """Return the action that reaches Bob, its fixed fields, and the field of the words."""
    call = contact_called(entry, "Bob").channel.call
    assert call is not None
    return call.action, dict(call.fields), call.words


def phone_of(
    hass: HomeAssistant, name: str, user: str, *, entity: bool = True
) -> tuple[MockConfigEntry, str | None, str]:
    """Register a phone with the app, as mobile_app keeps it; return its entry, entity and device."""
    slug = name.lower().replace("'", "_").replace(" ", "_")
    async_mock_service(hass, "notify", f"mobile_app_{slug}")
    entry = MockConfigEntry(
        domain="mobile_app",
        title=name,
        data={"webhook_id": f"hook {slug}", "device_name": name, "user_id": user},
        state=ConfigEntryState.LOADED,
    )
    entry.add_to_hass(hass)
    data = hass.data.setdefault("mobile_app", {"notify": SimpleNamespace(registered_targets={})})
    data["notify"].registered_targets[f"mobile_app_{slug}"] = f"hook {slug}"
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", slug)}, name=name
    )
    if not entity:
        return entry, None, device.id
    registered = er.async_get(hass).async_get_or_create(
        "notify", "mobile_app", slug, config_entry=entry, suggested_object_id=slug
    )
    hass.states.async_set(registered.entity_id, "unknown", {"friendly_name": name})
    return entry, registered.entity_id, device.id
