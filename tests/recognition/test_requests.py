"""Requests in the words that people choose, and what only sounds like one: `requests.tsv`, in every language."""

from pathlib import Path

import pytest

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.recognition.recognised import Recognised, Strength
from custom_components.message_guard.recognition.sentences import Languages

REQUESTS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "requests.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def written(found: Recognised | None) -> str:
    """Return what was recognised as the file has it."""
    if found is None or found.kind != "send":
        return "-"
    weak = "~" if found.strength is Strength.WEAK else ""
    return weak + "+".join(found.recipients) + ("" if found.body is None else f"|{found.body}")


@pytest.mark.parametrize(("code", "said", "meant"), REQUESTS)
def test_what_is_asked_for(
    languages: Languages, book: AddressBook, code: str, said: str, meant: str
) -> None:
    recogniser = languages.recogniser(code, book)
    assert recogniser is not None
    assert written(recogniser.recognise(said)) == meant
