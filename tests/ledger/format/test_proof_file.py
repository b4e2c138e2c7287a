"""One entry that can be shown to a stranger, and every way of passing off another one; two verifiers agree."""

import base64
from collections.abc import Callable, Sequence
import json
from typing import Any

import pytest

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import WitnessKey
from custom_components.message_guard.ledger.format.encoding import TamperedError, canonical
from custom_components.message_guard.ledger.format.proof_file import (
    ProofFile,
    check_proof,
)
from custom_components.message_guard.ledger.format.signed_note import signature_check
from tests.ledger.forgery import NAME, Scribe
from tests.ledger.proving import HOME, LEDGER, OTHER, WITNESS, Home
from tests.ledger.second_verifier import Found, prove
from tests.ledger.witnessing import SEEN_AT, Cosigner

CHECK = signature_check()
assert CHECK is not None


def second(text: str, witnesses: Sequence[WitnessKey] = (), quorum: int | None = None) -> Found:
    """Return what the second verifier finds."""
    return prove(text, str(LEDGER.key), [str(each) for each in witnesses], quorum)


def refused(text: str, **known: Any) -> str:
    """Return the code with which a proof is refused; the second verifier refuses it as well."""
    assert second(text, **known) is not None
    with pytest.raises(TamperedError) as caught:
        check_proof(text, check=CHECK, key=LEDGER.key, **known)
    return caught.value.code


def test_every_entry_can_be_proved() -> None:
    """It tells the entry, who has cosigned it and when, and nothing of any other entry."""
    for sequence in range(1, len(HOME.lines) + 1):
        text = str(HOME.proof(sequence))
        found = check_proof(text, check=CHECK, key=LEDGER.key, witnesses=(WITNESS.key, OTHER.key))
        assert found.entry == json.loads(HOME.lines[sequence - 1])
        assert (found.origin, found.size) == (NAME, len(HOME.lines))
        assert found.cosigned == {WITNESS.key.name: SEEN_AT, OTHER.key.name: SEEN_AT}
        assert found.words == {}
        assert second(text, (WITNESS.key, OTHER.key)) is None
        assert "dinner" not in base64.b64decode(text.split("\n")[1][6:]).decode()


def test_it_is_what_the_standard_describes() -> None:
    """Head, extra data, index, hashes, an empty line, the checkpoint."""
    proof = HOME.proof(3)
    lines = str(proof).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 2"
    assert [base64.b64decode(each) for each in lines[3 : 3 + len(proof.hashes)]] == list(
        proof.hashes
    )
    assert "\n".join(lines[3 + len(proof.hashes) :]) == "\n" + proof.note
    assert ProofFile.parse(str(proof)) == proof


def test_it_names_what_it_discloses() -> None:
    """Of the words only those that were chosen, and the names say so."""
    plain = check_proof(str(HOME.proof(2)), check=CHECK, key=LEDGER.key)
    assert plain.discloses == (
        "kind",
        "request_id",
        "sequence",
        "time",
        "facts.contact_id",
        "facts.satellite_id",
    )
    shown = check_proof(str(HOME.proof(2, "body")), check=CHECK, key=LEDGER.key)
    assert shown.discloses == (*plain.discloses, "words.body")
    assert second(str(HOME.proof(2, "body"))) is None
    assert shown.words == {"body": "dinner is ready, number 0"}


def with_extra(change: Callable[[dict[str, Any]], object], *names: str) -> str:
    """Return a proof of entry 2 whose extra data says something else."""
    proof = HOME.proof(2, *names)
    content = json.loads(proof.extra)
    change(content)
    return str(ProofFile(proof.index, proof.hashes, proof.note, canonical(content).encode()))


def lose_a_name(content: dict[str, Any]) -> None:
    """Show more than is named."""
    content["discloses"].remove("words.body")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda it: it["entry"].update(kind="delivered"), "inclusion"),
        (lambda it: it["entry"].update(time=it["entry"]["time"] + 1), "inclusion"),
        (lambda it: it["entry"].update(sequence=3), "sequence"),
        (lambda it: it["entry"]["commitments"].pop("utterance"), "inclusion"),
        (lambda it: it["private"]["body"].__setitem__(1, "dinner is off"), "words"),
        (lambda it: it["private"]["body"].__setitem__(0, "00" * 16), "words"),
        (
            lambda it: it["private"]["body"].__setitem__(0, it["private"]["body"][0].upper()),
            "words",
        ),
        (lambda it: it["private"].update(body=3), "words"),
        (lose_a_name, "encoding"),
        (lambda it: it.update(more=1), "encoding"),
        (lambda it: it.update(format=2), "encoding"),
        (lambda it: it.pop("entry"), "encoding"),
        (lambda it: it.update(private=[]), "encoding"),
        (lambda it: it["entry"].update(sequence=2**60), "encoding"),
    ],
)
def test_another_entry_is_not_proved(change: Callable[[dict[str, Any]], object], code: str) -> None:
    """Whatever is changed in what it shows, it shows."""
    assert refused(with_extra(change, "body")) == code


