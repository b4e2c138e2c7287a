"""The past on a screen: one row for each request, its story, and how often what happened."""

from typing import Any

from homeassistant.core import Context, HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.screen import BODY, Ask, Screen, error_of, refused, request, seen, token_of
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]


@pytest.fixture
def ask(client: Any) -> Ask:
    """Return what sends a command and returns its result."""
    screen = Screen(client)

    async def send(name: str, /, **data: Any) -> dict[str, Any]:
        answer = await screen.ask(name, **data)
        assert answer["success"], answer
        result: dict[str, Any] = answer["result"]
        return result

    return send


async def test_one_row_for_each_request(
    assist: HomeAssistant,
    ask: Ask,
    client: Any,
    user: Any,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
) -> None:
    """Whatever became of it, with who it was."""
    sent = await request(assist, body="first")
    await ask("pending/approve", **seen(assist, sent))
    declined = await request(assist, body="second")
    await ask("pending/decline", confirmation_id=declined)
    await refused(assist, "Mallory")
    await request(assist, body="waits")
    (contact_id,) = guard.subentries
    found = await ask("requests/page")
    assert found["before"] is None
    rows = found["rows"]
    assert [row["outcome"] for row in rows] == ["waiting", "refused", "declined", "sent"]
    waiting, stranger, no, yes = rows
    assert yes["contact"] == {"id": contact_id, "name": "Anna"}
    assert (yes["proved_by"], yes["approver"], yes["body"]) == ("panel", "Anna", "first")
    assert (yes["level"], yes["reasons"]) == ("phrase", ["default_level"])
    assert yes["kind"] == "delivered"
    assert yes["ended_at"] > yes["at"]
    assert (no["proved_by"], no["approver"]) == (None, "Anna")
    assert (stranger["contact"], stranger["recipient"]) == (None, "Mallory")
    assert (waiting["ended_at"], waiting["kind"]) == (None, "asked")
    assert [row["cursor"] for row in rows] == sorted((row["cursor"] for row in rows), reverse=True)
    first = await ask("requests/page", limit=3)
    rest = await ask("requests/page", limit=3, before=first["before"])
    assert [*first["rows"], *rest["rows"]] == rows
    story = await ask("requests/story", request_id=yes["request_id"])
    assert story["row"] == yes
    assert [step["kind"] for step in story["steps"]] == ["asked", "authorised", "delivered"]
    assert (story["steps"][1]["by"], story["steps"][1]["via"]) == ("Anna", "panel")
    assert len(story["steps"][0]["hash"]) == 64
    error = await error_of(client, "requests/story", request_id="gone")
    assert error["translation_key"] == "no_request"


async def test_filters(
    assist: HomeAssistant, ask: Ask, client: Any, guard: MockConfigEntry, user: Any
) -> None:
    """By person, place, outcome, days and words."""
    await ask("pending/decline", confirmation_id=await request(assist, body="Grüße an ALLE"))
    await request(assist, body="the key")
    await refused(assist, "Mallory")
    (contact_id,) = guard.subentries
    known = await ask("requests/filters")
    assert known["contacts"] == [{"id": contact_id, "name": "Anna"}]
    assert (known["places"], known["total"]) == ([], 3)
    assert known["first_day"] <= known["today"]

    async def bodies(**wanted: Any) -> list[str]:
        page = await ask("requests/page", **wanted)
        return [row["body"] for row in page["rows"]]

    assert await bodies(contact_id=contact_id) == ["the key", "Grüße an ALLE"]
    assert await bodies(contact_id="somebody else") == []
    assert await bodies(satellite_id="assist_satellite.kitchen") == []
    assert await bodies(outcomes=["declined"]) == ["Grüße an ALLE"]
    assert await bodies(outcomes=["declined", "waiting"]) == ["the key", "Grüße an ALLE"]
    assert await bodies(contact_id=contact_id, outcomes=["waiting"]) == ["the key"]
    assert await bodies(outcomes=[]) == await bodies()
    assert await bodies(text="GRÜSSE an alle") == ["Grüße an ALLE"]
    assert await bodies(text="mallory") == [BODY]
    assert await bodies(text="nobody said this") == []
    assert len(await bodies(since=known["today"], until=known["today"])) == 3
    assert await bodies(until="2020-01-01") == []
    assert len(await bodies(since="2020-01-01")) == 3
    for day in ("yesterday", "2026-99-01", "0001-01-01", "9999-12-31"):
        answer = await Screen(client).ask("requests/page", since=day)
        assert answer["success"] or answer["error"]["translation_key"] == "no_day"


