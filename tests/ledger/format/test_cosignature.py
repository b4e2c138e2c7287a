"""Cosignatures, and how a witness is asked, as C2SP describes both."""

import base64
import hashlib

import pytest

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import (
    Cosignature,
    WitnessKey,
    add_checkpoint,
    answered_cosignature,
    answered_size,
    cosignature_of,
    cosigned_message,
    with_cosignatures,
)
from custom_components.message_guard.ledger.format.signed_note import Key, Note, signature_check
from tests.ledger import second_verifier
from tests.ledger.forgery import NAME, signer
from tests.ledger.witnessing import SEEN_AT, Cosigner

CHECK = signature_check()
assert CHECK is not None
LEDGER, WITNESS, OTHER = signer(1), Cosigner(2), Cosigner(3, "witness.example/w2")
TEXT = f"{NAME}\n7\n{base64.b64encode(bytes(range(32))).decode()}\n"
NOTE = Note(TEXT, (LEDGER.signature(TEXT),))


def cosigned(*by: Cosigner) -> Note:
    """Return the checkpoint with these witnesses' lines."""
    return with_cosignatures(NOTE, [each.cosign(TEXT).line for each in by])


def changed(cosignature: Cosignature, at: int) -> str:
    """Return its line with one bit turned."""
    raw = bytearray(cosignature.raw)
    raw[at] ^= 1
    return Cosignature(cosignature.name, bytes(raw), 0).line


def test_a_witness_key_is_no_ledger_key() -> None:
    """The same 32 bytes under the same name have another id, so that one signature is never taken for the other."""
    public = WITNESS.key.public
    witness, ledger = WitnessKey.of("a", public), Key.of("a", public)
    assert witness.id == hashlib.sha256(b"a\n\x04" + public).digest()[:4]
    assert witness.id != ledger.id
    assert WitnessKey.parse(str(witness)) == witness
    for key, other in ((WitnessKey, ledger), (Key, witness)):
        with pytest.raises(ValueError, match="not an Ed25519 verifier key"):
            key.parse(str(other))
    with pytest.raises(ValueError, match="not an Ed25519 verifier key"):
        WitnessKey.parse(str(WitnessKey.of("a\N{NO-BREAK SPACE}b", public)))


def test_what_is_signed() -> None:
    """The two lines of the standard, then the checkpoint without its signatures."""
    assert cosigned_message(TEXT, 1679315147) == f"cosignature/v1\ntime 1679315147\n{TEXT}".encode()


def test_a_checkpoint_with_cosignatures() -> None:
    """It is one note: the ledger's signature first, each witness once, and it reads as a checkpoint still."""
    note = cosigned(WITNESS, OTHER)
    assert Note.parse(str(note)) == note
    assert with_cosignatures(note, [OTHER.cosign(TEXT).line]) == note
    assert with_cosignatures(note, []) == note
    assert note.signed_by(LEDGER.key, CHECK)
    assert Checkpoint.parse(str(note)).size == 7
    for each in (WITNESS, OTHER):
        found = cosignature_of(note, each.key, CHECK)
        assert found is not None
        assert (found.name, found.time) == (each.key.name, SEEN_AT)
        assert second_verifier.cosigned(str(note), str(each.key)) == SEEN_AT
    assert cosignature_of(NOTE, WITNESS.key, CHECK) is None
    with pytest.raises(ValueError, match="signature"):
        with_cosignatures(NOTE, ["no signature line"])


@pytest.mark.parametrize("at", [4, 11, 12, 75])
def test_a_cosignature_that_is_not_its_own(at: int) -> None:
    """Time and signature are what was signed, or the whole note is not to be trusted."""
    note = with_cosignatures(NOTE, [changed(WITNESS.cosign(TEXT), at)])
    with pytest.raises(ValueError, match="not its own"):
        cosignature_of(note, WITNESS.key, CHECK)
    assert not second_verifier.holds(second_verifier.cosigned, str(note), str(WITNESS.key))
    assert cosignature_of(note, OTHER.key, CHECK) is None


