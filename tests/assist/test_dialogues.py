"""Dialogues: the same list of things that people say, in every language."""

from itertools import chain
from pathlib import Path
import random
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.message_guard.core.contacts import AddressBook, Channel, ChannelKind, Contact
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.proof import (
    Verdict,
    body_contains_proof,
    code_challenge,
    interpret,
    phrase_challenge,
    phrase_problems,
)
from custom_components.message_guard.recognition.recogniser import Recogniser, Strength
from custom_components.message_guard.recognition.sentences import FOLDER, Languages, load_languages

DIALOGUES = Path(__file__).parents[1] / "dialogues"
CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
REQUESTS = (
    "announced",
    "told",
    "told_short",
    "family",
    "polite",
    "two",
    "without_words",
    "stranger",
)


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load_languages()


@pytest.fixture(scope="module", params=CODES)
def code(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def dialogues(code: str) -> dict[str, Any]:
    return load_yaml_dict(str(DIALOGUES / f"{code}.yaml"))


@pytest.fixture(scope="module")
def language(languages: Languages, code: str) -> Language:
    found = languages.get(code)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def book(dialogues: dict[str, Any]) -> AddressBook:
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    return AddressBook(
        Contact(id=name, name=name, channel=channel) for name in dialogues["contacts"]
    )


@pytest.fixture(scope="module")
def recogniser(languages: Languages, code: str, book: AddressBook) -> Recogniser:
    found = languages.recogniser(code, book)
    assert found is not None
    return found


def test_every_language_has_dialogues_and_every_dialogue_a_language() -> None:
    assert sorted(path.stem for path in DIALOGUES.glob("*.yaml")) == CODES


@pytest.mark.parametrize("which", REQUESTS)
def test_a_request_is_recognised_word_for_word(
    dialogues: dict[str, Any], recogniser: Recogniser, which: str
) -> None:
    wanted = dialogues["requests"][which]
    found = recogniser.recognise(wanted["say"])
    assert found is not None
    assert found.kind == "send"
    assert list(found.recipients) == wanted["to"]
    assert found.body == wanted.get("body")


@pytest.mark.parametrize("part", ["more", "strangers"])
def test_further_ways_to_ask_are_recognised_word_for_word(
    dialogues: dict[str, Any], recogniser: Recogniser, part: str
) -> None:
    """And are certainly for us: nobody else gets them, whoever they are for."""
    assert dialogues[part]
    for wanted in dialogues[part]:
        found = recogniser.recognise(wanted["say"])
        assert found is not None, wanted
        assert list(found.recipients) == wanted["to"]
        assert found.body == wanted.get("body"), wanted
        assert found.strength is Strength.STRONG, wanted


def test_what_may_be_said_to_somebody_else_is_left_to_them_first(
    dialogues: dict[str, Any], recogniser: Recogniser
) -> None:
    for utterance in dialogues["weak"]:
        found = recogniser.recognise(utterance)
        assert found is not None, utterance
        assert (found.kind, found.strength) == ("send", Strength.WEAK), utterance


def test_recipients_are_the_contacts_that_were_meant(
    dialogues: dict[str, Any], recogniser: Recogniser, book: AddressBook, language: Language
) -> None:
    for which in REQUESTS:
        found = recogniser.recognise(dialogues["requests"][which]["say"])
        assert found is not None
        for name in found.recipients:
            assert (book.match(name, language).contact is None) == (which == "stranger")


def test_what_a_language_lists_is_complete(dialogues: dict[str, Any]) -> None:
    assert set(dialogues["requests"]) == set(REQUESTS)
    assert len(dialogues["other"]) >= 5
    assert {part: len(said) >= 3 for part, said in dialogues["replies"].items()} == {
        "yes": True,
        "no": True,
        "keep": True,
        "phrase": True,
        "wrong": True,
    }


def test_questions_about_messages(dialogues: dict[str, Any], recogniser: Recogniser) -> None:
    for kind in ("status", "waiting", "who", "help"):
        for utterance in dialogues["questions"][kind]:
            found = recogniser.recognise(utterance)
            assert found is not None, utterance
            assert found.kind == kind, utterance
    change = dialogues["questions"]["change"]
    found = recogniser.recognise(change["say"])
    assert found is not None
    assert (found.kind, found.body) == ("change", change["body"])


def test_a_question_is_asked_for_once_more_only_while_it_waits(
    dialogues: dict[str, Any], recogniser: Recogniser
) -> None:
    for utterance in dialogues["questions"]["again"]:
        found = recogniser.recognise(utterance, asked=True)
        assert found is not None, utterance
        assert found.kind == "again", utterance
        assert recogniser.recognise(utterance) is None, utterance


def test_what_is_said_about_what_comes_in(
    dialogues: dict[str, Any], recogniser: Recogniser
) -> None:
    said = dialogues["incoming"]
    wanted = [
        *(
            (text, kind, (), None)
            for kind in ("messages", "read_out", "forget")
            for text in said[kind]
        ),
        *((item["say"], "said", (item["of"],), None) for item in said["said"]),
        *((item["say"], "answer", (), item["body"]) for item in said["answer"]),
    ]
    answered = said["answer_contact"]
    wanted.append((answered["say"], "send", (answered["to"],), answered["body"]))
    for utterance, kind, recipients, body in wanted:
        found = recogniser.recognise(utterance)
        assert found is not None, utterance
        assert (found.kind, found.recipients, found.body) == (kind, recipients, body), utterance


def test_doors_and_telephones_are_answered_too(
    dialogues: dict[str, Any], recogniser: Recogniser
) -> None:
    for utterance in dialogues["incoming"]["things"]:
        assert recogniser.recognise(utterance) is None, utterance


def test_where_nothing_comes_in_there_are_no_such_sentences(
    dialogues: dict[str, Any], recogniser: Recogniser
) -> None:
    said = dialogues["incoming"]
    for utterance in (
        *said["messages"],
        *said["read_out"],
        *said["forget"],
        *(item["say"] for kind in ("said", "answer") for item in said[kind]),
        said["answer_contact"]["say"],
    ):
        assert recogniser.recognise(utterance, incoming=False) is None, utterance


def test_other_commands_are_not_for_us(dialogues: dict[str, Any], recogniser: Recogniser) -> None:
    others = (*dialogues["other"], *dialogues["not_messages"])
    for utterance in (*others, *chain.from_iterable(dialogues["replies"].values())):
        assert recogniser.recognise(utterance) is None, utterance


@pytest.mark.parametrize(
    ("part", "verdict"),
    [
        ("yes", Verdict.AFFIRMATION),
        ("no", Verdict.DECLINE),
        ("keep", Verdict.KEEP),
        ("phrase", Verdict.PROOF),
        ("wrong", Verdict.WRONG),
    ],
)
def test_replies(
    dialogues: dict[str, Any], language: Language, part: str, verdict: Verdict
) -> None:
    challenge = phrase_challenge(dialogues["phrase"], language)
    question = language.say("question_phrase", recipient=dialogues["contacts"][0], body="…")
    for utterance in dialogues["replies"][part]:
        assert interpret(utterance, challenge, language, [question]) is verdict, utterance


@pytest.mark.parametrize("part", ["instead", "too"])
def test_others_are_named_for_what_waits(
    dialogues: dict[str, Any], recogniser: Recogniser, part: str
) -> None:
    """The second contact, while a question about the first waits; else it is nothing of the kind."""
    for utterance in dialogues["others"][part]:
        found = recogniser.recognise(utterance, asked=True)
        assert found is not None, utterance
        assert (found.kind, found.body, found.too) == ("change", None, part == "too"), utterance
        assert [name.casefold() for name in found.recipients] == [
            dialogues["contacts"][1].casefold()
        ]
        alone = recogniser.recognise(utterance)
        assert alone is None or alone.kind == "send" or not alone.recipients, utterance


def test_no_plain_yes_ever_sends(dialogues: dict[str, Any], language: Language) -> None:
    challenge = code_challenge(language, random.Random(1).randrange, "")
    for utterance in dialogues["replies"]["yes"]:
        assert interpret(utterance, challenge, language, []) is Verdict.AFFIRMATION, utterance


def test_the_phrase_is_a_good_one_in_every_language(
    dialogues: dict[str, Any], languages: Languages, language: Language
) -> None:
    assert phrase_problems(dialogues["phrase"], language, languages.prompts()) == ()
    challenge = phrase_challenge(dialogues["phrase"], language)
    for request in dialogues["requests"].values():
        body = request.get("body", "")
        question = language.say("question_phrase", recipient=request["to"][0], body=body)
        assert not body_contains_proof(question, challenge, language)


def test_a_phrase_that_a_language_suggests_is_a_good_one(languages: Languages) -> None:
    for language in languages:
        assert language.draft or len(language.suggested_phrases) >= 5
        for phrase in language.suggested_phrases:
            assert phrase_problems(phrase, language, languages.prompts()) == (), phrase
            assert len(phrase.split()) >= 4
            assert not any(language.is_affirmation(word) for word in phrase.split()), phrase


def test_a_code_is_answered_with_its_sum(dialogues: dict[str, Any], language: Language) -> None:
    generator = random.Random(3)
    for _ in range(50):
        challenge = code_challenge(language, generator.randrange, "")
        (form, *_) = language.code_forms
        question = language.say("question_code", recipient="X", body="Y", **challenge.placeholders)
        answer = next(
            value
            for value in range(100)
            if " ".join(language.proof_words(form.format(number=str(value)))) in challenge.expected
        )
        for number in (language.number(answer), str(answer)):
            for right in dialogues["code"]["right"]:
                said = right.format(number=number)
                assert interpret(said, challenge, language, [question]) is Verdict.PROOF, said
            for wrong in dialogues["code"]["wrong"]:
                said = wrong.format(number=number)
                assert interpret(said, challenge, language, [question]) is Verdict.WRONG, said


def test_pins_are_spelt_as_people_say_them(dialogues: dict[str, Any], language: Language) -> None:
    for pin, said in dialogues["pins"].items():
        for utterance in said:
            assert language.digits(utterance) == pin, utterance


def test_an_utterance_in_another_language_proves_nothing(
    dialogues: dict[str, Any], language: Language, code: str
) -> None:
    challenge = phrase_challenge(dialogues["phrase"], language)
    for path in DIALOGUES.glob("*.yaml"):
        other = load_yaml_dict(str(path))
        if path.stem != code:
            assert interpret(other["phrase"], challenge, language, []) is not Verdict.PROOF


def test_the_documentation_lists_every_language(languages: Languages) -> None:
    page = (Path(__file__).parents[2] / "docs/languages.md").read_text(encoding="utf-8")
    for language in languages:
        state = "draft" if language.draft else "complete"
        assert f"| {language.name} | `{language.code}` | {state} |" in page
    assert page.count("| draft |") + page.count("| complete |") == len(list(languages))
