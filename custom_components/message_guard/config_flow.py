"""Set-up in the UI; the forms are in `flows`."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, override

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
from homeassistant.util import dt as dt_util
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
from .core.level import Level
from .flows import fields
from .flows.contact import ContactFlow
from .flows.ears import SHOWN_SECONDS
from .flows.household import NO_PLACEHOLDERS, HouseholdOptionsFlow
from .flows.languages import all_languages, draft_languages
from .flows.levels import level_problem
from .flows.phrase import phrase_errors, suggested_phrase, tidy_phrase
from .flows.satellite import SatelliteFlow
from .flows.senders import voice_senders
from .home.ears import Ear, Judge, ears_of, listen
from .home.ears_memory import DECLINED, EarsMemory
from .home.heard import Heard
from .runtime import MessageGuardConfigEntry

QUICK_SECONDS: Final = 2.0
"""So long the form itself waits for what engines hear, before it shows that they are being tried."""

CONF_TRY_CLOUD = "try_cloud"
"""Try engines outside of the house, too; not stored."""
SECTION_MORE = "more"
"""What few change at set-up, folded."""


class MessageGuardConfigFlow(ConfigFlow, domain=DOMAIN):
    """One form to a safe household, then straight on to its first contact."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Create the flow with nothing filled in."""
        self._chosen: dict[str, Any] = {}
        self._shown: asyncio.Task[None] | None = None
        self._engines = ""
        self._inventing: tuple[str, ...] = ()

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
        if user_input is not None:
            chosen = _flat(user_input)
            errors = await self._errors(chosen, placeholders)
            if not errors:
                return await self._try_ears(chosen)
        return await self._form(user_input, errors, placeholders)

    async def _form(
        self,
        user_input: dict[str, Any] | None,
        errors: dict[str, str],
        placeholders: dict[str, str],
    ) -> ConfigFlowResult:
        pipelines, every_pipeline = fields.pipelines(self.hass)
        senders = await voice_senders(self.hass)
        drafts = await draft_languages(self.hass, every_pipeline)
        clouds = [ear.name for ear in await ears_of(self.hass, every_pipeline) if ear.cloud]
        placeholders["names"] = ", ".join(senders)
        placeholders["clouds"] = ", ".join(dict.fromkeys(clouds))
        placeholders["other"] = ", ".join(language.name for language in drafts)
        asked: dict[Any, Any] = {
            probatio.Required(CONF_PIPELINES): pipelines,
            probatio.Optional(CONF_PHRASE): fields.one_text,
        }
        if senders:
            asked[probatio.Required(CONF_OBSERVE, default=True)] = fields.yes_or_no
        if drafts:
            asked[probatio.Required(CONF_ACCEPTED_DRAFTS, default=False)] = fields.yes_or_no
        if clouds:
            asked[probatio.Required(CONF_TRY_CLOUD, default=False)] = fields.yes_or_no
        more = probatio.Schema(
            {
                probatio.Required(CONF_DEFAULT_LEVEL, default=Level.PHRASE.label): fields.levels(
                    fields.SET_UP_LEVELS
                )
            }
        )
        # What is folded away must not hide another way out.
        folded = not errors
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

    # --- ears that invent -----------------------------------------------------------------------

    async def _try_ears(self, chosen: dict[str, Any]) -> ConfigFlowResult:
        """Listen to what the engines make of silence, if they are to hear a phrase."""
        self._chosen = {**chosen, CONF_PHRASE: tidy_phrase(chosen)[CONF_PHRASE]}
        self._inventing = ()
        phrase = self._chosen[CONF_PHRASE]
        ears = await ears_of(self.hass, chosen[CONF_PIPELINES]) if phrase else ()
        if not ears:
            return await self._create()
        listening = self.hass.async_create_task(
            self._listen(ears, phrase), "message_guard set-up listens", eager_start=False
        )
        self._engines = ", ".join(dict.fromkeys(ear.name for ear in ears))
        heard, _ = await asyncio.wait({listening}, timeout=QUICK_SECONDS)
        if heard:
            return await self.async_step_heard()
        self._shown = self.hass.async_create_task(
            self._show(listening), "message_guard set-up shows that it listens"
        )
        return await self.async_step_ears()

    @staticmethod
    async def _show(listening: asyncio.Task[None]) -> None:
        await asyncio.gather(listening, asyncio.sleep(SHOWN_SECONDS), return_exceptions=True)

    async def async_step_ears(self, _input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show that the engines are being tried."""
        if self._shown is not None and not self._shown.done():
            return self.async_show_progress(
                step_id="ears",
                progress_action="listening",
                description_placeholders={"engines": self._engines},
                progress_task=self._shown,
            )
        return self.async_show_progress_done(next_step_id="heard")

    async def async_step_heard(self, _input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go on, or back to the form where an engine writes the phrase that everything would rest on."""
        chosen = self._chosen
        if not self._inventing or chosen[CONF_DEFAULT_LEVEL] != Level.PHRASE.label:
            return await self._create()
        placeholders = {**NO_PLACEHOLDERS, "engines": ", ".join(self._inventing)}
        shown = {key: value for key, value in chosen.items() if key != CONF_DEFAULT_LEVEL}
        shown[SECTION_MORE] = {CONF_DEFAULT_LEVEL: chosen[CONF_DEFAULT_LEVEL]}
        return await self._form(shown, {CONF_PHRASE: "ears_invent"}, placeholders)

    async def _listen(self, ears: tuple[Ear, ...], phrase: str) -> None:
        memory = EarsMemory(self.hass)
        await memory.load()
        languages = tuple(await all_languages(self.hass))
        try_cloud = self._chosen.get(CONF_TRY_CLOUD, False)
        tried = [ear for ear in ears if try_cloud or not ear.cloud]
        judge = Judge(phrase, languages)
        heard = await asyncio.gather(*(listen(self.hass, ear, judge) for ear in tried))
        now = dt_util.utcnow().timestamp()
        verdicts = dict(zip(tried, heard, strict=True))
        for ear in ears:
            await memory.put(ear.fingerprint(phrase), verdicts.get(ear, DECLINED), now)
        inventing = [ear.name for ear, said in verdicts.items() if said is Heard.PHRASE]
        self._inventing = tuple(dict.fromkeys(inventing))

    # --- the end ------------------------------------------------------------------------------------

    async def _errors(self, chosen: dict[str, Any], placeholders: dict[str, str]) -> dict[str, str]:
        errors = await phrase_errors(self.hass, chosen, chosen[CONF_PIPELINES], (), placeholders)
        if not chosen[CONF_PIPELINES]:
            errors[CONF_PIPELINES] = "no_assistant"
        problem = await level_problem(self.hass, chosen, [chosen[CONF_DEFAULT_LEVEL]])
        if problem is not None and CONF_PHRASE not in errors:
            errors["base"] = problem
        return errors

    async def _create(self) -> ConfigFlowResult:
        chosen = {key: value for key, value in self._chosen.items() if key != CONF_TRY_CLOUD}
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
            **chosen,
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
