"""Whatever an action sends because someone spoke is held; everything else goes through untouched."""

import pytest

from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]


@pytest.mark.parametrize("mode", ["single", "restart", "queued", "parallel"])
async def test_a_sentence_trigger_is_held_and_sent_once_when_approved(
    home: SpokenHome, mode: str
) -> None:
    """In all four modes."""
    await home.automate(sentence(notify(), mode=mode))
    await home.say("dinner is ready")
    assert home.sent == []
    answer = await home.approve()
    assert answer.kind == "sent"
    assert home.sent == [("notify.anna", "Dinner is ready")]
    assert home.kinds == ["asked", "authorised", "delivered"]
    assert home.pending == ()
