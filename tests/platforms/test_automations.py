"""Triggers, conditions and blueprints, in automations as a household writes them."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import Context, Event, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.condition import async_get_all_descriptions as condition_descriptions
from homeassistant.helpers.trigger import async_get_all_descriptions as trigger_descriptions
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard import const
from custom_components.message_guard.condition import CONDITIONS
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.format.report import Problem, Report
from custom_components.message_guard.ledger.reading import Filter
from custom_components.message_guard.trigger import TRIGGERS

INTEGRATION = Path(const.__file__).parent
BLUEPRINTS = INTEGRATION.parents[1] / "blueprints" / "automation" / "message_guard"
BODY = "the key is under the pot"


@pytest.fixture
def fired(assist: HomeAssistant) -> list[dict[str, Any]]:
    """Return what automations have told."""
    seen: list[dict[str, Any]] = []

    @callback
    def remember(event: Event) -> None:
        seen.append(dict(event.data))

    assist.bus.async_listen("told", remember)
    return seen


async def automate(hass: HomeAssistant, **automation: Any) -> None:
    """Set up an automation that tells what triggered it."""
    tell = {
        "event": "told",
        "event_data": {
            key: f"{{{{ trigger.{key} }}}}"
            for key in ("step", "contact", "level", "confirmation_id", "description")
        },
    }
    config = {"automation": {"alias": "test", "actions": [tell], **automation}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()


async def act(
    hass: HomeAssistant, action: str, user: MockUser | None = None, **data: Any
) -> dict[str, Any]:
    """Call one of our actions."""
    answer = await hass.services.async_call(
        DOMAIN,
        action,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id if user else None),
    )
    await hass.async_block_till_done()
    assert isinstance(answer, dict)
    return answer


async def ask(hass: HomeAssistant) -> str:
    """Ask to send, and return what has to be approved."""
    return str((await act(hass, "send", contact="Anna", message=BODY))["confirmation_id"])


# --- triggers ---------------------------------------------------------------------------------------


async def test_a_message_triggers(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    fired: list[dict[str, Any]],
    hass_admin_user: MockUser,
) -> None:
    """Each step its own trigger, with what may be told and nothing else."""
    keys = ("approval_needed", "message_sent", "message_refused", "message_failed")
    await automate(assist, triggers=[{"trigger": f"{DOMAIN}.{key}"} for key in keys], mode="queued")
    confirmation_id = await ask(assist)
    await act(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    with pytest.raises(HomeAssistantError):
        await act(assist, "send", contact="Mallory", message=BODY)
    failing = await ask(assist)
    assist.services.async_remove("notify", "anna")
    with pytest.raises(HomeAssistantError):
        await act(assist, "approve", hass_admin_user, confirmation_id=failing)
    await assist.async_block_till_done()
    assert [event["step"] for event in fired] == [
        "asked",
        "delivered",
        "refused",
        "asked",
        "failed",
    ]
    assert fired[0]["contact"] == "Anna"
    assert fired[0]["confirmation_id"] == confirmation_id
    assert fired[0]["level"] == "phrase"
    assert "Mallory" not in str(fired)
    assert BODY not in str(fired)


async def test_triggers_outlive_a_reload(
    assist: HomeAssistant, guard: MockConfigEntry, fired: list[dict[str, Any]]
) -> None:
    """An automation is set up once, the guard may start many times."""
    await automate(assist, triggers={"trigger": f"{DOMAIN}.approval_needed"})
    assert await assist.config_entries.async_reload(guard.entry_id)
    await assist.async_block_till_done()
    await ask(assist)
    assert len(fired) == 1
    await assist.services.async_call("automation", "turn_off", {"entity_id": "automation.test"})
    await assist.async_block_till_done()
    await act(assist, "send", contact="Anna", message="another")
    assert len(fired) == 1


async def test_the_ledger_triggers_once(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    fired: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When it goes bad, and again only after it was sound."""
    await automate(assist, triggers={"trigger": f"{DOMAIN}.ledger_not_sound"})
    watch = guard.runtime_data.components.ledger_watch
    ledger = guard.runtime_data.components.ledger
    reports = [
        Report(entries=5),
        Report(entries=5, problem=Problem(6, "hash", "…")),
        Report(entries=5, problem=Problem(6, "hash", "…")),
        Report(entries=5),
        Report(entries=5, problem=Problem(6, "hash", "…")),
    ]

    async def verify(**_: object) -> Report:
        return reports.pop(0)

    monkeypatch.setattr(ledger, "verify", verify)
    for expected in (0, 1, 1, 1, 2):
        await watch.check()
        await assist.async_block_till_done()
        assert len(fired) == expected