async def test_a_contact_who_was_removed(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry, user: Any
) -> None:
    """Their messages are still there, without the name."""
    await request(assist)
    (contact_id,) = guard.subentries
    assist.config_entries.async_remove_subentry(guard, contact_id)
    await assist.async_block_till_done()
    (row,) = (await ask("requests/page"))["rows"]
    assert row["contact"] == {"id": contact_id, "name": None}
    assert {"id": contact_id, "name": None} in (await ask("requests/filters"))["contacts"]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Kathmandu", "America/St_Johns"])
async def test_statistics_are_the_home_s(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry, user: Any, zone: str
) -> None:
    """Days and hours as the household has them, those on which nothing happened included."""
    await assist.config.async_set_time_zone(zone)
    await ask("pending/decline", confirmation_id=await request(assist))
    await refused(assist, "Mallory")
    found = await ask("requests/statistics", days=7)
    assert len(found["days"]) == 7
    assert found["days"][-1] == {
        "day": (await ask("requests/filters"))["today"],
        "sent": 0,
        "declined": 1,
        "refused": 1,
        "expired": 0,
        "failed": 0,
        "observed": 0,
    }
    assert len(found["hours"]) == 24
    assert sum(hour["declined"] for hour in found["hours"]) == 1
    assert all(day["declined"] == 0 for day in found["days"][:-1])


async def test_where_it_came_from(
    assist: HomeAssistant, ask: Ask, guard: MockConfigEntry, user: Any
) -> None:
    """What somebody typed is told by their name; what an automation asked for is nobody's."""
    await request(assist)
    await assist.services.async_call(
        "conversation",
        "process",
        {"text": f"send a message to Anna: {BODY} there", "language": "en"},
        blocking=True,
        context=Context(user_id=user[0].id),
    )
    await assist.async_block_till_done()
    typed, asked = (await ask("requests/page"))["rows"]
    assert (typed["who"], typed["typed"], typed["route"]) == ("Anna", True, "sentence")
    assert (asked["who"], asked["typed"], asked["route"]) == (None, False, "action")


async def test_yesterday_is_yesterday(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    freezer: Any,
) -> None:
    """What was erased before a day was said before it began at home."""
    await assist.config.async_set_time_zone("Pacific/Auckland")
    freezer.move_to("2026-11-28T10:30:00+00:00")  # 23:30 in Auckland
    await request(assist, body="in the evening")
    freezer.move_to("2026-11-28T11:30:00+00:00")  # half past midnight
    await request(assist, body="in the night")
    _, token = await token_of(assist, "Anna", admin=True)
    screen = Screen(await hass_ws_client(assist, token))

    async def rows(**wanted: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await screen.ask("requests/page", **wanted))["result"][
            "rows"
        ]
        return found

    assert (await screen.ask("requests/filters"))["result"]["today"] == "2026-11-29"
    assert [row["body"] for row in await rows(since="2026-11-29")] == ["in the night"]
    assert [row["body"] for row in await rows(until="2026-11-28")] == ["in the evening"]
    erased = await screen.ask("ledger/erase", scope="before", day="2026-11-29")
    assert erased["result"]["entries"] == 1
    night, evening = await rows()
    assert (night["words_kept"], evening["words_kept"]) == (True, False)


async def test_what_it_came_through(home: SpokenHome, hass_ws_client: WebSocketGenerator) -> None:
    """A held call is told by the name of the automation that has made it, while that is remembered."""
    await home.automate(sentence(notify("anna")))
    await home.say("dinner is ready")
    _, token = await token_of(home.hass, "Anna", admin=True)
    screen = Screen(await hass_ws_client(home.hass, token))
    (waiting,) = (await screen.open())["pending"]
    assert (waiting["what"], waiting["held_call"]) == ("dinner is ready", "notify.anna")
    (row,) = (await screen.ask("requests/page"))["result"]["rows"]
    assert row["what"] == "dinner is ready"
