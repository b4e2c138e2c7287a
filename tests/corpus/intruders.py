"""Who does something to the guard beside the conversation, in Home Assistant: people, and everything else."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
import json
from typing import Any

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.webhook import async_handle_webhook
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import (
    Context,
    Event,
    EventOrigin,
    HomeAssistant,
    ServiceCall,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import entity_registry as er, llm
from homeassistant.setup import async_setup_component
from homeassistant.util.aiohttp import MockRequest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.message_guard.approvals.phone import APPROVE, EVENT_TAPPED
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.runtime import Components
from tests.corpus.play import KITCHEN, PERSON, Case

PUSH = "https://push.example/send"
BELL = "binary_sensor.bell"
SWITCH = "switch.message_guard_sending_allowed"
SEEN = "input_text.seen"
"""What an attacker has read off the bus."""

type Say = Callable[[str], Awaitable[None]]
type Wait = Callable[[float], Awaitable[None]]

_DATA: dict[str, dict[str, Any]] = {
    "approve": {},
    "check_ears": {"cloud": True},
    "decline": {},
    "erase_words": {"contact": "Anna"},
    "get_ledger": {},
    "list_pending": {},
    "prove_entry": {"sequence": 1},
    "receive": {"contact": "Anna", "message": "yes, send the message"},
    "report_failure": {"contact": "Anna"},
    "rotate_ledger_key": {},
    "send": {"contact": "Anna", "message": "sent by a script"},
    "unlock": {},
}
"""Every action of the guard, with what it needs."""

_ON_ENTITIES = {"switch": ("turn_on", "toggle"), "button": ("press",)}
"""What can be done to the guard's entities. The others only tell."""
_TELL = frozenset({"binary_sensor", "conversation", "event", "sensor", "stt"})


