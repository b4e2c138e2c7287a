"""Signed notes, keys, and how trust passes from key to key."""

import base64
import json

import pytest

from custom_components.message_guard.ledger.format import signed_note as notes
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.signed_note import Key, Note, signature_check
from tests.ledger.forgery import NAME, Scribe, signer, verdict

# The verifier key and the note in C2SP's description of signed-note, as Go's
# golang.org/x/mod/sumdb/note documents them.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def test_notes_are_those_of_the_standard() -> None:
    """The example of another implementation is accepted, and nobody else's signature."""
    check = signature_check()
    assert check is not None
    key, note = Key.parse(GO_KEY), Note.parse(GO_NOTE)
    assert note.signed_by(key, check)
    assert not note.signed_by(signer(1, "PeterNeumann").key, check)
    assert not Note(note.text + "x", note.signatures).signed_by(key, check)
    assert not Note(note.text, ((key.name, key.id + b"short"),)).signed_by(key, check)
    assert str(key) == GO_KEY
    assert str(note) == GO_NOTE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY[:-4],
        GO_KEY.replace("PeterNeumann", ""),
        "x+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
        "x+00000000+!",
    ],
)
def test_no_verifier_key(text: str) -> None:
    """Anything else raises ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011 - several sorts of it
        Key.parse(text)


@pytest.mark.parametrize(
    "text", ["", "text\n", "text\n\n", "text\n\n— a\n", "text\n\n- a YQ==\n", "text\n\n— a !\n"]
)
def test_no_note(text: str) -> None:
    """Anything else raises ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011
        Note.parse(text)


def test_a_checkpoint_reads_back() -> None:
    """As a signed note, and as somebody may have written it down."""
    made = Scribe()
    head, root = made.head, made.tree.root().hex()
    checkpoint = Checkpoint.parse(made.checkpoint())
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (NAME, 1, root)
    assert (checkpoint.head, checkpoint.time) == ("", 0)
    assert checkpoint.text.count("\n") == 3
    older = Checkpoint.parse(Scribe().checkpoint(tree=False))
    assert (older.origin, older.size, older.head, older.root) == (NAME, 1, head, "")
    assert Checkpoint.parse(f" 1:{head.upper()}\n").head == head


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "12:abcd",
        "x:" + "0" * 64,
        "12:" + " " * 2 + "0" * 62,
        GO_NOTE,
        "a\n01\n" + base64.b64encode(bytes(32)).decode() + "\ntime 1\n\n— a YQ==\n",
        "a\n1\n" + base64.b64encode(bytes(31)).decode() + "\ntime 1\n\n— a YQ==\n",
        "a\n1\n" + base64.b64encode(bytes(31)).decode() + "\n\n— a YQ==\n",
        "a\n01\n" + base64.b64encode(bytes(32)).decode() + "\n\n— a YQ==\n",
        "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\nmore\n\n— a YQ==\n",
        "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\ntime 1\nmore\n\n— a YQ==\n",
        "\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n— a YQ==\n",
    ],
)
def test_no_checkpoint(text: str) -> None:
    """A note that says something else is none."""
    with pytest.raises(ValueError):  # noqa: PT011
        Checkpoint.parse(text)


