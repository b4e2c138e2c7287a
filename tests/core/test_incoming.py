"""Who wrote: what a channel vouches for, and nothing else."""

import pytest

from custom_components.message_guard.core.incoming import (
    KEPT_CHARACTERS,
    Incoming,
    Through,
    Writers,
    cut,
    is_sender,
    matrix_user,
    telegram_user,
)

ANNA = Writers(
    telegram=frozenset({4711}),
    chats=frozenset({4711, -100200}),
    matrix=frozenset({"@anna:example.org"}),
    rooms=frozenset({"!kitchen:example.org"}),
)


def test_that_user_in_that_chat() -> None:
    assert ANNA.wrote_in_telegram(4711, 4711)
    assert ANNA.wrote_in_telegram(4711, -100200)
    assert not ANNA.wrote_in_telegram(4711, 99), "an allowed user writes from any chat"
    assert not ANNA.wrote_in_telegram(99, -100200), "a stranger of the same group"
    assert not Writers().wrote_in_telegram(4711, 4711)


def test_whom_a_homeserver_vouches_for() -> None:
    assert ANNA.wrote_in_matrix("@Anna:example.org", "!kitchen:example.org")
    assert not ANNA.wrote_in_matrix("@anna:evil.org", "!kitchen:example.org")
    assert not ANNA.wrote_in_matrix("@anna:example.org", "!elsewhere:example.org")
    anywhere = Writers(matrix=frozenset({"@anna:example.org"}))
    assert anywhere.wrote_in_matrix("@anna:example.org", "!elsewhere:example.org")


@pytest.mark.parametrize("text", ["123456789", "@anna:example.org", "@Anna:Example.org"])
def test_what_names_a_writer(text: str) -> None:
    assert is_sender(text)
    assert (telegram_user(text) is None) != (matrix_user(text) is None)


@pytest.mark.parametrize(
    "text", ["", "Anna", "@anna", "0123456", "-100200", "12", "@a b:c", "١٢٣٤٥"]
)
def test_what_names_nobody(text: str) -> None:
    assert not is_sender(text)


def test_words_are_not_shown_where_it_is_logged() -> None:
    message = Incoming(id="1", contact_id="anna", body="a secret", through=Through.TELEGRAM, at=0.0)
    assert "secret" not in repr(message)


def test_what_is_too_long_is_cut() -> None:
    assert cut("short") == "short"
    assert len(cut("x" * 10_000)) == KEPT_CHARACTERS
