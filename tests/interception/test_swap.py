"""Taking the place of handlers, and leaving no trace."""

from collections.abc import AsyncGenerator
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HassJob, HassJobType, HomeAssistant, Service, ServiceCall, callback
import pytest

from custom_components.message_guard.core.request import Origin
from tests.spoken_home import SpokenHome, home, notify, receive

__all__ = ["home"]

type Shape = dict[tuple[str, str], tuple[int, Any]]


def shape(hass: HomeAssistant) -> Shape:
    """Return every service with what handles it."""
    return {
        (domain, name): (id(service), service.job)
        for domain, services in hass.services.async_services().items()
        for name, service in services.items()
        if domain != "message_guard"
    }


def listening(hass: HomeAssistant) -> dict[str, int]:
    """Return how many listen to each event; stores wait for the final write as long as one is due."""
    counts = dict(hass.bus.async_listeners())
    counts.pop("homeassistant_final_write", None)
    return counts


def service(hass: HomeAssistant, name: str = "anna") -> Service:
    """Return a notify action as it is registered."""
    return hass.services.async_services_for_domain("notify")[name]


@pytest.fixture
async def quick(home: SpokenHome) -> AsyncGenerator[SpokenHome]:
    """Return the home with its languages read once: they do not change from one load to the next."""
    loaded = AsyncMock(return_value=home.components.languages)
    with patch("custom_components.message_guard.components.async_load_languages", loaded):
        yield home


async def unload(home: SpokenHome) -> None:
    """Disable the guard: merely unloaded it keeps the door shut until it is loaded anew."""
    await home.hass.config_entries.async_set_disabled_by(
        home.entry.entry_id, ConfigEntryDisabler.USER
    )
    await home.hass.async_block_till_done()
    assert home.entry.state is ConfigEntryState.NOT_LOADED


async def load(home: SpokenHome) -> None:
    """Load it again."""
    await home.hass.config_entries.async_set_disabled_by(home.entry.entry_id, None)
    await home.hass.async_block_till_done()
    assert home.entry.state is ConfigEntryState.LOADED


def wrap(hass: HomeAssistant, name: str = "anna") -> HassJob[..., Any]:
    """Wrap an action the way another integration would, on top of whatever is there."""
    below = service(hass, name).job

    async def on_top(call: ServiceCall) -> Any:
        return await below.target(call)

    job: HassJob[..., Any] = HassJob(on_top, job_type=HassJobType.Coroutinefunction)
    service(hass, name).job = job
    return job


async def held(home: SpokenHome, name: str = "anna") -> bool:
    """Return whether a spoken call is held."""
    before = len(home.sent)
    turn = home.components.turns.begin(Origin(conversation_id="talk", utterance="x"))
    await home.hass.services.async_call("notify", name, notify()["data"], blocking=True)
    home.components.turns.end(turn)
    await home.hass.async_block_till_done()
    if home.pending:
        await home.decline()
    return len(home.sent) == before


@pytest.mark.slow
async def test_loading_and_unloading_100_times_leaves_everything_as_it_was(
    quick: SpokenHome,
) -> None:
    """Services, the listeners of every event, and what handles each service."""
    home = quick
    hass = home.hass
    await unload(home)
    services, listeners = shape(hass), listening(hass)
    for _ in range(100):
        await load(home)
        assert service(hass).job is not services["notify", "anna"][1]
        await unload(home)
    assert shape(hass) == services
    assert listening(hass) == listeners


@pytest.mark.slow
async def test_reloading_100_times_with_another_wrapper_on_top(quick: SpokenHome) -> None:
    """Somebody else's wrapper stays where it is; ours does not pile up, and still holds."""
    home = quick
    hass = home.hass
    on_top = wrap(hass)
    for _ in range(100):
        await unload(home)
        assert service(hass).job is on_top
        await load(home)
    assert await held(home)
    await unload(home)
    assert service(hass).job is on_top
    await hass.services.async_call("notify", "anna", notify()["data"], blocking=True)
    assert home.sent == [("notify.anna", "Dinner is ready")]


async def test_what_we_left_below_another_wrapper_is_taken_up_again(home: SpokenHome) -> None:
    """When the other one goes, it puts back what it found: us, transparent by then."""
    hass = home.hass
    original = service(hass).job.target.original
    ours = service(hass).job
    wrap(hass)
    await unload(home)
    service(hass).job = ours
    await hass.services.async_call("notify", "anna", notify()["data"], blocking=True)
    assert len(home.sent) == 1
    await load(home)
    assert await held(home)
    await unload(home)
    assert service(hass).job is original


async def test_a_service_that_was_removed_is_never_brought_back(quick: SpokenHome) -> None:
    """100 times, removed while loaded and registered anew while not."""
    home = quick
    hass = home.hass
    for _ in range(100):
        hass.services.async_remove("notify", "anna")
        await unload(home)
        assert not hass.services.has_service("notify", "anna")
        receive(hass, "anna", home.sent)
        job = service(hass).job
        await load(home)
        assert service(hass).job is not job
    assert await held(home)


async def test_a_service_that_comes_later_is_guarded(home: SpokenHome) -> None:
    """And one that is registered again, and one that is registered while an event is dispatched."""
    hass = home.hass
    receive(hass, "later", home.sent)
    receive(hass, "anna", home.sent)

    @callback
    def register(event: Any) -> None:
        receive(hass, "nested", home.sent)

    hass.bus.async_listen_once("register", register)
    hass.bus.async_fire("register")
    for name in ("later", "anna", "nested"):
        assert await held(home, name)


async def test_the_households_own_list(home: SpokenHome) -> None:
    """An action is guarded while it is on the list, a whole domain too, nothing of ours ever."""
    hass = home.hass

    async def keep(call: ServiceCall) -> None:
        home.sent.append((f"{call.domain}.{call.service}", "x"))

    for domain in ("rest_command", "sms"):
        hass.services.async_register(domain, "send", keep)
    originals = shape(hass)
    await home.update(guarded_actions=["rest_command.send", "sms.*", "message_guard.send"])
    guards = home.components.actions.guards
    assert guards("rest_command", "send")
    assert guards("sms", "anything")
    assert not guards("message_guard", "send")
    assert not guards("persistent_notification", "create")
    turn = home.components.turns.begin(Origin(conversation_id="talk"))
    for domain in ("rest_command", "sms"):
        await hass.services.async_call(domain, "send", {"message": "hi"}, blocking=True)
    home.components.turns.end(turn)
    assert home.sent == []
    assert set(home.kinds) == {"refused"}
    await home.update(guarded_actions=[])
    assert shape(hass)["sms", "send"] == originals["sms", "send"]
    assert shape(hass)["rest_command", "send"] == originals["rest_command", "send"]


@pytest.mark.parametrize("name", ["send_message", "send_photo", "edit_message", "a_later_version"])
async def test_telegram_is_guarded(home: SpokenHome, name: str) -> None:
    """Whatever carries words to somebody."""
    assert home.components.actions.guards("telegram_bot", name)


@pytest.mark.parametrize("name", ["send_chat_action", "delete_message", "leave_chat"])
async def test_telegram_without_words_is_free(home: SpokenHome, name: str) -> None:
    """What carries none."""
    assert not home.components.actions.guards("telegram_bot", name)