# --- conditions -------------------------------------------------------------------------------------


async def test_conditions(
    assist: HomeAssistant, guard: MockConfigEntry, fired: list[dict[str, Any]]
) -> None:
    """They follow the guard, and none holds without one."""
    await guard.runtime_data.components.ledger_watch.check()
    names = ("approval_needed", "sending_allowed", "ledger_sound")
    config = {
        "automation": [
            {
                "alias": name,
                "triggers": {"trigger": "event", "event_type": "go"},
                "conditions": {"condition": f"{DOMAIN}.{name}"},
                "actions": {"event": "told", "event_data": {"holds": name}},
            }
            for name in names
        ]
    }
    assert await async_setup_component(assist, "automation", config)
    await assist.async_block_till_done()

    async def holding() -> set[str]:
        fired.clear()
        assist.bus.async_fire("go")
        await assist.async_block_till_done()
        return {event["holds"] for event in fired}

    assert await holding() == {"sending_allowed", "ledger_sound"}
    await ask(assist)
    assert await holding() == {"approval_needed", "sending_allowed", "ledger_sound"}
    guard.runtime_data.components.guard.sending_allowed = False
    assert await holding() == {"approval_needed", "ledger_sound"}
    guard.runtime_data.components.ledger_watch.sound = None
    assert await holding() == {"approval_needed"}
    assert await assist.config_entries.async_unload(guard.entry_id)
    assert await holding() == set()


