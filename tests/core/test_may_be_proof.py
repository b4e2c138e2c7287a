"""What may be a proof when nothing but the words themselves can be asked."""

import pytest

from custom_components.message_guard.core.resemblance import may_be_proof

PHRASE = "please deliver the message"


@pytest.mark.parametrize(
    "said", ["Please deliver the message.", "uh please deliver the message", "4917", "send 57"]
)
def test_it_may_be(said: str) -> None:
    assert may_be_proof(said, PHRASE)


@pytest.mark.parametrize("said", ["turn on the kitchen light", "please", "the message", ""])
def test_it_is_for_somebody_else(said: str) -> None:
    assert not may_be_proof(said, PHRASE)


def test_without_a_phrase_only_figures_may_be() -> None:
    assert not may_be_proof("turn on the light", "")
