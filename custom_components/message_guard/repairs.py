"""Repairs that a person can start from Home Assistant's list."""

from abc import ABC, abstractmethod
from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import probatio

from .bypasses.any_action import BYPASS_ANY_ACTION
from .bypasses.closing import close_bypass, ignore, ignore_bypass
from .bypasses.finding import BYPASS_INTENT, BYPASS_PIPELINE
from .bypasses.hearers import BYPASS_HEARER
from .bypasses.listeners import BYPASS_LISTENER, BYPASS_TELEPHONE
from .bypasses.ways import (
    BYPASS_ACTION,
    BYPASS_AGENT,
    BYPASS_LOOKS,
    BYPASS_REACTION,
    BYPASS_TEMPLATE,
    BYPASS_VOICES,
)
from .core.errors import LedgerError
from .flows import fields
from .flows.persons import Reached, also_called, contact_names, give_to, reached_by
from .home.ears_watch import ISSUE_EARS_UNTRIED, ISSUES_EARS
from .home.heard_names import ISSUE_NAMES, HeardName, names_to_tell
from .ledger.watch import (
    ISSUE_LEDGER_FORKED,
    ISSUE_LEDGER_NOT_SOUND,
    ISSUE_LEDGER_ROLLED_BACK,
    ISSUE_LEDGER_TAKEN_BACK,
    ISSUE_LEDGER_UNUSABLE,
)
from .provenance.made import ISSUE_MADE, made_by_speech
from .runtime import MessageGuardConfigEntry, components_of
from .settings.household import (
    ISSUE_CONTACT_ABSENT,
    ISSUE_CONTACT_BLOCKED,
    ISSUE_OPTION,
)

CONF_PERSON: Final = "person"

type Data = dict[str, str | int | float | None]


class GuardRepair(RepairsFlow, ABC):
    """One question, then the repair."""

    def __init__(self, data: Data) -> None:
        """Repair what `data` names."""
        super().__init__()
        self._data = data

    @property
    def entry(self) -> MessageGuardConfigEntry | None:
        """The entry, None if it has been removed meanwhile."""
        return self.hass.config_entries.async_get_entry(str(self._data["entry_id"]))

    async def async_step_init(self, _input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Repair once it was confirmed."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", description_placeholders=self._placeholders()
            )
        entry = self.entry
        if entry is None:
            return self.async_abort(reason="gone")
        try:
            await self.repair(entry)
        except LedgerError:
            return self.async_abort(reason="still_unusable")
        return self.async_create_entry(data={})

    @abstractmethod
    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Repair it.

        Raises:
            LedgerError: If it is the ledger, and it cannot be repaired.
        """

    def _placeholders(self) -> dict[str, str]:
        return {key: str(value) for key, value in self._data.items()}


class RepairOrIgnore(GuardRepair):
    """Repair it, or hear no more of it."""

    async def async_step_init(self, _input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Let a person choose."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["confirm", "ignore"],
            description_placeholders=self._placeholders(),
        )

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Repair it: choosing that was the confirmation."""
        return await super().async_step_confirm({} if user_input is None else user_input)


class ResetOption(GuardRepair):
    """Forget an option that cannot be read, so that its default holds."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Remove it from the options."""
        options = dict(entry.options)
        options.pop(str(self._data["option"]), None)
        self.hass.config_entries.async_update_entry(entry, options=options)


class RemoveContact(GuardRepair):
    """Remove a contact that cannot be read."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Remove its subentry."""
        subentry_id = str(self._data["subentry_id"])
        if subentry_id in entry.subentries:
            self.hass.config_entries.async_remove_subentry(entry, subentry_id)


