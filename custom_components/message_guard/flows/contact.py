"""Adding a contact, and changing one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
import probatio

from ..const import (
    CONF_ALIASES,
    CONF_CHANNELS,
    CONF_CONTACT_NAME,
    CONF_LEVEL,
    CONF_PHRASE,
    CONF_PIN_HASH,
    CONF_QUIET_LEVEL,
    CONF_SEQUENCE,
    SUBENTRY_CONTACT,
)
from ..core.contacts import Channel, ChannelKind, Contact
from ..core.fixed_call import WORD_FIELDS
from ..core.text import speakable
from ..settings.channels import stored_channels
from ..settings.household import contacts_from_entry
from . import fields
from .checks import name_problem
from .contact_data import (
    ANOTHER_ACTION,
    CONF_REACH,
    CONF_TEST,
    FORMS,
    OWN_ACTIONS,
    SECTION_MORE,
    details_schema,
    kept,
    merged,
    place_of,
    shown,
    tidy,
    unique_id,
)
from .fixed import CONF_CALL, CONF_WORDS_FIELD, FixedCallError, fixed_channel
from .imports import used_channels
from .incoming import incoming_of, sender_problem
from .languages import all_languages
from .levels import level_problem
from .notes import notes_about
from .own_actions import own_actions
from .recipients import Used
from .rules import CONF_PIN, SECTION_QUIET, pin_options, pin_problem, quiet_values
from .sound import sounds_like
from .spellings import CONF_SPELLINGS, spellings_schema, spellings_to_offer, with_spellings
from .suggestions import Stored, Suggestion, key_of, suggestion_of, suggestions
from .trial import trial_problem

CONF_IMPORT: Final = "import"
OWN_VARIABLES: Final = "{{ message }}, {{ contact }}"

type Errors = dict[str, str]


class ContactFlow(ConfigSubentryFlow):
    """Who it is and how they are reached; one form more for an action or for actions of one's own."""

    def __init__(self) -> None:
        """Create the flow with nothing filled in."""
        self._details: dict[str, Any] = {}
        self._before: Mapping[str, Any] = {}
        self._known: dict[str, Suggestion] = {}
        self._used: dict[str, Used] = {}
        self._warned: set[str] = set()
        self._offered: set[str] = set()
        self._entered: dict[str, Any] = {}
        self._chosen: list[str] = []
        self._test = False

    # --- who it is ------------------------------------------------------------------------------

    async def async_step_user(self, _input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Offer whom voice automations write to, if there is anybody; else the form for one contact."""
        others = self._others()
        offered = suggestions(self.hass, others)
        taken = [
            item
            for subentry in self._get_entry().subentries.values()
            if subentry.subentry_type == SUBENTRY_CONTACT
            for item in stored_channels(subentry.data)
        ]
        self._used = await used_channels(self.hass, self._get_entry(), offered, taken, others)
        if not self._used:
            return await self.async_step_details()
        return self.async_show_menu(step_id="user", menu_options=[CONF_IMPORT, "details"])

    async def async_step_import(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take over whom voice automations write to, several at once."""
        errors: Errors = {}
        placeholders = {"name": "", "other": ""}
        if user_input is not None:
            chosen = [self._used[key] for key in user_input[CONF_IMPORT]]
            errors = await self._import_errors(chosen, placeholders)
            if not errors:
                return await self._take_over(chosen)
        labels = {key: item.label for key, item in self._used.items()}
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

    async def _import_errors(self, chosen: list[Used], placeholders: dict[str, str]) -> Errors:
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
            known.append(_named(item.name))
        return {}

    async def _take_over(self, chosen: list[Used]) -> SubentryFlowResult:
        """Add all of them; a flow makes one contact, so the others are added beside it."""
        stored = [
            tidy({CONF_CONTACT_NAME: item.name}) | {CONF_CHANNELS: item.channels} for item in chosen
        ]
        for data in stored[:-1]:
            self.hass.config_entries.async_add_subentry(
                self._get_entry(),
                ConfigSubentry(
                    data=MappingProxyType(data),
                    subentry_type=SUBENTRY_CONTACT,
                    title=data[CONF_CONTACT_NAME],
                    unique_id=unique_id(data),
                ),
            )
        return await self._finish(stored[-1])

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask who it is, and how they are reached."""
        return await self._step_details("details", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask the same of a contact that is there."""
        if not self._before:
            self._before = self._get_reconfigure_subentry().data
        return await self._step_details("reconfigure", user_input)

    async def _step_details(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        errors: Errors | None = None,
    ) -> SubentryFlowResult:
        placeholders = {"name": "", "other": ""}
        self._look_around()
        values = shown(self._before, self._before_keys()) if user_input is None else user_input
        if user_input is not None and errors is None:
            more = user_input.get(SECTION_MORE, kept(self._before))
            self._chosen = list(user_input[CONF_REACH])
            self._test = bool(user_input.get(CONF_TEST))
            quiet = user_input.get(SECTION_QUIET, quiet_values(self._before)[SECTION_QUIET])
            entered = {
                **more,
                SECTION_QUIET: quiet,
                **incoming_of(user_input, self._before),
                CONF_CONTACT_NAME: self._name(user_input),
            }
            self._details = tidy(entered)
            errors = await self._name_errors(placeholders)
            errors |= {} if self._chosen else {CONF_REACH: "nothing_chosen"}
            # A folded part of a form shows no error of its own.
            if not errors and (problem := sender_problem(user_input)):
                errors = {"base": problem}
            if not errors and (problem := pin_problem(more).get(CONF_PIN)):
                errors = {"base": problem}
            if not errors:
                self._details |= await pin_options(self.hass, more, self._before)
                errors = await self._level_errors()
            if not errors:
                return await self._offer_spellings(user_input)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                details_schema(self._known.values(), self._before), values
            ),
            errors=errors or {},
            description_placeholders=placeholders,
        )

    async def _offer_spellings(self, entered: dict[str, Any]) -> SubentryFlowResult:
        """Offer other spellings of a new name, once; most names have none, and get no form for it."""
        name = self._details[CONF_CONTACT_NAME]
        if name not in {*self._offered, self._before.get(CONF_CONTACT_NAME)}:
            self._offered.add(name)
            offered = await spellings_to_offer(
                self.hass, self._get_entry(), self._details, self._others()
            )
            if offered:
                self._entered = entered
                return self.async_show_form(
                    step_id=CONF_SPELLINGS,
                    data_schema=spellings_schema(offered),
                    description_placeholders=self._about_contact(),
                )
        return await self._next(entered)

    async def async_step_spellings(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        """Take what was ticked as other names."""
        ticked = user_input[CONF_SPELLINGS]
        self._details[CONF_ALIASES] = [*self._details[CONF_ALIASES], *ticked]
        return await self._next(with_spellings(self._entered, self._before, ticked))

    def _look_around(self) -> None:
        """Find what can be written to, and how the contact is reached now."""
        offered = suggestions(self.hass, self._others())
        before = [suggestion_of(self.hass, item, offered) for item in stored_channels(self._before)]
        self._known = {item.key: item for item in (*before, *offered)}

    def _before_keys(self) -> list[str]:
        return [key_of(item) for item in stored_channels(self._before)]

    def _name(self, user_input: Mapping[str, Any]) -> str:
        """Return the name that was entered, else that of whom was chosen."""
        typed = str(user_input.get(CONF_CONTACT_NAME) or "")
        picked = [self._known[key].name for key in self._chosen if key in self._known]
        return typed if typed.strip() else next((name for name in picked if name), "")

    async def _name_errors(self, placeholders: dict[str, str]) -> Errors:
        """Return the errors of names that cannot be; fills in what they name."""
        if not self._details[CONF_CONTACT_NAME]:
            return {CONF_CONTACT_NAME: "name_missing"}
        languages = await all_languages(self.hass)
        phrase = str(self._get_entry().options.get(CONF_PHRASE, ""))
        others = self._others()
        named = [(CONF_CONTACT_NAME, self._details[CONF_CONTACT_NAME])]
        named += [(CONF_ALIASES, alias) for alias in self._details[CONF_ALIASES]]
        for field, name in named:
            problem = name_problem(name, languages, phrase, others)
            if problem is not None:
                placeholders |= {"name": name, "other": problem[1]}
                return {place_of(field): problem[0]}
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
                return {place_of(field): "name_sounds_like"}
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

    async def _next(self, last: dict[str, Any]) -> SubentryFlowResult:
        """Go on with the forms of what was chosen, then try it and save it."""
        for form in FORMS:
            if form in self._chosen:
                return await self._form(form, None)
        return await self._save(last)

    async def _form(self, form: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        if form == ANOTHER_ACTION:
            return await self.async_step_action(user_input)
        return await self.async_step_actions(user_input)

    async def async_step_action(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for one action, with whom it goes to filled in."""
        errors: Errors = {}
        about = ""
        if user_input is not None:
            try:
                stored = await fixed_channel(
                    self.hass,
                    self._get_entry(),
                    user_input[CONF_CALL],
                    user_input.get(CONF_WORDS_FIELD) or None,
                )
            except FixedCallError as error:
                errors, about = {error.field: error.key}, error.about
            else:
                return await self._went_in(ANOTHER_ACTION, stored, user_input)
        return self._show_action(user_input, errors, about)

    def _show_action(
        self, user_input: dict[str, Any] | None, errors: Errors, about: str = ""
    ) -> SubentryFlowResult:
        schema = probatio.Schema(
            {
                probatio.Required(CONF_CALL): fields.action_sequence,
                probatio.Optional(CONF_WORDS_FIELD): fields.word_fields(WORD_FIELDS),
            }
        )
        return self.async_show_form(
            step_id=ANOTHER_ACTION,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or {}),
            errors=errors,
            description_placeholders={**self._about_contact(), "problem": about},
        )

    async def async_step_actions(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for actions to run."""
        errors: Errors = {}
        if user_input is not None:
            stored, problem = await own_actions(self.hass, user_input.get(CONF_SEQUENCE))
            if problem is None:
                return await self._went_in(OWN_ACTIONS, stored, user_input)
            errors = {CONF_SEQUENCE: problem}
        return self._show_actions(user_input, errors)

    def _show_actions(
        self, user_input: dict[str, Any] | None, errors: Errors
    ) -> SubentryFlowResult:
        schema = probatio.Schema({probatio.Required(CONF_SEQUENCE): fields.action_sequence})
        return self.async_show_form(
            step_id=OWN_ACTIONS,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or {}),
            errors=errors,
            description_placeholders={**self._about_contact(), "variables": OWN_VARIABLES},
        )

    def _about_contact(self) -> dict[str, str]:
        return {"name": self._details[CONF_CONTACT_NAME]}

    async def _went_in(
        self, form: str, stored: Stored, user_input: dict[str, Any]
    ) -> SubentryFlowResult:
        """Take what was entered in the place of the form that asked for it."""
        known = suggestion_of(self.hass, stored, self._known.values())
        self._known[known.key] = known
        place = self._chosen.index(form)
        chosen = list(self._chosen)
        self._chosen[place] = known.key
        if self._unfinished:
            return await self._next(user_input)
        result = await self._save(user_input, form)
        if result.get("errors"):
            self._chosen = chosen  # the form is shown again
        return result

    @property
    def _unfinished(self) -> bool:
        """Whether a form is still to be filled in."""
        return any(form in self._chosen for form in FORMS)

    async def _save(self, last: dict[str, Any], form: str | None = None) -> SubentryFlowResult:
        """Try it if that was asked for, and save it; where it fails, show the last form again."""
        channels = merged([self._known[key].stored for key in dict.fromkeys(self._chosen)])
        data = {**self._details, CONF_CHANNELS: channels}
        if self._test:
            problem = await trial_problem(self.hass, self._get_entry(), data)
            if problem is not None:
                errors = {"base": problem}
                if form == ANOTHER_ACTION:
                    return self._show_action(last, errors)
                if form == OWN_ACTIONS:
                    return self._show_actions(last, errors)
                step = "reconfigure" if self.source == SOURCE_RECONFIGURE else "details"
                return await self._step_details(step, last, errors)
        return await self._finish(data)

    async def _finish(self, data: dict[str, Any]) -> SubentryFlowResult:
        name = data[CONF_CONTACT_NAME]
        identity = unique_id(data)
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(),
                self._get_reconfigure_subentry(),
                title=name,
                data=data,
                unique_id=identity,
            )
        return self.async_create_entry(
            title=name,
            data=data,
            unique_id=identity,
            description_placeholders={
                "name": name,
                "note": await notes_about(self.hass, data[CONF_CHANNELS]),
            },
        )


def _named(name: str) -> Contact:
    """Return somebody who is about to be added, for the names of the others."""
    return Contact(id=name, name=name, channel=Channel(kind=ChannelKind.ACTIONS))