def test_another_way_to_write_it() -> None:
    """Nothing hides behind a second way to write the same."""
    proof = HOME.proof(2)
    assert refused(str(ProofFile(1, proof.hashes, proof.note, proof.extra + b" "))) == "encoding"
    assert refused(str(ProofFile(1, proof.hashes, proof.note, b"\xff"))) == "encoding"
    assert refused(str(ProofFile(1, proof.hashes, proof.note, b"[" * 100_000))) == "encoding"


def test_another_place_or_checkpoint() -> None:
    """An entry is proved at its place, and against the checkpoint of its own tree."""
    proof, elsewhere = HOME.proof(2), Home(5)
    assert refused(str(ProofFile(2, proof.hashes, proof.note, proof.extra))) == "sequence"
    assert refused(str(ProofFile(1, proof.hashes[:-1], proof.note, proof.extra))) == "inclusion"
    assert refused(str(ProofFile(1, proof.hashes, elsewhere.note(), proof.extra))) == "inclusion"
    assert refused(str(ProofFile(1, proof.hashes, "nothing\n", proof.extra))) == "checkpoint"
    old = Scribe().checkpoint(tree=False)
    assert refused(str(ProofFile(1, proof.hashes, old, proof.extra))) == "checkpoint"


def test_who_signed_it() -> None:
    """Only the ledger whose key one has, and every witness that one asks for."""
    assert refused(str(HOME.proof(2, note=HOME.note(seed=9)))) == "signature"
    assert refused(str(HOME.proof(2, note=HOME.note(origin="message-guard/other")))) == "signature"
    assert (
        refused(str(HOME.proof(2, note=HOME.note(WITNESS))), witnesses=(OTHER.key,))
        == "cosignature"
    )
    both = (WITNESS.key, OTHER.key)
    one = str(HOME.proof(2, note=HOME.note(WITNESS)))
    assert refused(one, witnesses=both) == "cosignature"
    found = check_proof(one, check=CHECK, key=LEDGER.key, witnesses=both, quorum=1)
    assert found.cosigned == {WITNESS.key.name: SEEN_AT}
    assert second(one, both, 1) is None
    text = Checkpoint.parse(HOME.note()).text
    forged = one.replace(WITNESS.cosign(text).line, WITNESS.cosign("x\n").line)
    assert refused(forged, witnesses=(WITNESS.key,)) == "cosignature"


def test_a_witness_with_two_names_counts_once() -> None:
    """A cosignature does not say whose it is, so two names for one key are one witness."""
    twice = Cosigner(2, "witness.example/also")
    text = str(HOME.proof(2, note=HOME.note(WITNESS, twice)))
    both = (WITNESS.key, twice.key)
    assert refused(text, witnesses=both) == "cosignature"
    assert (
        len(check_proof(text, check=CHECK, key=LEDGER.key, witnesses=both, quorum=1).cosigned) == 1
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("extra ", ""),
        lambda text: text.replace("index 1", "index 01"),
        lambda text: text.replace("index 1", "index \N{ARABIC-INDIC DIGIT ONE}"),
        lambda text: text.replace("index 1", "index -1"),
        lambda text: text.replace("index 1\n", "index 1\nAAAA\n"),
        lambda text: text.replace("index 1\n", "index 1\n" + "A" * 43 + "=\n" * 64),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: " " + text,
    ],
)
def test_no_proof_at_all(change: Callable[[str], str]) -> None:
    """What is not written as the standard says is none."""
    assert second(change(str(HOME.proof(2)))) is not None
    with pytest.raises(ValueError):  # noqa: PT011 - several sorts of it
        check_proof(change(str(HOME.proof(2))), check=CHECK, key=LEDGER.key)