@dataclass
class Intruders:
    """Everybody and everything of the corpus that is not somebody who speaks."""

    hass: HomeAssistant
    entry: MockConfigEntry
    owner: str
    guest: str
    nonce: str = ""

    # --- setting up -------------------------------------------------------------------------------

    async def arrive(self, case: Case) -> None:
        """Set up what this case needs, once the guard is loaded."""
        deeds = sorted({s["attack"]["does"] for s in case.steps if _is_attack(s)})
        self.hass.states.async_set(BELL, "off")
        self.hass.services.async_register("test", "press", self._press)
        self.hass.bus.async_listen(EVENT_CALL_SERVICE, self._called)
        scripts: dict[str, Any] = {}
        for does in deeds:
            actions = self._actions(does)
            scripts[f"{does}_later"] = {"sequence": [{"delay": 1}, *actions]}
            scripts[f"{does}_at_once"] = {"sequence": actions}
            self.hass.states.async_set(f"input_boolean.{does}", "off")
        if scripts:
            assert await async_setup_component(self.hass, "script", {"script": scripts})
            for does in deeds:
                async_expose_entity(
                    self.hass, conversation.DOMAIN, f"script.{does}_at_once", should_expose=True
                )
            async_expose_entity(self.hass, conversation.DOMAIN, SWITCH, should_expose=True)
            self.hass.services.async_register("test", "flip", self._flip)
        await self.hass.async_block_till_done()

    def automations(self, case: Case) -> list[dict[str, Any]]:
        """Return the automations that this case needs."""
        found = [_approves_when_pressed()] if "press" in str(case.steps) else []
        for does in sorted({s["attack"]["does"] for s in case.steps if _is_attack(s)}):
            found += self._automations(does)
        return found

    def _automations(self, does: str) -> Iterable[dict[str, Any]]:
        actions, words = self._actions(does), _words(does)
        later = {"action": "script.turn_on", "target": {"entity_id": f"script.{does}_later"}}
        flip = {"action": "test.flip", "data": {"what": does}}
        flag = f"input_boolean.{does}"
        yield _when({"trigger": "conversation", "command": f"do the deed {words}"}, actions)
        yield _when({"trigger": "conversation", "command": f"start the deed {words}"}, [later])
        yield _when({"trigger": "conversation", "command": f"flip the deed {words}"}, [flip])
        yield _when({"trigger": "state", "entity_id": flag}, actions)
        yield _when({"trigger": "event", "event_type": f"deed_{does}"}, actions)

    def _actions(self, does: str) -> list[dict[str, Any]]:
        """Return the steps of a script that does this."""
        if does == "everything":
            return [
                action
                for operation in ("tap", "press", "speak")
                for action in self._actions(operation)
            ] + [
                *self._every_action(),
                *self._every_entity(),
                _call("homeassistant.reload_config_entry", target={"entity_id": SWITCH}),
            ]
        if does == "tap":
            return [
                {"event": EVENT_TAPPED, "event_data": {"action": f"{{{{ states('{SEEN}') }}}}"}}
            ]
        if does == "speak":
            said = {
                "text": f"{{{{ state_attr('{SEEN}', 'proof') }}}}",
                "conversation_id": f"{{{{ state_attr('{SEEN}', 'conversation') }}}}",
                "agent_id": async_get_pipeline(self.hass).conversation_engine,
            }
            return [_call("conversation.process", data=said)]
        return {
            "press": [_call("test.press")],
            "switch_on": [_call("switch.turn_on", target={"entity_id": SWITCH})],
            "switch_off": [_call("switch.turn_off", target={"entity_id": SWITCH})],
        }.get(does) or [_call(f"{DOMAIN}.{does}")]

    def _every_action(self) -> Iterable[dict[str, Any]]:
        actions = self.hass.services.async_services_for_domain(DOMAIN)
        assert set(actions) == set(_DATA), "an action of the guard that nobody has tried"
        for name, action in actions.items():
            call = _call(f"{DOMAIN}.{name}", data=_DATA[name])
            if action.supports_response is not SupportsResponse.NONE:
                call["response_variable"] = "answer"
            yield call

    def _every_entity(self) -> Iterable[dict[str, Any]]:
        registry = er.async_get(self.hass)
        for entity in er.async_entries_for_config_entry(registry, self.entry.entry_id):
            assert entity.domain in {*_ON_ENTITIES, *_TELL}, "an entity that nobody has tried"
            for action in _ON_ENTITIES.get(entity.domain, ()):
                target = {"entity_id": entity.entity_id}
                yield _call(f"{entity.domain}.{action}", target=target)

    # --- what is known ----------------------------------------------------------------------------

    def know(self, waiting: Confirmation | None, proof: str, talk: str) -> None:
        """Let everybody know what is on the bus and in the room: nothing of it is a secret."""
        self.waiting = waiting
        self.hass.states.async_set(
            SEEN, self.nonce, {"proof": proof or "nothing", "conversation": talk}
        )

    @callback
    def _called(self, event: Event[dict[str, Any]]) -> None:
        """Read the nonce off the bus."""
        data = event.data.get("service_data", {}).get("data")
        for action in data.get("actions", ()) if isinstance(data, dict) else ():
            if action["action"].startswith(APPROVE):
                self.nonce = action["action"]

    # --- doing ------------------------------------------------------------------------------------

    async def act(self, by: str, does: str, say: Say, wait: Wait) -> None:
        """Do it. Raises what Home Assistant raises when it is refused."""
        if by in {PERSON, "guest"}:
            await self._as_user(self.owner if by == PERSON else self.guest, does, by)
            return
        match by:
            case "sentence":
                await say(f"do the deed {_words(does)}")
            case "script":
                await say(f"start the deed {_words(does)}")
                await wait(2)
            case "state":
                await say(f"flip the deed {_words(does)}")
            case "command":
                name = self.hass.states.get(SWITCH).attributes["friendly_name"]  # type: ignore[union-attr]
                await say(f"turn {'on' if does == 'switch_on' else 'off'} {name}")
            case "automation":
                self.hass.bus.async_fire(f"deed_{does}")
            case "model":
                await self._by_model(does)

    async def _by_model(self, does: str) -> None:
        components: Components = self.entry.runtime_data.components
        satellite = f"assist_satellite.{KITCHEN}"
        turn = components.turns.begin(Origin(satellite_id=satellite, language="en"))
        # It acts for whoever is logged in where it was asked.
        user = Context(user_id=self.owner)
        context = llm.LLMContext("test", user, "en", "conversation", None)
        try:
            api = await llm.async_get_api(self.hass, llm.LLM_API_ASSIST, context)
            (tool,) = [tool for tool in api.tools if f"{does}_at_once" in tool.name]
            await api.async_call_tool(llm.ToolInput(tool_name=tool.name, tool_args={}))
        finally:
            components.turns.end(turn)

    async def _as_user(self, user_id: str, does: str, by: str) -> None:
        context = Context(user_id=user_id)
        if does == "tap":
            await self._tap(by)
            if by == "guest":
                self.hass.bus.async_fire(
                    EVENT_TAPPED, {"action": self.nonce}, EventOrigin.remote, context
                )
        elif does == "press":
            self._ring(Context() if by == PERSON else context)
        elif does in {"switch_on", "switch_off"}:
            action = does.replace("switch", "turn")
            await self._call("switch", action, {"entity_id": SWITCH}, context)
        else:
            data = (
                {}
                if does == "unlock" or self.waiting is None
                else {"confirmation_id": self.waiting.id}
            )
            await self._call(DOMAIN, does, data, context)

    async def _call(self, domain: str, action: str, data: dict[str, Any], context: Context) -> None:
        await self.hass.services.async_call(domain, action, data, blocking=True, context=context)

    async def _tap(self, by: str) -> None:
        """Tap, as the app on this person's phone does: an event through its webhook."""
        event = {"event_type": EVENT_TAPPED, "event_data": {"action": self.nonce}}
        content = json.dumps({"type": "fire_event", "data": event}).encode()
        request = MockRequest(
            content, "test", method="POST", headers={"Content-Type": "application/json"}
        )
        answer = await async_handle_webhook(self.hass, f"hook-{by}", request)
        assert answer.status == 200

    async def _press(self, call: ServiceCall) -> None:
        """Change the button's state, as an integration does that an action operates."""
        self._ring(call.context)

    def _ring(self, context: Context) -> None:
        self.hass.states.async_set(BELL, "on", context=context)
        self.hass.states.async_set(BELL, "off", context=Context())

    async def _flip(self, call: ServiceCall) -> None:
        """Change the state that an automation reacts to."""
        flag = f"input_boolean.{call.data['what']}"
        state = self.hass.states.get(flag)
        assert state is not None
        self.hass.states.async_set(
            flag, "off" if state.state == "on" else "on", context=call.context
        )


