"""Set-up in the UI; the forms are in `flows`."""

from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    OptionsFlow,
    SubentryFlowContext,
)
from homeassistant.core import callback
import probatio

from .const import (
    CONF_ACTIONS,
    CONF_APPROVERS,
    CONF_DEFAULT_LEVEL,
    CONF_INTENTS,
    CONF_MODEL_STEPS,
    CONF_PHRASE,
    CONF_PIPELINES,
    DEFAULT_MODEL_STEPS,
    DOMAIN,
    NAME,
    SUBENTRY_CONTACT,
    SUBENTRY_SATELLITE,
)
from .core.policy import Level
from .flows import fields
from .flows.contact import ContactFlow
from .flows.household import (
    NO_PLACEHOLDERS,
    WATCHING,
    HouseholdOptionsFlow,
    phrase_errors,
    suggested_phrase,
    tidy_phrase,
)
from .flows.ledger import new_key
from .flows.satellite import SatelliteFlow


class MessageGuardConfigFlow(ConfigFlow, domain=DOMAIN):
    """Two forms to a safe household, then straight on to its first contact."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Know nothing yet."""
        self._chosen: dict[str, Any] = {}

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to the household."""
        return {SUBENTRY_CONTACT: ContactFlow, SUBENTRY_SATELLITE: SatelliteFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the forms for changing one's mind."""
        return HouseholdOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which assistants to guard, and what every message needs."""
        errors: dict[str, str] = {}
        placeholders = dict(NO_PLACEHOLDERS)
        pipelines, every_pipeline = fields.pipelines(self.hass)
        if user_input is not None:
            errors = await phrase_errors(
                self.hass, user_input, user_input[CONF_PIPELINES], (), placeholders
            )
            if not user_input[CONF_PIPELINES]:
                errors[CONF_PIPELINES] = "no_assistant"
            if not errors:
                self._chosen = tidy_phrase(user_input)
                return await self.async_step_watching()
        schema = probatio.Schema(
            {
                probatio.Required(CONF_PIPELINES): pipelines,
                probatio.Required(CONF_DEFAULT_LEVEL): fields.levels(fields.SET_UP_LEVELS),
                probatio.Optional(CONF_PHRASE): fields.one_text,
            }
        )
        suggested = {
            CONF_PIPELINES: every_pipeline,
            CONF_DEFAULT_LEVEL: Level.PHRASE.label,
            CONF_PHRASE: await suggested_phrase(self.hass),
        }
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, user_input or suggested),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def async_step_watching(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to hold at once or to watch first."""
        if user_input is None:
            return self.async_show_form(
                step_id="watching",
                data_schema=WATCHING,
                description_placeholders={"key": await new_key(self.hass)},
            )
        options = {
            CONF_MODEL_STEPS: DEFAULT_MODEL_STEPS,
            CONF_APPROVERS: [],
            CONF_ACTIONS: [],
            CONF_INTENTS: [],
            **self._chosen,
            **user_input,
        }
        return self.async_create_entry(title=NAME, data={}, options=options)

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first contact: nobody can be written to before there is one."""
        contact = await self.hass.config_entries.subentries.async_init(
            (result["result"].entry_id, SUBENTRY_CONTACT),
            context=SubentryFlowContext(source=SOURCE_USER),
        )
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, contact["flow_id"])
        return result
