"""The harness itself, proven with Home Assistant's own agent: what it reports is what happened."""

import aiohttp
import pytest

from tests.e2e.client import CommandError
from tests.e2e.house import OWNER, PASSWORD
from tests.e2e.household import KITCHEN_LIGHT, PHONE_ACTION, Household

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


async def test_a_sentence_reaches_the_default_agent_and_the_light(
    plain_household: Household,
) -> None:
    client = plain_household.house.client

    turn = await client.say("turn on the kitchen light")

    assert (turn.response_type, turn.error) == ("action_done", None)
    assert turn.answer
    assert await client.state(KITCHEN_LIGHT) == "on"


async def test_a_conversation_goes_on_under_its_id(plain_household: Household) -> None:
    client = plain_household.house.client

    first = await client.say("turn on the kitchen light")
    second = await client.say("turn it off", conversation_id=first.conversation_id)

    assert first.conversation_id
    assert second.conversation_id == first.conversation_id


async def test_each_receiver_gets_what_is_sent_to_it_and_nothing_else(
    plain_household: Household,
) -> None:
    client = plain_household.house.client
    before = plain_household.delivered()
    assert not any(before.values())

    await client.call(
        "notify.send_message",
        {"message": "to the file"},
        target={"entity_id": plain_household.notify_entity},
    )
    await client.call(PHONE_ACTION, {"message": "to the phone"})
    await client.call(
        "assist_satellite.announce",
        {"message": "to the room"},
        target={"entity_id": plain_household.satellite_entity},
    )

    assert plain_household.delivered() == {
        "file": ["to the file"],
        "phone": ["to the phone"],
        "satellite": ["to the room"],
    }


async def test_a_spoken_sentence_goes_through_the_satellite_and_back(
    plain_household: Household,
) -> None:
    client = plain_household.house.client
    await client.call("light.turn_on", target={"entity_id": KITCHEN_LIGHT})

    answer = await plain_household.satellite.say("turn off the kitchen light")

    assert plain_household.satellite.heard[-1] == "turn off the kitchen light"
    assert answer == plain_household.speech.spoken[-1]
    assert not plain_household.satellite.played[-1].announced
    assert await client.state(KITCHEN_LIGHT) == "off"


async def test_a_refused_request_says_why(plain_household: Household) -> None:
    with pytest.raises(CommandError) as refused:
        await plain_household.house.client.call("notify.nobody", {"message": "hello"})

    assert refused.value.code == "not_found"


async def test_it_listens_on_loopback_only(plain_household: Household) -> None:
    listeners = {
        line.split()[1].split(":")[0]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in open(table, encoding="ascii").read().splitlines()[1:]  # noqa: ASYNC230, PTH123, SIM115
        if int(line.split()[1].split(":")[1], 16) == plain_household.house.port
        and line.split()[3] == "0A"
    }
    assert listeners == {"0100007F"}


async def test_it_survives_a_power_cut(plain_household: Household) -> None:
    house = plain_household.house
    await house.settle()

    await house.kill()

    assert not house.running
    with pytest.raises(aiohttp.ClientConnectionError):
        async with aiohttp.ClientSession() as http:
            await http.get(house.url)

    await house.start()
    await plain_household.satellite.wait_until_ready()
    turn = await house.client.say("turn on the kitchen light")

    assert turn.response_type == "action_done"
    assert await house.client.state(KITCHEN_LIGHT) == "on"


async def test_the_owner_can_log_in_with_the_password(plain_household: Household) -> None:
    house = plain_household.house
    begin = {
        "client_id": f"{house.url}/",
        "handler": ["homeassistant", None],
        "redirect_uri": f"{house.url}/",
    }
    async with aiohttp.ClientSession(house.url, raise_for_status=True) as http:
        async with http.post("/auth/login_flow", json=begin) as answer:
            flow = await answer.json()
        given = {"client_id": begin["client_id"], "username": OWNER, "password": PASSWORD}
        async with http.post(f"/auth/login_flow/{flow['flow_id']}", json=given) as answer:
            assert (await answer.json())["type"] == "create_entry"
