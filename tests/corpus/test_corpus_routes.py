"""The corpus of cases, played through every way from speech to a message."""

from collections.abc import AsyncGenerator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.components import conversation
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.guarding import pins
from tests.conftest import contact_data, options
from tests.corpus.home import LETTER, HomeStage, SendLetter, addresses, steady, write_to
from tests.corpus.intruders import BELL, Intruders, give_phones
from tests.corpus.play import (
    CAREFUL_LEVEL,
    GARAGE,
    HALL,
    KITCHEN,
    PHRASE,
    PIN,
    ROUTES,
    Case,
    cases,
    play,
)


def contacts(case: Case) -> list[ConfigSubentryData]:
    """Return the household's contacts, and those of the case."""
    return [
        contact_data("Anna", level=case.level),
        contact_data("Ben"),
        contact_data("Chris"),
        contact_data("Christine", aliases=["Chris"], targets=["notify.chris"]),
        *(
            contact_data(name, targets=[f"notify.{addresses(case)[name]}"])
            for name in case.contacts
        ),
    ]


def satellites() -> list[ConfigSubentryData]:
    """Return the household's rules for its satellites."""
    return [
        ConfigSubentryData(
            data={"satellite": f"assist_satellite.{place}", "allowed": True, "level": level},
            subentry_type="satellite",
            title=place,
            unique_id=f"satellite:{place}",
        )
        for place, level in ((KITCHEN, "none"), (HALL, "none"), (GARAGE, CAREFUL_LEVEL))
    ]


def furnish(hass: HomeAssistant) -> None:
    """Put the satellites where they belong; nobody has said where the hall's is."""
    for place in (KITCHEN, HALL, GARAGE):
        er.async_get(hass).async_get_or_create(
            "assist_satellite", "test", place, suggested_object_id=place
        )
    for place in (KITCHEN, GARAGE):
        area = ar.async_get(hass).async_get_or_create(place)
        er.async_get(hass).async_update_entity(f"assist_satellite.{place}", area_id=area.id)
    async_mock_service(hass, "assist_satellite", "announce")


def listen_in(passed: list[str], patch: pytest.MonkeyPatch) -> None:
    """Keep what reaches Home Assistant's own agent, which the household has."""
    handle = DefaultAgent._async_handle_message

    async def spy(
        agent: DefaultAgent,
        user_input: conversation.ConversationInput,
        chat_log: conversation.ChatLog,
    ) -> conversation.ConversationResult:
        passed.append(user_input.text)
        return await handle(agent, user_input, chat_log)

    patch.setattr(DefaultAgent, "_async_handle_message", spy)


def ways(number: int, case: Case) -> tuple[str, ...]:
    """Return the ways on which a case is played here.

    Who controls the guard, what locks it, and what is read out beside it has little to do with how it was asked: such a
    case is played on two of its ways, each with another two.
    """
    if not case.id.startswith(("control", "pins_and_locks", "incoming")):
        return case.routes
    return tuple(dict.fromkeys((case.routes * 2)[number % len(case.routes) :][:2]))


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave the event loop's debug mode, a third of the time, to the tests of each module."""


@pytest.fixture
async def stage(
    assist: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    hass_admin_user: User,
    hass_read_only_user: User,
    aioclient_mock: AiohttpClientMocker,
    request: pytest.FixtureRequest,
) -> AsyncGenerator[HomeStage]:
    """Return a home for the case and the way that a test is about."""
    case: Case = request.node.callspec.params["case"]
    monkeypatch.setattr(
        "custom_components.message_guard.guarding.questions.secrets.randbelow", steady()
    )
    monkeypatch.setattr(pins, "ROUNDS", 4)  # bcrypt's least cost
    furnish(assist)
    owner, guest = hass_admin_user.id, hass_read_only_user.id
    tapped = "tap" in str(case.steps) or "everything" in str(case.steps)
    phones = await give_phones(assist, aioclient_mock, owner, guest) if tapped else []
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(
            assist,
            phrase=PHRASE,
            pin_hash=pins.hash_pin(PIN),
            model_steps=0,
            guarded_intents=[LETTER],
            phones=phones,
            buttons=[BELL],
        ),
        subentries_data=[*contacts(case), *satellites()],
    )
    intruders = Intruders(assist, entry, owner, guest)
    route = request.node.callspec.params["route"]
    made = HomeStage(assist, entry, case, route, freezer, intruders)
    listen_in(made.passed, monkeypatch)
    for name, address in addresses(case).items():
        assist.services.async_register("notify", address, made.receiver(name))
    intent.async_register(assist, SendLetter(made.sent))
    entry.add_to_hass(assist)
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    await intruders.arrive(case)
    automations = [write_to("one"), write_to("them"), *intruders.automations(case)]
    assert await async_setup_component(assist, "automation", {"automation": automations})
    await assist.async_block_till_done()
    yield made
    if entry.state.recoverable:
        await assist.config_entries.async_unload(entry.entry_id)
        await assist.async_block_till_done()


@pytest.mark.parametrize(
    ("case", "route"),
    [
        pytest.param(case, route, id=f"{case.id}-{route}")
        for number, case in enumerate(cases())
        for route in ways(number, case)
    ],
)
async def test_case(stage: HomeStage, case: Case, route: str) -> None:
    """The same outcome as on the core, whichever way it was asked."""
    assert stage.route == route
    await play(case, stage)


def test_every_way_is_played() -> None:
    """Most cases on each of them."""
    for route in ROUTES:
        played = [case for number, case in enumerate(cases()) if route in ways(number, case)]
        assert len(played) >= 100
