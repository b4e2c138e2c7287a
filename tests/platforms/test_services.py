"""The actions: who may call them, from where, and what they say."""

from typing import Any

from homeassistant.components import conversation
from homeassistant.core import Context, Event, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError

BODY = "the key is under the pot"


async def call(
    hass: HomeAssistant, action: str, user: MockUser | None = None, **data: Any
) -> dict[str, Any]:
    """Call one of our actions and return what it answers."""
    context = Context(user_id=user.id if user else None)
    answer = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True, context=context
    )
    assert isinstance(answer, dict)
    return answer


async def ask(hass: HomeAssistant, user: MockUser | None = None, contact: str = "Anna") -> str:
    """Ask to send, and return what has to be approved."""
    answer = await call(hass, "send", user, contact=contact, message=BODY)
    assert answer["kind"] == "waiting" or answer["kind"] == "asked"
    return str(answer["confirmation_id"])


async def failure(hass: HomeAssistant, action: str, user: Any = None, **data: Any) -> str | None:
    """Return the translation key of the error that an action ends with, nothing being left waiting."""
    with pytest.raises(HomeAssistantError) as error:
        await call(hass, action, user, **data)
    assert error.value.translation_domain in {DOMAIN, "homeassistant"}
    return error.value.translation_key


# --- sending ----------------------------------------------------------------------------------------


