"""The files of the languages: read once, and refused where they are broken."""

from pathlib import Path
from typing import Any

import pytest

from custom_components.message_guard.core.errors import LanguageDataError
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.recognition.number_words import number_words
from custom_components.message_guard.recognition.sentences import (
    FOLDER,
    load_language,
    load_languages,
    read_data,
)
from custom_components.message_guard.recognition.templates import Templates

NUMBER_WORDS = Path(__file__).parent / "number_words.txt"


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


def test_the_number_words_of_every_language() -> None:
    """How each number is said and, behind the sign, every form that is taken for it, by its words."""
    found = []
    for language in load_languages():
        for value, forms in enumerate(language.number_words):
            assert {language.normalise(form) for form in forms} == {str(value)}
            rows = {" ".join(language._number_words(form)) for form in forms}
            found.append(f"{language.code} {value} {forms[0]} = {' | '.join(sorted(rows))}\n")
    assert "".join(found) == NUMBER_WORDS.read_text(encoding="utf-8")


def test_numbers_of_a_language_that_unicode_has_no_rules_for() -> None:
    """The file has them all."""
    table = {value: [f"n{value}", f"m{value}"] for value in range(100)}
    assert number_words("xx", {"rules": {}, "also": table}) == table
    assert number_words("xx", {"rules": {"en": ["spellout-cardinal"]}, "said": {0: "oh"}})[0] == [
        "oh",
        "zero",
    ]


@pytest.mark.parametrize(
    "numbers",
    [
        None,
        {},
        {"rules": {"xx": ["spellout-numbering"]}},
        {"rules": {"en": ["spellout-numbring"]}},
        {"rules": ["en"]},
        {"rules": {"en": ["spellout-numbering"]}, "respelt": {"(": ""}},
        {"rules": {"en": ["spellout-numbering"]}, "also": [40]},
        {"rules": {"en": ["spellout-numbering"]}, "more": {}},
        {value: ["n"] for value in range(100)},
    ],
)
def test_numbers_that_cannot_be_read(numbers: Any) -> None:
    """The file is left out, by an error that names it."""
    with pytest.raises(LanguageDataError, match=r"^en: "):
        Language.from_data(
            "en", read_data(FOLDER / "en.yaml") | {"numbers": number_words("en", numbers)}
        )


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
        ("status", ["did {body} get there"]),
        ("phones", ["the {name} phone"]),
        ("extra", []),
    ],
)
def test_broken_sentences_are_refused(part: str, value: Any) -> None:
    data = read_data(FOLDER / "en.yaml")
    language = Language.from_data("en", data)
    sentences = dict(data["sentences"])
    if value is None:
        del sentences[part]
    else:
        sentences[part] = value
    with pytest.raises(LanguageDataError, match=r"^en: "):
        Templates.read(language, sentences)
