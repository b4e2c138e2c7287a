"""The whole set-up over the API that the UI uses, as a person with some slips would do it."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.client import Client, CommandError, Flow
from tests.e2e.guarded import DOMAIN, INTEGRATION, GuardedHousehold
from tests.e2e.household import PHONE_ACTION, Household

"""What the form suggests in English, written here once more: a change of it is a change for everybody."""

SUBENTRIES = "/api/config/config_entries/subentries/flow"


def suggested(form: dict[str, Any]) -> dict[str, Any]:
    """Return what a form suggests, by field."""
    return {
        field["name"]: field["description"]["suggested_value"]
        for field in form["data_schema"]
        if "suggested_value" in (field.get("description") or {})
    }


async def guest(home: GuardedHousehold) -> Client:
    """Return the session of a user who is no administrator."""
    owner = home.client
    user = await owner.command("config/auth/create", name="Guest", group_ids=["system-users"])
    await owner.command(
        "config/auth_provider/homeassistant/create",
        user_id=user["user"]["id"],
        username="guest",
        password="a guest's password",
    )
    async with aiohttp.ClientSession() as http:
        about = {"client_id": f"{owner.url}/", "redirect_uri": f"{owner.url}/"}
        begin = {**about, "handler": ["homeassistant", None]}
        async with http.post(f"{owner.url}/auth/login_flow", json=begin) as answer:
            flow = (await answer.json())["flow_id"]
        typed = {**about, "username": "guest", "password": "a guest's password"}
        del typed["redirect_uri"]
        async with http.post(f"{owner.url}/auth/login_flow/{flow}", json=typed) as answer:
            code = (await answer.json())["result"]
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": f"{owner.url}/",
        }
        async with http.post(f"{owner.url}/auth/token", data=grant) as answer:
            token = (await answer.json())["access_token"]
    client = Client(owner.url, token)
    await client.connect()
    return client


async def set_up(home: GuardedHousehold) -> str:
    """Fill in the one form, with a phrase that will not do at first; return the phrase that was suggested."""
    flow = await home.client.config_flow(DOMAIN)
    first = suggested(flow.last)
    assert first["pipelines"] == [home.household.pipeline]
    await flow.submit({**first, "phrase": "okay", "more": {}})
    assert set(flow.errors) == {"phrase"}
    await flow.submit({**first, "more": {}})
    assert flow.type == "create_entry"
    home.entry_id = flow.last["result"]["entry_id"]
    kind, contact = flow.last["next_flow"]
    assert kind == "config_subentries_flow"
    await first_contact(home, await Flow(home.client, SUBENTRIES).resume(contact))
    return str(first["phrase"])


async def first_contact(home: GuardedHousehold, flow: Flow) -> None:
    """Pick the phone, give it a name after one that is no name, and let it be tried."""
    phone = f"notify_action|{PHONE_ACTION}"
    await flow.submit({"name": "stop", "reach": [phone], "test": True})
    assert flow.errors == {"name": "name_is_decline"}
    await flow.submit({"name": "Dad", "reach": [phone], "test": True})
    assert flow.type == "create_entry"
    assert len(home.household.phone.messages) == 1


async def change(home: GuardedHousehold) -> None:
    """Change the contact and an option."""
    subentries = await home.client.command("config_entries/subentries/list", entry_id=home.entry_id)
    (contact,) = [item for item in subentries if item["title"] == "Dad"]
    flow = Flow(home.client, SUBENTRIES)
    await flow.begin({"handler": [home.entry_id, "contact"], "subentry_id": contact["subentry_id"]})
    assert flow.last["step_id"] == "reconfigure"
    assert suggested(flow.last)["reach"] == [f"notify_action|{PHONE_ACTION}"]
    await flow.submit({**suggested(flow.last), "name": "Father"})
    assert (flow.type, flow.last["reason"]) == ("abort", "reconfigure_successful")
    options = await home.client.options_flow(home.entry_id)
    await options.choose("proof")
    await options.submit({**suggested(options.last), "default_level": "code"})
    assert options.type == "create_entry"


@pytest.mark.timeout(180)
async def test_set_up_change_and_removal(folder: Path) -> None:
    home = GuardedHousehold(Household(folder=folder, integrations=(INTEGRATION,)))
    try:
        await home.household.start()
        before = await home.client.command("assist_pipeline/pipeline/list")
        phrase = await set_up(home)
        asked = await home.say("send a message to Dad: first")
        sent = await home.say(phrase, asked)
        await change(home)
        stranger = await home.say("send a message to Dad saying the second one is late")
        coded = await home.say("send a message to Father: third")

        visitor = await guest(home)
        for kind in ("rules/levels", "requests/page", "safety/state", "overview/subscribe"):
            with pytest.raises(CommandError, match="unauthorized"):
                await visitor.command(f"{DOMAIN}/{kind}")
        for method, path in (
            ("GET", f"/api/{DOMAIN}/ledger/jsonl"),
            ("POST", "/api/config/config_entries/options/flow"),
        ):
            with pytest.raises(CommandError, match="401"):
                await visitor.rest(method, path, {"handler": home.entry_id})
        await visitor.close()

        await home.client.rest("DELETE", f"/api/config/config_entries/entry/{home.entry_id}")
        after = await home.client.command("assist_pipeline/pipeline/list")
        lit = await home.say("turn on the kitchen light")
        received = list(home.household.phone.messages)
    finally:
        await home.stop()

    assert "first" in asked.answer
    assert sent.answer
    assert received[1:] == ["first"]
    assert "Dad" in stranger.answer
    assert "sum of" in coded.answer
    assert after == before
    assert lit.response_type == "action_done"
