"""The words of a message that did not go out are in no trace of a run either."""

from datetime import timedelta
from functools import partial
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.trace.util import async_get_trace, async_list_traces
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.json import ExtendedJSONEncoder
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.interception import run_traces
from custom_components.message_guard.interception.run_traces import AGAIN_SECONDS
from tests.spoken_home import PERSON, SpokenHome, home, notify, sentence

__all__ = ["home"]

SAID = "tell anna the surgery went badly"
TELL = sentence(
    {"variables": {"loud": "{{ trigger.slots.words | upper }}"}},
    {"action": "script.pass_on", "data": {"what": "{{ trigger.slots.words }}"}},
    said="tell anna {words}",
    id="tell",
)
PASS_ON = {"alias": "Pass on", "sequence": [notify(message="Listen: {{ what }}")]}


@pytest.fixture
async def held(home: SpokenHome) -> SpokenHome:
    """Return a home in which an automation's script wants to send what was said."""
    await home.script(pass_on=PASS_ON)
    await home.automate(TELL)
    await home.say(SAID)
    assert len(home.pending) == 1
    assert "surgery" in (await kept(home.hass)).lower()
    return home


async def kept(hass: HomeAssistant) -> str:
    """Return all that Home Assistant shows, and stores, of every run."""
    found: list[Any] = []
    for domain in ("automation", "script"):
        for run in await async_list_traces(hass, domain, None):
            key = f"{domain}.{run['item_id']}"
            found += [run, await async_get_trace(hass, key, run["run_id"])]
            trace = hass.data["trace"][key].runs[run["run_id"]]
            found.append(trace.as_dict())
    return json.dumps(found, cls=ExtendedJSONEncoder)


async def assert_cleared(hass: HomeAssistant) -> None:
    """Assert that nothing of what was said is left, and that the steps are."""
    told = (await kept(hass)).lower()
    assert not {"surgery", "badly", "went"} & set(told.replace('"', " ").split())
    assert "surgery" not in told
    assert "action/1" in told
    assert "script.pass_on" in told
    assert '"service": "anna"' in told


async def test_declined(held: SpokenHome, hass_ws_client: WebSocketGenerator) -> None:
    """As the trace is shown to people, too."""
    await held.decline()
    await assert_cleared(held.hass)
    client = await hass_ws_client(held.hass)
    (run,) = await async_list_traces(held.hass, "automation", "automation.tell")
    wanted = {"domain": "automation", "item_id": "tell", "run_id": run["run_id"]}
    await client.send_json_auto_id({"type": "trace/get", **wanted})
    answer = await client.receive_json()
    assert answer["success"]
    assert "surgery" not in json.dumps(answer).lower()


async def test_words_where_nobody_would_look_for_them(home: SpokenHome) -> None:
    """In what a template complains of, and in a field that is called like what Home Assistant keeps itself."""
    await home.script(pass_on=PASS_ON)
    words = "{{ trigger.slots.words }}"
    await home.automate(
        sentence(
            {"variables": {"odd": "{{ {}[trigger.slots.words] }}"}},
            {"action": "script.pass_on", "data": {"what": words, "trigger": words}},
            said="tell anna {words}",
            id="tell",
        )
    )
    await home.say(SAID)
    told = await kept(home.hass)
    assert "has no attribute 'the surgery went badly'" in told
    assert '"trigger": "the surgery went badly"' in told
    await home.decline()
    await assert_cleared(home.hass)


def remembered(home: SpokenHome) -> run_traces.RunTraces:
    """Return what remembers the runs of held calls; it is told of each first."""
    found = home.components.actions.on_captured
    assert isinstance(found, partial)
    traces: run_traces.RunTraces = found.args[0]
    return traces