async def give_phones(
    hass: HomeAssistant, pushes: AiohttpClientMocker, owner: str, guest: str
) -> list[str]:
    """Give the person who may approve, and the guest, phones with the app; return their ids."""
    pushes.post(PUSH, json={"rateLimits": {}}, status=201)
    found = []
    for by, user_id in ((PERSON, owner), ("guest", guest)):
        entry = MockConfigEntry(
            domain="mobile_app",
            title=by,
            data={
                "app_data": {"push_token": by, "push_url": PUSH},
                "app_id": "io.example.app",
                "app_name": "App",
                "app_version": "1",
                "device_id": f"device-{by}",
                "device_name": by,
                "manufacturer": "Example",
                "model": "Phone",
                "os_name": "Android",
                "os_version": "17",
                "supports_encryption": False,
                "user_id": user_id,
                "webhook_id": f"hook-{by}",
            },
        )
        entry.add_to_hass(hass)
        found.append(entry.entry_id)
    for domain in ("notify", "mobile_app"):
        assert await async_setup_component(hass, domain, {})
    await hass.async_block_till_done()
    return found


def _approves_when_pressed() -> dict[str, Any]:
    trigger = {"trigger": "state", "entity_id": BELL, "to": "on"}
    return _when(trigger, [_call(f"{DOMAIN}.approve")])


def _when(trigger: dict[str, Any], actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"alias": str(trigger), "triggers": [trigger], "actions": actions}


def _call(action: str, **more: Any) -> dict[str, Any]:
    """Return a step that goes on when it is refused."""
    return {"action": action, "continue_on_error": True, **more}


def _words(does: str) -> str:
    return does.replace("_", " ")


def _is_attack(step: Any) -> bool:
    return isinstance(step, dict) and "attack" in step
