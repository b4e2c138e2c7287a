"""Commands about the household's speech recognition: what it hears with, and the check of what is made up of nothing."""

from typing import Any

import probatio

from ..const import ATTR_CLOUD, CONF_PIPELINES
from ..home.ears import Ear, ears_of
from ..home.ears_check import Checked
from ..home.heard import Heard
from .command import Call, Result, command


@command("ears/state")
async def state(call: Call) -> Result:
    """Return the engines in use, and how far a check is or what came of it."""
    return await _state(call)


@command("ears/check", {probatio.Optional(ATTR_CLOUD, default=False): bool})
async def check(call: Call) -> Result:
    """Begin a check, unless one is under way."""
    call.components.ears_run.begin(cloud=call.message[ATTR_CLOUD])
    return await _state(call)


@command("ears/stop")
async def stop(call: Call) -> Result:
    """Stop the check that is under way."""
    call.components.ears_run.stop()
    return await _state(call)


async def _state(call: Call) -> Result:
    run = call.components.ears_run
    ears = await ears_of(call.hass, call.entry.options.get(CONF_PIPELINES, []))
    return {
        "engines": [_named(ear) | {ATTR_CLOUD: ear.cloud} for ear in ears],
        "running": run.running,
        "progress": run.progress,
        "failed": run.failed,
        "checked": None if run.checked is None else [_told(one) for one in run.checked],
    }


def _named(ear: Ear) -> dict[str, Any]:
    return {"engine": ear.engine, "name": ear.name, "language": ear.language}


def _told(checked: Checked) -> dict[str, Any]:
    """Return what came of one engine; one that has answered to nothing is told as such."""
    answered = any(trial.text is not None for trial in checked.trials)
    return _named(checked.ear) | {
        "made_up": (checked.heard if answered else Heard.UNKNOWN).value,
        "texts": list(checked.made_up),
    }
