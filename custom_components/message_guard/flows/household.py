"""The household's own settings: at set-up and later."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult
import probatio

from ..approvals.button import is_helper
from ..approvals.registrations import only_phone
from ..approvals.taps import async_can_tap
from ..const import (
    CONF_ACCEPTED_DRAFTS,
    CONF_ACTIONS,
    CONF_APPROVERS,
    CONF_BUTTONS,
    CONF_DEFAULT_LEVEL,
    CONF_FIXED_CALLS,
    CONF_FREE_ACTIONS,
    CONF_INCOMING,
    CONF_INTENTS,
    CONF_LAMP,
    CONF_MODEL_STEPS,
    CONF_OBSERVE,
    CONF_PHONES,
    CONF_PHONES_ALWAYS,
    CONF_PHRASE,
    CONF_PIN_HASH,
    CONF_PIPELINES,
    CONF_QUIET_LEVEL,
    CONF_REACTIONS,
    CONF_SHARED_ACCOUNTS,
    CONF_SIGNALS,
    CONF_TOKENS_APPROVE,
    DEFAULT_MODEL_STEPS,
)
from ..core.household import Reactions
from ..settings.household import contacts_from_entry
from . import fields
from .checks import action_problem
from .destinations import (
    destination_options,
    destination_problem,
    entered_destinations,
    shown_destinations,
)
from .ears import EarsSteps
from .fixed_calls import fixed_call_choices
from .ignored import CONF_LOOK_AGAIN, ignored_schema, look_again
from .incoming import INCOMING
from .languages import all_languages
from .ledger import LEDGER, current_key, ledger_options, ledger_problem, witness_problem
from .levels import level_problem, lost_levels
from .phrase import phrase_errors, tidy_phrase
from .rules import (
    CONF_PIN_CLEAR,
    PIN_FIELDS,
    RISKS,
    pin_options,
    pin_problem,
    risk_options,
    risk_values,
)

type Errors = dict[str, str]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

WATCHING = probatio.Schema(
    {
        probatio.Required(CONF_OBSERVE, default=False): fields.yes_or_no,
        probatio.Required(CONF_REACTIONS, default=Reactions.RECORD.value): fields.reactions,
    }
)

LAMP = probatio.Schema({probatio.Optional(CONF_LAMP): fields.light})

NO_PLACEHOLDERS = {
    "other": "",
    "action": "",
    "counted": "",
    "needed": "",
    "automation": "",
    "names": "",
    "engines": "",
}


class HouseholdOptionsFlow(EarsSteps):
    """One form for each kind of question; every one is saved by itself."""

    async def async_step_init(self, _input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what there is to choose."""
        return self.async_show_menu(
            step_id="init",
            menu_options=[
                "proof",
                "pin",
                "risks",
                "incoming",
                "devices",
                "lamp",
                "screens",
                "routes",
                "watching",
                "fixed_calls",
                "ledger",
                "languages",
                "ears",
                "ignored",
            ],
        )

    async def async_step_proof(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what every message needs, and who may approve."""
        errors: Errors = {}
        placeholders = dict(NO_PLACEHOLDERS)
        approvers, known = await fields.users(self.hass)
        if user_input is not None:
            entry = self.config_entry
            errors = await phrase_errors(
                self.hass,
                user_input,
                entry.options.get(CONF_PIPELINES, []),
                contacts_from_entry(self.hass, entry),
                placeholders,
            )
            changed = {
                CONF_APPROVERS: [],
                **tidy_phrase(user_input),
                CONF_MODEL_STEPS: int(user_input[CONF_MODEL_STEPS]),
            }
            errors = errors or await self._level_errors(
                changed, CONF_DEFAULT_LEVEL, [changed[CONF_DEFAULT_LEVEL]], placeholders
            )
            if not errors:
                return self._save(changed)
        schema = probatio.Schema(
            {
                probatio.Required(CONF_DEFAULT_LEVEL): fields.levels(fields.HOUSEHOLD_LEVELS),
                probatio.Optional(CONF_PHRASE): fields.one_text,
                probatio.Required(
                    CONF_MODEL_STEPS, default=DEFAULT_MODEL_STEPS
                ): fields.model_steps,
                probatio.Optional(CONF_APPROVERS): approvers,
            }
        )
        return self._form(
            "proof",
            schema,
            user_input,
            known={CONF_APPROVERS: known},
            errors=errors,
            placeholders=placeholders,
        )

    async def async_step_pin(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a PIN, of which only a hash is kept."""
        options = self.config_entry.options
        errors: Errors = {}
        placeholders = dict(NO_PLACEHOLDERS)
        if user_input is not None:
            errors = pin_problem(user_input)
            hashed = {} if errors else await pin_options(self.hass, user_input, options)
            changed = {CONF_PIN_HASH: "", **hashed}
            errors = errors or await self._level_errors(changed, CONF_PIN_CLEAR, [], placeholders)
            if not errors:
                kept = {key: value for key, value in options.items() if key != CONF_PIN_HASH}
                return self.async_create_entry(data={**kept, **hashed})
        # What was typed is not shown again.
        return self.async_show_form(
            step_id="pin",
            data_schema=probatio.Schema(PIN_FIELDS),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def async_step_risks(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what makes a message need more than usual."""
        errors: Errors = {}
        placeholders = dict(NO_PLACEHOLDERS)
        options: Mapping[str, Any] = self.config_entry.options
        if user_input is not None:
            changed = risk_options(user_input)
            chosen = [*changed[CONF_SIGNALS].values(), changed.get(CONF_QUIET_LEVEL)]
            errors = await self._level_errors(changed, "base", chosen, placeholders)
            if not errors:
                return self._save(changed)
            options = {**options, **changed}
        values = risk_values(options, can_tap=await async_can_tap(self.hass, options))
        return self.async_show_form(
            step_id="risks",
            data_schema=self.add_suggested_values_to_schema(RISKS, values),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def async_step_incoming(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what happens to what people write to the house."""
        if user_input is not None:
            return self._save({CONF_INCOMING: dict(user_input)})
        values = self.config_entry.options.get(CONF_INCOMING, {})
        return self.async_show_form(
            step_id="incoming",
            data_schema=self.add_suggested_values_to_schema(INCOMING, values),
        )

    async def async_step_devices(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where somebody can approve without speaking."""
        phones, known = await fields.phones(self.hass)
        errors: Errors = {}
        placeholders = dict(NO_PLACEHOLDERS)
        if user_input is not None:
            changed = {CONF_PHONES: [], CONF_BUTTONS: [], **user_input}
            if any(is_helper(self.hass, one) for one in changed[CONF_BUTTONS]):
                errors[CONF_BUTTONS] = "button_is_helper"
            else:
                errors = await self._level_errors(changed, "base", [], placeholders)
            if not errors:
                return self._save(changed)
        schema = probatio.Schema(
            {
                probatio.Optional(CONF_PHONES): phones,
                probatio.Required(CONF_PHONES_ALWAYS, default=False): fields.yes_or_no,
                probatio.Optional(CONF_BUTTONS): fields.buttons,
            }
        )
        return self._form(
            "devices",
            schema,
            user_input,
            known={CONF_PHONES: known},
            errors=errors,
            placeholders=placeholders,
            suggested={CONF_PHONES: only_phone(self.hass)},
        )

    async def async_step_lamp(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which light shows what waits."""
        if user_input is not None:
            return self._save({CONF_LAMP: "", **user_input})
        values = {CONF_LAMP: self.config_entry.options.get(CONF_LAMP) or None}
        return self.async_show_form(
            step_id="lamp",
            data_schema=self.add_suggested_values_to_schema(LAMP, values),
        )

    async def async_step_screens(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whose screens are several people's, and whether a program may approve."""
        shared, known = await fields.users(self.hass)
        errors: Errors = {}
        placeholders = dict(NO_PLACEHOLDERS)
        if user_input is not None:
            changed = {CONF_SHARED_ACCOUNTS: [], **user_input}
            errors = await self._level_errors(changed, "base", [], placeholders)
            if not errors:
                return self._save(changed)
        schema = probatio.Schema(
            {
                probatio.Optional(CONF_SHARED_ACCOUNTS): shared,
                probatio.Required(CONF_TOKENS_APPROVE, default=False): fields.yes_or_no,
            }
        )
        return self._form(
            "screens",
            schema,
            user_input,
            known={CONF_SHARED_ACCOUNTS: known},
            errors=errors,
            placeholders=placeholders,
        )

    async def async_step_routes(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which ways from speech to a message are guarded."""
        errors: Errors = {}
        placeholders = dict(NO_PLACEHOLDERS)
        pipelines, known = fields.pipelines(self.hass)
        if user_input is not None:
            problem = action_problem(user_input.get(CONF_ACTIONS, []))
            if problem is None:
                return self._save(
                    {CONF_ACTIONS: [], CONF_FREE_ACTIONS: [], CONF_INTENTS: [], **user_input}
                )
            errors = {CONF_ACTIONS: problem[0]}
            placeholders["action"] = problem[1]
        schema = probatio.Schema(
            {
                probatio.Required(CONF_PIPELINES): pipelines,
                probatio.Optional(CONF_ACTIONS): fields.further_actions(self.hass),
                probatio.Optional(CONF_FREE_ACTIONS): fields.free_actions,
                probatio.Optional(CONF_INTENTS): fields.intents(self.hass),
            }
        )
        return self._form(
            "routes",
            schema,
            user_input,
            known={CONF_PIPELINES: known},
            errors=errors,
            placeholders=placeholders,
        )

    async def async_step_languages(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which languages are good enough although nobody has checked their files."""
        drafts, known = fields.drafts(await all_languages(self.hass))
        if user_input is not None:
            return self._save({CONF_ACCEPTED_DRAFTS: [], **user_input})
        return self._form(
            "languages",
            probatio.Schema({probatio.Optional(CONF_ACCEPTED_DRAFTS): drafts}),
            None,
            known={CONF_ACCEPTED_DRAFTS: known},
            errors={},
            placeholders=dict(NO_PLACEHOLDERS),
        )

    async def async_step_watching(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to hold or only to record."""
        if user_input is not None:
            return self._save(user_input)
        return self._form(
            "watching", WATCHING, None, known={}, errors={}, placeholders=dict(NO_PLACEHOLDERS)
        )

    async def async_step_fixed_calls(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which steps that always say the same may go without a proof."""
        if user_input is not None:
            return self._save({CONF_FIXED_CALLS: [], **user_input})
        schema, offered = await fixed_call_choices(self.hass, self.config_entry)
        return self._form(
            "fixed_calls",
            schema,
            None,
            known={CONF_FIXED_CALLS: offered},
            errors={},
            placeholders=dict(NO_PLACEHOLDERS),
        )

    async def async_step_ledger(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how long words are kept, where checkpoints go and who cosigns them; show the ledger's key."""
        errors: Errors = {}
        entry = self.config_entry
        placeholders = {"key": current_key(entry), "witness": "", "destination": ""}
        if user_input is not None:
            destinations = entered_destinations(entry.options, user_input)
            errors = (
                await ledger_problem(self.hass, user_input)
                or await witness_problem(entry, user_input, placeholders)
                or await destination_problem(entry, destinations, placeholders)
            )
            if not errors:
                stored = destination_options(destinations)
                return self._save({**ledger_options(user_input), **stored})
        return self._form(
            "ledger",
            LEDGER,
            user_input,
            known={},
            errors=errors,
            placeholders=placeholders,
            suggested=shown_destinations(entry.options),
        )

    async def async_step_ignored(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what Repairs says no more; what is ticked is looked at again."""
        if user_input is not None:
            return self._save(await look_again(self.config_entry, user_input[CONF_LOOK_AGAIN]))
        schema = await ignored_schema(self.hass, self.config_entry)
        return self.async_show_form(step_id="ignored", data_schema=schema)

    def _form(
        self,
        step_id: str,
        schema: probatio.Schema,
        entered: dict[str, Any] | None,
        *,
        known: Mapping[str, list[str]],
        errors: Errors,
        placeholders: dict[str, str],
        suggested: Mapping[str, Any] = _NOTHING,
    ) -> ConfigFlowResult:
        """Show a form with what was entered, else with what is set and still there to be chosen.

        Where nothing was ever set, it shows what is suggested.
        """
        values = {**suggested, **self.config_entry.options} if entered is None else {**entered}
        for key, choices in known.items():
            values[key] = [item for item in values.get(key, []) if item in choices]
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _level_errors(
        self,
        changed: Mapping[str, Any],
        field: str,
        chosen: list[object],
        placeholders: dict[str, str],
    ) -> Errors:
        """Return the error of levels that nobody could prove with these options, or no longer; fills in who."""
        options = {**self.config_entry.options, **changed}
        problem = await level_problem(self.hass, options, chosen)
        if problem is not None:
            return {field: problem}
        lost = await lost_levels(self.hass, self.config_entry, options)
        if lost is None:
            return {}
        placeholders["other"] = lost[1]
        return {"base": lost[0]}

    def _save(self, changed: Mapping[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(data={**self.config_entry.options, **changed})
