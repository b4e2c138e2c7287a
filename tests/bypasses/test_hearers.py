"""Programs that are told of sentences over the WebSocket are told of in Repairs; people's own sessions are not."""

from datetime import timedelta
from typing import Any

from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN, User
from homeassistant.components import websocket_api
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.core import HomeAssistant
import probatio
from pytest_homeassistant_custom_component.common import async_mock_service
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.spoken_home import SpokenHome, home

from .test_finding import bypasses, ignore, look, repairs

__all__ = ["home", "repairs"]

SENTENCE = {"platform": "conversation", "command": ["word to the shed {words}"]}


async def program(hass: HomeAssistant, user: User, name: str) -> tuple[str, str]:
    """Return a long-lived token of a program, and its id."""
    token = await hass.auth.async_create_refresh_token(
        user,
        client_name=name,
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=1),
    )
    return hass.auth.async_create_access_token(token), token.id


async def test_a_program_that_has_subscribed_to_a_sentence(
    home: SpokenHome, hass_ws_client: WebSocketGenerator, hass_admin_user: User
) -> None:
    """What it sends is not held; Repairs names it until it hears no more, or somebody ignores it for good."""
    sent = async_mock_service(home.hass, "notify", "ben")
    access, token_id = await program(home.hass, hass_admin_user, "Flows")
    socket = await hass_ws_client(home.hass, access)
    await socket.send_json_auto_id(
        {"type": "subscribe_trigger", "trigger": SENTENCE, "variables": {"a": "b"}}
    )
    assert (await socket.receive_json())["success"]
    assert await look(home) == {f"gap_hearer_{token_id}"}
    issue = bypasses(home)[f"gap_hearer_{token_id}"]
    assert issue.translation_placeholders == {"name": "Flows"}
    await home.say("word to the shed tea is ready")
    heard: dict[str, Any] = (await socket.receive_json())["event"]["variables"]["trigger"]
    await socket.send_json_auto_id(
        {
            "type": "call_service",
            "domain": "notify",
            "service": "ben",
            "service_data": {"message": heard["slots"]["words"]},
        }
    )
    assert (await socket.receive_json())["success"]
    assert [call.data["message"] for call in sent] == ["tea is ready"]
    assert home.kinds == []
    await ignore(home, f"gap_hearer_{token_id}")
    assert await look(home) == set()


async def test_it_is_told_of_while_it_hears(
    home: SpokenHome, hass_ws_client: WebSocketGenerator, hass_admin_user: User
) -> None:
    """Two sentences are one program, and one that has gone is none."""
    access, token_id = await program(home.hass, hass_admin_user, "Flows")
    socket = await hass_ws_client(home.hass, access)
    for words in ("one", "two"):
        trigger = {**SENTENCE, "command": [words]}
        await socket.send_json_auto_id({"type": "subscribe_trigger", "trigger": trigger})
        assert (await socket.receive_json())["success"]
    assert await look(home) == {f"gap_hearer_{token_id}"}
    await socket.close()
    assert await look(home) == set()


async def test_an_integration_that_tells_a_program(
    home: SpokenHome, hass_ws_client: WebSocketGenerator, hass_admin_user: User
) -> None:
    """A command of its own, as flow engines have it, is another way to hear."""

    @websocket_api.websocket_command({probatio.Required("type"): "flows/sentence"})
    @websocket_api.async_response
    async def sentence(
        hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
    ) -> None:
        async def heard(*_: Any) -> str:
            connection.send_event(message["id"], {})
            return "Done"

        get_agent_manager(hass).register_trigger(["word to the shed {words}"], heard)
        connection.send_result(message["id"])

    websocket_api.async_register_command(home.hass, sentence)
    access, token_id = await program(home.hass, hass_admin_user, "Flows")
    socket = await hass_ws_client(home.hass, access)
    await socket.send_json_auto_id({"type": "flows/sentence"})
    assert (await socket.receive_json())["success"]
    assert await look(home) == {f"gap_hearer_{token_id}"}


async def test_what_is_no_program(home: SpokenHome, hass_ws_client: WebSocketGenerator) -> None:
    """The editor of automations subscribes as well, for whoever sits at it; and an integration may hear by itself."""
    socket = await hass_ws_client(home.hass)
    await socket.send_json_auto_id({"type": "subscribe_trigger", "trigger": SENTENCE})
    assert (await socket.receive_json())["success"]
    get_agent_manager(home.hass).register_trigger(["a sentence"], home.hass.async_add_executor_job)
    get_agent_manager(home.hass).register_trigger(["another"], None)  # type: ignore[arg-type]
    assert await look(home) == set()
