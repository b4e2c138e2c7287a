"""Adding a contact, and changing one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import async_validate_actions_config
from homeassistant.helpers.selector import Selector
import probatio

from ..const import (
    CONF_ALIASES,
    CONF_CHANNEL,
    CONF_CONTACT_NAME,
    CONF_LEVEL,
    CONF_OBSERVE,
    CONF_PHRASE,
    CONF_PIN_HASH,
    CONF_QUIET_LEVEL,
    CONF_SEQUENCE,
    CONF_TARGETS,
    LEVEL_INHERIT,
    SUBENTRY_CONTACT,
)
from ..core.contacts import ChannelKind, Contact
from ..core.text import fold, speakable
from ..settings import contacts_from_entry
from . import fields
from .checks import name_problem
from .imports import used_channels
from .languages import all_languages
from .levels import level_problem
from .rules import (
    CONF_PIN,
    PIN_FIELDS,
    SECTION_QUIET,
    pin_options,
    pin_problem,
    quiet_section,
    quiet_values,
)
from .sound import sounds_like
from .suggestions import Suggestion, suggestions
from .trial import trial_problem

CONF_SUGGESTION = "suggestion"
CONF_IMPORT = "import"
CONF_TEST = "test"
"""Send a test message before saving; not stored."""

DETAILS = probatio.Schema(
    {
        probatio.Required(CONF_CONTACT_NAME): fields.one_text,
        probatio.Optional(CONF_ALIASES): fields.several_texts,
        probatio.Required(
            CONF_CHANNEL, default=ChannelKind.NOTIFY_ENTITY.value
        ): fields.channel_kinds,
        probatio.Required(CONF_LEVEL, default=LEVEL_INHERIT): fields.levels(
            fields.CONTACT_LEVELS, inherit=True
        ),
        probatio.Required(CONF_OBSERVE, default=False): fields.yes_or_no,
        **PIN_FIELDS,
        probatio.Optional(SECTION_QUIET): quiet_section(),
    }
)

type Errors = dict[str, str]


class ContactFlow(ConfigSubentryFlow):
    """Two forms: who it is and what it needs, then how it is reached."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._details: dict[str, Any] = {}
        self._before: Mapping[str, Any] = {}
        self._suggestions: dict[str, Suggestion] = {}
        self._used: dict[str, tuple[Suggestion, tuple[str, ...]]] = {}
        self._warned: set[str] = set()

    # --- who it is ------------------------------------------------------------------------------

    async def async_step_user(self, _input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Offer what is there to be picked, or an empty form."""
        self._suggestions = {item.key: item for item in suggestions(self.hass, self._others())}
        if not self._suggestions:
            return await self.async_step_details()
        self._used = await used_channels(self.hass, self._get_entry(), self._suggestions.values())
        options = [CONF_SUGGESTION, "details"]
        if self._used:
            options.insert(0, CONF_IMPORT)
        return self.async_show_menu(step_id="user", menu_options=options)

    async def async_step_import(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take over the channels that voice automations use, several at once."""
        errors: Errors = {}
        placeholders = {"name": "", "other": ""}
        if user_input is not None:
            chosen = [self._used[key][0] for key in user_input[CONF_IMPORT]]
            errors = await self._import_errors(chosen, placeholders)
            if not errors:
                return self._take_over(chosen)
        labels = {
            key: f"{item.label} ← {', '.join(users)}" if users else item.label
            for key, (item, users) in self._used.items()
        }
        schema = probatio.Schema(
            {probatio.Required(CONF_IMPORT): fields.labelled(labels, several=True)}
        )
        return self.async_show_form(
            step_id=CONF_IMPORT,
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or {CONF_IMPORT: list(labels)}
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _import_errors(
        self, chosen: list[Suggestion], placeholders: dict[str, str]
    ) -> Errors:
        """Return the error of a name that cannot be, also beside the others that are taken over."""
        if not chosen:
            return {CONF_IMPORT: "nothing_chosen"}
        languages = await all_languages(self.hass)
        phrase = str(self._get_entry().options.get(CONF_PHRASE, ""))
        known = self._others()
        for item in chosen:
            problem = name_problem(speakable(item.name), languages, phrase, known)
            if problem is not None:
                placeholders |= {"name": item.name, "other": problem[1]}
                return {CONF_IMPORT: problem[0]}
            known.append(Contact(id=item.key, name=item.name, channel=item.channel))
        return {}

    def _take_over(self, chosen: list[Suggestion]) -> SubentryFlowResult:
        """Add all of them; a flow makes one contact, so the others are added beside it."""
        defaults = {CONF_LEVEL: LEVEL_INHERIT, CONF_OBSERVE: False}
        stored = [_tidy({**defaults, **item.data}) | item.stored for item in chosen]
        for data in stored[:-1]:
            self.hass.config_entries.async_add_subentry(
                self._get_entry(),
                ConfigSubentry(
                    data=MappingProxyType(data),
                    subentry_type=SUBENTRY_CONTACT,
                    title=data[CONF_CONTACT_NAME],
                    unique_id=_unique_id(data),
                ),
            )
        return self._finish(stored[-1])

    async def async_step_suggestion(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Pick a phone, a notify entity or a satellite that is there."""
        if user_input is not None:
            picked = self._suggestions[user_input[CONF_SUGGESTION]]
            self._before = picked.data
            return await self.async_step_details()
        labels = {key: item.label for key, item in self._suggestions.items()}
        schema = probatio.Schema({probatio.Required(CONF_SUGGESTION): fields.labelled(labels)})
        return self.async_show_form(step_id=CONF_SUGGESTION, data_schema=schema)

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask who it is."""
        return await self._step_details("details", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask the same of a contact that is there."""
        self._before = self._get_reconfigure_subentry().data
        return await self._step_details("reconfigure", user_input)

    async def _step_details(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        errors: Errors = {}
        placeholders = {"name": "", "other": ""}
        if user_input is not None:
            self._details = _tidy(user_input)
            errors = await self._name_errors(placeholders) or pin_problem(user_input)
            if not errors:
                self._details |= await pin_options(self.hass, user_input, self._before)
                errors = await self._level_errors()
            if not errors:
                return await self._step_channel(None)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                DETAILS, _shown(user_input if user_input is not None else self._before)
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _name_errors(self, placeholders: dict[str, str]) -> Errors:
        """Return the errors of names that cannot be; fills in what they name."""
        languages = await all_languages(self.hass)
        phrase = str(self._get_entry().options.get(CONF_PHRASE, ""))
        others = self._others()
        named = [(CONF_CONTACT_NAME, self._details[CONF_CONTACT_NAME])]
        named += [(CONF_ALIASES, alias) for alias in self._details[CONF_ALIASES]]
        for field, name in named:
            problem = name_problem(name, languages, phrase, others)
            if problem is not None:
                placeholders |= {"name": name, "other": problem[1]}
                return {field: problem[0]}
        return await self._sound_warning(named, others, placeholders)

    async def _sound_warning(
        self, named: list[tuple[str, str]], others: list[Contact], placeholders: dict[str, str]
    ) -> Errors:
        """Warn once of each name that sounds like somebody else's; submitting again keeps it."""
        kept = {*self._before.get(CONF_ALIASES, []), self._before.get(CONF_CONTACT_NAME)}
        for field, name in named:
            if name in self._warned or name in kept:
                continue
            other = await sounds_like(self.hass, name, others)
            if other is not None:
                self._warned.add(name)
                placeholders |= {"name": name, "other": other}
                return {field: "name_sounds_like"}
        return {}

    async def _level_errors(self) -> Errors:
        """Return the error of levels that nobody could prove here."""
        problem = await level_problem(
            self.hass,
            self._get_entry().options,
            [self._details[CONF_LEVEL], self._details.get(CONF_QUIET_LEVEL)],
            own_pin=CONF_PIN_HASH in self._details,
        )
        return {"base": problem} if problem is not None else {}

    def _others(self) -> list[Contact]:
        own = self._reconfigure_subentry_id if self.source == SOURCE_RECONFIGURE else None
        return [
            contact
            for contact in contacts_from_entry(self.hass, self._get_entry())
            if contact.id != own
        ]

    # --- how it is reached ------------------------------------------------------------------------

    async def async_step_notify_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for notify entities."""
        return await self._step_channel(user_input)

    async def async_step_notify_action(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for legacy notify actions."""
        return await self._step_channel(user_input)

    async def async_step_announcement(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for satellites."""
        return await self._step_channel(user_input)

    async def async_step_actions(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for actions to run."""
        return await self._step_channel(user_input)

    async def _step_channel(self, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        kind = ChannelKind(self._details[CONF_CHANNEL])
        field = CONF_SEQUENCE if kind is ChannelKind.ACTIONS else CONF_TARGETS
        before = self._before.get(field, []) if self._before.get(CONF_CHANNEL) == kind else []
        errors: Errors = {}
        if user_input is not None:
            before = _listed(user_input.get(field))
            data = {**self._details, field: before}
            errors = await self._channel_errors(kind, field, before)
            if not errors and user_input.get(CONF_TEST):
                problem = await trial_problem(self.hass, self._get_entry(), data)
                errors = {"base": problem} if problem is not None else {}
            if not errors:
                return self._finish(data)
        schema = probatio.Schema(
            {
                probatio.Required(field): self._selector(kind, before),
                probatio.Optional(CONF_TEST, default=False): fields.yes_or_no,
            }
        )
        return self.async_show_form(
            step_id=kind.value,
            data_schema=self.add_suggested_values_to_schema(schema, {field: before}),
            errors=errors,
            description_placeholders={"name": self._details[CONF_CONTACT_NAME]},
        )

    def _selector(self, kind: ChannelKind, before: list[Any]) -> Selector[Any]:
        match kind:
            case ChannelKind.NOTIFY_ENTITY:
                return fields.notify_entities
            case ChannelKind.NOTIFY_ACTION:
                return fields.notify_actions(self.hass, before)
            case ChannelKind.ANNOUNCEMENT:
                return fields.satellites
        return fields.action_sequence

    async def _channel_errors(self, kind: ChannelKind, field: str, chosen: list[Any]) -> Errors:
        if not chosen:
            return {field: "nothing_chosen"}
        if kind is ChannelKind.ACTIONS:
            try:
                await async_validate_actions_config(self.hass, cv.SCRIPT_SCHEMA(chosen))
            except probatio.Invalid, HomeAssistantError:
                return {field: "actions_invalid"}
        return {}

    def _finish(self, data: dict[str, Any]) -> SubentryFlowResult:
        name = data[CONF_CONTACT_NAME]
        unique_id = _unique_id(data)
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(),
                self._get_reconfigure_subentry(),
                title=name,
                data=data,
                unique_id=unique_id,
            )
        return self.async_create_entry(title=name, data=data, unique_id=unique_id)


def _unique_id(data: Mapping[str, Any]) -> str:
    return f"contact:{fold(data[CONF_CONTACT_NAME])}"


def _tidy(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return the details as they are stored: names as they can be spoken, every alias once."""
    name = speakable(user_input[CONF_CONTACT_NAME])
    aliases = [speakable(alias) for alias in user_input.get(CONF_ALIASES, [])]
    return {
        CONF_CONTACT_NAME: name,
        CONF_ALIASES: [alias for alias in dict.fromkeys(aliases) if alias and alias != name],
        CONF_CHANNEL: user_input[CONF_CHANNEL],
        CONF_LEVEL: user_input[CONF_LEVEL],
        CONF_OBSERVE: user_input[CONF_OBSERVE],
        **user_input.get(SECTION_QUIET, {}),
    }


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows: quiet hours in their section, and never a typed PIN again."""
    quiet = values if SECTION_QUIET in values else quiet_values(values)
    return {**values, SECTION_QUIET: quiet[SECTION_QUIET], CONF_PIN: ""}


def _listed(value: Any) -> list[Any]:
    """Return what was chosen as a list: the action editor hands over a single action as it is."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