class IgnoreBypass(GuardRepair):
    """Say no more about a way round, as long as it is what it is now."""

    async def async_step_init(self, _input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_ignore()

    async def async_step_ignore(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Keep what it could do when somebody said so; anything else is told again."""
        entry = self.entry
        if entry is None:
            return self.async_abort(reason="gone")
        if user_input is None:
            return self.async_show_form(
                step_id="ignore", description_placeholders=self._placeholders()
            )
        ignore_bypass(self.hass, entry, self._data)
        return self.async_create_entry(data={})

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Leave it open."""


class CloseBypass(RepairOrIgnore, IgnoreBypass):
    """Guard what is a way round, or ignore it for good."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Add it to the list that it belongs to."""
        close_bypass(self.hass, entry, self._data)


class GuardAction(CloseBypass):
    """Guard an action; then go on to whom it reaches, so that it can be confirmed and sent."""

    def __init__(self, data: Data) -> None:
        """Repair what `data` names."""
        super().__init__(data)
        self._reached = Reached()
        self._refused: list[str] = []

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Guard it first: whoever leaves the rest undone has nothing open."""
        done = await super().async_step_confirm(user_input)
        entry = self.entry
        if done["type"] is not FlowResultType.CREATE_ENTRY or entry is None:
            return done
        self._reached = await reached_by(self.hass, entry, str(self._data["value"]))
        self._refused = list(self._reached.unclear)
        return await self.async_step_person()

    async def async_step_person(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask of each recipient which person that is."""
        entry = self.entry
        if entry is None:
            return self.async_abort(reason="gone")
        errors: dict[str, str] = {}
        other = ""
        if user_input is not None and self._reached.waiting:
            item, users = self._reached.waiting[0]
            who = str(user_input.get(CONF_PERSON) or "").strip()
            problem = await give_to(self.hass, entry, who, item.stored) if who else None
            if problem is None:
                self._reached.waiting.pop(0)
                self._refused += [] if who else [users]
            else:
                errors, other = {CONF_PERSON: problem[0]}, problem[1]
        if not self._reached.waiting:
            return await self.async_step_refused()
        item, users = self._reached.waiting[0]
        schema = probatio.Schema(
            {probatio.Optional(CONF_PERSON): fields.person(contact_names(entry))}
        )
        return self.async_show_form(
            step_id="person",
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or {CONF_PERSON: item.name}
            ),
            errors=errors,
            description_placeholders={
                **self._placeholders(),
                "recipient": item.label,
                "users": users,
                "name": str((user_input or {}).get(CONF_PERSON, "")),
                "other": other,
            },
        )

    async def async_step_refused(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Say what nobody can confirm from now on, if there is anything."""
        if user_input is not None or not self._refused:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="refused",
            description_placeholders={
                **self._placeholders(),
                "users": ", ".join(dict.fromkeys(self._refused)),
            },
        )


class NameHeard(GuardRepair):
    """Say of each name that was asked for again and again whose it is, or that it is nobody's."""

    def __init__(self, data: Data) -> None:
        """Repair what `data` names."""
        super().__init__(data)
        self._waiting: list[HeardName] = []

    async def async_step_init(self, _input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Look for the names: only whoever opens this is told them."""
        entry = self.entry
        components = None if entry is None else components_of(entry)
        if entry is None or components is None:
            return self.async_abort(reason="gone")
        self._waiting = list(await names_to_tell(entry, components))
        return await self.async_step_person()

    async def async_step_person(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask of each name which contact that is."""
        entry = self.entry
        if entry is None:
            return self.async_abort(reason="gone")
        errors: dict[str, str] = {}
        other = ""
        known = contact_names(entry)
        if user_input is not None and self._waiting:
            problem = await self._settle(entry, user_input.get(CONF_PERSON), self._waiting[0])
            if problem is None:
                self._waiting.pop(0)
            else:
                errors, other = {CONF_PERSON: problem[0]}, problem[1]
        if not self._waiting:
            return self.async_create_entry(data={})
        heard = self._waiting[0]
        return self.async_show_form(
            step_id="person",
            data_schema=probatio.Schema({probatio.Optional(CONF_PERSON): fields.labelled(known)}),
            errors=errors,
            description_placeholders={
                "name": heard.name,
                "times": str(heard.times),
                "other": other,
            },
        )

    async def _settle(
        self, entry: MessageGuardConfigEntry, contact_id: str | None, heard: HeardName
    ) -> tuple[str, str] | None:
        """Give the name to a contact, or say no more about it; returns what is wrong with it."""
        if contact_id is not None:
            return await also_called(self.hass, entry, contact_id, heard.name)
        ignore(self.hass, entry, heard.ignored_as, ISSUE_NAMES)
        return None

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Nothing is repaired at once."""


class LookedAt(GuardRepair):
    """Let what speech has made run like a person's own, since a person has looked at it."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Trust it."""
        made_by_speech(self.hass).trust(str(self._data["key"]))


class ListenAgain(RepairOrIgnore):
    """Give every speech-to-text engine silence and noise once more, those outside of the house, too."""

    async def async_step_ignore(self, _input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Say no more about it."""
        entry = self.entry
        if entry is not None and (components := entry.runtime_data.components) is not None:
            await components.ears.ignore()
        return self.async_create_entry(data={})

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Listen; the issue goes or stays by what is heard."""
        components = entry.runtime_data.components
        if components is not None:
            await components.ears.listen_again()


class BeginLedger(GuardRepair):
    """Put the ledger's file aside, as evidence, and begin a new one that says so."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Begin anew.

        Raises:
            LedgerError: If a new one cannot be written either.
        """
        components = components_of(entry)
        if components is None:
            raise LedgerError("the guard has not started")
        await components.ledger.close()
        await components.ledger.open(start_anew=True)
        await components.ledger_watch.check(anew=True)
        self.hass.config_entries.async_schedule_reload(entry.entry_id)


class AcceptRestored(GuardRepair):
    """Write down that a person knows why history was taken back."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Accept it.

        Raises:
            LedgerError: If that cannot be recorded.
        """
        components = components_of(entry)
        if components is None:
            raise LedgerError("the guard has not started")
        await components.ledger.accept_restored()
        await components.ledger_watch.check()


class AcceptWitnessed(GuardRepair):
    """Write down that a person knows why a witness has seen another history, and go on under a new name."""

    async def repair(self, entry: MessageGuardConfigEntry) -> None:
        """Accept it.

        Raises:
            LedgerError: If that cannot be recorded.
        """
        components = components_of(entry)
        if components is None:
            raise LedgerError("the guard has not started")
        if (found := components.witnesses.alarm) is not None:
            witness, alarm = found
            await components.ledger.accept_restored(witness.key.name, alarm.size)
        await components.ledger_watch.check()


_FLOWS: dict[str, type[GuardRepair]] = {
    ISSUE_OPTION: ResetOption,
    ISSUE_CONTACT_BLOCKED: RemoveContact,
    ISSUE_CONTACT_ABSENT: RemoveContact,
    BYPASS_ACTION: GuardAction,
    BYPASS_INTENT: CloseBypass,
    BYPASS_PIPELINE: CloseBypass,
    BYPASS_LOOKS: CloseBypass,
    BYPASS_REACTION: CloseBypass,
    BYPASS_VOICES: IgnoreBypass,
    BYPASS_LISTENER: IgnoreBypass,
    BYPASS_TELEPHONE: CloseBypass,
    BYPASS_AGENT: IgnoreBypass,
    BYPASS_TEMPLATE: IgnoreBypass,
    BYPASS_ANY_ACTION: IgnoreBypass,
    BYPASS_HEARER: IgnoreBypass,
    ISSUE_NAMES: NameHeard,
    ISSUE_MADE: LookedAt,
    **dict.fromkeys(ISSUES_EARS.values(), ListenAgain),
    ISSUE_EARS_UNTRIED: ListenAgain,
    ISSUE_LEDGER_UNUSABLE: BeginLedger,
    ISSUE_LEDGER_NOT_SOUND: BeginLedger,
    ISSUE_LEDGER_TAKEN_BACK: AcceptRestored,
    ISSUE_LEDGER_FORKED: AcceptWitnessed,
    ISSUE_LEDGER_ROLLED_BACK: AcceptWitnessed,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: Data | None
) -> RepairsFlow:
    """Return the repair of this issue: by what it is about, not by its id."""
    if data is None or (flow := _FLOWS.get(str(data.get("kind", issue_id)))) is None:
        return ConfirmRepairFlow()
    return flow(data)
