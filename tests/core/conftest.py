"""Fixtures of the core's tests: languages read from their files, without Home Assistant."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from custom_components.message_guard.core.contacts import Channel, ChannelKind, Contact
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.recognition.number_words import number_words

FOLDER = Path(__file__).parents[2] / "custom_components/message_guard/sentences"
DIALOGUES = Path(__file__).parents[1] / "dialogues"
CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))

type MakeContact = Callable[..., Contact]


def read_data(code: str) -> dict[str, Any]:
    """Return what a language's file holds, with its number words written out."""
    data = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return data | {"numbers": number_words(code, data["numbers"])}


def read_dialogues(code: str) -> dict[str, Any]:
    """Return what people say in a language."""
    return yaml.safe_load((DIALOGUES / f"{code}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def english_data() -> dict[str, Any]:
    return read_data("en")


@pytest.fixture(scope="session")
def english() -> Language:
    return Language.from_data("en", read_data("en"))


@pytest.fixture(scope="session", params=CODES)
def any_language(request: pytest.FixtureRequest) -> Language:
    return Language.from_data(request.param, read_data(request.param))


@pytest.fixture(scope="session")
def make_contact() -> MakeContact:
    """Return what makes a contact of a name."""

    def make(name: str, *aliases: str, contact_id: str | None = None, **fields: Any) -> Contact:
        fields.setdefault("channel", Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",)))
        return Contact(id=contact_id or name, name=name, aliases=aliases, **fields)

    return make