async def test_the_last_of_many(home: SpokenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every run that ever was is remembered; one that has to be forgotten is cleared first."""
    monkeypatch.setattr(run_traces, "MOST_REMEMBERED", 1)
    remembered(home)._tidy_at = 1
    await home.automate(sentence(notify(message="{{ trigger.slots.words }}"), said="tell {words}"))
    await home.say("tell the laundry is done", satellite="assist_satellite.hall")
    await home.say("tell the surgery went badly")
    assert len(home.pending) == 2
    for confirmation in home.pending:
        await home.components.guard.decline(confirmation.id, PERSON)
    await home.hass.async_block_till_done()
    told = (await kept(home.hass)).lower()
    assert "surgery" not in told
    assert "laundry" not in told


async def test_runs_are_remembered_as_long_as_home_assistant_keeps_them(home: SpokenHome) -> None:
    """Five of each automation; what is kept no longer needs no clearing."""
    traces = remembered(home)
    await home.automate(sentence(notify(message="{{ trigger.slots.words }}"), said="tell {words}"))
    for number in range(run_traces.FEWEST_TIDIED + 1):
        await home.say(f"tell number {number}", satellite=f"assist_satellite.{number}")
    assert len(traces._held) == 5
    assert list(traces._held) == [item.recipients[0].request.id for item in home.pending[-5:]]


async def test_traces_that_are_kept_elsewhere_are_not_given_up(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another version of Home Assistant: what is remembered stays, up to its number."""
    traces = remembered(home)
    traces._tidy_at = 1
    monkeypatch.setattr(run_traces, "traces", lambda _hass: 1 / 0)
    await home.automate(sentence(notify(message="{{ trigger.slots.words }}"), said="tell {words}"))
    for number in range(3):
        await home.say(f"tell number {number}", satellite=f"assist_satellite.{number}")
    assert len(traces._held) == 3
    assert "What is traced is unknown: ZeroDivisionError" in caplog.text


async def test_nobody_answers(held: SpokenHome, freezer: FrozenDateTimeFactory) -> None:
    """It expires."""
    freezer.tick(timedelta(minutes=10))
    async_fire_time_changed(held.hass)
    await held.hass.async_block_till_done()
    assert held.kinds[-1] == "expired"
    await assert_cleared(held.hass)


@pytest.mark.parametrize("by", ["request_id", "contact"])
async def test_sent_and_erased_later(held: SpokenHome, by: str, hass_admin_user: Any) -> None:
    """What went out stays in the trace until somebody erases its words."""
    hass = held.hass
    (waiting,) = held.pending
    request = waiting.recipients[0].request
    await held.approve()
    assert held.sent == [("notify.anna", "Listen: the surgery went badly")]
    assert "surgery" in (await kept(hass)).lower()
    erase = {"request_id": request.id} if by == "request_id" else {"contact": "Anna"}
    await hass.services.async_call(
        DOMAIN,
        "erase_words",
        erase,
        blocking=True,
        context=Context(user_id=hass_admin_user.id),
    )
    await assert_cleared(hass)


async def test_other_runs_keep_their_words(held: SpokenHome) -> None:
    """A run that nobody spoke for has none of ours to lose."""
    await held.hass.services.async_call(
        "script", "pass_on", {"what": "laundry"}, blocking=True, context=Context()
    )
    await held.decline()
    told = (await kept(held.hass)).lower()
    assert "surgery" not in told
    assert "laundry" in told


async def test_a_run_that_goes_on(home: SpokenHome) -> None:
    """Its trace is needed until it has ended, and cleared then."""
    hass = home.hass
    wait = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
    await home.automate(
        {
            **sentence(notify(message="{{ trigger.slots.words }}"), wait, said="tell anna {words}"),
            "id": "tell",
        }
    )
    saying = hass.async_create_task(home.say(SAID, settle=False))
    while not home.pending:
        await hass.async_add_executor_job(int)
    await home.components.guard.decline(home.pending[0].id, None)
    assert "surgery" in (await kept(hass)).lower()
    hass.bus.async_fire("go")
    await saying
    await hass.async_block_till_done()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=AGAIN_SECONDS + 1))
    await hass.async_block_till_done()
    assert "surgery" not in (await kept(hass)).lower()


async def test_another_version_keeps_its_traces_elsewhere(
    held: SpokenHome, caplog: pytest.LogCaptureFixture
) -> None:
    """The refusal is what matters."""
    held.hass.data["trace"]["automation.odd"] = object()
    await held.decline()
    assert held.kinds[-1] == "declined"
    assert "A trace could not be cleared: AttributeError" in caplog.text
    del held.hass.data["trace"]["automation.odd"]
