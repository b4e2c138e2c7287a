"""Set-up in the UI; the forms are in `flows`."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    OptionsFlow,
    SubentryFlowContext,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
import probatio

from .approvals.registrations import only_phone
from .const import (
    CONF_ACCEPTED_DRAFTS,
    CONF_ACTIONS,
    CONF_APPROVERS,
    CONF_DEFAULT_LEVEL,
    CONF_INTENTS,
    CONF_MODEL_STEPS,
    CONF_OBSERVE,
    CONF_PHONES,
    CONF_PHRASE,
    CONF_PIPELINES,
    CONF_REACTIONS,
    DEFAULT_MODEL_STEPS,
    DOMAIN,
    NAME,
    SUBENTRY_CONTACT,
    SUBENTRY_SATELLITE,
)
from .core.household import Reactions
from .core.policy import Level
from .flows import fields
from .flows.contact import ContactFlow
from .flows.household import (
    NO_PLACEHOLDERS,
    HouseholdOptionsFlow,
    phrase_errors,
    suggested_phrase,
    tidy_phrase,
)
from .flows.languages import draft_languages
from .flows.levels import level_problem
from .flows.satellite import SatelliteFlow
from .flows.senders import voice_senders
from .runtime import MessageGuardConfigEntry

SECTION_MORE = "more"
"""What few change at set-up, folded."""


class MessageGuardConfigFlow(ConfigFlow, domain=DOMAIN):
    """One form to a safe household, then straight on to its first contact."""

    VERSION = 1
    MINOR_VERSION = 1

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: MessageGuardConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to the household."""
        return {SUBENTRY_CONTACT: ContactFlow, SUBENTRY_SATELLITE: SatelliteFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: MessageGuardConfigEntry) -> OptionsFlow:
        """Return the forms for changing one's mind."""
        return HouseholdOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which assistants to guard and for the phrase; for more only where this home needs it."""
        errors: dict[str, str] = {}
        placeholders = dict(NO_PLACEHOLDERS)
        pipelines, every_pipeline = fields.pipelines(self.hass)
        if user_input is not None:
            chosen = _flat(user_input)
            errors = await self._errors(chosen, placeholders)
            if not errors:
                return await self._create(chosen)
        senders = await voice_senders(self.hass)
        drafts = await draft_languages(self.hass, every_pipeline)
        placeholders["names"] = ", ".join(senders)
        placeholders["other"] = ", ".join(language.name for language in drafts)
        asked: dict[Any, Any] = {
            probatio.Required(CONF_PIPELINES): pipelines,
            probatio.Optional(CONF_PHRASE): fields.one_text,
        }
        if senders:
            asked[probatio.Required(CONF_OBSERVE, default=True)] = fields.yes_or_no
        if drafts:
            asked[probatio.Required(CONF_ACCEPTED_DRAFTS, default=False)] = fields.yes_or_no
        more = probatio.Schema(
            {
                probatio.Required(CONF_DEFAULT_LEVEL, default=Level.PHRASE.label): fields.levels(
                    fields.SET_UP_LEVELS
                )
            }
        )
        # What is folded away must not hide what is wrong with it.
        folded = CONF_DEFAULT_LEVEL not in errors
        asked[probatio.Required(SECTION_MORE)] = section(more, {"collapsed": folded})
        suggested = {
            CONF_PIPELINES: every_pipeline,
            CONF_PHRASE: "" if user_input is not None else await suggested_phrase(self.hass),
        }
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                probatio.Schema(asked), user_input or suggested
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _errors(self, chosen: dict[str, Any], placeholders: dict[str, str]) -> dict[str, str]:
        errors = await phrase_errors(self.hass, chosen, chosen[CONF_PIPELINES], (), placeholders)
        if not chosen[CONF_PIPELINES]:
            errors[CONF_PIPELINES] = "no_assistant"
        problem = await level_problem(self.hass, chosen, [chosen[CONF_DEFAULT_LEVEL]])
        if problem is not None and CONF_PHRASE not in errors:
            errors["base"] = problem
        return errors

    async def _create(self, chosen: dict[str, Any]) -> ConfigFlowResult:
        accepted = chosen.pop(CONF_ACCEPTED_DRAFTS, False)
        drafts = await draft_languages(self.hass, chosen[CONF_PIPELINES]) if accepted else ()
        options = {
            CONF_MODEL_STEPS: DEFAULT_MODEL_STEPS,
            CONF_APPROVERS: [],
            CONF_ACTIONS: [],
            CONF_INTENTS: [],
            CONF_OBSERVE: False,
            CONF_REACTIONS: Reactions.RECORD.value,
            CONF_PHONES: only_phone(self.hass),
            CONF_ACCEPTED_DRAFTS: [language.code for language in drafts],
            **tidy_phrase(chosen),
        }
        return self.async_create_entry(title=NAME, data={}, options=options, description="default")

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first contact: nobody can be written to before there is one."""
        contact = await self.hass.config_entries.subentries.async_init(
            (result["result"].entry_id, SUBENTRY_CONTACT),
            context=SubentryFlowContext(source=SOURCE_USER),
        )
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, contact["flow_id"])
        return result


def _flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered, the folded part beside the rest."""
    shown = {key: value for key, value in user_input.items() if key != SECTION_MORE}
    return {**shown, **user_input[SECTION_MORE]}
