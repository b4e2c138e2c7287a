"""Ours first: no sentence of Home Assistant's own takes what is said to us, in any language.

Every request and every reply of the dialogues is said to a real pipeline with Home Assistant's own agent,
as it is and with each ending of Home Assistant's delayed commands behind it. A run says a few of them,
drawn by a seed; `STOLEN=all pytest tests/assist/test_stolen.py` says all.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
import json
import os
import random
from typing import Any

from homeassistant.components import assist_pipeline, conversation
from homeassistant.components.assist_pipeline import async_update_pipeline
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.guarding.pins import hash_pin
from tests.assist.test_dialogues import CODES, DIALOGUES
from tests.assist_home import Assist, Spoken
from tests.conftest import contact_data, options
from tests.home_sentences import HOME_CODES, draw
from tests.spoken_home import PERSON

ALL = os.environ.get("STOLEN") == "all"
FEW = 6
"""Utterances of each kind in an ordinary run."""

SEED = 20261127

MARKS = ".!?。！？…"  # noqa: RUF001 - full-width on purpose


@dataclass(frozen=True)
class Said:
    """Something that is said.

    Attributes:
        text: What.
        level: The level of the question before it; None for a request.
        plain: Nothing was put behind it.
        kind: Its name in the dialogues.
    """

    text: str
    level: str | None
    plain: bool
    kind: str


@cache
def endings(code: str) -> tuple[str, ...]:
    """Return what Home Assistant takes for the time of a command when it stands behind it."""
    path = files("home_assistant_intents") / "data" / f"{HOME_CODES.get(code, code)}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, None] = {}
    for block in data["intents"].get("HassStartTimer", {}).get("data", []):
        for template in block["sentences"]:
            head, _, rest = template.partition(":conversation_command}")
            if rest and head.startswith("{"):
                found[draw(data, block, f"x{rest}", SEED)[1:]] = None
    return tuple(found)


GUESS = 57
"""The answer of no code that is asked for here."""


def with_endings(code: str, text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text as it is, and with each ending."""
    yield text, True
    for ending in endings(code):
        yield f"{text.rstrip(MARKS)}{ending}", False


def sayings(code: str, dialogues: dict[str, Any]) -> list[Said]:
    """Return everything that is said in a language."""
    replies = dialogues["replies"]
    said: dict[tuple[str | None, str], list[str]] = {
        (None, "request"): [request["say"] for request in dialogues["requests"].values()],
        **{("phrase", kind): replies[kind] for kind in ("yes", "no", "phrase", "wrong")},
        ("code", "guess"): [text.format(number=GUESS) for text in dialogues["code"]["right"]],
        ("code", "wrong"): [text.format(number=GUESS) for text in dialogues["code"]["wrong"]],
        ("pin", "pin"): [text for texts in dialogues["pins"].values() for text in texts],
        ("change", "change"): [dialogues["questions"]["change"]["say"]],
        ("words", "words"): [dialogues["requests"]["told"]["body"]],
    }
    everything = [
        Said(text, level, plain, kind)
        for (level, kind), texts in said.items()
        for plainly in texts
        for text, plain in with_endings(code, plainly)
    ]
    everything += [Said(text, "phrase", True, "again") for text in dialogues["questions"]["again"]]
    if ALL:
        return everything
    chance = random.Random(f"{SEED}{code}")
    requests = [one for one in everything if one.level is None]
    others = [one for one in everything if one.level is not None]
    return chance.sample(requests, FEW) + chance.sample(others, 2 * FEW)


