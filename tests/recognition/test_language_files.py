"""The files of the languages: read once, and refused where they are broken."""

import copy
from pathlib import Path
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.message_guard.core.errors import LanguageDataError
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.recognition.sentences import (
    FOLDER,
    load_language,
    load_languages,
)
from custom_components.message_guard.recognition.templates import Templates


def test_a_broken_file_is_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = (FOLDER / "en.yaml").read_text(encoding="utf-8")
    (tmp_path / "en.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "xx.yaml").write_text("language: {name: X}", encoding="utf-8")
    (tmp_path / "yy.yaml").write_text("{", encoding="utf-8")
    (tmp_path / "zz.yaml").write_text(
        good.partition("\nsentences:")[0] + "\nsentences: []\n", encoding="utf-8"
    )
    languages = load_languages(tmp_path)
    assert [language.code for language in languages] == ["en"]
    for name in ("xx.yaml", "yy.yaml", "zz.yaml"):
        assert name in caplog.text


def test_a_file_is_read_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    text = (FOLDER / "en.yaml").read_text(encoding="utf-8")
    path = tmp_path / "en.yaml"
    path.write_text(text, encoding="utf-8")
    first, templates = load_language(path)
    assert load_language(path) == (first, templates)
    assert load_language(path)[1] is templates

    path.write_text(text.replace("name: English", "name: Changed"), encoding="utf-8")
    again, _ = load_language(path)
    assert (first.name, again.name) == ("English", "Changed")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("polite", None),
        ("polite", [True]),
        ("rules", []),
        ("rules", {"message": 1}),
        ("rules", {"message": "a <message>", "saying": "saying"}),
        ("delimited", ["send {recipient} (a message"]),
        ("delimited", ["send {recipient} a <parcel>"]),
        ("delimited", ["send {somebody} a message"]),
        ("delimited", ["send {body}"]),
        ("contact_only", ["text {body}"]),
        ("tell_delimited", ["tell that {body}"]),
        ("tell_contact", ["tell {body}"]),
        ("status", ["did {recipient} get it"]),
        ("phones", ["the {name} phone"]),
        ("extra", []),
    ],
)
def test_broken_sentences_are_refused(part: str, value: Any) -> None:
    data = copy.deepcopy(dict(load_yaml_dict(str(FOLDER / "en.yaml"))))
    language = Language.from_data("en", data)
    sentences = dict(data["sentences"])
    if value is None:
        del sentences[part]
    else:
        sentences[part] = value
    with pytest.raises(LanguageDataError, match=r"^en: "):
        Templates.read(language, sentences)