async def test_send_asks_and_approve_sends_once(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """An action is no way round: it asks for the same proof, and the proof is used up."""
    confirmation_id = await ask(assist)
    assert not outbox
    answer = await call(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    await assist.async_block_till_done()
    assert answer["kind"] == "sent"
    assert [sent.data["message"] for sent in outbox] == [BODY]
    key = await failure(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    assert key == "not_pending"
    assert len(outbox) == 1


async def test_an_alias_will_do(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """The contact is found as if somebody had said it."""
    await ask(assist, contact="sister")
    listed = await call(assist, "list_pending")
    assert listed["pending"][0]["contacts"] == ["Anna"]


async def test_send_without_proof_where_none_is_needed(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """A household that asks for nothing is asked nothing."""
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "default_level": "none"}
    )
    await assist.async_block_till_done()
    answer = await call(assist, "send", contact="Anna", message=BODY)
    assert answer["kind"] == "sent"
    assert len(outbox) == 1


async def test_strangers_are_refused(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """The error names the contact and never the message."""
    with pytest.raises(ServiceValidationError) as error:
        await call(assist, "send", contact="Mallory", message=BODY)
    assert error.value.translation_key == "unknown_contact"
    assert error.value.translation_placeholders == {"contact": "Mallory"}
    assert not outbox


@pytest.mark.parametrize("name", ["", " "])
async def test_a_name_that_is_empty_is_told(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall], name: str
) -> None:
    """A template has given nothing: no name is missing in what is said."""
    for action, more in (("send", {"message": BODY}), ("report_failure", {})):
        with pytest.raises(ServiceValidationError) as error:
            await assist.services.async_call(
                DOMAIN, action, {"contact": name, **more}, blocking=True
            )
        assert error.value.translation_key == "no_contact"
    assert not outbox


async def test_two_of_a_name_are_refused(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Nobody is chosen by chance."""
    from homeassistant.config_entries import ConfigSubentry

    other = next(iter(guard.subentries.values()))
    assist.config_entries.async_add_subentry(
        guard,
        ConfigSubentry(
            data=other.data, subentry_type="contact", title="Anna", unique_id="contact:anna 2"
        ),
    )
    await assist.async_block_till_done()
    key = await failure(assist, "send", contact="Anna", message=BODY)
    assert key == "ambiguous_contact"


async def test_a_refusal_says_why(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """An empty message is no message."""
    assert await failure(assist, "send", contact="Anna", message=" ") == "refused"


async def test_a_failing_channel_is_told(
    assist: HomeAssistant, guard: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """Whoever approves learns that it did not arrive."""
    confirmation_id = await ask(assist)
    assist.services.async_remove("notify", "anna")
    key = await failure(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    assert key == "delivery_failed"


async def test_nothing_is_sent_that_cannot_be_recorded(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The ledger comes first."""
    confirmation_id = await ask(assist)

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(guard.runtime_data.components.ledger, "append_many", full)
    key = await failure(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    assert key == "refused"
    assert not outbox


async def test_an_unknown_language_of_the_home_is_answered_in_english(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Home Assistant's own language may be one that we do not speak."""
    assist.config.language = "tlh"
    answer = await call(assist, "send", contact="Anna", message=BODY)
    assert "Anna" in answer["text"]


# --- who may ----------------------------------------------------------------------------------------


async def test_only_approvers_approve(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
    hass_read_only_user: MockUser,
) -> None:
    """Administrators, until the household names people; then they and nobody else."""
    confirmation_id = await ask(assist)
    approve = {"confirmation_id": confirmation_id}
    assert await failure(assist, "approve", None, **approve) == "no_user"
    assert await failure(assist, "approve", hass_read_only_user, **approve) == "not_allowed"
    stranger = MockUser(id="a" * 32)
    assert await failure(assist, "approve", stranger, **approve) == "not_allowed"
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "approvers": [hass_read_only_user.id]}
    )
    await assist.async_block_till_done()
    assert await failure(assist, "approve", hass_admin_user, **approve) == "not_allowed"
    assert not outbox
    answer = await call(assist, "approve", hass_read_only_user, **approve)
    assert answer["kind"] == "sent"
    assert len(outbox) == 1


async def test_a_deactivated_user_approves_nothing(
    assist: HomeAssistant, guard: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """A token may outlive the trust in its owner."""
    confirmation_id = await ask(assist)
    hass_admin_user.is_active = False
    key = await failure(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    assert key == "not_allowed"


async def test_anybody_declines(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """It only ever keeps a message in the house."""
    confirmation_id = await ask(assist)
    answer = await call(assist, "decline", confirmation_id=confirmation_id)
    assert answer["kind"] == "declined"
    assert await failure(assist, "decline", confirmation_id=confirmation_id) == "not_pending"
    key = await failure(assist, "approve", hass_admin_user, confirmation_id=confirmation_id)
    assert key == "not_pending"
    assert not outbox


async def test_the_words_are_for_those_who_may_approve(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_admin_user: MockUser,
    hass_read_only_user: MockUser,
) -> None:
    """An automation or a guest sees that something waits, and not what."""
    confirmation_id = await ask(assist, hass_admin_user)
    (seen,) = (await call(assist, "list_pending", hass_admin_user))["pending"]
    assert seen["confirmation_id"] == confirmation_id
    assert seen["message"] == BODY
    assert seen["level"] == "phrase"
    assert seen["route"] == "action"
    assert seen["expires_at"] > seen["asked_at"]
    for user in (None, hass_read_only_user):
        listed = await call(assist, "list_pending", user)
        assert BODY not in str(listed)
        assert listed["pending"][0]["confirmation_id"] == confirmation_id


# --- from where -------------------------------------------------------------------------------------


class CallsFromATurn(intent.IntentHandler):
    """A command that calls one of our actions while somebody speaks."""

    intent_type = "HassNevermind"
    failure: str | None = None
    action: tuple[str, dict[str, Any]] = ("", {})
    user_id: str | None = None

    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Call the action with a context of its own, as a careless integration would."""
        name, data = self.action
        try:
            await intent_obj.hass.services.async_call(
                DOMAIN,
                name,
                data,
                blocking=True,
                return_response=True,
                context=Context(user_id=self.user_id),
            )
        except ServiceValidationError as error:
            self.failure = error.translation_key
        return intent_obj.create_response()


@pytest.mark.parametrize("action", ["approve", "decline", "list_pending"])
async def test_nothing_works_from_inside_a_spoken_turn(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
    action: str,
) -> None:
    """A spoken sentence cannot approve, whatever user and context the call pretends to have."""
    confirmation_id = await ask(assist)
    data: dict[str, dict[str, Any]] = {
        "approve": {"confirmation_id": confirmation_id},
        "decline": {"confirmation_id": confirmation_id},
        "list_pending": {},
    }
    handler = CallsFromATurn()
    handler.action = (action, data[action])
    handler.user_id = hass_admin_user.id
    intent.async_register(assist, handler)
    await conversation.async_converse(
        assist, "never mind", None, Context(), "en", "conversation.home_assistant"
    )
    assert handler.failure == "spoken_turn"
    assert not outbox
    assert [item.id for item in guard.runtime_data.components.guard.pending] == [confirmation_id]


async def test_a_sentence_trigger_cannot_approve(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_admin_user: MockUser,
) -> None:
    """An automation that approves when it hears something is refused too."""
    confirmation_id = await ask(assist)
    trace: list[str] = []

    @callback
    def remember(event: Event) -> None:
        trace.append(event.event_type)

    for step in ("heard", "approved"):
        assist.bus.async_listen(step, remember)
    automation = {
        "automation": {
            "alias": "approve by voice",
            "triggers": {"trigger": "conversation", "command": ["approve everything"]},
            "actions": [
                {"event": "heard"},
                {
                    "action": f"{DOMAIN}.approve",
                    "data": {"confirmation_id": confirmation_id},
                },
                {"event": "approved"},
            ],
        }
    }
    assert await async_setup_component(assist, "automation", automation)
    await assist.async_block_till_done()
    await conversation.async_converse(
        assist,
        "approve everything",
        None,
        Context(user_id=hass_admin_user.id),
        "en",
        "conversation.home_assistant",
    )
    await assist.async_block_till_done()
    assert not outbox
    assert trace == ["heard"]
    assert len(guard.runtime_data.components.guard.pending) == 1


# --- without a guard --------------------------------------------------------------------------------


async def test_not_loaded(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """The actions are there and say what is missing."""
    assert await assist.config_entries.async_unload(guard.entry_id)
    key = await failure(assist, "send", contact="Anna", message=BODY)
    assert key == "service_config_entry_not_loaded"


async def test_a_guard_that_could_not_start(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It sends nothing, and says where to look."""
    components, guard.runtime_data.components = guard.runtime_data.components, None
    try:
        assert await failure(assist, "send", contact="Anna", message=BODY) == "not_started"
    finally:
        guard.runtime_data.components = components
    assert not outbox
