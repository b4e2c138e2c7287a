"""Every text that a person can see is there, in every language, with the same placeholders."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any

import hass_frontend
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.message_guard import const
from custom_components.message_guard.bypasses import any_action, finding, hearers, listeners, ways
from custom_components.message_guard.const import SEVERAL_ALL, SEVERAL_IN_TURN
from custom_components.message_guard.core.contacts import ChannelKind
from custom_components.message_guard.core.household import Reactions
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Route
from custom_components.message_guard.flows.destinations import DESTINATIONS
from custom_components.message_guard.forwarding.format.records import Fields
from custom_components.message_guard.home import ears_watch, heard_names
from custom_components.message_guard.ledger import watch as ledger_watch
from custom_components.message_guard.provenance import made
from custom_components.message_guard.settings import household as settings

INTEGRATION = Path(const.__file__).parent
FOLDER = INTEGRATION / "translations"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.json"))
ENGLISH: dict[str, Any] = json.loads((FOLDER / "en.json").read_text(encoding="utf-8"))
ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text(encoding="utf-8"))


def flat(tree: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with the path to it."""
    if isinstance(tree, str):
        yield path, tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from flat(value, f"{path}.{key}" if path else key)


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module of the integration, parsed."""
    for path in sorted(INTEGRATION.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls_with_key() -> Iterator[tuple[str, str]]:
    """Yield what is called with a constant translation key, and the key."""
    for _, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            for keyword in node.keywords:
                if keyword.arg == "translation_key" and isinstance(keyword.value, ast.Constant):
                    yield called, str(keyword.value.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_texts(language: str) -> None:
    """Nothing is missing, nothing is left over, and every placeholder stands in every language."""
    texts = dict(flat(json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))))
    english = dict(flat(ENGLISH))
    assert texts.keys() == english.keys()
    for path, text in texts.items():
        assert text.strip(), path
        assert placeholders(text) == placeholders(english[path]), path
        assert "[%key" not in text, "custom integrations have no references"
        assert "://" not in text, "links belong into placeholders"


@pytest.mark.parametrize("section", ["config", "options", "config_subentries.contact"])
def test_every_field_is_described(section: str) -> None:
    """A form that leaves a field unexplained is one that somebody fills in wrongly."""
    tree = ENGLISH
    for key in section.split("."):
        tree = tree[key]
    for name, step in tree["step"].items():
        assert step["title"], name
        assert step.get("data", {}).keys() == step.get("data_description", {}).keys(), name
        assert (
            step.get("menu_options", {}).keys() == step.get("menu_option_descriptions", {}).keys()
        )


def test_every_error_that_is_raised_has_a_text() -> None:
    """And every text is used."""
    raised = {key for called, key in calls_with_key() if called.endswith(("Error", "NotReady"))}
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "invalid":
                for constant in ast.walk(node.args[0]):
                    if isinstance(constant, ast.Constant) and constant.value is not None:
                        raised.add(constant.value)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_SPOKEN_REFUSALS":
                assert path.name == "services.py"
                assert isinstance(node.value, ast.Dict)
                raised |= {ast.literal_eval(value) for value in node.value.values}
    assert raised - ENGLISH["exceptions"].keys() == set()
    strings = {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert ENGLISH["exceptions"].keys() - strings == set()


def test_every_issue_has_a_text() -> None:
    """What Repairs shows says what to do next."""
    keys = {
        value
        for module in (
            const,
            ears_watch,
            heard_names,
            ledger_watch,
            settings,
            any_action,
            finding,
            hearers,
            listeners,
            made,
            ways,
        )
        for name, value in vars(module).items()
        if name.startswith(("ISSUE_", "BYPASS_"))
    }
    keys |= {key for called, key in calls_with_key() if called == "async_create_issue"}
    assert keys == ENGLISH["issues"].keys()
    for issue in ENGLISH["issues"].values():
        assert issue["title"]
        assert issue.get("description") or issue["fix_flow"]


def test_choices_are_translated() -> None:
    """Every value of every choice has a label."""
    choices = ENGLISH["selector"]
    assert choices["level"]["options"].keys() == {level.label for level in Level} | {"inherit"}
    assert choices["reach"]["options"].keys() == {ChannelKind.ACTION, ChannelKind.ACTIONS}
    assert choices["several"]["options"].keys() == {SEVERAL_ALL, SEVERAL_IN_TURN}
    assert choices["reactions"]["options"].keys() == set(Reactions)
    assert choices["destination_fields"]["options"].keys() == set(Fields)
    assert choices["destination"]["fields"].keys() == DESTINATIONS.config["fields"].keys()
    routes = ENGLISH["entity"]["event"]["request"]["state_attributes"]["route"]["state"]
    assert routes.keys() == set(Route)


def test_levels_have_one_name_everywhere() -> None:
    """In every choice, in the history and in the README."""
    for language in LANGUAGES:
        texts = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
        names = {level.label: texts["selector"]["level"]["options"][level.label] for level in Level}
        risks = texts["selector"]["risk_level"]["options"]
        history = texts["entity"]["event"]["request"]["state_attributes"]["level"]["state"]
        assert history == names
        assert {**names, **risks} == {**names, "off": risks["off"]}
    readme = (INTEGRATION.parents[1] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| every message needs |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")]
    english = ENGLISH["selector"]["level"]["options"]
    assert rows[1:] == [english[level.label] for level in Level]


OUR_WORDS = ("ledger", "proof", "proved", "checkpoint", "held", "sound", "panel", "origin")


def test_texts_are_in_a_household_s_words() -> None:
    """Words that only we use stay in the code; what stands in quotes is a name of the interface."""
    for path, text in flat(ENGLISH):
        plain = text.replace("“checkpoint”", "").replace("sounds much like", "").casefold()
        found = [word for word in OUR_WORDS if word in re.findall(r"[a-z]+", plain)]
        assert not found, f"{path}: {found}"


def test_actions_are_translated_and_have_icons() -> None:
    """Actions, their fields, their texts and their icons are the same set."""
    actions = load_yaml_dict(str(INTEGRATION / "services.yaml"))
    registered = {value for name, value in vars(const).items() if name.startswith("SERVICE_")}
    assert actions.keys() == registered == ENGLISH["services"].keys() == ICONS["services"].keys()
    for name, action in actions.items():
        texts = ENGLISH["services"][name]
        assert texts["name"]
        assert texts["description"]
        fields = (action or {}).get("fields", {})
        assert texts.get("fields", {}).keys() == fields.keys()
        assert all(
            field["name"] and field["description"] for field in texts.get("fields", {}).values()
        )


def test_entities_are_translated_and_have_icons() -> None:
    """Every translation key of an entity has a name and an icon."""
    keys = {key for called, key in calls_with_key() if called.endswith("Description")}
    for _, tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Assign)
                and ast.unparse(node.targets[0]) == "_attr_translation_key"
            ):
                keys.add(ast.literal_eval(node.value))
    assert keys
    named = {key for platform in ENGLISH["entity"].values() for key in platform}
    assert keys == named
    with_icon = {key for platform in ICONS["entity"].values() for key in platform}
    assert with_icon == keys


def test_icons_exist() -> None:
    """An icon that does not exist is a hole in the UI."""
    drawn: set[str] = set()
    for part in (Path(hass_frontend.where()) / "static" / "mdi").glob("*.json"):
        names = json.loads(part.read_text(encoding="utf-8"))
        if isinstance(names, dict):
            drawn |= names.keys()
    assert len(drawn) > 7000
    used = {text for _, text in flat(ICONS)}
    assert used
    for icon in used:
        prefix, _, name = icon.partition(":")
        assert prefix == "mdi"
        assert name in drawn, icon


def test_event_types_have_icons() -> None:
    """Each step has its own icon in the history."""
    attributes = ENGLISH["entity"]["event"]["request"]["state_attributes"]
    icons = ICONS["entity"]["event"]["request"]["state_attributes"]
    assert attributes["event_type"]["state"].keys() == icons["event_type"]["state"].keys()