def test_without_cryptography_there_is_no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier runs anywhere; it says when it could not check signatures."""

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(notes.importlib, "import_module", absent)
    assert signature_check() is None


# --- keys through the life of a ledger --------------------------------------------------------------


def rotated() -> Scribe:
    """Return a ledger whose key was changed once."""
    made = Scribe()
    made.send(1)
    made.checkpoint()
    made.rotate(2)
    made.send(2)
    made.checkpoint()
    return made


def test_a_rotated_key_is_trusted_by_the_old_and_the_new() -> None:
    """Whoever noted the first key, and whoever noted the second, can check."""
    lines = rotated().export()
    assert verdict(lines) is None
    for seed in (1, 2):
        assert verdict(lines, key=signer(seed).key) is None
    bad = verdict(lines, key=signer(3).key)
    assert bad is not None
    assert bad.code == "key"


@pytest.mark.parametrize("every", [True, False])
def test_the_old_key_signs_nothing_any_more(every: bool) -> None:
    """After a rotation, a checkpoint of the old key is a forgery."""
    made = rotated()
    made.send(3)
    made.signer = signer(1)
    made.checkpoint()
    bad = verdict(made.export(), every_signature=every)
    assert bad is not None
    assert bad.code == "signature"


def test_a_rotation_that_the_old_key_did_not_sign() -> None:
    """A thief of the machine cannot introduce a key of his own as a rotation."""
    made = Scribe()
    made.signer = signer(8)
    made.rotate(9)
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("key", 2)


def test_a_lost_key_breaks_the_trust_in_the_old_one_only() -> None:
    """Whoever trusts the old key is told; whoever trusts the new one has what it signs."""
    made = Scribe()
    made.send(1)
    made.checkpoint()
    made.rotate(2, lost=True)
    made.checkpoint()
    lines = made.export()
    assert verdict(lines) is None
    assert verdict(lines, key=signer(2).key) is None
    bad = verdict(lines, key=signer(1).key)
    assert bad is not None
    assert "took the place" in str(bad)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (Kind.STARTED, {"key": GO_KEY}),
        (Kind.KEY_LOST, {"key": "no key"}),
        (Kind.KEY_LOST, {}),
        (Kind.KEY_ROTATED, {"key": GO_KEY}),
        (Kind.KEY_ROTATED, {"key": GO_KEY, "note": "no note"}),
        (Kind.KEY_ROTATED, {"key": GO_KEY, "note": GO_NOTE}),
    ],
)
def test_entries_about_keys_that_make_no_sense(kind: Kind, facts: dict) -> None:
    """A second beginning, no key, no signatures of both."""
    made = Scribe()
    made.write(Step(kind=kind, facts=facts))
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("key", 2)


def test_a_checkpoint_of_something_else() -> None:
    """A true note at the wrong place, and one that is none."""
    made = Scribe()
    note = made.checkpoint()
    for facts in ({"note": note}, {"note": "x"}, {"note": None}, {}):
        other = Scribe()
        other.send(1)
        other.write(Step(kind=Kind.CHECKPOINT, facts=facts))
        bad = verdict(other.export())
        assert bad is not None
        assert (bad.code, bad.sequence) == ("checkpoint", 5)


@pytest.mark.parametrize(("tree", "form"), [(True, 1), (False, 2)])
def test_a_checkpoint_of_the_other_sort(tree: bool, form: int) -> None:
    """Old verifiers must not take one of the tree for one of theirs: its entry says of which sort it is."""
    made = Scribe()
    if tree:
        text = Checkpoint(NAME, 1, root=made.tree.root().hex()).text
    else:
        text = Checkpoint(NAME, 1, head=made.head, time=made.time).text
    note = str(Note(text, (made.signer.signature(text),)))
    made.write(Step(kind=Kind.CHECKPOINT, facts={"note": note}, format=form))
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("checkpoint", 2)


def test_a_checkpoint_under_another_name() -> None:
    """A witness would keep it under that name: it says nothing about this ledger."""
    made = Scribe()
    text = Checkpoint("message-guard/0000000000000000", 1, root=made.tree.root().hex()).text
    note = str(Note(text, (made.signer.signature(text),)))
    made.write(Step(kind=Kind.CHECKPOINT, facts={"note": note}, format=2))
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("checkpoint", 2)


OTHER = "message-guard/fedcba9876543210"


def test_a_restored_ledger_goes_on_under_another_name() -> None:
    """The old key vouches for the new one; whoever trusts either can check all of it."""
    made = Scribe()
    made.send(1)
    made.checkpoint(tree=False)
    made.restore(2, OTHER)
    made.checkpoint()
    lines = made.export()
    for key in (signer(1).key, signer(2, OTHER).key):
        assert verdict(lines, key=key) is None
    for note in made.notes:
        assert verdict(lines, remembered=[Checkpoint.parse(note)]) is None
    made.signer = signer(1)
    made.checkpoint()
    bad = verdict(made.export())
    assert bad is not None
    assert bad.code == "checkpoint"


@pytest.mark.parametrize("changed", ["ledger", "succeeds", "key", "note"])
def test_a_new_name_that_nobody_vouches_for(changed: str) -> None:
    """It names itself and the one before, and both keys sign that."""
    made, good = Scribe(), Scribe()
    good.restore(2, OTHER)
    facts = json.loads(good.lines[-1])["entry"]["facts"]
    wrong = str(signer(3, OTHER).key) if changed == "key" else facts[changed] + "x"
    made.write(Step(kind=Kind.RESTORED, facts=facts | {changed: wrong}))
    bad = verdict(made.export())
    assert bad is not None
    assert (bad.code, bad.sequence) == ("key", 2)


def test_a_remembered_checkpoint_must_be_signed_by_a_key_of_the_ledger() -> None:
    """Otherwise somebody else's word would count."""
    made = Scribe()
    made.send(1)
    text = Checkpoint.parse(made.checkpoint()).text
    strangers = Note(text, (signer(9).signature(text),))
    bad = verdict(made.export(), remembered=[Checkpoint.parse(str(strangers))])
    assert bad is not None
    assert bad.code == "key"


def test_a_ledger_without_keys() -> None:
    """The first entry may name none: then nothing is signed, and a key given is not its key."""
    made = Scribe()
    made.lines.clear()
    made.sequence, made.head = 0, "0" * 64
    made.write(Step(kind=Kind.STARTED, facts={"ledger": NAME, "key": None}))
    assert verdict(made.export()) is None
    bad = verdict(made.export(), key=signer(1).key)
    assert bad is not None
    assert bad.code == "key"
