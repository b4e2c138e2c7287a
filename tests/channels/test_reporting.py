"""Whether a channel would tell if it failed, and what is seen of one while it is called."""

import logging
from pathlib import Path
import re
import threading

import homeassistant.components
from homeassistant.components.notify.legacy import NOTIFY_SERVICES
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.message_guard.channels.attempt import attempt
from custom_components.message_guard.channels.reporting import (
    RAISING_ACTIONS,
    RAISING_ENTITIES,
    RAISING_PLATFORMS,
    integrations_of,
    reports,
)
from custom_components.message_guard.channels.watching import async_watch
from custom_components.message_guard.core.outcome import Outcome, Reach, unknown
from custom_components.message_guard.guarding.exemption import Exemption, passing

COMPONENTS = Path(homeassistant.components.__file__).parent
PASSES_ON = {"group", "notify"}
"""They call others, who raise."""


@pytest.mark.parametrize(
    "integration", sorted((RAISING_ENTITIES | RAISING_ACTIONS | RAISING_PLATFORMS) - PASSES_ON)
)
def test_who_is_said_to_raise_does(integration: str) -> None:
    """Home Assistant's own sources say so."""
    sources = [path.read_text(encoding="utf-8") for path in (COMPONENTS / integration).glob("*.py")]
    assert any(re.search(r"^ +raise( \w*Error| ex)?\b", text, re.MULTILINE) for text in sources)


class Legacy:
    """A legacy notify platform."""

    def __init__(self) -> None:
        """Be registered by two names."""
        self._service_name = "everybody"
        self.registered_targets = {"phone_of_anna": "anna"}


def entity(hass: HomeAssistant, platform: str) -> str:
    """Return a notify entity of this integration."""
    made = er.async_get(hass).async_get_or_create("notify", platform, platform)
    return made.entity_id


def test_whose_code_is_called(hass: HomeAssistant) -> None:
    """A legacy platform's, that of an entity, or the action's own."""
    hass.data[NOTIFY_SERVICES] = {"mobile_app": [Legacy()]}  # type: ignore[list-item]
    ntfy = entity(hass, "ntfy")
    for domain, service, data, expected in (
        ("notify", "everybody", {}, {"mobile_app"}),
        ("notify", "phone_of_anna", {}, {"mobile_app"}),
        ("notify", "send_message", {"entity_id": [ntfy]}, {"notify", "ntfy"}),
        ("notify", "send_message", {"entity_id": ntfy}, {"notify", "ntfy"}),
        ("rest_command", "sms", None, {"rest_command"}),
    ):
        assert integrations_of(hass, domain, service, data) == expected


def test_who_would_tell(hass: HomeAssistant) -> None:
    """A custom integration never; a phone that is pushed to in the house neither."""
    hass.data[NOTIFY_SERVICES] = {"mobile_app": [Legacy()]}  # type: ignore[list-item]
    named = {name: {"entity_id": [entity(hass, name)]} for name in ("ntfy", "own", "mobile_app")}
    assert reports(hass, "notify", "send_message", named["ntfy"])
    assert not reports(hass, "notify", "send_message", named["own"])
    assert reports(hass, "notify", "send_message", named["mobile_app"])
    hass.data["mobile_app"] = {"push_channel": {"hook": object()}}
    assert not reports(hass, "notify", "send_message", named["mobile_app"])
    assert not reports(hass, "notify", "everybody", {})
    assert not reports(hass, "rest_command", "sms", {})
    assert reports(hass, "telegram_bot", "send_message", {})


async def test_what_is_set_off_is_not_what_is_called(hass: HomeAssistant) -> None:
    """An automation that hears of it calls for itself."""

    async def take(_call: ServiceCall) -> None:
        return

    for name in ("sms", "other"):
        hass.services.async_register("rest_command", name, take)
    hass.services.async_register("telegram_bot", "send_message", take)
    context = Context()

    async def call() -> None:
        for domain, name, run in (
            ("telegram_bot", "send_message", context),
            ("rest_command", "other", Context(parent_id=context.id)),
        ):
            await hass.services.async_call(domain, name, {}, blocking=True, context=run)

    stop = async_watch()
    with passing(Exemption(context)):
        assert await attempt(hass, call, "hi") == Outcome(reach=Reach.SENT)
    stop()
    stop_again = async_watch()
    with passing(Exemption(context)):
        assert (await attempt(hass, log_of("telegram_bot"), "hi")).reach is Reach.HANDED_OVER
    stop_again()


def log_of(integration: str) -> object:
    """Return what logs an error of an integration that nobody has called."""

    async def call() -> None:
        logging.getLogger(f"homeassistant.components.{integration}").error("no")

    return call


async def test_a_thread_of_somebody_else_logs(hass: HomeAssistant) -> None:
    """It concerns whoever is delivering by that integration, and nobody else."""
    stop = async_watch()
    logger = logging.getLogger("custom_components.own.client")
    context = Context()

    async def own(_call: ServiceCall) -> None:
        await hass.async_add_executor_job(logger.warning, "no")

    hass.services.async_register("own", "send_message", own)

    async def call() -> None:
        await hass.services.async_call("own", "send_message", {}, blocking=True, context=context)

    with passing(Exemption(context)):
        assert await attempt(hass, call, "hi") == unknown("only_logged")
    thread = threading.Thread(target=logger.error, args=("later",))
    thread.start()
    await hass.async_add_executor_job(thread.join)
    stop()