async def test_descriptions_texts_and_icons(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """The editor shows each of them, with a name and a picture."""
    assert await async_setup_component(assist, "automation", {})
    await assist.async_block_till_done()
    english = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
    icons = json.loads((INTEGRATION / "icons.json").read_text(encoding="utf-8"))
    for section, known, descriptions, key in (
        ("triggers", TRIGGERS, await trigger_descriptions(assist), "trigger"),
        ("conditions", CONDITIONS, await condition_descriptions(assist), "condition"),
    ):
        shown = {
            name.removeprefix(f"{DOMAIN}.") for name in descriptions if name.startswith(DOMAIN)
        }
        assert shown == known.keys() == english[section].keys() == icons[section].keys()
        assert all(text["name"] and text["description"] for text in english[section].values())
        assert all(icon[key] for icon in icons[section].values())


# --- blueprints -------------------------------------------------------------------------------------


def install(hass: HomeAssistant, name: str) -> None:
    """Put a blueprint where an import puts it."""
    target = Path(hass.config.path("blueprints", "automation", "message_guard", name))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text((BLUEPRINTS / name).read_text(encoding="utf-8"), encoding="utf-8")


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Make an automation of a blueprint."""
    await hass.async_add_executor_job(install, hass, name)
    blueprint = {"path": f"message_guard/{name}", "input": inputs}
    config = {"automation": {"alias": "test", "use_blueprint": blueprint}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    state = hass.states.get("automation.test")
    assert state is not None
    assert state.state == "on"


async def press(hass: HomeAssistant) -> None:
    """Press the button: the state of an event entity is the time of its latest event."""
    now = dt_util.utcnow().isoformat(timespec="microseconds")
    hass.states.async_set("event.bedside", now, {"event_type": "pressed"})
    await hass.async_block_till_done()


async def test_the_button_blueprint(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """A trusted button approves what waits; the same button did not while nobody had trusted it."""
    await press(assist)
    await use(assist, "approve_button.yaml", button="event.bedside")
    await ask(assist)
    await press(assist)
    assert not outbox
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "buttons": ["event.bedside"]}
    )
    await assist.async_block_till_done()
    await press(assist)
    assert [call.data["message"] for call in outbox] == [BODY]


async def test_the_family_blueprint(
    assist: HomeAssistant, guard: MockConfigEntry, fired: list[dict[str, Any]]
) -> None:
    """It says that something was refused, and not what."""
    tell = [{"event": "told", "event_data": {"notice": "{{ notice }}"}}]
    await use(assist, "family_notice.yaml", tell=tell)
    with pytest.raises(HomeAssistantError):
        await act(assist, "send", contact="Mallory", message=BODY)
    with pytest.raises(HomeAssistantError):
        await act(assist, "send", contact="Anna", message=" ")
    await assist.async_block_till_done()
    assert [event["notice"] for event in fired] == [
        "A message was not sent: it is for nobody on your list. Message Guard in the sidebar shows more, under History.",
        "A message to Anna was not sent: it has no words. Message Guard in the sidebar shows more, under History.",
    ]


async def test_the_blueprint_of_what_waits(
    assist: HomeAssistant, guard: MockConfigEntry, fired: list[dict[str, Any]]
) -> None:
    """It says who has written, and not what."""
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "incoming_allowed": True}
    )
    await assist.async_block_till_done()
    tell = [{"event": "told", "event_data": {"notice": "{{ notice }}"}}]
    await use(assist, "message_waits.yaml", tell=tell, after={"seconds": 0})
    await act(assist, "receive", contact="Anna", message="a secret")
    await assist.async_block_till_done()
    assert [event["notice"] for event in fired] == ["Anna has written. Ask to have it read."]


async def test_the_blueprint_of_a_mail_that_comes_back(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It tells of a failure, once, when a mail server says so of that address."""
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "default_level": "none"}
    )
    await assist.async_block_till_done()
    await use(assist, "mail_bounces.yaml", contact="Anna", address="anna@example.org")
    await act(assist, "send", contact="Anna", message=BODY)
    assert [call.data["message"] for call in outbox] == [BODY]

    async def comes(**mail: Any) -> list[str]:
        bounce = {
            "sender": "MAILER-DAEMON@mail.example",
            "subject": "Undelivered Mail Returned to Sender",
            "text": "<Anna@example.org>: unknown user",
            "initial": True,
        }
        assist.bus.async_fire("imap_content", bounce | mail)
        await assist.async_block_till_done(wait_background_tasks=True)
        page = await guard.runtime_data.components.ledger.page(Filter(kinds=(Kind.FAILED_LATER,)))
        return [str(row.entry.facts["contact_id"]) for row in page.rows]

    assert await comes(sender="anna@example.org") == []
    assert await comes(subject="Delayed Mail (still being retried)") == []
    assert await comes(text="<ben@example.org>: unknown user") == []
    assert await comes(initial=False) == []
    assert len(await comes()) == 1
    assert len(await comes()) == 1
    await act(assist, "send", contact="Anna", message="another")
    assert len(await comes()) == 1
    shown = [str(one["message"]) for one in assist.data["persistent_notification"].values()]
    assert [text for text in shown if "one of the latest messages to Anna did not arrive" in text]


@pytest.mark.parametrize("path", sorted(BLUEPRINTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_blueprints_say_what_they_are_for(path: Path) -> None:
    """Name, description, and a description for every input."""
    blueprint = load_yaml_dict(str(path))["blueprint"]
    assert blueprint["name"]
    assert blueprint["description"]
    assert blueprint["homeassistant"]["min_version"] == "2026.10.0"
    assert blueprint["source_url"].endswith(f"/{path.parent.name}/{path.name}")
    assert all(field["name"] and field["description"] for field in blueprint["input"].values())
