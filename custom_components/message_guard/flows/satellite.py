"""Adding a satellite's own rules, and changing them."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..const import (
    CONF_ALLOWED,
    CONF_CONTACTS,
    CONF_ELSEWHERE,
    CONF_HEARD_IN,
    CONF_LEVEL,
    CONF_QUIET_LEVEL,
    CONF_SATELLITE,
    LEVEL_INHERIT,
)
from ..core.level import Level
from ..settings.household import contacts_from_entry
from . import fields
from .levels import level_problem
from .rules import SECTION_QUIET, quiet_section, quiet_values

SATELLITE_LEVELS = (Level.PHRASE, Level.CODE, Level.PIN, Level.DEVICE, Level.BLOCK)


class SatelliteFlow(ConfigSubentryFlow):
    """One form: what this satellite may ask for."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a satellite and its rules."""
        return await self._step("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask the same of a satellite that is there."""
        return await self._step("reconfigure", user_input)

    async def _step(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        before: dict[str, Any] = {}
        if self.source == SOURCE_RECONFIGURE:
            stored = self._get_reconfigure_subentry().data
            before = {**stored, **quiet_values(stored)}
            if before.get(CONF_LEVEL) == Level.NONE.label:
                before[CONF_LEVEL] = LEVEL_INHERIT
        if user_input is not None:
            rules = {key: value for key, value in user_input.items() if key != SECTION_QUIET}
            data = {**rules, **user_input.get(SECTION_QUIET, {})}
            problem = await level_problem(
                self.hass,
                self._get_entry().options,
                [data[CONF_LEVEL], data.get(CONF_QUIET_LEVEL)],
            )
            if self._taken(data[CONF_SATELLITE]):
                errors[CONF_SATELLITE] = "satellite_taken"
            elif problem is not None:
                errors["base"] = problem
            else:
                return self._finish(data)
            before = user_input
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(self._schema(), before),
            errors=errors,
        )

    def _schema(self) -> probatio.Schema:
        contacts = [
            SelectOptionDict(value=contact.id, label=contact.name)
            for contact in contacts_from_entry(self.hass, self._get_entry())
        ]
        return probatio.Schema(
            {
                probatio.Required(CONF_SATELLITE): EntitySelector(
                    EntitySelectorConfig(domain=fields.SATELLITE_DOMAIN)
                ),
                probatio.Required(CONF_ALLOWED, default=True): fields.yes_or_no,
                probatio.Required(CONF_LEVEL, default=LEVEL_INHERIT): fields.levels(
                    SATELLITE_LEVELS, inherit=True
                ),
                probatio.Optional(CONF_CONTACTS, default=list): SelectSelector(
                    SelectSelectorConfig(
                        options=contacts, multiple=True, mode=SelectSelectorMode.DROPDOWN
                    )
                ),
                probatio.Optional(CONF_HEARD_IN, default=list): fields.areas,
                probatio.Required(CONF_ELSEWHERE, default=True): fields.yes_or_no,
                probatio.Optional(SECTION_QUIET): quiet_section(),
            }
        )

    def _taken(self, entity_id: str) -> bool:
        own = self._reconfigure_subentry_id if self.source == SOURCE_RECONFIGURE else None
        return any(
            subentry.data.get(CONF_SATELLITE) == entity_id and subentry.subentry_id != own
            for subentry in self._get_entry().subentries.values()
        )

    def _finish(self, data: dict[str, Any]) -> SubentryFlowResult:
        entity_id = data[CONF_SATELLITE]
        state = self.hass.states.get(entity_id)
        title = state.name if state is not None else entity_id
        unique_id = f"satellite:{entity_id}"
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(),
                self._get_reconfigure_subentry(),
                title=title,
                data=data,
                unique_id=unique_id,
            )
        return self.async_create_entry(title=title, data=data, unique_id=unique_id)