@pytest.mark.parametrize("time", [0, 2**63, 2**64 - 1])
def test_a_time_that_none_is(time: int) -> None:
    """Zero means "not the newest", and beyond 2⁶³ - 1 is no time."""
    note = with_cosignatures(NOTE, [WITNESS.cosign(TEXT, time).line])
    with pytest.raises(ValueError, match="not its own"):
        cosignature_of(note, WITNESS.key, CHECK)
    assert not second_verifier.holds(second_verifier.cosigned, str(note), str(WITNESS.key))


def test_a_cosignature_of_something_else() -> None:
    """Neither of another checkpoint, nor an ordinary signature under the witness's name."""
    elsewhere = TEXT.replace("\n7\n", "\n8\n")
    for line in (
        WITNESS.cosign(elsewhere).line,
        Cosignature(WITNESS.key.name, WITNESS.key.id + LEDGER.signature(TEXT)[1][4:], 0).line,
    ):
        with pytest.raises(ValueError, match="not its own"):
            cosignature_of(with_cosignatures(NOTE, [line]), WITNESS.key, CHECK)


def test_a_cosignature_of_what_an_empty_line_would_make_of_it() -> None:
    """Lines in front of an empty one would become part of what was signed: that is another checkpoint."""
    longer = f"{TEXT}\nmore\n"
    line = WITNESS.cosign(longer).line
    for body in (f"more\n\n{line}\n", f"\n{WITNESS.cosign(TEXT + chr(10)).line}\n"):
        with pytest.raises(ValueError, match="empty line"):
            answered_cosignature(body, TEXT, WITNESS.key, CHECK)
    with pytest.raises(ValueError, match="empty line"):
        with_cosignatures(NOTE, [f"more\n\n{line}"])


def test_the_request() -> None:
    """Old size, proof, an empty line, the checkpoint as it is."""
    assert add_checkpoint(0, [], str(NOTE)) == f"old 0\n\n{NOTE}"
    hashes = [bytes([each]) * 32 for each in (1, 2)]
    one, two = (base64.b64encode(each).decode() for each in hashes)
    assert add_checkpoint(5, hashes, str(NOTE)) == f"old 5\n{one}\n{two}\n\n{NOTE}"
    with pytest.raises(ValueError, match="63"):
        add_checkpoint(5, [bytes(32)] * 64, str(NOTE))


@pytest.mark.parametrize(
    ("body", "size"),
    [("0\n", 0), ("20852163\n", 20852163), ("7", 7), (f"{2**53 - 1}\n", 2**53 - 1)],
)
def test_the_size_that_a_witness_names(body: str, size: int) -> None:
    """A number on a line."""
    assert answered_size(body) == size


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        "07\n",
        "-1\n",
        "7\n\n",
        "7 \n",
        "\N{ARABIC-INDIC DIGIT SEVEN}\n",
        "x",
        "9" * 20,
        f"{2**53}\n",
        f"{2**63 - 1}\n",
    ],
)
def test_no_size(body: str) -> None:
    """Anything else is none."""
    with pytest.raises(ValueError):  # noqa: PT011 - several sorts of it
        answered_size(body)


def test_the_answer() -> None:
    """Its own line is found among those of others, whatever those hold."""
    line, unknown = (
        WITNESS.cosign(TEXT).line,
        f"\N{EM DASH} someone {base64.b64encode(bytes(9)).decode()}",
    )
    for body in (f"{line}\n", f"{unknown}\n{line}\n", f"{line}\n{line}\n{unknown}\n"):
        assert answered_cosignature(body, TEXT, WITNESS.key, CHECK).line == line


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        "thank you\n",
        OTHER.cosign(TEXT).line + "\n",
        WITNESS.cosign(TEXT).line,
        WITNESS.cosign(TEXT).line.replace("\N{EM DASH}", "-") + "\n",
        changed(WITNESS.cosign(TEXT), 40) + "\n",
        WITNESS.cosign(TEXT + "more\n").line + "\n",
        f"\n\n{WITNESS.cosign(TEXT).line}\n",
        (OTHER.cosign(TEXT).line + "\n") * 65,
    ],
)
def test_no_answer(body: str) -> None:
    """Nothing else is taken for its word."""
    with pytest.raises(ValueError):  # noqa: PT011 - several sorts of it
        answered_cosignature(body, TEXT, WITNESS.key, CHECK)
