"""The panel's source and what is built of it. `scripts/frontend check` builds it once more and compares."""

import gzip
import json
from pathlib import Path
import re

from custom_components.message_guard import const

INTEGRATION = Path(const.__file__).parent
REPOSITORY = INTEGRATION.parents[1]
BUILT = INTEGRATION / "frontend"
SOURCE = REPOSITORY / "frontend" / "src"
SOURCES = {
    path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SOURCE.rglob("*.ts"))
}
TEXTS = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
OURS: dict[str, dict[str, str]] = TEXTS["config_panel"]

MOST_GZIPPED = 60_000
LONGEST_FILE = 400

# A message's words are written by whoever speaks or sends: they are text, and never become markup or code.
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|unsafeStatic|unsafeCSS|srcdoc|"
    r"document\.write|createContextualFragment|DOMParser|setHTML|parseHTML|\beval\b|new Function|ha-markdown"
)

# Texts whose key is put together: what it begins with, and what may follow.
COMPOSED = {
    "guard": r"(guarding|watching|off|not_running)(_note)?",
    "off": r"(switch|burst|speech|unknown)(_by)?(_since)?",
    "not_running": r"starting|retrying|failed|ledger|unloaded",
    "counted": r"\w+",
    "from": r"(said|typed)(_by)?(_at)?",
    "route": r"sentence|intent|llm_tool|action",
    "level": r"\w+",
    "step": r"\w+",
    "outcome": r"\w+",
    "story": r"\w+",
    "proved": r"none|voice|panel|phone|button|action",
    "via": r"panel|phone|button|action|voice",
    "page": r"now|history|people|safety",
    "history": r"contact_id|satellite_id|outcomes|since|until",
    "waiting": r"not_an_approver|long_lived_token|pin_not_set|needs_own_device|several_pins",
    "todo": r"no_phone|no_pin|ledger_not_sound",
    "first": r"assistant(_done)?",
    "log": r"(not_)?intact",
    "safety": r"can_pass|guarded|running|numbers|log|intact|damaged|unchecked|(is|not)_guarded|gap(_announced)?",
    "card": r"\w+",
    "talk": r"unread|told|dropped|forgotten",
    "ears": r"nothing|unknown|no|request|phrase|code|do|again",
    "reason": r"\w+",
}


def used() -> tuple[set[str], set[str]]:
    """Return the keys that the source names in full: those that are said, and those with a number."""
    said: set[str] = set()
    counted: set[str] = set()
    key = re.compile(r'"([a-z_]+\.[a-z_]+)"')
    for path, text in SOURCES.items():
        if path.endswith(".test.ts"):
            continue
        for name in key.findall(text):
            if name.partition(".")[0] in OURS:
                said.add(name)
        calls = re.compile(r"(?:\.count|this\.list)\(\s*([^,]+),")
        for argument in calls.findall(text):
            counted |= set(key.findall(argument))
    return said - counted, counted


def test_the_built_module_is_whole_and_small() -> None:
    """One module, by the name of what is in it, with a packed sibling, and nothing else beside it."""
    built = json.loads((BUILT / "built.json").read_text(encoding="utf-8"))
    module = (BUILT / built["module"]).read_bytes()
    packed = (BUILT / f"{built['module']}.gz").read_bytes()
    assert built["module"] == f"message-guard-{built['hash']}.js"
    assert gzip.decompress(packed) == module
    assert len(packed) <= MOST_GZIPPED
    assert {path.name for path in BUILT.iterdir()} == {
        "built.json",
        "LICENSES.txt",
        built["module"],
        f"{built['module']}.gz",
    }


def test_licences_are_shipped() -> None:
    """As the libraries in the module ask."""
    licences = (BUILT / "LICENSES.txt").read_text(encoding="utf-8")
    assert "BSD 3-Clause" in licences
    assert "Google LLC" in licences
    assert "Project Nayuki" in licences


def test_words_are_never_markup() -> None:
    """What somebody has said is a text node, wherever it is shown."""
    for path, text in SOURCES.items():
        assert not MARKUP.search(text), path


def test_no_private_door_of_the_frontend() -> None:
    """Only what Home Assistant hands to panels and cards: nothing is fetched, and no other element is reached into."""
    for path, text in SOURCES.items():
        assert not re.search(
            r"(?<!\.)\bfetch\(|XMLHttpRequest|querySelector\(\"home-assistant|localStorage", text
        ), path


def test_files_are_short_and_services_are_tested() -> None:
    """And services know nothing of the page they are shown on."""
    for path, text in SOURCES.items():
        assert text.count("\n") <= LONGEST_FILE, path
        if path.startswith("services/") and not path.endswith(".test.ts"):
            assert path.replace(".ts", ".test.ts") in SOURCES, path
            assert not re.search(r'\bdocument\b|\bwindow\b|from "lit', text), path


def test_every_text_is_there_and_used() -> None:
    """A key without a text is shown as a key, and one that nobody uses is a lie waiting to be read."""
    said, counted = used()
    there = {f"{section}.{key}" for section, texts in OURS.items() for key in texts}
    needed = said | {f"{key}_{form}" for key in counted for form in ("one", "other")}
    assert needed - there == set()
    left = {
        key
        for key in there - needed
        if not re.fullmatch(COMPOSED.get(key.partition(".")[0], "-"), key.partition(".")[2])
    }
    assert left == set()


def test_levels_and_steps_are_called_as_everywhere() -> None:
    """The panel, the history and the choices speak of the same things."""
    for language in ("en", "de"):
        texts = json.loads(
            (INTEGRATION / "translations" / f"{language}.json").read_text(encoding="utf-8")
        )
        ours = texts["config_panel"]
        attributes = texts["entity"]["event"]["request"]["state_attributes"]
        assert ours["level"] == attributes["level"]["state"]
        assert ours["step"] == attributes["event_type"]["state"]
        assert attributes["route"]["state"].items() <= ours["route"].items()


def test_reasons_are_told() -> None:
    """Every reason that docs/websocket-api.md lists, or that a language file has words for, is told on the panel, too."""
    english = (INTEGRATION / "sentences" / "en.yaml").read_text(encoding="utf-8")
    known = set(re.findall(r"^  (?:reason|refused)_(\w+):", english, re.MULTILINE)) - {"block"}
    listed = (REPOSITORY / "docs" / "websocket-api.md").read_text(encoding="utf-8")
    table = listed.partition("## Reasons")[2].partition("| --- | --- |")[2].partition("\n\n")[0]
    known |= set(re.findall(r"`(\w+)`", table))
    assert len(known) > 60
    assert known | {"other"} == OURS["reason"].keys()
