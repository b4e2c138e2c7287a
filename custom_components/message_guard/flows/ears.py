"""The check of the household's speech recognition, as a dialogue: asked about first, with progress, and stopped by closing it."""

import asyncio
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
import probatio

from ..const import ATTR_CLOUD, CONF_PIPELINES
from ..home.ears import Ear, ears_of
from ..home.ears_check import Checked
from ..runtime import components_of
from . import fields

SHOWN_SECONDS: Final = 5.0
"""So long a progress is shown at least: Home Assistant's pages ask to be told of its end only after they show it, and
until 2026.10 wait for ever where it has ended before."""


class EarsSteps(OptionsFlow):
    """Steps of the options."""

    _check: asyncio.Task[tuple[Checked, ...]] | None = None
    _shown: asyncio.Task[None] | None = None
    _engines = ""

    async def async_step_ears(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask about engines outside of the house, and begin."""
        ears = await ears_of(self.hass, self.config_entry.options.get(CONF_PIPELINES, []))
        if user_input is not None:
            return await self._begin(ears, cloud=user_input.get(ATTR_CLOUD, False))
        clouds = [ear for ear in ears if ear.cloud]
        asked = {probatio.Required(ATTR_CLOUD, default=False): fields.yes_or_no} if clouds else {}
        return self.async_show_form(
            step_id="ears",
            data_schema=probatio.Schema(asked),
            description_placeholders={"engines": _names(ears), "clouds": _names(clouds)},
        )

    async def _begin(self, ears: tuple[Ear, ...], *, cloud: bool) -> ConfigFlowResult:
        components = components_of(self.config_entry)
        tried = tuple(ear for ear in ears if cloud or not ear.cloud)
        if components is None or not tried:
            return await self.async_step_ears_none()
        self._engines = _names(tried)
        self._check = self.hass.async_create_task(
            components.ears.check(cloud=cloud, progress=self.async_update_progress),
            "message_guard options check the ears",
            eager_start=False,
        )
        self._shown = self.hass.async_create_task(
            self._show(self._check), "message_guard options show that ears are checked"
        )
        return await self.async_step_ears_checking()

    @staticmethod
    async def _show(check: asyncio.Task[tuple[Checked, ...]]) -> None:
        await asyncio.gather(check, asyncio.sleep(SHOWN_SECONDS), return_exceptions=True)

    async def async_step_ears_checking(
        self, _input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show how far it is."""
        if self._shown is not None and not self._shown.done():
            return self.async_show_progress(
                step_id="ears_checking",
                progress_action="checking",
                description_placeholders={"engines": self._engines},
                progress_task=self._shown,
            )
        checked = self._check.result() if self._check is not None else ()
        if not any(trial.text is not None for one in checked for trial in one.trials):
            return self.async_show_progress_done(next_step_id="ears_none")
        made_up = any(one.made_up for one in checked)
        return self.async_show_progress_done(
            next_step_id="ears_invented" if made_up else "ears_fine"
        )

    async def async_step_ears_none(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that nothing has answered."""
        return self._told("ears_none", user_input, {})

    async def async_step_ears_fine(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that nothing was made up."""
        return self._told("ears_fine", user_input, {"engines": self._engines})

    async def async_step_ears_invented(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what was made up."""
        checked = self._check.result() if self._check is not None else ()
        texts = dict.fromkeys(text for one in checked for text in one.made_up)
        told = ", ".join(f"“{text}”" for text in texts)
        return self._told("ears_invented", user_input, {"texts": told})

    def _told(
        self, step_id: str, user_input: dict[str, Any] | None, placeholders: dict[str, str]
    ) -> ConfigFlowResult:
        if user_input is not None:
            return self.async_create_entry(data=dict(self.config_entry.options))
        return self.async_show_form(
            step_id=step_id,
            data_schema=probatio.Schema({}),
            description_placeholders=placeholders,
        )

    @override
    def async_remove(self) -> None:
        """Stop when the dialogue is closed."""
        if self._check is not None:
            self._check.cancel()


def _names(ears: tuple[Ear, ...] | list[Ear]) -> str:
    return ", ".join(dict.fromkeys(ear.name for ear in ears))