class Listener:
    """A home that speaks one language, and somebody who is heard by nobody but us."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, code: str) -> None:
        """Speak to this home."""
        self.hass = hass
        self.entry = entry
        self.dialogues = load_yaml_dict(str(DIALOGUES / f"{code}.yaml"))
        self.assist = Assist(hass)
        self.asked = ""
        self.devices = 0

    @property
    def components(self) -> Any:
        """The moving parts."""
        return self.entry.runtime_data.components

    @contextmanager
    def language_as_if_complete(self, tag: str) -> Iterator[None]:
        """Let replies be asked for by voice in a draft of a language, too."""
        language = self.components.languages.get(tag)
        draft = language.draft
        object.__setattr__(language, "draft", False)
        try:
            yield
        finally:
            object.__setattr__(language, "draft", draft)

    async def prepare(self, level: str) -> None:
        """Ask for this proof from now on, and forget what was asked before."""
        for waiting in self.components.guard.pending:
            await self.components.guard.decline(waiting.id, PERSON)
        await self.components.locks.unlock()
        manager = self.hass.data[TIMER_DATA]
        for timer_id in tuple(manager.timers):
            manager.cancel_timer(timer_id)
        if self.entry.options["default_level"] != level:
            self.hass.config_entries.async_update_entry(
                self.entry, options={**self.entry.options, "default_level": level}
            )
            await self.hass.async_block_till_done()
        self.assist.conversation_id = None
        self.devices += 1

    async def say(self, said: Said) -> Spoken:
        """Say it, after the question that it replies to."""
        level = said.level if said.level in {"code", "pin"} else "phrase"
        while True:
            await self.prepare(level)
            device = f"device {self.devices}"  # nobody hears there what was said before
            if said.level is None:
                break
            begun = "without_words" if said.kind == "words" else "told"
            request = self.dialogues["requests"][begun]["say"]
            self.asked = (await self.assist.say(request, device_id=device)).speech
            challenges = [one.challenge for one in self.components.guard.pending]
            if not any(one is not None and one.answer == GUESS for one in challenges):
                break  # what is to be wrong is
        return await self.assist.say(said.text, device_id=device)

    def taken(self) -> bool:
        """Return whether Home Assistant has done something with what was said."""
        log = self.hass.data[conversation.chat_log.DATA_CHAT_LOGS][self.assist.conversation_id]
        calls = any(getattr(content, "tool_calls", None) for content in log.content)
        return calls or bool(self.hass.data[TIMER_DATA].timers)

    def expected(self, said: Said) -> bool:
        """Return whether what now waits is what should."""
        pending = self.components.guard.pending
        match said.kind:
            case "request" | "change" | "words":
                return bool(pending) or not said.plain or said.kind == "request"
            case "phrase" | "no" | "guess" if said.plain:
                return pending == ()
        return said.kind in {"pin", "guess", "no"} or len(pending) == 1


@pytest.fixture(params=CODES)
def code(request: pytest.FixtureRequest) -> str:
    """Return a language."""
    found: str = request.param
    return found


@pytest.fixture
async def listener(
    assist: HomeAssistant, code: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Listener]:
    """Return a home in this language, with a satellite's broadcast and no limits."""
    for limit in ("PLACE_LIMIT", "BURST_LIMIT"):
        monkeypatch.setattr(f"custom_components.message_guard.home.traffic.{limit}", 10**6)
    assert await async_setup_component(assist, "assist_satellite", {})
    pipeline = assist_pipeline.pipeline.async_get_pipeline(assist)
    tag = HOME_CODES.get(code, code)
    await async_update_pipeline(assist, pipeline, language=tag, conversation_language=tag)
    dialogues = load_yaml_dict(str(DIALOGUES / f"{code}.yaml"))
    pin = next(iter(dialogues["pins"]))
    entry = MockConfigEntry(
        domain=DOMAIN,
        options=options(
            assist,
            phrase=dialogues["phrase"],
            pin_hash=hash_pin(pin),
        ),
        subentries_data=[
            contact_data(name, targets=["notify.anna"]) for name in dialogues["contacts"]
        ],
    )
    entry.add_to_hass(assist)
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    made = Listener(assist, entry, code)
    with made.language_as_if_complete(tag):
        yield made
    await assist.config_entries.async_unload(entry.entry_id)
    await assist.async_block_till_done()


@pytest.fixture(autouse=True)
def anna(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what is sent."""
    return async_mock_service(assist, "notify", "anna")


@pytest.mark.timeout(1800 if ALL else 60)
async def test_nothing_is_stolen(listener: Listener, code: str, anna: list[ServiceCall]) -> None:
    """We answer, and no timer, broadcast or other sentence of Home Assistant's does."""
    stolen: list[tuple[str, str, str, str]] = []
    for said in sayings(code, listener.dialogues):
        answer = await listener.say(said)
        sent = len(anna) == (said.kind == "phrase" and said.plain)
        if said.kind == "pin":
            sent = said.plain or not anna
        ours = answer.speech and answer.kind != "error" and not listener.taken()
        if not (ours and sent and listener.expected(said)):
            stolen.append((said.kind, said.text, listener.asked, answer.speech))
        anna.clear()
    assert not stolen, "\n".join(map(str, stolen))


def test_home_assistant_knows_delayed_commands() -> None:
    """In most languages; a template that is written in another way would be missed here."""
    assert sum(bool(endings(code)) for code in CODES) >= 10
