"""What must hold of a household after any number of cases: its ledger, and its log."""

from collections import Counter
from collections.abc import Iterable
import re

from tests.corpus.play import PHRASE, PIN, Case

from . import casting, ledger
from .client import Json
from .corpus_home import CorpusHome
from .guarded import DOMAIN

# A log line's own time and thread are nobody's words.
_PREFIX = re.compile(r"^\S+ \S+ [A-Z]+ \([^)]*\) ", re.MULTILINE)
_PIN_IN_WORDS = "two eight four six"
_WRITTEN = "received"
"""What was written to the house is no request."""
_TAKEN = frozenset({"delivered", "handed_over"})
_FINAL = _TAKEN | {
    "refused",
    "declined",
    "expired",
    "superseded",
    "proof_failed",
    "unknown",
    "failed",
    "interrupted",
}
_PAGE = 200


async def check_household(home: CorpusHome, cases: Iterable[Case]) -> None:
    """Check a household in which these cases were played.

    Raises:
        AssertionError: If its ledger does not verify or does not tell what was sent, or its log tells
            anybody's words.
    """
    path = home.guarded.ledger_path
    verdict = await ledger.verify(path)
    assert verdict.status == 0, str(verdict)
    assert verdict.entries > 0
    stories = [story for story in ledger.stories(path) if story[0] != _WRITTEN]
    for story in stories:
        check_story(story)
    told = await delivered_words(home)
    assert len(told) == sum(not _TAKEN.isdisjoint(story) for story in stories)
    assert Counter(told) == Counter(words for _, words in home.everything)
    check_log(home.guarded.household.house.log, cases)


def check_story(story: list[str]) -> None:
    """Check what happened to one request, as the kinds of its entries.

    Raises:
        AssertionError: If it was sent without being authorised before, or more than once, or has no end.
    """
    taken = [kind for kind in story if kind in _TAKEN]
    assert len(taken) == story.count("authorised") <= 1, story
    assert len(_FINAL & {*story}) == 1, story
    assert story[-1] in _FINAL, story
    assert story[0] in {"asked", "refused"}, story
    if taken:
        assert story[-2:] == ["authorised", *taken], story


async def delivered_words(home: CorpusHome) -> list[str]:
    """Return the words of every message that the ledger says a channel took."""
    words: dict[str, str] = {}
    delivered: list[str] = []
    wanted: dict[str, Json] = {"limit": _PAGE}
    while True:
        answer = await home.client.call(f"{DOMAIN}.get_ledger", wanted, return_response=True)
        page = answer["response"]
        for entry in page["entries"]:
            if "body" in entry["words"]:
                words[entry["request_id"]] = entry["words"]["body"]
            if entry["kind"] in _TAKEN:
                delivered.append(entry["request_id"])
        if page["before"] is None:
            return [words[request_id] for request_id in delivered]
        wanted["before"] = page["before"]


def check_log(log: str, cases: Iterable[Case]) -> None:
    """Check that no words that anybody said, and no proof, are in the log of the process.

    Raises:
        AssertionError: If there are.
    """
    text = _PREFIX.sub("", log)
    assert text
    for case in cases:
        for body in casting.bodies(case):
            assert body not in text, f"{case.id}: its words are in the log"
    assert PHRASE not in text
    assert _PIN_IN_WORDS not in text
    assert re.search(rf"(?<![\w.:-]){PIN}(?![\w.:-])", text) is None, "the PIN is in the log"
