"""Other assistants are looked at where they keep what they are shown.

They need accounts, or packages that are only installed where they are used. So their sources are read, and what is made
of them is tried with objects of the same shape.
"""

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import homeassistant.components
from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.hooks.other_assistants import (
    ALEXA,
    GOOGLE,
    HOMEKIT,
    assistants,
)

SOURCES = Path(homeassistant.components.__path__[0])


def members(file: str, name: str) -> set[str]:
    """Return the names of what a class defines, and of what its methods set on it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((SOURCES / file).read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.ClassDef) and node.name == name):
            continue
        for inner in ast.walk(node):
            match inner:
                case ast.FunctionDef(name=member) | ast.AnnAssign(target=ast.Name(id=member)):
                    found.add(member)
                case ast.Attribute(value=ast.Name(id="self"), attr=member, ctx=ast.Store()):
                    found.add(member)
    return found


@pytest.mark.parametrize(
    ("file", "name", "member"),
    [
        ("cloud/client.py", "CloudClient", "prefs"),
        ("cloud/prefs.py", "CloudPreferences", "alexa_enabled"),
        ("cloud/prefs.py", "CloudPreferences", "google_enabled"),
        ("google_assistant/http.py", "GoogleConfig", "should_expose"),
        ("homekit/models.py", "HomeKitEntryData", "homekit"),
        ("homekit/__init__.py", "HomeKit", "_filter"),
    ],
)
def test_it_has_what_is_looked_at(file: str, name: str, member: str) -> None:
    """In Home Assistant's own sources."""
    assert member in members(file, name)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("cloud/const.py", 'DOMAIN = "cloud"'),
        ("cloud/const.py", "DATA_CLOUD: HassKey[Cloud[CloudClient]] = HassKey(DOMAIN)"),
        ("cloud/__init__.py", "hass.data[DATA_CLOUD].is_logged_in"),
        ("google_assistant/__init__.py", "entry.runtime_data = google_config"),
        ("homekit/__init__.py", "entry.runtime_data = entry_data"),
        ("homekit/__init__.py", "self._filter = entity_filter"),
    ],
)
def test_it_is_kept_where_it_is_looked_for(file: str, text: str) -> None:
    """In Home Assistant's own sources."""
    assert text in (SOURCES / file).read_text(encoding="utf-8")


async def test_what_is_set_up_is_named(house: HomeAssistant, monkeypatch: Any) -> None:
    """With what tells whether it is shown an entity."""
    assert list(assistants(house)) == []
    preferences = SimpleNamespace(alexa_enabled=True, google_enabled=True)
    cloud = SimpleNamespace(is_logged_in=True, client=SimpleNamespace(prefs=preferences))
    house.data["cloud"] = cloud  # type: ignore[assignment]
    entries = {
        "google_assistant": [SimpleNamespace(runtime_data=SimpleNamespace(should_expose=str))],
        "homekit": [
            SimpleNamespace(runtime_data=SimpleNamespace(homekit=SimpleNamespace(_filter=repr))),
            SimpleNamespace(runtime_data=SimpleNamespace()),
        ],
    }
    monkeypatch.setattr(house.config_entries, "async_loaded_entries", entries.__getitem__)
    found = list(assistants(house))
    assert [name for name, _ in found] == [ALEXA, GOOGLE, GOOGLE, HOMEKIT]
    assert found[2][1] is str
    assert found[3][1] is repr
    for _, exposed in found[:2]:
        assert exposed("light.lamp") is False
    preferences.alexa_enabled = preferences.google_enabled = False
    assert [name for name, _ in assistants(house)] == [GOOGLE, HOMEKIT]
    cloud.is_logged_in = False
    assert [name for name, _ in assistants(house)] == [GOOGLE, HOMEKIT]
